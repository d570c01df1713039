"""The 40 days of a draft before Parliament."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gbsmart.codebook.consultations.laying import PERIOD, Recess, count_laying
from gbsmart.codebook.consultations.shipped import known_until, recesses
from gbsmart.ground import InvalidValue

DAYS = st.dates(date(2020, 1, 1), date(2022, 1, 1))
FAR = date(2030, 1, 1)


def test_the_first_day_is_the_day_of_laying() -> None:
    assert count_laying(date(2015, 6, 1), (), FAR).last_day == date(2015, 7, 10)


def test_a_recess_of_four_days_counts_and_one_of_five_does_not() -> None:
    rose = date(2015, 6, 4)
    four = Recess(rose, rose + timedelta(days=5))
    five = Recess(rose, rose + timedelta(days=6))
    assert (four.days, five.days) == (4, 5)
    assert count_laying(date(2015, 6, 1), [four], FAR).last_day == date(2015, 7, 10)
    assert count_laying(date(2015, 6, 1), [five], FAR).last_day == date(2015, 7, 15)


def test_the_shipped_recesses_skip_the_february_of_2014() -> None:
    """Laid on 20 January 2014; the ten days of the recess in February are not counted."""
    count = count_laying(date(2014, 1, 20), recesses(), known_until())
    assert [each.why for each in count.skipped] == ["February"]
    assert count.last_day == date(2014, 3, 10)
    assert count.may_be_made == date(2014, 3, 11)


def test_nothing_is_laid_in_a_recess_and_nothing_counted_beyond_what_is_known() -> None:
    with pytest.raises(InvalidValue, match="did not sit on 2014-08-04"):
        count_laying(date(2014, 8, 4), recesses(), known_until())
    with pytest.raises(InvalidValue, match="are known until 2019-01-07 only"):
        count_laying(date(2018, 12, 10), recesses(), known_until())


@given(laid=DAYS, pauses=st.lists(st.tuples(DAYS, st.integers(1, 60)), max_size=4))
def test_exactly_forty_days_are_counted(laid: date, pauses: list[tuple[date, int]]) -> None:
    """Between the day of laying and the last there are 40 days that are in no long recess."""
    known = [Recess(rose, rose + timedelta(days=length)) for rose, length in pauses]
    skipped = {
        each.rose + timedelta(days=day) for each in known if each.days > 4 for day in range(1, each.days + 1)
    }
    if laid in skipped:
        with pytest.raises(InvalidValue):
            count_laying(laid, known, FAR)
        return
    count = count_laying(laid, known, FAR)
    span = [laid + timedelta(days=day) for day in range((count.last_day - laid).days + 1)]
    assert len([day for day in span if day not in skipped]) == PERIOD
    assert count.last_day not in skipped
