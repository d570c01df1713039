"""Tariff objects of an ESME: the switching table, thresholds, prices and charges (SMETS 5.7.4).

All are written passive and activated together at one date-time.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, time
from typing import Any

from gbsmart.gbcs.days import WEEKDAYS
from gbsmart.gbcs.dlms.arrays import Array, Matrix
from gbsmart.gbcs.dlms.data import OCTET_STRING, UNSIGNED_16
from gbsmart.gbcs.dlms.moments import DAY_MONTH, SEASON_START, TIME_OF_DAY
from gbsmart.gbcs.dlms.objects.attribute import EXTENDED_DATA, Attribute, attribute, extended, method
from gbsmart.gbcs.dlms.objects.schedules import special_days
from gbsmart.gbcs.dlms.shapes import (
    ENUMERATED,
    FLAG,
    I8,
    I16,
    OCTETS,
    TEXT,
    U8,
    U16,
    U32,
    Const,
    Iso,
    Struct,
)
from gbsmart.gbcs.shape import Shape
from gbsmart.ground import DayMonth

_TARIFF_SCRIPTS = Const(bytes.fromhex("090600000A0064FF"), "tariff script table 0-0:10.0.100.255")
_OCTET = Iso("octet", OCTETS, lambda octets: int.from_bytes(octets, "big"), lambda number: bytes((number,)))

SCALER_UNIT = Struct(("scaler", I8), ("unit", ENUMERATED))

_MIDNIGHT = time(0, tzinfo=UTC)


def _read_season(row: Mapping[str, Any]) -> dict[str, Any]:
    """A season begins at midnight; some meters answer another ``time``."""
    date, moment = row["start"]
    season = {"name": row["name"], "start": date, "week": row["week"]}
    return season if moment == _MIDNIGHT else {**season, "time": moment}


def _write_season(season: Mapping[str, Any]) -> dict[str, Any]:
    return {**season, "start": (season["start"], season.get("time", _MIDNIGHT))}


_SEASON = Iso(
    "season", Struct(("name", TEXT), ("start", SEASON_START), ("week", _OCTET)), _read_season, _write_season
)
_WEEK = Struct(
    ("week", _OCTET),
    *((day, U8) for day in WEEKDAYS),
)
_ACTION = Struct(("start", TIME_OF_DAY), ("", _TARIFF_SCRIPTS), ("action", U16))
_DAY = Struct(("day", U8), ("schedule", Array(_ACTION, most=48)))


def _calendar(prefix: str, obis: str, title: str) -> tuple[Attribute, Attribute, Attribute]:
    """Seasons, weeks and days of one activity calendar (class 20): activated together."""
    activation = (20, obis, 10)

    def table(name: str, member: int, row: Shape, most: int) -> Attribute:
        return attribute(
            prefix + name, 20, obis, member, Array(row, most=most), f"{title}: {name}",
            passive=(20, obis, member + 4), activation=activation,
        )  # fmt: skip

    return table("seasons", 3, _SEASON, 4), table("weeks", 4, _WEEK, 4), table("days", 5, _DAY, 16)


def _special_days(name: str, number: int, activation: int, title: str) -> Attribute:
    return attribute(
        name, 11, f"0-0:11.0.{number}.255", 2, special_days(50), title,
        passive=(11, f"0-1:11.0.{number}.255", 2),
        activation=(EXTENDED_DATA, f"0-0:94.44.128.{activation}", 6),
    )  # fmt: skip


SEASONS, WEEKS, DAYS = _calendar("", "0-0:13.0.0.255", "Tariff switching table")
SPECIAL_DAYS = _special_days("special_days", 0, 29, "Special days of the tariff switching table")
SECONDARY_SEASONS, SECONDARY_WEEKS, SECONDARY_DAYS = _calendar(
    "secondary_", "0-0:13.0.1.255", "Tariff switching table of the secondary element"
)
SECONDARY_SPECIAL_DAYS = _special_days(
    "secondary_special_days", 1, 30, "Special days of the tariff switching table of the secondary element"
)
THRESHOLDS = tuple(
    attribute(
        f"thresholds_{k}", 21, f"0-0:16.0.{10 + k}.255", 2, Array(U32, most=3),
        f"Tariff threshold matrix: block thresholds of TOU {k} (Wh)",
        passive=(21, f"0-0:16.1.{10 + k}.255", 2), activation=(EXTENDED_DATA, "0-0:63.1.1.255", 6),
    )
    for k in range(1, 9)
)  # fmt: skip
UNUSED_THRESHOLD = 0xFFFFFFFF
"""A block threshold that is not in use."""
BLOCK_ACTION, SECONDARY_ACTION = 100, 200
"""Actions of the switching table: 1 to 48 are TOU registers, 101 to 108 rows of block registers.

