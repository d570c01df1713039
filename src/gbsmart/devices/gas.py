"""The ZCL commands that a gas meter answers: supply, logs, what was published read back, prepayment."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final, cast

from gbsmart.devices import gas_prepayment
from gbsmart.devices.consumption import Register
from gbsmart.devices.exchange import CannotDo
from gbsmart.devices.meter import DAY, HALF_HOUR, Meter, Supply
from gbsmart.devices.zcl import (
    Answers,
    Handler,
    Key,
    Request,
    Status,
    Subject,
    all_kept,
    kept,
    key_of,
)
from gbsmart.gbcs.gbz import commands as c
from gbsmart.gbcs.gbz.commands.calendar import (
    CURRENT_NON_DISABLEMENT_CALENDAR_ID,
    CURRENT_TARIFF_CALENDAR_ID,
    NON_DISABLEMENT_CALENDAR,
    TARIFF_CALENDAR,
)
from gbsmart.gbcs.gbz.zcl import read_time, write_time

DAILY_LOG_DAYS: Final = 31
PROFILE_DEPTH: Final = timedelta(days=397)
HALF_HOURLY, DAILY = 0, 1
"""Sample ids: the profile data log and the daily consumption log."""
_INTERVALS: Final = {HALF_HOURLY: (HALF_HOUR, 1_800), DAILY: (DAY, 0xFFFF)}
_DAILY_CAUSE: Final = 1
_TIERS, _BLOCKS = 4, 4


def meter_of(subject: Subject) -> Meter:
    """The meter behind the device."""
    return cast("Meter", subject.device.state)


# --- supply ---


def change_supply(request: Request) -> Answers:
    """Close the valve or arm the supply at once."""
    wanted = request.values["proposed_supply_status"]
    if wanted not in (Supply.OFF, Supply.ARMED):
        raise CannotDo(Status.INVALID_VALUE, "a valve is closed or armed from afar, never opened")
    meter = meter_of(request.subject)
    meter.switch(Supply(wanted), request.exchange.now)
    answer = {
        "issuer_event_id": request.values["issuer_event_id"], "supply_status": int(meter.supply),
    }  # fmt: skip
    return [(c.SUPPLY_STATUS_RESPONSE, answer)]


# --- logs ---


def get_sampled_data(request: Request) -> Answers:
    """Entries of the profile or daily consumption log from a time on."""
    values, subject = request.values, request.subject
    if values["sample_id"] not in _INTERVALS:
        raise CannotDo(Status.NOT_FOUND, f"there is no log {values['sample_id']}")
    step, interval = _INTERVALS[values["sample_id"]]
    earliest = max(read_time(values["earliest_sample_time"]), subject.moment - PROFILE_DEPTH)
    start = earliest + (-(earliest - _EPOCH) % step)
    count = min(values["number_of_samples"], (subject.moment - start) // step)
    if count <= 0:
        raise CannotDo(Status.NOT_FOUND, "nothing is logged from then on")
    meter = meter_of(subject)
    readings = [meter.reads(Register.GAS_VOLUME, start + step * n) for n in range(count + 1)]
    samples = [{"sample": after - before} for before, after in pairwise(readings)]
    answer = {
        "sample_id": values["sample_id"], "sample_start_time": write_time(start),
        "sample_request_interval": interval, "number_of_samples": count, "samples": samples,
    }  # fmt: skip
    return [(c.GET_SAMPLED_DATA_RESPONSE, answer)]


def get_snapshot(request: Request) -> Answers:
    """One of the snapshots taken at midnight (daily) or at the end of a billing period."""
    snapshots = _snapshots(request)
    values, subject = request.values, request.subject
    offset = values["snapshot_offset"]
    if offset >= len(snapshots):
        raise CannotDo(Status.NOT_FOUND, f"there is no snapshot {offset}")
    moment = snapshots[offset]
    total = meter_of(subject).reads(Register.GAS_VOLUME, moment)
    tiers = [total, *[0] * (_TIERS - 1)]
    answer = {
        "snapshot_id": write_time(moment) // 60, "snapshot_time": write_time(moment),
        "total_snapshots_found": len(snapshots), "snapshot_cause": values["snapshot_cause"],
        "current_summation_delivered": total,
        "tiers": [{"tier_summation": each} for each in tiers],
        "blocks": [{"block_summation": 0} for _ in range(_BLOCKS)],
    }  # fmt: skip
    return [(c.PUBLISH_SNAPSHOT, answer)]


def _snapshots(request: Request) -> list[datetime]:
    """The moments of the snapshots asked for, earliest first (the order is assumed)."""
    values, subject = request.values, request.subject
    taken = _midnights(subject.moment) if values["snapshot_cause"] & _DAILY_CAUSE else _billing_dates(subject)
    earliest, latest = read_time(values["earliest_start_time"]), values["latest_end_time"]
    return [at for at in taken if earliest <= at and write_time(at) <= latest]


def _midnights(moment: datetime) -> list[datetime]:
    today = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    return [today - DAY * n for n in reversed(range(DAILY_LOG_DAYS))]


_DURATIONS: Final = {1: DAY, 2: DAY * 7}
_MONTHS: Final = 3


def _billing_dates(subject: Subject) -> list[datetime]:
    """The ends of the last twelve billing periods."""
    period = kept(subject.device, c.PUBLISH_BILLING_PERIOD)
    if period is None:
        return []
    dates = _repeat(
        read_time(period["billing_period_start_time"]),
        period["billing_period_duration_type"] & 0x0F,
        period["billing_period_duration"],
    )
    past: list[datetime] = []
    for date in dates:
        if date > subject.moment:
            break
        past.append(date)
    return past[-12:]


def _repeat(start: datetime, kind: int, count: int) -> Iterator[datetime]:
    if kind not in (*_DURATIONS, _MONTHS) or count == 0:
        return
    at = start
    while True:
        yield at
        if kind in _DURATIONS:
            at += _DURATIONS[kind] * count
        else:
            months = at.month - 1 + count
            at = at.replace(year=at.year + months // 12, month=months % 12 + 1, day=min(at.day, 28))


# --- what was published, read back ---


def get_billing_period(request: Request) -> Answers:
    """The billing calendar in force."""
    return _given_back(request, c.PUBLISH_BILLING_PERIOD)


def _given_back(request: Request, command: c.Command, *key: int) -> Answers:
    values = kept(request.subject.device, command, *key)
    if values is None:
        raise CannotDo(Status.NOT_FOUND, f"there is no {command.name}")
    return [(command, values)]


_CALENDAR_OF: Final = {
    CURRENT_TARIFF_CALENDAR_ID: TARIFF_CALENDAR,
    CURRENT_NON_DISABLEMENT_CALENDAR_ID: NON_DISABLEMENT_CALENDAR,
}


def _calendar_part(part: c.Command) -> Handler:
    def handler(request: Request) -> Answers:
        wanted = request.values["issuer_calendar_id"]
        number = wanted
        if wanted in _CALENDAR_OF:
            calendar = kept(request.subject.device, c.PUBLISH_CALENDAR, _CALENDAR_OF[wanted])
            if calendar is None:
                raise CannotDo(Status.NOT_FOUND, "there is no such calendar")
            number = calendar["issuer_calendar_id"]
        found = all_kept(request.subject.device, part, number)
        if not found:
            raise CannotDo(Status.NOT_FOUND, f"there is no {part.name}")
        return [(part, values) for values in found]

    return handler


def get_special_days(request: Request) -> Answers:
    """The special days in force of one calendar."""
    return _given_back(request, c.PUBLISH_SPECIAL_DAYS, request.values["calendar_type"])


_HANDLERS: Final[tuple[tuple[c.Command, Callable[[Request], Answers]], ...]] = (
    (c.CHANGE_SUPPLY, change_supply),
    (c.GET_SAMPLED_DATA, get_sampled_data),
    (c.GET_SNAPSHOT, get_snapshot),
    (c.GET_BILLING_PERIOD, get_billing_period),
    (c.GET_DAY_PROFILES, _calendar_part(c.PUBLISH_DAY_PROFILE)),
    (c.GET_WEEK_PROFILES, _calendar_part(c.PUBLISH_WEEK_PROFILE)),
    (c.GET_SEASONS, _calendar_part(c.PUBLISH_SEASONS)),
    (c.GET_SPECIAL_DAYS, get_special_days),
    (c.CONSUMER_TOP_UP, gas_prepayment.consumer_top_up),
    (c.CREDIT_ADJUSTMENT, gas_prepayment.credit_adjustment),
    (c.CHANGE_DEBT, gas_prepayment.change_debt),
)
HANDLERS: Final[Mapping[Key, Handler]] = {key_of(command): handler for command, handler in _HANDLERS}

_EPOCH: Final = read_time(0)
