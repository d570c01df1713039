"""What an ESME logs and keeps account of: registers by the day and by the billing period, voltage, export."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final, cast

from gbsmart.devices import billing, registers
from gbsmart.devices.consumption import Register
from gbsmart.devices.cosem import Source, Written, read
from gbsmart.devices.device import Device, Routine
from gbsmart.devices.history import midnights
from gbsmart.devices.meter import Meter
from gbsmart.devices.selection import View
from gbsmart.gbcs.dlms.apdu import Ref
from gbsmart.gbcs.dlms.objects.logs import BILLING_CALENDAR, BILLING_DATA_LOG, DAILY_READ_LOG
from gbsmart.gbcs.dlms.objects.registers import EXPORT_REGISTERS
from gbsmart.gbcs.dlms.objects.tariff import SEASONS, SPECIAL_DAYS, THRESHOLDS
from gbsmart.gbcs.dlms.objects.voltage import (
    OVER_VOLTAGE,
    UNDER_VOLTAGE,
    VOLTAGE_PERIOD,
    VOLTAGE_PROFILE,
)
from gbsmart.gbcs.gbz.zcl import write_time

FAMILY: Final = "DLMS"
_WH, _VARH, _NO_UNIT = 30, 32, 255
DAILY_ENTRIES: Final = 31
_VOLTAGE_ENTRIES: Final = 4_320
_MEASURED_OVER: Final = timedelta(minutes=30)
"""Period of the average voltage until a network operator sets another (assumed)."""


def _meter(view: View) -> Meter:
    return cast("Meter", view.device.state)


# --- registers ---


def _export(register: Register) -> Source:
    return lambda view: _meter(view).reads(register, view.moment)


def _unit(unit: int) -> Source:
    return lambda _view: {"scaler": 0, "unit": unit}


def _daily_read_log(view: View) -> list[dict[str, Any]]:
    """The registers at the last midnights (UTC)."""
    found = midnights(None, view.moment, DAILY_ENTRIES)
    return registers.rows(view.device, [at for at in found if view.wants(at)])


def _billing_data_log(view: View) -> list[dict[str, Any]]:
    """The registers at the ends of the last billing periods."""
    return registers.rows(view.device, [at for at in billing.ends(view.device.memory) if view.wants(at)])


# --- voltage ---


def _voltage_profile(phase: int) -> Source:
    def source(view: View) -> list[dict[str, int]]:
        period = _MEASURED_OVER
        last = view.moment - (view.moment - _EPOCH) % period
        first = last - period * _VOLTAGE_ENTRIES
        if view.period is not None:
            first = max(first, view.period.start + (-(view.period.start - _EPOCH) % period))
            last = min(last, view.period.end)
        if view.since is not None:
            first = max(first, view.since + (-(view.since - _EPOCH) % period))
        count = (last - first) // period + 1 if first <= last else 0
        moments = [first + period * number for number in range(min(count, _VOLTAGE_ENTRIES))]
        home = _meter(view).home
        return [{"time": write_time(at), "voltage": home.voltage(phase, at, period)} for at in moments]

    return source


def _crossed(_view: View) -> int:
    """How often the average voltage crossed a threshold since it was reset.

    The thresholds stand at the statutory limits, which the voltage of an emulated home never leaves.
    """
    return 0


# --- the billing calendar ---


def _next_end(device: Device, after: datetime) -> datetime | None:
    return billing.next_by_dates(read(device, BILLING_CALENDAR, after), after)


def _billing_data(device: Device, moment: datetime) -> Mapping[str, Any]:
    registers.note_now_and_then(device, moment)
    return {"billing_data": {BILLING_DATA_LOG.name: registers.rows(device, [moment])}}


def _calendar_is_set(device: Device, calendar: Any, moment: datetime) -> None:
    billing.plan(device.memory, billing.next_by_dates(calendar, moment))


WRITTEN: Final[Mapping[Ref, Written]] = {BILLING_CALENDAR.written_at: _calendar_is_set}
ACTIVATED: Final[Mapping[Ref, Callable[[Device, datetime], None]]] = {
    each.activation: registers.note
    for each in (SEASONS, SPECIAL_DAYS, THRESHOLDS[0])
    if each.activation is not None
}
ROUTINES: Final[Mapping[str, Routine]] = {
    billing.ROUTINE: billing.ending(FAMILY, _next_end, _billing_data),
}

_ACTIVE, _ACTIVE_UNIT, _REACTIVE, _REACTIVE_UNIT = (each.ref for each in EXPORT_REGISTERS)
SOURCES: Final[Mapping[Ref, Source]] = {
    _ACTIVE: _export(Register.ACTIVE_EXPORT),
    _ACTIVE_UNIT: _unit(_WH),
    _REACTIVE: _export(Register.REACTIVE_EXPORT),
    _REACTIVE_UNIT: _unit(_VARH),
    DAILY_READ_LOG.ref: _daily_read_log,
    BILLING_DATA_LOG.ref: _billing_data_log,
    **{
        counter.ref: source
        for pair in (*UNDER_VOLTAGE.values(), *OVER_VOLTAGE.values())
        for counter, source in zip(pair, (_crossed, _unit(_NO_UNIT)), strict=True)
    },
    **{each.ref: _voltage_profile(phase) for phase, each in VOLTAGE_PROFILE.items()},
    **{each.ref: lambda _view: int(_MEASURED_OVER.total_seconds()) for each in VOLTAGE_PERIOD.values()},
}

_EPOCH: Final = datetime.fromisoformat("2000-01-01T00:00:00+00:00")
