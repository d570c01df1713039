"""How governance began (SEC X4): the Secretary of State appoints the first Panel and the first SECAS.

What is appointed so ends on the day named: from then on Sections C3 to C7 fill the seats.
"""

from __future__ import annotations

from typing import NamedTuple

from gbsmart.governance import offices, seats
from gbsmart.governance.actors import ANY_PARTY, AUTHORITY, CLOCK, CODE_ADMINISTRATOR, SECRETARY_OF_STATE
from gbsmart.governance.bodies import PANEL, SECAS
from gbsmart.ground import InvalidValue
from gbsmart.ground.working_days import civil_day
from gbsmart.procedures import THE_CLOCK, Act, Deadline, Field, Kind, Procedure, Situation, Told


class Named(NamedTuple):
    """Somebody who is named for a seat, with an account where one is named."""

    body: str
    seat: str
    holder: str
    account: str


def _named(situation: Situation) -> list[Named]:
    """Everybody who is named; raises :class:`InvalidValue` for a line that names nobody, or no seat."""
    found = [
        Named(SECAS.name, next(iter(SECAS.seat_names())), situation.given["administrator"],
              situation.given.get("administrator_account", ""))
    ]  # fmt: skip
    for line in situation.given["members"]:
        seat, _, who = (part.strip() for part in line.partition(":"))
        holder, _, account = (part.strip() for part in who.partition(","))
        if seat not in PANEL.seat_names():
            raise InvalidValue(f"{seat!r} is no seat of the Panel", field="members")
        if not holder:
            raise InvalidValue(f"nobody is named for {seat}", field="members")
        found.append(Named(PANEL.name, seat, holder, account))
    return found


def _are_the_first(situation: Situation) -> None:
    """There was no Panel and no administrator before."""
    for body in (PANEL, SECAS):
        if seats.terms(situation.connection, body.name):
            situation.refuse(f"{body.title} has had members: these are not the first")


def _can_be_appointed(situation: Situation) -> None:
    """Everybody is named for a seat that there is, until a day to come."""
    for each in _named(situation):
        if each.account:
            offices.check_account(situation.connection, each.account, "members")
    if situation.value("sunset") <= civil_day(situation.at):
        raise InvalidValue("is a day to come", field="sunset")


def _appoint(situation: Situation) -> None:
    for each in _named(situation):
        given = {"body": each.body, "seat": each.seat, "holder": each.holder,
                 "until": situation.given["sunset"]}  # fmt: skip
        if each.account:
            given["account"] = each.account
        situation.open(offices.APPOINTMENT, given, account=THE_CLOCK)


FIRST_APPOINTMENTS = Procedure(
    name="first-appointments",
    title="First Panel and first SECAS",
    source="SEC X4",
    purpose="Appoints the first Panel and the first Code Administrator, for a time.",
    prefix="FST",
    opening=Act(
        "appoint", "Appoint the first Panel and SECAS", by=(SECRETARY_OF_STATE,), target="in_post",
        takes=(
            Field("members", "Members, one a line", Kind.LINES,
                  help="Seat, name and, where there is one, account: consumer-1: Ann Smith, ann."),
            Field("administrator", "Code Administrator and Secretariat"),
            Field("administrator_account", "Its account", required=False),
            Field("sunset", "Until (not included)", Kind.DATE),
        ),
        guards=(_are_the_first, _can_be_appointed), effects=(_appoint,),
        tells=(Told(ANY_PARTY, "The first Panel is appointed until {sunset}"),
               Told(AUTHORITY, "The first Panel is appointed until {sunset}")), clause="X4.2",
    ),
    states={"in_post": "The first members and SECAS serve.",
            "sunset": "Their time is over: Section C fills the seats."},
    final=frozenset({"sunset"}),
    acts=(
        Act("cease", "Cease to have effect", by=(CLOCK,), sources=("in_post",), target="sunset",
            tells=(Told(CODE_ADMINISTRATOR, "The first appointments have ended"),)),
    ),
    deadlines=(
        Deadline("sunset", "First appointments end", ("in_post",), SECRETARY_OF_STATE, on="sunset",
                 at_start=True, then="cease"),
    ),
    systems=("S226",),
)  # fmt: skip
