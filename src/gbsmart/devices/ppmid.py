"""The prepayment meter interface device (PPMID, Schedule 9): what a display shows, and prepayment beside it.

The consumer tops up either meter at it by typing in a UTRN: it carries the digits to the meter they are for
over the home's own network and shows what the meter answers. It holds no money of its own. The DCC addresses
it as a Type 1 device: it knows the Access Control Broker, and no supplier.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from gbsmart.devices import electricity_prepayment, esme, gas_prepayment, gsme
from gbsmart.devices.accounting import Accounting
from gbsmart.devices.asn1 import AsnServer
from gbsmart.devices.credentials import Credentials
from gbsmart.devices.device import Device
from gbsmart.devices.memory import Memory
from gbsmart.ground import Eui64

if TYPE_CHECKING:
    from gbsmart.devices.home import Home

KIND: Final = "PPMID"


class Balance(NamedTuple):
    """What a meter holds, in 10^-5 pounds, and its payment ``mode``: ``credit`` or ``prepayment``."""

    credit: int
    emergency_credit: int
    debt: int
    mode: str = "prepayment"


class Prepayment(NamedTuple):
    """What it shows beside use and cost; ``gas`` as the gas proxy last heard it."""

    electricity: Balance
    gas: Balance


def device(eui: Eui64, memory: Memory, credentials: Credentials, home: Home) -> Device:
    """A prepayment meter interface device."""
    return Device(eui, KIND, memory, credentials, {"ASN1": AsnServer()}, home)


def prepayment(home: Home, now: datetime) -> Prepayment:
    """What a PPMID in ``home`` shows of the meters' prepayment."""
    heard = home.last_contact(now)
    return Prepayment(
        _balance(electricity_prepayment.ACCOUNTING, home.devices[esme.KIND], now),
        _balance(gas_prepayment.ACCOUNTING, home.devices[gsme.KIND], heard),
    )


def meter_for(home: Home, digits: str) -> Device:
    """The meter that a UTRN typed in at the PPMID goes to: the one it was made for.

    One that was made for neither goes to the electricity meter, which refuses it (assumed).
    """
    electricity, gas = home.devices[esme.KIND], home.devices[gsme.KIND]
    return gas if gas_prepayment.ACCOUNTING.recognises(gas, digits) else electricity


def _balance(accounting: Accounting, meter: Device, moment: datetime) -> Balance:
    held = accounting.balances(meter, moment)
    debts = held.accumulated_debt + held.time_debt_1 + held.time_debt_2 + held.payment_debt
    mode = "prepayment" if accounting.prepays(meter, moment) else "credit"
    return Balance(held.meter_balance, held.emergency_credit, debts, mode)
