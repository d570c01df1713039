"""The prepayment meter interface device (PPMID, Schedule 9): what a display shows, and prepayment beside it.

The consumer tops up either meter at it by typing in a UTRN: it carries the digits to that meter over the
home's own network and shows what the meter answers. It holds no money of its own. The DCC addresses it as
a Type 1 device: it knows the Access Control Broker, and no supplier.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from gbsmart.devices import gsme
from gbsmart.devices.asn1 import AsnServer
from gbsmart.devices.credentials import Credentials
from gbsmart.devices.device import Device
from gbsmart.devices.memory import Memory
from gbsmart.devices.zcl import Subject
from gbsmart.ground import Eui64

if TYPE_CHECKING:
    from gbsmart.devices.home import Home

KIND: Final = "PPMID"


class Balance(NamedTuple):
    """What a meter in prepayment holds, in 10^-5 pounds."""

    credit: int
    emergency_credit: int
    debt: int


class Prepayment(NamedTuple):
    """What it shows beside use and cost; ``gas`` as the gas proxy last heard it."""

    gas: Balance


def device(eui: Eui64, memory: Memory, credentials: Credentials, home: Home) -> Device:
    """A prepayment meter interface device."""
    return Device(eui, KIND, memory, credentials, {"ASN1": AsnServer()}, home)


def prepayment(home: Home, now: datetime) -> Prepayment:
    """What a PPMID in ``home`` shows of the meters' prepayment."""
    subject = Subject(home.devices[gsme.KIND], home.last_contact(now))

    def reads(*names: str) -> int:
        return sum(int(gsme.server().read(subject, name)) for name in names)

    debts = ("accumulated_debt", "debt_amount_1", "debt_amount_2", "debt_amount_3")
    return Prepayment(Balance(reads("credit_remaining"), reads("emergency_credit_remaining"), reads(*debts)))
