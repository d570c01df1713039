"""The GBCS message envelope: MAC header, grouping header, payload, signature and MAC (GBCS 7.2).

:meth:`Message.parse` and :meth:`Message.encode` are inverse to each other: every octet is read, every
constant is checked, every length is in its shortest form, so that reading an octet string and writing it
again gives the same octets. The payload stays octets here.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import Enum

from gbsmart.gbcs.header import DATE_TIME_LENGTH, Cra, Header, OtherInformation, read_certificate_frame
from gbsmart.gbcs.lengths import read_length, write_length
from gbsmart.gbcs.tree import OCTETS, U8, U16, U32, U64, Branch, Framing, Kind, Leaf, Node
from gbsmart.ground import Eui64, InvalidValue, MalformedMessage

__all__ = [
    "MAC_LENGTH",
    "SENT_WITHOUT_MAC",
    "SIGNATURE_LENGTH",
    "Cra",
    "Header",
    "Message",
    "MessageKind",
    "OtherInformation",
    "concatenate",
    "grouped",
    "payload_frame",
    "read_messages",
    "walk_envelope",
]


class MessageKind(Enum):
    """What a message is on its way from User to device and back."""

    PRE_COMMAND = "pre-command"
    SIGNED_PRE_COMMAND = "signed pre-command"
    COMMAND = "command"
    RESPONSE = "response"
    ALERT = "alert"


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
        return _MAC_HEADER + write_length(len(rest)) + rest

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


_MAC_HEADER = b"\xdd\x00\x00\x00\x00\x00\x00"
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
    if data[start : start + 7] != _MAC_HEADER:
        raise MalformedMessage(
            "not a MAC header", offset=_differs(data, start, _MAC_HEADER), where="MAC header"
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


WalkPayload = Callable[[bytes, int, int, Cra], Node]
"""Walks ``data[start:end]`` as the payload of a message with this command/response/alert flag."""

FLAG = Kind("command/response/alert flag", U8.pack, lambda value: Cra(value).name.lower())
EUI64 = Kind("EUI-64", Eui64)
DATE_TIME = Kind("DLMS date-time", bytes, bytes.hex)
U256 = Kind("unsigned 256", lambda value: int(value).to_bytes(32, "big"), lambda value: f"{value:064X}")

PAYLOAD = "payload"
LENGTH = Framing("length", lambda _count, content: write_length(len(content)))
MAC_FRAME = Framing("MAC header", lambda _count, content: _MAC_HEADER + write_length(len(content)))
GROUPING = Framing("grouping header", lambda _count, _content: b"\xdf")


def walk_envelope(data: bytes, walk_payload: WalkPayload, message: Message | None = None) -> Branch:
    """The tree of one whole message, down to the leaves of its payload.

    ``message`` is ``Message.parse(data)``, where the caller already has it. Raises
    :class:`MalformedMessage` where :meth:`Message.parse` or ``walk_payload`` do, and where the payload's
    tree ends before the payload does.
    """
    if message is None:
        message = Message.parse(data)
    if message.mac is None:
        return _walk_inner(message, data, 0, walk_payload)
    end = len(data)
    _, at = read_length(data, 7)
    children: list[Node] = [
        Leaf(U8, 0x11, at, 1, "security control"),
        Leaf(U32, 0, at + 1, 4, "invocation counter"),
        _walk_inner(message, data, at + 5, walk_payload),
        Leaf(OCTETS, message.mac, end - MAC_LENGTH, MAC_LENGTH, "MAC"),
    ]
    return Branch(MAC_FRAME, children, 0, end, "message")


def _walk_inner(message: Message, data: bytes, start: int, walk_payload: WalkPayload) -> Branch:
    """From the ``DF`` at ``start`` to the signature: the offsets up to the date-time are always the same."""
    head = message.header
    transaction: list[Node] = [
        Leaf(FLAG, head.cra, start + 2, 1, "CRA flag"),
        Leaf(U64, head.counter, start + 3, 8, "originator counter"),
    ]
    originator: list[Node] = [Leaf(EUI64, head.originator, start + 12, 8, "originator")]
    recipient: list[Node] = [Leaf(EUI64, head.recipient, start + 21, 8, "recipient")]
    moment: list[Node] = []
    at = start + 30
    if head.date_time is not None:
        moment.append(Leaf(DATE_TIME, head.date_time, at, DATE_TIME_LENGTH, "date-time"))
        at += DATE_TIME_LENGTH
    children: list[Node] = [
        Branch(LENGTH, transaction, start + 1, 10, "transaction identifier"),
        Branch(LENGTH, originator, start + 11, 9, "business originator"),
        Branch(LENGTH, recipient, start + 20, 9, "business target"),
        Branch(LENGTH, moment, start + 29, at - start - 29, "date-time"),
    ]
    size, inside = read_length(data, at)
    children.append(
        Branch(LENGTH, _other_leaves(head.other, inside), at, inside + size - at, "other information")
    )
    at = inside + size
    size, inside = read_length(data, at)
    after = inside + size
    payload = walk_payload(data, inside, after, head.cra)
    if payload.offset != inside or payload.offset + payload.length != after:
        raise MalformedMessage(
            "the payload's fields end before it does", offset=payload.offset + payload.length, where="payload"
        )
    children.append(Branch(LENGTH, [payload], at, after - at, PAYLOAD))
    at = after
    if message.signature is not None:
        halves: list[Node] = [
            Leaf(U256, int.from_bytes(message.signature[:32], "big"), at + 1, 32, "r"),
            Leaf(U256, int.from_bytes(message.signature[32:], "big"), at + 33, 32, "s"),
        ]
        children.append(Branch(LENGTH, halves, at, 1 + SIGNATURE_LENGTH, "signature"))
        at += 1 + SIGNATURE_LENGTH
    elif message.null_signature:
        children.append(Branch(LENGTH, [], at, 1, "signature"))
        at += 1
    name = "message" if message.signature is None else "signed message"
    return Branch(GROUPING, children, start, at - start, name)


def grouped(tree: Branch) -> Branch:
    """From the grouping header to the signature in a walked message: what a MAC header may stand around."""
    if tree.framing is GROUPING:
        return tree
    return next(node for node in tree.children if isinstance(node, Branch) and node.framing is GROUPING)


def payload_frame(tree: Branch) -> Branch:
    """The frame of the payload in a walked message: its one child is the payload."""
    frame = next(node for node in grouped(tree).children if node.name == PAYLOAD)
    assert isinstance(frame, Branch)
    return frame


def _other_leaves(other: OtherInformation, at: int) -> list[Node]:
    """The message code and the supplementary fields, from offset ``at``."""
    leaves: list[Node] = [Leaf(MESSAGE_CODE, other.message_code, at, 2, "message code")]
    if other.party is not None:
        leaves.append(Leaf(EUI64, other.party, at + 2, 8, "supplementary remote party"))
    if other.party_counter is not None:
        leaves.append(Leaf(U64, other.party_counter, at + 10, 8, "supplementary remote party counter"))
    if other.party_originator_counter is not None:
        counter = other.party_originator_counter
        leaves.append(Leaf(U64, counter, at + 18, 8, "supplementary originator counter"))
    if other.certificate is not None:
        size = len(other.certificate)
        leaves.append(Leaf(OCTETS, other.certificate, at + 18, size, "supplementary certificate"))
    return leaves


MESSAGE_CODE = Kind("message code", U16.pack, lambda value: f"{value:04X}")
