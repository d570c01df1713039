"""The ballots of cases: when each was last opened, and the votes cast in it since."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import Connection, select

from gbsmart.procedures.tables import case_entry, case_vote
from gbsmart.procedures.votes import CastVote


class Move(NamedTuple):
    """An entry of a ledger that changed the state of its case."""

    number: int
    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Polls:
    """The moves of some cases, and the votes cast in each round of their ballots, by voter."""

    moves: Mapping[str, Sequence[Move]]
    cast: Mapping[tuple[str, str, int], Sequence[CastVote]]

    def round_of(self, reference: str, states: Collection[str]) -> int:
        """The entry by which a case last came into ``states``: votes since then are of one round.

        0 where it never did.
        """
        came = (
            move.number
            for move in self.moves.get(reference, ())
            if move.target in states and move.source not in states
        )
        return max(came, default=0)

    def votes(self, reference: str, ballot: str, states: Collection[str]) -> list[CastVote]:
        """The votes cast since the ballot, which is open in ``states``, was last opened."""
        return list(self.cast.get((reference, ballot, self.round_of(reference, states)), ()))


def polls(connection: Connection, references: Collection[str]) -> Polls:
    """The ballots of these cases, in two statements however many they are."""
    moves: dict[str, list[Move]] = defaultdict(list)
    row = case_entry.c
    moved = select(row.reference, row.number, row.source, row.target).where(
        row.reference.in_(references), row.source != row.target
    )
    for reference, *move in connection.execute(moved):
        moves[reference].append(Move(*move))
    cast: dict[tuple[str, str, int], list[CastVote]] = defaultdict(list)
    voted = select(case_vote).where(case_vote.c.reference.in_(references)).order_by(case_vote.c.voter)
    for vote in connection.execute(voted):
        cast[vote.reference, vote.ballot, vote.round].append(
            CastVote(vote.voter, vote.constituency, vote.choice, vote.weight, vote.reason, vote.at)
        )
    return Polls(moves, cast)
