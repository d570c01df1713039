"""Working Days: the England and Wales calendar, and days by the clocks of London."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gbsmart.ground import InvalidValue
from gbsmart.ground.working_days import (
    add_working_days,
    civil_day,
    end_of,
    is_working_day,
    start_of,
    working_days_between,
)

DAYS = st.dates(date(2013, 1, 1), date(2029, 12, 31))


@pytest.mark.parametrize(
    "day",
    [
        date(2016, 12, 27),  # Christmas Day was a Sunday
        date(2020, 5, 8),  # moved from the Monday, for the end of the war
        date(2022, 6, 3),
        date(2022, 9, 19),
        date(2023, 5, 8),
        date(2024, 3, 29),
        date(2024, 6, 1),
        date(2024, 6, 2),
    ],
)
def test_public_holidays_and_weekends_are_no_working_days(day: date) -> None:
    assert not is_working_day(day)


@pytest.mark.parametrize("day", [date(2020, 5, 4), date(2022, 5, 30), date(2024, 1, 2), date(2024, 3, 28)])
def test_holidays_that_were_moved_away_and_those_of_scotland_are_working_days(day: date) -> None:
    assert is_working_day(day)


def test_working_days_pass_over_easter() -> None:
    assert add_working_days(date(2024, 3, 27), 3) == date(2024, 4, 3)
    assert add_working_days(date(2024, 4, 3), -3) == date(2024, 3, 27)
    assert add_working_days(date(2024, 3, 29), 0) == date(2024, 4, 2)


def test_a_count_that_no_deadline_has_is_refused() -> None:
    with pytest.raises(InvalidValue, match="no deadline"):
        add_working_days(date(2024, 1, 1), 10_000)


@given(DAYS, st.integers(1, 60))
def test_adding_and_counting_agree(day: date, count: int) -> None:
    end = add_working_days(day, count)
    assert is_working_day(end)
    assert working_days_between(day, end) == count
    assert working_days_between(end, day) == -count
    assert not any(is_working_day(end + timedelta(days=n)) for n in range(1, (day - end).days))


@given(DAYS)
def test_a_day_of_london_is_23_24_or_25_hours(day: date) -> None:
    start, end = start_of(day), end_of(day)
    assert civil_day(start) == day == civil_day(end - timedelta(microseconds=1))
    assert civil_day(end) == day + timedelta(days=1)
    assert end - start in {timedelta(hours=hours) for hours in (23, 24, 25)}


def test_a_day_of_summer_begins_an_hour_before_utc() -> None:
    assert start_of(date(2024, 7, 1)) == datetime(2024, 6, 30, 23, tzinfo=UTC)
    assert end_of(date(2024, 3, 31)) - start_of(date(2024, 3, 31)) == timedelta(hours=23)
