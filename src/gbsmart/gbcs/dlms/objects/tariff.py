"""Tariff objects of an ESME: the switching table, thresholds, prices and charges (SMETS 5.7.4).

All are written passive and activated together at one date-time.
"""

from __future__ import annotations

from gbsmart.gbcs.days import WEEKDAYS
from gbsmart.gbcs.dlms.arrays import Array, Counted, Matrix
from gbsmart.gbcs.dlms.data import OCTET_STRING
from gbsmart.gbcs.dlms.moments import DAY_MONTH, SEASON_START, TIME_OF_DAY
from gbsmart.gbcs.dlms.objects.attribute import EXTENDED_DATA, attribute, extended
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

_TARIFF_SCRIPTS = Const(bytes.fromhex("090600000A0064FF"), "tariff script table 0-0:10.0.100.255")
_OCTET = Iso("octet", OCTETS, lambda octets: int.from_bytes(octets, "big"), lambda number: bytes((number,)))

SCALER_UNIT = Struct(("scaler", I8), ("unit", ENUMERATED))

_SEASON = Struct(("name", TEXT), ("start", SEASON_START), ("week", _OCTET))
_WEEK = Struct(
    ("week", _OCTET),
    *((day, U8) for day in WEEKDAYS),
)
_ACTION = Struct(("start", TIME_OF_DAY), ("", _TARIFF_SCRIPTS), ("action", U16))
_DAY = Struct(("day", U8), ("schedule", Array(_ACTION, most=48)))
_SPECIAL_DAY = Struct(("index", U16), ("date", DAY_MONTH), ("day", U8))

_CALENDAR_ACTIVATION = (20, "0-0:13.0.0.255", 10)
SEASONS = attribute(
    "seasons", 20, "0-0:13.0.0.255", 3, Array(_SEASON, most=4), "Tariff switching table: seasons",
    passive=(20, "0-0:13.0.0.255", 7), activation=_CALENDAR_ACTIVATION,
)  # fmt: skip
WEEKS = attribute(
    "weeks", 20, "0-0:13.0.0.255", 4, Array(_WEEK, most=4), "Tariff switching table: weeks",
    passive=(20, "0-0:13.0.0.255", 8), activation=_CALENDAR_ACTIVATION,
)  # fmt: skip
DAYS = attribute(
    "days", 20, "0-0:13.0.0.255", 5, Array(_DAY, most=16), "Tariff switching table: days",
    passive=(20, "0-0:13.0.0.255", 9), activation=_CALENDAR_ACTIVATION,
)  # fmt: skip
SPECIAL_DAYS = attribute(
    "special_days", 11, "0-0:11.0.0.255", 2, Counted(_SPECIAL_DAY, 50),
    "Tariff switching table: special days",
    passive=(11, "0-1:11.0.0.255", 2), activation=(EXTENDED_DATA, "0-0:94.44.128.29", 6),
)  # fmt: skip
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
BLOCK_ACTION = 100
"""Actions of the switching table: 1 to 48 are TOU registers, 101 to 108 rows of block registers."""

CURRENCY = extended(
    "currency_is_gbp", "0-0:94.44.2.0", FLAG, "Currency units: true is GBP, false is EUR (ECB)"
)

PRICE_INDEX = bytes(
    [*range(1, 49), *range(0xA1, 0xA9), *range(0xB1, 0xB9), *range(0xC1, 0xC9), *range(0xD1, 0xD9)]
)
"""The 80 cells of a tariff price matrix: TOU 1 to 48, then blocks 1 to 4 (A to D) of TOU 1 to 8."""

_STANDING_INDEX = Const(bytes((OCTET_STRING, 0)), "no index")
_NO_COMMODITY = Const(bytes.fromhex("0203 120000 0906000000000000 0F00"), "no commodity")
_ACTIVE_IMPORT = Const(bytes.fromhex("0203 120003 09060100010800FF 0F02"), "active import register")

_STANDING = Struct(("scale", Struct(("", Const(b"\x0f\x00")), ("scale", I8))), ("", _NO_COMMODITY),
                   ("charge", Array(Struct(("", _STANDING_INDEX), ("charge", I16)), 1, 1)))  # fmt: skip
_PRICES = Struct(("scale", Struct(("", Const(b"\x0f\x03")), ("scale", I8))), ("", _ACTIVE_IMPORT),
                 ("prices", Matrix(PRICE_INDEX)))  # fmt: skip

STANDING_CHARGE = attribute(
    "standing_charge", 113, "0-0:19.20.4.255", 5,
    Iso("standing charge", _STANDING,
        lambda v: {"scale": v["scale"]["scale"], "charge": v["charge"][0]["charge"]},
        lambda v: {"scale": {"scale": v["scale"]}, "charge": [{"charge": v["charge"]}]}),
    "Standing charge", passive=(113, "0-0:19.20.4.255", 6), activation=(113, "0-0:19.20.4.255", 7),
)  # fmt: skip
IMPORT_TARIFF = attribute(
    "import_tariff", 113, "0-0:19.20.0.255", 5,
    Iso("tariff price matrix", _PRICES,
        lambda v: {"scale": v["scale"]["scale"], "prices": v["prices"]},
        lambda v: {"scale": {"scale": v["scale"]}, "prices": v["prices"]}),
    "Tariff TOU and block price matrix",
    passive=(113, "0-0:19.20.0.255", 6), activation=(113, "0-0:19.20.0.255", 7),
)  # fmt: skip
ACTIVE_TARIFF_PRICE = attribute("active_tariff_price", 3, "0-0:94.44.1.7", 2, U32, "Active tariff price")
ACTIVE_TARIFF_PRICE_SCALE = attribute(
    "active_tariff_price_scale", 3, "0-0:94.44.1.7", 3, SCALER_UNIT, "Active tariff price: scale and unit"
)
