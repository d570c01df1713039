"""The walk of an envelope: every field from the MAC header to the MAC, with its offset (GBCS 7.2).

What is inside the payload is walked by whoever knows its family (:mod:`gbsmart.gbcs.codec`).
"""

from __future__ import annotations

from collections.abc import Callable

from gbsmart.gbcs.envelope import MAC_HEADER, MAC_LENGTH, SIGNATURE_LENGTH, Message
from gbsmart.gbcs.header import DATE_TIME_LENGTH, Cra, OtherInformation
from gbsmart.gbcs.lengths import read_length, write_length
from gbsmart.gbcs.tree import OCTETS, U8, U16, U32, U64, Branch, Framing, Kind, Leaf, Node
from gbsmart.ground import Eui64, MalformedMessage

WalkPayload = Callable[[bytes, int, int, Cra], Node]
"""Walks ``data[start:end]`` as the payload of a message with this command/response/alert flag."""

FLAG = Kind("command/response/alert flag", U8.pack, lambda value: Cra(value).name.lower())
EUI64 = Kind("EUI-64", Eui64)
DATE_TIME = Kind("DLMS date-time", bytes, bytes.hex)
MESSAGE_CODE = Kind("message code", U16.pack, lambda value: f"{value:04X}")
U256 = Kind("unsigned 256", lambda value: int(value).to_bytes(32, "big"), lambda value: f"{value:064X}")

PAYLOAD = "payload"
LENGTH = Framing("length", lambda _count, content: write_length(len(content)))
MAC_FRAME = Framing("MAC header", lambda _count, content: MAC_HEADER + write_length(len(content)))
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
