"""Who is at a meeting, and whether that is enough (SEC C5): members, their alternates, and who presides.

Whom a Party has put forward does not attend, nor an alternate in that seat, nor an observer of the Party,
while the Party's right to attend meetings is suspended or when it is a Party no longer (SEC M8.4; that this
holds for elected members too is from memory, weakly).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from gbsmart import parties
from gbsmart.accounts import Account, Capacity, Role
from gbsmart.governance import offices, seats
from gbsmart.governance.actors import CODE_ADMINISTRATOR, PANEL_CHAIR, SECCO_BOARD
from gbsmart.governance.bodies import BODIES, CHAIR, SECAS, THE_CHAIR, Body
from gbsmart.governance.seats import Seat
from gbsmart.ground import InvalidValue
from gbsmart.parties import Right, parties_with
from gbsmart.procedures import Case, Situation, Who

MEETING_BODIES = tuple(name for name in BODIES if name != SECAS.name)
RUNS_IT = (PANEL_CHAIR, CODE_ADMINISTRATOR, Who(Role.COMMITTEE_MEMBER), SECCO_BOARD)
"""The chair of the body, or the Secretariat; members and directors only where they are its chair."""


def is_quorate(present: Collection[str], in_post: Collection[str], presiding: str, *, chaired: bool) -> bool:
    """Half of the members in post at least, the chair or the chair's deputy among them (basis: M)."""
    has_a_chair = presiding in present if chaired else True
    return bool(in_post) and 2 * len(set(present) & set(in_post)) >= len(in_post) and has_a_chair


def body_of(situation: Situation) -> Body:
    """The body that the case is about."""
    return BODIES[situation.value("body")]


def is_chaired(body: Body) -> bool:
    """Whether the body has a chair of its own, who presides."""
    return CHAIR in body.seats


def runs_it(situation: Situation) -> None:
    """The Secretariat, or the chair of this body and no other's."""
    body, account = body_of(situation), situation.account
    chair = body.capacity(THE_CHAIR) if is_chaired(body) else Capacity(Role.PANEL_CHAIR)
    if chair not in account.capacities and not account.holds(Role.CODE_ADMINISTRATOR):
        situation.refuse(f"{account.name} does not chair {body.title}")


def sits_on(body: Body, account: Account) -> bool:
    """Whether the holder of an account sits on a body, as member, chair or alternate."""
    if body.chaired_as is not None and account.holds(body.chaired_as):
        return True
    return account.holds(body.role, body.name if body.role is Role.COMMITTEE_MEMBER else "")


def seats_of(situation: Situation, account: Account) -> list[str]:
    """The seats of the body in which an account acts."""
    body = body_of(situation)
    return [
        each.seat
        for each in seats.seats(situation.connection, body.name, situation.at)
        if body.capacity(each.seat) in account.capacities
    ]


def read_present(situation: Situation, lines: Sequence[str]) -> dict[str, str]:
    """Who is there: a seat a line, with the name of the alternate where one sits in it.

    Raises :class:`InvalidValue` for a seat that nobody has or that is named twice, for an alternate whom the
    member has not named, and for who has no right to attend.
    """
    body = body_of(situation)
    holders = {each.seat: each for each in _in_post(situation, body)}
    terms = _terms(situation, body)
    found: dict[str, str] = {}
    for line in lines:
        seat, _, name = (part.strip() for part in line.partition(":"))
        if seat not in holders:
            raise InvalidValue(f"nobody has {seat!r} of {body.title}", field="present")
        if seat in found:
            raise InvalidValue(f"{seat} is named twice", field="present")
        holder = holders[seat].holder
        if name and name not in _names(holders[seat], terms):
            raise InvalidValue(
                f"{name} is no alternate of {holder} in {seat}", field="present",
                remedy="Name the alternate in the member's term first.",
            )  # fmt: skip
        if party := _kept_away(situation, seat, terms):
            raise InvalidValue(
                f"{seat} is held for {party}, whose right to attend is suspended (M8)", field="present"
            )
        found[seat] = name or holder
    return found


def still_there(situation: Situation, present: Mapping[str, str]) -> list[Seat]:
    """Of those who were there when a meeting began, the seats in which they sit and may sit yet."""
    body = body_of(situation)
    terms = _terms(situation, body)
    return [
        each
        for each in _in_post(situation, body)
        if present.get(each.seat) in _names(each, terms) and not _kept_away(situation, each.seat, terms)
    ]


def check_observers(situation: Situation, lines: Sequence[str]) -> None:
    """Raise :class:`InvalidValue` for an observer of a Party (``SUP1: Ann Smith``) that may not attend."""
    known = {each.signifier for each in situation.look_up(parties.parties)}
    entitled = situation.look_up(parties_with, Right.ATTENDANCE, situation.at)
    for line in lines:
        party = line.partition(":")[0].strip()
        if party in known and party not in entitled:
            raise InvalidValue(f"the right of {party} to attend is suspended (M8)", field="observers")


def _in_post(situation: Situation, body: Body) -> list[Seat]:
    return situation.look_up(seats.seats, body.name, situation.at)


def _terms(situation: Situation, body: Body) -> Mapping[str, Case]:
    """The terms that run in a body's seats, as cases."""
    return {each.subject: each for each in situation.look_up(offices.in_post, body.name)}


def _names(held: Seat, terms: Mapping[str, Case]) -> list[str]:
    """Who may sit in a seat: who holds it, and the alternate."""
    term = terms.get(held.seat)
    return [held.holder, *([term.data["alternate"]] if term and "alternate" in term.data else [])]


def _kept_away(situation: Situation, seat: str, terms: Mapping[str, Case]) -> str:
    """The Party that put forward who sits in a seat, where it has no right to attend; else ""."""
    party: str = terms[seat].data.get("party", "") if seat in terms else ""
    entitled = situation.look_up(parties_with, Right.ATTENDANCE, situation.at)
    return party if party and party not in entitled else ""
