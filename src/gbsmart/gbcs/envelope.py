"""The GBCS message envelope: MAC header, grouping header, payload, signature and MAC (GBCS 7.2).

:meth:`Message.parse` and :meth:`Message.encode` are inverse to each other: every octet is read, every
constant is checked, every length is in its shortest form, so that reading an octet string and writing it
again gives the same octets. The payload stays octets here. Every field with its offset is named by
:mod:`gbsmart.gbcs.envelope_walk`.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum

from gbsmart.gbcs.header import DATE_TIME_LENGTH, Cra, Header, OtherInformation, read_certificate_frame
from gbsmart.gbcs.lengths import read_length, write_length
from gbsmart.ground import Eui64, InvalidValue, MalformedMessage

__all__ = [
    "MAC_HEADER",
    "MAC_LENGTH",
    "SENT_WITHOUT_MAC",
    "SIGNATURE_LENGTH",
    "Cra",
    "Header",
    "Message",
    "MessageKind",
    "OtherInformation",
    "concatenate",
    "read_messages",
]


class MessageKind(Enum):
    """What a message is on its way from User to device and back."""

    PRE_COMMAND = "pre-command"
    SIGNED_PRE_COMMAND = "signed pre-command"
    COMMAND = "command"
    RESPONSE = "response"
    ALERT = "alert"


MAC_HEADER = b"\xdd\x00\x00\x00\x00\x00\x00"
"""What stands before the length of all that a MAC protects."""
MAC_LENGTH = 12
SIGNATURE_LENGTH = 64

SENT_WITHOUT_MAC = frozenset({0x0008, 0x011B, 0x0108, 0x0109})
"""Codes whose signed command goes to the device with no MAC: CS02a and CS02f when a party other than the
ACB authorises them, and CS02b by Recovery and by contingency."""


@dataclass(slots=True)
class Message:
    """One GBCS message, protected or not yet.

    ``signature`` is r then s, 64 octets. ``null_signature`` says that a zero stands in the place of the
    signature: always so under a MAC without a signature; a pre-command may have it or not. A message is
    a value: to change one, make another with :func:`dataclasses.replace`.
    """

    header: Header
    payload: bytes
    signature: bytes | None = None
    mac: bytes | None = None
    null_signature: bool = False
    _inner: bytes | None = field(default=None, init=False, repr=False, compare=False)

    @classmethod
    def parse(cls, data: bytes) -> Message:
        """Read one whole message; raises :class:`MalformedMessage` with the offset of the fault."""
        message, end = _read(data, 0)
        if end != len(data):
            raise MalformedMessage(f"{len(data) - end} octets too many", offset=end)
        return message

    @property
    def kind(self) -> MessageKind:
        """What it is, by its flag and what protects it.

        A signed command of :data:`SENT_WITHOUT_MAC` is a command: nothing is added to it on its way.
        """
        cra = self.header.cra
        if cra == Cra.RESPONSE:
            return MessageKind.RESPONSE
        if cra == Cra.ALERT:
            return MessageKind.ALERT
        if self.mac is not None:
            return MessageKind.COMMAND
        if self.signature is None:
            return MessageKind.PRE_COMMAND
        if self.header.other.message_code in SENT_WITHOUT_MAC:
            return MessageKind.COMMAND
        return MessageKind.SIGNED_PRE_COMMAND

    @property
    def payload_offset(self) -> int:
        """The octet of the encoded message at which the payload starts."""
        inside = 1 + len(self.header.encode()) + len(write_length(len(self.payload)))
        if self.mac is None:
            return inside
        return 12 + len(write_length(5 + len(self.inner_octets()) + MAC_LENGTH)) + inside

    def signed_octets(self) -> bytes:
        """What a signature covers: from after the ``DF`` to the last octet of the payload (GBCS 6.3.3)."""
        inner = self.inner_octets()
        if self.signature is not None:
            return inner[1 : -1 - SIGNATURE_LENGTH]
        return inner[1:-1] if self.null_signature else inner[1:]

    def mac_octets(self) -> bytes:
        """What a MAC covers: ``11``, five empty fields, then ``DF`` to the signature (GBCS 6.2.3)."""
        return b"\x11\x00\x00\x00\x00\x00" + self.inner_octets()

    def inner_octets(self) -> bytes:
        """The message without MAC header and MAC; raises :class:`InvalidValue`."""
        if self._inner is None:
            self._inner = self._write_inner()
        return self._inner

    def with_mac(self, mac: bytes | None) -> Message:
        """The same message under another MAC, or under none."""
        other = Message(self.header, self.payload, self.signature, mac, self.null_signature)
        other._inner = self._inner
        return other

    def encode(self) -> bytes:
        """Its octets; raises :class:`InvalidValue` for what cannot be written."""
        inner = self.inner_octets()
        if self.mac is None:
            return inner
        if len(self.mac) != MAC_LENGTH:
            raise InvalidValue("has 12 octets", field="mac")
        if self.signature is None and not self.null_signature:
            raise InvalidValue("must be set under a MAC without a signature", field="null_signature")
        if self.signature is not None and self.header.cra != Cra.COMMAND:
            raise InvalidValue("only a command has both a signature and a MAC", field="mac")
        rest = b"\x11\x00\x00\x00\x00" + inner + self.mac
        return MAC_HEADER + write_length(len(rest)) + rest

    def _write_inner(self) -> bytes:
        tail = b"\x00" if self.null_signature else b""
        if self.signature is not None:
            if len(self.signature) != SIGNATURE_LENGTH or self.null_signature:
                raise InvalidValue("has 64 octets, and no null signature beside it", field="signature")
            tail = b"\x40" + self.signature
        return b"".join((b"\xdf", self.header.encode(), write_length(len(self.payload)), self.payload, tail))


def read_messages(data: bytes) -> list[Message]:
    """Several protected messages, back to back in one octet string.

    Each is a whole message with a signature or a MAC; its own lengths say where it ends. Raises
    :class:`MalformedMessage` with the offset counted from the start of ``data``.
    """
    messages = []
    offset = 0
    while offset < len(data):
        start = offset
        message, offset = _read(data, start)
        if message.signature is None and message.mac is None:
            raise MalformedMessage("a message with neither signature nor MAC", offset=start)
        messages.append(message)
    return messages


def concatenate(messages: Iterable[Message]) -> bytes:
    """The octet string that :func:`read_messages` reads; raises :class:`InvalidValue` for a pre-command."""
    octets = []
    for index, message in enumerate(messages):
        if message.signature is None and message.mac is None:
            raise InvalidValue("has neither signature nor MAC", field=f"messages.{index}")
        octets.append(message.encode())
    return b"".join(octets)


_FIXED = struct.Struct(">BBBQB8sB8sBBH")  # from the DF to the message code, if there is no date-time
_UNPACK_FIXED = _FIXED.unpack_from
_U16 = struct.Struct(">H").unpack_from
_U64 = struct.Struct(">Q").unpack_from
_FLAGS = {int(flag): flag for flag in Cra}
_eui64 = bytes.__new__  # of eight octets already counted: this is the hot path


def _read(data: bytes, start: int) -> tuple[Message, int]:
    """The message at ``start`` and the offset after it."""
    if data[start : start + 1] != b"\xdd":
        return _read_inner(data, start, len(data), under_mac=False)
    if data[start : start + 7] != MAC_HEADER:
        raise MalformedMessage(
            "not a MAC header", offset=_differs(data, start, MAC_HEADER), where="MAC header"
        )
    length, security = read_length(data, start + 7)
    end = security + length
    if end > len(data):
        raise MalformedMessage(f"{end - len(data)} octets missing", offset=len(data), where="MAC header")
    if data[security : security + 5] != b"\x11\x00\x00\x00\x00":
        fault = _differs(data, security, b"\x11\x00\x00\x00\x00")
        raise MalformedMessage("not suite 1 authentication only", offset=fault, where="security header")
    message, mac = _read_inner(data, security + 5, end - MAC_LENGTH, under_mac=True)
    if mac != end - MAC_LENGTH:
        raise MalformedMessage(f"{end - MAC_LENGTH - mac} octets before the MAC", offset=mac, where="MAC")
    message.mac = data[mac:end]
    return message, end


def _read_inner(data: bytes, start: int, limit: int, *, under_mac: bool) -> tuple[Message, int]:
    """The grouping header, payload and signature from ``start``, which end by ``limit``."""
    if start + 34 > limit:
        if data[start:limit][:1] not in (b"", b"\xdf"):
            raise _bad_grouping_header(data, start)
        raise MalformedMessage("the octets end inside the grouping header", offset=max(limit, start))
    tag, nine, flag, counter, eight, originator, eight_again, recipient, moment, two, code = _UNPACK_FIXED(
        data, start
    )
    if tag != 0xDF or nine != 9 or eight != 8 or eight_again != 8 or flag not in _FLAGS:
        raise _bad_grouping_header(data, start)
    date_time = None
    if moment == 0 and two == 2:  # nine messages in ten
        other = OtherInformation(code)
        at = start + 33
    else:
        at = start + 30
        if moment:
            date_time, at = _read_date_time(data, at, limit)
        other, at = _read_other(data, at, limit)
    length, at = read_length(data, at)
    end = at + length
    if end > limit:
        raise MalformedMessage(f"{end - limit} octets of it missing", offset=limit, where="payload")
    payload = data[at:end]
    signature = None
    signature_length = data[end] if end < limit else -1  # -1: no such field
    if signature_length == SIGNATURE_LENGTH:
        at = end + 1
        end = at + SIGNATURE_LENGTH
        signature = data[at:end]
    elif signature_length == 0:
        end += 1
    if end > limit or signature_length not in _SIGNATURES[flag + 4 * under_mac]:
        raise _bad_signature(signature_length, end, limit)
    header = Header(
        _FLAGS[flag], counter, _eui64(Eui64, originator), _eui64(Eui64, recipient), other, date_time
    )
    message = Message(header, payload, signature, None, signature_length == 0)
    message._inner = data[start:end]
    return message, end


def _read_date_time(data: bytes, at: int, limit: int) -> tuple[bytes, int]:
    """The date-time of a response at ``at``, whose length stands before it, and the offset after it."""
    end = at + DATE_TIME_LENGTH
    if data[at - 1] != DATE_TIME_LENGTH or data[at - 28] != Cra.RESPONSE:
        raise MalformedMessage("a response has one of 12 octets, or none", offset=at - 1, where="date-time")
    if end >= limit:
        raise MalformedMessage("the octets end inside it", offset=limit, where="date-time")
    return data[at:end], end


_SIGNATURES = {
    1: (-1, 0, SIGNATURE_LENGTH),
    2: (SIGNATURE_LENGTH,),
    3: (SIGNATURE_LENGTH,),
    4 + 1: (0, SIGNATURE_LENGTH),
    4 + 2: (0,),
    4 + 3: (0,),
}
"""The lengths a signature may have, by the flag, and 4 more under a MAC; -1 for no signature field."""


def _bad_signature(length: int, end: int, limit: int) -> MalformedMessage:
    """Say what is wrong with the signature of this length that was to end at ``end``."""
    if end > limit:
        return MalformedMessage(f"{end - limit} octets of it missing", offset=limit, where="signature")
    if length == SIGNATURE_LENGTH:
        fault = "only a command has both a signature and a MAC"
        return MalformedMessage(fault, offset=end - SIGNATURE_LENGTH - 1, where="signature")
    if length > 0:
        return MalformedMessage(f"its length is 00 or 40, not {length:02X}", offset=end, where="signature")
    return MalformedMessage("the message has neither signature nor MAC, or no field for one", offset=end)


def _read_other(data: bytes, at: int, limit: int) -> tuple[OtherInformation, int]:
    """The other information whose length is at ``at``, and the offset after it."""
    length, start = read_length(data, at)
    end = start + length
    if end > limit:
        raise MalformedMessage("the octets end inside it", offset=limit, where="other information")
    if length not in (2, 10, 18) and length < 26:
        raise MalformedMessage(f"no form has {length} octets", offset=at, where="other information")
    other = OtherInformation(_U16(data, start)[0])
    if length >= 10:
        other.party = _eui64(Eui64, data[start + 2 : start + 10])
    if length >= 18:
        other.party_counter = _U64(data, start + 10)[0]
    if length == 26:
        other.party_originator_counter = _U64(data, start + 18)[0]
    elif length > 26:
        other.certificate = data[start + 18 : end]
        read_certificate_frame(data, start + 18, end)
    return other, end


_CONSTANTS = (
    (0, 0xDF, "grouping header"),
    (1, 9, "transaction identifier"),
    (11, 8, "originator"),
    (20, 8, "recipient"),
)


def _bad_grouping_header(data: bytes, start: int) -> MalformedMessage:
    """Say which constant of the grouping header is wrong."""
    for place, wanted, where in _CONSTANTS:
        if data[start + place] != wanted:
            return MalformedMessage(
                f"{data[start + place]:02X} is not {wanted:02X}", offset=start + place, where=where
            )
    return MalformedMessage(
        f"{data[start + 2]:02X} is no command, response or alert flag", offset=start + 2, where="CRA flag"
    )


def _differs(data: bytes, start: int, wanted: bytes) -> int:
    """The first offset at which ``data`` is not ``wanted``."""
    for index, octet in enumerate(wanted):
        if data[start + index : start + index + 1] != bytes((octet,)):
            return start + index
    return start
