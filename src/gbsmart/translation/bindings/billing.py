"""The billing calendar (Service Reference 6.8).

A meter takes the message of its GBCS version (``gbcs.versions``), and the earlier one of each fuel knows
months alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time
from typing import Any

from gbsmart.ground import DayMonth
from gbsmart.translation.binding import ISSUER_EVENT_ID, Body, From, Ledger, Source, binding

_ELECTRICITY, _GAS = "electricity_billing_calendar", "gas_billing_calendar"
_MONTHS_APART = {"quarterly": 3, "six_monthly": 6, "yearly": 12}
_DAYS, _WEEKS, _MONTHS = 0x21, 0x22, 0x23
"""ZigBee duration types: the low nibble is the unit. Those of days and weeks follow from the months' [I]."""
_GAS_PERIODS = {
    "Daily": (_DAYS, 1), "Weekly": (_WEEKS, 1), "Monthly": (_MONTHS, 1), "Quarterly": (_MONTHS, 3),
    "SixMonthly": (_MONTHS, 6), "Yearly": (_MONTHS, 12),
}  # fmt: skip


def _dates(calendar: Mapping[str, Any]) -> list[DayMonth]:
    """The days on which billing periods end, with wildcards; months are counted on from the first given."""
    if calendar.get("daily"):
        return [DayMonth()]
    if (weekday := calendar.get("weekly")) is not None:
        return [DayMonth(weekday=weekday)]
    if (day := calendar.get("monthly")) is not None:
        return [DayMonth(day=day)]
    name = next(name for name in _MONTHS_APART if name in calendar)
    first, day = calendar[name]["billing_period_start_month"], calendar[name]["day_of_month"]
    months = range(first, first + 12, _MONTHS_APART[name])
    return [DayMonth(month=(month - 1) % 12 + 1, day=day) for month in months]


def _calendar(calendar: Mapping[str, Any]) -> list[dict[str, Any]]:
    at: time = calendar["billing_time"]
    return [{"time": at.replace(microsecond=0), "date": date} for date in _dates(calendar)]


def _is_monthly(body: Body, _facts: Ledger) -> bool:
    """Whether the gas calendar is by months."""
    return (body.get(_GAS) or {}).get("periodicity") == "Monthly"


_CALENDAR = {"billing_calendar": From(_ELECTRICITY, _calendar, "a billing calendar")}
_PERIOD: Mapping[str, Source] = {
    "issuer_event_id": ISSUER_EVENT_ID,
    "billing_period_start": From(
        f"{_GAS}.billing_period_start", lambda moment: moment.replace(microsecond=0), "a date-time"
    ),
    "billing_periodicity": From(f"{_GAS}.periodicity", lambda name: _GAS_PERIODS[name][0], "a periodicity"),
}
_PERIODS = {"billing_periods": From(f"{_GAS}.periodicity", lambda name: _GAS_PERIODS[name][1], "a period")}

BINDINGS = (
    binding("6.8", "ECS30a", fields=_CALENDAR),
    binding("6.8", "ECS30", fields=_CALENDAR, when=f"{_ELECTRICITY}.monthly"),
    binding("6.8", "GCS25a", fields={**_PERIOD, **_PERIODS}),
    binding("6.8", "GCS25", fields=_PERIOD, when=_is_monthly),
)
