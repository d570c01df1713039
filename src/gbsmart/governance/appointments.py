"""Appointment to a seat of a body of the Code (SEC C3, C6, D8): entered, ended by resignation or by time."""

from __future__ import annotations

from datetime import datetime

from gbsmart.governance import seats
from gbsmart.governance.actors import AUTHORITY, CLOCK, CODE_ADMINISTRATOR, PANEL
from gbsmart.governance.bodies import BODIES
from gbsmart.governance.seats import Seat
from gbsmart.ground import InvalidValue
from gbsmart.ground.working_days import start_of
from gbsmart.procedures import Act, Deadline, Field, Kind, Procedure, Situation, Told


def _in_a_constituency_of_the_body(situation: Situation) -> None:
    body = BODIES[situation.value("body")]
    constituency = situation.value("constituency", "")
    if body.constituencies and constituency not in body.seats:
        raise InvalidValue(
            f"{body.title} has no seats for {constituency or 'no constituency'}", field="constituency",
            remedy=f"It has them for {', '.join(body.seats)}.",
        )  # fmt: skip
    if not body.seats:
        return
    taken = {
        each.seat
        for each in seats.seats(situation.connection, body.name, _since(situation))
        if each.constituency == constituency
    }
    if len(taken - {situation.value("seat")}) >= body.seats[constituency]:
        situation.refuse(f"all {body.seats[constituency]} seats of {constituency} are held")


def _since(situation: Situation) -> datetime:
    return start_of(given) if (given := situation.value("since")) else situation.at


def _take_the_seat(situation: Situation) -> None:
    until = situation.value("until")
    term = Seat(
        situation.value("body"), situation.value("seat"), situation.value("constituency", ""),
        situation.value("holder"), _since(situation), start_of(until) if until else None,
    )  # fmt: skip
    seats.appoint(situation.connection, term)


def _leave_the_seat(situation: Situation) -> None:
    seats.vacate(situation.connection, situation.value("body"), situation.value("seat"), situation.at)


APPOINTMENT = Procedure(
    name="appointment",
    title="Appointment to a seat",
    source="SEC C3, C6, D8",
    purpose="Says who sits on a body of the Code, for which constituency and for how long.",
    prefix="APT",
    subject="seat",
    opening=Act(
        "appoint", "Appoint to a seat", by=(*PANEL, AUTHORITY), target="in_post",
        takes=(
            Field("body", "Body", Kind.CHOICE, choices=tuple(BODIES)),
            Field("seat", "Seat", help="By this name the member votes, such as small-supplier-1."),
            Field("constituency", "Constituency", required=False),
            Field("holder", "Who holds it"),
            Field("since", "From", Kind.DATE, required=False),
            Field("until", "Until (not included)", Kind.DATE, required=False),
        ),
        guards=(_in_a_constituency_of_the_body,),
        effects=(_take_the_seat,),
        clause="C3",
    ),
    states={"in_post": "The member is in post.", "vacated": "The seat was left before the term ended.",
            "ended": "The term is over."},
    final=frozenset({"vacated", "ended"}),
    acts=(
        Act("vacate", "Leave the seat", by=PANEL, sources=("in_post",), target="vacated",
            effects=(_leave_the_seat,), needs_reason=True,
            tells=(Told(CODE_ADMINISTRATOR, "{seat} of {body} is vacant", "{reason}"),)),
        Act("end", "End the term", by=(CLOCK,), sources=("in_post",), target="ended",
            tells=(Told(CODE_ADMINISTRATOR, "The term in {seat} of {body} is over"),)),
    ),
    deadlines=(
        Deadline("term", "Term over", ("in_post",), CODE_ADMINISTRATOR, on="until", at_start=True,
                 then="end"),
    ),
)  # fmt: skip
PROCEDURES = (APPOINTMENT,)
