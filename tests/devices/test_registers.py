"""What an electricity meter notes of its tariff registers: as little as its logs need."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from gbsmart.devices import billing, registers
from gbsmart.devices.consumption import Home, Register
from gbsmart.devices.meter import Meter
from gbsmart.ground import DayMonth

from .test_billing import MONTHLY, alerts, switching_table, tariff
from .town import START, Town

NIGHT = switching_table([(0, 2), (7, 1)])
DAY = timedelta(days=1)


@pytest.fixture
def town() -> Town:
    return Town()


def noted(town: Town) -> list[str]:
    return town.street.device(town.esme).memory.under("registers/")


@pytest.fixture
def readings(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """The moments at which a meter is asked for its import."""
    asked: list[datetime] = []
    reads = Meter.reads

    def counted(meter: Meter, register: Register, moment: datetime) -> int:
        asked.append(moment)
        return reads(meter, register, moment)

    monkeypatch.setattr(Meter, "reads", counted)
    return asked


def test_a_tariff_that_is_in_force_already_costs_nothing(town: Town, readings: list[datetime]) -> None:
    town.ask("ECS01a", tariff(NIGHT), town.esme, 1)
    before = noted(town)
    account = town.street.device(town.esme).memory.get("account")
    town.clock.set(START + timedelta(hours=3))
    readings.clear()
    assert town.ask("ECS01a", tariff(NIGHT), town.esme, 2).success
    assert readings == []
    assert noted(town) == before
    assert town.street.device(town.esme).memory.get("account") == account


def test_a_table_all_of_whose_parts_change_is_noted_once(town: Town, readings: list[datetime]) -> None:
    """Of three parts that come into force together (calendar, special days, thresholds) one reads."""
    town.ask("ECS01a", tariff(NIGHT), town.esme, 1)
    counts = []
    for number, (special_days, thresholds) in enumerate(
        [([], None), ([{"index": 1, "date": DayMonth(month=12, day=25), "day": 1}], [5, 6, 7])], 2
    ):
        town.clock.set(START + timedelta(hours=3 * number))
        table = {**switching_table([(0, 2), (number, 1)]), "special_days": special_days}
        readings.clear()
        town.ask("ECS01a", tariff(table, thresholds), town.esme, number)
        counts.append(len(readings))
    assert counts[0] == counts[1]


def test_every_part_of_a_table_that_changes_is_in_the_note(town: Town) -> None:
    """Blocks fill up to the thresholds that came into force after the calendar, at the same moment."""
    town.ask("ECS01a", tariff(switching_table([(0, 101)]), [2_000, 5_000, 0xFFFFFFFF]), town.esme, 1)
    town.ask("ECS30a", MONTHLY, town.esme, 2)
    ((_, _, values),) = alerts(town, datetime(2020, 4, 1, 1, tzinfo=START.tzinfo))
    (entry,) = values["billing_data"]["billing_data_log"]
    assert [entry[f"block_{number}"][0] for number in (1, 2)] == [2_000, 3_000]


def test_tables_that_change_all_day_fill_no_memory_and_lose_no_unit(town: Town) -> None:
    """What the registers read at the midnights between follows from one note for each day."""
    changes: list[tuple[datetime, int]] = []
    for number in range(1, 31):
        action = 1 + number % 3
        changes.append((town.clock.now(), action))
        table = switching_table([(0, action)])
        assert town.ask("ECS01a", tariff(table), town.esme, number).success
        town.clock.set(town.clock.now() + timedelta(hours=2))
    assert len(noted(town)) == 3
    town.clock.set(START + DAY * 4)
    log: list[dict[str, Any]] = town.ask(
        "ECS21a", {"read_log_period": {"start": START, "end": town.clock.now()}}, town.esme, 40
    ).values["daily_read_log"]
    home = Home(town.plans[0].seed)
    midnights = [START.replace(hour=0, minute=0) + DAY * number for number in range(1, 5)]
    for entry, midnight in zip(log, midnights, strict=True):
        expected = [home.register(Register.ACTIVE_IMPORT, START), 0, 0]
        for (start, action), (end, _) in zip(changes, [*changes[1:], (midnight, 0)], strict=True):
            if start < midnight:
                expected[action - 1] += home.electricity_wh(start, min(end, midnight))
        assert entry["tou"][:3] == expected
        assert sum(entry["tou"]) == entry["active_import"]


def test_a_period_that_ends_within_a_day_keeps_its_note(town: Town) -> None:
    """The table changes before and after the end of a period, on the same day."""
    end = START.replace(day=2, hour=14, minute=0)
    town.ask("ECS30a", {"billing_calendar": [{"time": end.timetz(), "date": DayMonth(day=2)}]}, town.esme, 1)
    start = end.replace(hour=10)
    for number, hour in enumerate((10, 18), 2):
        alerts(town, start.replace(hour=hour))
        town.ask("ECS01a", tariff(switching_table([(0, number)])), town.esme, number)
    device = town.street.device(town.esme)
    (entry,) = registers.rows(device, billing.ends(device.memory))
    assert entry["tou"][1] == Home(town.plans[0].seed).electricity_wh(start, end)
    assert entry["tou"][2] == 0


def test_a_log_counts_once_from_its_note_however_old(town: Town, readings: list[datetime]) -> None:
    """Every midnight goes on from the one before: two switches a day, over a year and a month."""
    town.ask("ECS01a", tariff(NIGHT), town.esme, 1)
    town.clock.set(START + DAY * 400)
    readings.clear()
    period = {"read_log_period": {"start": START, "end": town.clock.now()}}
    log = town.ask("ECS21a", period, town.esme, 2).values["daily_read_log"]
    assert len(log) == 31
    assert len(readings) < 400 * 3
    night = sum(b["tou"][1] - a["tou"][1] for a, b in pairwise(log))
    home, first = Home(town.plans[0].seed), START.replace(hour=0, minute=0) + DAY * 370
    assert night == sum(
        home.electricity_wh(first + DAY * number, first + DAY * number + timedelta(hours=7))
        for number in range(30)
    )
