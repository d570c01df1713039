"""Which register a switching table has count when."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Any

from gbsmart.devices.tariff import SwitchingTable
from gbsmart.gbcs.days import WEEKDAYS
from gbsmart.ground import DayMonth

NIGHT, DAY, FEAST = 1, 2, 3


def at(hour: int) -> time:
    return time(hour, tzinfo=UTC)


def when(day: int, hour: int, month: int = 1) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


WORKING = {
    "day": 1,
    "schedule": [{"start": at(0), "action": NIGHT}, {"start": at(7), "action": DAY}],
}
RESTING = {"day": 2, "schedule": [{"start": at(0), "action": NIGHT}]}
FEASTING = {"day": 3, "schedule": [{"start": at(0), "action": FEAST}]}
WINTER = {"week": 1, **dict.fromkeys(WEEKDAYS, 1), "saturday": 2, "sunday": 2}
SUMMER = {"week": 2, **dict.fromkeys(WEEKDAYS, 2)}
SEASONS = [
    {"start": DayMonth(month=4, day=1), "week": 2},
    {"start": DayMonth(month=10, day=1), "week": 1},
]


def table(**changed: Any) -> SwitchingTable:
    parts: dict[str, Any] = {
        "seasons": SEASONS,
        "weeks": [WINTER, SUMMER],
        "days": [WORKING, RESTING, FEASTING],
        "special_days": [{"date": DayMonth(month=1, day=1), "day": 3}],
    }
    return SwitchingTable(**{**parts, **changed})


def test_the_hour_and_the_day_of_the_week_say_which_register_counts() -> None:
    assert table().register_at(when(9, 6)) == NIGHT  # a Friday
    assert table().register_at(when(9, 7)) == DAY
    assert table().register_at(when(10, 12)) == NIGHT  # a Saturday


def test_a_special_day_comes_before_the_week() -> None:
    assert table().register_at(when(1, 12)) == FEAST


def test_the_season_that_began_last_holds_over_the_turn_of_the_year() -> None:
    assert table().register_at(when(9, 12)) == DAY
    assert table().register_at(when(9, 12, month=6)) == NIGHT


def test_where_no_table_says_no_register_counts() -> None:
    assert table(seasons=[]).register_at(when(9, 12)) is None
    assert table(days=[RESTING]).register_at(when(9, 12)) is None


def test_of_rows_with_one_number_the_first_counts() -> None:
    other = {"day": 1, "schedule": [{"start": at(0), "action": FEAST}]}
    assert table(days=[WORKING, other]).register_at(when(9, 12)) == DAY


def test_the_switches_between_two_moments_are_told_with_both_ends() -> None:
    assert list(table().switches(when(8, 12), when(9, 8))) == [
        (when(8, 12), DAY),
        (when(9, 0), NIGHT),
        (when(9, 7), DAY),
        (when(9, 8), None),
    ]


def test_other_moments_are_told_among_them_and_change_nothing() -> None:
    assert list(table().switches(when(9, 1), when(9, 8), [when(9, 3)])) == [
        (when(9, 1), NIGHT),
        (when(9, 3), None),
        (when(9, 7), DAY),
        (when(9, 8), None),
    ]
