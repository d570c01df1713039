"""What a command must pass before a device executes it (GBCS 6.2, 6.3; the order itself is assumed)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from gbsmart.devices.credentials import ROOT, Cell, cell
from gbsmart.devices.meddling import seen
from gbsmart.gbcs import catalogue
from gbsmart.gbcs.catalogue import MessageRules, Protection
from gbsmart.gbcs.contingency import is_by_contingency, verify_contingency
from gbsmart.gbcs.envelope import Cra, Message
from gbsmart.gbcs.protection import Check, verify_mac_with, verify_signature
from gbsmart.ground import GbsmartError
from gbsmart.keys import Certificate, KeyUse, RemotePartyRole

if TYPE_CHECKING:
    from gbsmart.devices.device import Device

_ACB: Final = RemotePartyRole.ACCESS_CONTROL_BROKER

NO_AUTHORITY, NOT_AUTHENTIC, NOT_TRUSTED = 0x8F30, 0x8F53, 0x8F3D
FORMAT_FAILED, NOT_FOR_ME, NOT_SUPPORTED = 0x8F1E, 0x8F3E, 0x8F85
"""Event codes (GBCS 16.2). Which failure is logged under which code is partly assumed."""


class Refused(GbsmartError):
    """A command that fails a check; ``code`` is the entry of the security log."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(slots=True)
class Arrival:
    """A command on its way through the checks; each check adds what it found."""

    message: Message
    at: datetime
    rules: MessageRules | None = None
    role: RemotePartyRole | None = None


def is_for_me(device: Device, arrival: Arrival) -> None:
    """A command, and its business target is this device."""
    header = arrival.message.header
    if header.cra != Cra.COMMAND or header.recipient != device.eui:
        raise Refused(NOT_FOR_ME, f"a {header.cra.name.lower()} for {header.recipient}")


def is_supported(device: Device, arrival: Arrival) -> None:
    """The message code is one of a command that devices of this type and GBCS version take."""
    code = arrival.message.header.message_code
    rules = catalogue.commands().get(code)
    if rules is None or device.kind not in rules.devices:
        raise Refused(NOT_SUPPORTED, f"a {device.kind} takes no command {code:04X}")
    if not device.edition.has(code, device.kind):
        of = f"of GBCS {device.edition.number}"
        raise Refused(NOT_SUPPORTED, f"a {device.kind} {of} takes no command {code:04X}")
    arrival.rules = rules


def is_protected_as_the_rules_say(_device: Device, arrival: Arrival) -> None:
    """Signature and MAC are there where they must be, and only there."""
    assert arrival.rules is not None
    found = (arrival.message.signature is not None, arrival.message.mac is not None)
    if found not in _PRESENT[arrival.rules.command]:
        raise Refused(NOT_AUTHENTIC, f"not protected by {arrival.rules.command}")


def mac_is_right(device: Device, arrival: Arrival) -> None:
    """The MAC is by the Access Control Broker in this device's cell."""
    if arrival.message.mac is None:
        return
    acb = _found(device, arrival, cell(_ACB, KeyUse.KEY_AGREEMENT), "dcc")
    if acb is None:
        raise Refused(NOT_AUTHENTIC, "there is no Access Control Broker to check the MAC with")
    secret = device.credentials.agree(device.eui, acb)
    if verify_mac_with(arrival.message, secret) is not Check.VALID:
        raise Refused(NOT_AUTHENTIC, "the MAC does not verify")


def originator_may(device: Device, arrival: Arrival) -> None:
    """The originator is in a cell of a role that may send this command."""
    assert arrival.rules is not None
    originator = arrival.message.header.originator
    if is_by_contingency(arrival.message):
        arrival.role = RemotePartyRole.ROOT  # no cell names its holder: the signature tells
        return
    role = device.credentials.role_of(originator, arrival.rules.roles)
    if role is None:
        raise Refused(NO_AUTHORITY, f"{originator} may not send {arrival.rules.title!r}")
    if (
        arrival.message.signature is None
        and device.credentials.in_cell(cell(role, KeyUse.KEY_AGREEMENT)) is None
    ):
        raise Refused(NO_AUTHORITY, f"there is no key to answer {originator} under a MAC")
    arrival.role = role


def party_may(_device: Device, arrival: Arrival) -> None:
    """Supplementary fields stand for an Unknown Remote Party, and come from the ACB."""
    other = arrival.message.header.other
    if other.party is not None and arrival.role is not _ACB:
        raise Refused(NO_AUTHORITY, "only the Access Control Broker speaks for an Unknown Remote Party")


def signature_is_right(device: Device, arrival: Arrival) -> None:
    """A signature is by the originator's signing certificate in the cell of its role."""
    if arrival.message.signature is None:
        return
    assert arrival.role is not None
    if arrival.role is RemotePartyRole.ROOT:
        if verify_contingency(arrival.message, device.credentials.in_cell(ROOT)) is not Check.VALID:
            raise Refused(NOT_TRUSTED, "the signature is not by the contingency key of the root")
        return
    signer = _found(device, arrival, cell(arrival.role, KeyUse.DIGITAL_SIGNATURE), "user")
    if signer is None or verify_signature(arrival.message, signer) is not Check.VALID:
        raise Refused(NOT_TRUSTED, "the signature does not verify")


def counter_has_risen(device: Device, arrival: Arrival) -> None:
    """Where the command is protected against replay, its counter is above the highest so far."""
    assert arrival.rules is not None
    assert arrival.role is not None
    if not arrival.rules.replay_protection:
        return
    highest = device.credentials.counter(arrival.role, top_up=arrival.rules.top_up)
    if arrival.message.header.counter <= highest:
        raise Refused(NOT_AUTHENTIC, f"counter {arrival.message.header.counter} is not above {highest}")


def _found(device: Device, arrival: Arrival, which: Cell, whose: str) -> Certificate | None:
    """The certificate in a cell, with which a command is checked."""
    held = device.credentials.in_cell(which)
    if held is None or not device.faults.awake:
        return held
    return seen(device, arrival.message.header, held, whose, arrival.at)


CHECKS: Final[Sequence[Callable[[Device, Arrival], None]]] = (
    is_for_me,
    is_supported,
    is_protected_as_the_rules_say,
    mac_is_right,
    originator_may,
    party_may,
    signature_is_right,
    counter_has_risen,
)
"""What a command must pass, in this order, before it is executed."""

# (signed, under a MAC)
_PRESENT: Final[Mapping[Protection, frozenset[tuple[bool, bool]]]] = {
    Protection.MAC: frozenset({(False, True)}),
    Protection.SIGNATURE: frozenset({(True, False)}),
    Protection.SIGNATURE_AND_MAC: frozenset({(True, True)}),
    Protection.MAC_OR_SIGNATURE: frozenset({(False, True), (True, False)}),
    Protection.DEVICE_MAC: frozenset(),  # between devices: never by way of the hub
    Protection.AS_COMMAND: frozenset(),
}
