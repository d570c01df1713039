"""The calendars of a gas meter in force: the tariff's switching table, and when supply is not disabled.

A calendar is published in parts: seasons, weeks and days under its own number, special days under its type
(SMETS 4.6.4).
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Final

from gbsmart.devices.device import Device
from gbsmart.devices.tariff import SwitchingTable
from gbsmart.devices.zcl import Values, all_kept, kept
from gbsmart.gbcs.days import WEEKDAYS
from gbsmart.gbcs.gbz import commands as c
from gbsmart.gbcs.gbz.commands.calendar import NON_DISABLEMENT_CALENDAR, TARIFF_CALENDAR
from gbsmart.gbcs.gbz.zcl import read_date
from gbsmart.ground import DayMonth

_ONE_TIER: Final = (
    [{"start": DayMonth(month=1, day=1), "week": 1}],
    [{"week": 1, **dict.fromkeys(WEEKDAYS, 1)}],
    [{"day": 1, "schedule": [{"start": time(0, tzinfo=UTC), "action": 1}]}],
    (),
)
_AHEAD: Final = timedelta(days=8)
"""A period without disablement that lasts longer is looked at again after a day."""


def switching_table(device: Device) -> SwitchingTable:
    """The tariff's table in force; a table of one tier where there is none."""
    return _table(device, TARIFF_CALENDAR, "price_tier") or SwitchingTable(*_ONE_TIER)


def spared_until(device: Device, moment: datetime) -> datetime | None:
    """The end of the period without disablement that a moment lies in; None where it lies in none."""
    table = _table(device, NON_DISABLEMENT_CALENDAR, "friendly_credit_enable")
    if table is None or not table.register_at(moment):
        return None
    turns = table.switches(moment, moment + _AHEAD)
    ends = (at for at, spared in turns if at > moment and spared is not None and not spared)
    return next(ends, moment + timedelta(days=1))


def _table(device: Device, kind: int, action: str) -> SwitchingTable | None:
    """The calendar of a kind that is in force; ``action`` is the field that its days' schedules say."""
    calendar = kept(device, c.PUBLISH_CALENDAR, kind)
    if calendar is None:
        return None
    number = calendar["issuer_calendar_id"]
    seasons = [
        {"start": read_date(row["season_start_date"]), "week": row["week_id_ref"]}
        for part in all_kept(device, c.PUBLISH_SEASONS, number)
        for row in part["seasons"]
    ]
    weeks = [
        {"week": part["week_id"], **{day: part[f"day_id_ref_{day}"] for day in WEEKDAYS}}
        for part in all_kept(device, c.PUBLISH_WEEK_PROFILE, number)
    ]
    days = [_day(part, action) for part in all_kept(device, c.PUBLISH_DAY_PROFILE, number, kind)]
    special = kept(device, c.PUBLISH_SPECIAL_DAYS, kind) or {"special_days": []}
    special_days = [
        {"date": read_date(row["special_day_date"]), "day": row["day_id_ref"]}
        for row in special["special_days"]
    ]
    return SwitchingTable(seasons, weeks, days, special_days)


def _day(part: Values, action: str) -> Values:
    schedule = [
        {"start": _clock(row["start_time"]), "action": row[action]} for row in part["day_schedule_entries"]
    ]
    return {"day": part["day_id"], "schedule": schedule}


def _clock(minutes: int) -> time:
    return time(minutes // 60 % 24, minutes % 60, tzinfo=UTC)
