"""Voting in the ballots of cases."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, insert, update

from gbsmart.accounts import Account, Capacity
from gbsmart.ground import InvalidValue, NotFound
from gbsmart.procedures import reading, record
from gbsmart.procedures.counting import ABSTAIN
from gbsmart.procedures.declaration import Act, Ballot, Procedures
from gbsmart.procedures.entitlement import actor_of, holding
from gbsmart.procedures.fields import check_text
from gbsmart.procedures.model import Actor, NotEntitled, Refused
from gbsmart.procedures.polls import polls
from gbsmart.procedures.situation import Situation
from gbsmart.procedures.tables import case_vote
from gbsmart.procedures.undeclared import procedure_to_act


def cast(
    connection: Connection,
    procedures: Procedures,
    reference: str,
    ballot: str,
    account: Account,
    choice: str,
    *,
    at: datetime,
    reason: str = "",
    capacity: Capacity | None = None,
) -> None:
    """Vote in a ballot that is open, or change one's vote.

    Raises :class:`Refused` where it is not open, :class:`NotEntitled` for who has no vote in it,
    :class:`InvalidValue` for what cannot be chosen.
    """
    case = reading.case(connection, reference, to_act=True)
    procedure = procedure_to_act(procedures, case)
    wanted = procedure.ballot(ballot)
    if wanted is None:
        there = ", ".join(each.name for each in procedure.ballots) or "none"
        raise NotFound(f"{procedure.title} has no ballot {ballot!r}", remedy=f"It has {there}.")
    if case.state not in wanted.states:
        raise Refused(f"{reference} is in {case.state}, where {wanted.title!r} is not open")
    act = voting_act(wanted)
    actor = actor_of(act, account, capacity, subject=case.subject, opener=case.opener)
    situation = Situation(connection, procedures, procedure, case, act, actor, account, at, {}, reason)
    voters = {one.voter: one for one in wanted.electorate(situation)}
    if capacity is None:  # who holds several votes in the first that is entitled
        held = holding(act, account, case.subject, case.opener)
        entitling = next((one for one in held if one.of in voters), actor.capacity)
        situation.actor = actor = Actor(account.name, entitling)
    check_text(reason, "reason")
    voter = voters.get(actor.capacity.of)
    if voter is None:
        raise NotEntitled(f"{actor.capacity} has no vote in {wanted.title!r} of {reference}")
    choices = choices_of(wanted, situation)
    if choice not in choices:
        raise InvalidValue(f"{choice!r} is not one of {', '.join(choices)}", field="choice")
    if wanted.needs_reason and choice != ABSTAIN and not reason.strip():
        raise InvalidValue(f"{wanted.title!r} asks for the reasons of a vote", field="reason")
    round_ = polls(connection, [reference]).round_of(reference, wanted.states)
    key = {"reference": reference, "ballot": ballot, "round": round_, "voter": voter.voter}
    values = {
        "constituency": voter.constituency, "choice": choice, "weight": voter.weight,
        "reason": reason, "at": at,
    }  # fmt: skip
    same = [case_vote.c[name] == value for name, value in key.items()]
    if not connection.execute(update(case_vote).where(*same).values(values)).rowcount:
        connection.execute(insert(case_vote).values(**key, **values))
    shown = {"ballot": ballot, "voter": voter.voter} | ({} if wanted.secret else {"choice": choice})
    situation.given = shown
    situation.reason = "" if wanted.secret else reason
    record.enter(situation, case.state)


def voting_act(ballot: Ballot) -> Act:
    """Casting a vote, as an act."""
    return Act(f"vote {ballot.name}", f"Vote: {ballot.title}", by=(ballot.by,), sources=ballot.states)


def choices_of(ballot: Ballot, situation: Situation) -> Sequence[str]:
    """What can be voted for."""
    return ballot.choices if isinstance(ballot.choices, tuple) else tuple(ballot.choices(situation))
