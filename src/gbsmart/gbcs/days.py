"""Days with wildcards as DLMS and ZigBee both write them: month, day and weekday, FF for any.

The two differ in the year alone, which each writes itself.
"""

from __future__ import annotations

from gbsmart.ground import DayMonth, DayOfMonth, InvalidValue

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
"""The days of a week as fields of values, in their order."""
ANY = 0xFF
_FROM_END = {0xFE: DayOfMonth.LAST, 0xFD: DayOfMonth.SECOND_LAST}
_FROM_END_OCTETS = {day: octet for octet, day in _FROM_END.items()}
_LAST = {"month": 12, "day": 31, "weekday": 7}


def read_day(year: int | None, octets: bytes) -> DayMonth:
    """The day of ``year`` that three octets tell; raises ``ValueError`` where they tell none."""
    month, day, weekday = octets
    for name, part in (("month", month), ("day", day), ("weekday", weekday)):
        if not (1 <= part <= _LAST[name] or part == ANY or (name == "day" and part in _FROM_END)):
            raise ValueError(f"{part} is no {name}")
    return DayMonth(
        year,
        None if month == ANY else month,
        _FROM_END.get(day) or (None if day == ANY else day),
        None if weekday == ANY else weekday,
    )


def write_day(date: DayMonth) -> bytes:
    """The three octets of all but the year; raises :class:`InvalidValue` for what is no day."""
    day = _FROM_END_OCTETS[date.day] if isinstance(date.day, DayOfMonth) else _part("day", date.day)
    return bytes((_part("month", date.month), day, _part("weekday", date.weekday)))


def _part(name: str, part: int | None) -> int:
    if part is None:
        return ANY
    if 1 <= part <= _LAST[name]:
        return part
    raise InvalidValue(f"{name} {part} is outside 1 to {_LAST[name]}")
