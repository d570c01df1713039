"""Two who act at once where each waits for what the other holds: no act is lost, and nobody sees a defect."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import URL
from tests.governance.stage import Stage
from tests.procedures.office import GREEN as FORM
from tests.procedures.office import Office
from tests.procedures.painting import ANN, PAINTING, SEC, START

from gbsmart import procedures
from gbsmart.accounts import Role
from gbsmart.ground.clock import ManualClock
from gbsmart.procedures import Act, Desk, Field, Handed, Procedures, Situation, Who
from gbsmart.procedures.web import BASE
from gbsmart.store import Store, open_store

pytestmark = pytest.mark.postgresql
GREEN: dict[str, Any] = {"title": "A green office", "colour": "green", "litres": 12}


@pytest.fixture
def store(postgresql_url: URL) -> Iterator[Store]:
    """SQLite has one writer at a time: nobody meets anybody there."""
    store = open_store(postgresql_url)
    yield store
    store.close()


def with_act(name: str, effect: Any) -> Procedures:
    """The procedure of painting with one more act, which names another case and brings ``effect`` about."""
    act = Act(
        name, name.title(), by=(Who(Role.CODE_ADMINISTRATOR),), sources=("proposed",),
        takes=(Field("other", "The other case"),), effects=(effect,),
    )  # fmt: skip
    return {"painting": replace(PAINTING, acts=(*PAINTING.acts, act))}


def test_two_who_act_in_each_others_cases_both_do(store: Store) -> None:
    both_hold_theirs = threading.Barrier(2)
    met = threading.local()

    def comment_on_the_other(situation: Situation) -> None:
        if not getattr(met, "once", False):
            met.once = True
            both_hold_theirs.wait(10)
        situation.act_in(situation.value("other"), "comment", {"comment": "Me too."}, account=ANN)

    desk = Desk(store, with_act("answer", comment_on_the_other), ManualClock(START))
    first, second = (desk.open("painting", ANN, Handed(GREEN)).reference for _ in range(2))
    done: list[str] = []

    def answer(case: str, other: str) -> None:
        done.append(desk.act(case, "answer", SEC, Handed({"other": other})).reference)

    threads = [threading.Thread(target=answer, args=pair) for pair in ((first, second), (second, first))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == [first, second]
    for case in (first, second):
        with store.reading() as connection:
            ledger = procedures.entries(connection, case)
        assert [each.number for each in ledger] == [1, 2, 3]
        assert {each.act for each in ledger} == {"propose", "answer", "comment"}


def always_in_the_way(situation: Situation) -> None:
    situation.connection.exec_driver_sql(
        "DO $$ BEGIN RAISE EXCEPTION 'deadlock detected' USING ERRCODE = '40P01'; END $$"
    )


def test_a_program_is_told_to_come_back_where_others_are_in_the_way_for_long(store: Store) -> None:
    stage = Stage(store, ManualClock(START), with_act("answer", always_in_the_way))
    stage.person("ann", "party:SUP1")
    stage.person("sec", "code-administrator")
    case = stage.open("painting", "ann", **GREEN).reference
    sent = {"given": {"other": case}}
    answer = stage.http.post(f"{BASE}/cases/{case}/acts/answer", json=sent, headers=stage.headers("sec"))
    assert (answer.status_code, answer.json()["kind"]) == (503, "StoreBusy")
    assert int(answer.headers["retry-after"]) > 0
    assert [entry.act for entry in stage.ledger(case)] == ["propose"]


def test_a_person_keeps_what_was_written_where_others_are_in_the_way_for_long(postgresql_url: URL) -> None:
    office = Office(postgresql_url, with_act("answer", always_in_the_way))
    path = office.browser("ann").send(
        "/governance/procedures/painting/open", **{f"given.{name}": value for name, value in FORM.items()}
    ).headers["location"]  # fmt: skip
    answer = office.browser("sec").send(
        path, 503, do="answer", **{"given.other": "P001", "reason": "Of old."}
    )
    assert int(answer.headers["retry-after"]) > 0
    assert "others are writing" in answer.text
    assert "Of old." in answer.text
    office.store.close()
