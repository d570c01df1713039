"""Nomination to a seat that no category elects (SEC C3, C6, C7, D8, G7, L1).

Consumer members are nominated by the consumer bodies, the DCC's by the DCC; independent chairs by the
Secretariat, the Panel's with the Authority's approval; directors of SECCo come from the Panel, and SECCo
proposes the Code Administrator to the Panel; members of Sub-Committees that are not elected are nominated by
Parties of their category. Who approves where the Code is silent here is from memory.
"""

from __future__ import annotations

from datetime import date

from gbsmart import parties
from gbsmart.accounts import Role
from gbsmart.governance import bodies, offices, seats
from gbsmart.governance.actors import (
    ANY_PARTY,
    AUTHORITY,
    CODE_ADMINISTRATOR,
    CONSUMER_BODY,
    DCC,
    PANEL_CHAIR,
    SECCO_BOARD,
)
from gbsmart.governance.bodies import BODIES
from gbsmart.governance.panel.elections import TERM
from gbsmart.ground import InvalidValue
from gbsmart.ground.working_days import civil_day, start_of
from gbsmart.parties import Category, Right
from gbsmart.procedures import (
    THE_CLOCK,
    Act,
    Deadline,
    Field,
    Kind,
    Procedure,
    Situation,
    Told,
    working_days,
)
from gbsmart.procedures.spans import after

_PARTIES = {
    bodies.SUPPLIER: {Category.LARGE_SUPPLIER, Category.SMALL_SUPPLIER},
    bodies.SMALL_SUPPLIER: {Category.SMALL_SUPPLIER},
    bodies.LARGE_SUPPLIER: {Category.LARGE_SUPPLIER},
    bodies.NETWORK: {Category.ELECTRICITY_NETWORK, Category.GAS_NETWORK},
    bodies.OTHER: {Category.OTHER_SEC_PARTY},
}
_ROLES = {
    bodies.CONSUMER: Role.CONSUMER_BODY,
    bodies.DCC: Role.DCC,
    bodies.ADMINISTRATOR: Role.SECCO_BOARD,
    bodies.CHAIR: Role.CODE_ADMINISTRATOR,
    bodies.ADDITIONAL: Role.PANEL_CHAIR,
    bodies.NOMINEE: Role.CODE_ADMINISTRATOR,
    bodies.PANEL_MEMBERS: Role.CODE_ADMINISTRATOR,
}


_CONSUMER_SEATS = {
    "National Consumer Council": {("panel", "consumer-1"), ("panel", "consumer-2")},
    "Citizens Advice": {("panel", "consumer-1"), ("change-board", "consumer-1")},
    "Citizens Advice Scotland": {("panel", "consumer-2"), ("change-board", "consumer-1")},
}
"""The seats to which each nominates while it stands in law; to that of the Change Board they do together."""


def nominators(body: str, seat: str, day: date) -> list[str]:
    """The consumer bodies that nominate to a seat on a day."""
    there = (each.name for each in parties.consumer_bodies() if each.is_in_law(day))
    return [name for name in there if (body, seat) in _CONSUMER_SEATS[name]]


def _constituency(situation: Situation) -> str:
    """That of the seat; a seat that has no number is of a Voting Group of Large Suppliers (SEC D8)."""
    body = BODIES[situation.value("body")]
    known = body.seat_names().get(situation.value("seat"))
    if known:
        return known
    if body.by_voting_group:
        return body.by_voting_group[0]
    raise InvalidValue(
        f"{body.title} has no such seat", field="seat", remedy=f"It has {', '.join(body.seat_names())}."
    )


def _is_nominated_to(situation: Situation) -> None:
    """No category elects the member."""
    constituency = _constituency(situation)
    if constituency in BODIES[situation.value("body")].elected:
        situation.refuse(f"the {constituency} members are elected", remedy="Call an election.")


def _may_nominate(situation: Situation) -> None:
    """Who nominates is the one whose seat it is."""
    constituency, capacity = _constituency(situation), situation.actor.capacity
    body, seat = situation.value("body"), situation.value("seat")
    if constituency in _PARTIES:
        if capacity.role is not Role.PARTY:
            situation.refuse(f"{seat} of {body} is for a Party of its category to nominate to")
        member = parties.member(situation.connection, capacity.of, situation.at)
        if not member.categories & _PARTIES[constituency]:
            situation.refuse(f"{capacity.of} is no {constituency}")
        if constituency in BODIES[body].by_voting_group and not _is_of_the_group(
            situation, capacity.of, seat
        ):
            situation.refuse(f"{seat} of {body} is of the Voting Group of that name")
        if body == bodies.CHANGE_BOARD.name and not parties.party_rights(
            situation.connection, capacity.of, Right.MODIFICATIONS, situation.at
        ):
            situation.refuse(f"the right of {capacity.of} to influence modifications is suspended (M8)")
        return
    if capacity.role is not _ROLES[constituency]:
        situation.refuse(f"{seat} of {body} is for the {_ROLES[constituency]} to nominate to")
    if capacity.role is Role.CONSUMER_BODY:
        known = nominators(body, seat, civil_day(situation.at))
        if capacity.of not in known:
            situation.refuse(f"{seat} of {body} is for {' or '.join(known) or 'nobody'} to nominate to")


