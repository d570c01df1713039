"""The two calendars of a gas meter, as use cases write and read them: no forms, but parts of some.

Both have days, weeks, seasons and special days; a day of the tariff's switches price tiers, a day of the
other says when supply is not to be disabled.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from gbsmart.gbcs.days import WEEKDAYS
from gbsmart.gbcs.gbz.bindings import EVENT, Binding, Bound, count, day_month, flag, plain, rows, when
from gbsmart.gbcs.gbz.bodies import Send
from gbsmart.gbcs.gbz.commands import (
    GET_DAY_PROFILES,
    GET_SEASONS,
    GET_SPECIAL_DAYS,
    GET_WEEK_PROFILES,
    PUBLISH_CALENDAR,
    PUBLISH_DAY_PROFILE,
    PUBLISH_SEASONS,
    PUBLISH_SPECIAL_DAYS,
    PUBLISH_WEEK_PROFILE,
    Command,
)
from gbsmart.gbcs.gbz.commands.calendar import (
    CALENDAR_CANCELLED,
    CURRENT_NON_DISABLEMENT_CALENDAR_ID,
    CURRENT_TARIFF_CALENDAR_ID,
    NON_DISABLEMENT_CALENDAR,
    TARIFF_CALENDAR,
)


class GasCalendar(NamedTuple):
    """One calendar: its type, the id under which that in force is read, and what a day's schedule says."""

    kind: int
    in_force: int
    schedule: Mapping[str, Bound]


TARIFF = GasCalendar(
    TARIFF_CALENDAR, CURRENT_TARIFF_CALENDAR_ID, {"start_time": plain("start"), "price_tier": plain("tier")}
)
NON_DISABLEMENT = GasCalendar(
    NON_DISABLEMENT_CALENDAR,
    CURRENT_NON_DISABLEMENT_CALENDAR_ID,
    {"start_time": plain("start"), "friendly_credit_enable": flag("non_disablement")},
)

CALENDAR_START = {"start_time": when("execution_date_time", CALENDAR_CANCELLED)}
"""When a calendar, and the prices that go with it, take effect."""
_EVENT_AND_CALENDAR: Mapping[str, Binding] = {**EVENT, "issuer_calendar_id": EVENT["issuer_event_id"]}


def publish(calendar: GasCalendar) -> tuple[Send, Send, Send, Send, Send]:
    """The components that write it: calendar, days, weeks, seasons, special days."""
    kind = {"calendar_type": calendar.kind}
    return (
        Send(
            PUBLISH_CALENDAR,
            {
                **_EVENT_AND_CALENDAR,
                **CALENDAR_START,
                "number_of_seasons": count("seasons"),
                "number_of_week_profiles": count("weeks"),
                "number_of_day_profiles": count("days"),
            },
            kind,
        ),
        Send(
            PUBLISH_DAY_PROFILE,
            {
                **_EVENT_AND_CALENDAR,
                "day_id": plain("day"),
                "total_number_of_schedule_entries": count("schedule"),
                "day_schedule_entries": rows("schedule", **calendar.schedule),
            },
            kind,
            each="days",
        ),
        Send(
            PUBLISH_WEEK_PROFILE,
            {
                **_EVENT_AND_CALENDAR,
                "week_id": plain("week"),
                **{f"day_id_ref_{day}": plain(day) for day in WEEKDAYS},
            },
            each="weeks",
        ),
        Send(
            PUBLISH_SEASONS,
            {
                **_EVENT_AND_CALENDAR,
                "seasons": rows("seasons", season_start_date=day_month("start"), week_id_ref=plain("week")),
            },
        ),
        Send(
            PUBLISH_SPECIAL_DAYS,
            {
                **_EVENT_AND_CALENDAR,
                **CALENDAR_START,
                "total_number_of_special_days": count("special_days"),
                "special_days": rows(
                    "special_days", special_day_date=day_month("date"), day_id_ref=plain("day")
                ),
            },
            kind,
        ),
    )


def read(calendar: GasCalendar) -> tuple[Send, Send, Send, Send]:
    """The components that read what is in force: days, weeks, seasons, special days.

    There is a row for each answer, none where the meter has no such calendar.
    """
    _, days, weeks, seasons, special_days = publish(calendar)
    return (
        _part(calendar, GET_DAY_PROFILES, days, "days"),
        _part(calendar, GET_WEEK_PROFILES, weeks, "weeks"),
        _part(calendar, GET_SEASONS, seasons, "season_tables"),
        _part(calendar, GET_SPECIAL_DAYS, special_days, "special_day_tables"),
    )


def _part(calendar: GasCalendar, get: Command, published: Send, rows_of: str) -> Send:
    wanted = {"issuer_calendar_id": calendar.in_force}
    if get is GET_SPECIAL_DAYS:
        wanted["calendar_type"] = calendar.kind
    return Send(
        get, {}, wanted,
        answer=published.command,
        answer_fields={**published.fields, "issuer_calendar_id": plain("issuer_calendar_id")},
        answer_fixed=published.fixed, answers=rows_of, may_find_nothing=True, quiet=True,
    )  # fmt: skip
