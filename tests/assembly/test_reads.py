"""What Users read of a home, all the way: User, DCC, road, device and back, by parties known and unknown."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest

from gbsmart.assembly import System
from gbsmart.assembly.plan import IMPORT_SUPPLIER, NETWORK_OPERATOR, OTHER_USER
from gbsmart.assembly.travel import travel
from gbsmart.devices.consumption import Home, Register
from gbsmart.gbcs.blocks import WHOLE_LIMIT, is_block
from gbsmart.gbcs.gbz.zcl import read_time
from gbsmart.ground import Eui64
from gbsmart.keys import KeyUse
from gbsmart.user import Answer, Refused
from gbsmart.wan import Parcel

from .conftest import Start

pytestmark = pytest.mark.anyio
DAY, HALF_HOUR = timedelta(days=1), timedelta(minutes=30)


@pytest.fixture
async def system(start: Start) -> AsyncIterator[System]:
    async with start(response_wait=30.0) as running:  # thirteen months take a busy machine a while
        yield running


def consumption(system: System) -> Home:
    """What the first home uses."""
    home: Home = system.street.home(system.street_plan[0].chf).devices["ESME"].state.home
    return home


def midnight(system: System, days_ago: int = 0) -> datetime:
    now = system.clock.now()
    return now.replace(hour=0, minute=0, second=0, microsecond=0) - DAY * days_ago


def period(start: datetime, end: datetime) -> dict[str, Any]:
    return {"read_log_period": {"start_date_time": start, "end_date_time": end}}


def values(answer: Answer) -> dict[str, Any]:
    assert answer.response is not None
    assert answer.response.form
    assert answer.response.outcome is not None
    assert answer.response.outcome.success
    return dict(answer.response.values)


async def test_the_suppliers_name_is_shown_on_both_meters(system: System) -> None:
    home = system.street_plan[0]
    details = {"supplier_name": "gbsmart Energy", "supplier_telephone_number": "0800 123 456"}
    for device in (home.esme, home.gsme):
        assert values(await system.user.request("3.4", device, **details)) is not None
    with pytest.raises(Refused):
        await system.users[NETWORK_OPERATOR].request("3.4", home.esme, **details)


async def test_a_network_operator_reads_export_and_voltage(system: System) -> None:
    home, user = system.street_plan[0], system.users[NETWORK_OPERATOR]
    export = await user.request("4.2", home.esme)
    assert export.quantities["active_export"].unit == "Wh"
    meter = consumption(system)
    assert export.quantities["active_export"].value <= meter.register(
        Register.ACTIVE_EXPORT, system.clock.now()
    )
    start, end = midnight(system, 1), midnight(system)
    voltage = values(await user.request("4.10", home.esme, **period(start, end)))
    log = voltage["phase_1_voltage_profile"]
    assert [read_time(row["time"]) for row in log] == [start + HALF_HOUR * n for n in range(49)]
    assert all(216 <= row["voltage"] <= 253 for row in log)
    assert voltage["phase_1_voltage_period"] == 1_800


@pytest.mark.parametrize("user_id", [IMPORT_SUPPLIER, NETWORK_OPERATOR, OTHER_USER])
@pytest.mark.parametrize("kind", ["esme", "gsme", "gpf"])
async def test_thirteen_months_of_half_hours(system: System, user_id: Eui64, kind: str) -> None:
    """Longer than the road takes whole; sealed to whoever asks, known to the device or not."""
    device = getattr(system.street_plan[0], kind)
    start, end = midnight(system, 396), midnight(system)
    sent: list[Parcel] = []
    uplink = system.wan.uplink
    assert uplink is not None

    class Watched:
        async def receive(self, parcels: Sequence[Parcel]) -> None:
            assert not any(is_block(each.octets) for each in parcels), "devices know no blocks"
            sent.extend(parcels)
            await uplink.receive(parcels)

    system.wan.uplink = Watched()
    answer = await system.users[user_id].request("4.8.1", device, **period(start, end))
    found = values(answer)
    meter = consumption(system)
    if kind == "esme":
        log = found["active_import_profile"]
        assert [read_time(row["time"]) for row in log] == [start + HALF_HOUR * n for n in range(len(log))]
        used = [row["primary"] for row in log[: 48 * 396]]
        assert sum(used) == meter.used(Register.ACTIVE_IMPORT, start, end)
    else:
        used = found["samples"][: 48 * 396]
        assert found["sample_start_time"] == start
        assert sum(used) == meter.used(Register.GAS_VOLUME, start, end)
    assert len(used) == 48 * 396
    (whole,) = [each for each in sent if each.octets == answer.response.octets]
    assert len(whole.octets) > 40 * WHOLE_LIMIT


@pytest.mark.parametrize("kind", ["esme", "gsme", "gpf"])
async def test_thirty_one_days_of_daily_reads(system: System, kind: str) -> None:
    device = getattr(system.street_plan[0], kind)
    start, end = midnight(system, 40), midnight(system)
    found = values(await system.user.request("4.6.1", device, **period(start, end)))
    meter = consumption(system)
    days = [midnight(system, number) for number in reversed(range(31))]
    if kind == "esme":
        log = found["daily_read_log"]
        assert [read_time(row["time"]) for row in log] == days
        assert [row["active_import"] for row in log] == [
            meter.register(Register.ACTIVE_IMPORT, day) for day in days
        ]
    else:
        assert [row["snapshot_time"] for row in found["snapshots"]] == days
        assert [row["current_summation_delivered"] for row in found["snapshots"]] == [
            meter.register(Register.GAS_VOLUME, day) for day in days
        ]


async def test_a_short_period_gets_the_entries_in_it(system: System) -> None:
    home = system.street_plan[0]
    start, end = midnight(system, 3), midnight(system, 1)
    electricity = values(await system.user.request("4.6.1", home.esme, **period(start, end)))
    gas = values(await system.user.request("4.6.1", home.gpf, **period(start, end)))
    assert len(electricity["daily_read_log"]) == len(gas["snapshots"]) == 3
    with pytest.raises(Refused) as refused:
        await system.user.request("4.6.1", home.esme, **period(end, start))
    assert refused.value.response_code == "E51"


async def test_the_network_data_of_a_gas_meter(system: System) -> None:
    device = system.street_plan[0].gsme
    for user in (system.user, system.users[NETWORK_OPERATOR]):
        found = values(await user.request("4.10", device, **period(midnight(system), system.clock.now())))
        assert found["sample_request_interval"] == 360
        assert len(found["samples"]) == 41


async def test_the_tariff_of_a_gas_meter_as_another_user_reads_it(system: System) -> None:
    home = system.street_plan[0]
    for device in (home.gsme, home.gpf):
        for user in (system.user, system.users[OTHER_USER]):
            found = values(await user.request("4.11.1", device))
            assert found["active_price"] == found["tier_1_block_1_price"] == 6_300
            assert "days" not in found, "a new meter has no switching table"


async def test_supply_is_disabled_armed_and_read(system: System) -> None:
    home = system.street_plan[0]
    for device, off, armed in ((home.esme, 0, 2), (home.gsme, 0, 1)):
        await system.user.request("7.2", device)
        found = values(await system.users[NETWORK_OPERATOR].request("7.4", device))
        assert found.get("supply_state", found.get("supply_status")) == off
        await system.user.request("7.3", device)
        found = values(await system.user.request("7.4", device))
        assert found.get("supply_state", found.get("supply_status")) == armed


async def test_who_is_unknown_may_bring_its_certificate_and_who_is_known_may_not(system: System) -> None:
    home = system.street_plan[0]
    wanted = period(midnight(system, 1), midnight(system))
    stranger, supplier = system.users[OTHER_USER], system.user

    def key_agreement(user_id: Eui64) -> bytes:
        return system.keys.dcc(system.clock).certificate(user_id, KeyUse.KEY_AGREEMENT).der

    own = key_agreement(OTHER_USER)
    found = await stranger.request("4.8.1", home.esme, **wanted, ka_public_security_credentials=own)
    assert len(values(found)["active_import_profile"]) == 49
    for user, certificate, code in (
        (supplier, key_agreement(IMPORT_SUPPLIER), "E52"),
        (stranger, key_agreement(IMPORT_SUPPLIER), "E53"),
        (stranger, own[:-1], "E53"),
    ):
        with pytest.raises(Refused) as refused:
            await user.request("4.8.1", home.esme, **wanted, ka_public_security_credentials=certificate)
        assert refused.value.response_code == code


async def test_the_billing_calendar_and_its_alerts(system: System) -> None:
    """The alert that ends a billing period reaches the supplier, who alone reads what it holds."""
    home, user = system.street_plan[0], system.user
    ends = system.clock.now().replace(microsecond=0) + timedelta(seconds=20)
    calendar = {"billing_time": ends.timetz(), "daily": True}
    await user.request("6.8", home.esme, electricity_billing_calendar=calendar)
    gas = {"billing_period_start": ends, "periodicity": "SixMonthly"}
    await user.request("6.8", home.gsme, gas_billing_calendar=gas)
    await travel(system, ends)
    meter, told = consumption(system), {}
    async for message in user.messages(since=0):
        if message.response.kind != "DeviceAlertMessage":
            continue
        opened = await user.open(message)
        assert opened is not None
        assert opened.proven
        assert message.alert_code == "8F0A"
        mmc = await user.mmc(message)
        assert mmc is not None
        assert b"<ra:BillingDataLogDeviceAlert>" in mmc, "what is sealed for the supplier is shown to it"
        told[opened.device] = opened.values
        if len(told) == 2:
            break
    assert {values["time"] for values in told.values()} == {ends}
    (entry,) = told[home.esme]["billing_data"]["billing_data_log"]
    assert entry["active_import"] == meter.register(Register.ACTIVE_IMPORT, ends)
    assert told[home.gsme]["current_summation_delivered"] == meter.register(Register.GAS_VOLUME, ends)
