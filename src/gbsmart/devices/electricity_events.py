"""The logs of an ESME and what it does at each event (SMETS 5.7.4.3, 5.7.5; GBCS 16.2).

Entries are those that the device has logged; a full log forgets its oldest. Which events a party wants to
hear of is kept as it set it: 256 places for the events that a supplier may configure, and as many for a
network operator's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Final

from gbsmart.devices.choices import Wishes
from gbsmart.devices.cosem import Effect, Source, Written, read, reset, server_of, slot_of
from gbsmart.devices.device import Device
from gbsmart.devices.events import EVENT_LOG_CLEARED, report
from gbsmart.devices.exchange import AUXILIARY, EVENT, POWER, SECURITY, Exchange, LogEntry
from gbsmart.devices.selection import View
from gbsmart.gbcs.dlms.apdu import Ref
from gbsmart.gbcs.dlms.objects.attribute import Attribute
from gbsmart.gbcs.dlms.objects.events import (
    AUXILIARY_CONTROLLER_LOG,
    CHANGE_NETWORK_OPERATOR_LOGGING,
    CHANGE_NETWORK_OPERATOR_WAN_ALERTS,
    CHANGE_SUPPLIER_ALARMS,
    CHANGE_SUPPLIER_HAN_ALERTS,
    CHANGE_SUPPLIER_LOGGING,
    CHANGE_SUPPLIER_WAN_ALERTS,
    CLEAR_EVENT_LOG,
    EVENT_LOG,
    NETWORK_OPERATOR_LOGGING,
    NETWORK_OPERATOR_WAN_ALERTS,
    POWER_EVENT_LOG,
    SECURITY_LOG,
    SUPPLIER_ALARMS,
    SUPPLIER_HAN_ALERTS,
    SUPPLIER_LOGGING,
    SUPPLIER_WAN_ALERTS,
)
from gbsmart.gbcs.gbz.zcl import write_time

ENTRIES: Final = 100
"""What each of these logs holds."""

Row = Mapping[str, Any]


def _log(name: str, row: Callable[[LogEntry], Row]) -> Source:
    """A log's entries that are asked for, oldest first."""

    def source(view: View) -> list[Row]:
        return [row(each) for each in view.device.recall(name)[-ENTRIES:] if view.wants(each.moment)]

    return source


def _coded(entry: LogEntry) -> dict[str, Any]:
    return {"time": write_time(entry.moment), "code": entry.code}


def _event(entry: LogEntry) -> Row:
    return {**_coded(entry), "other_information": entry.detail}


def _power_event(entry: LogEntry) -> Row:
    return {**_coded(entry), "other_information": int.from_bytes(entry.detail[:4], "big")}


def _switching(entry: LogEntry) -> Row:
    """``code`` is the controller's number and what it was told, the detail the outcome."""
    return {
        "time": write_time(entry.moment), "switch_number_and_action": entry.code,
        "outcome": entry.detail[0] if entry.detail else 0, "han_command_id": 0,
    }  # fmt: skip


_OF_SUPPLIER, _OF_NETWORK_OPERATOR = range(0x8100, 0x8200), range(0x8000, 0x8100)
_BEHAVIOURS: Final[tuple[tuple[Attribute, Attribute, Sequence[int]], ...]] = (
    (SUPPLIER_WAN_ALERTS, CHANGE_SUPPLIER_WAN_ALERTS, _OF_SUPPLIER),
    (SUPPLIER_HAN_ALERTS, CHANGE_SUPPLIER_HAN_ALERTS, _OF_SUPPLIER),
    (SUPPLIER_ALARMS, CHANGE_SUPPLIER_ALARMS, _OF_SUPPLIER),
    (SUPPLIER_LOGGING, CHANGE_SUPPLIER_LOGGING, _OF_SUPPLIER),
    (NETWORK_OPERATOR_WAN_ALERTS, CHANGE_NETWORK_OPERATOR_WAN_ALERTS, _OF_NETWORK_OPERATOR),
    (NETWORK_OPERATOR_LOGGING, CHANGE_NETWORK_OPERATOR_LOGGING, _OF_NETWORK_OPERATOR),
)
"""What is in force, the object that changes it, and the codes it is about."""


def _change(behaviour: Attribute, device: Device, changes: Mapping[int, bool], moment: datetime) -> None:
    """What was changed is in force at once; every other event goes on as it was."""
    server = server_of(device)
    wanted = set(server.read(device, behaviour, moment))
    wanted |= {code for code, on in changes.items() if on}
    wanted -= {code for code, on in changes.items() if not on}
    server.set(device, behaviour, sorted(wanted), moment)


def is_wanted(device: Device, code: int, moment: datetime) -> bool:
    """Whether an alert of this code goes to its party: one that nobody may configure always does."""
    return _is_chosen(_TOLD, device, code, moment)


def is_logged(device: Device, code: int, moment: datetime) -> bool:
    """Whether an event of this code leaves an entry in the event log."""
    return _is_chosen(_LOGGED, device, code, moment)


def _is_set(behaviour: Attribute, device: Device, code: int, moment: datetime) -> bool:
    """Whether a supplier has chosen this of an event: nothing is, until one does."""
    return device.memory.get(slot_of(behaviour.ref)) is not None and code in read(device, behaviour, moment)


_TOLD: Final = (_BEHAVIOURS[0], _BEHAVIOURS[4])
_LOGGED: Final = (_BEHAVIOURS[3], _BEHAVIOURS[5])


def _is_chosen(
    among: Sequence[tuple[Attribute, Attribute, Sequence[int]]], device: Device, code: int, moment: datetime
) -> bool:
    for behaviour, _, codes in among:
        if code in codes:
            return code in read(device, behaviour, moment)
    return True


def _clear(exchange: Exchange, _argument: Any) -> None:
    """Forget the event log; the security log tells that it was cleared."""
    reset(exchange.device.memory, EVENT_LOG.ref, exchange.now)
    report(exchange.device, EVENT_LOG_CLEARED, exchange.now, exchange.reaction)


EFFECTS: Final[Mapping[str, Effect]] = {CLEAR_EVENT_LOG.name: _clear}
WISHES: Final = Wishes(
    is_wanted,
    is_logged,
    shown=partial(_is_set, SUPPLIER_HAN_ALERTS),
    sounded=partial(_is_set, SUPPLIER_ALARMS),
)
SOURCES: Final[Mapping[Ref, Source]] = {
    EVENT_LOG.ref: _log(EVENT, _event),
    SECURITY_LOG.ref: _log(SECURITY, _coded),
    POWER_EVENT_LOG.ref: _log(POWER, _power_event),
    AUXILIARY_CONTROLLER_LOG.ref: _log(AUXILIARY, _switching),
}
WRITTEN: Final[Mapping[Ref, Written]] = {
    change.written_at: partial(_change, behaviour) for behaviour, change, _ in _BEHAVIOURS
}
INITIAL: Final[Mapping[Ref, Any]] = {
    behaviour.ref: [] if behaviour in (SUPPLIER_HAN_ALERTS, SUPPLIER_ALARMS) else list(codes)
    for behaviour, _, codes in _BEHAVIOURS
}
"""Everything is logged and told, and nothing sounds, until a party sets it otherwise (assumed)."""
