"""Moments, days and times of day: as XML Schema writes them, in UTC."""

from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gbsmart.duis.moments import DateTime, Day, Execution, TimeOfDay, YearlyDay
from gbsmart.ground import NEVER, DayMonth, DayOfMonth

moments = st.datetimes(timezones=st.just(UTC))


@given(moments)
def test_moments_are_written_and_read(moment: datetime) -> None:
    assert DateTime().read(DateTime().write(moment)) == moment


def test_moments_have_two_decimals_as_users_write_them_and_more_where_needed() -> None:
    assert DateTime().write(datetime(2030, 1, 15, 9, tzinfo=UTC)) == "2030-01-15T09:00:00.00Z"
    assert DateTime().write(datetime(2030, 1, 15, 9, 0, 0, 125000, tzinfo=UTC)) == "2030-01-15T09:00:00.125Z"
    assert DateTime(3).write(datetime(2030, 1, 15, 9, tzinfo=UTC)) == "2030-01-15T09:00:00.000Z"
    east = timezone(timedelta(hours=1))
    assert DateTime().write(datetime(2030, 6, 1, 1, tzinfo=east)) == "2030-06-01T00:00:00.00Z"


@pytest.mark.parametrize("decimals", ["", ".1", ".12", ".123456", ".1234567", ".123456999999999"])
def test_decimals_beyond_the_microsecond_are_dropped(decimals: str) -> None:
    microsecond = int(decimals[1:7].ljust(6, "0"))
    moment = datetime(2030, 1, 15, 9, 0, 0, microsecond, tzinfo=UTC)
    assert DateTime().read(f"2030-01-15T09:00:00{decimals}Z") == moment
    assert TimeOfDay().read(f"09:00:00{decimals}Z") == moment.timetz()


def test_never_is_the_end_of_the_year_3000() -> None:
    assert Execution().read("3000-12-31T00:00:00Z") is NEVER
    assert Execution().write(NEVER) == "3000-12-31T00:00:00.00Z"


def test_the_end_of_a_day_is_the_beginning_of_the_next() -> None:
    assert DateTime().read("2030-12-31T24:00:00.00Z") == datetime(2031, 1, 1, tzinfo=UTC)
    assert TimeOfDay().read("24:00:00Z") == time(0, tzinfo=UTC)


def test_a_day_of_every_year_is_one_of_the_year_65535() -> None:
    assert YearlyDay().read("65535-02-29Z") == DayMonth(None, 2, 29)
    assert YearlyDay().write(DayMonth(None, 2, 29)) == "65535-02-29Z"
    assert YearlyDay().read("2026-07-25Z") == DayMonth(2026, 7, 25)
    assert YearlyDay().write(DayMonth(2026, 7, 25)) == "2026-07-25Z"


@pytest.mark.parametrize("day", [DayMonth(), DayMonth(None, 1, 1, 1), DayMonth(None, 1, DayOfMonth.LAST)])
def test_a_date_leaves_nothing_open_but_the_year(day: DayMonth) -> None:
    with pytest.raises(ValueError, match="needs a DayMonth"):
        YearlyDay().write(day)


@given(st.times(timezones=st.just(UTC)), st.dates())
def test_times_and_days_are_written_and_read(clock: time, day: date) -> None:
    assert TimeOfDay().read(TimeOfDay().write(clock)) == clock
    assert Day().read(Day().write(day)) == day


@pytest.mark.parametrize(
    ("kind", "text", "reason"),
    [
        (DateTime(), "2030-01-15T09:00:00", "without a time zone: end it with Z"),
        (DateTime(), "2030-01-15T09:00:00+01:00", "not a date and time in UTC"),
        (DateTime(), "2030-02-30T09:00:00Z", "day is out of range|day .* must be in range"),
        (Day(), "2030-01-15", "without a time zone"),
        (TimeOfDay(), "7:00", "not a time of day in UTC"),
        (YearlyDay(), "65535-02-30Z", "day is out of range|day .* must be in range"),
    ],
)
def test_what_cannot_be_read_is_explained(kind, text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        kind.read(text)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (DateTime(), datetime(2030, 1, 1)),  # noqa: DTZ001 - the point of it
        (DateTime(), "2030"),
        (DateTime(), datetime.max.replace(tzinfo=timezone(timedelta(hours=-1)))),
        (Execution(), datetime.min.replace(tzinfo=timezone(timedelta(hours=1)))),
        (Day(), datetime(2030, 1, 1, tzinfo=UTC)),
        (TimeOfDay(), time(7)),
    ],
)
def test_what_cannot_be_written_is_refused(kind, value) -> None:
    with pytest.raises(ValueError):
        kind.write(value)
