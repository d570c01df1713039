"""General Block Transfer: a message too long for the road to the device, cut up and joined (GBCS 7.2.11).

Users only ever see whole messages; blocks exist between the DCC and a device. Everything here is a value:
who keeps time, resends and gives up is the carrier's business.

Assumed, for no published example exists: the security control octet of the routing header (``00``), the
window, and that an acknowledgement swaps the titles of what it acknowledges.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from gbsmart.gbcs.envelope import Message
from gbsmart.gbcs.header import Cra
from gbsmart.gbcs.lengths import read_length, write_length
from gbsmart.ground import Eui64, InvalidValue, MalformedMessage

WHOLE_LIMIT: Final = 1200
"""The longest message, and the longest block with its header, that goes to a device in one piece."""

BLOCK_SIZE: Final = 1149
"""The most octets of a message in one block."""

MOST_BLOCKS: Final = 255
"""The most blocks of one message.

One published figure is 63, which is the widest window; but the longest log, 19,056 half-hours of a twin
element meter, needs 200 (assumed).
"""
DEFAULT_WINDOW: Final = 1

_ROUTING = struct.Struct(">BBBQB8sB8sBBHB")
_BLOCK = struct.Struct(">BIBBHH")


@dataclass(frozen=True, slots=True)
class Transfer:
    """What all blocks of one message have in common: its transaction, its titles and its message code."""

    cra: Cra
    counter: int
    originator: Eui64
    recipient: Eui64
    message_code: int

    @classmethod
    def of(cls, message: Message) -> Transfer:
        """The transfer that carries ``message``."""
        head = message.header
        return cls(head.cra, head.counter, head.originator, head.recipient, head.message_code)

    @property
    def back(self) -> Transfer:
        """The same transaction in the other direction: where acknowledgements travel."""
        return replace(self, originator=self.recipient, recipient=self.originator)


@dataclass(frozen=True, slots=True)
class Block:
    """One block of a transfer, from ``number`` 1; without ``data`` it only acknowledges.

    ``acknowledged`` is the highest block number up to which nothing is missing, 0 for none. ``window`` is
    how many blocks the sender of this one can take before it wants to acknowledge (0 to 63).
    """

    transfer: Transfer
    number: int
    data: bytes
    last: bool = False
    streaming: bool = False
    window: int = DEFAULT_WINDOW
    acknowledged: int = 0

    @classmethod
    def parse(cls, data: bytes) -> Block:
        """Read one block; raises :class:`MalformedMessage` with the offset of the fault."""
        transfer, at = _read_routing(data)
        length, start = read_length(data, at)
        if start + length != len(data):
            fault = f"{length} octets announced, {len(data) - start} there"
            raise MalformedMessage(fault, offset=at, where="routing header length")
        if start + _BLOCK.size > len(data):
            raise MalformedMessage("the octets end inside the block header", offset=len(data))
        security, invocation, tag, control, number, acknowledged = _BLOCK.unpack_from(data, start)
        _expect(security == 0 and invocation == 0, start, "security header")
        _expect(tag == 0xE0, start + 5, "block tag")
        size, content = read_length(data, start + _BLOCK.size)
        if content + size != len(data):
            fault = f"{size} octets announced, {len(data) - content} there"
            raise MalformedMessage(fault, offset=start + _BLOCK.size, where="block data length")
        _expect(number > 0 or size == 0, start + 7, "block number")
        return cls(
            transfer,
            number,
            data[content:],
            last=bool(control & 0x80),
            streaming=bool(control & 0x40),
            window=control & 0x3F,
            acknowledged=acknowledged,
        )

    def encode(self) -> bytes:
        """Its octets; raises :class:`InvalidValue` for what cannot be written."""
        if not 0 <= self.number <= 0xFFFF or not 0 <= self.acknowledged <= 0xFFFF:
            raise InvalidValue("block numbers have two octets", field="number")
        if not 0 <= self.window <= 0x3F:
            raise InvalidValue("is from 0 to 63", field="window")
        if self.number == 0 and self.data:
            raise InvalidValue("is from 1 for a block with data", field="number")
        control = self.last << 7 | self.streaming << 6 | self.window
        block = _BLOCK.pack(0, 0, 0xE0, control, self.number, self.acknowledged)
        rest = b"".join((block, write_length(len(self.data)), self.data))
        to = self.transfer
        try:
            routing = _ROUTING.pack(
                0xDD, 9, to.cra, to.counter, 8, to.originator, 8, to.recipient, 0, 2, to.message_code, 0
            )
        except struct.error as error:
            raise InvalidValue(f"a counter of 64 bits and a code of 16: {error}", field="transfer") from error
        return b"".join((routing, write_length(len(rest)), rest))


def is_block(data: bytes) -> bool:
    """Whether these octets are a block rather than a message: the second octet tells."""
    return data[:2] == b"\xdd\x09"


def needs_blocks(octets: bytes) -> bool:
    """Whether an encoded message is too long to go to a device whole."""
    return len(octets) > WHOLE_LIMIT


def split(
    message: Message, *, size: int = BLOCK_SIZE, window: int = DEFAULT_WINDOW, streaming: bool = False
) -> list[Block]:
    """The blocks that carry ``message``, in order, from 1.

    Raises :class:`InvalidValue` for a block size outside 1 to 1,149 octets and for a message that
    would need more than :data:`MOST_BLOCKS`.
    """
    if not 1 <= size <= BLOCK_SIZE:
        raise InvalidValue(f"is from 1 to {BLOCK_SIZE} octets", field="size")
    octets = message.encode()
    count = -(-len(octets) // size)
    if count > MOST_BLOCKS:
        raise InvalidValue(f"{len(octets)} octets need {count} blocks of {size}, {MOST_BLOCKS} at most")
    transfer = Transfer.of(message)
    return [
        Block(
            transfer,
            number,
            octets[(number - 1) * size : number * size],
            last=number == count,
            streaming=streaming,
            window=window,
        )
        for number in range(1, count + 1)
    ]


def resend(blocks: Iterable[Block], acknowledgement: Block) -> list[Block]:
    """The blocks still to send after ``acknowledgement``, all that it does not cover.

    Raises :class:`InvalidValue` if it acknowledges another transfer.
    """
    left = []
    for block in blocks:
        if acknowledgement.transfer != block.transfer.back:
            raise InvalidValue("belongs to another transfer", field="acknowledgement")
        if block.number > acknowledgement.acknowledged:
            left.append(block)
    return left


@dataclass(frozen=True, slots=True)
class Reassembly:
    """The blocks of one transfer received so far, in whatever order.

    A value: :meth:`add` makes the next one.
    """

    transfer: Transfer
    parts: tuple[tuple[int, bytes], ...] = ()
    count: int | None = None

    @classmethod
    def start(cls, block: Block) -> Reassembly:
        """Begin with any block of the transfer."""
        return cls(block.transfer).add(block)

    def add(self, block: Block) -> Reassembly:
        """With ``block`` too; a repetition of one already here, and a bare acknowledgement, change nothing.

        Raises :class:`InvalidValue` for a block of another transfer, and :class:`MalformedMessage` for
        one that contradicts those already here.
        """
        if block.transfer != self.transfer:
            raise InvalidValue("belongs to another transfer", field="block")
        if not block.data:
            return self
        parts = dict(self.parts)
        if parts.get(block.number, block.data) != block.data:
            raise MalformedMessage(f"block {block.number} came twice, with other octets", where="block data")
        parts[block.number] = block.data
        count = self._last(block)
        if max(parts) > (count or MOST_BLOCKS):
            raise MalformedMessage(f"block {max(parts)} of {count or MOST_BLOCKS}", where="block number")
        return Reassembly(self.transfer, tuple(sorted(parts.items())), count)

    def _last(self, block: Block) -> int | None:
        """How many blocks there are, once the last has come."""
        if self.count is None:
            return block.number if block.last else None
        if block.last != (block.number == self.count):
            raise MalformedMessage(
                f"block {block.number} contradicts {self.count} being the last", where="last block"
            )
        return self.count

    @property
    def acknowledged(self) -> int:
        """The highest block number up to which nothing is missing."""
        highest = 0
        for number, _ in self.parts:
            if number != highest + 1:
                break
            highest = number
        return highest

    @property
    def missing(self) -> tuple[int, ...]:
        """The numbers known to be missing: the gaps, and those before the last block once it has come."""
        here = {number for number, _ in self.parts}
        end = self.count or max(here, default=0)
        return tuple(number for number in range(1, end + 1) if number not in here)

    @property
    def complete(self) -> bool:
        """Whether every block is here."""
        return self.count is not None and len(self.parts) == self.count

    def acknowledgement(self, *, window: int = DEFAULT_WINDOW) -> Block:
        """The block without data that tells the sender how far the transfer has come."""
        return Block(self.transfer.back, 0, b"", last=True, window=window, acknowledged=self.acknowledged)

    def octets(self) -> bytes:
        """The joined message; raises :class:`MalformedMessage` while a block is missing."""
        if not self.complete:
            wanted = ", ".join(map(str, self.missing)) or f"{self.acknowledged + 1} and on"
            raise MalformedMessage(f"blocks are missing: {wanted}", where="block number")
        return b"".join(data for _, data in self.parts)

    def message(self) -> Message:
        """The joined message, read; raises :class:`MalformedMessage`, also if it is not of this transfer."""
        message = Message.parse(self.octets())
        if Transfer.of(message) != self.transfer:
            raise MalformedMessage(
                "the blocks carry a message of another transaction", where="grouping header"
            )
        return message


def join(blocks: Iterable[Block]) -> Message:
    """The message carried by these blocks, in any order; raises as :class:`Reassembly` does."""
    state: Reassembly | None = None
    for block in blocks:
        state = Reassembly.start(block) if state is None else state.add(block)
    if state is None:
        raise MalformedMessage("there are no blocks")
    return state.message()


def _read_routing(data: bytes) -> tuple[Transfer, int]:
    """The routing header's transfer and the offset of the length after it."""
    if len(data) < _ROUTING.size:
        raise MalformedMessage("the octets end inside the routing header", offset=len(data))
    tag, nine, flag, counter, eight, originator, eight_again, recipient, moment, two, code, key = (
        _ROUTING.unpack_from(data)
    )
    _expect(tag == 0xDD, 0, "routing header")
    _expect(nine == 9, 1, "transaction identifier")
    _expect(1 <= flag <= 3, 2, "CRA flag")
    _expect(eight == 8, 11, "originator")
    _expect(eight_again == 8, 20, "recipient")
    _expect(moment == 0, 29, "date-time")
    _expect(two == 2, 30, "other information")
    _expect(key == 0, 33, "key information")
    return Transfer(Cra(flag), counter, Eui64(originator), Eui64(recipient), code), _ROUTING.size


def _expect(holds: bool, offset: int, where: str) -> None:
    if not holds:
        raise MalformedMessage("not what a block has here", offset=offset, where=where)
