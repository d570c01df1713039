"""The billing calendar of the emulated meters: when periods end, what is logged, what is told."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from gbsmart.devices import billing
from gbsmart.devices.consumption import Home, Register
from gbsmart.gbcs import Cra, Message
from gbsmart.gbcs.gbz.zcl import write_time
from gbsmart.ground import NOW, DayMonth, Eui64
from gbsmart.store import to_micros

from .town import NETWORK_OPERATOR, START, SUPPLIER, Town

MIDNIGHT = time(0, tzinfo=UTC)
MONTHLY = {"billing_calendar": [{"time": MIDNIGHT, "date": DayMonth(day=1)}]}
BILLING_DATA_LOGGED = 0x8F0A


@pytest.fixture
def town() -> Town:
    return Town()


def alerts(town: Town, until: datetime) -> list[tuple[Eui64, Message, Any]]:
    """What devices say of their own accord up to a moment: device, message, values."""
    found = []
    while (due := town.street.next_due()) is not None and due <= until:
        town.clock.set(max(due, town.clock.now()))
        with town.street.store.transaction() as connection:
            said = town.street.activate(connection, town.clock.now())
        town.street.committed()
        found += [(device, Message.parse(octets), town.read(octets)) for device, octets in said]
    town.clock.set(until)
    return found


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([DayMonth()], datetime(2024, 2, 11, 6, tzinfo=UTC)),
        ([DayMonth(day=10)], datetime(2024, 3, 10, 6, tzinfo=UTC)),
        ([DayMonth(weekday=6)], datetime(2024, 2, 17, 6, tzinfo=UTC)),
        ([DayMonth(month=2, day=29)], datetime(2024, 2, 29, 6, tzinfo=UTC)),
        ([DayMonth(month=2, day=1), DayMonth(month=8, day=1)], datetime(2024, 8, 1, 6, tzinfo=UTC)),
        ([DayMonth(year=2023)], None),
        ([], None),
    ],
)
def test_the_next_end_by_dates_with_wildcards(rows: list[DayMonth], expected: datetime | None) -> None:
    calendar = [{"time": time(6, tzinfo=UTC), "date": date} for date in rows]
    assert billing.next_by_dates(calendar, datetime(2024, 2, 10, 6, tzinfo=UTC)) == expected


@pytest.mark.parametrize(
    ("start", "days", "months", "expected"),
    [
        (datetime(2024, 3, 1, tzinfo=UTC), 0, 1, datetime(2024, 3, 1, tzinfo=UTC)),
        (datetime(2020, 1, 1, tzinfo=UTC), 1, 0, datetime(2024, 2, 11, tzinfo=UTC)),
        (datetime(2024, 1, 27, tzinfo=UTC), 7, 0, datetime(2024, 2, 17, tzinfo=UTC)),
        (datetime(2023, 12, 31, tzinfo=UTC), 0, 1, datetime(2024, 2, 29, tzinfo=UTC)),
        (datetime(2023, 1, 10, tzinfo=UTC), 0, 3, datetime(2024, 4, 10, tzinfo=UTC)),
        (datetime(2023, 2, 10, tzinfo=UTC), 0, 12, datetime(2025, 2, 10, tzinfo=UTC)),
        (datetime(2024, 2, 10, tzinfo=UTC), 0, 0, None),
    ],
)
def test_the_next_end_by_periods(start: datetime, days: int, months: int, expected: datetime | None) -> None:
    assert billing.next_by_periods(start, days, months, datetime(2024, 2, 10, tzinfo=UTC)) == expected


def test_an_electricity_meter_tells_its_supplier_at_the_end_of_each_month(town: Town) -> None:
    assert town.ask("ECS30a", MONTHLY, town.esme, 1).success
    said = alerts(town, START.replace(year=START.year + 1))
    home = Home(town.plans[0].seed)
    assert [values["time"].strftime("%m-%d %H:%M") for _, _, values in said] == [
        f"{month:02}-01 00:00" for month in (4, 5, 6, 7, 8, 9, 10, 11, 12, 1, 2, 3)
    ]
    for device, message, values in said:
        assert device == town.esme
        assert message.header.cra is Cra.ALERT
        assert message.header.recipient == SUPPLIER
        assert message.signature is not None
        assert values["alert_code"] == BILLING_DATA_LOGGED
        (entry,) = values["billing_data"]["billing_data_log"]
        assert entry["time"] == write_time(values["time"])
        assert entry["active_import"] == home.register(Register.ACTIVE_IMPORT, values["time"])
        assert sum(entry["tou"]) == entry["active_import"]


def test_what_a_supplier_is_told_stays_sealed_to_others(town: Town) -> None:
    town.ask("ECS30a", MONTHLY, town.esme, 1)
    town.outside.withdraw(town.outside.certificate(SUPPLIER, "keyAgreement"))  # type: ignore[arg-type]
    ((_, _, values),) = alerts(town, START + timedelta(days=31))
    assert "active_import" not in repr(values)


def test_a_gas_meter_takes_snapshots_and_tells_its_supplier(town: Town) -> None:
    calendar = {
        "issuer_event_id": START, "billing_period_start": datetime(2020, 4, 1, tzinfo=UTC),
        "billing_periodicity": 0x23,
    }  # fmt: skip
    assert town.ask("GCS25a", {**calendar, "billing_periods": 3}, town.gsme, 1).success
    said = alerts(town, START.replace(year=2021))
    assert [values["time"].date().isoformat() for _, _, values in said] == [
        "2020-04-01", "2020-07-01", "2020-10-01", "2021-01-01",
    ]  # fmt: skip
    home = Home(town.plans[0].seed)
    for device, message, values in said:
        assert (device, message.header.recipient) == (town.gsme, SUPPLIER)
        assert values["snapshot_time"] == values["time"]
        assert values["current_summation_delivered"] == home.register(Register.GAS_VOLUME, values["time"])
        assert values["tiers"][0] == values["current_summation_delivered"]
    later = {**calendar, "billing_period_start": START + timedelta(days=400), "billing_periods": 1}
    town.ask("GCS25a", later, town.gsme, 2)
    assert alerts(town, town.clock.now() + timedelta(days=20)) == []


@pytest.mark.parametrize(("periodicity", "days"), [(0x21, 3), (0x22, 21)], ids=["days", "weeks"])
def test_gas_is_billed_by_days_and_weeks_too(town: Town, periodicity: int, days: int) -> None:
    begins = datetime(2020, 4, 1, tzinfo=UTC)
    values = {"issuer_event_id": START, "billing_period_start": begins, "billing_periodicity": periodicity}
    assert town.ask("GCS25a", {**values, "billing_periods": 3}, town.gsme, 1).success
    said = alerts(town, begins + timedelta(days=2 * days))
    assert [values["time"] for *_, values in said] == [begins + timedelta(days=days * n) for n in range(3)]


def test_the_log_holds_the_last_twelve_periods(town: Town) -> None:
    daily = {"billing_calendar": [{"time": time(6, tzinfo=UTC), "date": DayMonth()}]}
    town.ask("ECS30a", daily, town.esme, 1)
    alerts(town, START + timedelta(days=20))
    memory = town.street.device(town.esme).memory
    assert billing.ends(memory) == [
        (START + timedelta(days=number)).replace(hour=6, minute=0) for number in range(9, 21)
    ]


def test_a_clock_that_jumps_loses_no_period(town: Town) -> None:
    town.ask("ECS30a", MONTHLY, town.esme, 1)
    town.clock.set(START + timedelta(days=100))
    with town.street.store.transaction() as connection:
        said = town.street.activate(connection, town.clock.now())
    assert [town.read(octets)["time"].month for _, octets in said] == [4, 5, 6]


def test_another_calendar_takes_the_place_of_the_first_and_an_empty_one_ends_it(town: Town) -> None:
    town.ask("ECS30a", MONTHLY, town.esme, 1)
    quarterly = [{"time": MIDNIGHT, "date": DayMonth(month=month, day=5)} for month in (1, 4, 7, 10)]
    town.ask("ECS30a", {"billing_calendar": quarterly}, town.esme, 2)
    assert town.street.next_due() is not None
    said = alerts(town, START + timedelta(days=130))
    assert [values["time"].date().isoformat() for _, _, values in said] == ["2020-04-05", "2020-07-05"]
    town.ask("ECS30a", {"billing_calendar": []}, town.esme, 3)
    assert alerts(town, town.clock.now() + timedelta(days=400)) == []


def test_periods_go_on_after_a_restart(town: Town) -> None:
    town.ask("ECS30a", MONTHLY, town.esme, 1)
    assert len(alerts(town, START + timedelta(days=40))) == 1
    again = Town(store=town.street.store, enrol=False, clock=town.clock)
    assert len(alerts(again, town.clock.now() + timedelta(days=30))) == 1


def test_only_its_supplier_sets_a_meters_calendar(town: Town) -> None:
    octets = town.command("ECS30a", MONTHLY, town.esme, 1, NETWORK_OPERATOR)
    (reaction,) = town.give((town.esme, octets))
    assert reaction.response is None
    assert town.street.next_due() is None


def test_the_registers_follow_the_switching_table(town: Town) -> None:
    """Night units count in register 2 from the day on which a table says so, and blocks fill one by one."""
    table = switching_table([(0, 2), (7, 1)])
    town.ask("ECS01a", tariff(table), town.esme, 1)
    town.ask("ECS30a", MONTHLY, town.esme, 2)
    home = Home(town.plans[0].seed)
    ((_, _, values),) = alerts(town, datetime(2020, 4, 1, 1, tzinfo=UTC))
    (entry,) = values["billing_data"]["billing_data_log"]
    night = sum(
        home.electricity_wh(day, day + timedelta(hours=7))
        for day in (datetime(2020, 3, 2, tzinfo=UTC) + timedelta(days=n) for n in range(30))
    )
    assert entry["tou"][1] == night
    assert entry["tou"][0] == entry["active_import"] - night
    town.clock.set(datetime(2020, 4, 10, tzinfo=UTC))
    blocks = tariff(switching_table([(0, 101)]), thresholds=[2_000, 5_000, 0xFFFFFFFF])
    town.ask("ECS01a", blocks, town.esme, 3)
    ((_, _, values),) = alerts(town, datetime(2020, 5, 1, 1, tzinfo=UTC))
    (entry,) = values["billing_data"]["billing_data_log"]
    used = home.electricity_wh(datetime(2020, 4, 10, tzinfo=UTC), datetime(2020, 5, 1, tzinfo=UTC))
    assert [entry[f"block_{number}"][0] for number in range(1, 5)] == [2_000, 3_000, used - 5_000, 0]
    assert sum(entry["tou"]) + used == entry["active_import"]
    assert to_micros(values["time"]) == to_micros(datetime(2020, 5, 1, tzinfo=UTC))


def switching_table(schedule: list[tuple[int, int]]) -> dict[str, Any]:
    days = dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"), 1)
    actions = [{"start": time(hour, tzinfo=UTC), "action": action} for hour, action in schedule]
    return {
        "seasons": [{"name": "S", "start": DayMonth(month=1, day=1), "week": 1}],
        "weeks": [{"week": 1, **days}],
        "days": [{"day": 1, "schedule": actions}],
        "special_days": [],
    }


def tariff(table: dict[str, Any], thresholds: list[int] | None = None) -> dict[str, Any]:
    unused = [0xFFFFFFFF] * 3
    return {
        **table,
        **{f"thresholds_{number}": unused for number in range(2, 9)},
        "thresholds_1": thresholds or unused,
        "currency_is_gbp": True,
        "standing_charge": {"scale": -5, "charge": 5_300},
        "import_tariff": {"scale": -5, "prices": {1: 24_500, 2: 12_000}},
        "execution_date_time": NOW,
    }
