"""A comparison as text, Markdown, HTML and Word says the same, and Word can undo it."""

from __future__ import annotations

import html
import io
import re
from datetime import UTC, datetime

from docx import Document
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml.html import fromstring

from gbsmart.codebook.texts import (
    Split,
    View,
    Wording,
    accepted,
    compare,
    marks,
    read_text,
    rejected,
    split,
    write_clean,
    write_marked,
)
from gbsmart.codebook.texts import marked_text as marked

AT = datetime(2016, 11, 8, 9, 30, tzinfo=UTC)
OLD = [
    Wording("H", "", "DCC SERVICES", ""),
    Wording("H4", "H", "PROCESSING SERVICE REQUESTS", ""),
    Wording("H4.1", "H4", "Duty to answer", "The DCC answers within thirty (30) days:"),
    Wording("H4.1(a)", "H4.1", "", "by day;"),
    Wording("H4.1(b)", "H4.1", "", "or by night."),
    Wording("H4.2", "H4", "", "It keeps what it answered <for good> & all."),
]
NEW = [
    *OLD[:2],
    Wording("H4.1", "H4", "Duty to answer soon", "The DCC answers within ten (10) days:"),
    Wording("H4.1(a)", "H4.1", "", "by day."),
    Wording("H4.2", "H4", "", "It answers once, whoever asks.\nAnd politely."),
    Wording("H4.3", "H4", "", "It keeps what it answered <for good> & all."),
]
TEXTS = st.lists(
    st.sampled_from(["the", "DCC", "shall", "not", "1.", "(2)", "- x", "<b>", "&amp;",
     "*y*", "# z", "_", "`", "[a](b)", "|"]),
    max_size=8,
).map(" ".join)  # fmt: skip


def lines(found: Split) -> list[tuple[str, str, str]]:
    return [(each.ref, each.heading, each.text) for each in found.clauses]


def as_lines(wordings: list[Wording]) -> list[tuple[str, str, str]]:
    return [(each.ref, each.heading, each.text) for each in wordings]


def test_a_clean_file_reads_back_as_it_was() -> None:
    assert lines(split(read_text(write_clean(NEW, "Section H", AT), "h.docx"))) == as_lines(NEW)


def test_word_accepts_to_the_new_text_and_rejects_to_the_old() -> None:
    octets = write_marked(OLD, NEW, "Section H", "A. Lawyer", AT)
    assert lines(split(read_text(octets, "h.docx", View.NEW))) == as_lines(NEW)
    assert lines(split(read_text(octets, "h.docx", View.OLD))) == as_lines(OLD)


def test_tracked_changes_name_their_author_and_time() -> None:
    octets = write_marked(OLD, NEW, "Section H", "A. Lawyer", AT)
    body = Document(io.BytesIO(octets)).element.body
    found = list(body.iter(qn("w:ins"), qn("w:del")))
    assert {(each.get(qn("w:author")), each.get(qn("w:date"))) for each in found} == {
        ("A. Lawyer", "2016-11-08T09:30:00Z")
    }
    assert len({each.get(qn("w:id")) for each in found}) == len(found)
    assert not list(body.iterfind(f".//{qn('w:del')}//{qn('w:t')}"))


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=4))
def test_word_undoes_any_change(texts: list[tuple[str, str]]) -> None:
    old = [Wording(f"H4.{index}", "H4", "", f"A {one}") for index, (one, _) in enumerate(texts, 1)]
    new = [Wording(f"H4.{index}", "H4", "", f"A {two}") for index, (_, two) in enumerate(texts, 1)]
    octets = write_marked(old, new, "t", "a", AT)
    for view, state in ((View.NEW, new), (View.OLD, old)):
        read = [" ".join(each.text.split()) for each in read_text(octets, "h.docx", view).paragraphs]
        assert read == [" ".join(f"{each.ref} {each.text}".split()) for each in state]


@given(TEXTS, TEXTS)
def test_html_holds_both_texts_and_nothing_else(old: str, new: str) -> None:
    for gone, whole in (("del", new), ("ins", old)):
        tree = fromstring(f"<div>{marked.html_of(marks(old, new))}</div>")
        for each in [*tree.iter(gone), *tree.find_class("unseen")]:
            each.drop_tree()
        assert (tree.text_content() if whole else tree.text_content().strip()) == whole
        assert not list(tree.iter("b", "a"))


def test_it_is_marked_by_more_than_colour() -> None:
    page = marked.html(compare(OLD, NEW), "Section H")
    assert '<del><span class="unseen">[removed: </span>thirty (30<span class="unseen">]</span></del>' in page
    assert '<span class="fate">moved from H4.2 and changed</span>' not in page
    assert '<span class="fate">moved from H4.2</span>' in page
    assert html.escape("<for good> & all") in page
    assert "text-decoration: line-through" in page
    assert "1 changed" not in marked.summary(compare(OLD, OLD))


def test_markdown_keeps_signs_of_the_text_as_text() -> None:
    found = marked.markdown_of(marks("1. *x* <b>\n- y", "2. *x* <b>\n- z"))
    assert found == "<del>1</del><ins>2</ins>. \\*x\\* &lt;b&gt;<br>\n\\- <del>y</del><ins>z</ins>"


@given(TEXTS, TEXTS)
def test_markdown_holds_both_texts(old: str, new: str) -> None:
    found = marked.markdown_of(marks(old, new))
    for gone, whole in (("del", new), ("ins", old)):
        left = re.sub(r"</?(?:ins|del)>", "", re.sub(f"<{gone}>.*?</{gone}>", "", found))
        assert html.unescape(re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", left)) == whole


def test_plain_text_marks_are_told_by_signs() -> None:
    told = marked.text(compare(OLD, NEW), "Section H")
    assert (
        "H4.1 Duty to answer{+ soon+} [changed]\nThe DCC answers within [-thirty (30-]{+ten (10+}) days:"
        in told
    )
    assert "H4.1(b) [removed]\n[-or by night.-]" in told
    assert told.splitlines()[1] == "1 added, 1 removed, 2 changed, 1 moved"


def test_accepting_and_rejecting_are_of_one_comparison() -> None:
    for each in compare(OLD, NEW):
        assert accepted(each.text_marks()) == (each.new.text if each.new else "")
        assert rejected(each.text_marks()) == (each.old.text if each.old else "")
