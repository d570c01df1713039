"""Ways to count votes, as the Code's ballots use them.

Each is a :data:`~gbsmart.procedures.votes.Count`: the votes cast and those entitled give a
:class:`~gbsmart.procedures.votes.Tally`. An abstention is a vote cast, but for neither side.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from gbsmart.procedures.votes import CastVote, Count, Tally, Voter

APPROVE, REJECT, ABSTAIN = "approve", "reject", "abstain"
INQUORATE = "inquorate"
"""The outcome of a ballot in which too few took part."""
TIE = "tie"
NONE = "none"
"""The outcome of an election in which nobody voted."""


def simple_majority(*, quorum: Fraction = Fraction(0), tie: str = REJECT) -> Count:
    """More approve than reject; ``quorum`` is the share of those entitled who must take part.

    ``tie`` is the outcome where both sides are as strong (:data:`TIE` leaves it to a casting vote).
    """

    def count(votes: Sequence[CastVote], voters: Sequence[Voter]) -> Tally:
        row = _row("", votes)
        if len(votes) < quorum * len(voters) or not voters:
            return Tally(INQUORATE, (row,), quorate=False)
        return Tally(_side(votes, tie), (row,))

    return count


def unanimous(*, quorum: Fraction = Fraction(0)) -> Count:
    """Everyone who is entitled approves; ``quorum`` 0 means that all of them must have voted."""

    def count(votes: Sequence[CastVote], voters: Sequence[Voter]) -> Tally:
        row = _row("", votes)
        needed = quorum * len(voters) if quorum else len(voters)
        if len(votes) < needed or not voters:
            return Tally(INQUORATE, (row,), quorate=False)
        return Tally(APPROVE if all(vote.choice == APPROVE for vote in votes) else REJECT, (row,))

    return count


def by_constituency(*, least: int = 1, tie: str = REJECT) -> Count:
    """Each constituency takes a position by the majority of its votes, the ballot the majority of those.

    A tie within a constituency, or none but abstentions, is an abstention of the constituency. Fewer
    than ``least`` constituencies with any vote make no quorum (SEC D8; counting from memory).
    """

    def count(votes: Sequence[CastVote], voters: Sequence[Voter]) -> Tally:
        names = dict.fromkeys(voter.constituency for voter in voters)
        rows, positions = [], Counter[str]()
        for name in names:
            cast = [vote for vote in votes if vote.constituency == name]
            position = _side(cast, ABSTAIN)
            rows.append({**_row(name, cast), "outcome": position})
            positions[position] += 1
        if len({vote.constituency for vote in votes}) < least:
            return Tally(INQUORATE, tuple(rows), quorate=False)
        if positions[APPROVE] == positions[REJECT]:
            return Tally(tie, tuple(rows))
        return Tally(APPROVE if positions[APPROVE] > positions[REJECT] else REJECT, tuple(rows))

    return count


def weighted(threshold: Fraction = Fraction(1, 2)) -> Count:
    """The weight that approves is more than ``threshold`` of all the weight entitled (SEC Z1)."""

    def count(votes: Sequence[CastVote], voters: Sequence[Voter]) -> Tally:
        total = sum(voter.weight for voter in voters)
        weights = Counter[str]()
        for vote in votes:
            weights[vote.choice] += vote.weight
        row: dict[str, object] = {"constituency": "", **weights, "entitled": total}
        if not total:
            return Tally(INQUORATE, (row,), quorate=False)
        return Tally(APPROVE if Fraction(weights[APPROVE], total) > threshold else REJECT, (row,))

    return count


def most_votes() -> Count:
    """Who has most votes wins; with as many, the tie is for a lot or the Panel Chair (SEC C4)."""

    def count(votes: Sequence[CastVote], _voters: Sequence[Voter]) -> Tally:
        ranked = Counter(vote.choice for vote in votes if vote.choice != ABSTAIN).most_common()
        rows = tuple({"candidate": name, "votes": number} for name, number in ranked)
        if not ranked:
            return Tally(NONE, rows)
        leaders = [name for name, number in ranked if number == ranked[0][1]]
        return Tally(leaders[0] if len(leaders) == 1 else TIE, rows)

    return count


def _side(votes: Iterable[CastVote], tie: str) -> str:
    sides = Counter(vote.choice for vote in votes)
    if sides[APPROVE] == sides[REJECT]:
        return tie
    return APPROVE if sides[APPROVE] > sides[REJECT] else REJECT


def _row(constituency: str, votes: Iterable[CastVote]) -> Mapping[str, object]:
    sides = Counter(vote.choice for vote in votes)
    return {"constituency": constituency, **{choice: sides[choice] for choice in (APPROVE, REJECT, ABSTAIN)}}
