"""Logs of an ESME that begin anew every day, billing period or voltage period (SMETS 5.7.5).

Their entries are columns of a compact-array; the columns of the secondary element are there on a twin
element meter alone.
"""

from __future__ import annotations

from gbsmart.gbcs.dlms.arrays import Array, Compact
from gbsmart.gbcs.dlms.data import UNSIGNED_32
from gbsmart.gbcs.dlms.moments import DAY_MONTH, SECONDS, TIME_OF_DAY
from gbsmart.gbcs.dlms.objects.attribute import Attribute, attribute
from gbsmart.gbcs.dlms.objects.tariff import SCALER_UNIT
from gbsmart.gbcs.dlms.shapes import U32, Const, Struct

TOU_REGISTERS, BLOCK_REGISTERS, BLOCKS = 48, 8, 4
"""Tariff TOU registers; block registers of each of the four blocks."""

REGISTERS = Compact(
    (
        ("time", UNSIGNED_32), ("active_import", UNSIGNED_32), ("secondary_active_import", UNSIGNED_32),
        ("tou", UNSIGNED_32, TOU_REGISTERS), ("secondary_tou", UNSIGNED_32, 4),
        *((f"block_{block}", UNSIGNED_32, BLOCK_REGISTERS) for block in range(1, BLOCKS + 1)),
    ),
    optional=frozenset({"secondary_active_import", "secondary_tou"}),
)  # fmt: skip
"""What the registers read at a moment (Wh; time in seconds since 2000)."""

DAILY_READ_LOG = attribute(
    "daily_read_log", 7, "0-0:98.1.9.255", 2, REGISTERS, "Daily read log: registers at midnight UTC, 31 days"
)
BILLING_DATA_LOG = attribute(
    "billing_data_log", 7, "0-0:98.1.0.255", 2, REGISTERS,
    "Billing data log: registers at the end of each of the last 12 billing periods",
)  # fmt: skip

BILLING_CALENDAR = attribute(
    "billing_calendar", 22, "0-0:15.0.0.255", 4,
    Array(Struct(("time", TIME_OF_DAY), ("date", DAY_MONTH)), most=4),
    "Billing calendar: the moments at which a billing period ends",
)  # fmt: skip

_CLOCK = Const(
    bytes.fromhex("0204 120001 090600005E2C64FF 0F02 120000"), "selected by time 0-0:94.44.100.255"
)
RANGE = Struct(("", _CLOCK), ("start", SECONDS), ("end", SECONDS), ("", Const(b"\x01\x00", "every column")))
"""A range of a log by time, both ends included: ``{"start": datetime, "end": datetime}``."""

_PHASES = {1: 32, 2: 52, 3: 72}
"""A phase's group C in OBIS codes of its voltage."""


def _counter(phase: int, name: str, group: int, words: str) -> tuple[Attribute, Attribute]:
    obis = f"1-0:{_PHASES[phase]}.{group}.0.4"
    title = f"Average RMS {words} voltage counter, phase {phase}"
    return (
        attribute(f"phase_{phase}_{name}", 3, obis, 2, U32, title),
        attribute(f"phase_{phase}_{name}_unit", 3, obis, 3, SCALER_UNIT, f"{title}: scale and unit"),
    )


UNDER_VOLTAGE = {phase: _counter(phase, "under_voltage_counter", 32, "under") for phase in _PHASES}
OVER_VOLTAGE = {phase: _counter(phase, "over_voltage_counter", 36, "over") for phase in _PHASES}
VOLTAGE_PROFILE = {
    phase: attribute(
        f"phase_{phase}_voltage_profile", 7, f"1-0:{group}.24.0.255", 2,
        Compact((("time", UNSIGNED_32), ("voltage", UNSIGNED_32))),
        f"Average RMS voltage profile data log, phase {phase} (V), 4320 entries",
    )
    for phase, group in _PHASES.items()
}  # fmt: skip
VOLTAGE_PERIOD = {
    phase: attribute(
        f"phase_{phase}_voltage_period", 7, f"1-0:{group}.24.0.255", 4, U32,
        f"Average RMS voltage measurement period, phase {phase} (s)",
    )
    for phase, group in _PHASES.items()
}  # fmt: skip
