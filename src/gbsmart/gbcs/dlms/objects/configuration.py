"""How an ESME is set up: load limit, power thresholds, randomised offset, its metering points, its clock.

SMETS 5.7.4 and 5.7.5; GBCS Service References 6.x and 7.12.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gbsmart.gbcs.dlms.arrays import Array
from gbsmart.gbcs.dlms.data import ENUM
from gbsmart.gbcs.dlms.moments import DATE_TIME
from gbsmart.gbcs.dlms.objects.attribute import EXTENDED_DATA, Attribute, attribute, extended, method
from gbsmart.gbcs.dlms.objects.tariff import SCALER_UNIT
from gbsmart.gbcs.dlms.shapes import ENUMERATED, FLAG, OCTETS, TEXT, U8, U16, U32, Const, Iso, Struct
from gbsmart.ground import InvalidValue

LOAD_LIMIT_DISABLES_SUPPLY = extended(
    "load_limit_disables_supply", "0-0:94.44.0.3", FLAG, "Load limit supply state: true disables the supply"
)


def _load_limit(name: str, member: int, later: int, title: str) -> Attribute:
    return attribute(
        name, 71, "0-0:17.0.0.255", member, U32, title,
        passive=(EXTENDED_DATA, f"0-0:94.44.128.{later}", 4),
        activation=(EXTENDED_DATA, f"0-0:94.44.128.{later}", 6),
    )  # fmt: skip


LOAD_LIMIT_POWER_THRESHOLD = _load_limit("load_limit_power_threshold", 4, 7, "Load limit power threshold (W)")
LOAD_LIMIT_PERIOD = _load_limit("load_limit_period", 6, 6, "Load limit period (s)")
LOAD_LIMIT_RESTORATION_PERIOD = _load_limit(
    "load_limit_restoration_period", 7, 8, "Load limit restoration period (s)"
)
LOAD_LIMIT_COUNTER = attribute("load_limit_counter", 3, "0-0:94.44.42.255", 2, U32, "Load limit counter")
LOAD_LIMIT_COUNTER_UNIT = attribute(
    "load_limit_counter_unit", 3, "0-0:94.44.42.255", 3, SCALER_UNIT, "Load limit counter: scale and unit"
)
RESET_LOAD_LIMIT_COUNTER = method(
    "reset_load_limit_counter", 3, "0-0:94.44.42.255", 1, "Load limit counter: reset"
)


def _read_thresholds(thresholds: Sequence[int]) -> dict[str, int]:
    low_medium, medium_high = thresholds
    return {"low_medium_power_threshold": low_medium, "medium_high_power_threshold": medium_high}


def _write_thresholds(value: Mapping[str, int]) -> list[int]:
    return [value["low_medium_power_threshold"], value["medium_high_power_threshold"]]


POWER_THRESHOLDS = attribute(
    "instantaneous_power_thresholds", 21, "0-0:16.0.0.255", 2,
    Iso("two power thresholds", Array(U32, 2, 2), _read_thresholds, _write_thresholds),
    "Power thresholds of the ambient indication: low to medium, medium to high (W)",
)  # fmt: skip

RANDOMISED_OFFSET = attribute(
    "randomised_offset", 1, "0-0:94.44.0.0", 2, U16, "Randomised offset of switching times (s)"
)
RANDOMISED_OFFSET_LIMIT = attribute(
    "randomised_offset_limit", 1, "0-0:94.44.0.1", 2, U16, "Randomised offset limit (s)"
)
RANDOMISED_OFFSET_NUMBER = attribute(
    "randomised_offset_number", 1, "0-0:94.44.0.2", 2, U16, "Randomised offset number"
)

_MPAN = 13


def _read_mpans(octets: bytes) -> dict[str, str]:
    """A meter that was told no MPAN holds an empty one."""
    if len(octets) not in (0, _MPAN, 2 * _MPAN):
        raise ValueError(octets.hex())
    text = octets.decode("ascii")
    mpans = {"import_mpan": text[:_MPAN]}
    return {**mpans, "secondary_import_mpan": text[_MPAN:]} if len(text) > _MPAN else mpans


def _write_mpans(mpans: Mapping[str, str]) -> bytes:
    first, second = mpans["import_mpan"], mpans.get("secondary_import_mpan")
    if len(first) not in (0, _MPAN) or (second and (len(first), len(second)) != (_MPAN, _MPAN)):
        raise InvalidValue(f"an MPAN has {_MPAN} digits")
    return (first + (second or "")).encode("ascii")


def _read_mpan(octets: bytes) -> str:
    if len(octets) > _MPAN:
        raise ValueError(octets.hex())
    return _read_mpans(octets)["import_mpan"]


def _write_mpan(mpan: str) -> bytes:
    return _write_mpans({"import_mpan": mpan})


IMPORT_MPANS = attribute(
    "import_mpans", 1, "0-0:94.44.34.11", 2, Iso("import MPANs", OCTETS, _read_mpans, _write_mpans),
    "Import MPAN, and that of the secondary element of a twin element meter",
)  # fmt: skip
EXPORT_MPAN = attribute(
    "export_mpan", 1, "1-0:0.0.2.255", 2, Iso("MPAN", OCTETS, _read_mpan, _write_mpan), "Export MPAN"
)

SUPPLIER_MESSAGE = attribute(
    "supplier_message", 1, "0-2:96.13.1.255", 2, TEXT, "Message of the supplier, shown to the consumer"
)
CUSTOMER_IDENTIFICATION_NUMBER = attribute(
    "customer_identification_number", 1, "0-3:96.13.1.255", 2, TEXT,
    "Customer identification number, shown on the meter: 4 digits",
)  # fmt: skip
PRIVACY_PIN_PROTECTION = attribute(
    "privacy_pin", 1, "0-0:94.44.3.1", 2, OCTETS, "Privacy PIN: an empty one ends its protection"
)
NO_PIN = Const(b"\x09\x00", "no PIN")

_CLOCK = "0-0:1.0.0.255"
_RADIO_CONTROLLED = 5
CLOCK_BASE = attribute("clock_base", 8, _CLOCK, 9, ENUMERATED, "Clock: what it is set by")
RADIO_CONTROLLED = Const(bytes((ENUM, _RADIO_CONTROLLED)), "radio controlled")
_UNSPECIFIED = Const(b"\x09\x0c" + b"\xff" * 9 + b"\x80\x00\xff", "no time is preset")
SET_VALID_TIME_RANGE = method(
    "valid_time_range", 8, _CLOCK, 5, "Clock: the range in which its time is accepted",
    Struct(("", _UNSPECIFIED), ("start", DATE_TIME), ("end", DATE_TIME)),
)  # fmt: skip
SET_TIME = method("set_time", 8, _CLOCK, 4, "Clock: set from the Communications Hub")
DEVICE_TIME = attribute("device_time", 8, _CLOCK, 2, DATE_TIME, "Clock: time")
TIME_STATUS = attribute("time_status", 8, _CLOCK, 4, U8, "Clock: status, 0 is reliable")
