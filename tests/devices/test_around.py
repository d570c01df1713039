"""The devices around the meters: what the displays show, what the switch does, and who may speak to them."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest

from gbsmart.devices import CELLS, Home, HomePlan, certificates_by_cell
from gbsmart.devices.checks import NOT_SUPPORTED
from gbsmart.devices.consumption import Home as People
from gbsmart.devices.consumption import wh_from_litres
from gbsmart.ground import NOW
from gbsmart.keys import RemotePartyRole

from .test_esme import tariff
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


def test_the_load_switch_remembers_its_position(town: Town) -> None:
    switch = town.street.device(town.plans[0].hcalcs).state  # type: ignore[arg-type]
    assert home(town).snapshot(START).load_switch == "off"
    switch.switch(closed=True)
    assert switch.position == "on"


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
