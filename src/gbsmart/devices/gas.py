"""The ZCL commands that a gas meter answers: supply, logs, what was published read back, prepayment."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, Final, NamedTuple, cast

from gbsmart.devices import billing, gas_prepayment, gas_price
from gbsmart.devices.consumption import Register
from gbsmart.devices.device import Device
from gbsmart.devices.exchange import CannotDo
from gbsmart.devices.meter import DAY, HALF_HOUR, SUPPLY_ARMED, Meter, Supply
from gbsmart.devices.zcl import (
    FAMILY,
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
HALF_HOURLY, DAILY, NETWORK = 0, 1, 2
"""Sample ids: the profile data log, the daily consumption log and the network data log."""


class Log(NamedTuple):
    """A log of samples: how far apart they are, how the answer says so (s), how far back they go."""

    step: timedelta
    interval: int
    depth: timedelta


_LOGS: Final = {
    HALF_HOURLY: Log(HALF_HOUR, 1_800, timedelta(days=397)),
    DAILY: Log(DAY, 0xFFFF, timedelta(days=731)),
    NETWORK: Log(timedelta(minutes=6), 360, timedelta(minutes=6) * 41),
}
"""The network data log holds the last four hours, both ends included: an emulated meter has recorded them
without being told to start (assumed)."""
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
    exchange, meter = request.exchange, meter_of(request.subject)
    with exchange.device.changing(exchange.now, exchange.reaction, at_once=True):
        changed = meter.switch(Supply(wanted), exchange.now)
    if changed is Supply.ARMED:
        exchange.reaction.alerts.append(exchange.device.alert(SUPPLY_ARMED, FAMILY, exchange.now, {}))
    answer = {
        "issuer_event_id": request.values["issuer_event_id"], "supply_status": int(meter.supply),
    }  # fmt: skip
    return [(c.SUPPLY_STATUS_RESPONSE, answer)]


# --- logs ---


def get_sampled_data(request: Request) -> Answers:
    """Entries of the profile, daily consumption or network data log from a time on."""
    values, subject = request.values, request.subject
    if values["sample_id"] not in _LOGS:
        raise CannotDo(Status.NOT_FOUND, f"there is no log {values['sample_id']}")
    step, interval, depth = _LOGS[values["sample_id"]]
    newest = subject.moment - (subject.moment - _EPOCH) % step
    earliest = max(read_time(values["earliest_sample_time"]), newest - depth)
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
    taken = snapshot(subject.device, snapshots[offset], values["snapshot_cause"], len(snapshots))
    answer = {
        **taken,
        "snapshot_time": write_time(taken["snapshot_time"]),
        "tiers": [{"tier_summation": each} for each in taken["tiers"]],
        "blocks": [{"block_summation": each} for each in taken["blocks"]],
    }
    return [(c.PUBLISH_SNAPSHOT, answer)]


def snapshot(device: Device, moment: datetime, cause: int, found: int) -> dict[str, Any]:
    """What the registers of a gas meter read at a moment; all counts in the first tier (assumed)."""
    total = cast("Meter", device.state).reads(Register.GAS_VOLUME, moment)
    return {
        "snapshot_id": write_time(moment) // 60, "snapshot_time": moment,
        "total_snapshots_found": found, "snapshot_cause": cause,
        "current_summation_delivered": total,
        "tiers": [total, *[0] * (_TIERS - 1)], "blocks": [0] * _BLOCKS,
    }  # fmt: skip


def _snapshots(request: Request) -> list[datetime]:
    """The moments of the snapshots asked for, earliest first (the order is assumed)."""
    values, subject = request.values, request.subject
    taken = _midnights(subject.moment) if values["snapshot_cause"] & _DAILY_CAUSE else _billing_dates(subject)
    earliest, latest = read_time(values["earliest_start_time"]), values["latest_end_time"]
    return [at for at in taken if earliest <= at and write_time(at) <= latest]


def _midnights(moment: datetime) -> list[datetime]:
    today = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    return [today - DAY * n for n in reversed(range(DAILY_LOG_DAYS))]


def _billing_dates(subject: Subject) -> list[datetime]:
    """The ends of the last billing periods."""
    return [end for end in billing.ends(subject.device.memory) if end <= subject.moment]


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
    (c.GET_CURRENT_PRICE, gas_price.get_current_price),
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
