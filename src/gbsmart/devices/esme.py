"""The electricity meter (ESME, SMETS section 5): what its COSEM objects measure, hold and do."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from functools import cache
from typing import Any, Final, cast

from gbsmart.devices import (
    device_clock,
    electricity,
    electricity_boost,
    electricity_consumer,
    electricity_events,
    electricity_load,
    electricity_prepayment,
    electricity_registers,
    electricity_secondary,
    electricity_updates,
    electricity_voltage,
    identity,
    load_limit,
)
from gbsmart.devices.asn1 import AsnServer
from gbsmart.devices.consumption import Register
from gbsmart.devices.cosem import FAMILY, CosemServer, Effect, ObjectTable, Source, dictionary, read
from gbsmart.devices.credentials import Credentials
from gbsmart.devices.device import Device
from gbsmart.devices.electricity_price import price_at
from gbsmart.devices.exchange import Exchange, Server
from gbsmart.devices.memory import Memory
from gbsmart.devices.meter import HALF_HOUR, SUPPLY_ARMED, Meter, Supply
from gbsmart.devices.selection import View
from gbsmart.gbcs.days import WEEKDAYS
from gbsmart.gbcs.dlms.apdu import Ref
from gbsmart.gbcs.dlms.objects.configuration import SUPPLIER_MESSAGE
from gbsmart.gbcs.dlms.objects.control import ARM, DISABLE, ENABLE, SUPPLY_STATE
from gbsmart.gbcs.dlms.objects.registers import ACTIVE_IMPORT_PROFILE, IMPORT_REGISTERS
from gbsmart.gbcs.dlms.objects.tariff import (
    ACTIVE_TARIFF_PRICE,
    ACTIVE_TARIFF_PRICE_SCALE,
    CURRENCY,
    DAYS,
    IMPORT_TARIFF,
    SEASONS,
    SPECIAL_DAYS,
    STANDING_CHARGE,
    THRESHOLDS,
    UNUSED_THRESHOLD,
    WEEKS,
)
from gbsmart.gbcs.gbz.zcl import write_time
from gbsmart.ground import DayMonth, Eui64

KIND: Final = "ESME"
_WH, _VARH, _CURRENCY_UNIT = 30, 32, 254
_LOG_DEPTH: Final = timedelta(days=397)
"""The profile data log holds 13 months (SMETS 5.7.5.24)."""


_CONTROL_STATE: Final = {Supply.OFF: 0, Supply.ON: 1, Supply.ARMED: 2}
"""The control state of a disconnect control object (class 70)."""


def meter_of(view: View | Exchange) -> Meter:
    """The meter behind the device."""
    return cast("Meter", view.device.state)


def _import_registers(view: View) -> dict[str, Any]:
    meter = meter_of(view)
    return {
        "active_import": meter.reads(Register.ACTIVE_IMPORT, view.moment),
        "active_import_unit": {"scaler": 0, "unit": _WH},
        "reactive_import": meter.reads(Register.REACTIVE_IMPORT, view.moment),
        "reactive_import_unit": {"scaler": 0, "unit": _VARH},
        **_secondary(view, meter),
    }


def _secondary(view: View, meter: Meter) -> dict[str, int]:
    if not electricity_secondary.is_twin(view.device):
        return {}
    return {"secondary_active_import": electricity_secondary.reads(meter, view.moment)}


def _import_profile(view: View) -> list[dict[str, int]]:
    start, end = view.span(_LOG_DEPTH)
    if start >= end:
        return []
    meter, twin = meter_of(view), electricity_secondary.is_twin(view.device)

    def secondary(start: datetime) -> dict[str, int]:
        used = electricity_secondary.reads(meter, start + HALF_HOUR)
        return {"secondary": used - electricity_secondary.reads(meter, start)}

    return [
        {"time": write_time(entry.start), "primary": entry.amount, **(secondary(entry.start) if twin else {})}
        for entry in meter.half_hours(Register.ACTIVE_IMPORT, start, end)
    ]


def _active_price_scale(view: View) -> dict[str, int]:
    scale = read(view.device, IMPORT_TARIFF, view.moment)["scale"]
    return {"scaler": scale, "unit": _CURRENCY_UNIT}


SOURCES: Final[Mapping[Ref, Source]] = {
    **identity.SOURCES,
    IMPORT_REGISTERS.ref: _import_registers,
    ACTIVE_IMPORT_PROFILE.ref: _import_profile,
    SUPPLY_STATE.ref: lambda view: _CONTROL_STATE[meter_of(view).supply],
    ACTIVE_TARIFF_PRICE.ref: lambda view: price_at(view.device, view.moment),
    ACTIVE_TARIFF_PRICE_SCALE.ref: _active_price_scale,
    **electricity.SOURCES,
    **electricity_prepayment.SOURCES,
    **electricity_registers.SOURCES,
    **electricity_secondary.SOURCES,
    **electricity_events.SOURCES,
    **electricity_load.SOURCES,
    **electricity_voltage.SOURCES,
    **electricity_boost.SOURCES,
    **load_limit.SOURCES,
    **device_clock.SOURCES,
}


def _switch(state: Supply) -> Effect:
    def effect(exchange: Exchange, _argument: Any) -> None:
        with exchange.device.changing(exchange.now, exchange.reaction, at_once=True):
            changed = meter_of(exchange).switch(state, exchange.now)
        if changed is Supply.ARMED:
            exchange.reaction.alerts.append(exchange.device.alert(SUPPLY_ARMED, FAMILY, exchange.now, {}))

    return effect


EFFECTS: Final[Mapping[str, Effect]] = {
    ENABLE.name: _switch(Supply.ON),
    DISABLE.name: _switch(Supply.OFF),
    ARM.name: _switch(Supply.ARMED),
    **electricity_prepayment.EFFECTS,
    **electricity_registers.EFFECTS,
    **electricity_updates.EFFECTS,
    **electricity_events.EFFECTS,
    **device_clock.EFFECTS,
}

_EVERY_DAY = dict.fromkeys(WEEKDAYS, 1)
INITIAL: Final[Mapping[Ref, Any]] = {
    CURRENCY.ref: True,
    SEASONS.ref: [{"name": "S1", "start": DayMonth(month=1, day=1), "week": 1}],
    WEEKS.ref: [{"week": 1, **_EVERY_DAY}],
    DAYS.ref: [{"day": 1, "schedule": [{"start": time(0, tzinfo=UTC), "action": 1}]}],
    SPECIAL_DAYS.ref: [],
    **{each.ref: [UNUSED_THRESHOLD] * 3 for each in THRESHOLDS},
    STANDING_CHARGE.ref: {"scale": -4, "charge": 5_300},
    IMPORT_TARIFF.ref: {"scale": -5, "prices": {1: 24_500}},
    **electricity_prepayment.INITIAL,
    **electricity_registers.INITIAL,
    **electricity_secondary.INITIAL,
    **electricity_events.INITIAL,
    **electricity_load.INITIAL,
    **electricity_voltage.INITIAL,
    **electricity_boost.INITIAL,
    **load_limit.INITIAL,
}
"""A flat rate of 24.5 p/kWh and 53 p a day, until the supplier sets a tariff."""


@cache
def server() -> CosemServer:
    """The server that every emulated ESME shares; what differs lies in the device."""
    attributes, methods = dictionary()
    return CosemServer(
        ObjectTable(
            attributes, methods, sources=SOURCES, effects=EFFECTS, initial=INITIAL,
            written={
                **electricity.WRITTEN, **electricity_events.WRITTEN, **electricity_consumer.WRITTEN,
                **electricity_updates.WRITTEN,
                **electricity_voltage.WRITTEN,
            },
            activated={**electricity.ACTIVATED, **load_limit.ACTIVATED, **electricity_updates.ACTIVATED},
            terms=electricity_prepayment.TERMS,
        )
    )  # fmt: skip


def active_price(device: Device, now: datetime) -> int:
    """The price in force per kWh, in 10^-5 pounds whatever the tariff's scale."""
    view = View(device, now)
    shift: int = _active_price_scale(view)["scaler"] + 5
    price, factor = price_at(device, now), int(10 ** abs(shift))
    return price * factor if shift >= 0 else price // factor


def message(device: Device, now: datetime) -> str:
    """What the supplier last said to the consumer; nothing where it said nothing."""
    return str(read(device, SUPPLIER_MESSAGE, now) or "")


def device(eui: Eui64, memory: Memory, credentials: Credentials, meter: Meter) -> Device:
    """An electricity meter."""
    servers: dict[str, Server] = {"DLMS": server(), "ASN1": AsnServer()}
    return Device(
        eui,
        KIND,
        memory,
        credentials,
        servers,
        meter,
        routines={
            **electricity.ROUTINES,
            **electricity_updates.ROUTINES,
            **electricity_voltage.ROUTINES,
            **load_limit.ROUTINES,
        },
        accounting=electricity_prepayment.ACCOUNTING,
        wishes=electricity_events.WISHES,
    )
