"""Access control: the ordered checks of a request against the registers (DUIS section 6).

Each check is a small function that says what is wrong, or nothing; the table :data:`CHECKS` joins it to
the fault whose response code the User sees. The first that fails decides.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Connection

from gbsmart import duis, inventory, parties, translation
from gbsmart.dcc.backups import last_backup
from gbsmart.dcc.model import STANDINGS, RequestKey, Standing
from gbsmart.dcc.refusal import Refused
from gbsmart.dcc.settings import Settings
from gbsmart.duis import COMMAND_VARIANTS, ServiceRequestVariant, WebService
from gbsmart.ground import NotFound, When
from gbsmart.inventory import Device, DeviceStatus, DeviceType
from gbsmart.parties import User, UserRole

_S = DeviceStatus

COMMISSIONED_FOR_ALL = frozenset({_S.COMMISSIONED})
MORE_STATUSES: dict[DeviceStatus, tuple[str, ...]] = {
    _S.INSTALLED_NOT_COMMISSIONED: (
        *("8.1.1", "6.15.1", "6.15.2", "6.17", "6.21", "6.23", "6.20.1", "6.20.2"),
        *("8.7.1", "8.7.2", "8.9", "11.2", "6.24.1", "6.24.2"),
    ),
    _S.WHITELISTED: ("8.7.1", "8.7.2", "8.1.1"),
    _S.SUSPENDED: ("11.1", "11.2", "11.3", "6.15.1", "6.15.2", "6.21", "6.23", "8.3"),
    _S.RECOVERED: ("6.21", "6.23", "6.24.1", "6.24.2"),
}
"""Variants that a device takes in a status other than Commissioned (basis: M)."""

UNREGISTERED_ROLES = frozenset({UserRole.OTHER_USER, UserRole.LOAD_CONTROLLER})
"""Roles for which registration data name nobody: they pass without that test (LC: basis I)."""


@dataclass(slots=True)
class Case:
    """A request before the checks, with what the registers say of its User and its device.

    ``qualifying`` are the User's roles in which registration data make it responsible for the device.
    ``other`` is the device that the body names beside it, ``backup`` what is to be restored of its log.
    """

    request: duis.Request
    key: RequestKey
    web_service: WebService
    at: datetime
    settings: Settings
    user: User | None = None
    device: Device | None = None
    qualifying: frozenset[UserRole] = frozenset()
    other: Device | None = None
    backup: Any = None
    service: ServiceRequestVariant = field(init=False)
    """The catalogue's facts of the variant."""

    def __post_init__(self) -> None:
        self.service = self.request.service

    @property
    def execution(self) -> When | None:
        """When it is to be executed; None where the body has no such item."""
        return (self.request.values or {}).get("execution_date_time")

    @property
    def eligible(self) -> frozenset[UserRole]:
        """The User's roles that may send this variant."""
        return self.service.roles & self.user.live_roles if self.user else frozenset()

    @property
    def responsible(self) -> frozenset[UserRole]:
        """The eligible roles in which the User may send it to this device at that time."""
        return _responsible(self.eligible, self.qualifying, self.device.type if self.device else None)


class Grant(NamedTuple):
    """What access control found: the User acts in ``role``, which the device knows as ``standing`` says.

    ``other`` and ``backup`` are those of the case.
    """

    user: User
    device: Device | None
    role: UserRole
    standing: Standing | None
    other: Device | None = None
    backup: Any = None

    def is_known_for(self, variant: str) -> bool:
        """Whether the Command of this variant is the User's own: the device knows it as a remote party."""
        if self.standing is None or translation.in_own_right(variant):
            return False
        return self.standing.is_known_for(variant)


class Check(NamedTuple):
    """A check: ``wrong`` says what is wrong with a case, or ""; ``fault`` gives the response code."""

    fault: str
    wrong: Callable[[Case], str]


def gather(connection: Connection, case: Case) -> Case:
    """Fill in what the registers say of the case's User and device."""
    try:
        case.user = parties.user(connection, case.key.originator)
    except NotFound:
        return case
    if not case.service.targets_device:
        return case
    case.device = inventory.find(connection, case.key.device)
    if case.device is not None and case.eligible - UNREGISTERED_ROLES:
        when = case.execution if isinstance(case.execution, datetime) else case.at
        case.qualifying = inventory.qualifying_roles(
            connection, case.user, case.device, at=max(when, case.at)
        )
    if (other := translation.other_device(case.request.values or {})) is not None:
        case.other = inventory.find(connection, other)
        case.backup = last_backup(connection, case.service.variant, other)
    return case


def check_envelope(case: Case) -> None:
    """The checks that need no register; raises :class:`Refused` (E13, E12)."""
    _run(ENVELOPE_CHECKS, case)


def check(case: Case) -> Grant:
    """The checks against the registers; raises :class:`Refused` at the first that fails."""
    _run(CHECKS, case)
    _check_metering_point(case)
    return resolve(case)


_METERING_POINTS = {"6.23": ("import_mpxn", "E062301")}
"""Variants whose body names the device's metering point: the field, and the code of a wrong one (I)."""


def _check_metering_point(case: Case) -> None:
    """Refuse a body about another metering point than those that the inventory has for the device."""
    field_name, code = _METERING_POINTS.get(case.service.variant, ("", ""))
    if not field_name or case.device is None or not case.device.mpxns:
        return
    named = (case.request.values or {}).get(field_name)
    if named not in case.device.mpxns:
        raise Refused("variant", f"{named} is not a metering point of {case.device.id}", code=code)


