"""What tariffs and prepayment calendars have in common: weeks of days, seasons of weeks, special days.

A day of a profile is known by its number; a week names one for each weekday, Monday first; a season names
a week, from the day on which it starts; a special day takes the place of what its season says.
"""

from __future__ import annotations

from gbsmart.duis.lexical import Integer, Text
from gbsmart.duis.schema import Element, Indexed, Many, Mapped, Record, Sole
from gbsmart.duis.services.days import ELECTRICITY_DAY, GAS_DAY


def week_profiles(weeks: int, days: int) -> Element:
    """``WeekProfiles``: up to ``weeks`` of them, of days numbered to ``days``."""
    profile = Record(
        Element("WeekName", Integer(1, weeks), note="Its number."),
        Indexed(
            Element("ReferencedDayName", Integer(1, days), note="The day profile of a weekday; 1 is Monday."),
            7, 7, 7, "referenced_day_names",
        ),
    )  # fmt: skip
    return Element("WeekProfiles", Sole(Many(Element("WeekProfile", profile), 1, weeks, "week_profiles")))


ELECTRICITY_SEASONS = Element(
    "Seasons",
    Sole(
        Many(
            Element(
                "Season",
                Record(
                    Element("SeasonName", Text(0, 8), note="What people call it."),
                    Element("SeasonStartDate", ELECTRICITY_DAY, note="Its first day."),
                    Element("ReferencedWeekName", Integer(1, 4), note="The week that holds in it."),
                ),
            ),
            1, 4, "seasons",
        )
    ),
)  # fmt: skip


def gas_seasons(name: str) -> Element:
    """Up to three seasons of gas weeks, under ``name``."""
    season = Record(
        Element("SeasonStartDate", GAS_DAY, note="Its first day."),
        Element("ReferencedWeekName", Integer(1, 2), note="The week that holds in it."),
    )
    return Element(name, Sole(Many(Element("Season", season), 1, 3, "seasons")))


def special_days(date: Mapped, days: int, most: int) -> Element:
    """``SpecialDays``: up to ``most`` dates, each with the number of its day profile."""
    day = Record(
        Element("Date", date, note="The day or days that are meant."),
        Element("ReferencedDayName", Integer(1, days), note="The day profile that holds then."),
    )
    return Element("SpecialDays", Sole(Many(Element("SpecialDay", day), 0, most, "special_days")))


__all__ = [
    "ELECTRICITY_DAY",
    "ELECTRICITY_SEASONS",
    "GAS_DAY",
    "gas_seasons",
    "special_days",
    "week_profiles",
]
