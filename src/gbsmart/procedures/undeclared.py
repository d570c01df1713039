"""Cases of procedures that an earlier release declared and this one does not: they are read, and end here.

What happened in them is kept with them, so that it can be shown; what may happen stood in the declaration.
"""

from __future__ import annotations

from collections.abc import Sequence

from gbsmart.procedures.declaration import Act, Procedure, Procedures
from gbsmart.procedures.model import Case, Entry, Refused
from gbsmart.procedures.polls import Polls
from gbsmart.procedures.telling import Told
from gbsmart.procedures.words import spoken


def procedure_of(procedures: Procedures, name: str, state: str) -> Procedure:
    """The procedure of a case in ``state``; where it is not declared, one in which nobody can do anything."""
    if name in procedures:
        return procedures[name]
    nothing = Act("", "", by=(), target=state)
    return Procedure(
        name, spoken(name).capitalize(), "", "", "", nothing, {state: ""}, frozenset({state}), acts=()
    )  # fmt: skip


def procedure_to_act(procedures: Procedures, case: Case) -> Procedure:
    """The procedure in whose case somebody acts; raises :class:`Refused` where it is not declared."""
    if case.procedure not in procedures:
        raise Refused(not_known(case.reference, case.procedure), remedy="It can be read as it was kept.")
    return procedures[case.procedure]


def not_known(reference: str, procedure: str) -> str:
    """What is said of such a case."""
    return f"{reference} is of the procedure {procedure!r}, which this release does not know"


def told_ballots(case: Case, polls: Polls, ledger: Sequence[Entry]) -> list[Told]:
    """The ballots in which somebody voted or that were counted, as a declared one is told.

    Whether one was secret stood in the declaration: a choice is shown where the ledger shows it.
    """
    rounds: dict[str, int] = {}
    for reference, ballot, number in polls.cast:
        if reference == case.reference:
            rounds[ballot] = max(number, rounds.get(ballot, 0))
    counted = {name.removeprefix("tally_") for name in case.data if name.startswith("tally_")}
    return [_told(case, polls, ledger, name, rounds.get(name, 0)) for name in sorted({*rounds, *counted})]


def _told(case: Case, polls: Polls, ledger: Sequence[Entry], name: str, number: int) -> Told:
    cast = (entry.given for entry in ledger if entry.act == f"vote {name}" and entry.number > number)
    public = {given["voter"] for given in cast if "choice" in given}
    votes = [
        {"voter": vote.voter, "constituency": vote.constituency, "weight": vote.weight}
        | ({"choice": vote.choice, "reason": vote.reason} if vote.voter in public else {})
        for vote in polls.cast.get((case.reference, name, number), ())
    ]
    return {
        "name": name, "title": spoken(name).capitalize(), "clause": "", "needs_reason": False,
        "secret": len(public) < len(votes), "status": "closed", "choices": [], "may_vote": [],
        "result": case.data.get(f"tally_{name}"), "entitled": [], "votes": votes,
    }  # fmt: skip
