"""Votes as values: who is entitled to one, what was cast, and how a ballot ended.

Which ballots a procedure has is declared (:class:`~gbsmart.procedures.declaration.Ballot`); the ways of
counting are in :mod:`gbsmart.procedures.counting`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple


class Tally(NamedTuple):
    """How a ballot ended: the outcome, and the counts behind it, one row for each constituency."""

    outcome: str
    rows: tuple[Mapping[str, object], ...] = ()
    quorate: bool = True


class CastVote(NamedTuple):
    """A vote: by whom, for which constituency, what, with what weight, why and when."""

    voter: str
    constituency: str
    choice: str
    weight: int = 1
    reason: str = ""
    at: datetime | None = None


class Voter(NamedTuple):
    """Somebody entitled to vote, for which constituency and with what weight.

    ``since`` is when somebody took the seat by which he or she votes: an earlier vote is another's.
    """

    voter: str
    constituency: str = ""
    weight: int = 1
    since: datetime | None = None

    def has_cast(self, vote: CastVote) -> bool:
        """Whether a vote is of this voter, and not of who voted by this seat before."""
        is_earlier = self.since is not None and vote.at is not None and vote.at < self.since
        return vote.voter == self.voter and not is_earlier


Count = Callable[[Sequence[CastVote], Sequence[Voter]], Tally]
