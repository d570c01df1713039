"""The billing periods of a gas meter: when the next one ends, and the alert with its snapshot."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from gbsmart.devices import billing, gas_registers, gas_snapshots
from gbsmart.devices.device import Device, Routine
from gbsmart.devices.exchange import Reaction
from gbsmart.devices.zcl import FAMILY, Values, kept
from gbsmart.gbcs.gbz import commands as c
from gbsmart.gbcs.gbz.zcl import read_time

_IN_DAYS: Final = {1: 1, 2: 7}
_IN_MONTHS: Final = 3
_UNIT: Final = 0x0F
"""The low nibble of a duration type: 1 days, 2 weeks, 3 months."""


def _next_end(device: Device, after: datetime) -> datetime | None:
    period = kept(device, c.PUBLISH_BILLING_PERIOD)
    return None if period is None else _end_after(period, after)


def _end_after(period: Values, after: datetime) -> datetime | None:
    unit, count = period["billing_period_duration_type"] & _UNIT, period["billing_period_duration"]
    start = read_time(period["billing_period_start_time"])
    months = count if unit == _IN_MONTHS else 0
    return billing.next_by_periods(start, _IN_DAYS.get(unit, 0) * count, months, after)


def calendar_is_set(device: Device, period: Values, moment: datetime) -> None:
    """Hold the end of the first period of a calendar that has come into force."""
    billing.plan(device.memory, _end_after(period, moment))


def _snapshot(device: Device, moment: datetime) -> Mapping[str, Any]:
    return gas_snapshots.registers(device, moment, gas_snapshots.END_OF_PERIOD)


_TELL: Final = billing.ending(FAMILY, _next_end, _snapshot)


def _end(device: Device, moment: datetime, reaction: Reaction) -> None:
    """End the period: the account is settled, a snapshot taken and told of, and blocks begin anew."""
    with device.changing(moment, reaction):
        _TELL(device, moment, reaction)
        gas_snapshots.keep(device, gas_snapshots.END_OF_PERIOD, moment)
        gas_registers.note(device, moment)


ROUTINES: Final[Mapping[str, Routine]] = {billing.ROUTINE: _end}
