"""What an ESME and a SAPC switch beside the supply: auxiliary controllers, the boost button, the load limit.

A controller follows its calendar until a command tells it otherwise for a time. Up to five are numbered from
1; a meter with switches (ALCS, HCALCS) knows on and off, one with proportional controllers levels from 0 to
100 per cent (SMETS 5.5.4, 5.7.4 and 9.5).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple, cast

from gbsmart.devices import identity, schedule
from gbsmart.devices.cosem import CosemServer, Effect, Source, View
from gbsmart.devices.device import Device, Routine
from gbsmart.devices.electricity_events import AUXILIARY
from gbsmart.devices.exchange import CannotDo, Exchange, LogEntry, Reaction
from gbsmart.devices.memory import Memory
from gbsmart.devices.timetable import moment_of, runs
from gbsmart.gbcs.dlms.apdu import Ref, Result
from gbsmart.gbcs.dlms.objects.auxiliary import (
    ACTIVATE_LOAD,
    AUXILIARY_SCHEDULE,
    AUXILIARY_SPECIAL_DAYS,
    BOOST_AVAILABILITY,
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
from gbsmart.ground import NEVER, NOW

ROUTINE: Final = "AUXILIARY"
_FULL, _NONE = 100, 0
_SWITCH: Final = b"\x00" * 8
"""The type and identifier of a switch within the meter."""
_DAYS_BACK: Final = 7


class Commanded(NamedTuple):
    """What a controller was told by a command: a level until a moment; ``limits`` where it only bounds it."""

    level: int
    until: datetime
    start: datetime
    takes_in: bool = False


def _slot(number: int, kind: str) -> str:
    return f"auxiliary/{number}/{kind}"


def commanded(memory: Memory, number: int, now: datetime, kind: str = "state") -> Commanded | None:
    """What a command has told a controller for the time being; None where its calendar rules."""
    octets = memory.get(_slot(number, kind))
    if octets is None:
        return None
    held = json.loads(octets)
    told = Commanded(
        held["level"], datetime.fromisoformat(held["until"]), datetime.fromisoformat(held["start"]),
        held["takes_in"],
    )  # fmt: skip
    return told if told.start <= now < told.until else None


def level_of(device: Device, number: int, now: datetime) -> int:
    """At what level (per cent) a controller is: commanded, else by its calendar, and within its limit."""
    told = commanded(device.memory, number, now)
    level = _by_calendar(device, number, now) if told is None else told.level
    limit = commanded(device.memory, number, now, "limit")
    return level if limit is None else min(level, limit.level)


def _by_calendar(device: Device, number: int, now: datetime) -> int:
    """What the last entry of the calendar for this controller says; off where there is none."""
    server = cast("CosemServer", device.servers["DLMS"])
    offset = timedelta(seconds=server.read(device, RANDOMISED_OFFSET, now))
    entries = server.read(device, AUXILIARY_SCHEDULE, now)
    special = server.read(device, AUXILIARY_SPECIAL_DAYS, now)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    last: tuple[datetime, int] | None = None
    for back in range(_DAYS_BACK + 1):
        day = midnight - timedelta(days=back)
        for entry in entries:
            action = entry["action"]
            if action["controller"] != number or not runs(entry, special, day):
                continue
            at = moment_of(entry, day) + offset
            if at <= now and (last is None or at > last[0]):
                level = action.get("commanded_state_level", _FULL if action.get("switch_on") else _NONE)
                last = at, level
        if last is not None:
            break
    return last[1] if last else _NONE


# --- commands ---


def _tell(
    exchange: Exchange, number: int, level: int, period: tuple[datetime, datetime], kind: str = "state",
    *, takes_in: bool = False,
) -> None:  # fmt: skip
    """Command a controller for a time, and look at it again when the time begins and ends."""
    start, until = period
    memory = exchange.device.memory
    held = {"level": level, "start": start.isoformat(), "until": until.isoformat(), "takes_in": takes_in}
    memory.put(_slot(number, kind), json.dumps(held).encode())
    schedule.hold(memory, until, f"{ROUTINE}:{kind}/{number}", b"")
    code = number << 8 | level
    exchange.reaction.log.append(LogEntry(exchange.now, AUXILIARY, code))


def _switch(level: int, minutes: Sequence[Any]) -> Effect:
    """Switch on or off for as many minutes as was written before."""

    def effect(exchange: Exchange, argument: Mapping[str, Any]) -> None:
        number = argument["controller"]
        server = cast("CosemServer", exchange.device.servers["DLMS"])
        duration = server.read(exchange.device, minutes[number - 1], exchange.now)
        if not isinstance(duration, int):
            raise CannotDo(Result.TYPE_UNMATCHED, "the time of a switch is in minutes")
        _tell(exchange, number, level, (exchange.now, exchange.now + timedelta(minutes=duration)))

    return effect


def _return(exchange: Exchange, argument: Mapping[str, Any]) -> None:
    """Back to the calendar."""
    number = argument["controller"]
    exchange.device.memory.drop(_slot(number, "state"))
    schedule.withdraw(exchange.device.memory, f"{ROUTINE}:state/{number}")


def _level(kind: str, starts: Sequence[Any], ends: Sequence[Any]) -> Effect:
    """Command, or limit, a level between two moments that were written before; never takes it back."""

    def effect(exchange: Exchange, argument: Mapping[str, Any]) -> None:
        number = argument["controller"]
        server = cast("CosemServer", exchange.device.servers["DLMS"])
        start = server.read(exchange.device, starts[number - 1], exchange.now)
        end = server.read(exchange.device, ends[number - 1], exchange.now)
        if NEVER in (start, end):
            exchange.device.memory.drop(_slot(number, kind))
            return
        if isinstance(start, int) or isinstance(end, int):
            raise CannotDo(Result.TYPE_UNMATCHED, "a level is for a time between two moments")
        begins, ends_at = (exchange.now if each is NOW else each for each in (start, end))
        _tell(
            exchange, number, argument["commanded_state_level"], (begins, ends_at), kind,
            takes_in=argument["input_from_controlled_load"],
        )  # fmt: skip

    return effect


def _over(device: Device, moment: datetime, reaction: Reaction) -> None:
    """The time of a command is over: the calendar rules again."""
    for number in CONTROLLERS:
        for kind in ("state", "limit"):
            slot = _slot(number, kind)
            octets = device.memory.get(slot)
            if octets is not None and datetime.fromisoformat(json.loads(octets)["until"]) <= moment:
                device.memory.drop(slot)
                level = level_of(device, number, moment)
                reaction.log.append(LogEntry(moment, AUXILIARY, number << 8 | level))


# --- what is read ---


def _state(number: int) -> Source:
    """What a controller does now, as the words that a display shows (JSON)."""

    def source(view: View) -> str | None:
        if not _type(view, number):
            return None
        level = level_of(view.device, number, view.moment)
        told = commanded(view.device.memory, number, view.moment)
        said: dict[str, Any] = {"level": level, "by": "calendar" if told is None else "command"}
        if told is not None:
            said["until"] = told.until.isoformat()
        return json.dumps(said, separators=(",", ":"))

    return source


def _type(view: View, number: int) -> bytes | None:
    server = cast("CosemServer", view.device.servers["DLMS"])
    found: bytes | None = server.read(view.device, TYPES[number - 1], view.moment)
    return found


def _switch_state(number: int) -> Source:
    return lambda view: level_of(view.device, number, view.moment) > _NONE


def _offset(view: View) -> int:
    """The randomised offset: the device's own number of the limit that is set (SMETS 5.7.4.31)."""
    server = cast("CosemServer", view.device.servers["DLMS"])
    limit = server.read(view.device, RANDOMISED_OFFSET_LIMIT, view.moment)
    return int(limit) * _number(view) // 0xFFFF


