"""What faults do in a device to a command and its response. Only entered while some fault is on.

The device stays true to itself: a counter that it has accepted stays accepted, what it has done is done.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from enum import IntEnum
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from gbsmart.devices import faults
from gbsmart.devices.payload import Payload
from gbsmart.devices.results import AsnStatus, Status
from gbsmart.gbcs import codec
from gbsmart.gbcs.catalogue import MessageRules
from gbsmart.gbcs.dlms.apdu import Result
from gbsmart.gbcs.envelope import Header
from gbsmart.ground import Fault, Strike
from gbsmart.keys import Certificate, Spoil, UnknownCertificate, spoil

if TYPE_CHECKING:
    from gbsmart.devices.device import Device

_OF_FAMILY: Final[dict[str, tuple[Fault, type[IntEnum]]]] = {
    "DLMS": (faults.DLMS_RESULT, Result),
    "GBZ": (faults.ZCL_STATUS, Status),
    "ASN1": (faults.ASN1_STATUS, AsnStatus),
}


class Failing(NamedTuple):
    """That an item of a command fails, with which result code of its family."""

    item: int
    code: int
    strike: Strike

    def at(self, item: int) -> int | None:
        """The result of an item (from 1) that is to fail, recorded; ``None`` for every other."""
        if item != self.item:
            return None
        self.strike.record(f"item {item}: {self.strike['result']}")
        return self.code


class Meddling:
    """What the faults that are on do to one command that a device has admitted."""

    def __init__(self, device: Device, header: Header, rules: MessageRules, payload: Payload) -> None:
        self._faults = device.faults
        found = codec.find_form(header, payload.tree)
        self._family = rules.family
        self._where: dict[str, Any] = {
            "device": device.eui, "type": device.kind, "code": f"{header.message_code:04X}",
            "form": "" if found is None else found[0].name,
        }  # fmt: skip
        self._about = about(header)

    def refusal(self) -> str:
        """The check that the command is to fail; ``""`` for none."""
        strike = self._strike(faults.REFUSES)
        return "" if strike is None else str(strike["reason"])

    def failing(self) -> Failing | None:
        """The item that is to fail. Recorded once it has: a command may have fewer items."""
        fault, codes = _OF_FAMILY[self._family]
        strike = self._faults.decide(fault, about=self._about, **self._where)
        if strike is None:
            return None
        code = next(each for each in codes if faults.named(each) == strike["result"])
        return Failing(strike["item"], int(code), strike)

    def answering(self, header: Header) -> Header:
        """The header of the response."""
        strike = self._strike(faults.WRONG_COUNTER)
        return header if strike is None else replace(header, counter=header.counter + strike["by"])

    def silences(self) -> bool:
        """Whether the response is never sent."""
        return self._strike(faults.SILENT) is not None

    def _strike(self, fault: Fault) -> Strike | None:
        return self._faults.strike(fault, about=self._about, **self._where)


def seen(device: Device, header: Header, held: Certificate, whose: str, now: datetime) -> Certificate | None:
    """The certificate that a device finds in a cell where it holds ``held``; ``None`` for none."""
    strike = device.faults.strike(
        faults.CREDENTIALS, about=about(header), device=device.eui, type=device.kind,
        code=f"{header.message_code:04X}", whose=whose,
    )  # fmt: skip
    if strike is None:
        return held
    try:
        return spoil(held, Spoil(strike["how"]), now)
    except UnknownCertificate:
        return None


def about(header: Header) -> str:
    """A command by its originator, its target and its counter: the RequestID, of a User's own."""
    return f"{header.originator}:{header.recipient}:{header.counter}"
