"""Walks: every leaf is a typed value of its own octets, and lengths and counts follow from the leaves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gbsmart.gbcs import codec, forms
from gbsmart.gbcs.asn1.ber import DER, WIDE
from gbsmart.gbcs.dlms.data import walk_data
from gbsmart.gbcs.envelope import Cra, Header, Message, OtherInformation
from gbsmart.gbcs.tree import Branch, Leaf, Node
from gbsmart.ground import Eui64, MalformedMessage

from . import values
from .keyring import vectors
from .messages import METER, SUPPLIER, headers, writing


def others(leaf: Leaf) -> Iterator[Any]:
    """Other values of the leaf's kind, nearest first."""
    value = leaf.value
    if isinstance(value, int):
        yield from (value ^ 1, value + 1, value - 1, value ^ 0x40)
    elif isinstance(value, bytes):
        kind = Eui64 if isinstance(value, Eui64) else bytes
        yield from (
            kind(value[:at] + bytes((value[at] ^ 1,)) + value[at + 1 :]) for at in reversed(range(len(value)))
        )
    elif isinstance(value, datetime):
        yield value.replace(second=value.second ^ 1)
    elif isinstance(value, str) and set(value) <= {"0", "1"}:
        yield from (
            value[:at] + ("1" if value[at] == "0" else "0") + value[at + 1 :] for at in range(len(value))
        )
    elif isinstance(value, str):
        yield from (
            value[:at] + ("x" if value[at] != "x" else "y") + value[at + 1 :] for at in range(len(value))
        )


def change(leaf: Leaf) -> bytes | None:
    """Give the leaf another value of as many octets, and tell them; None where its kind has but one."""
    kept = leaf.value
    before = leaf.encode()
    for other in others(leaf):
        leaf.value = other
        try:
            octets = leaf.encode()
        except (OverflowError, ValueError):
            continue
        if len(octets) == len(before) and octets != before:
            return octets
    leaf.value = kept
    return None


def changed(tree: Branch, octets: bytes) -> int:
    """Change every leaf in turn: the octets change there, and nowhere else. How many leaves that were."""
    count = 0
    for leaf in tree.leaves():
        end = leaf.offset + leaf.length
        kept = leaf.value
        assert leaf.encode() == octets[leaf.offset : end], leaf
        assert not isinstance(kept, memoryview | bytearray), "a value of its own, no window on the message"
        other = change(leaf)
        if other is None:
            assert not kept, f"{leaf} has but one value"  # null, an empty string
            continue
        assert tree.encode() == octets[: leaf.offset] + other + octets[end:], leaf
        leaf.value = kept
        count += 1
    assert tree.encode() == octets
    return count


def lies_side_by_side(node: Node) -> None:
    """Every branch is its frame and its children, without gap or overlap."""
    if isinstance(node, Branch):
        at = node.offset + node.prefix_length if node.children else node.offset + node.length
        for child in node.children:
            assert child.offset == at, (node, child)
            at += child.length
            lies_side_by_side(child)
        assert at == node.offset + node.length, node


COMMANDS = [form for form in forms.all_forms() if form.command is not None]


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_changed_leaf_of_a_made_up_message_changes_its_own_octets_only(data: st.DataObject) -> None:
    form = data.draw(st.sampled_from(COMMANDS), label="form")
    assert form.command is not None
    header = data.draw(headers(Cra.COMMAND, form.code))
    payload = form.command.put(data.draw(values.body(form.command)), writing(header, wide_lengths=True))
    octets = Message(header, payload, b"\x5a" * 64).encode()
    tree = codec.walk(octets)
    lies_side_by_side(tree)
    assert changed(tree, octets) >= 6


@pytest.mark.corpus
def test_a_changed_leaf_of_a_test_message_changes_its_own_octets_only(corpus: Path) -> None:
    total = 0
    for octets in vectors(corpus).values():
        tree = codec.walk(octets)
        lies_side_by_side(tree)
        total += changed(tree, octets)
    assert total > 40_000


# Lengths and counts are not kept: they follow.


def test_a_longer_string_makes_every_length_around_it_longer() -> None:
    octets = bytes.fromhex("0202 0903 616263 1105")
    tree, _ = walk_data(octets, 0, len(octets))
    string = next(tree.leaves())
    string.value = b"a" * 200
    assert tree.encode() == bytes.fromhex("0202 0981C8") + b"a" * 200 + bytes.fromhex("1105")


