"""Documents as trees and in colours, and what each side of a journey checked."""

from __future__ import annotations

from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from gbsmart.console.documents import Reader, pretty
from gbsmart.console.highlight import highlighted
from gbsmart.console.model import Journey, LedgerEvent, RequestLine
from gbsmart.console.sides import ORDER, dcc_checks
from gbsmart.console.trees import Branch, row_tree, xml_tree
from gbsmart.duis import fault

from .conftest import ACB, KEYS, METER, SUPPLIER, command

AT = datetime(2026, 1, 15, tzinfo=UTC)


def plain(marked: str) -> str:
    """The text of a fragment of HTML."""
    return unescape("".join(etree.HTML(f"<pre>{marked}</pre>").itertext())) if marked else ""


@pytest.mark.corpus
def test_colours_leave_the_text_as_it_is(corpus: Path) -> None:
    for path in sorted((corpus / "duis-requests").iterdir())[::12]:
        text = pretty(etree.fromstring(path.read_bytes()))
        marked = highlighted(text)
        again = etree.fromstring(f"<pre>{marked}</pre>")
        assert "".join(again.itertext()) == text, path.name
        assert "x-name" in marked


@given(st.text(max_size=200))
def test_whatever_is_coloured_is_escaped(text: str) -> None:
    marked = highlighted(text)
    spans = marked.replace("</span>", "")
    for kind in ("comment", "mark", "name", "attribute", "value", "text"):
        spans = spans.replace(f'<span class="x-{kind}">', "")
    assert "<" not in spans
    assert unescape(spans) == text


def test_xml_is_a_tree_of_names_and_values() -> None:
    root = etree.fromstring('<a xmlns="urn:x" n="1"><b>text</b><c><d/></c><Signature><e/></Signature></a>')
    tree = xml_tree(root)
    assert [(each.name, each.value) for each in tree.inside] == [
        ("@n", "1"), ("b", "text"), ("c", ""), ("Signature", ""),
    ]  # fmt: skip
    assert tree.inside[3].folded
    assert tree.count() == 7


def test_a_message_is_a_tree_of_its_fields() -> None:
    explanation = Reader(KEYS, ACB).explain(command().encode())
    branches = row_tree(explanation.rows)

    def names(branch: Branch) -> list[str]:
        return [branch.name, *(name for each in branch.inside for name in names(each))]

    found = [name for each in branches for name in names(each)]
    assert found == [row.name.replace("_", " ") for row in explanation.rows]  # none lost, in order
    assert max(row.depth for row in explanation.rows) > 1
    assert any(each.inside for each in branches)


def journey(outcome: str, code: str, detail: str = "") -> Journey:
    line = RequestLine("1", "7.1", "Enable", METER, SUPPLIER, outcome, outcome, code, AT)
    return Journey(line, (), (), (LedgerEvent(AT, "refuse", "received", "refused", code, detail),))


def test_every_check_before_the_one_that_failed_was_passed() -> None:
    found = dcc_checks(journey("refused", "E2", "the User has no such role"))
    at = ORDER.index("role")
    assert [each.tone for each in found[:at]] == ["good"] * at
    assert (found[at].found, found[at].tone) == ("the User has no such role", "bad")
    assert {each.found for each in found[at + 1 :]} == {"not reached"}


def test_a_request_that_went_on_passed_them_all() -> None:
    assert {each.tone for each in dcc_checks(journey("answered", "I0"))} == {"good"}


def test_nothing_is_claimed_of_a_refusal_for_another_reason() -> None:
    assert {each.tone for each in dcc_checks(journey("refused", "E100"))} == {""}


def test_every_check_is_a_known_fault() -> None:
    assert all(fault(name).response_code.startswith("E") for name in ORDER)
