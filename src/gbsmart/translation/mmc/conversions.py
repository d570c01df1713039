"""The few true conversions between values of forms and what MMC writes for them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, time
from decimal import Decimal
from typing import Any

from gbsmart.gbcs.days import WEEKDAYS
from gbsmart.gbcs.gbz.zcl import read_time
from gbsmart.ground import DayMonth, DayOfMonth, Eui64, Moment, When

_THOUSANDTH = Decimal("0.001")
_NOT_IN_XML = re.compile("[^ -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_EUI_OCTETS = 8
_LAST_CODE = 0xFFFF
_DAY_OF_MINUTES = 24 * 60
_UNITS: Mapping[int, str] = {27: "W", 30: "Wh", 32: "varh", 13: "m3", 14: "m3"}


def unit(number: int) -> str | None:
    """The unit of a scaler and unit pair; None for one that MMC does not write."""
    return _UNITS.get(number)


def moment(value: int | When) -> datetime | None:
    """Seconds since 2000 (of a row of a log) as the moment; a moment as it is; None for never."""
    if isinstance(value, Moment):
        return None
    return value if isinstance(value, datetime) else read_time(value)


def eui(octets: bytes) -> str | None:
    """Eight octets as MMC writes an EUI-64; None for as many as are none."""
    return str(Eui64(octets)) if len(octets) == _EUI_OCTETS else None


def code(number: int) -> bytes | None:
    """A code of alerts, events or messages as its two octets; None for a number that has more."""
    return number.to_bytes(2, "big") if 0 <= number <= _LAST_CODE else None


def octets_hex(octets: bytes) -> str:
    """Octets as hexadecimal text (a firmware version)."""
    return octets.hex().upper()


def text(value: bytes | str) -> str:
    """A text, without what pads it and without characters that XML cannot hold."""
    written = value if isinstance(value, str) else value.decode("latin-1")
    return _NOT_IN_XML.sub("", written).rstrip()


def powered(value: int, scaler: int | None) -> int:
    """A register in its unit by the power of ten that stands beside it (GBCS has it 0)."""
    return int(value * Decimal(10) ** (scaler or 0))


def cubic_metres(volume: int) -> Decimal:
    """A volume of a log, which states no divisor of its own, in m3 [assumed: thousandths]."""
    return volume * _THOUSANDTH


def scaled(value: int, multiplier: int, divisor: int) -> Decimal | None:
    """A volume in m3 by the multiplier and divisor that the meter states beside it; None by none."""
    return Decimal(value * multiplier) / Decimal(divisor) if divisor else None


def hundredths(value: int) -> Decimal:
    """A number of hundredths."""
    return Decimal(value).scaleb(-2)


def bits_set(bits: str) -> list[int]:
    """Which bits of a string are set, the first one being 1."""
    return [number for number, bit in enumerate(bits, 1) if bit == "1"]


def week_days(bits: str) -> list[dict[str, str]]:
    """The days of the week that seven bits name, Monday first."""
    return [{"DayOfWeekID": WEEKDAYS[number - 1].title()} for number in bits_set(bits[: len(WEEKDAYS)])]


def trailing_digits(value: int, digits: int) -> Decimal:
    """A number whose decimals the high nibble of ``digits`` counts."""
    return Decimal(value).scaleb(-(digits >> 4))


def wildcards(date: DayMonth) -> dict[str, Any]:
    """A date any part of which may be open."""
    if isinstance(date.day, DayOfMonth):
        day: dict[str, Any] = {
            "LastDayOfMonth" if date.day is DayOfMonth.LAST else "SecondLastDayOfMonth": {}
        }
    else:
        day = _part("DayOfMonth", date.day)
    return {
        "Year": _part("Year", date.year),
        "Month": _part("Month", date.month),
        "DayOfMonth": day,
        "DayOfWeek": _part("DayOfWeek", date.weekday),
    }


def gas_wildcards(date: DayMonth) -> dict[str, Any]:
    """A date of a gas meter's calendar; MMC has no last day of the month there: it is left open."""
    day = None if isinstance(date.day, DayOfMonth) else date.day
    return {
        "GasYearWithWildcards": _part("Year", date.year),
        "GasMonthWithWildcards": _part("Month", date.month),
        "GasDayOfMonthWithWildcards": (
            {"GasNonSpecifiedDayOfMonth": {}} if day is None else {"SpecifiedDayOfMonth": day}
        ),
        "GasDayOfWeekWithWildcards": _part("DayOfWeek", date.weekday),
    }


def plain_date(date: DayMonth) -> DayMonth | None:
    """A date of which only the year may be open; None for one that MMC cannot write as a date."""
    if date.month is None or not isinstance(date.day, int) or date.weekday is not None:
        return None
    return date


def _part(name: str, value: int | None) -> dict[str, Any]:
    return {f"NonSpecified{name}": {}} if value is None else {f"Specified{name}": value}


def indexed(values: Mapping[int, Any]) -> list[dict[str, Any]]:
    """Numbered values as elements with an index, in the order of their numbers."""
    return [{"@index": number, "": values[number]} for number in sorted(values)]


def numbered(values: Any) -> list[dict[str, Any]]:
    """Values in a row as elements with an index from 1."""
    return [{"@index": number, "": each} for number, each in enumerate(values, 1)]


def numbered_volumes(volumes: Any) -> list[dict[str, Any]]:
    """Volumes of a log in m3, with an index from 1."""
    return numbered([cubic_metres(each) for each in volumes])


def together(*values: Any) -> list[dict[str, Any]]:
    """Several fields as elements with an index from 1; absent ones leave a gap."""
    return [{"@index": number, "": each} for number, each in enumerate(values, 1) if each is not None]


def each_by(convert: Callable[..., Any], count: int) -> Callable[..., list[dict[str, Any]]]:
    """The first ``count`` fields as elements with an index, each converted with the fields after them."""

    def converted(*values: Any) -> list[dict[str, Any]]:
        return together(
            *(None if each is None else convert(each, *values[count:]) for each in values[:count])
        )

    return converted


def text_of(longest: int) -> Callable[[bytes | str], str]:
    """A conversion to text of which MMC takes the first ``longest`` characters."""
    return lambda value: text(value[:longest])


def minutes(value: int) -> time | None:
    """Minutes from midnight as a time of day; None for more than a day has."""
    return time(value // 60, value % 60, tzinfo=UTC) if value < _DAY_OF_MINUTES else None
