"""Cases over HTTP: who reads what, who acts, what is refused how, and what programs take away."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from icalendar import Calendar
from sqlalchemy import URL
from tests.governance.stage import Stage
from tests.procedures.painting import PAINTING, PROCEDURES, START

from gbsmart.ground import InvalidValue, NotFound
from gbsmart.ground.clock import ManualClock
from gbsmart.procedures import NewDocument, NotEntitled, Overtaken, Refused
from gbsmart.procedures.web import BASE
from gbsmart.store import open_store

SAMPLE = NewDocument("Sample", "A green card", b"green", "image/png")
GREEN: dict[str, Any] = {"title": "A green office", "colour": "green", "litres": 12}


@pytest.fixture
def stage(sqlite_url: URL) -> Any:
    store = open_store(sqlite_url)
    stage = Stage(store, ManualClock(START), PROCEDURES)
    stage.person("ann", "party:SUP1")
    stage.person("ben", "party:SUP2")
    stage.person("sec", "code-administrator")
    for n in (1, 2, 3):
        stage.person(f"member{n}", f"committee-member:seat-{n}")
    yield stage
    store.close()


@pytest.fixture
def reference(stage: Stage) -> str:
    return stage.open("painting", "ann", **GREEN).reference


def test_everybody_reads_what_is_declared(stage: Stage) -> None:
    (line,) = stage.read("/procedures")
    assert (line["name"], line["opened_by"]) == ("painting", ["party"])
    told = stage.read("/procedures/painting")
    assert told["states"][0] == {"name": "proposed", "meaning": "Waits for a sample.", "final": False}
    assert [each["name"] for each in told["opening"]["takes"]] == ["title", "colour", "litres", "by_day"]
    count = next(each for each in told["acts"] if each["name"] == "count")
    assert count["outcomes"] == {"approve": "approved", "reject": "rejected", "inquorate": "proposed"}
    assert told["opening"]["guards"] == ["Nobody paints an office black."]
    assert told["deadlines"][0]["within"] == "3 Working Days"
    assert told["diagram"].startswith("stateDiagram-v2")
    with pytest.raises(NotFound, match="no procedure 'plumbing'"):
        stage.read("/procedures/plumbing")


def test_a_case_is_opened_acted_in_voted_on_and_ends(stage: Stage, reference: str) -> None:
    assert stage.case(reference).state == "proposed"
    assert stage.possible(reference, "ann") == ["withdraw", "comment"]
    assert stage.possible(reference, "sec") == ["show"]
    assert stage.read(f"/cases/{reference}")["possible"] == []
    stage.act(reference, "show", "sec", documents=[SAMPLE], reason="It dried.")
    for n, choice in ((1, "approve"), (2, "approve"), (3, "reject")):
        stage.vote(reference, "colour", f"member{n}", choice, "It suits.")
    (ballot,) = stage.read(f"/cases/{reference}", "member1")["ballots"]
    assert (ballot["status"], ballot["may_vote"]) == ("open", ["committee-member:seat-1"])
    assert [(each["voter"], each["choice"]) for each in ballot["votes"]][-1] == ("seat-3", "reject")
    assert stage.act(reference, "count", "sec").state == "approved"
    whole = stage.read(f"/cases/{reference}")
    assert whole["ballots"][0]["result"]["outcome"] == "approve"
    assert [(each["act"], each["actor"]["capacity"]) for each in whole["ledger"]][:2] == [
        ("propose", "party:SUP1"), ("show", "code-administrator"),
    ]  # fmt: skip
    assert whole["meaning"] == "To be painted."


def test_who_says_nothing_of_himself_reads_only(stage: Stage, reference: str) -> None:
    answer = stage.http.post(f"{BASE}/cases/{reference}/acts/withdraw", json={"reason": "x"})
    assert (answer.status_code, answer.json()["kind"]) == (401, "NotSignedIn")
    assert answer.headers["www-authenticate"] == "Bearer"
    answer = stage.http.get(f"{BASE}/cases?mine=yes")
    assert answer.status_code == 401


@pytest.mark.parametrize(
    ("path", "body", "by", "status", "error"),
    [
        ("/procedures/painting/cases", {}, "sec", 403, NotEntitled),
        ("/procedures/painting/cases", {"given": {**GREEN, "litres": 0}}, "ann", 422, InvalidValue),
        ("/procedures/painting/cases", {"given": {**GREEN, "colour": "black"}}, "ann", 409, Refused),
        ("/procedures/plumbing/cases", {}, "ann", 404, NotFound),
        ("/cases/P001/acts/withdraw", {"reason": "x"}, "ben", 403, NotEntitled),
        ("/cases/P001/acts/withdraw", {"reason": "x", "seen": 7}, "ann", 409, Overtaken),
        ("/cases/P001/acts/paint", {}, "sec", 409, Refused),
        ("/cases/P001/acts/burn", {}, "sec", 404, NotFound),
        ("/cases/P009/acts/show", {}, "sec", 404, NotFound),
        ("/cases/P001/ballots/colour", {"choice": "approve"}, "member1", 409, Refused),
        ("/cases/P001/ballots/shape", {"choice": "approve"}, "member1", 404, NotFound),
    ],
)
def test_every_refusal_has_its_status_and_its_name(
    stage: Stage, reference: str, path: str, body: Any, by: str, status: int, error: type[Exception]
) -> None:
    answer = stage.http.post(f"{BASE}{path}", json=body, headers=stage.headers(by))
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.status_code, answer.json()["kind"]) == (status, error.__name__)


def test_a_refusal_names_the_value_that_is_wrong(stage: Stage, reference: str) -> None:
    with pytest.raises(InvalidValue) as wrong:
        stage.open("painting", "ann", **{**GREEN, "litres": 1000})
    assert (wrong.value.field, wrong.value.reason) == ("litres", "1000 is more than 100")
    path, ann = f"{BASE}/procedures/painting/cases", stage.headers("ann")
    wrong_document = {"given": GREEN, "documents": [{"kind": "Sample", "content": "?"}]}
    for body, field in (
        ({"given": GREEN, "colour": "green"}, "colour"),
        ({"given": GREEN, "capacity": "king"}, "capacity"),
        (wrong_document, "documents.0.content"),
    ):
        answer = stage.http.post(path, json=body, headers=ann)
        assert (answer.status_code, answer.json()["field"]) == (422, field)


def test_a_secret_ballot_shows_who_has_voted_and_only_once_closed_what(sqlite_url: URL) -> None:
    secret = replace(PAINTING, ballots=(replace(PAINTING.ballots[0], secret=True),))
    store = open_store(sqlite_url)
    stage = Stage(store, ManualClock(START), {secret.name: secret})
    for name, capacity in (("ann", "party:SUP1"), ("sec", "code-administrator")):
        stage.person(name, capacity)
    stage.person("member1", "committee-member:seat-1")
    reference = stage.open("painting", "ann", **GREEN).reference
    stage.act(reference, "show", "sec", documents=[SAMPLE])
    stage.vote(reference, "colour", "member1", "reject", reason="I hate green.")
    whole = stage.read(f"/cases/{reference}", "sec")
    assert whole["ballots"][0]["votes"] == [{"voter": "seat-1", "constituency": "", "weight": 1}]
    assert "reject" not in str(whole["ledger"])
    assert "hate" not in str(whole)
    stage.act(reference, "withdraw", "ann", reason="Nobody likes it.")
    (ballot,) = stage.read(f"/cases/{reference}")["ballots"]
    assert (ballot["status"], ballot["votes"][0]["choice"]) == ("closed", "reject")
    store.close()


def test_cases_are_found_by_what_they_are_and_whom_they_concern(stage: Stage, reference: str) -> None:
    other = stage.open("painting", "ben", **GREEN | {"by_day": "2024-03-28"}).reference
    assert [each.reference for each in stage.cases("painting")] == [other, reference]
    stage.act(reference, "show", "sec", documents=[SAMPLE])

    def found(by: str = "", **query: str) -> list[str]:
        return [each["reference"] for each in stage.read("/cases", by, **query)]

    assert found(state="voting") == [reference]
    assert found(subject="SUP2") == [other]
    assert found("ann", mine="yes") == [reference]
    assert found("sec", mine="yes") == [other, reference]
    assert found("member1", mine="yes") == []
    assert found(due="2024-04-03") == [other]
    assert found(procedure="plumbing") == []
    with pytest.raises(InvalidValue, match="not taken"):
        stage.read("/cases", colour="green")


def test_what_is_due_is_told_with_whom_and_when(stage: Stage, reference: str) -> None:
    (due,) = stage.read("/due")
    assert (due["case"], due["name"], due["whom"]) == (reference, "sample", "code-administrator")
    assert stage.read("/due", whom="code-administrator") == [due]
    assert stage.read("/due", whom="party:SUP1") == []
    with pytest.raises(InvalidValue, match="'king' is no role"):
        stage.read("/due", whom="king")
    stage.act(reference, "show", "sec", documents=[SAMPLE])
    (notice,) = stage.read("/notices", to="committee-member")
    assert notice["subject"] == "Vote on A green office"
    assert stage.read("/notices", to="authority") == []


def test_a_document_is_kept_and_not_shown_as_a_page_of_ours(stage: Stage, reference: str) -> None:
    page = NewDocument("Sample", "Grün.html", b"<script>", "text/html")
    stage.act(reference, "show", "sec", documents=[page])
    answer = stage.http.get(f"{BASE}/cases/{reference}/documents/1")
    assert answer.content == b"<script>"
    assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''Gr%C3%BCn.html"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert stage.http.get(f"{BASE}/cases/{reference}/documents/2").status_code == 404


def test_a_confidential_document_is_seen_by_who_filed_it_and_who_decides(stage: Stage) -> None:
    secret = NewDocument("Costs", "What it costs", b"540", confidential=True)
    path = "/procedures/painting/cases"
    reference = stage._post(path, "ann", "", [secret], GREEN)["reference"]
    for by, sees in (("ann", True), ("sec", True), ("ben", False), ("member1", False), ("", False)):
        whole = stage.read(f"/cases/{reference}", by)
        assert (len(whole["documents"]), whole["withheld"]) == ((1, 0) if sees else (0, 1)), by
        headers = stage.headers(by) if by else {}
        answer = stage.http.get(f"{BASE}/cases/{reference}/documents/1", headers=headers)
        assert answer.status_code == (200 if sees else 404), by


def test_documents_are_handed_in_as_a_form_too(stage: Stage, reference: str) -> None:
    answer = stage.http.post(
        f"{BASE}/cases/{reference}/acts/show",
        data={"reason": "It dried.", "seen": "0"},
        files={"document.Sample": ("card.png", b"\x00\r\n--green", "image/png")},
        headers=stage.headers("sec"),
    )
    assert (answer.status_code, answer.json()["state"]) == (200, "voting")
    (document,) = stage.read(f"/cases/{reference}")["documents"]
    assert (document["kind"], document["media_type"]) == ("Sample", "image/png")
    assert stage.http.get(f"{BASE}/cases/{reference}/documents/1").content == b"\x00\r\n--green"


@pytest.mark.parametrize(
    ("given", "file", "title"),
    [
        ({}, "green_card-2024-03-27_v2.png", "Green card 2024-03-27 v2"),
        ({"title.Sample": " A card "}, "green_card.png", "A card"),
        ({}, ".profile", ".profile"),
        ({}, "card", "Card"),
    ],
)
def test_a_document_has_a_title_beside_the_name_of_its_file(
    stage: Stage, reference: str, given: dict[str, str], file: str, title: str
) -> None:
    stage.http.post(
        f"{BASE}/cases/{reference}/acts/show",
        data={"reason": "It dried.", **given},
        files={"document.Sample": (file, b"green", "image/png")},
        headers=stage.headers("sec"),
    )
    (document,) = stage.read(f"/cases/{reference}")["documents"]
    assert (document["title"], document["file_name"]) == (title, file)
    answer = stage.http.get(f"{BASE}/cases/{reference}/documents/1")
    assert answer.headers["content-disposition"].endswith(f"''{file}"), "saved as the file that it was"


def test_the_calendar_has_days_in_london_and_keeps_its_identities(stage: Stage, reference: str) -> None:
    def events(**query: str) -> list[Any]:
        answer = stage.http.get(f"{BASE}/calendar.ics", params=query)
        assert answer.headers["content-type"].startswith("text/calendar")
        return Calendar.from_ical(answer.content).walk("VEVENT")

    (event,) = events()
    # at the end of Wednesday the 3rd, which is eleven o'clock at night in UTC
    assert event["dtstart"].dt == date(2024, 4, 3)
    assert event["dtend"].dt == date(2024, 4, 4)
    assert event["summary"] == f"{reference}: Sample shown"
    stage.clock.advance(hours=5)
    assert [each["uid"] for each in events(whom="code-administrator")] == [event["uid"]]
    assert events(whom="party:SUP1") == []
    assert events(whom="party:SUP1\n") == [], "what is asked for does not break the lines of the calendar"


def test_registers_are_taken_away_as_tables_and_feeds(stage: Stage, reference: str) -> None:
    stage.open("painting", "ben", **GREEN | {"title": '=HYPERLINK("x")'})
    stage.act(reference, "show", "sec", documents=[SAMPLE])
    stage.act(reference, "count", "sec")
    table = list(csv.DictReader(io.StringIO(stage.http.get(f"{BASE}/cases.csv").text)))
    assert [(each["reference"], each["state"]) for each in table] == [
        ("P002", "proposed"), (reference, "proposed"),
    ]  # fmt: skip
    assert table[0]["title"].startswith("'="), "no spreadsheet takes it for a formula"
    (decision,) = stage.read("/decisions")
    assert (decision["case"], decision["outcome"], decision["by"]) == (
        reference, "inquorate", "code-administrator",
    )  # fmt: skip
    for name, entries in (("cases", 2), ("notices", 1), ("decisions", 1)):
        feed = ElementTree.fromstring(stage.http.get(f"{BASE}/{name}.atom").content)
        atom = "{http://www.w3.org/2005/Atom}"
        ids = [each.text for each in feed.findall(f"{atom}entry/{atom}id")]
        assert len(set(ids)) == entries
    assert stage.http.get(f"{BASE}/due.csv").text.splitlines()[0] == "case,name,title,whom,due_at,status,note"


@pytest.mark.parametrize(
    ("path", "key"),
    [("/cases", "reference"), ("/due", "case"), ("/notices", "case"), ("/decisions", "case")],
)
def test_a_register_is_read_in_parts_that_hold_every_row_once(stage: Stage, path: str, key: str) -> None:
    for _ in range(3):  # all at one moment, so that the order is not by time alone
        for name in ("ann", "ben"):
            reference = stage.open("painting", name, **GREEN).reference
            stage.act(reference, "show", "sec", documents=[SAMPLE])
            stage.act(reference, "count", "sec")
    whole = [each[key] for each in stage.read(path)]
    assert len(whole) == 6
    found, following = list[str](), f"{BASE}{path}?limit=4"
    while following:
        answer = stage.http.get(following)
        found += [each[key] for each in answer.json()]
        assert len(answer.json()) <= 4
        following = answer.links.get("next", {}).get("url", "")
        if following:  # what happens meanwhile moves nothing that is still to come
            stage.open("painting", "ann", **GREEN)
    assert found[:6] == whole


def test_a_register_goes_on_with_the_same_filter(stage: Stage) -> None:
    for name in ("ann", "ben", "ann", "ben", "ann"):
        reference = stage.open("painting", name, **GREEN).reference
        stage.act(reference, "show", "sec", documents=[SAMPLE])
    first = stage.http.get(f"{BASE}/cases?subject=SUP1&limit=2")
    rest = stage.http.get(first.links["next"]["url"])
    assert [each["reference"] for each in (*first.json(), *rest.json())] == ["P005", "P003", "P001"]
    assert "next" not in rest.links
    assert [each["case"] for each in stage.read("/notices", case="P002")] == ["P002"]
    stage.act("P004", "count", "sec")
    assert [each["case"] for each in stage.read("/decisions", procedure="painting")] == ["P004"]
    assert stage.read("/decisions", procedure="plumbing") == []
    assert stage.http.get(f"{BASE}/notices.csv?case=P002").text.count("P002") == 2  # and in its text
    for place in ("", "x.P001.1.", "1.P001.-1.", f"{10**30:x}.P001.1.", "1.P001.1", "-1.\x07.1."):
        answer = stage.http.get(f"{BASE}/notices.csv", params={"after": place})
        assert (answer.status_code, place and answer.json()["field"]) == (
            (422, "after") if place else (200, "")
        )


def test_a_table_is_taken_away_whole(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gbsmart.procedures.web.MOST", 2)
    for _ in range(5):
        stage.open("painting", "ann", **GREEN)
    table = list(csv.DictReader(io.StringIO(stage.http.get(f"{BASE}/cases.csv?limit=1").text)))
    assert [each["reference"] for each in table] == ["P005", "P004", "P003", "P002", "P001"]


def test_the_description_has_every_act_with_its_fields(stage: Stage) -> None:
    told = stage.read("/openapi.json")
    assert told["openapi"] == "3.1.0"
    schemas = told["components"]["schemas"]
    propose = schemas["painting.propose"]
    assert propose["required"] == ["title", "colour", "litres"]
    assert propose["properties"]["colour"]["enum"] == ["white", "green", "black"]
    assert propose["properties"]["litres"] | {"title": ""} == {
        "title": "", "type": "integer", "minimum": 1, "maximum": 100,
    }  # fmt: skip
    body = told["paths"][f"{BASE}/cases/{{reference}}/acts/{{act}}"]["post"]["requestBody"]
    given = body["content"]["application/json"]["schema"]["properties"]["given"]
    assert {"$ref": "#/components/schemas/painting.comment"} in given["anyOf"]
    for path in ("/procedures", "/due", "/calendar.ics", "/cases.csv", "/cases.atom"):
        assert "get" in told["paths"][f"{BASE}{path}"]
    references = [each for each in _references(told) if each not in schemas]
    assert references == []


def _references(value: Any) -> list[str]:
    if isinstance(value, dict):
        own = [value["$ref"].rpartition("/")[2]] if "$ref" in value else []
        return own + [each for one in value.values() for each in _references(one)]
    return [each for one in value for each in _references(one)] if isinstance(value, list) else []


def test_nobody_acts_in_time_who_acts_after_it(stage: Stage, reference: str) -> None:
    stage.act(reference, "show", "sec", documents=[SAMPLE])
    stage.clock.advance(days=30)  # and whoever keeps the deadlines has not looked yet
    with pytest.raises(Refused, match="is in proposed"):
        stage.vote(reference, "colour", "member1", "approve", "Late.")


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "1066-10-14"])
def test_days_that_no_calendar_reaches_are_refused_by_name(stage: Stage, day: str) -> None:
    with pytest.raises(InvalidValue) as wrong:
        stage.open("painting", "ann", **GREEN, by_day=day)
    assert wrong.value.field == "by_day"
    with pytest.raises(InvalidValue):
        stage.read("/cases", due="9999-12-31")


def test_a_number_that_no_register_holds_is_refused_by_name(stage: Stage, reference: str) -> None:
    stage.act(reference, "show", "sec", documents=[SAMPLE])
    for n in (1, 2, 3):
        stage.vote(reference, "colour", f"member{n}", "approve", "Yes.")
    stage.act(reference, "count", "sec")
    with pytest.raises(InvalidValue) as wrong:
        stage.act(reference, "wait", "sec", damp=10**30)
    assert wrong.value.field == "damp"


def test_time_passes_on_the_clock_that_is_handed_in(stage: Stage, reference: str) -> None:
    opened: datetime = stage.ledger(reference)[0].at
    assert opened == START
    stage.wait(days=8)
    assert stage.dues(reference)[0].status == "missed"
    assert stage.ledger(reference)[-1].at - START < timedelta(days=8)
