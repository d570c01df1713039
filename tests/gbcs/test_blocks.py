from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gbsmart.gbcs.blocks import (
    BLOCK_SIZE,
    WHOLE_LIMIT,
    Block,
    Reassembly,
    Transfer,
    is_block,
    join,
    needs_blocks,
    resend,
    split,
)
from gbsmart.gbcs.envelope import Cra, Header, Message, OtherInformation
from gbsmart.ground import Eui64, InvalidValue, MalformedMessage

from .keyring import vectors

SUPPLIER = Eui64.parse("90-B3-D5-1F-30-01-00-00")
METER = Eui64.parse("00-DB-12-34-56-78-90-A0")


def command(payload: bytes, counter: int = 1000) -> Message:
    header = Header(Cra.COMMAND, counter, SUPPLIER, METER, OtherInformation(0x0102))
    return Message(header, payload, mac=bytes(12), null_signature=True)


LONG = command(bytes(range(250)) * 10)

titles = st.binary(min_size=8, max_size=8).map(Eui64)
transfers = st.builds(
    Transfer, st.sampled_from(Cra), st.integers(0, 2**64 - 1), titles, titles, st.integers(0, 0xFFFF)
)
blocks = st.builds(
    Block,
    transfers,
    st.integers(1, 0xFFFF),
    st.binary(max_size=300),
    last=st.booleans(),
    streaming=st.booleans(),
    window=st.integers(0, 63),
    acknowledged=st.integers(0, 0xFFFF),
)


@given(blocks)
def test_a_block_is_read_as_it_was_written(block: Block) -> None:
    octets = block.encode()
    assert is_block(octets)
    assert Block.parse(octets) == block


@given(blocks, st.data())
def test_no_octet_may_be_missing_or_too_many(block: Block, data: st.DataObject) -> None:
    octets = block.encode()
    for other in (octets[: data.draw(st.integers(0, len(octets) - 1))], octets + b"\x00"):
        with pytest.raises(MalformedMessage) as caught:
            Block.parse(other)
        assert caught.value.offset is not None


@pytest.mark.parametrize("at", [0, 1, 2, 11, 20, 29, 30, 33, 35, 39, 40])
def test_a_wrong_constant_is_reported_where_it_stands(at: int) -> None:
    octets = bytearray(Block(Transfer.of(LONG), 1, b"data").encode())
    octets[at] ^= 0xFF
    with pytest.raises(MalformedMessage) as caught:
        Block.parse(bytes(octets))
    assert caught.value.offset in (at, 35)


def test_a_full_block_is_as_long_as_a_whole_message_may_be() -> None:
    first = split(command(bytes(1500)))[0]
    assert len(first.data) == BLOCK_SIZE
    assert len(first.encode()) == WHOLE_LIMIT


def test_a_message_is_not_taken_for_a_block() -> None:
    assert not is_block(LONG.encode())


@given(st.binary(min_size=1, max_size=2000), st.integers(60, BLOCK_SIZE), st.randoms())
def test_blocks_join_in_any_order_and_with_repetitions(payload: bytes, size: int, random: object) -> None:
    message = command(payload)
    sent = split(message, size=size)
    assert [block.number for block in sent] == list(range(1, len(sent) + 1))
    assert [block.last for block in sent] == [False] * (len(sent) - 1) + [True]
    received = [Block.parse(block.encode()) for block in sent] + sent[:2]
    random.shuffle(received)  # type: ignore[attr-defined]
    assert join(received) == message


def test_a_gap_is_seen_and_sent_again() -> None:
    sent = split(LONG, size=500)
    state = Reassembly.start(sent[0]).add(sent[2])
    assert (state.acknowledged, state.missing, state.complete) == (1, (2,), False)
    with pytest.raises(MalformedMessage, match="missing: 2"):
        state.octets()

    again = resend(sent, Block.parse(state.acknowledgement().encode()))
    assert [block.number for block in again] == list(range(2, len(sent) + 1))
    for block in again:
        state = state.add(block)
    assert (state.acknowledged, state.missing, state.complete) == (len(sent), (), True)
    assert state.message() == LONG
    assert resend(sent, state.acknowledgement()) == []


def test_blocks_before_the_last_are_missing_once_it_has_come() -> None:
    sent = split(LONG, size=500)
    state = Reassembly.start(sent[-1])
    assert state.acknowledged == 0
    assert state.missing == tuple(range(1, len(sent)))


def test_without_the_last_block_the_end_is_not_known() -> None:
    with pytest.raises(MalformedMessage, match="2 and on"):
        Reassembly.start(split(LONG, size=500)[0]).octets()


def test_an_acknowledgement_adds_nothing() -> None:
    state = Reassembly.start(split(LONG)[0])
    bare = Block(state.transfer, 0, b"", acknowledged=3)
    assert state.add(bare) == state


def test_blocks_that_contradict_each_other_are_refused() -> None:
    first, second, *_ = sent = split(LONG, size=500)
    state = Reassembly.start(first)
    with pytest.raises(MalformedMessage, match="came twice"):
        state.add(replace(first, data=b"other"))
    with pytest.raises(MalformedMessage, match="block 2 of 1"):
        Reassembly.start(second).add(replace(first, last=True))
    ended = state.add(sent[-1])
    with pytest.raises(MalformedMessage, match="being the last"):
        ended.add(replace(second, last=True))
    with pytest.raises(MalformedMessage):
        ended.add(replace(second, number=len(sent) + 1))
    with pytest.raises(MalformedMessage, match="block 256"):
        Reassembly.start(replace(first, number=256))


def test_blocks_of_two_transfers_do_not_mix() -> None:
    other = split(command(bytes(900), counter=1001))
    with pytest.raises(InvalidValue):
        Reassembly.start(split(LONG)[0]).add(other[0])
    with pytest.raises(InvalidValue):
        resend(other, Reassembly.start(split(LONG)[0]).acknowledgement())


def test_blocks_carry_the_message_they_announce() -> None:
    lying = replace(Transfer.of(LONG), counter=9)
    with pytest.raises(MalformedMessage, match="another transaction"):
        join(replace(block, transfer=lying) for block in split(LONG))
    with pytest.raises(MalformedMessage):
        join([])


@pytest.mark.parametrize(
    ("block", "field"),
    [
        (Block(Transfer.of(LONG), 0, b"data"), "number"),
        (Block(Transfer.of(LONG), 1 << 16, b"data"), "number"),
        (Block(Transfer.of(LONG), 1, b"data", window=64), "window"),
        (Block(replace(Transfer.of(LONG), counter=-1), 1, b"data"), "transfer"),
    ],
)
def test_what_has_no_form_is_not_written(block: Block, field: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        block.encode()
    assert caught.value.field == field


@pytest.mark.parametrize("size", [0, BLOCK_SIZE + 1])
def test_a_block_has_a_size(size: int) -> None:
    with pytest.raises(InvalidValue):
        split(LONG, size=size)


def test_more_than_255_blocks_do_not_go() -> None:
    with pytest.raises(InvalidValue, match="255 at most"):
        split(LONG, size=4)


@pytest.mark.corpus
def test_every_long_vector_goes_in_blocks(corpus: Path) -> None:
    long = [data for data in vectors(corpus).values() if needs_blocks(data)]
    assert len(long) == 54
    for data in long:
        sent = [block.encode() for block in split(Message.parse(data))]
        assert all(len(octets) <= WHOLE_LIMIT for octets in sent)
        assert join(map(Block.parse, reversed(sent))).encode() == data
