"""Elections to the Panel (SEC C4): nominations, one vote for each Voting Group, ties, vacancies, terms."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from tests.governance.panel.conftest import held
from tests.governance.stage import Stage

from gbsmart import parties
from gbsmart.governance import seats
from gbsmart.governance.panel.elections import LETTERS, drawn
from gbsmart.ground import InvalidValue
from gbsmart.parties import Right
from gbsmart.procedures import NewDocument, NotEntitled, Refused

TERM_FROM = "2024-04-01"
BOTH_LETTERS = [NewDocument(kind, kind, b"I do.") for kind in LETTERS]


def called(stage: Stage, seat: str = "large-supplier-1", **given: Any) -> str:
    values = {"body": "panel", "term_from": TERM_FROM} | given
    return stage.open("election", "sec", seat=seat, **values).reference


def nominate(stage: Stage, reference: str, by: str, candidate: str, **given: Any) -> None:
    stage.act(reference, "nominate", by, documents=BOTH_LETTERS, candidate=candidate, **given)


def close_nominations(stage: Stage) -> None:
    stage.wait(days=22)  # 15 Working Days


def count_votes(stage: Stage) -> None:
    stage.wait(days=15)  # 10 Working Days


def contested(stage: Stage) -> str:
    reference = called(stage)
    nominate(stage, reference, "huge", "Ann Smith")
    nominate(stage, reference, "big1", "Ben Jones")
    close_nominations(stage)
    return reference


def holders(stage: Stage, at: datetime | None = None) -> dict[str, str]:
    with stage.store.reading() as connection:
        sitting = seats.seats(connection, "panel", at or stage.clock.now())
    return {each.seat: each.holder for each in sitting}


@pytest.mark.system("S168")
def test_most_votes_win_and_the_seat_is_held_for_24_months(stage: Stage) -> None:
    stage.person("ann")
    reference = called(stage)
    nominate(stage, reference, "huge", "Ann Smith", account="ann")
    nominate(stage, reference, "big1", "Ben Jones")
    close_nominations(stage)
    assert stage.case(reference).state == "voting"
    stage.vote(reference, "seat", "huge", "Ann Smith")
    stage.vote(reference, "seat", "vast", "Ann Smith")
    stage.vote(reference, "seat", "big1", "Ben Jones")
    count_votes(stage)
    case = stage.case(reference)
    assert (case.state, case.data["winner"]) == ("elected", "Ann Smith")
    assert (holders(stage), held(stage, "ann")) == ({}, [])
    stage.wait_until(datetime(2024, 3, 31, 23, tzinfo=UTC))  # 1 April in London
    assert holders(stage) == {"large-supplier-1": "Ann Smith"}
    assert held(stage, "ann") == ["panel-member:large-supplier-1"]
    stage.wait_until(datetime(2026, 3, 31, 23, tzinfo=UTC))
    assert (holders(stage), held(stage, "ann")) == ({}, [])


def test_a_voting_group_has_one_vote_whoever_of_it_casts_it(stage: Stage) -> None:
    reference = contested(stage)
    stage.vote(reference, "seat", "big1", "Ann Smith")
    with pytest.raises(NotEntitled, match="party:BIG2 has no vote"):
        stage.vote(reference, "seat", "big2", "Ben Jones")
    stage.vote(reference, "seat", "big1", "Ben Jones")
    with pytest.raises(NotEntitled, match="party:TINY has no vote"):
        stage.vote(reference, "seat", "tiny", "Ben Jones")
    with pytest.raises(InvalidValue, match="choice"):
        stage.vote(reference, "seat", "vast", "Cat Brown")
    assert stage.read(f"/cases/{reference}")["ballots"][0]["votes"] == [
        {"voter": "BIG1", "constituency": "Big", "weight": 1}
    ]
    count_votes(stage)
    assert stage.case(reference).data["tally_seat"]["rows"] == [{"candidate": "Ben Jones", "votes": 1}]


def test_a_tie_is_decided_by_a_lot_that_anybody_can_draw_again(stage: Stage) -> None:
    reference = contested(stage)
    stage.vote(reference, "seat", "huge", "Ann Smith")
    stage.vote(reference, "seat", "big2", "Ben Jones")
    count_votes(stage)
    assert stage.case(reference).data["tied"] == ["Ann Smith", "Ben Jones"]
    case = stage.act(reference, "draw", "sec", randomness="4 8 15 16 23 42")
    assert case.data["winner"] == drawn(["Ben Jones", "Ann Smith"], "4 8 15 16 23 42")
    names = ["Ann Smith", "Ben Jones"]
    assert {drawn(names, str(number)) for number in range(20)} == set(names)


def test_a_tie_may_be_decided_by_the_panel_chair(stage: Stage) -> None:
    reference = contested(stage)
    count_votes(stage)  # nobody voted: both have as many
    with pytest.raises(InvalidValue, match="chosen: is not one of Ann Smith, Ben Jones"):
        stage.act(reference, "choose", "pat", chosen="Cat Brown", reason="Better.")
    with pytest.raises(NotEntitled):
        stage.act(reference, "choose", "sec", chosen="Ben Jones", reason="Better.")
    stage.act(reference, "choose", "pat", chosen="Ben Jones", reason="Longer in the trade.")
    assert holders(stage, datetime(2024, 6, 1, tzinfo=UTC)) == {"large-supplier-1": "Ben Jones"}


def test_candidates_come_from_the_category_with_their_letters_and_stand_once(stage: Stage) -> None:
    reference = called(stage)
    with pytest.raises(Refused, match="TINY is no Large Supplier"):
        nominate(stage, reference, "tiny", "Ann Smith")
    with pytest.raises(Refused, match="comes with the document 'Statement of independence'"):
        stage.act(reference, "nominate", "huge", documents=BOTH_LETTERS[:1], candidate="Ann Smith")
    nominate(stage, reference, "huge", "Ann Smith")
    with pytest.raises(Refused, match="comes with the document 'Letter of release'"):
        stage.act(reference, "nominate", "vast", candidate="Ben Jones")
    other = called(stage, "large-supplier-2")
    with pytest.raises(Refused, match=f"Ann Smith stands for large-supplier-1 \\({reference}\\)"):
        nominate(stage, other, "vast", "Ann Smith")
    with pytest.raises(Refused, match="VAST has not nominated Ann Smith"):
        stage.act(reference, "take_back", "vast", withdrawn="Ann Smith")
    stage.act(reference, "take_back", "huge", withdrawn="Ann Smith")
    nominate(stage, other, "vast", "Ann Smith")


def test_where_nobody_is_nominated_the_seat_stays_open(stage: Stage) -> None:
    reference = called(stage)
    close_nominations(stage)
    assert (stage.case(reference).state, holders(stage)) == ("open_seat", {})


def test_whose_right_is_suspended_neither_votes_nor_nominates(stage: Stage) -> None:
    reference = contested(stage)
    with stage.store.transaction() as connection:
        parties.suspend_rights(
            connection, "HUGE", {Right.ELECTIONS}, at=stage.clock.now(), reason="Unpaid.", case="EVD001"
        )
    with pytest.raises(NotEntitled, match="no vote"):
        stage.vote(reference, "seat", "huge", "Ann Smith")
    other = called(stage, "large-supplier-2")
    with pytest.raises(Refused, match="right of HUGE to take part in elections is suspended"):
        nominate(stage, other, "huge", "Cat Brown")


def test_a_seat_that_falls_vacant_is_filled_for_the_rest_of_the_term(stage: Stage) -> None:
    stage.person("ann")
    reference = called(stage, "small-supplier-1", term_from="2024-01-08")
    nominate(stage, reference, "tiny", "Ann Smith", account="ann")
    close_nominations(stage)
    (term,) = stage.cases("appointment")
    assert (term.state, term.subject) == ("in_post", "small-supplier-1")
    stage.act(term.reference, "declare", "ann", interest="Shares of TINY.")
    stage.act(term.reference, "resign", "ann")
    assert (holders(stage), held(stage, "ann")) == ({}, [])
    (interim,) = (each for each in stage.cases("election") if each.state == "nominations")
    assert (interim.data["interim"], interim.data["term_until"]) == (True, "2026-01-08")
    with pytest.raises(Refused, match="is being filled already"):
        called(stage, "small-supplier-1")
    nominate(stage, interim.reference, "tiny", "Ben Jones")
    close_nominations(stage)
    with stage.store.reading() as connection:
        (_, rest) = seats.terms(connection, "panel", "small-supplier-1")
    assert (rest.holder, rest.until) == ("Ben Jones", datetime(2026, 1, 8, tzinfo=UTC))


def test_whoever_leaves_shortly_before_the_term_ends_is_followed_by_the_regular_election(
    stage: Stage,
) -> None:
    term = stage.open(
        "appointment", "sec", body="panel", seat="gas-network-1", holder="Ann Smith", until=TERM_FROM,
        reason="Elected before.",
    )  # fmt: skip
    regular = called(stage, "gas-network-1")
    stage.wait(days=60)
    stage.act(term.reference, "vacate", "sec", reason="A new job.")
    assert [each.reference for each in stage.cases("election")] == [regular]


def test_an_interim_and_the_next_regular_election_stand_beside_each_other(stage: Stage) -> None:
    term = stage.open(
        "appointment", "sec", body="panel", seat="gas-network-1", holder="Ann Smith", until="2024-06-01",
        reason="Elected before.",
    )  # fmt: skip
    stage.act(term.reference, "vacate", "sec", reason="A new job.")
    (interim,) = stage.cases("election")
    stage.open("election-round", "sec", body="panel", terms_from="2024-06-01")
    gas = [each for each in stage.cases("election") if each.subject == "gas-network-1"]
    assert [each.data["term_from"] for each in gas] == ["2024-06-01", interim.data["term_from"]]


def test_the_yearly_round_calls_an_election_for_each_seat_whose_term_ends(stage: Stage) -> None:
    for number, until in ((1, "2024-04-01"), (2, "2025-04-01")):
        for category in ("large-supplier", "small-supplier", "other-sec-party"):
            stage.open(
                "appointment", "sec", body="panel", seat=f"{category}-{number}",
                holder=f"{category} {number}", until=until, reason="Elected before this register began.",
            )  # fmt: skip
    for seat in ("electricity-network-1", "gas-network-1"):
        stage.open(
            "appointment", "sec", body="panel", seat=seat, holder=seat, until="2025-04-01", reason="As above."
        )
    round_ = stage.open("election-round", "sec", body="panel", terms_from=TERM_FROM)
    assert sorted(each.subject for each in stage.cases("election")) == [
        "large-supplier-1", "other-sec-party-1", "small-supplier-1",
    ]  # fmt: skip
    with pytest.raises(Refused, match="is not over"):
        stage.act(round_.reference, "conclude", "sec")
    close_nominations(stage)
    stage.act(round_.reference, "conclude", "sec")


def test_what_is_elected_is_not_entered_without_saying_why(stage: Stage) -> None:
    with pytest.raises(Refused, match="is filled by an election"):
        stage.open("appointment", "sec", body="panel", seat="gas-network-1", holder="Ann Smith")
    with pytest.raises(InvalidValue, match="has no such elected seat"):
        called(stage, "consumer-1")
    with pytest.raises(InvalidValue, match="ends after it begins"):
        called(stage, term_until="2024-03-01")
