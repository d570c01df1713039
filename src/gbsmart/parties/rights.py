"""Rights that are suspended, and how a Party stands (SEC M8), each verb in the caller's transaction.

What the DCC looks at for every request is written on its row of the User's role: a Party that loses the
right to be a User is refused from the next request on.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, insert, select, update

from gbsmart.duis import UserRole
from gbsmart.ground import InvalidValue, NotAllowed, NotFound
from gbsmart.parties.details import details_of
from gbsmart.parties.membership import GONE, LICENSED_ROLES, STANDING, Right, State, Suspension
from gbsmart.parties.tables import party as party_table
from gbsmart.parties.tables import party_standing, party_suspension, sec_user, user_role


class Standing(NamedTuple):
    """A step of what became of a Party."""

    at: datetime
    state: State
    event: str
    reason: str
    case: str


def suspend_rights(
    connection: Connection,
    party: str,
    rights: Iterable[Right],
    *,
    at: datetime,
    reason: str,
    case: str,
    roles: Iterable[UserRole] = (),
    approved_by_authority: bool = False,
) -> None:
    """Suspend rights of a Party; where it was found in default, it is suspended from then on.

    ``roles`` limit the right to be a User to some User Roles (none: all). The Core Communication Services
    of suppliers and networks stop only with the Authority's approval: else
    :class:`~gbsmart.ground.NotAllowed`.
    """
    check_known(connection, party)
    wanted, only = sorted(set(rights)), frozenset(roles)
    if not wanted:
        raise InvalidValue("name the rights to suspend", field="rights")
    if only and Right.USER not in wanted:
        raise InvalidValue("roles go with the right to be a User", field="roles")
    licensed = (only or _roles_of(connection, party)) & LICENSED_ROLES
    if Right.USER in wanted and licensed and not approved_by_authority:
        raise NotAllowed(
            f"{party} is a User as {', '.join(sorted(licensed))}: that stops only with the "
            "Authority's approval (SEC M8)"
        )
    rows = [
        {
            "party": party, "right": right.value, "since": at, "reason": reason, "case": case,
            "roles": sorted(role.value for role in only) if right is Right.USER else [],
        }
        for right in wanted
    ]  # fmt: skip
    connection.execute(insert(party_suspension), rows)
    if state_of(connection, party) is State.IN_DEFAULT:
        change_state(connection, party, "suspend rights", at=at, reason=reason, case=case)
    refresh_users(connection, party)


def restore_rights(
    connection: Connection,
    party: str,
    rights: Iterable[Right] | None = None,
    *,
    at: datetime,
    reason: str,
    case: str,
) -> None:
    """Lift suspensions of these rights (None: of all); with the last a suspended Party is active again."""
    check_known(connection, party)
    row = party_suspension.c
    lifted = [row.party == party, row.until.is_(None)]
    if rights is not None:
        lifted.append(row.right.in_([right.value for right in rights]))
    connection.execute(update(party_suspension).where(*lifted).values(until=at))
    if not _open(connection, party) and state_of(connection, party) is State.SUSPENDED:
        change_state(connection, party, "restore rights", at=at, reason=reason, case=case)
    refresh_users(connection, party)


def party_rights(
    connection: Connection, party: str, right: Right, at: datetime, role: UserRole | None = None
) -> bool:
    """Whether a Party has a right at a moment, the one to be a User in ``role`` where that is named."""
    check_known(connection, party)
    if state_of(connection, party, at) in GONE:
        return False
    return not any(
        each.right is right and each.is_on(at) and (role is None or not each.roles or role in each.roles)
        for each in suspensions(connection, party)
    )


def parties_with(connection: Connection, right: Right, at: datetime) -> frozenset[str]:
    """The Parties that have a right at a moment, as :func:`party_rights` says of each."""
    steps, suspended = last_steps(connection, at), all_suspensions(connection)
    return frozenset(
        each
        for each in connection.scalars(select(party_table.c.signifier))
        if (each not in steps or steps[each].state not in GONE)
        and not any(one.right is right and one.is_on(at) for one in suspended.get(each, ()))
    )


def suspensions(connection: Connection, party: str) -> list[Suspension]:
    """Every suspension of a Party's rights, those that were lifted too, the oldest first."""
    return all_suspensions(connection, party).get(party, [])


