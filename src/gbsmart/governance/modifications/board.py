"""The Change Board (SEC D8): who votes, how votes are counted, what follows.

Each member votes for or against, or abstains, with reasons. The majority within a constituency is its
position, the majority of positions the decision; a tie rejects. Where there are alternatives a vote for one
counts for making a change, and which is made is what most constituencies prefer, the proposal itself where
they are as many. Numbers and counting are from memory.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from gbsmart.governance import seats
from gbsmart.governance.actors import (
    ANY_PARTY,
    AUTHORITY,
    CHANGE_BOARD_MEMBER,
    CODE_ADMINISTRATOR,
    DCC,
    PANEL,
)
from gbsmart.governance.bodies import CHANGE_BOARD, LARGE_SUPPLIER
from gbsmart.governance.modifications.paths import OF_THE_AUTHORITY, path_of
from gbsmart.parties import Category, Right, parties_with, voting_groups
from gbsmart.procedures import (
    Act,
    Ballot,
    CastVote,
    Count,
    Deadline,
    Situation,
    Tally,
    Told,
    Voter,
    working_days,
)
from gbsmart.procedures.counting import ABSTAIN, APPROVE, INQUORATE, REJECT, by_constituency

QUORUM = 3
"""Constituencies that take part in a meeting, of the five."""
RECONVENED_WITHIN = working_days(10)
RECOMMENDED = "recommended"


def electorate(situation: Situation) -> list[Voter]:
    """The members in post: those appointed to seats, and one for each Voting Group of large suppliers.

    A group votes, whether a term in its seat was entered or not, while one of its Parties has the right to.
    """
    at = situation.at
    appointed = [
        Voter(each.seat, each.constituency, since=each.since)
        for each in situation.look_up(seats.seats, CHANGE_BOARD.name, at)
        if each.constituency not in CHANGE_BOARD.by_voting_group
    ]
    entitled = situation.look_up(parties_with, Right.MODIFICATIONS, at)
    groups = [
        Voter(group.name, LARGE_SUPPLIER)
        for group in situation.look_up(voting_groups, Category.LARGE_SUPPLIER, at)
        if not entitled.isdisjoint(group.members)
    ]
    return [*appointed, *groups]


def choices(situation: Situation) -> list[str]:
    """Approve the proposal, or one of its alternatives; reject; abstain."""
    labels = [each["label"] for each in situation.value("alternatives", [])]
    return [APPROVE, *(f"{APPROVE} {label}" for label in labels), REJECT, ABSTAIN]


def counted(least: int) -> Count:
    """The Board's way to count: by constituency, and among those for a change by what they prefer."""
    plain = by_constituency(least=least)

    def count(votes: Sequence[CastVote], voters: Sequence[Voter]) -> Tally:
        sides = [vote._replace(choice=vote.choice.partition(" ")[0]) for vote in votes]
        tally = plain(sides, voters)
        if tally.outcome != APPROVE:
            return tally
        preferred = Counter(
            _preferred([vote for vote in votes if vote.constituency == row["constituency"]])
            for row in tally.rows
            if row["outcome"] == APPROVE
        )
        return tally._replace(outcome=_leading(preferred))

    return count


def _preferred(votes: Sequence[CastVote]) -> str:
    return _leading(Counter(vote.choice for vote in votes if vote.choice.startswith(APPROVE)))


def _leading(named: Counter[str]) -> str:
    """The most named one; of equals the proposal itself, then the earlier alternative."""
    return min(named, key=lambda choice: (-named[choice], choice))


def position(situation: Situation) -> str:
    """Count, and keep what the Board decided or recommends, with the alternative that it is about."""
    ballot = "reconvened" if situation.case.state == "reconvened" else "change_board"
    tally = situation.tally(ballot)
    if not tally.quorate:
        return INQUORATE
    decision, _, label = tally.outcome.partition(" ")
    situation.keep("decision", decision)
    situation.keep("alternative", label)
    situation.keep("recommendation", decision)
    situation.keep("alternative_recommended", label)
    return decision


def _decision_or_recommendation(situation: Situation) -> str:
    outcome = position(situation)
    if outcome == INQUORATE or path_of(situation) not in OF_THE_AUTHORITY:
        situation.keep("board_said", outcome)
        return outcome
    situation.keep("board_said", f"recommends to {outcome}")
    return RECOMMENDED


COUNT = Act(
    "count-votes", "Count the votes of the Change Board", by=PANEL, sources=("change_board", "reconvened"),
    outcomes={APPROVE: "board_approved", REJECT: "board_rejected", RECOMMENDED: "with_authority",
              INQUORATE: "adjourned"},
    decide=_decision_or_recommendation,
    tells=(Told(ANY_PARTY, "The Change Board on {reference}: {board_said}", "{title}"),
           Told(AUTHORITY, "The Change Board on {reference}: {board_said}", "{title}"),
           Told(DCC, "The Change Board on {reference}: {board_said}", "{title}")),
    clause="D8",
)  # fmt: skip
RECONVENE = Act(
    "reconvene", "Hold the meeting again", by=PANEL, sources=("adjourned",), target="reconvened",
    tells=(Told(CHANGE_BOARD_MEMBER, "Reconvened meeting on {reference}: {title}"),), clause="D8",
)  # fmt: skip
ACTS = (COUNT, RECONVENE)
DEADLINES = (
    Deadline("change-board", "Vote of the Change Board", ("change_board",), CHANGE_BOARD_MEMBER,
             working_days(25), clause="D8"),
    Deadline("reconvene", "Reconvened meeting", ("adjourned",), CODE_ADMINISTRATOR, RECONVENED_WITHIN,
             then="reconvene", clause="D8"),
    Deadline("reconvened", "Vote at the reconvened meeting", ("reconvened",), CHANGE_BOARD_MEMBER,
             working_days(5), clause="D8"),
)  # fmt: skip
BALLOTS = (
    Ballot("change_board", "Change Board", ("change_board",), CHANGE_BOARD_MEMBER, electorate,
           counted(QUORUM), choices, needs_reason=True, clause="D8"),
    Ballot("reconvened", "Change Board, reconvened", ("reconvened",), CHANGE_BOARD_MEMBER, electorate,
           counted(1), choices, needs_reason=True, clause="D8"),
)  # fmt: skip
