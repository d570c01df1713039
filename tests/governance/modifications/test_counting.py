"""What must hold of every count of the Change Board, however its members vote."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from gbsmart.governance.modifications.board import counted
from gbsmart.procedures import CastVote, Voter

CONSTITUENCIES = ("Consumer", "Small Supplier", "Network", "Other SEC Party", "Large Supplier")
CHOICES = ("approve", "approve A", "approve B", "reject", "abstain")
count = counted(1)


def voters(votes: Sequence[CastVote]) -> list[Voter]:
    return [Voter(vote.voter, vote.constituency) for vote in votes]


@st.composite
def boards(draw: st.DrawFn) -> list[CastVote]:
    places = draw(st.lists(st.sampled_from(CONSTITUENCIES), min_size=1, max_size=14))
    return [
        CastVote(f"member-{number}", place, draw(st.sampled_from(CHOICES)))
        for number, place in enumerate(places)
    ]


@given(boards().flatmap(lambda votes: st.tuples(st.just(votes), st.permutations(votes))))
def test_the_order_of_votes_decides_nothing(both: tuple[list[CastVote], list[CastVote]]) -> None:
    votes, shuffled = both
    assert count(votes, voters(votes)).outcome == count(shuffled, voters(shuffled)).outcome


@given(boards(), st.sampled_from(CONSTITUENCIES))
def test_more_members_of_one_mind_give_a_constituency_no_more_weight(
    votes: list[CastVote], place: str
) -> None:
    again = [vote._replace(voter=f"{vote.voter} again") for vote in votes if vote.constituency == place]
    assert count(votes, voters(votes)).outcome == count([*votes, *again], voters([*votes, *again])).outcome


@given(boards())
def test_what_is_carried_is_lost_when_everybody_votes_the_other_way(votes: list[CastVote]) -> None:
    def turned(choice: str) -> str:
        return {"reject": "approve", "abstain": "abstain"}.get(choice, "reject")

    other = [vote._replace(choice=turned(vote.choice)) for vote in votes]
    outcomes = (count(votes, voters(votes)).outcome, count(other, voters(other)).outcome)
    assert not all(outcome.startswith("approve") for outcome in outcomes)


@given(boards(), st.integers(0, 13))
def test_who_turns_to_approval_never_defeats_a_change(votes: list[CastVote], who: int) -> None:
    who %= len(votes)
    turned = [vote._replace(choice="approve") if n == who else vote for n, vote in enumerate(votes)]
    if count(votes, voters(votes)).outcome.startswith("approve"):
        assert count(turned, voters(turned)).outcome.startswith("approve")


@given(boards())
def test_what_is_made_is_what_somebody_voted_for(votes: list[CastVote]) -> None:
    outcome = count(votes, voters(votes)).outcome
    assert outcome == "reject" or outcome in {vote.choice for vote in votes}
