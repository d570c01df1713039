"""Operational updates of an ESME or a SAPC: a proportional controller does another thing than before (8F88).

Whatever changes its level, a command, a limit, the end of either or the calendar, its supplier is told, and
with it the load controller that the device knows (GBCS 16.2; that every change is told is assumed). Switches
send none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from gbsmart.devices import electricity_load, schedule
from gbsmart.devices.cosem import FAMILY, Effect, Written, read
from gbsmart.devices.credentials import cell
from gbsmart.devices.device import Device, Routine
from gbsmart.devices.electricity_load import changes_at, state_of, written
from gbsmart.devices.exchange import EVENT, Exchange, LogEntry, Reaction
from gbsmart.gbcs.dlms.apdu import Ref
from gbsmart.gbcs.dlms.objects.auxiliary import (
    AUXILIARY_SCHEDULE,
    AUXILIARY_SPECIAL_DAYS,
    CONTROLLERS,
    TYPES,
)
from gbsmart.ground import Eui64
from gbsmart.keys import KeyUse, RemotePartyRole

ROUTINE: Final = "UPDATES"
UPDATED: Final = 0x8F88
"""Alert code (GBCS 16.2)."""
_LOOK: Final = f"{ROUTINE}:look"
_PROPORTIONAL: Final = b"\xff"
"""The type of a controller that knows levels."""
_NOTHING: Final = written(electricity_load.State(0, 0))


def look(device: Device, moment: datetime, reaction: Reaction) -> None:
    """Tell of each proportional controller that does another thing than it was last told of."""
    schedule.withdraw(device.memory, _LOOK)
    coming: list[datetime] = []
    for number in _proportional(device, moment):
        _tell(device, number, moment, reaction)
        coming += changes_at(device, number, moment)
    if coming:
        schedule.hold(device.memory, min(coming), _LOOK, b"")


def _tell(device: Device, number: int, moment: datetime, reaction: Reaction) -> None:
    slot, state = f"auxiliary/{number}/said", written(state_of(device, number, moment))
    if (device.memory.get(slot) or _NOTHING.encode()) == state.encode():
        return
    device.memory.put(slot, state.encode())
    reaction.log.append(LogEntry(moment, EVENT, UPDATED))
    if device.raises(UPDATED):
        said = {"state": state}
        reaction.alerts.append(
            device.alert(UPDATED, FAMILY, moment, said, about_party=_load_controller(device))
        )


def _load_controller(device: Device) -> Eui64 | None:
    held = device.credentials.in_cell(cell(RemotePartyRole.LOAD_CONTROLLER, KeyUse.DIGITAL_SIGNATURE))
    return None if held is None else held.holder


def _proportional(device: Device, moment: datetime) -> list[int]:
    return [number for number in CONTROLLERS if read(device, TYPES[number - 1], moment) == _PROPORTIONAL]


def _look_soon(device: Device, moment: datetime) -> None:
    """Look as soon as what changed is in force."""
    schedule.hold(device.memory, moment, _LOOK, b"")


def _type_is_set(device: Device, _type: Any, moment: datetime) -> None:
    _look_soon(device, moment)


def _then_look(effect: Effect) -> Effect:
    def both(exchange: Exchange, argument: Any) -> bytes | None:
        answer = effect(exchange, argument)
        look(exchange.device, exchange.now, exchange.reaction)
        return answer

    return both


def _over(device: Device, moment: datetime, reaction: Reaction) -> None:
    electricity_load.ROUTINES[electricity_load.ROUTINE](device, moment, reaction)
    look(device, moment, reaction)


EFFECTS: Final[Mapping[str, Effect]] = {
    name: _then_look(effect) for name, effect in electricity_load.EFFECTS.items()
}
ROUTINES: Final[Mapping[str, Routine]] = {electricity_load.ROUTINE: _over, ROUTINE: look}
WRITTEN: Final[Mapping[Ref, Written]] = {each.written_at: _type_is_set for each in TYPES}
ACTIVATED: Final[Mapping[Ref, Callable[[Device, datetime], None]]] = {
    each.activation: _look_soon
    for each in (AUXILIARY_SCHEDULE, AUXILIARY_SPECIAL_DAYS)
    if each.activation is not None
}
