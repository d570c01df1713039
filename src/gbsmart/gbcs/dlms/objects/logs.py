"""Logs of an ESME that begin anew every day, billing period or voltage period (SMETS 5.7.5).

Their entries are columns of a compact-array; the columns of the secondary element are there on a twin
element meter alone.
"""

from __future__ import annotations

from gbsmart.gbcs.dlms.arrays import Array, Compact
from gbsmart.gbcs.dlms.data import INTEGER_32, UNSIGNED_32
from gbsmart.gbcs.dlms.moments import DAY_MONTH, SECONDS, TIME_OF_DAY
from gbsmart.gbcs.dlms.objects.attribute import attribute, log
from gbsmart.gbcs.dlms.shapes import Const, Struct

TOU_REGISTERS, BLOCK_REGISTERS, BLOCKS = 48, 8, 4
"""Tariff TOU registers; block registers of each of the four blocks."""


def _values(*names: str) -> Compact:
    """Rows of a time and unsigned values."""
    return Compact((("time", UNSIGNED_32), *((name, UNSIGNED_32) for name in names)))


REGISTERS = Compact(
    (
        ("time", UNSIGNED_32), ("active_import", UNSIGNED_32), ("secondary_active_import", UNSIGNED_32),
        ("tou", UNSIGNED_32, TOU_REGISTERS), ("secondary_tou", UNSIGNED_32, 4),
        *((f"block_{block}", UNSIGNED_32, BLOCK_REGISTERS) for block in range(1, BLOCKS + 1)),
    ),
    optional=frozenset({"secondary_active_import", "secondary_tou"}),
)  # fmt: skip
"""What the registers read at a moment (Wh; time in seconds since 2000)."""

_BALANCES = (
    ("emergency_credit_balance", INTEGER_32), ("meter_balance", INTEGER_32),
    ("payment_debt_register", INTEGER_32), ("time_debt_register_1", INTEGER_32),
    ("time_debt_register_2", INTEGER_32), ("accumulated_debt_register", INTEGER_32),
)  # fmt: skip
"""Their order is that of a public listing of the mapping tables [assumed]."""
PREPAYMENT = Compact((("time", UNSIGNED_32), *_BALANCES))
"""What the prepayment registers held at a moment (millipence)."""

DAILY_READ_LOG = log(
    "daily_read_log", "0-0:98.1.9.255", REGISTERS, "Daily read log: registers at midnight UTC, 31 days"
)
BILLING_DATA_LOG = log(
    "billing_data_log", "0-0:98.1.0.255", REGISTERS,
    "Billing data log: registers at the end of each of the last 12 billing periods",
)  # fmt: skip

BILLING_PREPAYMENT_LOG = log(
    "billing_prepayment_log", "0-0:98.1.1.255", PREPAYMENT,
    "Billing data log: prepayment registers at the end of each of the last 12 billing periods",
)  # fmt: skip
MODE_OR_TARIFF_CHANGE_LOG = log(
    "mode_or_tariff_change_log", "0-0:98.1.2.255",
    Compact((*REGISTERS.columns, *_BALANCES), REGISTERS.optional),
    "Billing data log: registers at each of the last 12 changes of payment mode or tariff",
)  # fmt: skip
PREPAYMENT_DAILY_READ_LOG = log(
    "prepayment_daily_read_log", "0-0:98.1.8.255", PREPAYMENT,
    "Prepayment daily read log: prepayment registers at midnight UTC, 31 days",
)  # fmt: skip
DEBT_PAYMENT_LOG = log(
    "debt_payment_log", "0-0:98.1.4.255", _values("amount"),
    "Billing data log: the last 10 payments of payment based debt (millipence)",
)  # fmt: skip
PREPAYMENT_CREDIT_LOG = log(
    "prepayment_credit_log", "0-0:98.1.5.255", _values("amount"),
    "Billing data log: the last 5 prepayment credits (millipence)",
)  # fmt: skip
EXPORT_DAILY_READ_LOG = log(
    "export_daily_read_log", "0-0:98.1.10.255", _values("active_export"),
    "Daily read log: active export register at midnight UTC, 31 days (Wh)",
)  # fmt: skip
DAILY_CONSUMPTION_LOG = log(
    "daily_consumption_log", "0-0:99.1.3.255", _values("consumption"),
    "Daily consumption log: active import of each of the last 731 days (Wh)",
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
