"""What an ESME and a SAPC switch beside the supply: auxiliary controllers, within the meter or elsewhere.

A controller follows its calendar until a command tells it otherwise for a time. Up to five are numbered from
1; a meter with switches (ALCS, HCALCS) knows on and off, one with proportional controllers levels from 0 to
100 per cent (SMETS 5.5.4, 5.7.4 and 9.5).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Any, Final, NamedTuple

from gbsmart.devices import schedule
from gbsmart.devices.cosem import FAMILY, Effect, Source, read
from gbsmart.devices.device import Device, Routine
from gbsmart.devices.exchange import AUXILIARY, CannotDo, Exchange, LogEntry, Reaction
from gbsmart.devices.memory import Memory
from gbsmart.devices.selection import View
from gbsmart.devices.timetable import running
from gbsmart.gbcs.dlms.apdu import Ref, Result
from gbsmart.gbcs.dlms.objects.attribute import Attribute, Method
from gbsmart.gbcs.dlms.objects.auxiliary import (
    ACTIVATE_LOAD,
    AUXILIARY_SCHEDULE,
    AUXILIARY_SPECIAL_DAYS,
    CONTROLLERS,
    DEACTIVATE_LOAD,
    LIMIT_END,
    LIMIT_LEVEL,
    LIMIT_START,
    RESET_LOAD,
    SET_STATE,
    SETTING_END,
    SETTING_START,
    STATES,
    SWITCH_STATES,
    TYPES,
)
from gbsmart.gbcs.dlms.objects.configuration import (
    RANDOMISED_OFFSET,
    RANDOMISED_OFFSET_LIMIT,
    RANDOMISED_OFFSET_NUMBER,
)
from gbsmart.ground import NEVER, NOW, Eui64
from gbsmart.store import from_micros, to_micros

ROUTINE: Final = "AUXILIARY"
FULL, _NONE = 100, 0
_SWITCH: Final = b"\x00" * 8
"""The type and identifier of a switch within the meter."""
_STATE, _LIMIT = "state", "limit"
_DAYS_BACK: Final = 7
SUCCEEDED: Final = b"\x01"
"""The outcome of an entry of the auxiliary controller event log."""


class Commanded(NamedTuple):
    """A level that a command gave a controller from ``start`` until ``until``.

    ``takes_in`` tells a level of what it takes in from the load that it controls.
    """

    level: int
    start: datetime
    until: datetime
    takes_in: bool = False


def _slot(number: int, kind: str) -> str:
    return f"auxiliary/{number}/{kind}"


def _held(memory: Memory, number: int, kind: str) -> Commanded | None:
    octets = memory.get(_slot(number, kind))
    if octets is None:
        return None
    level, start, until, takes_in = json.loads(octets)
    return Commanded(level, from_micros(start), from_micros(until), takes_in)


def commanded(memory: Memory, number: int, now: datetime, kind: str = _STATE) -> Commanded | None:
    """What a command has told a controller for the time being; None where its calendar rules."""
    told = _held(memory, number, kind)
    return told if told is not None and told.start <= now < told.until else None


def _forget(memory: Memory, number: int, kind: str) -> None:
    memory.drop(_slot(number, kind))
    schedule.withdraw(memory, f"{ROUTINE}:{kind}/{number}")


class State(NamedTuple):
    """What a controller puts out and takes in, in per cent: a switch that is on puts out 100."""

    output: int
    input: int


def state_of(device: Device, number: int, now: datetime) -> State:
    """What a controller does: as commanded, else by its calendar, and within its limit."""
    told = commanded(device.memory, number, now)
    state = _by_calendar(device, number, now) if told is None else _state(told.level, told.takes_in)
    limit = commanded(device.memory, number, now, _LIMIT)
    if limit is None:
        return state
    if limit.takes_in:
        return State(state.output, min(state.input, limit.level))
    return State(min(state.output, limit.level), state.input)


def _state(level: int, takes_in: bool) -> State:
    return State(_NONE, level) if takes_in else State(level, _NONE)


def _by_calendar(device: Device, number: int, now: datetime) -> State:
    """What the last entry of the calendar for this controller says; off where there is none."""
    for back in range(_DAYS_BACK + 1):
        begun = [each for each in _entries(device, number, now, -back) if each[0] <= now]
        if begun:
            action = max(begun, key=itemgetter(0))[1]
            if "switch_on" in action:
                return State(FULL if action["switch_on"] else _NONE, _NONE)
            return _state(action["commanded_state_level"], action["input_from_controlled_load"])
    return State(_NONE, _NONE)


def _entries(
    device: Device, number: int, now: datetime, days: int
) -> Iterator[tuple[datetime, Mapping[str, Any]]]:
    """The calendar's actions for a controller, each with its moment, so many days from today."""
    offset = timedelta(seconds=read(device, RANDOMISED_OFFSET, now))
    calendar = read(device, AUXILIARY_SCHEDULE, now), read(device, AUXILIARY_SPECIAL_DAYS, now)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    for at, entry in running(*calendar, midnight + timedelta(days=days)):
        if entry["action"]["controller"] == number:
            yield at + offset, entry["action"]


