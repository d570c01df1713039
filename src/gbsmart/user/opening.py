"""Reading the GBCS message inside a Response: proven, decrypted with the User's keys, every value named.

Only here, in the User's own hands, are a consumer's encrypted values opened: the DCC has no key for them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from gbsmart.duis import RequestId
from gbsmart.gbcs import Cra, Message, codec
from gbsmart.gbcs.form import Outcome
from gbsmart.gbcs.protection import Check, NotAuthentic, verify_mac, verify_signature_with
from gbsmart.ground import Eui64
from gbsmart.keys import Keyring, KeyUse, UnknownCertificate
from gbsmart.user.errors import NotGenuine


@dataclass(frozen=True, slots=True)
class Opened:
    """A device's message. ``form`` is its use case, ``""`` where no form is declared for it yet.

    ``values`` are what the form names: of a response those that the device delivered, with ``outcome``
    saying what it refused. ``mac`` and ``signature`` say what the checks found.
    """

    octets: bytes = field(repr=False)
    message: Message = field(repr=False)
    mac: Check
    signature: Check
    form: str = ""
    title: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    outcome: Outcome | None = None

    @property
    def device(self) -> Eui64:
        """Who says it."""
        return self.message.header.originator

    @property
    def proven(self) -> bool:
        """Whether MAC or signature proves, here, that the device said it.

        A response addressed to the Access Control Broker cannot be proven by the User: the DCC checked it
        and vouches with its own signature on the Response.
        """
        return Check.VALID in (self.mac, self.signature)


def needs(octets: bytes) -> tuple[Eui64, tuple[KeyUse, ...]]:
    """The device whose certificates reading a message needs, and which; :class:`MalformedMessage`."""
    message = Message.parse(octets)
    uses = [KeyUse.KEY_AGREEMENT]
    if message.signature is not None:
        uses.append(KeyUse.DIGITAL_SIGNATURE)
    return message.header.originator, tuple(uses)


def open_message(octets: bytes, keyring: Keyring, user: Eui64, acb: Eui64) -> Opened:
    """Check and read a device's response or alert.

    Raises :class:`~gbsmart.ground.MalformedMessage`; :class:`NotGenuine` where MAC or signature is wrong,
    where a sealed value was altered, or where the message is addressed to ``user`` and neither MAC nor
    signature can be checked for want of a certificate.
    """
    message = Message.parse(octets)
    header = message.header
    mac = verify_mac(message, keyring, acb)
    signature = _signature(message, keyring)
    for name, check in (("MAC", mac), ("signature", signature)):
        if check is Check.INVALID:
            raise NotGenuine(f"the {name} of the message from {header.originator} is wrong")
    if header.recipient == user and Check.VALID not in (mac, signature):
        raise NotGenuine(
            f"the message from {header.originator} cannot be checked: its certificate is not held",
            remedy="Import the device's certificates, or give the address of the SMKI Repository.",
        )
    try:
        reading = codec.read(message, keyring)
    except NotAuthentic as altered:
        raise NotGenuine(f"what {header.originator} sealed was altered: {altered.message}") from None
    if reading is None:
        return Opened(octets, message, mac, signature)
    outcome = reading.values if isinstance(reading.values, Outcome) else None
    values = outcome.values if outcome else reading.values
    return Opened(octets, message, mac, signature, reading.form.name, reading.form.title, values, outcome)


def check_answers(opened: Opened, request_id: RequestId, asked_by: Eui64 | None = None) -> None:
    """Raise :class:`NotGenuine` unless the message is the device's response to this very request.

    Where a party of the DCC's asks in its own right (``asked_by`` is its id), the message names neither the
    User nor its counter: that it answers this request is the DCC's word alone, under its signature.
    """
    header = opened.message.header
    user, device, counter = request_id
    asked = (header.recipient, header.counter)
    if asked_by is not None and (header.recipient, header.other.party) == (asked_by, None):
        asked = (user, counter)
    if header.recipient != user and header.other.party is not None:  # the DCC asked on the User's behalf
        asked = (header.other.party, header.other.party_counter or 0)
    if header.cra is not Cra.RESPONSE or header.originator != device or asked != (user, counter):
        raise NotGenuine(
            f"the Response to {request_id} carries a {header.cra.name.lower()} of {header.originator} "
            f"to {asked[0]} under counter {asked[1]}"
        )


def check_instruction(opened: Opened, request_id: RequestId, asked_by: Eui64 | None = None) -> None:
    """Raise :class:`NotGenuine` unless this is the device's alert on an instruction of this request.

    The counter of the instruction must be named wherever the alert's form is declared; it is one of a party
    of the DCC's (``asked_by``) where that asked in its own right, and then says nothing to the User.
    """
    cra = opened.message.header.cra
    counter = _instruction_counter(opened)
    dccs_own = asked_by is not None and opened.message.header.recipient == asked_by
    about_it = counter == request_id.counter or dccs_own or not opened.form
    if cra is not Cra.ALERT or opened.device != request_id.target or not about_it:
        under = "no counter" if counter is None else f"counter {counter}"
        raise NotGenuine(
            f"the outcome of {request_id} carries the {cra.name.lower()} of {opened.device} "
            f"on an instruction under {under}"
        )


def _instruction_counter(opened: Opened) -> int | None:
    """The counter of the command that an alert reports on, by whichever name its form has for it."""
    for holder in (opened.values.get("instruction"), opened.values.get("outcome"), opened.values):
        if isinstance(holder, Mapping):
            for name in ("counter", "originator_counter"):
                if isinstance(found := holder.get(name), int):
                    return found
    return None


def _signature(message: Message, keyring: Keyring) -> Check:
    try:
        return verify_signature_with(message, keyring)
    except UnknownCertificate:
        return Check.NO_KEY
