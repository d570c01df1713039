"""Conversions that several bindings share: days, weeks and schedules as DUIS and as GBCS name them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from gbsmart.duis.services.prepayment import WEEKDAYS as DAYS_OF_WEEK
from gbsmart.gbcs.days import WEEKDAYS

Row = Mapping[str, Any]


def weeks(profiles: Sequence[Row]) -> list[dict[str, Any]]:
    """Weeks with the day that each weekday is like."""
    return [
        {"week": each["week_name"], **dict(zip(WEEKDAYS, each["referenced_day_names"], strict=True))}
        for each in profiles
    ]


def special_days(days: Sequence[Row]) -> list[dict[str, Any]]:
    """Dates, and the day that each is like."""
    return [{"date": each["date"], "day": each["referenced_day_name"]} for each in days]


def seasons(profiles: Sequence[Row]) -> list[dict[str, Any]]:
    """Seasons, each with its name, its start and its week."""
    return [
        {
            "name": each["season_name"],
            "start": each["season_start_date"],
            "week": each["referenced_week_name"],
        }
        for each in profiles
    ]


def gas_seasons(profiles: Sequence[Row]) -> list[dict[str, Any]]:
    """Seasons that have no names."""
    return [{"start": each["season_start_date"], "week": each["referenced_week_name"]} for each in profiles]


def numbered_days(days: Mapping[int, Any]) -> list[dict[str, Any]]:
    """Special days that a schedule names by their numbers."""
    return [
        {"date": day["date"] if isinstance(day, Mapping) else day, "day": number}
        for number, day in sorted(days.items())
    ]


def _bits(wanted: Iterable[Any], places: Iterable[Any]) -> str:
    chosen = set(wanted)
    return "".join("1" if place in chosen else "0" for place in places)


def schedule(
    entries: Sequence[Row], days: Mapping[int, Any], period: str, action: Callable[[Row], Any]
) -> list[dict[str, Any]]:
    """Entries that act at a time of the weekdays and of the special days that they name.

    There is a bit for every special day that the request defines, in the order of their numbers.
    ``period`` is the entries' field of their dates and time.
    """
    return [
        {
            "action": action(each),
            "time": each[period]["switch_time"],
            "days_of_week": _bits(each.get("days_of_week_applicability") or (), DAYS_OF_WEEK),
            "special_days": _bits(each["special_days_applicability"], sorted(days)),
            "start": each[period]["start_date"],
            "end": each[period]["end_date"],
        }
        for each in entries
    ]
