"""The devices around the meters: what the displays show, what the switch does, and who may speak to them."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from gbsmart.devices import CELLS, Home, HomePlan, certificates_by_cell
from gbsmart.devices.checks import NOT_SUPPORTED
from gbsmart.devices.consumption import Home as People
from gbsmart.devices.consumption import wh_from_litres
from gbsmart.devices.tariff_history import KEPT_FOR, noted
from gbsmart.ground import NOW
from gbsmart.keys import RemotePartyRole

from .test_esme import tariff
from .test_gsme import tariff as gas_tariff
from .town import ACB, START, SUPPLIER, Town, plan, smki

EVENING = datetime(2020, 3, 31, 18, 10, tzinfo=UTC)
"""A Tuesday in British Summer Time: its month began in winter time."""
TODAY, MONDAY, MONTH = (
    datetime(2020, 3, 30, 23, tzinfo=UTC), datetime(2020, 3, 29, 23, tzinfo=UTC),
    datetime(2020, 3, 1, tzinfo=UTC),
)  # fmt: skip


@pytest.fixture
def town() -> Town:
    return Town()


def home(town: Town) -> Home:
    return town.street.home(town.plans[0].hub)


def test_the_display_counts_local_days_weeks_and_months(town: Town) -> None:
    shot = home(town).snapshot(EVENING)
    assert shot.screen is not None
    people = People(town.plans[0].seed)
    shown = shot.screen.electricity
    periods = shown.today, shown.this_week, shown.this_month
    assert [each.since for each in periods] == [TODAY, MONDAY, MONTH]
    for each, days in zip(periods, (1, 2, 31), strict=True):
        assert each.energy == people.electricity_wh(each.since, EVENING)
        assert each.cost == each.energy * 24_500 // 1_000 + days * 53_000


def test_the_display_shows_what_each_supplier_says(town: Town) -> None:
    town.ask("ECS10", {"supplier_message": "Your tariff ends in May."}, town.esme, 1)
    said = {"issuer_event_id": START, "supplier_message": "The engineer comes on Monday."}
    town.ask("GCS07", said, town.gsme, 1)
    screen = home(town).snapshot(EVENING).screen
    assert screen is not None
    assert screen.electricity.message == "Your tariff ends in May."
    assert screen.gas.message == "The engineer comes on Monday."


def test_gas_is_as_old_as_the_gas_meters_last_contact(town: Town) -> None:
    shot = home(town).snapshot(EVENING)
    assert shot.screen is not None
    gas = shot.screen.gas
    assert EVENING - timedelta(minutes=30) < gas.heard <= EVENING
    litres = People(town.plans[0].seed).gas_litres(TODAY, gas.heard)
    assert gas.today.energy == wh_from_litres(litres)
    assert gas.today.cost == gas.today.energy * 6_300 // 1_000 + 29_000


def test_each_half_hour_costs_what_the_tariff_says_for_it(town: Town) -> None:
    two_rates = tariff(10_000, NOW)
    two_rates["days"][0]["schedule"].append({"start": time(7, tzinfo=UTC), "action": 2})
    two_rates["import_tariff"]["prices"] = {1: 10_000, 2: 30_000}
    assert town.ask("ECS01a", two_rates, town.esme, 1).success
    screen = home(town).snapshot(EVENING).screen
    assert screen is not None
    assert (screen.electricity.price, screen.electricity.standing_charge) == (30_000, 60_000)
    people = People(town.plans[0].seed)
    # the meter's day is UTC's: the first hour of the local day is still the last of the day before
    cheap = people.electricity_wh(TODAY + timedelta(hours=1), TODAY + timedelta(hours=8))
    dear = people.electricity_wh(TODAY, EVENING) - cheap
    assert screen.electricity.today.cost == (cheap * 10_000 + dear * 30_000) // 1_000 + 60_000


def test_the_prepayment_interface_shows_what_the_gas_meter_holds(town: Town) -> None:
    shot = home(town).snapshot(START)
    assert shot.prepayment is not None
    assert shot.prepayment.gas.credit == 0


def test_the_load_switch_is_as_the_electricity_meter_has_it() -> None:
    town = Town(gbcs_version="3.2")  # later ones know levels, not switches
    assert home(town).snapshot(START).load_switch == "off"
    switch = town.plans[0].hcalcs
    assert switch is not None
    calendar = {"auxiliary_special_days": [], "auxiliary_schedule": [], "execution_date_time": NOW}
    named = {"auxiliary_controller_3_type_and_identifier": bytes(switch)}
    assert town.ask("ECS46c", {**named, **calendar}, town.esme, 901).success
    assert town.ask("ECS47Activate", {"controller": 3, "duration": 30}, town.esme, 902).success
    assert home(town).snapshot(START).load_switch == "on"
    assert home(town).snapshot(START + timedelta(minutes=31)).load_switch == "off"


def test_a_display_holds_no_credentials_and_answers_nobody(town: Town) -> None:
    ihd = town.plans[0].ihd
    assert ihd is not None
    assert CELLS["IHD"] == ()
    assert list(town.street.device(ihd).credentials.cells()) == []
    (reaction,) = town.give((ihd, town.message("ECS17b", {}, ihd, 1).encode()))
    assert reaction.response is None
    assert [code for code, _ in town.security_log(ihd)] == [NOT_SUPPORTED]


def test_type_1_devices_know_the_broker_and_only_the_switch_a_supplier(town: Town) -> None:
    one = town.plans[0]
    assert one.ppmid is not None
    assert one.hcalcs is not None
    interface, switch = (town.street.device(eui).credentials for eui in (one.ppmid, one.hcalcs))
    for credentials in (interface, switch):
        assert credentials.role_of(ACB, [RemotePartyRole.ACCESS_CONTROL_BROKER]) is not None
    assert interface.role_of(SUPPLIER, [RemotePartyRole.SUPPLIER]) is None
    assert switch.role_of(SUPPLIER, [RemotePartyRole.SUPPLIER]) is RemotePartyRole.SUPPLIER


def test_a_home_without_them_gets_them_and_goes_on(town: Town) -> None:
    """A home of four devices, from an older data folder, is enrolled again with seven."""
    full = plan(2)
    older = HomePlan(full.hub, full.gpf, full.esme, full.gsme, full.seed)
    cells = certificates_by_cell(smki().entries)
    town.street.enrol([older], cells)
    four = town.street.home(full.hub).snapshot(START)
    assert (four.screen, four.prepayment, four.load_switch) == (None, None, "")
    town.street.enrol([full._replace(seed=99)], cells)
    seven = town.street.home(full.hub).snapshot(START)
    assert seven.electricity_wh == four.electricity_wh  # the people who live there are the same
    assert seven.screen is not None
    assert set(dict(town.street.plan(full.hub).devices()).values()) >= {"PPMID", "HCALCS", "IHD"}


MID_MONTH = datetime(2020, 3, 16, 9, tzinfo=UTC)
"""A Monday."""


def fuel_tariff(fuel: str, price: int, standing_charge: int, when: datetime) -> tuple[str, dict[str, Any]]:
    """A flat price per kWh and a standing charge per day, in 10^-5 pounds."""
    if fuel == "electricity":
        values = tariff(price, when)
        return "ECS01a", {**values, "standing_charge": {"scale": -4, "charge": standing_charge // 10}}
    return "GCS01a", {**gas_tariff(when, price), "standing_charge": standing_charge}


@pytest.mark.parametrize("fuel", ["electricity", "gas"])
def test_what_was_used_before_a_tariff_changed_costs_the_price_of_then(town: Town, fuel: str) -> None:
    use_case, values = fuel_tariff(fuel, 30_000, 40_000, MID_MONTH)
    device = town.esme if fuel == "electricity" else town.gsme
    assert town.ask(use_case, values, device, 1).success
    before = getattr(home(town).snapshot(MID_MONTH - timedelta(minutes=1)).screen, fuel)
    town.clock.set(MID_MONTH)
    with town.street.store.transaction() as connection:
        town.street.activate(connection, MID_MONTH)
    town.street.committed()
    end = MID_MONTH + timedelta(days=3, hours=6)
    shown = getattr(home(town).snapshot(end).screen, fuel)
    people = People(town.plans[0].seed)

    def used(since: datetime, until: datetime) -> int:
        if fuel == "electricity":
            return people.electricity_wh(since, until)
        return wh_from_litres(people.gas_litres(MONTH, until)) - wh_from_litres(
            people.gas_litres(MONTH, since)
        )

    price, standing = (before.price, before.standing_charge)
    assert (shown.price, shown.standing_charge) == (30_000, 40_000) != (price, standing)
    # 15 days ended before the change, 4 after it
    old, new = used(MONTH, MID_MONTH), used(MID_MONTH, shown.heard)
    assert (
        abs(shown.this_month.cost - ((old * price + new * 30_000) // 1_000 + 15 * standing + 4 * 40_000))
        <= 30
    )
    monday = MID_MONTH.replace(hour=0)
    week = used(monday, MID_MONTH) * price + used(MID_MONTH, shown.heard) * 30_000
    assert abs(shown.this_week.cost - (week // 1_000 + 4 * 40_000)) <= 30
    today = used(end.replace(hour=0), shown.heard)
    assert abs(shown.today.cost - (today * 30_000 // 1_000 + 40_000)) <= 30


def test_a_month_after_a_tariff_changed_only_the_new_one_counts(town: Town) -> None:
    assert town.ask(*fuel_tariff("electricity", 30_000, 40_000, NOW), town.esme, 1).success
    assert town.ask(*fuel_tariff("electricity", 10_000, 40_000, NOW), town.esme, 2).success
    screen = home(town).snapshot(datetime(2020, 4, 20, 12, tzinfo=UTC)).screen
    assert screen is not None
    month = screen.electricity.this_month
    assert month.cost == month.energy * 10_000 // 1_000 + 20 * 40_000


def test_the_history_of_tariffs_keeps_a_month_and_no_more(town: Town) -> None:
    """However often a tariff changes, what a device remembers of it stays small."""
    device = town.street.device(town.esme)
    for day in range(90):
        assert town.ask(*fuel_tariff("electricity", 10_000 + day, 40_000, NOW), town.esme, day + 1).success
        town.clock.advance(days=1)
    oldest = noted(device.memory).charges[0]
    assert START + timedelta(days=89) - KEPT_FOR - timedelta(days=1) < oldest.since
    assert len(noted(device.memory).charges) <= KEPT_FOR.days + 1
