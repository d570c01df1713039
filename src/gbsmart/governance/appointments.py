"""A term in a seat of a body of the Code (SEC C3, C5, C6, D8): begun, ended by time, resignation or removal.

Who holds the seat acts by it for as long as the term runs: the account that is named is given the capacity of
the seat when the term begins, and loses it when it ends. A member may name an alternate, who acts in the same
seat (and so never has a vote beside the member's), and declares what else he or she has an interest in.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from gbsmart import parties
from gbsmart.accounts import Role
from gbsmart.governance import offices, seats
from gbsmart.governance.actors import AUTHORITY, CLOCK, CODE_ADMINISTRATOR, PANEL, PANEL_CHAIR
from gbsmart.governance.bodies import BODIES, SECAS, THE_CHAIR
from gbsmart.governance.bodies import PANEL as THE_PANEL
from gbsmart.governance.offices import IN_POST
from gbsmart.governance.seats import Seat
from gbsmart.ground import InvalidValue
from gbsmart.ground.working_days import add_working_days, civil_day, start_of
from gbsmart.procedures import (
    SUBJECT,
    THE_CLOCK,
    Act,
    Deadline,
    Field,
    Kind,
    Procedure,
    Situation,
    Told,
    Who,
)

MEMBERS = tuple(
    Who(role, SUBJECT) for role in (Role.PANEL_MEMBER, Role.CHANGE_BOARD_MEMBER, Role.SECCO_BOARD)
)
"""Whoever sits in the seat that the case is about."""
TO_COME = "to_come"
_AN_ELECTION = 30
"""Working Days that an election takes, a tie included."""


def _constituency(situation: Situation) -> str:
    known = BODIES[situation.value("body")].seat_names()
    given: str = situation.value("constituency", "")
    return given or known.get(str(situation.value("seat")), "")


def _in_a_constituency_of_the_body(situation: Situation) -> None:
    """There is such a seat, and it is free."""
    body = BODIES[situation.value("body")]
    constituency = _constituency(situation)
    if body.constituencies and constituency not in body.constituencies:
        seat = situation.value("seat")
        no_seat = f"seats for {constituency}" if constituency else f"seat {seat!r}"
        groups = (
            f" and, with their constituency, those of Voting Groups: {each}" for each in body.by_voting_group
        )
        raise InvalidValue(
            f"{body.title} has no {no_seat}", field="constituency" if constituency else "seat",
            remedy=f"It has {', '.join(body.seat_names())}{''.join(groups)}.",
        )  # fmt: skip
    if constituency not in body.seats:
        return
    taken = {
        each.seat
        for each in seats.seats(situation.connection, body.name, _since(situation))
        if each.constituency == constituency
    }
    if len(taken - {situation.value("seat")}) >= body.seats[constituency]:
        situation.refuse(f"all {body.seats[constituency]} seats of {constituency} are held")


def _by_the_way_of_the_code(situation: Situation) -> None:
    """Nobody enters directly what the Code fills with somebody else's approval, or by an election."""
    body, seat, role = situation.value("body"), situation.value("seat"), situation.actor.capacity.role
    if role in (Role.CLOCK, Role.AUTHORITY):
        return
    if body == SECAS.name or (body == THE_PANEL.name and seat == THE_CHAIR):
        situation.refuse(
            f"{seat} of {body} is not filled so", remedy="Open a nomination: it asks who has to approve."
        )
    if _constituency(situation) in BODIES[body].elected and not situation.reason.strip():
        situation.refuse(
            f"{seat} of {body} is filled by an election",
            remedy="Call one, or say in the reason why the term is entered without.",
        )


def _is_put_forward_by_a_party(situation: Situation) -> None:
    """The Party that is named is one."""
    party = situation.given.get("party", "")
    if party and party not in {each.signifier for each in parties.parties(situation.connection)}:
        raise InvalidValue(f"{party!r} is no Party", field="party")


def _since(situation: Situation) -> datetime:
    return start_of(given) if (given := situation.value("since")) else situation.at


def _take_the_seat(situation: Situation) -> None:
    until = situation.value("until")
    term = Seat(
        situation.value("body"), situation.value("seat"), _constituency(situation),
        situation.value("holder"), _since(situation), start_of(until) if until else None,
    )  # fmt: skip
    seats.appoint(situation.connection, term)
    if term.since <= situation.at:
        situation.act_in(situation.case.reference, "begin", account=THE_CLOCK)


def _act_by_the_seat(situation: Situation) -> None:
    if name := situation.value("account"):
        offices.take_up(situation.connection, name, situation.case, situation.at)


def _lay_down_what_it_gave(situation: Situation) -> None:
    for field in ("account", "alternate_account"):
        if name := situation.value(field):
            offices.lay_down(situation.connection, name, situation.case, situation.at)


def _give_the_seat_up(situation: Situation) -> None:
    seats.give_up(situation.connection, situation.value("body"), situation.value("seat"), _since(situation))


def _leave_the_seat(situation: Situation) -> None:
    seats.vacate(situation.connection, situation.value("body"), situation.value("seat"), situation.at)


def _fill_it_for_the_rest(situation: Situation) -> None:
    """An elected seat that falls vacant early is filled by an interim election (SEC C4), if time is left."""
    body, until = BODIES[situation.value("body")], situation.value("until")
    today = civil_day(situation.at)
    over = add_working_days(today, _AN_ELECTION)
    if _constituency(situation) not in body.elected or until is None or until <= over:
        return
    given = {
        "body": body.name, "seat": situation.value("seat"), "term_from": today.isoformat(),
        "term_until": until.isoformat(), "interim": True,
    }  # fmt: skip
    situation.open("election", given, account=THE_CLOCK)


