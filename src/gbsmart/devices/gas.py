"""The ZCL commands that a gas meter answers: supply, logs, what was published read back, prepayment."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final, NamedTuple, cast

from gbsmart.devices import gas_events, gas_prepayment, gas_price, gas_snapshots
from gbsmart.devices.consumption import Register
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
from gbsmart.store import from_micros, to_micros

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
"""The network data log holds four hours, both ends included: those since it was told to start, or the last
ones where it never was (assumed)."""
_STARTED: Final = "network-log/started"


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
    step, interval, _ = _LOGS[values["sample_id"]]
    first, end = _logged(subject, values["sample_id"])
    earliest = max(read_time(values["earliest_sample_time"]), first)
    start = earliest + (-(earliest - first) % step)
    count = min(values["number_of_samples"], (end - start) // step)
    if count < 0 or (count == 0 and not _has_started(subject, values["sample_id"])):
        raise CannotDo(Status.NOT_FOUND, "nothing is logged from then on")
    meter = meter_of(subject)
    readings = [meter.reads(Register.GAS_VOLUME, start + step * n) for n in range(count + 1)]
    samples = [{"sample": after - before} for before, after in pairwise(readings)]
    answer = {
        "sample_id": values["sample_id"], "sample_start_time": write_time(start),
        "sample_request_interval": interval, "number_of_samples": count, "samples": samples,
    }  # fmt: skip
    return [(c.GET_SAMPLED_DATA_RESPONSE, answer)]


def _logged(subject: Subject, sample: int) -> tuple[datetime, datetime]:
    """From when to when a log holds samples."""
    step, _, depth = _LOGS[sample]
    if _has_started(subject, sample):
        start = from_micros(subject.device.memory.number(_STARTED))
        return start, max(start, min(subject.moment, start + depth))
    newest = subject.moment - (subject.moment - _EPOCH) % step
    return newest - depth, subject.moment


def _has_started(subject: Subject, sample: int) -> bool:
    return sample == NETWORK and bool(subject.device.memory.number(_STARTED))


def start_sampling(request: Request) -> Answers:
    """Begin the network data log anew: it takes its samples from now on until it is full."""
    request.exchange.device.memory.put_number(_STARTED, to_micros(request.exchange.now))
    return [(c.START_SAMPLING_RESPONSE, {"sample_id": NETWORK})]


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
        number, kind = wanted, _CALENDAR_OF.get(wanted)
        if kind is not None:
            calendar = kept(request.subject.device, c.PUBLISH_CALENDAR, kind)
            if calendar is None:
                raise CannotDo(Status.NOT_FOUND, "there is no such calendar")
            number = calendar["issuer_calendar_id"]
        found = [
            values
            for values in all_kept(request.subject.device, part, number)
            if kind is None or values.get("calendar_type", kind) == kind
        ]
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
    (c.START_SAMPLING, start_sampling),
    (c.GET_SNAPSHOT, gas_snapshots.get_snapshot),
    (c.GET_PREPAY_SNAPSHOT, gas_snapshots.get_prepay_snapshot),
    (c.GET_TOP_UP_LOG, gas_prepayment.get_top_up_log),
    (c.GET_DEBT_REPAYMENT_LOG, gas_prepayment.get_debt_repayment_log),
    (c.GET_EVENT_LOG, gas_events.get_event_log),
    (c.CLEAR_EVENT_LOG_REQUEST, gas_events.clear_event_log),
    (c.GET_EVENT_CONFIGURATION, gas_events.get_event_configuration),
    (c.GET_BILLING_PERIOD, get_billing_period),
    (c.GET_CURRENT_PRICE, gas_price.get_current_price),
    (c.GET_DAY_PROFILES, _calendar_part(c.PUBLISH_DAY_PROFILE)),
    (c.GET_WEEK_PROFILES, _calendar_part(c.PUBLISH_WEEK_PROFILE)),
    (c.GET_SEASONS, _calendar_part(c.PUBLISH_SEASONS)),
    (c.GET_SPECIAL_DAYS, get_special_days),
    (c.CONSUMER_TOP_UP, gas_prepayment.consumer_top_up),
    (c.SELECT_AVAILABLE_EMERGENCY_CREDIT, gas_prepayment.select_emergency_credit),
    (c.CREDIT_ADJUSTMENT, gas_prepayment.credit_adjustment),
    (c.CHANGE_DEBT, gas_prepayment.change_debt),
)
HANDLERS: Final[Mapping[Key, Handler]] = {key_of(command): handler for command, handler in _HANDLERS}

_EPOCH: Final = read_time(0)
