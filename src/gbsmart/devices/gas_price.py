"""The price of gas in force: by the tier of the switching table, or by the block (SMETS 4.6.4)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, time
from typing import Any, Final, TypeAlias

from gbsmart.devices.device import Device
from gbsmart.devices.tariff import register_in_force
from gbsmart.devices.zcl import Answers, Request, Subject, Values, ZclServer, all_kept, kept
from gbsmart.gbcs.days import WEEKDAYS
from gbsmart.gbcs.gbz import commands as c
from gbsmart.gbcs.gbz.commands.calendar import TARIFF_CALENDAR
from gbsmart.gbcs.gbz.commands.price import BLOCK_SCHEME
from gbsmart.gbcs.gbz.zcl import read_date, write_time
from gbsmart.ground import DayMonth

_TIERS, _ONE_DAY_MINUTES = 4, 1_440
Rows: TypeAlias = Sequence[Mapping[str, Any]]
_ONE_TIER: Final[tuple[Rows, Rows, Rows, Rows]] = (
    [{"start": DayMonth(month=1, day=1), "week": 1}],
    [{"week": 1, **dict.fromkeys(WEEKDAYS, 1)}],
    [{"day": 1, "schedule": [{"start": time(0, tzinfo=UTC), "action": 1}]}],
    [],
)


def tier_in_force(subject: Subject, moment: datetime) -> int:
    """The time-of-use tier (from 1) that the switching table names; 1 where there is no table."""
    return register_in_force(*switching_table(subject.device), moment) or 1


def switching_table(device: Device) -> tuple[Rows, Rows, Rows, Rows]:
    """The seasons, weeks, days and special days in force; a table of one tier where there is none."""
    calendar = kept(device, c.PUBLISH_CALENDAR, TARIFF_CALENDAR)
    if calendar is None:
        return _ONE_TIER
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
    days = [_day(part) for part in all_kept(device, c.PUBLISH_DAY_PROFILE, number)]
    special = kept(device, c.PUBLISH_SPECIAL_DAYS, TARIFF_CALENDAR) or {"special_days": []}
    special_days = [
        {"date": read_date(row["special_day_date"]), "day": row["day_id_ref"]}
        for row in special["special_days"]
    ]
    return seasons, weeks, days, special_days


def _day(part: Values) -> Values:
    schedule = [
        {"start": _clock(row["start_time"]), "action": row["price_tier"]}
        for row in part["day_schedule_entries"]
    ]
    return {"day": part["day_id"], "schedule": schedule}


def _clock(minutes: int) -> time:
    return time(minutes // 60 % 24, minutes % 60, tzinfo=UTC)


def price_in_force(server: ZclServer, subject: Subject) -> tuple[int, int]:
    """The tier (0 for a block tariff) and the price, in 10^-5 of the currency for a kWh."""
    tier = 0 if _in_blocks(subject.device) else tier_in_force(subject, subject.moment)
    return tier, price_of(server, subject)(tier)


def price_of(server: ZclServer, subject: Subject) -> Callable[[int], int]:
    """The price of a tier, in 10^-5 of the currency for a kWh.

    In a block tariff it is that of the first block: no block is ever used up (assumed).
    """
    if _in_blocks(subject.device):
        block = int(server.read(subject, "no_tier_block_1_price"))
        return lambda _tier: block
    prices = [int(server.read(subject, f"tier_{tier}_block_1_price")) for tier in range(1, _TIERS + 1)]
    return lambda tier: prices[max(1, min(tier, _TIERS)) - 1]


def _in_blocks(device: Device) -> bool:
    tariff = kept(device, c.PUBLISH_TARIFF_INFORMATION)
    return tariff is not None and tariff["tariff_type_charging_scheme"] == BLOCK_SCHEME


def get_current_price(request: Request) -> Answers:
    """The price in force. It is said to hold for a day, as the test messages have it."""
    server, subject = request.server, request.subject
    tier, price = price_in_force(server, subject)
    now = write_time(subject.moment)
    answer = {
        "issuer_event_id": now, "current_time": now,
        "unit_of_measure": 1,
        "currency": server.read(subject, "currency"),
        "price_trailing_digit_and_price_tier": server.read(subject, "price_trailing_digit") & 0xF0 | tier,
        "number_of_price_tiers_and_register_tier": _TIERS << 4 | tier,
        "duration_in_minutes": _ONE_DAY_MINUTES,
        "price": price,
    }  # fmt: skip
    return [(c.PUBLISH_PRICE, answer)]
