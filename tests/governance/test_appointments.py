"""Seats of the bodies of the Code: who is appointed, and when a term is over."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from tests.governance.stage import Stage

from gbsmart.governance import seats
from gbsmart.ground import InvalidValue
from gbsmart.procedures import Case, NotEntitled, Refused


@pytest.fixture
def admin(stage: Stage) -> str:
    stage.person("supplier", "party:SUP1")
    return stage.person("secretary", "code-administrator")


def appointed(stage: Stage, seat: str = "small-supplier-1", **given: Any) -> Case:
    values = {"body": "change-board", "constituency": "Small Supplier", "holder": "Ann Smith"} | given
    return stage.open("appointment", "secretary", seat=seat, **values)


def holders(stage: Stage) -> list[str]:
    with stage.store.reading() as connection:
        return [each.holder for each in seats.seats(connection, "change-board", stage.clock.now())]


def test_a_seat_is_held_until_its_term_is_over(stage: Stage, admin: str) -> None:
    case = appointed(stage, until="2024-03-01")
    assert holders(stage) == ["Ann Smith"]
    stage.wait_until(datetime(2024, 2, 29, 23, tzinfo=UTC))
    assert stage.case(case.reference).state == "in_post"
    stage.wait(hours=1)
    assert (stage.case(case.reference).state, holders(stage)) == ("ended", [])


def test_a_seat_that_is_left_can_be_given_again(stage: Stage, admin: str) -> None:
    case = appointed(stage)
    with pytest.raises(InvalidValue, match="Ann Smith has small-supplier-1"):
        appointed(stage, holder="Ben Jones")
    stage.act(case.reference, "vacate", "secretary", reason="A new job.")
    appointed(stage, holder="Ben Jones")
    assert holders(stage) == ["Ben Jones"]


def test_a_constituency_has_so_many_seats_and_no_more(stage: Stage, admin: str) -> None:
    for number in (1, 2, 3):
        appointed(stage, f"small-supplier-{number}")
    with pytest.raises(Refused, match="all 3 seats of Small Supplier are held"):
        appointed(stage, "small-supplier-4")
    with pytest.raises(InvalidValue, match="Change Board has no seats for DCC"):
        appointed(stage, "dcc-1", constituency="DCC")


def test_a_seat_that_is_not_there_is_refused_with_those_that_are(stage: Stage, admin: str) -> None:
    with pytest.raises(InvalidValue, match="Change Board has no seat 'large-supplier-1'") as refused:
        appointed(stage, "large-supplier-1", constituency="")
    assert "network-3" in refused.value.remedy
    assert refused.value.remedy.endswith(
        "and, with their constituency, those of Voting Groups: Large Supplier."
    )


def test_a_term_ends_after_it_begins(stage: Stage, admin: str) -> None:
    with pytest.raises(InvalidValue, match="until"):
        appointed(stage, since="2024-03-01", until="2024-03-01")


def test_a_party_appoints_nobody(stage: Stage, admin: str) -> None:
    with pytest.raises(NotEntitled):
        stage.open("appointment", "supplier", body="panel", seat="x", holder="me")