def _number(view: View) -> int:
    """Drawn from the identifier, so that it stays what it is."""
    return int.from_bytes(bytes(view.device.eui)[-2:], "big") * 40_503 % 0x10000


SOURCES: Final[Mapping[Ref, Source]] = {
    **{each.ref: _switch_state(number) for number, each in enumerate(SWITCH_STATES, 1)},
    **{each.ref: _state(number) for number, each in enumerate(STATES, 1)},
    BOOST_AVAILABILITY.ref: lambda view: "E" in (view.device.memory.get(identity.VARIANT) or b"").decode(),
    RANDOMISED_OFFSET.ref: _offset,
    RANDOMISED_OFFSET_NUMBER.ref: _number,
}
EFFECTS: Final[Mapping[str, Effect]] = {
    ACTIVATE_LOAD.name: _switch(_FULL, SETTING_START),
    DEACTIVATE_LOAD.name: _switch(_NONE, SETTING_END),
    RESET_LOAD.name: _return,
    SET_STATE.name: _level("state", SETTING_START, SETTING_END),
    LIMIT_LEVEL.name: _level("limit", LIMIT_START, LIMIT_END),
}
ROUTINES: Final[Mapping[str, Routine]] = {ROUTINE: _over}
INITIAL: Final[Mapping[Ref, Any]] = {
    RANDOMISED_OFFSET_LIMIT.ref: 600,
    **{each.ref: _SWITCH if number == 1 else b"" for number, each in enumerate(TYPES, 1)},
}
"""Until it is told otherwise a meter has one switch of its own, and switches within ten minutes."""
