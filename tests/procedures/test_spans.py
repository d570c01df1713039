"""Lengths of time as the Code counts them."""

from __future__ import annotations

from datetime import date

import pytest

from gbsmart.procedures import Span, days, months, working_days
from gbsmart.procedures.spans import after


@pytest.mark.parametrize(
    ("start", "span", "end"),
    [
        (date(2026, 4, 2), working_days(1), date(2026, 4, 7)),  # over Easter
        (date(2026, 4, 2), days(5), date(2026, 4, 7)),
        (date(2026, 1, 31), months(1), date(2026, 2, 28)),
        (date(2026, 11, 30), months(3), date(2027, 2, 28)),
    ],
)
def test_a_day_so_long_after_another(start: date, span: Span, end: date) -> None:
    assert after(start, span) == end