def _is_the_member(situation: Situation) -> None:
    """Nobody acts in another's seat: a committee's seats have the same names as the Panel's."""
    own = BODIES[situation.value("body")].capacity(situation.case.subject)
    if own not in situation.account.capacities:
        situation.refuse(f"{situation.account.name} does not sit in {situation.case.subject}")


def _is_the_member_or_records_it(situation: Situation) -> None:
    """As above, or the Secretariat or the Chair for the member."""
    if not situation.account.roles() & {who.role for who in PANEL}:
        _is_the_member(situation)


def _take_the_alternate(situation: Situation) -> None:
    """The alternate acts in the seat from now on, in the place of the one before."""
    named = [each.given["alternate_account"] for each in situation.entries() if each.act == "name_alternate"]
    if len(named) > 1:
        offices.lay_down(situation.connection, named[-2], situation.case, situation.at)
    offices.take_up(situation.connection, named[-1], situation.case, situation.at)


def _note_the_interest(situation: Situation) -> None:
    known: list[Mapping[str, Any]] = list(situation.value("interests", []))
    said = {"at": situation.at.isoformat(), "interest": situation.given["interest"]}
    situation.keep("interests", [*known, said])


_COMMITTEE = Who(Role.COMMITTEE_MEMBER)
_LEFT = (_lay_down_what_it_gave, _leave_the_seat, _fill_it_for_the_rest)
_VACANT = (Told(CODE_ADMINISTRATOR, "{seat} of {body} is vacant", "{reason}"),
           Told(PANEL_CHAIR, "{seat} of {body} is vacant", "{reason}"))  # fmt: skip

APPOINTMENT = Procedure(
    name=offices.APPOINTMENT,
    title="Appointment to a seat",
    source="SEC C3, C5, C6, D8",
    purpose="Says who sits on a body of the Code, for which constituency and for how long.",
    prefix="APT",
    subject="seat",
    opening=Act(
        "appoint", "Appoint to a seat", by=(*PANEL, AUTHORITY), target=TO_COME,
        takes=(
            Field("body", "Body", Kind.CHOICE, choices=tuple(BODIES)),
            Field("seat", "Seat", help="By this name the member votes: small-supplier-1; for a Voting "
                  "Group on the Change Board the group's name, with its constituency."),
            Field("constituency", "Constituency", required=False, help="Such as Large Supplier."),
            Field("holder", "Who holds it"),
            Field("account", "Account of who holds it", required=False,
                  help="It acts by the seat for as long as the term runs."),
            Field("party", "Party that has put it forward", required=False,
                  help="Its signifier: without its right to attend, the member does not."),
            Field("since", "From", Kind.DATE, required=False),
            Field("until", "Until (not included)", Kind.DATE, required=False),
        ),
        guards=(_in_a_constituency_of_the_body, _by_the_way_of_the_code, offices.can_act("account"),
                _is_put_forward_by_a_party),
        effects=(_take_the_seat,),
        clause="C3",
    ),
    states={TO_COME: "The term has not begun.", IN_POST: "The member is in post.",
            "declined": "The seat was not taken up.",
            "vacated": "The seat was left before the term ended.", "ended": "The term is over."},
    final=frozenset({"declined", "vacated", "ended"}),
    acts=(
        Act("begin", "Begin the term", by=(CLOCK,), sources=(TO_COME,), target=IN_POST,
            effects=(_act_by_the_seat,)),
        Act("decline", "Record that the seat is not taken up", by=PANEL, sources=(TO_COME,),
            target="declined", needs_reason=True, effects=(_give_the_seat_up,)),
        Act("name_alternate", "Name an alternate", by=(*MEMBERS, _COMMITTEE, *PANEL), sources=(IN_POST,),
            takes=(Field("alternate", "Alternate"),
                   Field("alternate_account", "Account of the alternate")),
            guards=(_is_the_member_or_records_it, offices.can_act("alternate_account")),
            effects=(_take_the_alternate,), clause="C5"),
        Act("declare", "Declare an interest", by=(*MEMBERS, _COMMITTEE, *PANEL), sources=(IN_POST,),
            takes=(Field("interest", "Interest", Kind.LONG_TEXT),), guards=(_is_the_member_or_records_it,),
            effects=(_note_the_interest,), clause="C5"),
        Act("resign", "Resign", by=(*MEMBERS, _COMMITTEE, PANEL_CHAIR), sources=(IN_POST,), target="vacated",
            guards=(_is_the_member,), effects=_LEFT, tells=_VACANT, clause="C4"),
        Act("vacate", "Leave the seat", by=PANEL, sources=(IN_POST,), target="vacated",
            effects=_LEFT, needs_reason=True, tells=_VACANT, clause="C4"),
        Act("remove", "Remove the member", by=(*PANEL, AUTHORITY), sources=(IN_POST,), target="vacated",
            takes=(Field("ground", "Ground", Kind.CHOICE, choices=(
                "absent without an alternate", "not independent", "no longer eligible", "unfit", "other")),),
            effects=_LEFT, needs_reason=True, tells=_VACANT, clause="C4"),
        Act("end", "End the term", by=(CLOCK,), sources=(IN_POST,), target="ended",
            effects=(_lay_down_what_it_gave,),
            tells=(Told(CODE_ADMINISTRATOR, "The term in {seat} of {body} is over"),)),
    ),
    deadlines=(
        Deadline("beginning", "Term begins", (TO_COME,), CODE_ADMINISTRATOR, on="since", at_start=True,
                 then="begin"),
        Deadline("term", "Term over", (IN_POST,), CODE_ADMINISTRATOR, on="until", at_start=True,
                 then="end"),
    ),
)  # fmt: skip
PROCEDURES = (APPOINTMENT,)
