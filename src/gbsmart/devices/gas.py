"""What the ZCL commands do on a gas meter: declarations of what is published, and handlers that answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final, cast

from gbsmart.devices.consumption import Register
from gbsmart.devices.credentials import UTRN_CACHE, UTRN_FLOOR, cell
from gbsmart.devices.device import Device
from gbsmart.devices.exchange import CannotDo
from gbsmart.devices.meter import DAY, HALF_HOUR, Meter, Supply
from gbsmart.devices.zcl import (
    Answers,
    Handler,
    Key,
    Publish,
    Request,
    Status,
    Subject,
    Values,
    ZclServer,
    all_kept,
    copies,
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
from gbsmart.gbcs.utrn import SeenCounters, TopUp, check_utrn
from gbsmart.keys import KeyUse, RemotePartyRole

CALENDAR_CANCELLED: Final = 0xFFFFFFFE
"""What withdraws a pending calendar, special days, prices or thresholds."""
DAILY_LOG_DAYS: Final = 31
PROFILE_DEPTH: Final = timedelta(days=397)
HALF_HOURLY, DAILY = 0, 1
"""Sample ids: the profile data log and the daily consumption log."""
_INTERVALS: Final = {HALF_HOURLY: (HALF_HOUR, 1_800), DAILY: (DAY, 0xFFFF)}
_DAILY_CAUSE: Final = 1
_TIERS, _BLOCKS = 4, 4
_MONEY_PER_PENCE: Final = 1_000
_TOP_UP_CELL: Final = cell(RemotePartyRole.SUPPLIER, KeyUse.TOP_UP)


def meter_of(subject: Subject) -> Meter:
    """The meter behind the device."""
    return cast("Meter", subject.device.state)


def _server(request: Request) -> ZclServer:
    return cast("ZclServer", request.exchange.device.servers["GBZ"])


# --- what is published ---


def _prices(values: Values) -> Values:
    if values["sub_payload_control"] & 1:
        return {f"tier_{row['tier_block_id']}_block_1_price": row["price"] for row in values["prices"]}
    return {f"no_tier_block_{row['tier_block_id'] + 1}_price": row["price"] for row in values["prices"]}


def _thresholds(values: Values) -> Values:
    return {
        f"block_{number}_threshold": row["block_threshold"]
        for number, row in enumerate(values["block_thresholds"], 1)
    }


def _payment_mode(values: Values) -> Values:
    given = {"payment_control_configuration": values["proposed_payment_control_configuration"]}
    unchanged = values["cut_off_value"] == -1
    return given if unchanged else {**given, "cut_off_value": values["cut_off_value"]}


def _payment_mode_answer(request: Request) -> Answers:
    server, subject = _server(request), request.subject
    answer = {
        "friendly_credit": int(
            kept(subject.device, c.PUBLISH_CALENDAR, NON_DISABLEMENT_CALENDAR) is not None
        ),
        "emergency_credit_limit": server.read(subject, "emergency_credit_limit"),
        "emergency_credit_threshold": server.read(subject, "emergency_credit_threshold"),
    }
    return [(c.CHANGE_PAYMENT_MODE_RESPONSE, answer)]


def _drop_old_calendars(device: Device, _values: Values, _moment: datetime) -> None:
    """Forget the parts of calendars that are neither in force nor pending."""
    memory = device.memory
    wanted = {values["issuer_calendar_id"] for values in all_kept(device, c.PUBLISH_CALENDAR)}
    wanted |= {values["issuer_calendar_id"] for values in all_kept(device, c.PUBLISH_SPECIAL_DAYS)}
    for command in (c.PUBLISH_DAY_PROFILE, c.PUBLISH_WEEK_PROFILE, c.PUBLISH_SEASONS):
        for values in all_kept(device, command):
            number = values["issuer_calendar_id"]
            if number not in wanted and number < max(wanted, default=0):
                for slot in memory.under(_PART[command.id].slot(values)):
                    memory.drop(slot)


_DAY_PROFILE = Publish(c.PUBLISH_DAY_PROFILE, key=("issuer_calendar_id", "day_id"))
_WEEK_PROFILE = Publish(c.PUBLISH_WEEK_PROFILE, key=("issuer_calendar_id", "week_id"))
_SEASONS = Publish(c.PUBLISH_SEASONS, key=("issuer_calendar_id",))
_PART: Final[Mapping[int, Publish]] = {
    each.command.id: each for each in (_DAY_PROFILE, _WEEK_PROFILE, _SEASONS)
}

PUBLISHES: Final = (
    Publish(
        c.PUBLISH_CALENDAR, "start_time", CALENDAR_CANCELLED, ("calendar_type",), then=_drop_old_calendars
    ),
    _DAY_PROFILE,
    _WEEK_PROFILE,
    _SEASONS,
    Publish(c.PUBLISH_SPECIAL_DAYS, "start_time", CALENDAR_CANCELLED, ("calendar_type",)),
    Publish(
        c.PUBLISH_TARIFF_INFORMATION, "start_time",
        sets=copies(
            standing_charge="standing_charge", currency="currency", tariff_unit_of_measure="unit_of_measure",
            price_trailing_digit="price_trailing_digit",
            threshold_multiplier="block_threshold_multiplier", threshold_divisor="block_threshold_divisor",
        ),
    ),
    Publish(c.PUBLISH_PRICE_MATRIX, "start_time", CALENDAR_CANCELLED, sets=_prices),
    Publish(c.PUBLISH_BLOCK_THRESHOLDS, "start_time", CALENDAR_CANCELLED, sets=_thresholds),
    Publish(
        c.PUBLISH_CONVERSION_FACTOR, "start_time",
        sets=copies(
            conversion_factor="conversion_factor",
            conversion_factor_trailing_digit="conversion_factor_trailing_digit",
        ),
    ),
    Publish(
        c.PUBLISH_CALORIFIC_VALUE, "start_time",
        sets=copies(
            calorific_value="calorific_value", calorific_value_unit="calorific_value_unit",
            calorific_value_trailing_digit="calorific_value_trailing_digit",
        ),
    ),
    Publish(c.PUBLISH_BILLING_PERIOD),
    Publish(c.PUBLISH_BLOCK_PERIOD),
    Publish(c.PUBLISH_CHANGE_OF_TENANCY),
    Publish(c.PUBLISH_CHANGE_OF_SUPPLIER),
    Publish(c.REQUEST_NEW_PASSWORD_RESPONSE),
    Publish(c.UPDATE_CIN),
    Publish(c.UPDATE_SITE_ID, sets=copies(site_id="site_id")),
    Publish(c.DISPLAY_MESSAGE),
    Publish(c.SET_EVENT_CONFIGURATION, key=("event_configuration",)),
    Publish(
        c.SET_SUPPLY_STATUS,
        sets=copies(
            supply_tamper_state="supply_tamper_state", supply_depletion_state="supply_depletion_state"
        ),
    ),
    Publish(
        c.SET_UNCONTROLLED_FLOW_THRESHOLD,
        sets=copies(
            uncontrolled_flow_threshold="uncontrolled_flow_threshold",
            uncontrolled_flow_threshold_unit_of_measure="unit_of_measure",
            uncontrolled_flow_multiplier="multiplier", uncontrolled_flow_divisor="divisor",
            flow_stabilisation_period="stabilisation_period",
            flow_measurement_period="measurement_period",
        ),
    ),
    Publish(
        c.EMERGENCY_CREDIT_SETUP, "start_time",
        sets=copies(
            emergency_credit_limit="emergency_credit_limit",
            emergency_credit_threshold="emergency_credit_threshold",
        ),
    ),
    Publish(
        c.SET_OVERALL_DEBT_CAP, "implementation_date_time", sets=copies(overall_debt_cap="overall_debt_cap")
    ),
    Publish(
        c.SET_LOW_CREDIT_WARNING_LEVEL, sets=copies(low_credit_warning_level="low_credit_warning_level")
    ),
    Publish(
        c.SET_MAXIMUM_CREDIT_LIMIT, "implementation_date_time",
        sets=copies(
            max_credit_limit="maximum_credit_level", max_credit_per_top_up="maximum_credit_per_top_up"
        ),
    ),
    Publish(
        c.CHANGE_PAYMENT_MODE, "implementation_date_time", sets=_payment_mode, answers=_payment_mode_answer
    ),
)  # fmt: skip


# --- supply ---


def change_supply(request: Request) -> Answers:
    """Close the valve or arm the supply at once."""
    wanted = request.values["proposed_supply_status"]
    if wanted not in (Supply.OFF, Supply.ARMED):
        raise CannotDo(Status.INVALID_VALUE, "a valve is closed or armed from afar, never opened")
    meter_of(request.subject).switch(Supply(wanted), request.exchange.now)
    answer = {"issuer_event_id": request.values["issuer_event_id"], "supply_status": wanted}
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


# --- prepayment ---


def consumer_top_up(request: Request) -> Answers:
    """Add credit for a genuine UTRN; refuse any other."""
    exchange, device = request.exchange, request.exchange.device
    text = request.values["top_up_code"].decode("ascii", "replace")
    seen = seen_counters(device)
    supplier = device.credentials.in_cell(_TOP_UP_CELL)
    if supplier is None or supplier.holder is None:
        raise CannotDo(Status.HARDWARE_FAILURE, "there is no top-up key")
    check = check_utrn(text, device.credentials, supplier.holder, device.eui, seen)
    pence = check.utrn.pence if check.utrn else None
    if check.outcome is not TopUp.GENUINE or pence is None or check.counter is None:
        refused = {"result_type": 1, "top_up_value": -1, "source_of_top_up": 0, "credit_remaining": -1}
        return [(c.CONSUMER_TOP_UP_RESPONSE, refused)]
    remember_counter(device, seen.accept(check.counter >> 32))
    server = _server(request)
    amount = pence * _MONEY_PER_PENCE
    balance = server.read(request.subject, "credit_remaining") + amount
    server.set(device, "credit_remaining", balance)
    answer = {
        "result_type": 0, "top_up_value": amount, "source_of_top_up": request.values["originating_device"],
        "credit_remaining": balance,
    }  # fmt: skip
    device.memory.put(f"topup/{write_time(exchange.now):08x}", text.encode() + amount.to_bytes(4, "big"))
    return [(c.CONSUMER_TOP_UP_RESPONSE, answer)]


def seen_counters(device: Device) -> SeenCounters:
    """The UTRN counters that the device has accepted."""
    octets = device.memory.get(UTRN_CACHE) or b""
    accepted = tuple(int.from_bytes(octets[at : at + 4], "big") for at in range(0, len(octets), 4))
    return SeenCounters(device.memory.number(UTRN_FLOOR), accepted)


def remember_counter(device: Device, seen: SeenCounters) -> None:
    """Keep the UTRN counters accepted."""
    device.memory.put(UTRN_CACHE, b"".join(each.to_bytes(4, "big") for each in seen.accepted))


_ADD_PREPAYMENT, _SET_PREPAYMENT, _SET_CREDIT, _ADD_CREDIT = 0, 1, 2, 3


def credit_adjustment(request: Request) -> Answers:
    """Add to or set the balance of prepayment or credit mode."""
    server, device = _server(request), request.exchange.device
    kind, amount = request.values["credit_adjustment_type"], request.values["credit_adjustment_value"]
    name = "credit_remaining" if kind in (_ADD_PREPAYMENT, _SET_PREPAYMENT) else "bill_to_date_delivered"
    added = server.read(request.subject, name) if kind in (_ADD_PREPAYMENT, _ADD_CREDIT) else 0
    server.set(device, name, added + amount)
    return ()


def change_debt(request: Request) -> Answers:
    """Add to a debt register and set how it is recovered."""
    server, device, values = _server(request), request.exchange.device, request.values
    number = {1: 1, 3: 2, 5: 3}.get(values["debt_amount_type"])
    if number is None:
        raise CannotDo(Status.INVALID_VALUE, "no such debt")
    name = f"debt_amount_{number}"
    server.set(device, name, max(0, server.read(request.subject, name) + values["debt_amount"]))
    if number == 3:
        server.set(device, "debt_recovery_top_up_percentage_3", values["debt_recovery_balance_percentage"])
    else:
        server.set(device, f"debt_recovery_frequency_{number}", values["debt_recovery_frequency"])
        server.set(device, f"debt_recovery_amount_{number}", values["debt_recovery_amount"])
    return ()


_HANDLERS: Final[tuple[tuple[c.Command, Callable[[Request], Answers]], ...]] = (
    (c.CHANGE_SUPPLY, change_supply),
    (c.GET_SAMPLED_DATA, get_sampled_data),
    (c.GET_SNAPSHOT, get_snapshot),
    (c.GET_BILLING_PERIOD, get_billing_period),
    (c.GET_DAY_PROFILES, _calendar_part(c.PUBLISH_DAY_PROFILE)),
    (c.GET_WEEK_PROFILES, _calendar_part(c.PUBLISH_WEEK_PROFILE)),
    (c.GET_SEASONS, _calendar_part(c.PUBLISH_SEASONS)),
    (c.GET_SPECIAL_DAYS, get_special_days),
    (c.CONSUMER_TOP_UP, consumer_top_up),
    (c.CREDIT_ADJUSTMENT, credit_adjustment),
    (c.CHANGE_DEBT, change_debt),
)
HANDLERS: Final[Mapping[Key, Handler]] = {key_of(command): handler for command, handler in _HANDLERS}

_EPOCH: Final = read_time(0)
