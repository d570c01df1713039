"""Days of the year as tariffs name them: each part given or left open, as a :class:`DayMonth`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gbsmart.duis.lexical import Integer
from gbsmart.duis.schema import EMPTY, Choice, Element, Mapped, Record, Values
from gbsmart.ground import DayMonth, DayOfMonth


def _part(specified: str, low: int, high: int, words: Mapping[str, DayOfMonth | None]) -> Mapped:
    """A part that is a number under ``specified``, or one of ``words``, empty elements with a meaning."""
    number = Element(specified, Integer(low, high), note="Just this one.")
    empty = {Element(word, EMPTY): meaning for word, meaning in words.items()}
    by_field = {element.field: meaning for element, meaning in empty.items()}
    by_meaning = {meaning: element.field for element, meaning in empty.items()}

    def gather(values: Values) -> int | DayOfMonth | None:
        return values[number.field] if number.field in values else by_field[next(iter(values))]

    def spread(value: Any) -> Values:
        if value is None or isinstance(value, DayOfMonth):
            if value not in by_meaning:
                raise ValueError(f"cannot be {value!r} here")
            return {by_meaning[value]: True}
        return {number.field: value}

    return Mapped(Record(Choice((number, *empty))), gather, spread)


def _day(year: Element, month: Element, day: Element, weekday: Element) -> Mapped:
    parts = (year, month, day, weekday)

    def gather(values: Values) -> DayMonth:
        return DayMonth(*(values[part.field] for part in parts))

    def spread(value: Any) -> Values:
        if not isinstance(value, DayMonth):
            raise ValueError(f"needs a DayMonth, not {value!r}")
        return dict(zip((part.field for part in parts), value, strict=True))

    return Mapped(Record(*parts), gather, spread)


_YEAR = _part("SpecifiedYear", 2014, 9999, {"NonSpecifiedYear": None})
_MONTH = _part("SpecifiedMonth", 1, 12, {"NonSpecifiedMonth": None})
_WEEKDAY = _part("SpecifiedDayOfWeek", 1, 7, {"NonSpecifiedDayOfWeek": None})

ELECTRICITY_DAY = _day(
    Element("Year", _YEAR),
    Element("Month", _MONTH),
    Element(
        "DayOfMonth",
        _part(
            "SpecifiedDayOfMonth",
            1,
            31,
            {
                "LastDayOfMonth": DayOfMonth.LAST,
                "SecondLastDayOfMonth": DayOfMonth.SECOND_LAST,
                "NonSpecifiedDayOfMonth": None,
            },
        ),
    ),
    Element("DayOfWeek", _WEEKDAY),
)
"""A day of an electricity tariff."""

GAS_DAY = _day(
    Element("GasYearWithWildcards", _YEAR),
    Element("GasMonthWithWildcards", _MONTH),
    Element(
        "GasDayOfMonthWithWildcards", _part("SpecifiedDayOfMonth", 1, 31, {"GasNonSpecifiedDayOfMonth": None})
    ),
    Element("GasDayOfWeekWithWildcards", _WEEKDAY),
)
"""A day of a gas tariff: it cannot count from the end of the month."""
