"""What a home used is for those who live there: not from before a change of tenancy, not without the PIN."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from gbsmart.devices import Home, acknowledge, enter_pin, inspection, set_pin
from gbsmart.devices.consumption import Home as People
from gbsmart.devices.consumption import wh_from_litres
from gbsmart.devices.privacy import OPEN_FOR
from gbsmart.ground import InvalidValue

from .test_around import EVENING, MONTH, TODAY, home
from .test_prepayment import Fuel, do
from .town import START, Town

OBEYED, NOT_OBEYED, ACKNOWLEDGED = 0x8161, 0x8162, 0x81A6
MOVED = EVENING - timedelta(hours=2, minutes=40)
FUELS = ("electricity", "gas")


@pytest.fixture(params=FUELS)
def fuel(request: pytest.FixtureRequest) -> Fuel:
    return Fuel(Town(), electricity=request.param == "electricity")


def shot(fuel: Fuel) -> Any:
    found: Home = home(fuel.town)
    return found.snapshot(fuel.town.clock.now())


def screen(fuel: Fuel) -> Any:
    return getattr(shot(fuel).screen, "electricity" if fuel.electricity else "gas")


# --- change of tenancy ---


def restrict(fuel: Fuel, date: Any) -> Any:
    """The supplier tells the meter, or for gas the proxy, from when on data are the tenant's."""
    town = fuel.town
    if fuel.electricity:
        return fuel.ask("ECS12", restriction_date_time=date)
    fuel.counter += 1
    return town.ask(
        "GCS09", {"issuer_event_id": START, "restriction_date_time": date}, town.gpf, fuel.counter
    )


def test_displays_count_from_the_change_of_tenancy_on(fuel: Fuel) -> None:
    fuel.town.clock.set(EVENING)
    before = screen(fuel)
    assert (before.today.since, before.this_month.since) == (TODAY, MONTH)
    assert restrict(fuel, MOVED).success
    keeper = fuel.town.street.device(fuel.town.esme if fuel.electricity else fuel.town.gpf)
    state = {each.name: each.value for each in inspection.values_of(keeper, EVENING)}
    assert state["data_restricted_since"] == MOVED
    after = screen(fuel)
    people = People(fuel.town.plans[0].seed)
    if fuel.electricity:
        used = people.electricity_wh(MOVED, EVENING)
    else:
        to, since = (wh_from_litres(people.gas_litres(START, at)) for at in (after.heard, MOVED))
        used = to - since
    for period in (after.today, after.this_week, after.this_month):
        assert period.since == MOVED
        assert abs(period.energy - used) <= 1
    today = shot(fuel).electricity_today if fuel.electricity else shot(fuel).gas_today
    assert min(each.start for each in today) >= MOVED, "the meter's own display forgets too"


def test_a_change_that_is_to_come_changes_nothing_yet(fuel: Fuel) -> None:
    fuel.town.clock.set(EVENING - timedelta(hours=1))
    assert restrict(fuel, MOVED).success
    assert restrict(fuel, EVENING).success
    assert screen(fuel).today.since == MOVED
    fuel.town.clock.set(EVENING + timedelta(hours=1))
    assert screen(fuel).today.since == EVENING


def test_a_date_long_ago_restricts_nothing_that_is_shown() -> None:
    fuel = Fuel(Town(), electricity=True)
    fuel.town.clock.set(EVENING)
    assert restrict(fuel, datetime(1960, 1, 1, tzinfo=UTC)).success
    assert screen(fuel).this_month.since == MONTH


def test_a_date_that_was_wrong_is_corrected(fuel: Fuel) -> None:
    fuel.town.clock.set(EVENING)
    assert restrict(fuel, EVENING - timedelta(hours=1)).success
    assert restrict(fuel, MOVED).success
    assert screen(fuel).today.since == MOVED


def test_a_message_to_a_former_tenant_is_no_longer_shown(fuel: Fuel) -> None:
    def say(message: str) -> None:
        assert fuel.ask("ECS10" if fuel.electricity else "GCS07", supplier_message=message).success

    say("You owe us something.")
    fuel.town.clock.set(EVENING)
    assert screen(fuel).message
    assert restrict(fuel, MOVED).success
    assert screen(fuel).message == ""
    say("Welcome.")
    assert screen(fuel).message == "Welcome."


def test_a_message_that_is_acknowledged_goes_away(fuel: Fuel) -> None:
    assert do(fuel, acknowledge()) == (False, [])
    said = {"supplier_message": "Your tariff ends in May."}
    assert fuel.ask("ECS10" if fuel.electricity else "GCS07", **said).success
    assert screen(fuel).message
    assert do(fuel, acknowledge()) == (True, [ACKNOWLEDGED])
    assert screen(fuel).message == ""
    assert do(fuel, acknowledge()) == (False, [])
    assert fuel.ask("ECS10" if fuel.electricity else "GCS07", **said).success, "said again, shown again"
    assert screen(fuel).message


