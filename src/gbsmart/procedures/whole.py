"""A case with all that belongs to it, as somebody may see it, and what he or she can do in it now."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, NamedTuple

from gbsmart.accounts import Account, Capacity
from gbsmart.ground import NotFound
from gbsmart.procedures import reading
from gbsmart.procedures.declaration import (
    OPENER,
    SUBJECT,
    Act,
    Ballot,
    Procedure,
    Procedures,
    declared,
)
from gbsmart.procedures.entitlement import THE_CLOCK, able, holding, possible
from gbsmart.procedures.model import CLOCK, Case, CaseDocument
from gbsmart.procedures.polls import polls
from gbsmart.procedures.reading import Turn
from gbsmart.procedures.sight import Sight
from gbsmart.procedures.situation import Situation, Survey
from gbsmart.procedures.telling import (
    Told,
    told_act,
    told_case,
    told_document,
    told_due,
    told_entry,
    told_notice,
)
from gbsmart.procedures.undeclared import procedure_of, told_ballots
from gbsmart.procedures.voting import choices_of, voting_act


def whole_case(sight: Sight, reference: str) -> Told:
    """A case with its ledger, documents, deadlines, notices, ballots and relatives, as somebody sees it.

    ``known`` says whether its procedure is declared: else it is told as it was kept, and nobody can act.
    """
    connection, account = sight.connection, sight.account
    case = reading.case(connection, reference)
    known = case.procedure in sight.procedures
    procedure = procedure_of(sight.procedures, case.procedure, case.state)
    survey = Survey(polls(connection, [reference]))
    ledger = reading.entries(connection, reference)
    documents = reading.documents(connection, reference)
    notices = reading.notices(connection, reference=reference)
    seen = [each for each in documents if sight.sees(case, each, ledger)]
    shown = sight.case(case)
    return {
        **told_case(shown),
        "private": sorted(set(case.data) - set(shown.data)),
        "known": known,
        "procedure_title": procedure.title,
        "meaning": procedure.states.get(case.state, ""),
        "final": known and case.state in procedure.final,
        "possible": _possible(sight.procedures, procedure, case, account, documents) if known else [],
        "ledger": [told_entry(sight.entry(case, each)) for each in ledger],
        "documents": list(map(told_document, seen)),
        "withheld": len(documents) - len(seen),
        "deadlines": list(map(told_due, reading.deadlines(connection, reference=reference))),
        "notices": list(map(told_notice, reversed(sight.notices(notices)))),
        "ballots": [_told_ballot(sight, survey, procedure, case, each) for each in procedure.ballots]
        if known
        else told_ballots(case, survey.polls, ledger),
        "children": [
            {
                "reference": each.reference,
                "procedure": each.procedure,
                "title": each.title,
                "state": each.state,
            }
            for each in map(sight.case, reading.cases(connection, parent=reference))
        ],
    }


class Offered(NamedTuple):
    """A case in which an account can do something now: which acts, and which ballots await its vote."""

    case: Case
    acts: list[Told]
    ballots: list[Told]


def offered(sight: Sight, account: Account, *, limit: int) -> list[Offered]:
    """The newest cases in which ``account`` can act or vote now: a few statements, however many they are."""
    connection, procedures = sight.connection, sight.procedures
    cases = reading.cases(connection, turns=_turns(procedures, account), limit=limit)
    survey = Survey(polls(connection, [each.reference for each in cases]))
    found = []
    for case in cases:
        procedure = declared(procedures, case.procedure)
        ballots = [
            _told_ballot(sight, survey, procedure, case, each)
            for each in procedure.ballots
            if case.state in each.states and _votes(each, case, account)
        ]
        acts = _possible(procedures, procedure, case, account, [])
        waiting = [each for each in ballots if each["may_vote"]]
        if acts or waiting:
            found.append(Offered(sight.case(case), acts, waiting))
    return found


def _turns(procedures: Procedures, account: Account) -> list[Turn]:
    """Where in the procedures ``account`` may act or vote, as declared."""
    holders: dict[tuple[str, frozenset[str], str], set[str]] = defaultdict(set)
    for procedure in procedures.values():
        steps = [(who, act.sources) for act in procedure.acts for who in act.by]
        steps += [(ballot.by, ballot.states) for ballot in procedure.ballots]
        for capacity in account.capacities:
            states: dict[str, set[str]] = defaultdict(set)
            for who, there in steps:
                if who.holds(capacity, capacity.of, capacity.of):
                    states[who.of if who.of in (SUBJECT, OPENER) else ""].update(there)
            for whose, those in states.items():
                holders[procedure.name, frozenset(those), whose].add(capacity.of)
    return [Turn(name, states, whose, frozenset(of)) for (name, states, whose), of in holders.items()]


def document_of(sight: Sight, reference: str, number: int) -> tuple[CaseDocument, bytes]:
    """A document and its octets; raises :class:`NotFound` for one that is not to be seen, too."""
    connection = sight.connection
    case = reading.case(connection, reference)
    found = next((each for each in reading.documents(connection, reference) if each.number == number), None)
    ledger = reading.entries(connection, reference)
    if found is None or not sight.sees(case, found, ledger):
        raise NotFound(f"{reference} has no document {number}, or it is confidential")
    return found, reading.octets_of(connection, reference, number)


def _possible(
    procedures: Procedures,
    procedure: Procedure,
    case: Case,
    account: Account | None,
    documents: list[CaseDocument],
) -> list[Told]:
    """What can be done now, with what is needed for it, and which of the documents are there already."""
    there = {each.kind for each in documents}
    found = []
    for one in possible(procedures, case, account):
        act = procedure.act(one.act)
        assert act is not None
        told = told_act(act)
        told["capacity"] = str(one.capacity)
        told["capacities"] = list(map(str, able(act, account, case))) if account else []
        told["held"] = [kind for kind in act.documents if kind in there]
        found.append(told)
    return found


def capacities_for(opening: Act, account: Account | None) -> list[str]:
    """The capacities in which an account can open a case, the one that is taken by itself first."""
    return list(map(str, holding(opening, account, "", ""))) if account else []


def _votes(ballot: Ballot, case: Case, account: Account | None) -> list[Capacity]:
    """The capacities in which an account votes in a ballot, if they are entitled."""
    return holding(voting_act(ballot), account, case.subject, case.opener) if account else []


def _told_ballot(sight: Sight, survey: Survey, procedure: Procedure, case: Case, ballot: Ballot) -> Told:
    """A ballot: who is entitled and who has voted; what, unless it is secret and still open."""
    is_open = case.state in ballot.states
    was_open = bool(survey.polls.round_of(case.reference, ballot.states))
    votes = survey.polls.votes(case.reference, ballot.name, ballot.states)
    told: dict[str, Any] = {
        "name": ballot.name, "title": ballot.title, "clause": ballot.clause, "secret": ballot.secret,
        "needs_reason": ballot.needs_reason,
        "status": "open" if is_open else "closed" if was_open else "to come", "choices": [], "may_vote": [],
        "result": case.data.get(f"tally_{ballot.name}"), "entitled": [],
        "votes": [
            {"voter": vote.voter, "constituency": vote.constituency, "weight": vote.weight}
            | ({} if ballot.secret and is_open else {"choice": vote.choice, "reason": vote.reason})
            for vote in votes
        ],
    }  # fmt: skip
    if is_open:
        act = voting_act(ballot)
        situation = Situation(
            sight.connection, sight.procedures, procedure, case, act, CLOCK, THE_CLOCK, sight.at, {},
            survey=survey,
        )  # fmt: skip
        entitled = list(ballot.electorate(situation))
        names = {each.voter for each in entitled}
        told["choices"] = list(choices_of(ballot, situation))
        told["entitled"] = [
            {"voter": each.voter, "constituency": each.constituency, "weight": each.weight}
            for each in entitled
        ]
        own = {each.voter for each in situation.votes_of(ballot.name, entitled)}
        told["votes"] = [each for each in told["votes"] if each["voter"] in own or each["voter"] not in names]
        told["may_vote"] = [str(each) for each in _votes(ballot, case, sight.account) if each.of in names]
    return told
