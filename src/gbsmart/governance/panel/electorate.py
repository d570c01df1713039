"""Who votes in the elections of members (SEC C4): each Voting Group of the category once, for each seat.

A Voting Group is all Affiliates of one Party Category. Any of them may cast its vote, and the first that does
votes for all of them: it may change the vote, and the others have none beside it. A Party whose right to take
part in elections is suspended neither votes nor puts anybody forward (SEC M8).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence

from gbsmart import parties
from gbsmart.governance import bodies
from gbsmart.parties import Category, Right, VotingGroup
from gbsmart.procedures import Situation, Voter

CATEGORIES = {
    bodies.LARGE_SUPPLIER: Category.LARGE_SUPPLIER,
    bodies.SMALL_SUPPLIER: Category.SMALL_SUPPLIER,
    bodies.ELECTRICITY_NETWORK: Category.ELECTRICITY_NETWORK,
    bodies.GAS_NETWORK: Category.GAS_NETWORK,
    bodies.OTHER: Category.OTHER_SEC_PARTY,
}
"""The Party Category that elects the members of a constituency."""


def one_vote_each(
    groups: Iterable[VotingGroup], entitled: Callable[[str], bool], voted: Collection[str]
) -> list[Voter]:
    """Who can vote for which group, as long as ``voted`` have: one of each group that has, else any of it.

    Where two that have voted are of one group since (a Party was bought), one of their votes counts.
    """
    found = []
    for group in groups:
        members = [member for member in group.members if entitled(member)]
        cast = [member for member in members if member in voted]
        found += [Voter(member, group.name) for member in (cast[:1] or members)]
    return found


def electorate(situation: Situation, constituency: str, ballot: str) -> Sequence[Voter]:
    """Who can vote for the members of ``constituency`` now."""
    entitled = situation.look_up(parties.parties_with, Right.ELECTIONS, situation.at)
    return one_vote_each(
        groups_of(situation, constituency), entitled.__contains__,
        {vote.voter for vote in situation.votes(ballot)},
    )  # fmt: skip


def groups_of(situation: Situation, constituency: str) -> list[VotingGroup]:
    """The Voting Groups that elect the members of ``constituency``."""
    return situation.look_up(parties.voting_groups, CATEGORIES[constituency], situation.at)


def may_take_part(situation: Situation, party: str) -> bool:
    """Whether a Party has the right to stand for and vote in elections."""
    return parties.party_rights(situation.connection, party, Right.ELECTIONS, situation.at)