201 to 204 are TOU registers of the secondary element, in the table of that element."""

CURRENCY = extended(
    "currency_is_gbp", "0-0:94.44.2.0", FLAG, "Currency units: true is GBP, false is EUR (ECB)"
)

PRICE_INDEX = bytes(
    [*range(1, 49), *range(0xA1, 0xA9), *range(0xB1, 0xB9), *range(0xC1, 0xC9), *range(0xD1, 0xD9)]
)
"""The 80 cells of a tariff price matrix: TOU 1 to 48, then blocks 1 to 4 (A to D) of TOU 1 to 8."""

SECONDARY_PRICE_INDEX = bytes(range(1, 5))
"""The cells of the secondary element's price matrix: TOU 1 to 4."""

_NO_INDEX = Const(bytes((OCTET_STRING, 0)), "no index")
_NO_COMMODITY = Const(bytes.fromhex("0203 120000 0906000000000000 0F00"), "no commodity")
_ONE_CHARGE = Struct(("scale", Struct(("", Const(b"\x0f\x00")), ("scale", I8))), ("", _NO_COMMODITY),
                     ("charge", Array(Struct(("", _NO_INDEX), ("charge", I16)), 1, 1)))  # fmt: skip
UNIT_CHARGE = Iso(
    "unit charge", _ONE_CHARGE,
    lambda v: {"scale": v["scale"]["scale"], "charge": v["charge"][0]["charge"]},
    lambda v: {"scale": {"scale": v["scale"]}, "charge": [{"charge": v["charge"]}]},
)  # fmt: skip
"""A charge that depends on no commodity: ``charge`` times ten to the power of ``scale``."""


def _price_matrix(cells: bytes, commodity: str) -> Iso:
    reference = Const(bytes.fromhex(f"0203 120003 0906{commodity} 0F02"), "active import register")
    prices = Struct(("scale", Struct(("", Const(b"\x0f\x03")), ("scale", I8))), ("", reference),
                    ("prices", Matrix(cells)))  # fmt: skip
    return Iso(
        "tariff price matrix", prices,
        lambda v: {"scale": v["scale"]["scale"], "prices": v["prices"]},
        lambda v: {"scale": {"scale": v["scale"]}, "prices": v["prices"]},
    )  # fmt: skip


def charge(name: str, number: int, shape: Shape, title: str) -> Attribute:
    """The unit charge of charge ``0-0:19.20.<number>.255``: 5 active, 6 passive, 7 activation time."""
    obis = f"0-0:19.20.{number}.255"
    return attribute(
        name, 113, obis, 5, shape, title, passive=(113, obis, 6), activation=(113, obis, 7)
    )  # fmt: skip


STANDING_CHARGE = charge("standing_charge", 4, UNIT_CHARGE, "Standing charge")
IMPORT_TARIFF = charge(
    "import_tariff", 0, _price_matrix(PRICE_INDEX, "0100010800FF"), "Tariff TOU and block price matrix"
)
SECONDARY_TARIFF = charge(
    "secondary_tariff", 5, _price_matrix(SECONDARY_PRICE_INDEX, "0114010800FF"),
    "Tariff TOU price matrix of the secondary element",
)  # fmt: skip
ACTIVE_TARIFF_PRICE = attribute("active_tariff_price", 3, "0-0:94.44.1.7", 2, U32, "Active tariff price")
ACTIVE_TARIFF_PRICE_SCALE = attribute(
    "active_tariff_price_scale", 3, "0-0:94.44.1.7", 3, SCALER_UNIT, "Active tariff price: scale and unit"
)
SECONDARY_TARIFF_PRICE = attribute(
    "secondary_tariff_price", 3, "0-0:94.44.1.8", 2, U32, "Active tariff price of the secondary element"
)
SECONDARY_TARIFF_PRICE_SCALE = attribute(
    "secondary_tariff_price_scale", 3, "0-0:94.44.1.8", 3, SCALER_UNIT,
    "Active tariff price of the secondary element: scale and unit",
)  # fmt: skip

RESET_BLOCK_COUNTERS = method(
    "reset_block_counters", 9, "0-0:10.0.100.255", 1, "Tariff block counter matrix: reset",
    Const(bytes((UNSIGNED_16, 0, 99)), "script 99"),
)  # fmt: skip
_EVERY_MIDNIGHT = {"time": _MIDNIGHT, "date": DayMonth()}


def _read_daily(entries: list[dict[str, Any]]) -> bool:
    if entries not in ([], [_EVERY_MIDNIGHT]):
        raise ValueError(entries)
    return bool(entries)


DAILY_BLOCK_COUNTER_RESET = attribute(
    "daily_tariff_block_counter_matrix_reset", 22, "0-0:15.1.0.255", 4,
    Iso(
        "daily reset", Array(Struct(("time", TIME_OF_DAY), ("date", DAY_MONTH)), most=1),
        _read_daily, lambda daily: [_EVERY_MIDNIGHT] if daily else [],
    ),
    "Tariff block counter matrix: reset every midnight [assumed: an empty list where it is not]",
)  # fmt: skip
