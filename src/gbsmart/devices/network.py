"""The home area network (CHTS 4.6.2, 4.6.3): who is joined to whom, and how well the hub hears them.

Signal strengths and link keys are made up from the devices' identifiers, so that they stay what they are.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final, cast

from gbsmart.devices import gsme
from gbsmart.devices.cosem import FAMILY, Effect, Source
from gbsmart.devices.exchange import CannotDo, Exchange
from gbsmart.devices.memory import Memory
from gbsmart.devices.selection import View
from gbsmart.gbcs.dlms.apdu import Ref, Result
from gbsmart.gbcs.dlms.objects.network import (
    ACTIVE_DEVICES,
    ADD_DEVICE,
    READ_DEVICE_LOG,
    READ_HISTORIC_LOG,
    REMOVE_DEVICE,
    RESTORE_DEVICE_LOG,
)
from gbsmart.ground import Eui64

if TYPE_CHECKING:
    from gbsmart.devices.home import Home

JOINED: Final[Mapping[str, tuple[str, ...]]] = {
    "ESME": ("CHF", "PPMID", "HCALCS", "IHD"),
    "GSME": ("GPF", "PPMID"),
    "GPF": ("GSME", "PPMID", "IHD"),
    "PPMID": ("ESME", "GSME", "GPF"),
    "HCALCS": ("ESME",),
}
"""Type of device to the types that it is joined to, once a home is commissioned (assumed)."""

LOG_CHANGED: Final = 0x8F12
"""The alert with which a hub backs its log up."""
_LINKED: Final = ("ESME", "GSME", "PPMID", "HCALCS", "IHD")
"""Types with a link key to the hub: the gas proxy is part of the hub and has none."""

_STATUS: Final = "11001000"
"""Of a device that is on the network, as in public test messages; what its bits mean is not known."""


_HUB: Final = "CHF"
_LOG, _LEFT = "hub/log", "hub/left"
_MOST: Final = 16
"""Entries of a hub's device log."""


def _linked(home: Home) -> list[tuple[Eui64, str]]:
    """The hub's device log: the devices of the home, and what was added and removed since."""
    noted = home.devices[_HUB].memory.get(_LOG)
    if noted is None:
        return [(eui, kind) for eui, kind in home.plan.devices() if kind in _LINKED]
    kinds = dict(home.plan.devices())
    devices = map(Eui64, map(bytes.fromhex, json.loads(noted)))
    return [(eui, kinds.get(eui, "")) for eui in devices]


def forget(memory: Memory) -> None:
    """Know no device, as a new hub."""
    memory.put(_LOG, b"[]")


def _left(home: Home) -> list[tuple[Eui64, str]]:
    """The devices that left."""
    return [
        (Eui64(bytes.fromhex(each)), "") for each in json.loads(home.devices[_HUB].memory.get(_LEFT) or b"[]")
    ]


def _note(exchange: Exchange, slot: str, devices: Iterable[Eui64]) -> None:
    exchange.device.memory.put(slot, json.dumps([bytes(each).hex() for each in devices]).encode())


def _changed(exchange: Exchange, devices: Sequence[Eui64]) -> None:
    """The log is another: it is noted, and backed up in an alert."""
    _note(exchange, _LOG, devices)
    home = cast("Home", exchange.device.state)
    backup = _backup(home, _linked(home), exchange.now)
    log = {"time": backup["time"], "device_id": backup["network_id"], "devices": backup["devices"]}
    alert = exchange.device.alert(LOG_CHANGED, FAMILY, exchange.now, {"device_log": log})
    exchange.reaction.alerts.append(alert)


def _add(exchange: Exchange, added: Mapping[str, Any]) -> None:
    devices = [eui for eui, _ in _linked(cast("Home", exchange.device.state))]
    device = Eui64(added["device_id"])
    if device not in devices and len(devices) >= _MOST:
        raise CannotDo(Result.HARDWARE_FAULT, "the device log is full")
    _changed(exchange, [*(each for each in devices if each != device), device])


def _remove(exchange: Exchange, removed: bytes) -> None:
    home, device = cast("Home", exchange.device.state), Eui64(removed)
    devices = [eui for eui, _ in _linked(home)]
    if device not in devices:
        raise CannotDo(Result.HARDWARE_FAULT, f"{device} is not in the device log")
    _note(exchange, _LEFT, [*(eui for eui, _ in _left(home) if eui != device), device][-_MOST:])
    _changed(exchange, [each for each in devices if each != device])


def _restore(exchange: Exchange, restored: Mapping[str, Any]) -> None:
    _changed(exchange, [Eui64(each["device_id"]) for each in restored["devices"]])


def _digest(label: str, home: Home, device: Eui64) -> bytes:
    return sha256(b"%s %s %s" % (label.encode(), home.plan.hub, device)).digest()


def _active_devices(view: View) -> list[dict[str, Any]]:
    home = cast("Home", view.device.state)
    return [_signal(home, eui, kind, view.moment) for eui, kind in _linked(home)]


def _signal(home: Home, device: Eui64, kind: str, now: datetime) -> dict[str, Any]:
    drawn = _digest("signal", home, device)
    strength, quality = -45 - drawn[0] % 30, 120 + drawn[1] % 80
    heard = home.last_contact(now) if kind == gsme.KIND else now
    return {
        "device_id": bytes(device), "status": _STATUS,
        "max_rssi": strength + drawn[2] % 15, "average_rssi": strength, "min_rssi": strength - drawn[3] % 25,
        "max_lqi": quality + drawn[4] % 50, "average_lqi": quality, "min_lqi": quality - drawn[5] % 80,
        "last_communication": heard, "number_of_hops": 1,
        "transmission_failures": drawn[6] % 4, "transmission_successes": 100 - drawn[6] % 4,
        "application_version": 1, "stack_version": 1,
    }  # fmt: skip


SOURCES: Final[Mapping[Ref, Source]] = {ACTIVE_DEVICES.ref: _active_devices}


def _backup(home: Home, devices: list[tuple[Eui64, str]], now: datetime) -> dict[str, Any]:
    """A log with the hash of each device's link key."""
    return {
        "time": now,
        "network_id": bytes(home.plan.hub),
        "devices": [
            {"device_id": bytes(eui), "hashed_link_key": _digest("link key", home, eui)[:16]}
            for eui, _ in devices
        ],
    }


def _read_log(exchange: Exchange, _argument: Any) -> bytes:
    home = cast("Home", exchange.device.state)
    assert READ_DEVICE_LOG.answer is not None
    return READ_DEVICE_LOG.answer.put(_backup(home, _linked(home), exchange.now), exchange.reply)


def _read_historic_log(exchange: Exchange, _argument: Any) -> bytes:
    home = cast("Home", exchange.device.state)
    assert READ_HISTORIC_LOG.answer is not None
    return READ_HISTORIC_LOG.answer.put(_backup(home, _left(home), exchange.now), exchange.reply)


EFFECTS: Final[Mapping[str, Effect]] = {
    READ_DEVICE_LOG.name: _read_log,
    READ_HISTORIC_LOG.name: _read_historic_log,
    ADD_DEVICE.name: _add,
    REMOVE_DEVICE.name: _remove,
    RESTORE_DEVICE_LOG.name: _restore,
}
"""What a hub's device log does. A device that is added is heard at once (assumed)."""
