"""What an ESME logs and keeps account of: registers by the day and by the billing period, export."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
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

FAMILY: Final = "DLMS"
_WH, _VARH = 30, 32
DAILY_ENTRIES: Final = 31


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
}
