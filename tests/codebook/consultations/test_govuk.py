"""Pages of gov.uk are imported, again and again, and their text is only text."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Connection

from gbsmart.codebook.consultations import reading
from gbsmart.codebook.consultations.checking import breaches
from gbsmart.codebook.consultations.govuk import import_page, read_page
from gbsmart.codebook.consultations.guessing import annex_of, form_of, kind_of, respondents_of
from gbsmart.codebook.consultations.model import DocumentKind, Form
from gbsmart.codebook.consultations.plain_text import links_of, text_of
from gbsmart.codebook.consultations.shipped import rows
from gbsmart.ground import InvalidValue, NotFound
from gbsmart.store import Store

from . import govuk_page
from .conftest import NOW

NAME = "new-meters-in-lighthouses"


def documents(connection: Connection, name: str = NAME) -> dict[str, str]:
    return {
        each.id.removeprefix(f"{name}:"): each.kind.value for each in reading.documents_of(connection, name)
    }


def test_a_page_becomes_a_consultation_with_its_documents(register: Store) -> None:
    with register.transaction() as connection:
        done = import_page(connection, govuk_page.opened(), NOW)
        whole = reading.whole(connection, NAME)
        assert breaches(connection) == []
    assert (done.consultation, done.new, done.documents_new) == (NAME, True, 3)
    it = whole.consultation
    assert (it.state, it.opened.text, it.organisation) == ("open", "2015-01-12", "Department of Lights")
    assert it.closes_at is not None
    assert it.closes_at.isoformat() == "2015-06-30T22:45:00+00:00"
    assert it.body == "We ask about meters.\n\n\N{BULLET} on rocks\n\n\N{BULLET} on piers"
    annex = next(each for each in whole.documents if each.annex)
    assert (annex.annex, annex.form, annex.kind) == ("Annex C", Form.CHANGE_MARKED, DocumentKind.LEGAL_TEXT)
    assert annex.kind_guessed


def test_an_import_is_repeated_without_duplicates(register: Store) -> None:
    with register.transaction() as connection:
        import_page(connection, govuk_page.opened(), NOW)
        before = reading.whole(connection, NAME)
        again = import_page(connection, govuk_page.opened(), NOW)
        assert reading.whole(connection, NAME) == before
    assert (again.new, again.documents_new, again.documents_changed, again.documents_gone) == (False, 0, 0, 0)


def test_a_later_page_changes_what_was_imported(register: Store) -> None:
    with register.transaction() as connection:
        import_page(connection, govuk_page.opened(), NOW)
        done = import_page(connection, govuk_page.concluded(), NOW)
        whole = reading.whole(connection, NAME)
        assert breaches(connection) == []
    assert (done.documents_new, done.documents_changed, done.documents_gone) == (3, 1, 1)
    assert whole.consultation.state == "concluded"
    assert [(each.target, each.on.text) for each in whole.history] == [
        ("open", "2015-01-12"), ("closed", "2015-06-30"), ("analysing", ""), ("concluded", "2015-12-01"),
    ]  # fmt: skip
    held = {each.id.partition(":")[2]: each for each in whole.documents}
    assert held["annex-c.pdf"].listed == "no longer"
    assert held["ask.pdf"].title.endswith("(revised)")
    assert held["answer.pdf"].kind is DocumentKind.GOVERNMENT_RESPONSE  # the page lists it as the outcome
    assert (held["b-e.zip"].kind, held["b-e.zip"].respondents) == (DocumentKind.RESPONSES, "B-E")


def test_a_page_does_not_take_a_consultation_back(register: Store) -> None:
    with register.transaction() as connection:
        import_page(connection, govuk_page.concluded(), NOW)
        import_page(connection, govuk_page.opened(), NOW)
        assert reading.consultation(connection, NAME).state == "concluded"


def test_a_page_may_be_one_that_the_register_has(register: Store) -> None:
    """Documents with the same title are the same; a kind that is known is not guessed anew."""
    page = govuk_page.concluded()
    page["details"]["attachments"][0]["title"] = "Responses: U-Z"
    with register.transaction() as connection:
        count = len(reading.documents_of(connection, "C-ADD"))
        done = import_page(connection, page, NOW, into="C-ADD")
        held = reading.document(connection, "D000-21")
        assert len(reading.documents_of(connection, "C-ADD")) == count + done.documents_new
        assert reading.consultation(connection, "C-ADD").title.startswith("Consultation on additional")
        with pytest.raises(InvalidValue, match="this page is C-ADD already"):
            import_page(connection, page, NOW, into="C-SEC4")
        with pytest.raises(NotFound):
            import_page(connection, {**page, "content_id": govuk_page.ID[:-1] + "0"}, NOW, into="C-NONE")
    assert held.url.endswith("ask.pdf")
    assert not held.kind_guessed
    assert done.documents_changed == 1


def test_a_page_of_2015_lists_its_documents_in_html(register: Store) -> None:
    with register.transaction() as connection:
        import_page(connection, govuk_page.of_2015(), NOW)
        found = reading.documents_of(connection, NAME)
    assert (found[0].title, found[0].kind) == ("Addendum to the consultation", DocumentKind.ADDENDUM)
    assert found[0].url.startswith("https://assets.publishing.service.gov.uk/government/uploads/")


@pytest.mark.parametrize(
    ("path", "value", "field"),
    [
        (("document_type",), "news_story", "document_type"),
        (("content_id",), "1", "content_id"),
        (("title",), " ", "title"),
        (("details",), None, "details"),
        (("details", "closing_date"), "soon", "details.closing_date"),
        (("details", "attachments"), {}, "details.attachments"),
        (
            ("details", "attachments", 0),
            {"title": "T", "url": "javascript:alert(1)"},
            "details.attachments.0.url",
        ),
        (("details", "attachments", 0), {"title": "T"}, "details.attachments.0.url"),
        (("details", "change_history", 0), {}, "details.change_history.0.public_timestamp"),
    ],
)
def test_what_is_no_such_page_is_refused_with_its_place(
    path: tuple[Any, ...], value: Any, field: str
) -> None:
    page: Any = govuk_page.opened()
    inside = page
    for step in path[:-1]:
        inside = inside[step]
    inside[path[-1]] = value
    with pytest.raises(InvalidValue) as refused:
        read_page(page)
    assert refused.value.field == field


def test_html_becomes_text() -> None:
    assert text_of("<p>One <b>two</b></p><style>p{}</style><p>three &amp; four<br>five") == (
        "One two\n\nthree & four\n\nfive"
    )
    assert text_of("") == ""
    assert links_of('<a href="/x">  A  page </a><a>none</a>') == [("/x", "A page")]


def test_most_kinds_of_shipped_documents_would_be_guessed() -> None:
    """The guess is held against what is known of the 71 shipped documents, without their notes."""
    known = [row for row in rows("documents") if row["kind"] != "page update"]
    right = [row["id"] for row in known if kind_of(row["title"]) == row["kind"]]
    assert len(right) / len(known) > 0.75
    wrong_forms = [row["id"] for row in known if form_of(row["title"]) != row["form"]]
    assert wrong_forms == []
    wrong_annexes = [row["id"] for row in known if annex_of(row["title"]) != row["annex"]]
    assert wrong_annexes == []


def test_respondents_are_read_from_titles() -> None:
    assert respondents_of("Responses: Energy UK - Haven Power") == "Energy UK - Haven Power"
    assert respondents_of("F-U responses") == "F-U"
    assert respondents_of("Annex C") == ""
