"""Logs of events and what the meter does at each event (SMETS 5.7.4, 5.7.5; CHTS 4.6.3; GBCS 16.2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gbsmart.gbcs.dlms.arrays import Compact
from gbsmart.gbcs.dlms.data import ENUM, OCTET_STRING, UNSIGNED_16, UNSIGNED_32
from gbsmart.gbcs.dlms.objects.attribute import Attribute, attribute, log, method
from gbsmart.gbcs.dlms.shapes import BITS, Iso
from gbsmart.ground import InvalidValue

_CODE = (("time", UNSIGNED_32), ("code", UNSIGNED_16))
EVENT_LOG = log(
    "event_log", "0-0:99.98.0.255", Compact((*_CODE, ("other_information", OCTET_STRING))),
    "Event log, 100 entries (time in seconds since 2000)",
)  # fmt: skip
SECURITY_LOG = log("security_log", "0-0:99.98.1.255", Compact(_CODE), "Security log, 100 entries")
POWER_EVENT_LOG = log(
    "power_event_log", "0-0:99.98.4.255", Compact((*_CODE, ("other_information", UNSIGNED_32))),
    "Power event log, 100 entries",
)  # fmt: skip
AUXILIARY_CONTROLLER_LOG = log(
    "auxiliary_controller_log", "0-17:99.98.2.255",
    Compact(
        (
            ("time", UNSIGNED_32), ("switch_number_and_action", UNSIGNED_16), ("outcome", ENUM),
            ("han_command_id", UNSIGNED_32),
        )
    ),
    "Auxiliary controller event log, 100 entries (the HAN command id is seconds since 1970, or 0)",
)  # fmt: skip
CLEAR_EVENT_LOG = method("clear_event_log", 7, "0-0:99.98.0.255", 1, "Event log: clear")
CLEAR_AUXILIARY_CONTROLLER_LOG = method(
    "clear_auxiliary_controller_log", 7, "0-17:99.98.2.255", 1, "Auxiliary controller event log: clear"
)

_CODES = 256
_SUPPLIER, _NETWORK_OPERATOR = (30, 0x8100), (33, 0x8000)
"""OBIS group B of what a party may configure, and the first of its event codes."""


def _read_bits(bits: str, first: int) -> list[int]:
    """The codes whose bit is set: the last place stands for the first code."""
    if len(bits) != _CODES:
        raise ValueError(bits)
    return [first + low for low in range(_CODES) if bits[_CODES - 1 - low] == "1"]


def _write_bits(codes: Sequence[int], first: int) -> str:
    bits = ["0"] * _CODES
    for code in codes:
        if not first <= code < first + _CODES:
            raise InvalidValue(f"{code:04X} is not one of {first:04X} to {first + _CODES - 1:04X}")
        bits[_CODES - 1 - (code - first)] = "1"
    return "".join(bits)


def _behaviour(first: int) -> Iso:
    """The codes at which something is done: 256 bits."""
    return Iso(
        f"codes from {first:04X}", BITS,
        lambda bits: _read_bits(bits, first), lambda codes: _write_bits(codes, first),
        lambda codes: " ".join(f"{code:04X}" for code in codes),
    )  # fmt: skip


def _change(first: int) -> Iso:
    """Code to whether something is to be done at it from now on: a mask of 256 bits, then 256 settings."""

    def read(bits: str) -> dict[int, bool]:
        changed, on = _read_bits(bits[:_CODES], first), set(_read_bits(bits[_CODES:], first))
        if not on <= set(changed):
            raise ValueError(bits)
        return {code: code in on for code in changed}

    def write(value: Mapping[int, bool]) -> str:
        return _write_bits(list(value), first) + _write_bits([code for code in value if value[code]], first)

    def show(value: Mapping[int, bool]) -> str:
        return ", ".join(f"{code:04X} {'on' if on else 'off'}" for code, on in value.items())

    return Iso(f"changes of codes from {first:04X}", BITS, read, write, show)


def _behaviours(
    prefix: str, of: tuple[int, int], name: str, number: int, what: str
) -> tuple[Attribute, Attribute]:
    """What is done at each event, and the object that changes it."""
    group, first = of
    return (
        attribute(
            f"{prefix}_{name}", 1, f"0-{group}:97.98.{number + 4}.255", 2, _behaviour(first),
            f"Events with {what}",
        ),
        attribute(
            f"{prefix}_{name}_changes", 1, f"0-{group}:97.98.{number}.255", 2, _change(first),
            f"Events with {what}: changes",
        ),
    )  # fmt: skip


SUPPLIER_WAN_ALERTS, CHANGE_SUPPLIER_WAN_ALERTS = _behaviours(
    "supplier", _SUPPLIER, "wan_alerts", 11, "an alert to the supplier"
)
SUPPLIER_HAN_ALERTS, CHANGE_SUPPLIER_HAN_ALERTS = _behaviours(
    "supplier", _SUPPLIER, "han_alerts", 12, "an alert to devices of the home"
)
SUPPLIER_ALARMS, CHANGE_SUPPLIER_ALARMS = _behaviours("supplier", _SUPPLIER, "alarms", 13, "an audible alarm")
SUPPLIER_LOGGING, CHANGE_SUPPLIER_LOGGING = _behaviours(
    "supplier", _SUPPLIER, "logging", 14, "an entry in a log"
)
NETWORK_OPERATOR_WAN_ALERTS, CHANGE_NETWORK_OPERATOR_WAN_ALERTS = _behaviours(
    "network_operator", _NETWORK_OPERATOR, "wan_alerts", 11, "an alert to the network operator"
)
NETWORK_OPERATOR_LOGGING, CHANGE_NETWORK_OPERATOR_LOGGING = _behaviours(
    "network_operator", _NETWORK_OPERATOR, "logging", 14, "an entry in the power event log"
)
