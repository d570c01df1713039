"""The pages: the list, one consultation, the timeline, and the form for a response."""

from __future__ import annotations

import csv
from io import StringIO
from urllib.parse import quote
from xml.etree import ElementTree as ET

import pytest

from gbsmart.codebook.consultations import service
from gbsmart.codebook.consultations.model import Basis, Dated, Document, DocumentKind
from gbsmart.store import Store

from .conftest import NOW, Client, Opened

FORM = {"name": "Ada", "contact": "ada@example.org", "stance-1": "agree", "evidence-1": "Meters <work>."}


def test_the_register_is_listed_and_filtered(pages: Client) -> None:
    every = pages.get("/code/consultations")
    assert every.text.count('<th scope="row">') == 10
    found = pages.get("/code/consultations.json?state=concluded&topic=pki").json()
    assert [line["consultation"]["id"] for line in found["lines"]] == ["C-JUL15"]
    assert found["lines"][0]["versions"] == ["4.8", "4.12", "5.0"]
    assert "let through by this filter" in pages.get("/code/consultations?q=nothing-like-it").text
    assert pages.get("/code/consultations?state=asleep").status_code == 400


def test_a_consultation_shows_what_became_of_each_topic(pages: Client) -> None:
    """Section M: from the consultation on additional content to the text of a version (seed S214)."""
    text = pages.get("/code/consultations/C-ADD").text
    assert "Section M complementary changes" in text
    assert 'href="/code/versions/4.3"' in text
    assert 'href="/code/M"' in text
    whole = pages.get("/code/consultations/C-ADD.json").json()["whole"]
    (topic,) = [each for each in whole["topics"] if each["name"] == "Section M complementary changes"]
    assert topic["state"] == "in force"
    assert {each["target"] for each in topic["outcomes"]} == {"4.3", "M"}


@pytest.mark.system("S236")
def test_a_consultation_leads_to_clean_and_change_marked_text(pages: Client) -> None:
    """Of the documents that were published, and of the versions before and after (seed S236)."""
    text = pages.get("/code/consultations/C-SEC2").text
    assert '<a href="/code/consultations/C-SEC2#D003-07">change-marked</a>' in text
    assert '<a href="/code/consultations/C-SEC2#D003-06">clean</a>' in text
    assert 'href="/code/compare?from=2.0&amp;to=2.1"' in text


def test_government_responses_are_linked_with_what_they_answer(pages: Client) -> None:
    """One response may conclude several consultations (seed S235)."""
    for name in ("C-SEC4", "C-MAR15", "C-JUL15"):
        found = pages.get(f"/code/consultations/{name}.json").json()["whole"]
        links = [*found["links"], *found["back"]]
        assert {"D001-02"} == {
            each["source"] for each in links if each["source"] == "D001-02" and each["target"] == name
        }
    text = pages.get("/code/consultations/C-JUL15").text
    assert "D001-02 answered by" not in text
    assert '<a href="/code/consultations/C-MAR15#D001-02">D001-02</a>' in text


def test_responses_are_grouped_as_published(pages: Client) -> None:
    text = pages.get("/code/consultations/C-SEC2").text
    assert "part 3 of NPower" in text
    assert "from Energy UK to Haven Power" in text
    respondents = pages.get("/code/consultations/C-SEC2.json").json()["respondents"]
    assert "NPower" in respondents
    assert "Xoserve" in respondents


def test_corrections_and_moved_provisions_are_shown(pages: Client) -> None:
    text = pages.get("/code/consultations/C-ADD").text
    assert "<strong>DCC User Interface Services Schedule</strong>" in text
    assert 'H5.33 to H5.40, into <a href="/code/Appendix-AC">Appendix AC</a>' in text


