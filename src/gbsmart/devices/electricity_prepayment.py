"""The account of an electricity meter: what its COSEM objects say of payment, and what pays and is paid."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Final, cast

from gbsmart.devices import electricity_secondary
from gbsmart.devices.accounting import Accounting, Balances, counter_of
from gbsmart.devices.consumption import Register
from gbsmart.devices.cosem import Effect, Source, read, server_of
from gbsmart.devices.device import Device
from gbsmart.devices.electricity_price import tariff_of
from gbsmart.devices.exchange import CannotDo, Exchange
from gbsmart.devices.meter import Meter, Supply
from gbsmart.devices.money import MICRO, Account, Debt, Terms
from gbsmart.devices.selection import View
from gbsmart.devices.tariff import cost
from gbsmart.devices.timetable import spared_until
from gbsmart.gbcs.dlms.apdu import Ref, Result
from gbsmart.gbcs.dlms.objects.attribute import Attribute
from gbsmart.gbcs.dlms.objects.prepayment import (
    ACTIVATE_DEBT_RECOVERY_RATES,
    ACTIVATE_EMERGENCY_CREDIT,
    ADJUST_METER_BALANCE,
    ADJUST_PAYMENT_DEBT,
    ADJUST_TIME_DEBTS,
    BALANCES,
    CREDIT_CHARGES,
    CREDIT_MODE,
    DEBT_RECOVERY_PER_PAYMENT,
    DEBT_RECOVERY_PERIODS,
    DEBT_RECOVERY_RATE_CAP,
    DEBT_RECOVERY_RATES,
    DISABLEMENT_THRESHOLD,
    DISABLEMENT_THRESHOLD_MONITORED,
    EMERGENCY_CREDIT_LIMIT,
    EMERGENCY_CREDIT_THRESHOLD,
    ENTER_TOKEN,
    GREATEST_BALANCE,
    GREATEST_TOP_UP,
    LOW_CREDIT_THRESHOLD,
    METER_BALANCE_VALUE,
    NON_DISABLEMENT_SCHEDULE,
    NON_DISABLEMENT_SPECIAL_DAYS,
    PAYMENT_MODE,
    PREPAYMENT_MODE,
    RESET_ACCUMULATED_DEBT,
    RESET_EMERGENCY_CREDIT,
    RESET_METER_BALANCE,
)
from gbsmart.gbcs.dlms.objects.tariff import STANDING_CHARGE
from gbsmart.ground import InvalidValue

_CURRENCY_UNIT: Final = 100_000
"""A whole unit of the currency in millipence."""
_MILLIPENCE: Final = 5
"""A millipence is 10^-5 of the currency."""


def _scaled(amount: int, scale: int) -> int:
    """An amount times a power of ten in millipence, rounded down."""
    shift = scale + _MILLIPENCE
    return amount * int(10**shift) if shift >= 0 else amount // int(10**-shift)


def _prepays(device: Device, moment: datetime) -> bool:
    return bool(read(device, PAYMENT_MODE, moment)["mode"] == PREPAYMENT_MODE)


def _terms(device: Device, moment: datetime) -> Terms:
    server, meter = server_of(device), cast("Meter", device.state)

    def now(attribute: Attribute) -> Any:
        return server.read(device, attribute, moment)

    tariff, standing = tariff_of(device, moment), now(STANDING_CHARGE)

    @lru_cache(maxsize=1)  # what is noted of the prices and what it cost are asked of the same time
    def priced(start: datetime, end: datetime) -> Sequence[tuple[datetime, int]]:
        return [(at, _scaled(price, tariff.scale)) for at, price in tariff.priced(start, end)]

    twin = electricity_secondary.is_twin(device)

    def costs(start: datetime, end: datetime) -> int:
        used = cost(priced(start, end), end, lambda at: meter.reads(Register.ACTIVE_IMPORT, at))
        if not twin:
            return used
        scale = electricity_secondary.scale(device, moment)
        steps = electricity_secondary.priced(device, start, end)
        other = ((at, _scaled(price, scale)) for at, price in steps)
        return used + cost(other, end, lambda at: electricity_secondary.reads(meter, at))

    common = Terms(
        prepayment=_prepays(device, moment),
        prices=priced,
        cost=costs,
        standing_charge=_scaled(standing["charge"], standing["scale"]),
    )
    if not common.prepayment:
        return common
    suspended = now(CREDIT_CHARGES)
    return common._replace(
        supplied=meter.supply is not Supply.OFF,
        disablement_threshold=now(DISABLEMENT_THRESHOLD),
        suspend_debt_disabled=suspended.get("suspend_debt_disabled", False),
        suspend_debt_emergency=suspended.get("suspend_debt_emergency", False),
        low_credit=now(LOW_CREDIT_THRESHOLD),
        emergency_limit=now(EMERGENCY_CREDIT_LIMIT),
        emergency_threshold=now(EMERGENCY_CREDIT_THRESHOLD),
        greatest_balance=now(GREATEST_BALANCE),
        greatest_top_up=now(GREATEST_TOP_UP),
        debts=(_debt(now, 0), _debt(now, 1)),
        debt_share=now(DEBT_RECOVERY_PER_PAYMENT),
        debt_cap=now(DEBT_RECOVERY_RATE_CAP) * _CURRENCY_UNIT,
    )


def _debt(now: Callable[[Attribute], Any], number: int) -> Debt:
    """How time debt ``number`` (from 0) is recovered."""
    rate, seconds = now(DEBT_RECOVERY_RATES[number]), now(DEBT_RECOVERY_PERIODS[number])
    return Debt(_scaled(rate["charge"], rate["scale"]), timedelta(seconds=seconds))


def _spared_until(device: Device, moment: datetime) -> datetime | None:
    schedule, special = NON_DISABLEMENT_SCHEDULE, NON_DISABLEMENT_SPECIAL_DAYS
    return spared_until(read(device, schedule, moment), read(device, special, moment), moment)


ACCOUNTING: Final = Accounting(_prepays, _terms, _spared_until)


def registers_of(held: Balances) -> dict[str, int]:
    """Balances and debts under the names of the prepayment registers."""
    return {
        "meter_balance": held.meter_balance,
        "emergency_credit_balance": held.emergency_credit,
        "accumulated_debt_register": held.accumulated_debt,
        "time_debt_register_1": held.time_debt_1,
        "time_debt_register_2": held.time_debt_2,
        "payment_debt_register": held.payment_debt,
    }


def _balances(view: View) -> dict[str, int]:
    return registers_of(ACCOUNTING.balances(view.device, view.moment))


SOURCES: Final[Mapping[Ref, Source]] = {
    BALANCES.ref: _balances,
    METER_BALANCE_VALUE.ref: lambda view: _balances(view)["meter_balance"],
    DISABLEMENT_THRESHOLD_MONITORED.ref: lambda view: read(view.device, DISABLEMENT_THRESHOLD, view.moment),
}


def _change(exchange: Exchange, change: Callable[[Account], None]) -> None:
    try:
        ACCOUNTING.change(exchange.device, exchange.now, exchange.reaction, change)
    except InvalidValue as wrong:
        raise CannotDo(Result.OTHER_REASON, str(wrong)) from None


def _adjust(exchange: Exchange, amount: int) -> None:
    def change(account: Account) -> None:
        account.balance += amount * MICRO

    _change(exchange, change)


def _reset(*names: str) -> Effect:
    def change(account: Account) -> None:
        for name in names:
            setattr(account, name, 0)

    return lambda exchange, _argument: _change(exchange, change)


def _adjust_debt(number: int) -> Effect:
    """Debts are 0 and 1, recovered by time, and 2, recovered by payments; none falls below nothing."""

    def effect(exchange: Exchange, amount: int) -> None:
        def change(account: Account) -> None:
            account.debts[number] = max(0, account.debts[number] + amount * MICRO)

        _change(exchange, change)

    return effect


def _bring_into_force(attribute: Attribute) -> Effect:
    """What was written passive is in force from now on."""
    activation = attribute.activation
    assert activation is not None

    def effect(exchange: Exchange, _argument: Any) -> None:
        device = exchange.device
        server_of(device).bring_into_force(device, activation, exchange.now, exchange.reaction)

    return effect


def _lend(exchange: Exchange, _argument: Any) -> None:
    if not ACCOUNTING.activate_emergency_credit(exchange.device, exchange.now, exchange.reaction):
        raise CannotDo(Result.OTHER_REASON, "no emergency credit is offered")


def _enter(exchange: Exchange, digits: str) -> None:
    credited = ACCOUNTING.top_up(
        exchange.device, digits, exchange.now, exchange.reaction, counter_of(exchange)
    )
    if credited.refusal is not None:
        raise CannotDo(Result.OTHER_REASON, credited.refusal.reason)


EFFECTS: Final[Mapping[str, Effect]] = {
    ADJUST_METER_BALANCE.name: _adjust,
    RESET_METER_BALANCE.name: _reset("balance"),
    RESET_EMERGENCY_CREDIT.name: _reset("emergency", "lent"),
    RESET_ACCUMULATED_DEBT.name: _reset("accumulated"),
    ENTER_TOKEN.name: _enter,
    ACTIVATE_EMERGENCY_CREDIT.name: _lend,
    ADJUST_PAYMENT_DEBT.name: _adjust_debt(2),
    **{each.name: _adjust_debt(number) for number, each in enumerate(ADJUST_TIME_DEBTS)},
    **{
        method.name: _bring_into_force(rate)
        for method, rate in zip(ACTIVATE_DEBT_RECOVERY_RATES, DEBT_RECOVERY_RATES, strict=True)
    },
}
TERMS: Final = frozenset(
    each.ref for each in (*DEBT_RECOVERY_PERIODS, DEBT_RECOVERY_PER_PAYMENT, GREATEST_BALANCE)
)
"""What the account goes by and a command writes at once."""

INITIAL: Final[Mapping[Ref, Any]] = {
    PAYMENT_MODE.ref: {"mode": CREDIT_MODE, "status": 2},
    CREDIT_CHARGES.ref: {"twin_element": False},
    DISABLEMENT_THRESHOLD.ref: 0,
    EMERGENCY_CREDIT_LIMIT.ref: 500_000,
    EMERGENCY_CREDIT_THRESHOLD.ref: 100_000,
    LOW_CREDIT_THRESHOLD.ref: 200_000,
    GREATEST_TOP_UP.ref: 0,
    GREATEST_BALANCE.ref: 0,
    **{each.ref: {"scale": 0, "charge": 0} for each in DEBT_RECOVERY_RATES},
    **{each.ref: 86_400 for each in DEBT_RECOVERY_PERIODS},
    DEBT_RECOVERY_PER_PAYMENT.ref: 0,
    DEBT_RECOVERY_RATE_CAP.ref: 0,
}
"""Credit mode; emergency credit of 5 pounds is offered below 1 pound, low credit reported below 2."""
