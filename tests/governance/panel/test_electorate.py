"""Whoever votes, and however Parties are bought meanwhile: no Voting Group counts twice."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from gbsmart.governance.panel.electorate import one_vote_each
from gbsmart.parties import Category, VotingGroup
from gbsmart.procedures import CastVote
from gbsmart.procedures.counting import most_votes

PARTIES = [f"P{number}" for number in range(8)]
CANDIDATES = ["Ann", "Ben", "Cat"]
GROUPED = st.lists(st.integers(0, 3), min_size=len(PARTIES), max_size=len(PARTIES))
ATTEMPTS = st.lists(st.tuples(st.sampled_from(PARTIES), st.sampled_from(CANDIDATES)), max_size=40)


def groups(of: list[int]) -> list[VotingGroup]:
    names = sorted(set(of))
    members = {
        name: tuple(p for p, group in zip(PARTIES, of, strict=True) if group == name) for name in names
    }
    return [VotingGroup(f"G{name}", Category.LARGE_SUPPLIER, members[name]) for name in names]


@given(GROUPED, GROUPED, ATTEMPTS, ATTEMPTS, st.sets(st.sampled_from(PARTIES)))
def test_no_voting_group_ever_counts_twice(
    at_first: list[int],
    at_last: list[int],
    early: list[tuple[str, str]],
    late: list[tuple[str, str]],
    suspended: set[str],
) -> None:
    cast: dict[str, str] = {}
    for grouped, attempts in ((at_first, early), (at_last, late)):
        for party, choice in attempts:
            entitled = one_vote_each(groups(grouped), lambda one: one not in suspended, cast)
            if party in {voter.voter for voter in entitled}:
                cast[party] = choice
    voters = one_vote_each(groups(at_last), lambda one: one not in suspended, cast)
    counted = [
        CastVote(each.voter, each.constituency, cast[each.voter]) for each in voters if each.voter in cast
    ]
    assert max(Counter(vote.constituency for vote in counted).values(), default=0) <= 1
    assert not {vote.voter for vote in counted} & suspended
    total = sum(int(str(row["votes"])) for row in most_votes()(counted, voters).rows)
    assert total == len(counted) <= len(set(at_last))


def test_the_first_of_a_group_votes_for_it_and_the_others_may_until_then() -> None:
    both = [VotingGroup("Group", Category.LARGE_SUPPLIER, ("P1", "P2"))]
    everybody = lambda _party: True  # noqa: E731
    assert [each.voter for each in one_vote_each(both, everybody, set())] == ["P1", "P2"]
    assert [each.voter for each in one_vote_each(both, everybody, {"P2"})] == ["P2"]