def changes_at(device: Device, number: int, now: datetime) -> list[datetime]:
    """When a controller may do another thing next: by what it was told, and by its calendar."""
    told = (_held(device.memory, number, kind) for kind in (_STATE, _LIMIT))
    found = [at for each in told if each is not None for at in (each.start, each.until) if at > now]
    for days in range(-1, _DAYS_BACK + 1):  # the offset of yesterday's entries may reach into today
        coming = [at for at, _ in _entries(device, number, now, days) if at > now]
        if coming:
            return [*found, min(coming)]
    return found


def is_on(device: Device, load: Eui64, now: datetime) -> bool:
    """Whether a load switch elsewhere in the home is to be on, by the controller that stands for it."""
    types = (read(device, each, now) for each in TYPES)
    return any(
        state_of(device, number, now).output > _NONE
        for number, kind in enumerate(types, 1)
        if kind == bytes(load)
    )


# --- commands ---


def _log(exchange: Exchange, method: Method, argument: Mapping[str, Any]) -> None:
    """Enter what a controller was told: the word of the command itself."""
    word = int.from_bytes(method.argument.put(argument, exchange.context)[1:], "big")
    exchange.reaction.log.append(LogEntry(exchange.now, AUXILIARY, word, SUCCEEDED))


def tell(memory: Memory, number: int, told: Commanded, kind: str = _STATE) -> None:
    """Have a controller do so for a time, after which it is looked at again."""
    held = told.level, to_micros(told.start), to_micros(told.until), told.takes_in
    memory.put(_slot(number, kind), json.dumps(held).encode())
    schedule.hold(memory, told.until, f"{ROUTINE}:{kind}/{number}", b"")


def _switch(method: Method, level: int, minutes: Sequence[Attribute]) -> Effect:
    """Switch on or off for as many minutes as was written before."""

    def effect(exchange: Exchange, argument: Mapping[str, Any]) -> None:
        number, now = argument["controller"], exchange.now
        duration = read(exchange.device, minutes[number - 1], now)
        if not isinstance(duration, int):
            raise CannotDo(Result.TYPE_UNMATCHED, "the time of a switch is in minutes")
        until = now + timedelta(minutes=duration)
        tell(exchange.device.memory, number, Commanded(level, now, until))
        _log(exchange, method, argument)

    return effect


def _return(exchange: Exchange, argument: Mapping[str, Any]) -> None:
    """Back to the calendar."""
    _forget(exchange.device.memory, argument["controller"], _STATE)
    _log(exchange, RESET_LOAD, argument)


def _level(method: Method, kind: str, starts: Sequence[Attribute], ends: Sequence[Attribute]) -> Effect:
    """Command, or limit, a level between two moments that were written before; ``never`` takes it back."""

    def effect(exchange: Exchange, argument: Mapping[str, Any]) -> None:
        number, device = argument["controller"], exchange.device
        start, end = (read(device, each[number - 1], exchange.now) for each in (starts, ends))
        if NEVER in (start, end):
            if commanded(device.memory, number, exchange.now, kind) is not None:
                _say_ended(device, number, kind, exchange.now, exchange.reaction)
            _forget(device.memory, number, kind)
            return
        if isinstance(start, int) or isinstance(end, int):
            raise CannotDo(Result.TYPE_UNMATCHED, "a level is for a time between two moments")
        start, end = (exchange.now if each is NOW else each for each in (start, end))
        level, takes_in = argument["commanded_state_level"], argument["input_from_controlled_load"]
        tell(device.memory, number, Commanded(level, start, end, takes_in), kind)
        _log(exchange, method, argument)
        if kind == _LIMIT:
            said = {"controller": _side(number, takes_in), "start": start, "end": end, "level": level}
            exchange.reaction.alerts.append(device.alert(LIMITED, FAMILY, exchange.now, said))

    return effect