def all_suspensions(connection: Connection, party: str | None = None) -> dict[str, list[Suspension]]:
    """The suspensions of each Party that ever had one, or of this one."""
    table = party_suspension
    wanted = select(table) if party is None else select(table).where(table.c.party == party)
    found: dict[str, list[Suspension]] = {}
    for row in connection.execute(wanted.order_by(table.c.id)):
        roles = frozenset(map(UserRole, row.roles))
        suspension = Suspension(Right(row.right), roles, row.since, row.until, row.reason, row.case)
        found.setdefault(row.party, []).append(suspension)
    return found


def change_state(
    connection: Connection, party: str, event: str, *, at: datetime, reason: str, case: str
) -> State:
    """Do what :data:`~gbsmart.parties.STANDING` says an event does; raises :class:`InvalidValue`."""
    check_known(connection, party)
    before = state_of(connection, party)
    step = STANDING.step(before.value, event)
    if step is None:
        raise InvalidValue(f"{party} is {before}: {event!r} changes nothing then", field="event")
    values = {
        "party": party, "at": at, "state": step.target, "event": event, "reason": reason[:500], "case": case,
    }  # fmt: skip
    connection.execute(insert(party_standing).values(values))
    refresh_users(connection, party)
    return State(step.target)


def expel(
    connection: Connection,
    party: str,
    *,
    at: datetime,
    reason: str,
    case: str,
    approved_by_authority: bool = False,
) -> None:
    """Expel a Party: it is one no longer, and no User. Who holds a licence, by approval only."""
    is_licensed = _roles_of(connection, party) & LICENSED_ROLES or details_of(connection, party).licences
    if is_licensed and not approved_by_authority:
        raise NotAllowed(f"{party} holds a licence: expelling it needs the Authority's approval (SEC M8)")
    change_state(connection, party, "expel", at=at, reason=reason, case=case)


def state_of(connection: Connection, party: str, at: datetime | None = None) -> State:
    """How a Party stands, or stood at a moment."""
    steps = [step for step in standings(connection, party) if at is None or step.at <= at]
    return steps[-1].state if steps else State.ACTIVE


def standings(connection: Connection, party: str) -> list[Standing]:
    """What became of a Party, the oldest step first."""
    row = party_standing.c
    wanted = select(row.at, row.state, row.event, row.reason, row.case).where(row.party == party)
    return [
        Standing(at, State(state), event, reason, case)
        for at, state, event, reason, case in connection.execute(wanted.order_by(row.id))
    ]


def last_steps(connection: Connection, at: datetime) -> dict[str, Standing]:
    """What became of each Party last by a moment; nothing yet of those that are not in it."""
    row = party_standing.c
    wanted = select(row.party, row.at, row.state, row.event, row.reason, row.case).where(row.at <= at)
    return {
        step.party: Standing(step.at, State(step.state), step.event, step.reason, step.case)
        for step in connection.execute(wanted.order_by(row.id))
    }


def stopped_roles(connection: Connection, party: str) -> frozenset[UserRole]:
    """The User Roles in which a Party's Users are stopped by its standing and suspended rights."""
    if state_of(connection, party) in GONE:
        return frozenset(UserRole)
    stopped: set[UserRole] = set()
    for each in _open(connection, party):
        if each.right is Right.USER:
            stopped |= each.roles or frozenset(UserRole)
    return frozenset(stopped)


def refresh_users(connection: Connection, party: str) -> None:
    """Bring the rows that the DCC reads to what the Party's rights are."""
    stopped = [role.value for role in stopped_roles(connection, party)]
    mine = user_role.c.user_id.in_(select(sec_user.c.user_id).where(sec_user.c.party == party))
    is_stopped = user_role.c.role.in_(stopped)
    connection.execute(update(user_role).where(mine).values(suspended=is_stopped))


def _open(connection: Connection, party: str) -> list[Suspension]:
    return [each for each in suspensions(connection, party) if each.until is None]


def _roles_of(connection: Connection, party: str) -> frozenset[UserRole]:
    users = select(sec_user.c.user_id).where(sec_user.c.party == party)
    held = connection.scalars(select(user_role.c.role).where(user_role.c.user_id.in_(users)))
    return frozenset(map(UserRole, held))


def check_known(connection: Connection, party: str) -> None:
    """Raise :class:`~gbsmart.ground.NotFound` where there is no Party of this signifier."""
    if not connection.execute(select(party_table.c.name).where(party_table.c.signifier == party)).first():
        raise NotFound(f"{party!r} is no Party")
