"""The account of an electricity meter: what its COSEM objects say of payment, and what pays and is paid."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final, cast

from gbsmart.devices.accounting import Accounting, counter_of
from gbsmart.devices.consumption import Register
from gbsmart.devices.cosem import FAMILY, CosemServer, Effect, Source, View
from gbsmart.devices.device import Device
from gbsmart.devices.exchange import CannotDo, Exchange
from gbsmart.devices.meter import Meter, Supply
from gbsmart.devices.money import MICRO, Account, Terms
from gbsmart.devices.tariff import cost, prices, switches
from gbsmart.gbcs.dlms.apdu import Ref, Result
from gbsmart.gbcs.dlms.objects.attribute import Attribute
from gbsmart.gbcs.dlms.objects.prepayment import (
    ADJUST_METER_BALANCE,
    BALANCES,
    CREDIT_CHARGES,
    CREDIT_MODE,
    DISABLEMENT_THRESHOLD,
    EMERGENCY_CREDIT_LIMIT,
    EMERGENCY_CREDIT_THRESHOLD,
    ENTER_TOKEN,
    GREATEST_BALANCE,
    GREATEST_TOP_UP,
    LOW_CREDIT_THRESHOLD,
    PAYMENT_MODE,
    PREPAYMENT_MODE,
    RESET_ACCUMULATED_DEBT,
    RESET_EMERGENCY_CREDIT,
    RESET_METER_BALANCE,
)
from gbsmart.gbcs.dlms.objects.tariff import (
    BLOCK_ACTION,
    DAYS,
    IMPORT_TARIFF,
    SEASONS,
    SPECIAL_DAYS,
    STANDING_CHARGE,
    WEEKS,
)
from gbsmart.ground import InvalidValue

_FIRST_BLOCK: Final = 0xA0
_MILLIPENCE: Final = 5
"""A millipence is 10^-5 of the currency."""


def price_of(prices: Mapping[int, int], action: int) -> int:
    """The price of what the switching table names: a TOU register, or the first block of a block register.

    No block is ever used up (assumed).
    """
    index = action if action < BLOCK_ACTION else _FIRST_BLOCK + action - BLOCK_ACTION
    return max(0, prices.get(index, 0))


def _scaled(amount: int, scale: int) -> int:
    """An amount times a power of ten in millipence, rounded down."""
    shift = scale + _MILLIPENCE
    return amount * int(10**shift) if shift >= 0 else amount // int(10**-shift)


def _prepays(device: Device, moment: datetime) -> bool:
    server = cast("CosemServer", device.servers[FAMILY])
    return bool(server.read(device, PAYMENT_MODE, moment)["mode"] == PREPAYMENT_MODE)


def _terms(device: Device, moment: datetime) -> Terms:
    server, meter = cast("CosemServer", device.servers[FAMILY]), cast("Meter", device.state)

    def now(attribute: Attribute) -> Any:
        return server.read(device, attribute, moment)

    tables = now(SEASONS), now(WEEKS), now(DAYS), now(SPECIAL_DAYS)
    tariff, standing = now(IMPORT_TARIFF), now(STANDING_CHARGE)

    def priced(start: datetime, end: datetime) -> Iterator[tuple[datetime, int]]:
        return prices(
            switches(*tables, start, end),
            lambda action: _scaled(price_of(tariff["prices"], action), tariff["scale"]),
        )

    def costs(start: datetime, end: datetime) -> int:
        return cost(priced(start, end), end, lambda at: meter.reads(Register.ACTIVE_IMPORT, at))

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
    )


ACCOUNTING: Final = Accounting(FAMILY, _prepays, _terms)


def _balances(view: View) -> dict[str, int]:
    held = ACCOUNTING.balances(view.device, view.moment)
    return {
        "meter_balance": held.meter_balance,
        "emergency_credit_balance": held.emergency_credit,
        "accumulated_debt_register": held.accumulated_debt,
        "time_debt_register_1": held.time_debt_1,
        "time_debt_register_2": held.time_debt_2,
        "payment_debt_register": held.payment_debt,
    }


SOURCES: Final[Mapping[Ref, Source]] = {BALANCES.ref: _balances}


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
}

INITIAL: Final[Mapping[Ref, Any]] = {
    PAYMENT_MODE.ref: {"mode": CREDIT_MODE, "status": 2},
    CREDIT_CHARGES.ref: {"twin_element": False},
    DISABLEMENT_THRESHOLD.ref: 0,
    EMERGENCY_CREDIT_LIMIT.ref: 500_000,
    EMERGENCY_CREDIT_THRESHOLD.ref: 100_000,
    LOW_CREDIT_THRESHOLD.ref: 200_000,
    GREATEST_TOP_UP.ref: 0,
    GREATEST_BALANCE.ref: 0,
}
"""Credit mode; emergency credit of 5 pounds is offered below 1 pound, low credit reported below 2."""
