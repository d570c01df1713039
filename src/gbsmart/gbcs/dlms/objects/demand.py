"""Maximum demand of an ESME (SMETS 5.7.5): the highest half-hour, and the time of day that is watched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gbsmart.gbcs.dlms.arrays import Array
from gbsmart.gbcs.dlms.moments import PAST, TIME_OF_DAY
from gbsmart.gbcs.dlms.objects.attribute import Attribute, attribute
from gbsmart.gbcs.dlms.objects.schedules import ANY_DELAY, script_table
from gbsmart.gbcs.dlms.objects.tariff import SCALER_UNIT
from gbsmart.gbcs.dlms.shapes import U16, U32, YES, Const, Iso, Struct


def _maximum(name: str, obis: str, title: str) -> tuple[Attribute, Attribute, Attribute]:
    """An extended register: its value, scale and unit, and when it was reached."""
    return (
        attribute(name, 4, obis, 2, U32, title),
        attribute(f"{name}_unit", 4, obis, 3, SCALER_UNIT, f"{title}: scale and unit"),
        attribute(f"{name}_capture_time", 4, obis, 5, PAST, f"{title}: when it was reached"),
    )


def _last_reset(name: str, number: int, title: str) -> Attribute:
    return attribute(f"{name}_last_reset", 1, f"0-0:94.44.5.{number}", 2, PAST, f"{title}: last reset")


_IMPORT = "max_demand_active_energy_import"
_CONFIGURABLE = "max_demand_configurable_time_active_power_import"
_EXPORT = "max_demand_active_energy_export"
MAXIMUM_DEMAND_IMPORT = _maximum(_IMPORT, "1-0:1.6.0.255", "Maximum demand active import")
MAXIMUM_DEMAND_CONFIGURABLE = _maximum(
    _CONFIGURABLE, "1-0:1.6.1.255", "Maximum demand (configurable time) active import"
)
MAXIMUM_DEMAND_EXPORT = _maximum(_EXPORT, "1-0:2.6.0.255", "Maximum demand active export")
LAST_RESET_IMPORT = _last_reset(_IMPORT, 1, "Maximum demand active import")
LAST_RESET_CONFIGURABLE = _last_reset(_CONFIGURABLE, 0, "Maximum demand (configurable time) active import")
LAST_RESET_EXPORT = _last_reset(_EXPORT, 2, "Maximum demand active export")

_START, _END = 1, 2
"""Scripts of the script table 0-0:10.128.100.255."""
_ENTRY = Struct(
    ("index", U16), ("", YES), ("", script_table("00000A8064FF")), ("script", U16), ("time", TIME_OF_DAY),
    ("", ANY_DELAY), ("", Const(b"\x04\x07\xfe", "every day")), ("", Const(b"\x04\x00", "no special days")),
    ("", Const(b"\x09\x05\x00\x00\x01\xff\xff", "from the first")),
    ("", Const(b"\x09\x05\xff\xff\xff\xff\xff", "without end")),
)  # fmt: skip


def _read_period(entries: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The time at which each day's period starts and ends.

    A command numbers the two entries from 0; a meter may answer another ``first_index``.
    """
    start, end = entries
    if (start["script"], end["script"], end["index"] - start["index"]) != (_START, _END, 1):
        raise ValueError(entries)
    period = {"start_time": start["time"], "end_time": end["time"]}
    return {**period, "first_index": start["index"]} if start["index"] else period


def _write_period(period: Mapping[str, Any]) -> list[dict[str, Any]]:
    first = period.get("first_index", 0)
    return [
        {"index": first, "script": _START, "time": period["start_time"]},
        {"index": first + 1, "script": _END, "time": period["end_time"]},
    ]


DEMAND_PERIOD = attribute(
    "max_demand_configurable_time_period", 10, "0-0:12.0.0.255", 2,
    Iso("period of each day", Array(_ENTRY, 2, 2), _read_period, _write_period),
    "Maximum demand configurable time period",
)  # fmt: skip
