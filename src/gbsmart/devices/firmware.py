"""The firmware of a device: the image that it holds, and activating it at once or later (GBCS 14.4)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from gbsmart.devices import schedule
from gbsmart.devices.device import ACTIVATED, NOT_ACTIVATED, Device
from gbsmart.devices.events import report
from gbsmart.devices.exchange import Exchange, LogEntry, Reaction
from gbsmart.devices.identity import firmware_of, run
from gbsmart.devices.memory import Memory
from gbsmart.gbcs import catalogue
from gbsmart.gbcs.form import Outcome
from gbsmart.ground import MalformedMessage

FAMILY: Final = "ASN1"
WHAT: Final = f"{FAMILY}:firmware"
"""What an activation is held for."""
_IMAGE: Final = "firmware/image"
_HASH: Final = 32
_DONE, _NO_IMAGE, _ANOTHER = 0, 1, 2
_FAR_FUTURE: Final = 9999
"""The year of the date that cancels."""


def load(memory: Memory, image_hash: bytes, version: bytes) -> None:
    """Hold an image, as one that was distributed: the SHA-256 of what was signed, and its version."""
    memory.put(_IMAGE, image_hash + version)


def activate(values: Mapping[str, Any], exchange: Exchange) -> Outcome:
    """Run the image that is held, now or at a moment."""
    if values["counter"] != exchange.header.counter:
        raise MalformedMessage("another counter than the message's", where="counter")
    device, moment = exchange.device, values["execution_date_time"]
    schedule.withdraw(device.memory, WHAT)
    if moment is None or moment <= exchange.now:
        activation = _run(device, values["firmware_hash"])
        _tell(device, activation, exchange.now, exchange.reaction)
        return Outcome({"activation": activation}, (activation["result"],))
    if moment.year < _FAR_FUTURE:
        instruction = {
            "firmware_hash": values["firmware_hash"].hex(), "counter": values["counter"],
            "code": exchange.rules.code,
        }  # fmt: skip
        schedule.hold(device.memory, moment, WHAT, json.dumps(instruction).encode())
    return Outcome({}, (_DONE,))


def come_due(device: Device, held: Mapping[str, Any], moment: datetime, reaction: Reaction) -> None:
    """Run the image at the moment for which that was asked, and say what came of it."""
    activation = _run(device, bytes.fromhex(held["firmware_hash"]))
    code = NOT_ACTIVATED if activation["result"] else ACTIVATED
    about = catalogue.message(held["code"]).use_case
    said = {"counter": held["counter"], "activation": activation}
    reaction.alerts.append(device.alert(code, FAMILY, moment, said, about))
    reaction.log.append(LogEntry(moment, "event", code, int(held["code"]).to_bytes(2, "big")))
    _tell(device, activation, moment, reaction)


CHANGED: Final = 0x8F43
"""Alert and event code: other firmware runs (GBCS 16.2)."""


def _tell(device: Device, activation: Mapping[str, Any], moment: datetime, reaction: Reaction) -> None:
    """Tell that other firmware runs, where it does."""
    if activation["result"] == _DONE:
        report(device, CHANGED, moment, reaction)


def _run(device: Device, wanted: bytes) -> dict[str, Any]:
    image = device.memory.get(_IMAGE)
    result = _NO_IMAGE if image is None else _DONE if image[:_HASH] == wanted else _ANOTHER
    if image is not None and result == _DONE:
        run(device.memory, image[_HASH:])
        device.memory.drop(_IMAGE)
    return {"result": result, "firmware_version": firmware_of(device)}