LIMITED, LIMIT_ENDED = 0x8F86, 0x8F87
"""Alert codes (GBCS 16.2)."""


def _side(number: int, takes_in: bool) -> int:
    """How an alert names a controller: with what it puts out, or with what it takes in."""
    return (2 if takes_in else 1) << 4 | number


def _say_ended(device: Device, number: int, kind: str, moment: datetime, reaction: Reaction) -> None:
    """Tell that a limit is over: a controller may now do what it was told before."""
    held = _held(device.memory, number, kind)
    if kind == _LIMIT and held is not None:
        said = {"controller": _side(number, held.takes_in), "level": held.level}
        reaction.alerts.append(device.alert(LIMIT_ENDED, FAMILY, moment, said))


def _over(device: Device, moment: datetime, reaction: Reaction) -> None:
    """The time of a command is over: the calendar rules again."""
    for number in CONTROLLERS:
        for kind in (_STATE, _LIMIT):
            held = _held(device.memory, number, kind)
            if held is not None and held.until <= moment:
                _say_ended(device, number, kind, moment, reaction)
                device.memory.drop(_slot(number, kind))


# --- what is read ---


def written(state: State) -> str:
    """A state as messages have it (JSON)."""
    return json.dumps({"outputState": state.output, "inputState": state.input})


def _told(number: int) -> Source:
    """What a controller does now, as JSON; an empty object where there is no controller."""

    def source(view: View) -> str:
        if not read(view.device, TYPES[number - 1], view.moment):
            return "{}"
        return written(state_of(view.device, number, view.moment))

    return source


def _switch_state(number: int) -> Source:
    return lambda view: state_of(view.device, number, view.moment).output > _NONE


def _offset(view: View) -> int:
    """The randomised offset: the device's own number of the limit that is set (SMETS 5.7.4.31)."""
    limit = read(view.device, RANDOMISED_OFFSET_LIMIT, view.moment)
    return int(limit) * _number(view) // 0xFFFF


def _number(view: View) -> int:
    """Drawn from the identifier, so that it stays what it is."""
    return int.from_bytes(bytes(view.device.eui)[-2:], "big") * 40_503 % 0x10000


SOURCES: Final[Mapping[Ref, Source]] = {
    **{each.ref: _switch_state(number) for number, each in enumerate(SWITCH_STATES, 1)},
    **{each.ref: _told(number) for number, each in enumerate(STATES, 1)},
    RANDOMISED_OFFSET.ref: _offset,
    RANDOMISED_OFFSET_NUMBER.ref: _number,
}
EFFECTS: Final[Mapping[str, Effect]] = {
    ACTIVATE_LOAD.name: _switch(ACTIVATE_LOAD, FULL, SETTING_START),
    DEACTIVATE_LOAD.name: _switch(DEACTIVATE_LOAD, _NONE, SETTING_END),
    RESET_LOAD.name: _return,
    SET_STATE.name: _level(SET_STATE, _STATE, SETTING_START, SETTING_END),
    LIMIT_LEVEL.name: _level(LIMIT_LEVEL, _LIMIT, LIMIT_START, LIMIT_END),
}
ROUTINES: Final[Mapping[str, Routine]] = {ROUTINE: _over}
INITIAL: Final[Mapping[Ref, Any]] = {
    RANDOMISED_OFFSET_LIMIT.ref: 600,
    **{each.ref: _SWITCH if number == 1 else b"" for number, each in enumerate(TYPES, 1)},
}
"""Until it is told otherwise a meter has one switch of its own, and switches within ten minutes."""
