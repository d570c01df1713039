"""Who is at a meeting, and whether that is enough (SEC C5): members, their alternates, and who presides."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from gbsmart.accounts import Account, Capacity, Role
from gbsmart.governance import offices, seats
from gbsmart.governance.actors import CODE_ADMINISTRATOR, PANEL_CHAIR
from gbsmart.governance.bodies import BODIES, CHAIR, SECAS, THE_CHAIR, Body
from gbsmart.ground import InvalidValue
from gbsmart.procedures import Situation, Who

MEETING_BODIES = tuple(name for name in BODIES if name != SECAS.name)
RUNS_IT = (PANEL_CHAIR, CODE_ADMINISTRATOR, Who(Role.COMMITTEE_MEMBER))
"""The chair of the body, or the Secretariat; members of a committee only where they are its chair."""


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

    Raises :class:`InvalidValue` for a seat that nobody has or that is named twice, and for an alternate whom
    the member has not named.
    """
    body = body_of(situation)
    holders = {each.seat: each.holder for each in seats.seats(situation.connection, body.name, situation.at)}
    found: dict[str, str] = {}
    for line in lines:
        seat, _, name = (part.strip() for part in line.partition(":"))
        if seat not in holders:
            raise InvalidValue(f"nobody has {seat!r} of {body.title}", field="present")
        if seat in found:
            raise InvalidValue(f"{seat} is named twice", field="present")
        if name and name not in (holders[seat], *_alternates(situation, body, seat)):
            raise InvalidValue(
                f"{name} is no alternate of {holders[seat]} in {seat}", field="present",
                remedy="Name the alternate in the member's term first.",
            )  # fmt: skip
        found[seat] = name or holders[seat]
    return found


def _alternates(situation: Situation, body: Body, seat: str) -> list[str]:
    terms = offices.in_post(situation.connection, body.name, seat)
    return [term.data["alternate"] for term in terms if "alternate" in term.data]