def test_a_response_is_lodged_by_a_form(pages: Client, own: Store, open_one: Opened) -> None:
    open_one()
    taken = pages.post("/code/consultations/C-OWN", data=FORM)
    assert taken.status_code == 303
    assert "taken in as number 1." in pages.get(taken.headers["location"]).text
    wrong = pages.post("/code/consultations/C-OWN", data=FORM | {"confidential": "yes"})
    assert wrong.status_code == 422
    assert "a confidential response says why" in wrong.text
    assert "Meters &lt;work&gt;." in wrong.text
    with own.transaction() as connection:
        service.step(connection, "C-OWN", "close", Dated("2015-04-01", Basis.RECORDED), NOW)
    late = pages.post("/code/consultations/C-OWN", data=FORM)
    assert "C-OWN is closed: it takes no responses" in late.text
    assert "ada@example.org" not in pages.get("/code/consultations/C-OWN").text


def test_the_timeline_says_in_words_what_it_draws(pages: Client) -> None:
    page = pages.get("/code/consultations/timeline")
    svg = page.text[
        page.text.index('<svg class="timeline"') : page.text.index(
            "</svg>", page.text.index("timeline-title")
        )
        + 6
    ]
    drawing = ET.fromstring(svg)
    bars = [each for each in drawing.iter() if each.get("class") == "taking"]
    assert len(bars) == 10
    assert all(0 <= float(each.get("x", "-1")) <= 960 for each in bars)
    versions = [each.get("href") for each in drawing.iter("{http://www.w3.org/2000/svg}a")]
    assert "/code/versions/2.1" in versions
    for words in (
        '<h2 id="y2014">2014</h2>',
        "laid in draft before Parliament",
        "Version 2.1 of the Code in force",
    ):
        assert words in page.text
    told = pages.get("/code/consultations/timeline.json").json()
    days = [each["on"]["text"] for each in told["entries"]]
    assert len(days) > 40
    assert {each["kind"] for each in told["entries"]} >= {
        "opening", "conclusion", "response", "laying", "direction", "in force", "revision",
    }  # fmt: skip
    assert days[0] == "2012-11"


def test_the_register_is_exported(pages: Client) -> None:
    table = list(csv.DictReader(StringIO(pages.get("/code/consultations.csv").text)))
    assert len(table) == 81
    by_id = {row["id"]: row for row in table}
    assert by_id["D000-ERR"]["relations"] == "corrects D000-02; corrects D000-03"
    assert by_id["C-SEC2"]["date_basis"] == "memory"
    feed = pages.get("/code/consultations.atom")
    assert feed.headers["content-type"].startswith("application/atom+xml")
    root = ET.fromstring(feed.text)
    atom = "{http://www.w3.org/2005/Atom}"
    entries = root.findall(f"{atom}entry")
    assert entries[0].findtext(f"{atom}updated") == "2016-11-08T00:00:00Z"
    ids = [each.findtext(f"{atom}id") for each in entries]
    told = pages.get("/code/consultations/timeline.json").json()["entries"]
    assert len(ids) == len(set(ids)) == len(told), "none hides another"


def test_what_is_not_there_is_said(pages: Client) -> None:
    assert pages.get("/code/consultations/C-NONE").status_code == 404


def test_nothing_that_somebody_entered_is_taken_for_markup(pages: Client, own: Store) -> None:
    """Titles, topics, notes and documents, in tables and in the drawing."""
    hostile = "<script>alert(1)</script>\"'><b onclick=x>{{ 7*7 }}"
    on = Dated("2015-03-02", Basis.RECORDED)
    with own.transaction() as connection:
        service.add_consultation(connection, service.planned("C-EVIL", hostile), [hostile], NOW)
        service.step(connection, "C-EVIL", "open", on, NOW, note=hostile)
        service.add_document(
            connection,
            Document("D-EVIL", "C-EVIL", hostile, DocumentKind.OTHER, annex="<b onclick=y>", dated=on),
        )
    for path in ("", "/C-EVIL", "/timeline", f"?topic={quote(hostile)}"):
        page = pages.get(f"/code/consultations{path}")
        assert page.status_code == 200, path
        assert "<script>alert" not in page.text, path
        assert "<b onclick" not in page.text, path
        assert "alert(1)" in page.text, path