def test_another_element_makes_the_count_one_more() -> None:
    octets = bytes.fromhex("0102 1105 1106")
    tree, _ = walk_data(octets, 0, len(octets))
    assert isinstance(tree, Branch)
    tree.children.append(tree.children[0])
    assert tree.encode() == bytes.fromhex("0103 1105 1106 1105")


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_longer_leaf_is_found_again_with_every_length_around_it_right(data: st.DataObject) -> None:
    """Lengthen an octet-string of some form's command: the rest reads as before."""
    form = data.draw(st.sampled_from([each for each in COMMANDS if each.name.startswith(("ECS", "CS02"))]))
    assert form.command is not None
    header = data.draw(headers(Cra.COMMAND, form.code))
    octets = Message(header, form.command.put(data.draw(values.body(form.command)), writing(header))).encode()
    tree = codec.walk(octets)
    strings = [
        index
        for index, leaf in enumerate(tree.leaves())
        if leaf.kind.name in ("octet-string", "OCTET STRING")
    ]
    if not strings:
        return
    index = data.draw(st.sampled_from(strings))
    before = [leaf.value for leaf in tree.leaves()]
    leaf = list(tree.leaves())[index]
    if leaf.name in ("date_time", "selector"):
        return
    leaf.value = before[index] = leaf.value + bytes(data.draw(st.sampled_from([1, 100, 130, 300])))
    again = codec.walk(tree.encode())
    assert [leaf.value for leaf in again.leaves()] == before


# What names and shows nodes.


def test_leaves_say_what_they_are() -> None:
    tree, _ = walk_data(bytes.fromhex("0203 1105 0903616263 040180"), 0, 12)
    assert isinstance(tree, Branch)
    number, string, bits = tree.leaves()
    number.name = "week"
    assert repr(number) == "Leaf(week=5 @2+2)"
    assert repr(string) == "Leaf(octet-string=616263 @4+5)"
    assert (bits.value, bits.length) == ("1", 3)
    assert repr(tree) == "Branch(structure x3 @0+12)"
    assert tree.prefix_length == 2


def test_kinds_are_shared_between_messages() -> None:
    assert DER.kind(2, 2) is DER.kind(2, 2)
    assert DER.kind(2, 2) is not WIDE.kind(2, 2)
    one, _ = walk_data(b"\x11\x05", 0, 2)
    two, _ = walk_data(b"\x11\x06", 0, 2)
    assert isinstance(one, Leaf)
    assert isinstance(two, Leaf)
    assert one.kind is two.kind


# Strictness: the rule and the octet at which it is broken.


def test_a_message_cut_at_any_octet_is_refused_within_what_is_left() -> None:
    header = Header(Cra.COMMAND, 1000, SUPPLIER, METER, OtherInformation(0x005A))
    payload = codec.payload(forms.form("ECS57"), header, {"reset_maximum_demand_import": True})
    octets = Message(header, payload).encode()
    assert codec.walk(octets).encode() == octets
    for end in range(len(octets)):
        with pytest.raises(MalformedMessage) as refused:
            codec.walk(octets[:end])
        assert refused.value.offset is not None
        assert 0 <= refused.value.offset <= end
    for more in (b"\x00\x00", b"\x40", bytes(20)):
        with pytest.raises(MalformedMessage):
            codec.walk(octets + more)


def refused_at(read: Callable[[], object]) -> int | None:
    """The octet at which ``read`` finds a rule broken, or None where it finds none."""
    try:
        read()
    except MalformedMessage as refused:
        return -1 if refused.offset is None else refused.offset
    return None


@pytest.mark.corpus
def test_a_test_message_cut_at_any_octet_is_refused(corpus: Path) -> None:
    """Cut short, a message is refused; only a signature or a null in its place may be cut off whole."""
    for name, octets in list(vectors(corpus).items())[::7]:
        whole = Message.parse(octets)
        for end in range(len(octets)):
            at = refused_at(partial(Message.parse, octets[:end]))
            if at is None:
                left = Message.parse(octets[:end])
                assert (left.header, left.payload) == (whole.header, whole.payload), name
                assert left.signature is None, name
            else:
                assert 0 <= at <= end, name


@pytest.mark.corpus
def test_a_payload_cut_at_any_octet_is_refused(corpus: Path) -> None:
    for name, octets in list(vectors(corpus).items())[::3]:
        message = Message.parse(octets)
        payload, cra = message.payload, message.header.cra
        for end in range(len(payload)):
            at = refused_at(partial(codec.walk_payload, payload, 0, end, cra))
            assert at is not None, f"{name} still walks with {end} octets"
            assert 0 <= at <= end, (name, end)
