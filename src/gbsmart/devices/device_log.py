"""The device log of a Type 1 device or meter: which devices of the home it may speak to (GBCS 13.7).

A home that was commissioned has its devices joined as :data:`gbsmart.devices.network.JOINED` says; what is
joined and unjoined since is remembered.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from gbsmart.devices.device import Device
from gbsmart.devices.events import report
from gbsmart.devices.exchange import Exchange
from gbsmart.gbcs.form import Outcome
from gbsmart.gbcs.forms.management import DEVICE_TYPES
from gbsmart.ground import Eui64

FAMILY: Final = "ASN1"
LOG_CHANGED: Final = 0x8071
"""The alert with which a gas proxy backs its log up."""
NOT_JOINED, JOINED, NOT_UNJOINED, UNJOINED = 0x8F48, 0x8F49, 0x8F4A, 0x8F4B
"""Alert and event codes (GBCS 16.2)."""
_SLOT: Final = "joined"
_MOST: Final = 16
"""Entries of a log (that of a hub has so many; assumed for every device)."""
_CERTIFICATES: Final = 3
"""The join method that brings the other device's certificate."""
_JOINED, _INCOMPATIBLE, _FULL, _NO_CERTIFICATE = 0, 3, 4, 11
_LEFT, _NOT_THERE = 0, 1
_NUMBERS: Final[Mapping[str, int]] = {kind: number for number, kind in DEVICE_TYPES.items()}
_TYPE_2: Final = "Type 2"


def joined(device: Device) -> dict[Eui64, str]:
    """The devices that this one may speak to, each with its type as a device log has it."""
    noted = device.memory.get(_SLOT)
    if noted is None:
        return {eui: kind if kind in _NUMBERS else _TYPE_2 for eui, kind in device.joined}
    return {Eui64(bytes.fromhex(eui)): kind for eui, kind in json.loads(noted)}


def put(device: Device, log: Mapping[Eui64, str]) -> None:
    """Have a device remember this log."""
    rows = [[bytes(eui).hex(), kind] for eui, kind in log.items()]
    device.memory.put(_SLOT, json.dumps(rows).encode())


def entries(device: Device) -> list[dict[str, Any]]:
    """The log as messages have it."""
    return [{"device_id": bytes(eui), "device_type": _NUMBERS[kind]} for eui, kind in joined(device).items()]


def join(values: Mapping[str, Any], exchange: Exchange) -> Outcome:
    """Enter another device; its key agreement certificate is wanted where the method has one."""
    other, kind = Eui64(values["other_device_id"]), DEVICE_TYPES[values["other_device_type"]]
    log = joined(exchange.device)
    status = _JOINED
    if values["join_method"] == _CERTIFICATES and values["other_device_certificate"] is None:
        status = _NO_CERTIFICATE
    elif log.get(other, kind) != kind:
        status = _INCOMPATIBLE
    elif other not in log and len(log) >= _MOST:
        status = _FULL
    else:
        put(exchange.device, {**log, other: kind})
    _report(exchange, NOT_JOINED if status else JOINED)
    return _status(status)


def leave(values: Mapping[str, Any], exchange: Exchange) -> Outcome:
    """Strike another device out."""
    log = joined(exchange.device)
    if log.pop(Eui64(values["other_device_id"]), None) is None:
        _report(exchange, NOT_UNJOINED)
        return _status(_NOT_THERE)
    put(exchange.device, log)
    _report(exchange, UNJOINED)
    return _status(_LEFT)


def _report(exchange: Exchange, code: int) -> None:
    report(exchange.device, code, exchange.now, exchange.reaction)


def restore(values: Mapping[str, Any], exchange: Exchange) -> Outcome:
    """Take over the log of the gas proxy that this one replaces."""
    rows = values["joined"]
    put(exchange.device, {Eui64(each["device_id"]): DEVICE_TYPES[each["device_type"]] for each in rows})
    restored = [{"device": each, "status": _JOINED} for each in rows]
    return Outcome({"restored": restored}, tuple(_JOINED for _ in rows))


def _status(code: int) -> Outcome:
    return Outcome({"status": code}, (code,))
