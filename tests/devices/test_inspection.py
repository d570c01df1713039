"""Values that are set from outside, as a test does by the control API: what follows from them follows."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from gbsmart.devices import Supply, billing, inspection, registers
from gbsmart.devices.consumption import Home, Register
from gbsmart.ground import DayMonth, Eui64

from .town import START, Town

DAY = timedelta(days=1)
PREPAYMENT: dict[str, dict[str, Any]] = {
    "ESME": {"payment_mode": {"mode": 2, "status": 1}, "disablement_threshold": 1_000_000},
    "GSME": {"payment_control_configuration": 0x0897, "cut_off_value": 1_000_000},
}


@pytest.fixture
def town() -> Town:
    return Town()


def put(town: Town, device: Eui64, values: dict[str, Any]) -> list[int]:
    """Set values; the codes of the alerts that this causes."""
    with town.street.store.transaction() as connection:
        _, alerts = town.street.perform(connection, device, inspection.put(values), town.clock.now())
    town.street.committed()
    return [town.read(octets)["alert_code"] for octets in alerts]


@pytest.mark.parametrize("kind", ["ESME", "GSME"])
def test_a_meter_without_credit_that_is_set_to_prepayment_cuts_off(town: Town, kind: str) -> None:
    meter = town.esme if kind == "ESME" else town.gsme
    assert 0x8F0F in put(town, meter, PREPAYMENT[kind])
    assert town.street.device(meter).state.supply is Supply.OFF


def test_what_was_used_is_charged_at_the_price_that_was_in_force(town: Town) -> None:
    device = town.street.device(town.esme)
    assert device.accounting is not None
    put(town, town.esme, {"import_tariff": {"scale": -5, "prices": {1: 10_000}}})
    town.clock.set(START + timedelta(hours=6))
    before = device.accounting.balances(device, town.clock.now()).meter_balance
    put(town, town.esme, {"import_tariff": {"scale": -5, "prices": {1: 30_000}}})
    assert device.accounting.balances(device, town.clock.now()).meter_balance == before


def test_a_switching_table_that_is_set_counts_from_then_on(town: Town) -> None:
    put(town, town.esme, {"days": [{"day": 1, "schedule": [{"start": time(0, tzinfo=UTC), "action": 2}]}]})
    town.clock.set(START + DAY)
    (entry,) = registers.rows(town.street.device(town.esme), [town.clock.now()])
    home = Home(town.plans[0].seed)
    assert entry["tou"][0] == home.register(Register.ACTIVE_IMPORT, START)
    assert entry["tou"][1] == home.electricity_wh(START, START + DAY)


def test_a_calendar_that_is_set_ends_periods(town: Town) -> None:
    row = {"time": time(0, tzinfo=UTC), "date": DayMonth(day=1)}
    put(town, town.esme, {"billing_calendar": [row]})
    assert town.street.next_due() == datetime(2020, 4, 1, tzinfo=UTC)
    assert billing.ends(town.street.device(town.esme).memory) == []


def test_what_was_published_to_a_gas_meter_is_seen_and_set(town: Town) -> None:
    def seen(name: str) -> Any:
        values = inspection.values_of(town.street.device(town.gsme), town.clock.now())
        return next(held.value for held in values if held.name == name)

    assert seen("display_message") is None
    said = {"issuer_event_id": START, "supplier_message": "The engineer comes on Monday."}
    town.ask("GCS07", said, town.gsme, 1)
    (shown,) = seen("display_message")
    assert shown["message"] == "The engineer comes on Monday."
    put(town, town.gsme, {"display_message": [{**shown, "message": "On Tuesday."}]})
    assert seen("display_message")[0]["message"] == "On Tuesday."
