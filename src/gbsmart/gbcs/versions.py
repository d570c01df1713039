"""The versions of GBCS, each as differences from the others: which use cases and alerts its devices have.

A version is a fact of a device's model, not of the calendar: versions are in force side by side, and a
device stays with its own until its firmware brings another. From :data:`CHANGES` follow the form that a
Service Request becomes for a device, what an emulated device takes, and what the reference says.

What no change names every version has. The public test messages state no versions, so that most of
this is remembered or inferred (basis ``M`` and ``I``) and shown as assumed: a correction is one row.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache

from gbsmart.gbcs import message_codes
from gbsmart.gbcs.alert_codes import alert_code
from gbsmart.gbcs.changes import Change, ShapeChanged, UseCaseReplaced, UseCasesAdded
from gbsmart.ground import NotFound, Version

VERSIONS: tuple[Version, ...] = (
    Version("1.0", None, "S"),
    Version("1.1", None, "S"),
    Version("2.0", date(2018, 2, 1), "S"),
    Version("2.1", date(2018, 6, 5), "S"),
    Version("3.0", date(2018, 2, 1), "S"),
    Version("3.1", date(2018, 6, 5), "S"),
    Version("3.2", None, "M"),
    Version("4.0", None, "M"),
    Version("4.1", None, "M"),
    Version("4.2", None, "V"),
    Version("4.3", None, "S"),
)
"""By number. A later number has what the numbers before it have, but for what ended [assumed]."""

_NOT_CURRENT = "the earlier one is none of 4.3; with which version it ended is not known"
_CALENDAR = "with the use case that reads the calendar back"

CHANGES: tuple[Change, ...] = (
    UseCasesAdded(
        since="4.1", added=("CS08", "CS09", "CCS08"), basis="M", note="firmware of devices around the meters"
    ),
    UseCasesAdded(
        since="4.0", added=("ECS61e", "ECS47e", "ECS101", "ECS102", "ECS200"), basis="I",
        note="auxiliary proportional controllers came with SMETS 5",
    ),
    UseCasesAdded(since="4.0", added=("CS02g",), basis="I", note="load controllers have credentials"),
    UseCasesAdded(
        since="4.0", added=("CS02f",), devices=("ESME", "GSME", "CHF", "GPF", "PPMID", "HCALCS"), basis="M",
        note="tells of load controllers too; CS02a stays",
    ),
    UseCaseReplaced(since="4.0", before="ECS46c", after="ECS46d", basis="I", note=_NOT_CURRENT),
    UseCaseReplaced(since="4.0", before="ECS47", after="ECS47a", basis="I", note=_NOT_CURRENT),
    UseCaseReplaced(since="4.0", before="ECS61a", after="ECS61d", basis="I", note=_NOT_CURRENT),
    UseCaseReplaced(since="4.0", before="ECS35f", after="ECS35g", basis="I", note=_NOT_CURRENT),
    UseCaseReplaced(since="4.0", before="GCS24", after="GCS24a", basis="I", note=_NOT_CURRENT),
    UseCaseReplaced(since="4.0", before="GCS60", after="GCS60a", devices=("GSME",), basis="M"),
    ShapeChanged(
        since="4.0",
        objects=("auxiliary_controller_{n}_setting_start", "auxiliary_controller_{n}_setting_end"),
        before="a number of minutes", after="a moment", basis="I",
        note="ECS47 says for how long, ECS47a from when until when",
    ),
    UseCaseReplaced(since="2.0", before="ECS08", after="ECS08a", basis="M", note=_NOT_CURRENT),
    UseCaseReplaced(since="2.0", before="ECS26d", after="ECS26l", basis="M", note=_NOT_CURRENT),
    UseCaseReplaced(since="2.0", before="GCS21d", after="GCS21k", basis="M", note=_NOT_CURRENT),
    UseCaseReplaced(since="2.0", before="ECS30", after="ECS30a", basis="I", note=_CALENDAR),
    UseCaseReplaced(
        since="2.0", before="GCS25", after="GCS25a", basis="I",
        note=f"{_CALENDAR}; of the earlier one only what a hub taps off is required still",
    ),
    UseCaseReplaced(
        since="2.0", before="ECS26e", after="ECS26m", devices=("ESME",), basis="M",
        note="stand-alone controllers came later, and have no other",
    ),
    UseCaseReplaced(since="2.0", before="ECS26i", after="ECS26n", basis="M", note=_NOT_CURRENT),
    UseCaseReplaced(
        since="2.0", before="GCS21e", after="GCS21m", devices=("GSME",), basis="M",
        note="a gas proxy goes on with GCS21e",
    ),
    UseCaseReplaced(since="2.0", before="CCS05/CCS04", after="CCS06", basis="M", note=_NOT_CURRENT),
    UseCasesAdded(
        since="2.0", added=tuple(f"DBCH{number:02}" for number in range(1, 12)), basis="M",
        note="dual band communications hubs",
    ),
)  # fmt: skip
"""What each version brought and ended, newest first."""

NEWEST = VERSIONS[-1].number
"""The version of a device of which none is known."""

DEVICE_TYPES = ("ESME", "GSME", "CHF", "GPF", "PPMID", "HCALCS", "SAPC")
"""The types of device that GBCS messages are for."""


@dataclass(frozen=True)
class Edition:
    """What the devices of one version have, kept as what they lack: by code, for which types of device."""

    number: str
    lacking: Mapping[int, frozenset[str]]
    lacking_alerts: Mapping[int, frozenset[str]]

    def has(self, code: int, device_type: str) -> bool:
        """Whether messages of this code are for a device of this type and version."""
        return device_type not in self.lacking.get(code, ())

    def has_alert(self, code: int, device_type: str) -> bool:
        """Whether such a device may raise this alert: it has the code, and a message to carry it."""
        if device_type in self.lacking_alerts.get(code, ()):
            return False
        carriers = alert_code(code).message_codes
        return not carriers or any(self.has(carrier, device_type) for carrier in carriers)


def known_versions() -> tuple[str, ...]:
    """The numbers of the versions, by number."""
    return tuple(each.number for each in VERSIONS)


def check_version(number: str) -> str:
    """The number of a version; raises :class:`NotFound` for another."""
    if number not in known_versions():
        known = ", ".join(known_versions())
        raise NotFound(f"{number!r} is not a GBCS version", remedy=f"The versions: {known}.")
    return number


@lru_cache(maxsize=64)
def edition(number: str) -> Edition:
    """What the devices of a version have.

    One between the known versions, or after them, has what the last before it has; a text that is no number
    says nothing of the device, which is taken to be of the newest [assumed].
    """
    place = _place(number) or _place(NEWEST)
    codes: dict[int, frozenset[str]] = {}
    alerts: dict[int, frozenset[str]] = {}
    for change in CHANGES:
        yet_to_come = _place(change.since) > place
        for code in _codes(change.brought if yet_to_come else change.ended):
            codes[code] = codes.get(code, frozenset()) | _devices(change, code)
        for code in change.alerts if yet_to_come else ():
            alerts[code] = alerts.get(code, frozenset()) | frozenset(change.devices or DEVICE_TYPES)
    return Edition(number, codes, alerts)


@cache
def is_dated(code: int, device_type: str) -> bool:
    """Whether the version of such a device decides if it has messages of this code."""
    return any(
        code in _codes((*change.brought, *change.ended)) and device_type in _devices(change, code)
        for change in CHANGES
    )


def versions_with(code: int, device_type: str) -> tuple[str, ...]:
    """The versions in which such a device has messages of this code, by number."""
    return tuple(one for one in known_versions() if edition(one).has(code, device_type))


@cache
def turning_points() -> tuple[str, ...]:
    """The versions that have not just what the one before them has, the first among them, by number."""
    begins = {_place(change.since) for change in CHANGES}
    return tuple(one for at, one in enumerate(known_versions()) if at == 0 or _place(one) in begins)


def last_with(use_case: str) -> str:
    """The newest version in which every device that a use case was ever for has it."""
    ends = [_place(change.since) for change in CHANGES if use_case in change.ended]
    return [one for one in known_versions() if not ends or _place(one) < min(ends)][-1]


def forget() -> None:
    """Forget what was made of :data:`VERSIONS` and :data:`CHANGES`: a test puts others in their place."""
    for made in (edition, is_dated, turning_points):
        made.cache_clear()


def _place(number: str) -> tuple[int, ...]:
    parts = number.split(".")
    return tuple(map(int, parts)) if all(part.isascii() and part.isdecimal() for part in parts) else ()


def _codes(use_cases: Iterable[str]) -> Iterator[int]:
    """The message codes that bear these names; raises :class:`NotFound` where none does."""
    for name in use_cases:
        found = [one.code for one in message_codes.message_codes().values() if one.use_case == name]
        if not found:
            raise NotFound(f"no message code bears the name {name!r}")
        yield from found


def _devices(change: Change, code: int) -> frozenset[str]:
    return frozenset(change.devices or message_codes.message_code(code).devices)
