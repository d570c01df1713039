"""Ways to count votes."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from gbsmart.procedures import CastVote, Voter
from gbsmart.procedures.counting import (
    INQUORATE,
    NONE,
    TIE,
    by_constituency,
    most_votes,
    simple_majority,
    unanimous,
    weighted,
)


def votes(**by_constituency: str) -> list[CastVote]:
    """``large="yyn-"``: two approve, one rejects, one abstains."""
    choice = {"y": "approve", "n": "reject", "-": "abstain"}
    return [
        CastVote(f"{name}-{number}", name, choice[letter])
        for name, letters in by_constituency.items()
        for number, letter in enumerate(letters)
    ]


def voters(**numbers: int) -> list[Voter]:
    return [Voter(f"{name}-{n}", name) for name, count in numbers.items() for n in range(count)]


def test_the_change_board_counts_constituencies_not_heads() -> None:
    cast = votes(large="yyyyy", small="nn-", network="n", other="nn")
    tally = by_constituency()(cast, voters(large=5, small=3, network=3, other=3, consumer=1))
    assert tally.outcome == "reject"
    assert {row["constituency"]: row["outcome"] for row in tally.rows} == {
        "large": "approve", "small": "reject", "network": "reject", "other": "reject", "consumer": "abstain",
    }  # fmt: skip


def test_a_tie_within_a_constituency_abstains_and_a_tie_of_constituencies_rejects() -> None:
    seats = voters(large=2, small=1, network=1)
    assert by_constituency()(votes(large="yn", small="y", network="n"), seats).outcome == "reject"
    assert by_constituency()(votes(large="yn", small="y", network="-"), seats).outcome == "approve"
    assert by_constituency(least=2)(votes(small="y"), seats).outcome == INQUORATE


def test_a_majority_is_of_those_who_take_a_side() -> None:
    seats = voters(panel=8)
    half = simple_majority(quorum=Fraction(1, 2), tie=TIE)
    assert half(votes(panel="y---"), seats).outcome == "approve"
    assert half(votes(panel="yynn"), seats).outcome == TIE
    assert half(votes(panel="yyy"), seats).outcome == INQUORATE
    assert simple_majority()([], []).outcome == INQUORATE


def test_unanimity_needs_everybody_or_all_of_a_quorum() -> None:
    seats = voters(panel=4)
    assert unanimous()(votes(panel="yyyy"), seats).outcome == "approve"
    assert unanimous()(votes(panel="yyy-"), seats).outcome == "reject"
    assert unanimous()(votes(panel="yyy"), seats).outcome == INQUORATE
    assert unanimous(quorum=Fraction(1, 2))(votes(panel="yy"), seats).outcome == "approve"


def test_weights_are_held_against_all_that_is_entitled() -> None:
    seats = [Voter("a", "", 60), Voter("b", "", 30), Voter("c", "", 10)]
    assert weighted()([CastVote("a", "", "approve", 60)], seats).outcome == "approve"
    assert weighted()(
        [CastVote("b", "", "approve", 30), CastVote("c", "", "approve", 10)], seats
    ).outcome == ("reject")
    assert weighted()([], []).outcome == INQUORATE


def test_an_election_is_won_by_most_votes_and_a_tie_is_told() -> None:
    def election(*names: str) -> str:
        return most_votes()([CastVote(str(n), "", name) for n, name in enumerate(names)], []).outcome

    assert election("Ann", "Ben", "Ann") == "Ann"
    assert election("Ann", "Ben") == TIE
    assert election("abstain") == election() == NONE


@given(st.lists(st.sampled_from("yn-"), max_size=12), st.randoms(use_true_random=False))
def test_the_order_of_votes_counts_for_nothing(letters: list[str], chance: object) -> None:
    cast = votes(panel="".join(letters))
    mixed = list(cast)
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    for count in (simple_majority(), unanimous(), by_constituency()):
        assert count(cast, voters(panel=12)) == count(mixed, voters(panel=12))
