"""The pages of cases: what they say to everybody and to who is signed in, and what their forms do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import URL, event
from tests.procedures.office import GREEN, Office
from tests.procedures.painting import PROCEDURES

from gbsmart.procedures import Handed, NewDocument, lapse
from gbsmart.procedures.measures import DeadlineGauge
from gbsmart.procedures.whole import offered


@pytest.fixture
def office(sqlite_url: URL) -> Iterator[Office]:
    office = Office(sqlite_url)
    yield office
    office.store.close()


@pytest.fixture
def path(office: Office) -> str:
    case = office.desk.open("painting", office.account("ann"), Handed({**GREEN, "litres": 12}))
    return f"/governance/cases/{case.reference}"


def given(**values: str) -> dict[str, str]:
    return {f"given.{name}": value for name, value in values.items()}


def test_a_case_is_opened_by_a_form_made_from_its_fields(office: Office) -> None:
    ann = office.browser("ann")
    assert "/governance/procedures/painting/open" in ann.page("/governance/procedures")
    form = ann.page("/governance/procedures/painting/open")
    for piece in ('type="number"', 'min="1" max="100"', "<option>green", 'type="date"'):
        assert piece in form
    wrong = ann.send("/governance/procedures/painting/open", 422, **given(**GREEN | {"litres": "1000"}))
    assert "1000 is more than 100" in wrong.text
    assert 'value="A &lt;green&gt; office"' in wrong.text, "what was typed is kept"
    refused = ann.send("/governance/procedures/painting/open", 409, **given(**GREEN | {"colour": "black"}))
    assert "black is not seemly" in refused.text
    done = ann.send("/governance/procedures/painting/open", **given(**GREEN))
    assert done.headers["location"] == "/governance/cases/P001"
    page = ann.page("/governance/cases/P001")
    assert "P001: A &lt;green&gt; office" in page
    assert ann.twin("/governance/cases/P001")["data"]["litres"] == 12


def test_who_is_not_entitled_sees_for_whom_it_is(office: Office) -> None:
    assert "none of your capacities" in office.browser("sec").page("/governance/procedures/painting/open")
    office.browser("sec").send("/governance/procedures/painting/open", 403, **given(**GREEN))
    nobody = office.browser().http.get("/governance/procedures/painting/open")
    assert nobody.headers["location"].startswith("/sign-in?next=")


def test_everybody_reads_a_case_and_nobody_unknown_acts(office: Office, path: str) -> None:
    nobody = office.browser()
    page = nobody.page(path)
    assert "by the end of Wed 3 Apr 2024" in page
    assert f"/sign-in?next={path}" in page
    assert "<form" not in page
    assert nobody.http.post(path, data={"do": "withdraw"}).headers["location"].startswith("/sign-in")
    assert nobody.page("/governance/cases/P404", 404)
    assert nobody.http.get("/governance/desk").headers["location"].startswith("/sign-in")


def test_a_case_goes_its_way_by_the_forms_of_its_page(office: Office, path: str) -> None:
    sec = office.browser("sec")
    assert "Show a sample" in sec.page(path)
    assert "Withdraw" not in re.sub(r"<svg.*?</svg>", "", sec.page(path), flags=re.DOTALL)
    missing = sec.send(path, 409, do="show", seen="0")
    assert "needs the document" in missing.text
    card = {"document.Sample": ("card.png", b"\x89PNG", "image/png")}
    sec.send(path, do="show", seen="0", reason="It <dried>.", files=card)
    page = sec.page(path)
    assert "It &lt;dried&gt;." in page
    assert ">Card</a>" in page, "its title"
    assert "Sample, card.png, 4 octets" in page
    (document,) = sec.twin(path)["documents"]
    assert (document["title"], document["file_name"]) == ("Card", "card.png")
    assert sec.http.get(f"{path}/documents/1").content == b"\x89PNG"
    for name in ("member1", "member2"):
        office.browser(name).send(path, ballot="colour", choice="approve", reason="My taste.")
    assert office.browser().page(path).count("My taste.") == 4, "in the table and in the story"
    sec.send(path, do="count", seen="1")
    twin = sec.twin(path)
    assert (twin["state"], twin["ballots"][0]["result"]["outcome"]) == ("approved", "approve")
    sec.send(path, do="paint", seen="2")
    assert "the case is over" in sec.page(path)


def test_an_act_after_somebody_elses_is_not_done_unseen(office: Office, path: str) -> None:
    ann = office.browser("ann")
    office.desk.act(
        "P001", "show", office.account("sec"), Handed(documents=[NewDocument("Sample", "", b"x")])
    )
    late = ann.send(path, 409, do="withdraw", seen="0", reason="Too dear.")
    assert "somebody else acted" in late.text
    assert office.browser().twin(path)["state"] == "voting"
    ann.send(path, do="withdraw", seen="1", reason="Too dear.")


def test_a_form_without_the_sessions_mark_does_nothing(office: Office, path: str) -> None:
    ann = office.browser("ann")
    ann.mark = "0" * 64
    ann.send(path, 403, do="withdraw", seen="0", reason="Not me.")
    ann.send("/governance/procedures/painting/open", 403, **given(**GREEN))
    assert office.browser().twin(path)["state"] == "proposed"


@pytest.mark.parametrize(
    "fields",
    [{"do": "burn"}, {"do": ""}, {"do": "comment"},
     {"do": "comment", "given.comment": "x", "capacity": "king"},
     {"ballot": "colour", "choice": "perhaps"}, {"do": "withdraw", "reason": ""},
     {"do": "comment", "given.comment": "x", "reason": "r" * 30_000}],
    ids=lambda fields: "-".join(map(str, fields))[:40],
)  # fmt: skip
def test_whatever_a_form_holds_is_answered_in_words(
    office: Office, path: str, fields: dict[str, str]
) -> None:
    answer = office.browser("ann").http.post(
        path, data={"csrf": "", **fields}, headers={"content-type": "application/x-www-form-urlencoded"}
    )
    assert answer.status_code == 403
    ann = office.browser("ann")
    answer = ann.http.post(path, data={"csrf": ann.mark, **fields})
    assert answer.status_code in (409, 422)
    assert 'role="alert"' in answer.text


def test_lists_are_filtered_and_say_what_is_due(office: Office, path: str) -> None:
    nobody = office.browser()
    assert path in nobody.page("/governance")
    assert "Sample shown" in nobody.page("/governance")
    for query, count in (("state=voting", 0), ("subject=SUP1", 1), ("procedure=painting", 1),
                         ("due=2024-04-03", 1), ("due=2024-04-02", 0)):  # fmt: skip
        assert len(nobody.http.get(f"/governance.json?{query}").json()["cases"]) == count, query
    assert "write 2026-01-31" in nobody.http.get("/governance?due=soon").text
    assert len(office.browser("ben").http.get("/governance.json?mine=yes").json()["cases"]) == 0
    assert len(office.browser("ann").http.get("/governance.json?mine=yes").json()["cases"]) == 1


def test_my_desk_has_what_concerns_me(office: Office, path: str) -> None:
    told = office.browser("sec").twin("/governance/desk")
    assert [each["name"] for each in told["due"]] == ["sample"]
    assert [each["acts"] for each in told["acts"]] == [["Show a sample"]]
    office.desk.act(
        "P001", "show", office.account("sec"), Handed(documents=[NewDocument("Sample", "", b"x")])
    )
    member = office.browser("member1")
    assert [(each["ballot"], each["voted"]) for each in member.twin("/governance/desk")["votes"]] == [
        ("The colour", False)
    ]
    member.send(path, ballot="colour", choice="abstain")
    told = member.twin("/governance/desk")
    assert told["votes"][0]["voted"]
    assert [each["reference"] for each in told["cases"]] == ["P001"]
    (notice,) = told["notices"]
    assert (notice["to"], notice["subject"]) == ("committee-member", "Vote on A <green> office"), (
        "what all are told"
    )
    assert [each["whom"] for each in told["due"]] == ["committee-member"], "and what is due from any"
    (due,) = office.browser("member1").http.get("/governance/v1/due?whom=committee-member:seat-1").json()
    assert due["case"] == "P001"
    assert "My desk" in member.page("/governance/desk")
    assert "calendar.ics?whom=party%3ASUP1" in office.browser("ann").page("/governance/desk")


def test_a_long_list_is_shown_in_parts(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gbsmart.procedures.pages._NEWEST", 2)
    for _ in range(3):
        office.desk.open("painting", office.account("ann"), Handed({**GREEN, "litres": 1}))
    nobody = office.browser()
    for path, key in (("/governance", "cases"), ("/governance/registers/cases", "rows")):
        first = nobody.page(f"{path}?procedure=painting")
        assert 'rel="first"' not in first
        (following,) = re.findall(r'href="([^"]+)" rel="next"', first)
        second = nobody.page(following.replace("&amp;", "&"))
        assert ("P001" in second, 'rel="first"' in second, 'rel="next"' in second) == (True, True, False)
        twin = nobody.http.get(f"{path}.json?procedure=painting").json()
        rest = nobody.http.get(f"{path}.json", params={"after": twin["next"]}).json()
        assert [each["reference"] for each in (*twin[key], *rest[key])] == ["P003", "P002", "P001"]
        assert rest["next"] == ""
        assert nobody.http.get(f"{path}?after=x").status_code == 400


def test_a_register_is_a_page_with_its_filter(office: Office, path: str) -> None:
    nobody = office.browser()
    page = nobody.page("/governance/registers/due?whom=code-administrator")
    assert f'<a href="{path}">P001</a>' in page
    assert 'name="whom" value="code-administrator"' in page
    assert "/governance/v1/due.csv?whom=code-administrator" in page
    assert "P001" not in nobody.page("/governance/registers/due?whom=party:SUP2")
    assert "no role" in nobody.page("/governance/registers/due?whom=king", 400)
    assert nobody.page("/governance/registers/debts", 404)
    office.desk.act(
        "P001", "show", office.account("sec"), Handed(documents=[NewDocument("Sample", "", b"x")])
    )
    assert "Vote on A &lt;green&gt; office" in nobody.page("/governance/registers/notices?case=P001")


def test_what_could_not_happen_is_shown_on_the_first_page(
    office: Office, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sample = Handed(documents=[NewDocument("Sample", "", b"x")])
    office.desk.act("P001", "show", office.account("sec"), sample)
    assert "could not happen" not in office.browser().page("/governance")
    monkeypatch.delattr("gbsmart.procedures.situation.Situation.tally")
    office.clock.advance(days=30)
    office.desk.let_pass()
    page = office.browser().page("/governance")
    assert "What could not happen" in page
    assert "a defect of gbsmart (AttributeError)" in page
    assert "Votes in" in office.browser().page("/governance/registers/due?status=failed")
    (gauge,) = DeadlineGauge(office.store).collect()
    assert {each.labels["status"]: each.value for each in gauge.samples} == {"open": 0, "failed": 1}


def _put_to_the_vote(office: Office, name: str, times: int) -> None:
    for _ in range(times):
        case = office.desk.open("painting", office.account(name), Handed({**GREEN, "litres": 1}))
        sample = Handed(documents=[NewDocument("Sample", "", b"x")])
        office.desk.act(case.reference, "show", office.account("sec"), sample)


def test_my_desk_asks_the_database_no_more_where_there_are_more_cases(office: Office) -> None:
    def statements(name: str, cases: int) -> int:
        found: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
            found.append(statement)

        browser = office.browser(name)
        event.listen(office.store.engine, "before_cursor_execute", note)
        told = browser.twin("/governance/desk")
        event.remove(office.store.engine, "before_cursor_execute", note)
        assert len({each["case"] for each in (*told["acts"], *told["votes"])}) == cases
        return len(found)

    counts = set()
    for cases in (1, 5, 9):
        _put_to_the_vote(office, "ann", 1 if cases == 1 else 4)
        counts.add(tuple(statements(name, cases) for name in ("ann", "member1", "sec")))
    (asked,) = counts
    assert max(asked) < 14


def test_others_cases_do_not_crowd_mine_off_my_desk(office: Office, path: str) -> None:
    office.desk.act(
        "P001", "show", office.account("sec"), Handed(documents=[NewDocument("Sample", "", b"x")])
    )
    _put_to_the_vote(office, "ben", 3)
    with office.store.reading() as connection:
        found = offered(office.desk.sight(connection, office.account("ann")), office.account("ann"), limit=2)
    assert [(each.case.reference, [act["name"] for act in each.acts]) for each in found] == [
        ("P001", ["withdraw"])
    ]


def test_a_procedure_is_drawn_and_explained(office: Office, path: str) -> None:
    page = office.browser().page("/governance/procedures/painting")
    assert page.count('data-state="') == len(PROCEDURES["painting"].states)
    for piece in (
        "3 Working Days",
        "Nobody paints an office black.",
        "inquorate: proposed",
        "document: Sample",
    ):
        assert piece in page
    drawn = office.browser().page(path)
    assert re.search(r'class="box present" data-state="proposed"', drawn)


def test_what_happened_by_itself_is_in_the_story(office: Office, path: str) -> None:
    office.clock.advance(days=10)
    with office.store.transaction() as connection:
        assert lapse(connection, PROCEDURES, office.clock.now()) is not None
    page = office.browser().page(path)
    assert "Missed: Sample shown" in page
    assert '<span class="state bad">missed</span>' in page
    assert "Last done: " in page
    desk = office.browser("sec")
    assert [each["status"] for each in desk.twin("/governance/desk")["due"]] == ["missed"]
    assert "What was missed and is still to be done" in desk.page("/governance")
    assert "Sample shown" in desk.page("/governance/registers/due?status=overdue")