def check_again(case: Case) -> Grant:
    """The checks that are repeated when a request that the DCC held is executed (DUIS section 6)."""
    _run(tuple(one for one in CHECKS if one.fault in REPEATED), case)
    return resolve(case)


def resolve(case: Case) -> Grant:
    """The role in which the User acts: of those that are responsible, one that the device knows.

    For a case that passed :func:`check`, now or when it was taken.
    """
    if case.user is None or not (case.responsible or case.eligible):
        raise Refused("role", f"{case.key.originator} has no role for this request")
    roles = case.responsible or case.eligible
    role = min(sorted(roles), key=lambda role: not _knows(role, case))
    standing = STANDINGS.get((role, case.device.type)) if case.device else None
    return Grant(case.user, case.device, role, standing, case.other, case.backup)


def _knows(role: UserRole, case: Case) -> bool:
    if case.device is None:
        return False
    standing = STANDINGS.get((role, case.device.type))
    return standing is not None and standing.is_known_for(case.service.variant)


def _run(checks: tuple[Check, ...], case: Case) -> None:
    for one in checks:
        if reason := one.wrong(case):
            raise Refused(one.fault, reason)


def _right_web_service(case: Case) -> str:
    belongs = COMMAND_VARIANTS[case.request.command_variant].web_service
    if belongs is None or belongs is case.web_service:
        return ""
    return f"Command Variant {case.request.command_variant} belongs to {belongs.value}"


def _right_command_variant(case: Case) -> str:
    if case.request.command_variant in case.service.command_variants - {9}:
        return ""
    return f"{case.service.variant} does not take Command Variant {case.request.command_variant}"


def _is_user(case: Case) -> str:
    return "" if case.user else f"{case.key.originator} is not a User"


def _is_live(case: Case) -> str:
    """A User whose rights are suspended: all, or those in the roles in which it could ask this (SEC M8)."""
    user = case.user
    if user is None or not (user.suspended or user.suspended_roles):
        return ""
    if user.suspended or user.suspended_roles == user.roles:
        return f"the rights of {case.key.originator} are suspended"
    stopped = case.service.roles & user.suspended_roles
    would_be = _responsible(stopped, case.qualifying, case.device.type if case.device else None)
    if (stopped and not case.eligible) or (would_be and not case.responsible):
        return f"the rights of {case.key.originator} as {', '.join(sorted(stopped))} are suspended"
    return ""


def _has_role(case: Case) -> str:
    if case.eligible:
        return ""
    wanted = ", ".join(sorted(case.service.roles)) or "no User Role"
    held = ", ".join(sorted(case.user.roles)) if case.user else "none"
    return f"{case.service.variant} is for {wanted}; the User's roles are {held}"


def _has_target(case: Case) -> str:
    if case.service.targets_device:
        known = case.device is not None
        return "" if known else f"{case.key.device} is not in the Smart Metering Inventory"
    if case.key.device != case.settings.acb:
        return f"a non-device request is sent to the DCC, {case.settings.acb}, not to {case.key.device}"
    return ""


def _right_device_type(case: Case) -> str:
    types = case.service.device_types
    if case.device is None or not types or case.device.kind in types:
        return ""
    return f"{case.service.variant} is for {', '.join(sorted(types))}, not for the {case.device.kind}"


def _right_status(case: Case) -> str:
    if case.device is None:
        return ""
    status = case.device.status
    if status in COMMISSIONED_FOR_ALL:
        return ""
    if status is not None and case.service.variant in MORE_STATUSES.get(status, ()):
        return ""
    return f"the device is {status or 'without status'}"


def _is_responsible(case: Case) -> str:
    if not case.service.targets_device or case.responsible:
        return ""
    return f"registration data do not name {case.key.originator} for {case.key.device} at that time"


def _may_be_local(case: Case) -> str:
    if COMMAND_VARIANTS[case.request.command_variant].local:
        return "this DCC returns no Commands for local delivery"
    return ""


def _right_moment(case: Case) -> str:
    moment = case.execution
    if not isinstance(moment, datetime) or not case.service.future_dated:
        return ""
    if moment <= case.at:
        return f"the execution time {moment:%Y-%m-%dT%H:%M:%SZ} is past"
    if moment - case.at > case.settings.furthest_execution:
        return f"the execution time is more than {case.settings.furthest_execution.days} days ahead"
    return ""


ENVELOPE_CHECKS = (
    Check("web_service", _right_web_service),
    Check("command_variant", _right_command_variant),
)
CHECKS = (
    Check("unknown_user", _is_user),
    Check("user_suspended", _is_live),
    Check("role", _has_role),
    Check("device_unknown", _has_target),
    Check("device_type", _right_device_type),
    Check("device_status", _right_status),
    Check("not_responsible", _is_responsible),
    Check("local_delivery", _may_be_local),
    Check("execution_date_time", _right_moment),
)
"""In the order in which they are made; the duplicate check stands between the two tables."""

REPEATED = frozenset(
    {"unknown_user", "user_suspended", "role", "device_unknown", "device_status", "not_responsible"}
)
"""The faults of :data:`CHECKS` that can arise between acceptance and execution."""


@lru_cache(maxsize=4096)
def _responsible(
    eligible: frozenset[UserRole], qualifying: frozenset[UserRole], device: DeviceType | None
) -> frozenset[UserRole]:
    held = eligible & (qualifying | UNREGISTERED_ROLES)
    return held if device is None else frozenset(role for role in held if (role, device) in STANDINGS)