def _is_of_the_group(situation: Situation, party: str, name: str) -> bool:
    groups = parties.voting_groups(situation.connection, Category.LARGE_SUPPLIER, situation.at)
    return any(group.name == name and party in group.members for group in groups)


def _has_made_it(situation: Situation) -> None:
    """Whoever nominated takes the nomination back."""
    who = situation.entries()[0].actor.capacity
    if who not in situation.account.capacities:
        situation.refuse(f"{who} has made it")


def _is_in_post(situation: Situation) -> None:
    """A director of SECCo, or a member of the Panel's own groups, is a member of the Panel."""
    if _constituency(situation) != bodies.PANEL_MEMBERS:
        return
    members = seats.seats(situation.connection, bodies.PANEL.name, situation.at)
    if situation.value("nominee") not in {each.holder for each in members}:
        situation.refuse(f"{situation.value('nominee')} is no member of the Panel")


def _who_approves(situation: Situation) -> str:
    body, seat = situation.value("body"), situation.value("seat")
    is_the_chair = (body, seat) == (bodies.PANEL.name, bodies.THE_CHAIR)
    return "authority" if is_the_chair else "panel"


def _ask_who_approves(situation: Situation) -> None:
    if _who_approves(situation) == "authority":
        situation.act_in(situation.case.reference, "ask_the_authority", account=THE_CLOCK)


def _seat_the_nominee(situation: Situation) -> None:
    begins = max(situation.value("term_from") or civil_day(situation.at), civil_day(situation.at))
    body = situation.value("body")
    given = {
        "body": body, "seat": situation.value("seat"), "holder": situation.value("nominee"),
        "constituency": _constituency(situation),
    }  # fmt: skip
    until = situation.value("term_until") or after(begins, TERM)
    given["until"] = until.isoformat()
    if start_of(begins) > situation.at:
        given["since"] = begins.isoformat()
    if account := situation.value("account"):
        given["account"] = account
    if _constituency(situation) in _PARTIES:
        given["party"] = situation.case.opener
    situation.open(offices.APPOINTMENT, given, account=THE_CLOCK)


_NOMINATORS = (CONSUMER_BODY, DCC, CODE_ADMINISTRATOR, SECCO_BOARD, ANY_PARTY, PANEL_CHAIR)

NOMINATION = Procedure(
    name="nomination",
    title="Nomination to a seat",
    source="SEC C3, C6, C7, D8, G7, L1",
    purpose="Fills a seat with whom the body, Party or committee nominates whose seat it is.",
    prefix="NOM",
    subject="seat",
    opening=Act(
        "nominate", "Nominate a member", by=_NOMINATORS, target="nominated",
        takes=(
            Field("body", "Body", Kind.CHOICE, choices=tuple(BODIES)),
            Field("seat", "Seat", help="Such as consumer-1, dcc-1 or chair."),
            Field("nominee", "Who is nominated"),
            Field("account", "Account of the nominee", required=False),
            Field("term_from", "From", Kind.DATE, required=False),
            Field("term_until", "Until (not included)", Kind.DATE, required=False,
                  help="24 months later where nothing is said."),
        ),
        guards=(_is_nominated_to, _may_nominate, _is_in_post, offices.can_act("account")),
        effects=(_ask_who_approves,),
        tells=(Told(PANEL_CHAIR, "{nominee} is nominated for {seat} of {body}", "See {reference}."),),
        clause="C3.1",
    ),
    states={
        "nominated": "The Panel Chair is to accept the nomination.",
        "with_authority": "The Authority is to approve it.",
        "appointed": "The nominee has the seat.",
        "refused": "Not appointed.",
        "withdrawn": "Taken back.",
    },
    final=frozenset({"appointed", "refused", "withdrawn"}),
    acts=(
        Act("ask_the_authority", "Ask for the Authority's approval", by=(CODE_ADMINISTRATOR,),
            sources=("nominated",), target="with_authority",
            tells=(Told(AUTHORITY, "{nominee} is nominated for {seat} of {body}", "See {reference}."),)),
        Act("accept", "Accept the nomination", by=(PANEL_CHAIR,), sources=("nominated",),
            target="appointed", effects=(_seat_the_nominee,), clause="C3.2"),
        Act("refuse", "Refuse the nomination", by=(PANEL_CHAIR,), sources=("nominated",), target="refused",
            needs_reason=True),
        Act("approve", "Approve", by=(AUTHORITY,), sources=("with_authority",), target="appointed",
            effects=(_seat_the_nominee,), clause="C3.3"),
        Act("disapprove", "Do not approve", by=(AUTHORITY,), sources=("with_authority",), target="refused",
            needs_reason=True, tells=(Told(CODE_ADMINISTRATOR, "{nominee} was not approved", "{reason}"),)),
        Act("withdraw", "Take the nomination back", by=_NOMINATORS,
            sources=("nominated", "with_authority"), target="withdrawn", guards=(_has_made_it,)),
    ),
    deadlines=(
        Deadline("acceptance", "Nomination considered", ("nominated",), PANEL_CHAIR, working_days(10)),
        Deadline("approval", "Approval by the Authority", ("with_authority",), AUTHORITY, working_days(20)),
    ),
    systems=("S181",),
)  # fmt: skip
