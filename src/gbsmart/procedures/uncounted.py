"""Ballots that end uncounted: a case is withdrawn, put on hold or suspended while they are open.

The votes cast in them lapse, since a ballot begins anew when it is opened again; who is entitled to one is
told, then and when it is open again, and the ledger says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from gbsmart.accounts import Capacity
from gbsmart.procedures import record
from gbsmart.procedures.declaration import Act, Ballot
from gbsmart.procedures.model import Case
from gbsmart.procedures.polls import polls
from gbsmart.procedures.situation import Situation


def let_ballots_lapse(situation: Situation, source: str, now: Case) -> None:
    """Say which ballots an act has closed without a count, and which of these it has opened again.

    The act found the case in ``source``, and left it as it is ``now``.
    """
    for ballot in situation.procedure.ballots:
        was_open, is_open = source in ballot.states, now.state in ballot.states
        if was_open and not is_open and f"tally_{ballot.name}" not in situation.changes:
            _lapse(situation, ballot, now)
        elif is_open and not was_open and _lapsed_last(situation, ballot):
            subject = f"{situation.case.reference}: {ballot.title} is open again"
            _tell(situation, ballot, subject, "Votes cast before do not count: vote again.")


def lapsed_act(ballot: Ballot) -> Act:
    """That a ballot lapses, as an act."""
    return Act(f"lapsed {ballot.name}", f"Lapsed, and not counted: {ballot.title}", by=(ballot.by,))


def _lapse(situation: Situation, ballot: Ballot, now: Case) -> None:
    known = polls(situation.connection, [situation.case.reference])
    cast = len(known.votes(situation.case.reference, ballot.name, ballot.states))
    lapsed = replace(
        situation, case=now, act=lapsed_act(ballot), given={"ballot": ballot.name, "votes": cast}, reason="",
        outcome="",
    )  # fmt: skip
    record.enter(lapsed, now.state)
    text = f"{situation.act.title}: its votes ({cast} cast) are not counted."
    _tell(situation, ballot, f"{situation.case.reference}: {ballot.title} has lapsed", text)


def _tell(situation: Situation, ballot: Ballot, subject: str, text: str) -> None:
    for voter in _entitled(situation, ballot):
        situation.notify(Capacity(ballot.by.role, voter), subject, text)


def _entitled(situation: Situation, ballot: Ballot) -> Iterable[str]:
    return dict.fromkeys(each.voter for each in ballot.electorate(situation))


def _lapsed_last(situation: Situation, ballot: Ballot) -> bool:
    """Whether it had lapsed when the act opened it."""
    lapse = lapsed_act(ballot).name
    before = [
        each.act
        for each in situation.entries()
        if each.act == lapse or (each.target in ballot.states and each.source not in ballot.states)
    ]
    return lapse in before[-2:]
