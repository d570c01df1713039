"""The account of a gas meter: what its attributes say of payment, top-ups, adjustments, debts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, cast

from gbsmart.devices import gas_price, payments
from gbsmart.devices.accounting import Accounting, counter_of
from gbsmart.devices.consumption import Register, wh_from_litres
from gbsmart.devices.device import Device
from gbsmart.devices.exchange import CannotDo
from gbsmart.devices.gas_calendars import spared_until
from gbsmart.devices.gas_registers import conversion
from gbsmart.devices.meter import DAY, Meter, Supply
from gbsmart.devices.money import MICRO, Account, Debt, Terms
from gbsmart.devices.tariff import cost
from gbsmart.devices.zcl import FAMILY, Answers, Request, Source, Status, Subject, Values, ZclServer
from gbsmart.gbcs.gbz import commands as c
from gbsmart.gbcs.gbz.commands.prepayment import (
    ADD_TO_CREDIT_BALANCE,
    ADD_TO_PREPAYMENT_BALANCE,
    PREPAYMENT_CONFIGURATIONS,
    SET_CREDIT_BALANCE,
    SET_PREPAYMENT_BALANCE,
)
from gbsmart.gbcs.gbz.zcl import write_time

_PAYMENT_DEBT: Final = 2
"""The type of debt in a debt repayment log."""
_SUSPENDED: Final = {word: flags for flags, word in PREPAYMENT_CONFIGURATIONS.items()}
_PERIODS: Final = {0: timedelta(hours=1), 1: DAY}
_MILLIPENCE: Final = 5
"""A millipence is 10^-5 of the currency."""
_NUMBERS: Final = {1: 1, 3: 2, 5: 3}
"""Debt types of a change, to the numbers of the debts."""


def _mode(device: Device, moment: datetime) -> int:
    server = cast("ZclServer", device.servers[FAMILY])
    return int(server.read(Subject(device, moment), "payment_control_configuration"))


def _prepays(device: Device, moment: datetime) -> bool:
    return _mode(device, moment) in _SUSPENDED


def _terms(device: Device, moment: datetime) -> Terms:
    server, meter = cast("ZclServer", device.servers[FAMILY]), cast("Meter", device.state)
    subject = Subject(device, moment)

    def now(name: str) -> int:
        return int(server.read(subject, name))

    calorific, correction = conversion(device, moment)

    def wh(at: datetime) -> int:
        litres = meter.reads(Register.GAS_VOLUME, at)
        return wh_from_litres(litres, calorific_value=calorific, volume_correction=correction)

    # the places after the point are the high half of the octet (ZCL D.4.2.2.4.8)
    money_places = now("price_trailing_digit") >> 4

    def millipence(amount: int) -> int:
        return amount * int(10**_MILLIPENCE) // int(10**money_places)

    def priced(start: datetime, end: datetime) -> Iterator[tuple[datetime, int]]:
        steps = gas_price.priced(server, device, start, end, moment)
        return ((at, millipence(price)) for at, price in steps)

    mode = _mode(device, moment)
    common = Terms(
        prepayment=mode in _SUSPENDED,
        prices=priced,
        cost=lambda start, end: cost(priced(start, end), end, wh),
        standing_charge=millipence(now("standing_charge")),
        one_balance=False,
    )
    if not common.prepayment:
        return common
    disabled, emergency = _SUSPENDED[mode]
    return common._replace(
        supplied=meter.supply is not Supply.OFF,
        disablement_threshold=now("cut_off_value"),
        suspend_debt_disabled=disabled,
        suspend_debt_emergency=emergency,
        low_credit=now("low_credit_warning_level"),
        emergency_limit=now("emergency_credit_limit"),
        emergency_threshold=now("emergency_credit_threshold"),
        greatest_balance=now("max_credit_limit"),
        greatest_top_up=now("max_credit_per_top_up"),
        debts=(_debt(now, 1), _debt(now, 2)),
        debt_share=now("debt_recovery_top_up_percentage_3"),
        debt_cap=now("overall_debt_cap"),
    )


def _debt(now: Callable[[str], int], number: int) -> Debt:
    period = _PERIODS.get(now(f"debt_recovery_frequency_{number}"), DAY)
    return Debt(now(f"debt_recovery_amount_{number}"), period)


ACCOUNTING: Final = Accounting(_prepays, _terms, spared_until)


def _held(name: str) -> Source:
    return lambda subject: getattr(ACCOUNTING.balances(subject.device, subject.moment), name)


def _bill(subject: Subject) -> int:
    """What is owed in credit mode; the attribute cannot say that a supplier owes."""
    return max(0, ACCOUNTING.balances(subject.device, subject.moment).bill)


SOURCES: Final[Mapping[str, Source]] = {
    "credit_remaining": _held("meter_balance"),
    "emergency_credit_remaining": _held("emergency_credit"),
    "accumulated_debt": _held("accumulated_debt"),
    "debt_amount_1": _held("time_debt_1"),
    "debt_amount_2": _held("time_debt_2"),
    "debt_amount_3": _held("payment_debt"),
    "bill_to_date_delivered": _bill,
}


def consumer_top_up(request: Request) -> Answers:
    """Add credit for a genuine UTRN; refuse any other."""
    exchange, values = request.exchange, request.values
    digits = values["top_up_code"].decode("latin-1")
    credited = ACCOUNTING.top_up(
        exchange.device, digits, exchange.now, exchange.reaction, counter_of(exchange)
    )
    source = values["originating_device"]
    if not credited.accepted:
        refused = {
            "result_type": 1, "top_up_value": -1, "source_of_top_up": source, "credit_remaining": -1,
        }  # fmt: skip
        return [(c.CONSUMER_TOP_UP_RESPONSE, refused)]
    answer = {
        "result_type": 0, "top_up_value": credited.amount, "source_of_top_up": source,
        "credit_remaining": credited.balance,
    }  # fmt: skip
    return [(c.CONSUMER_TOP_UP_RESPONSE, answer)]


def select_emergency_credit(request: Request) -> Answers:
    """Lend the emergency credit that is offered."""
    exchange = request.exchange
    if not ACCOUNTING.activate_emergency_credit(exchange.device, exchange.now, exchange.reaction):
        raise CannotDo(Status.FAILURE, "no emergency credit is offered")
    return ()


def get_top_up_log(request: Request) -> Answers:
    """The last top-ups of a period, newest first."""
    found = [
        each for each in payments.top_ups(request.subject.device.memory) if _in_period(request, each.moment)
    ]
    rows = [
        {
            "top_up_code": each.digits.encode(), "top_up_amount": each.amount,
            "top_up_time": write_time(each.moment),
        }
        for each in reversed(found)
    ][: request.values["number_of_records"]]  # fmt: skip
    return _found(c.PUBLISH_TOP_UP_LOG, "top_ups", rows)


def get_debt_repayment_log(request: Request) -> Answers:
    """The last payments of a period towards the payment debt, oldest first."""
    found = [
        each
        for each in payments.collections(request.subject.device.memory)
        if _in_period(request, each.moment)
    ]
    rows = [
        {
            "collection_time": write_time(each.moment), "amount_collected": each.amount,
            "debt_type": _PAYMENT_DEBT, "outstanding_debt": each.outstanding,
        }
        for each in found[-request.values["number_of_debts"] :]
    ]  # fmt: skip
    return _found(c.PUBLISH_DEBT_LOG, "collections", rows)


def _in_period(request: Request, moment: datetime) -> bool:
    if moment > request.subject.moment or write_time(moment) > request.values["latest_end_time"]:
        return False
    return request.since is None or moment >= request.since


def _found(command: c.Command, name: str, rows: Sequence[Values]) -> Answers:
    if not rows:
        raise CannotDo(Status.NOT_FOUND, "nothing is logged of that period")
    return [(command, {name: rows})]


def credit_adjustment(request: Request) -> Answers:
    """Add to or set the balance of prepayment mode, or the bill of credit mode, which falls by what is added.

    Setting the balance of prepayment mode resets emergency credit and accumulated debt too (SMETS 4.5.3).
    """
    kind, amount = request.values["credit_adjustment_type"], request.values["credit_adjustment_value"]

    def change(account: Account) -> None:
        if kind == ADD_TO_PREPAYMENT_BALANCE:
            account.balance += amount * MICRO
        elif kind == SET_PREPAYMENT_BALANCE:
            account.balance = amount * MICRO
            account.emergency = account.lent = account.accumulated = 0
        elif kind == ADD_TO_CREDIT_BALANCE:
            account.bill += amount * MICRO
        elif kind == SET_CREDIT_BALANCE:
            account.bill = -amount * MICRO
        else:
            raise CannotDo(Status.INVALID_VALUE, f"there is no adjustment {kind}")

    ACCOUNTING.change(request.exchange.device, request.exchange.now, request.exchange.reaction, change)
    return ()


def change_debt(request: Request) -> Answers:
    """Add to a debt register and set how it is recovered."""
    server, exchange, values = request.server, request.exchange, request.values
    device = exchange.device
    number = _NUMBERS.get(values["debt_amount_type"])
    if number is None:
        raise CannotDo(Status.INVALID_VALUE, "no such debt")

    def change(account: Account) -> None:
        account.debts[number - 1] = max(0, account.debts[number - 1] + values["debt_amount"] * MICRO)

    with device.changing(exchange.now, exchange.reaction):
        if number == 3:
            server.set(
                device, "debt_recovery_top_up_percentage_3", values["debt_recovery_balance_percentage"]
            )
        else:
            server.set(device, f"debt_recovery_frequency_{number}", values["debt_recovery_frequency"])
            server.set(device, f"debt_recovery_amount_{number}", values["debt_recovery_amount"])
    ACCOUNTING.change(device, exchange.now, exchange.reaction, change)
    return ()
