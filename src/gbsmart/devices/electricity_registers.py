"""What else an ESME measures: tariff registers, power, profiles, maximum demand, logs of days and periods.

All of it follows from what the home uses and from the tables in force (:mod:`gbsmart.devices.registers`),
so nothing is stored but the moments at which something was reset (SMETS 5.7.5).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any, Final, cast

from gbsmart.devices import billing, registers
from gbsmart.devices.consumption import Register
from gbsmart.devices.cosem import Effect, Source, read, reset_at
from gbsmart.devices.electricity_prepayment import ACCOUNTING, registers_of
from gbsmart.devices.exchange import Exchange
from gbsmart.devices.history import midnights
from gbsmart.devices.meter import DAY, HALF_HOUR, Meter
from gbsmart.devices.selection import View
from gbsmart.gbcs.dlms.apdu import Ref
from gbsmart.gbcs.dlms.objects.demand import (
    DEMAND_PERIOD,
    LAST_RESET_CONFIGURABLE,
    LAST_RESET_EXPORT,
    LAST_RESET_IMPORT,
    MAXIMUM_DEMAND_CONFIGURABLE,
    MAXIMUM_DEMAND_EXPORT,
    MAXIMUM_DEMAND_IMPORT,
)
from gbsmart.gbcs.dlms.objects.logs import (
    BILLING_PREPAYMENT_LOG,
    BLOCK_REGISTERS,
    BLOCKS,
    DAILY_CONSUMPTION_LOG,
    EXPORT_DAILY_READ_LOG,
    PREPAYMENT_DAILY_READ_LOG,
)
from gbsmart.gbcs.dlms.objects.registers import (
    ACTIVE_POWER_IMPORT,
    BLOCK_REGISTER_MATRIX,
    EXPORT_PROFILE,
    REACTIVE_IMPORT_PROFILE,
    TOU_REGISTER_MATRIX,
)
from gbsmart.gbcs.dlms.objects.tariff import RESET_BLOCK_COUNTERS, THRESHOLDS
from gbsmart.gbcs.gbz.zcl import write_time

_W: Final = 27
_HORIZON: Final = timedelta(days=31)
_QUARTER_OF_A_YEAR: Final = DAY * 92
"""Profiles of export and reactive energy hold three months."""
_TWO_YEARS, _A_MONTH = 731, 31


def _meter(view: View) -> Meter:
    return cast("Meter", view.device.state)


# --- tariff registers ---


def _tou_matrix(view: View) -> dict[str, Any]:
    [row] = registers.rows(view.device, [view.moment])
    return {name: row[name] for name in ("tou", "secondary_tou") if name in row}


def _block_matrix(view: View) -> dict[str, list[int]]:
    [row] = registers.rows(view.device, [view.moment])
    used = registers.used(view.device, view.moment)
    limits = [read(view.device, each, view.moment) for each in THRESHOLDS]
    found: dict[str, list[int]] = {}
    for block in range(BLOCKS):
        found[f"block_{block + 1}"] = row[f"block_{block + 1}"]
        found[f"block_{block + 1}_counters"] = [
            _in_block(used[tou], limits[tou], block) for tou in range(BLOCK_REGISTERS)
        ]
    return found


def _in_block(used: int, limits: Sequence[int], block: int) -> int:
    """How much of what counts towards the blocks of a TOU lies in one of them."""
    bounds = [0, *limits[: BLOCKS - 1]]
    low = bounds[block] if block < len(bounds) else used
    high = bounds[block + 1] if block + 1 < len(bounds) else used
    return max(0, min(used, high) - low)


def _reset_blocks(exchange: Exchange, _argument: Any) -> None:
    registers.reset_blocks(exchange.device, exchange.now)


def _power(view: View) -> dict[str, Any]:
    power = _meter(view).power_w(view.moment)
    return {
        "active_power_import": power, "active_power_import_unit": {"scaler": 0, "unit": _W},
        "primary_active_power_import": power,
    }  # fmt: skip


# --- profiles and daily logs ---


def _profile(**columns: Register) -> Source:
    """A log of half-hours, by column."""

    def source(view: View) -> list[dict[str, int]]:
        start, end = view.span(_QUARTER_OF_A_YEAR)
        if start >= end:
            return []
        entries = {
            name: list(_meter(view).half_hours(register, start, end)) for name, register in columns.items()
        }
        return [
            {
                "time": write_time(row[0].start),
                **{name: of.amount for name, of in zip(columns, row, strict=True)},
            }
            for row in zip(*entries.values(), strict=True)
        ]

    return source


def _midnights(view: View, count: int) -> list[datetime]:
    """The last midnights (UTC) that are asked for, oldest first."""
    return [at for at in midnights(None, view.moment, count) if view.wants(at)]


def _daily_consumption(view: View) -> list[dict[str, int]]:
    """What was imported on each day, noted at its end."""
    reads = _meter(view).reads
    return [
        {
            "time": write_time(end),
            "consumption": reads(Register.ACTIVE_IMPORT, end) - reads(Register.ACTIVE_IMPORT, end - DAY),
        }
        for end in _midnights(view, _TWO_YEARS)
    ]


def _export_daily(view: View) -> list[dict[str, int]]:
    return [
        {"time": write_time(at), "active_export": _meter(view).reads(Register.ACTIVE_EXPORT, at)}
        for at in _midnights(view, _A_MONTH)
    ]


def _balances_at(view: View, moments: Sequence[datetime]) -> list[dict[str, int]]:
    """The prepayment registers at midnights, and at other moments since the account last changed."""
    held = ((at, ACCOUNTING.balances_at(view.device, at)) for at in moments)
    return [
        {"time": write_time(at), **registers_of(balances)} for at, balances in held if balances is not None
    ]


# --- maximum demand ---


def _highest(view: View, register: Register, within: Callable[[datetime], bool]) -> tuple[int, datetime]:
    """The highest mean power over a half-hour (W) since it was last reset, and when that half-hour ended.

    No more than a month is looked back (assumed: suppliers reset it at every bill).
    """
    since = max(view.moment - _HORIZON, view.since or view.moment - _HORIZON)
    best = 0, since
    for entry in _meter(view).half_hours(register, since, view.moment):
        if entry.amount * 2 > best[0] and within(entry.start):
            best = entry.amount * 2, entry.start + HALF_HOUR
    return best


def _always(_start: datetime) -> bool:
    return True


def _in_period(view: View) -> Callable[[datetime], bool]:
    """Whether a half-hour begins in the time of day that is watched, which may be all of it."""
    period = read(view.device, DEMAND_PERIOD, view.moment)
    start, end = period["start_time"], period["end_time"]
    if start == end:
        return _always
    if start < end:
        return lambda at: start <= at.timetz() < end
    return lambda at: at.timetz() >= start or at.timetz() < end


def _demand(
    attributes: Sequence[Any], register: Register, within: Callable[[View], Callable[[datetime], bool]]
) -> dict[Ref, Source]:
    value, unit, captured = attributes

    def highest(view: View) -> tuple[int, datetime]:
        since = view._replace(since=reset_at(view.device.memory, value.ref))
        return _highest(since, register, within(view))

    return {
        value.ref: lambda view: highest(view)[0],
        unit.ref: lambda _: {"scaler": 0, "unit": _W},
        captured.ref: lambda view: highest(view)[1],
    }


def _last_reset(of: Any) -> Source:
    return lambda view: reset_at(view.device.memory, of.ref) or _NEVER_RESET


_NEVER_RESET: Final = datetime.fromisoformat("2000-01-01T00:00:00+00:00")
SOURCES: Final[Mapping[Ref, Source]] = {
    TOU_REGISTER_MATRIX.ref: _tou_matrix,
    BLOCK_REGISTER_MATRIX.ref: _block_matrix,
    ACTIVE_POWER_IMPORT.ref: _power,
    EXPORT_PROFILE.ref: _profile(
        active_export=Register.ACTIVE_EXPORT, reactive_export=Register.REACTIVE_EXPORT
    ),
    REACTIVE_IMPORT_PROFILE.ref: _profile(reactive_import=Register.REACTIVE_IMPORT),
    DAILY_CONSUMPTION_LOG.ref: _daily_consumption,
    EXPORT_DAILY_READ_LOG.ref: _export_daily,
    PREPAYMENT_DAILY_READ_LOG.ref: lambda view: _balances_at(view, _midnights(view, _A_MONTH)),
    BILLING_PREPAYMENT_LOG.ref: lambda view: _balances_at(
        view, [at for at in billing.ends(view.device.memory) if view.wants(at)]
    ),
    **_demand(MAXIMUM_DEMAND_IMPORT, Register.ACTIVE_IMPORT, lambda _: _always),
    **_demand(MAXIMUM_DEMAND_CONFIGURABLE, Register.ACTIVE_IMPORT, _in_period),
    **_demand(MAXIMUM_DEMAND_EXPORT, Register.ACTIVE_EXPORT, lambda _: _always),
    LAST_RESET_IMPORT.ref: _last_reset(MAXIMUM_DEMAND_IMPORT[0]),
    LAST_RESET_CONFIGURABLE.ref: _last_reset(MAXIMUM_DEMAND_CONFIGURABLE[0]),
    LAST_RESET_EXPORT.ref: _last_reset(MAXIMUM_DEMAND_EXPORT[0]),
}
EFFECTS: Final[Mapping[str, Effect]] = {RESET_BLOCK_COUNTERS.name: _reset_blocks}
_MIDNIGHT: Final = time(0, tzinfo=UTC)
INITIAL: Final[Mapping[Ref, Any]] = {
    DEMAND_PERIOD.ref: {"start_time": _MIDNIGHT, "end_time": _MIDNIGHT},
}
"""All day is watched until the supplier sets a period."""
