"""Auxiliary controllers of an ESME and a SAPC: load switches, proportional controllers, the boost function.

Up to five are numbered from 1 (SMETS 5.7.4 and 9.6). What a controller is told stands in one word: its
number, and whether to switch on or off or to take up a level (0 to 100 per cent), of what it puts out or of
what it takes in from the load that it controls.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gbsmart.gbcs.dlms.arrays import Compact
from gbsmart.gbcs.dlms.data import UNSIGNED_32
from gbsmart.gbcs.dlms.moments import WHEN
from gbsmart.gbcs.dlms.objects.attribute import EXTENDED_DATA, Attribute, Method, attribute, log, method
from gbsmart.gbcs.dlms.objects.schedules import schedule, script_table, special_days
from gbsmart.gbcs.dlms.shapes import FLAG, OCTETS, U16, UTF8, VISIBLE, Either, Iso, Nullable
from gbsmart.gbcs.shape import Shape

CONTROLLERS = range(1, 6)
_STATE_SCRIPTS, _LIMIT_SCRIPTS = "0-0:10.0.103.255", "0-0:10.0.107.255"

_CALENDAR_ON, _CALENDAR_OFF = 0x01, 0x02
_ON, _OFF, _BY_CALENDAR = 0x11, 0x12, 0x20
_OUTPUT, _INPUT = 1, 2
_CALENDAR_LEVEL, _FULL = 0x80, 100

Action = Mapping[str, Any]


def _number(word: int) -> int:
    number = word >> 8 & 0xF
    if number not in CONTROLLERS:
        raise ValueError(word)
    return number


def _read_level(word: int) -> dict[str, Any]:
    side, level = word >> 12, word & 0xFF
    if side not in (_OUTPUT, _INPUT) or level > _FULL:
        raise ValueError(word)
    return {
        "controller": _number(word), "commanded_state_level": level,
        "input_from_controlled_load": side == _INPUT,
    }  # fmt: skip


def _write_level(action: Action) -> int:
    number, level = action["controller"], action["commanded_state_level"]
    if number not in CONTROLLERS or not 0 <= level <= _FULL:
        raise ValueError(action)
    side = _INPUT if action["input_from_controlled_load"] else _OUTPUT
    return side << 12 | int(number) << 8 | int(level)


def _read_entry(word: int) -> dict[str, Any]:
    """An entry of the calendar switches on or off, or, in later GBCS versions, commands a level."""
    if word >> 12:
        if not word & _CALENDAR_LEVEL:
            raise ValueError(word)
        return _read_level(word & ~_CALENDAR_LEVEL)
    if word & 0xFF not in (_CALENDAR_ON, _CALENDAR_OFF):
        raise ValueError(word)
    return {"controller": _number(word), "switch_on": word & 0xFF == _CALENDAR_ON}


def _write_entry(action: Action) -> int:
    if "switch_on" not in action:
        return _write_level(action) | _CALENDAR_LEVEL
    return _switched(action["controller"], _CALENDAR_ON if action["switch_on"] else _CALENDAR_OFF)


def _switched(number: int, how: int) -> int:
    if number not in CONTROLLERS:
        raise ValueError(number)
    return number << 8 | how


def _switch(how: int, words: str) -> Iso:
    """A word that tells a controller one thing: its value is the number of the controller."""

    def read(word: int) -> dict[str, int]:
        if word != _switched(_number(word), how):
            raise ValueError(word)
        return {"controller": _number(word)}

    return Iso(f"controller to {words}", U16, read, lambda action: _switched(action["controller"], how))


LEVEL = Iso("controller and level", U16, _read_level, _write_level)
CALENDAR_ACTION = Iso("action of the auxiliary calendar", U16, _read_entry, _write_entry)


def _of_each(
    name: str, group: str, first: int, shape: Shape, title: str, *, class_id: int = 1
) -> tuple[Attribute, ...]:
    """An attribute of every controller; ``group`` has a place for its number, counted from ``first``."""
    return tuple(
        attribute(
            name.format(number), class_id, group.format(first + number), 2, shape,
            f"Auxiliary controller {number}: {title}",
        )
        for number in CONTROLLERS
    )  # fmt: skip


DESCRIPTIONS = _of_each(
    "auxiliary_controller_{}_description", "0-0:94.44.0.{}", 10, Nullable(VISIBLE), "description"
)
TYPES = _of_each(
    "auxiliary_controller_{}_type_and_identifier", "0-0:94.44.0.{}", 20, Nullable(OCTETS),
    "type and identifier (8 zeros: ALCS; an EUI-64: HCALCS; FF: APC; empty: none)",
)  # fmt: skip
STATES = _of_each(
    "auxiliary_controller_{}_state_and_associated_information", "0-0:94.44.0.{}", 30, Nullable(UTF8),
    "state and associated information (JSON)",
)  # fmt: skip
SWITCH_STATES = _of_each(
    "auxiliary_load_control_switch_{}_state", "0-{}:96.3.10.255", 0, Nullable(FLAG),
    "state of the switch: true is on", class_id=70,
)  # fmt: skip

AUXILIARY_SPECIAL_DAYS = attribute(
    "auxiliary_special_days", 11, "0-0:11.0.3.255", 2, special_days(20),
    "Special days of the auxiliary controller calendar",
    passive=(11, "0-1:11.0.3.255", 2), activation=(EXTENDED_DATA, "0-0:94.44.128.35", 6),
)  # fmt: skip
AUXILIARY_SCHEDULE = attribute(
    "auxiliary_schedule", 10, "0-0:12.0.2.255", 2,
    schedule(script_table("00000A0067FF"), CALENDAR_ACTION, most=120),
    "Auxiliary controller calendar: schedule",
    passive=(10, "0-1:12.0.2.255", 2), activation=(EXTENDED_DATA, "0-0:94.44.128.26", 6),
)  # fmt: skip


def _period(name: str, member: int, shape: Shape, title: str) -> tuple[Attribute, ...]:
    return _of_each(f"auxiliary_controller_{{}}_{name}", f"0-0:94.44.{{}}.{member}", 116, shape, title)


_MOMENT_OR_MINUTES = Either(WHEN, U16)
SETTING_START = _period(
    "setting_start",
    1,
    _MOMENT_OR_MINUTES,
    "start of a commanded level; before, how long it stays on (minutes)",
)
SETTING_END = _period(
    "setting_end", 2, _MOMENT_OR_MINUTES, "end of a commanded level; before, how long it stays off (minutes)"
)
LIMIT_START = _period("limit_start", 3, WHEN, "start of a limit")
LIMIT_END = _period("limit_end", 4, WHEN, "end of a limit")


def _call(name: str, scripts: str, argument: Shape, title: str) -> Method:
    return method(name, 9, scripts, 1, f"Auxiliary controller: {title}", argument)


ACTIVATE_LOAD = _call("activate_auxiliary_load", _STATE_SCRIPTS, _switch(_ON, "switch on"), "switch on")
DEACTIVATE_LOAD = _call(
    "deactivate_auxiliary_load", _STATE_SCRIPTS, _switch(_OFF, "switch off"), "switch off"
)
RESET_LOAD = _call(
    "reset_auxiliary_load", _STATE_SCRIPTS, _switch(_BY_CALENDAR, "return to its calendar"),
    "return to its calendar",
)  # fmt: skip
SET_STATE = _call("set_auxiliary_controller_state", _STATE_SCRIPTS, LEVEL, "command a level")
LIMIT_LEVEL = _call("limit_apc_level", _LIMIT_SCRIPTS, LEVEL, "limit its level")

BOOST_AVAILABILITY = attribute(
    "boost_function_availability", 1, "0-0:94.44.7.255", 2, FLAG, "Boost function: whether there is one"
)
BOOST_CONTROLS = tuple(
    attribute(
        f"boost_function_control_{number}", 1, f"0-0:94.44.6.{number}", 2, FLAG,
        f"Boost function: whether it switches auxiliary controller {number}",
    )
    for number in CONTROLLERS
)  # fmt: skip
BOOST_LOG = log(
    "boost_function_event_log", "0-0:99.98.20.255",
    Compact((("boost_start", UNSIGNED_32), ("boost_end", UNSIGNED_32))),
    "Boost function event log, 25 entries (seconds since 2000)",
)  # fmt: skip
