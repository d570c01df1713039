"""Who acts for a Party acts for one: an account may keep a capacity that its Party has lost.

Accounts are entered by whoever operates the system, and Parties accede, withdraw and are expelled under the
Code. So that no procedure forgets it, every act that a Party can do asks the register; but for disputes and
notices, since what a Party owes, and may claim, outlives its membership (SEC M8).
"""

from __future__ import annotations

from dataclasses import replace

from gbsmart import parties
from gbsmart.accounts import Role
from gbsmart.procedures import Act, Procedure, Situation

OUTLIVING = frozenset({"dispute", "notice"})
"""The procedures in which a former Party still acts."""


def is_a_party(situation: Situation) -> None:
    """Who acts for a Party acts for one that has acceded, and has not left."""
    who = situation.actor.capacity
    if who.role is Role.PARTY and parties.is_outside(situation.connection, who.of, situation.at):
        situation.refuse(f"{who.of} is no Party on that day")


def for_parties_only(procedure: Procedure) -> Procedure:
    """The same procedure, in which nobody acts for who is no Party."""
    if procedure.name in OUTLIVING:
        return procedure
    return replace(procedure, opening=_guarded(procedure.opening), acts=tuple(map(_guarded, procedure.acts)))


def _guarded(act: Act) -> Act:
    if all(who.role is not Role.PARTY for who in act.by):
        return act
    return replace(act, guards=(is_a_party, *act.guards))
