from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given

from gbsmart.gbcs.envelope import Cra, Header, Message, OtherInformation
from gbsmart.gbcs.envelope_walk import walk_envelope
from gbsmart.gbcs.tree import OCTETS, Branch, Leaf, Node
from gbsmart.ground import MalformedMessage

from .envelopes import messages
from .keyring import vectors
from .messages import METER, SUPPLIER


def opaque(data: bytes, start: int, end: int, message_code: int) -> Node:
    return Leaf(OCTETS, data[start:end], start, end - start, f"payload of {message_code:04X}")


def nodes(node: Node) -> Iterator[Node]:
    yield node
    if isinstance(node, Branch):
        for child in node.children:
            yield from nodes(child)


def assert_walk_fits(tree: Branch, data: bytes) -> None:
    """Every node writes exactly the octets where it says it stands, and leaves no octet unaccounted."""
    assert (tree.offset, tree.length) == (0, len(data))
    for node in nodes(tree):
        assert node.encode() == data[node.offset : node.offset + node.length]
        if isinstance(node, Branch) and node.children:
            ends = [child.offset + child.length for child in node.children]
            assert [child.offset for child in node.children[1:]] == ends[:-1]
            assert ends[-1] == node.offset + node.length


@given(messages())
def test_a_walk_writes_the_message_again(message: Message) -> None:
    data = message.encode()
    assert_walk_fits(walk_envelope(data, opaque), data)


def test_a_payload_walk_must_reach_the_end() -> None:
    def short(data: bytes, start: int, end: int, _code: int) -> Node:
        return Leaf(OCTETS, data[start : end - 1], start, end - 1 - start)

    pre_command = Message(Header(Cra.COMMAND, 1000, SUPPLIER, METER, OtherInformation(0x004F)), b"\xd9\x20")
    with pytest.raises(MalformedMessage) as caught:
        walk_envelope(pre_command.encode(), short)
    assert caught.value.offset == 35


@pytest.mark.corpus
def test_every_vector_is_walked_and_written_the_same(corpus: Path) -> None:
    walked = 0
    for data in vectors(corpus).values():
        assert_walk_fits(walk_envelope(data, opaque), data)
        walked += 1
    assert walked == 1076