def test_a_supplier_reads_what_was_before(fuel: Fuel) -> None:
    fuel.town.clock.set(EVENING)
    assert restrict(fuel, MOVED).success
    if fuel.electricity:
        period = {"read_log_period": {"start": MOVED - timedelta(days=1), "end": MOVED}}
        rows = fuel.ask("ECS22b", **period).values["active_import_profile"]
    else:
        rows = fuel.ask("GCS17", start=MOVED - timedelta(days=1), number_of_samples=48).values["samples"]
    assert len(rows) >= 48


# --- the privacy PIN ---


def measured(fuel: Fuel) -> tuple[Any, ...]:
    found = shot(fuel)
    if fuel.electricity:
        return found.electricity_wh, found.electricity_power_w, found.screen.power_w
    return found.gas_litres, found.gas_flow_litres_per_hour


def test_consumption_is_hidden_until_the_pin_is_entered(fuel: Fuel) -> None:
    fuel.town.clock.set(EVENING)
    seen = measured(fuel)
    assert None not in seen
    assert do(fuel, set_pin("2718")) == (True, [OBEYED])
    assert set(measured(fuel)) == {None}
    assert (screen(fuel).today, screen(fuel).this_month) == (None, None)
    assert shot(fuel).behind_pin == (("ESME",) if fuel.electricity else ("GSME",))
    assert do(fuel, enter_pin("2719")) == (False, [NOT_OBEYED])
    assert set(measured(fuel)) == {None}
    assert do(fuel, enter_pin("2718")) == (True, [OBEYED])
    assert measured(fuel) == seen
    assert screen(fuel).today.energy > 0
    fuel.town.clock.set(EVENING + OPEN_FOR)
    assert set(measured(fuel)) == {None}, "after a while it is hidden again"


def test_the_other_fuel_has_a_pin_of_its_own(fuel: Fuel) -> None:
    do(fuel, set_pin("2718"))
    assert len(shot(fuel).behind_pin) == 1


def test_another_pin_is_set_by_who_knows_the_one_in_force(fuel: Fuel) -> None:
    do(fuel, set_pin("2718"))
    assert do(fuel, set_pin("1111")) == (False, [NOT_OBEYED])
    do(fuel, enter_pin("2718"))
    assert do(fuel, set_pin("1111"))[0]
    assert not do(fuel, enter_pin("2718"))[0]
    assert do(fuel, enter_pin("1111"))[0]
    assert do(fuel, set_pin(""))[0]
    assert shot(fuel).behind_pin == ()


def test_a_supplier_ends_the_protection(fuel: Fuel) -> None:
    do(fuel, set_pin("2718"))
    assert fuel.ask("ECS14" if fuel.electricity else "GCS11").success
    assert shot(fuel).behind_pin == ()
    assert None not in measured(fuel)
    do(fuel, set_pin("2718"))
    assert fuel.ask("ECS14" if fuel.electricity else "GCS11").success, "a second time as well"
    assert shot(fuel).behind_pin == ()


def test_a_laboratory_ends_the_protection_of_a_meter_whose_supplier_did_so_before() -> None:
    fuel = Fuel(Town(), electricity=True)
    assert fuel.ask("ECS14").success
    do(fuel, set_pin("2718"))
    do(fuel, inspection.put({"privacy_pin": b""}))
    assert shot(fuel).behind_pin == ()


def test_a_pin_is_four_digits_and_an_error_does_not_repeat_it(fuel: Fuel) -> None:
    for wrong in ("271", "27182", "27a8", "²718"):
        with pytest.raises(InvalidValue) as refused:
            do(fuel, set_pin(wrong))
        assert wrong not in str(refused.value)


def test_the_pin_is_in_no_state_and_no_log(fuel: Fuel) -> None:
    town = fuel.town
    name, given = (
        ("privacy_pin", b"2718")
        if fuel.electricity
        else (
            "request_new_password_response",
            [
                {"issuer_event_id": 0, "implementation_date_time": 0, "duration_in_minutes": 0,
                 "password_type": 2, "password": b"2718"}
            ],
        )
    )  # fmt: skip
    do(fuel, inspection.put({name: given}))
    assert len(shot(fuel).behind_pin) == 1, "a laboratory may set it past any display"
    do(fuel, enter_pin("2718"))
    device = town.street.device(fuel.device)
    assert not [each for each in inspection.values_of(device, START) if "2718" in repr(each.value)]
    assert not [slot for slot in device.memory if b"2718" in (device.memory.get(slot) or b"")]
    assert not [row for row in town.street.log(fuel.device) if "2718" in repr(row)]
