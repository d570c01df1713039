"""Tampering with a meter: covers that are taken off, magnets, tilting (SMETS 4.4.10, 5.5.8; GBCS 16.2)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final, NamedTuple, cast

from gbsmart.devices.consumer import Action
from gbsmart.devices.device import Device
from gbsmart.devices.events import report
from gbsmart.devices.exchange import EVENT, Reaction
from gbsmart.devices.meter import Meter, Supply
from gbsmart.gbcs.alert_codes import alert_code
from gbsmart.ground import InvalidValue

LOCKED: Final = 0x81BE
"""Alert code (GBCS 16.2)."""
COVER: Final = "cover"
_SLOT: Final = "tampering"


class Tampering(NamedTuple):
    """A way of tampering: the event that it is, and the one that ends it (None: none is known)."""

    begins: int
    ends: int | None


WAYS: Final[Mapping[str, Tampering]] = {
    COVER: Tampering(0x8F74, 0x81B9),
    "battery cover": Tampering(0x8F73, 0x81A1),
    "terminal cover": Tampering(0x8F76, 0x81C1),
    "second terminal cover": Tampering(0x8F77, None),
    "magnet": Tampering(0x8F75, 0x81BC),
    "tilt": Tampering(0x81C3, 0x81C2),
}
"""Which meters know which: those that raise its alert."""


def tamper(way: str = COVER) -> Action[bool]:
    """Tamper with a meter, which tells its supplier; whether that disabled the supply.

    Raises :class:`InvalidValue` for a device that knows no such tampering.
    """

    def action(device: Device, now: datetime, reaction: Reaction) -> bool:
        known = _known(device, way)
        _note(device, {*lasting(device), way})
        report(device, known.begins, now, reaction)
        if not device.supply_rules.is_locked_by_tampering(device, now):
            return False
        with device.changing(now, reaction):
            disabled = cast("Meter", device.state).switch(Supply.OFF, now) is Supply.OFF
        if disabled:
            report(device, LOCKED, now, reaction, EVENT)
        return disabled

    return action


def open_cover() -> Action[bool]:
    """Take the cover off a meter; whether that disabled the supply."""
    return tamper(COVER)


def end_tampering(way: str = COVER) -> Action[bool]:
    """Put a meter in order again: close a cover, take a magnet away; False where it was in order.

    What was locked stays so. Raises :class:`InvalidValue` as :func:`tamper` does.
    """

    def action(device: Device, now: datetime, reaction: Reaction) -> bool:
        known, last = _known(device, way), lasting(device)
        if way not in last:
            return False
        _note(device, {*last} - {way})
        if known.ends is not None:
            report(device, known.ends, now, reaction, EVENT)
        return True

    return action


def lasting(device: Device) -> tuple[str, ...]:
    """The tamperings that have not ended, in the order of their declaration."""
    held = (device.memory.get(_SLOT) or b"").decode("ascii").split(",")
    return tuple(way for way in WAYS if way in held)


def _note(device: Device, ways: set[str]) -> None:
    if ways:
        device.memory.put(_SLOT, ",".join(sorted(ways)).encode("ascii"))
    else:
        device.memory.drop(_SLOT)


def _known(device: Device, way: str) -> Tampering:
    known = WAYS.get(way)
    if known is None:
        raise InvalidValue(f"{way!r} is no tampering: {', '.join(WAYS)}", field="way")
    if device.kind not in alert_code(known.begins).raised_by.split() or not isinstance(device.state, Meter):
        raise InvalidValue(f"a {device.kind} knows no tampering of this kind: {way}", field="device")
    return known
