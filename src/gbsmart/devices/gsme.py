"""The gas meter (GSME, SMETS section 4): what its ZCL attributes measure, hold and start with."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from gbsmart.devices import (
    battery,
    gas,
    gas_billing,
    gas_events,
    gas_prepayment,
    gas_publishing,
    gas_registers,
    gas_supply,
)
from gbsmart.devices.asn1 import AsnServer
from gbsmart.devices.consumption import Register
from gbsmart.devices.credentials import Credentials
from gbsmart.devices.device import Device
from gbsmart.devices.exchange import Server
from gbsmart.devices.identity import MAKES, firmware_of
from gbsmart.devices.memory import Memory
from gbsmart.devices.meter import Meter
from gbsmart.devices.zcl import Source, ZclServer, ZclTable, kept
from gbsmart.gbcs.gbz.commands import DISPLAY_MESSAGE
from gbsmart.ground import Eui64

KIND: Final = "GSME"


def _register(kind: str, number: int) -> Source:
    return lambda s: getattr(gas_registers.readings(s.device, s.moment), kind)[number - 1]


SOURCES: Final[Mapping[str, Source]] = {
    "current_summation_delivered": lambda s: gas.meter_of(s).reads(Register.GAS_VOLUME, s.moment),
    "supply_status": lambda s: gas.meter_of(s).supply,
    "current_meter_id": lambda s: firmware_of(s.device),
    **{
        f"current_tier_{tier}_summation_delivered": _register("tiers", tier)
        for tier in range(1, gas_registers.TIERS + 1)
    },
    **{
        f"current_no_tier_block_{block}_summation_delivered": _register("blocks", block)
        for block in range(1, gas_registers.BLOCKS + 1)
    },
    **gas_prepayment.SOURCES,
}

_CUBIC_METRES, _STERLING, _KWH = 1, 826, 0
INITIAL: Final[Mapping[str, Any]] = {
    "multiplier": 1,
    "divisor": 1_000,
    "unit_of_measure": _CUBIC_METRES,
    "currency": _STERLING,
    "tariff_unit_of_measure": _KWH,
    "price_trailing_digit": 0x50,
    "standing_charge": 29_000,
    "tier_1_block_1_price": 6_300,
    **{f"tier_{tier}_block_1_price": 0 for tier in (2, 3, 4)},
    **{f"no_tier_block_{block}_price": 0 for block in (1, 2, 3, 4)},
    **{f"block_{block}_threshold": 0 for block in (1, 2, 3)},
    "threshold_multiplier": 1,
    "threshold_divisor": 1_000,
    "conversion_factor": 102_264,
    "conversion_factor_trailing_digit": 0x50,
    "calorific_value": 395,
    "calorific_value_unit": 1,
    "calorific_value_trailing_digit": 0x10,
    "supply_tamper_state": 3,
    "supply_depletion_state": 3,
    "remaining_battery_life_in_days": battery.FULL,
    "site_id": b"",
    "payment_control_configuration": 0x94 | 0x0C << 8,
    **dict.fromkeys(
        (
            "overall_debt_cap", "max_credit_limit", "max_credit_per_top_up", "cut_off_value",
            "debt_recovery_frequency_1", "debt_recovery_amount_1",
            "debt_recovery_frequency_2", "debt_recovery_amount_2", "debt_recovery_top_up_percentage_3",
            "uncontrolled_flow_threshold", "flow_stabilisation_period", "flow_measurement_period",
        ),
        0,
    ),
    "emergency_credit_limit": 500_000,
    "emergency_credit_threshold": 100_000,
    "low_credit_warning_level": 200_000,
    "uncontrolled_flow_threshold_unit_of_measure": 1,
    "uncontrolled_flow_multiplier": 1,
    "uncontrolled_flow_divisor": 1,
    "hw_version": 1,
    "manufacturer_name": MAKES[KIND].manufacturer,
    "model_identifier": MAKES[KIND].model_type.decode(),
}  # fmt: skip
"""Credit mode at 6.3 p/kWh and 29 p a day; emergency credit of 5 pounds is offered below 1 pound, low credit
reported below 2; the calorific value is that of the consumption model."""


@cache
def table() -> ZclTable:
    """What every emulated GSME serves."""
    return ZclTable(SOURCES, INITIAL, gas_publishing.PUBLISHES, gas.HANDLERS)


@cache
def server() -> ZclServer:
    """The server that every emulated GSME shares; what differs lies in the device."""
    return ZclServer(table())


def message(device: Device) -> str:
    """What the supplier last said to the consumer; nothing where it said nothing."""
    said = kept(device, DISPLAY_MESSAGE)
    return "" if said is None else str(said["message"])


def device(eui: Eui64, memory: Memory, credentials: Credentials, meter: Meter) -> Device:
    """A gas meter."""
    servers: dict[str, Server] = {"GBZ": server(), "ASN1": AsnServer()}
    return Device(
        eui,
        KIND,
        memory,
        credentials,
        servers,
        meter,
        routines=gas_billing.ROUTINES,
        accounting=gas_prepayment.ACCOUNTING,
        wishes=gas_events.WISHES,
        supply_rules=gas_supply.RULES,
    )
