from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from gbsmart.gbcs.envelope import Cra, Header, Message
from gbsmart.gbcs.gbz.attributes import ATTRIBUTES
from gbsmart.gbcs.gbz.commands import COMMANDS, Command
from gbsmart.gbcs.gbz.message import frame, walk_gbz, walk_zcl
from gbsmart.gbcs.gbz.zcl import Field, read_values
from gbsmart.gbcs.protection import decrypt
from gbsmart.gbcs.tree import Branch, Leaf, Node
from gbsmart.ground import MalformedMessage

from .keyring import FolderKeyring, vectors

SUPPLY = bytes(4) + (1).to_bytes(4, "little") + bytes(8) + b"\x01\x01"


def component(
    payload: bytes, cluster: int = 0x0702, control: int = 1, frame_control: int = 1, command: int = 0x0B
) -> bytes:
    body = bytes((frame_control, 0, command)) + payload
    return bytes((control,)) + cluster.to_bytes(2, "big") + len(body).to_bytes(2, "big") + body


def gbz(*components: bytes, count: int | None = None) -> bytes:
    return b"\x01\x09" + bytes((len(components) if count is None else count,)) + b"".join(components)


READ_REQUEST, READ_RESPONSE, DEFAULT_RESPONSE = (0x00, 0x00), (0x18, 0x01), (0x18, 0x0B)
"""Frame control and command id of the general commands."""


def sealed(frame: tuple[int, int], content: bytes = bytes(17)) -> bytes:
    """A component that says it is encrypted, whatever its frame."""
    frame_control, command = frame
    body = bytes((0, 0, frame_control, 0, command)) + len(content).to_bytes(2, "big") + content
    return b"\x03\x07\x02" + len(body).to_bytes(2, "big") + body


def walk(data: bytes, cra: Cra = Cra.RESPONSE) -> Branch:
    return walk_gbz(data, 0, len(data), cra)


def fault(data: bytes, cra: Cra = Cra.RESPONSE) -> MalformedMessage:
    with pytest.raises(MalformedMessage) as raised:
        walk(data, cra)
    return raised.value


def branches(node: Node, name: str) -> Iterator[Branch]:
    if isinstance(node, Branch):
        if node.name == name:
            yield node
        for child in node.children:
            yield from branches(child, name)


def encoded(nodes: Iterable[Node]) -> bytes:
    return b"".join(node.encode() for node in nodes)


# The test messages


class Zcl(NamedTuple):
    """A ZCL payload of the test messages, in the clear."""

    source: str
    cluster: int
    frame_control: int
    command: int
    octets: bytes
    nodes: list[Node]
    sealed: bool

    @property
    def declared(self) -> Command | None:
        if not self.frame_control & 1:
            return None
        return COMMANDS[self.cluster, bool(self.frame_control & 8), self.command]


class Walked(NamedTuple):
    source: str
    header: Header
    payload: bytes
    tree: Branch


@pytest.fixture(scope="module")
def walked(corpus: Path) -> list[Walked]:
    """Every GBZ payload of the test messages with its tree."""
    found: list[Walked] = []
    for name, data in vectors(corpus).items():
        message = Message.parse(data)
        if message.payload[:2] == b"\x01\x09":
            tree = walk(message.payload, message.header.cra)
            found.append(Walked(name, message.header, message.payload, tree))
    return found


@pytest.fixture(scope="module")
def payloads(walked: list[Walked], corpus: Path) -> list[Zcl]:
    """Every ZCL payload of the test messages, those sealed for their recipient opened."""
    keyring = FolderKeyring(corpus / "keystore")
    found: list[Zcl] = []
    for name, header, _, tree in walked:
        for each in branches(tree, "component"):
            part = frame(each)
            place = (part.cluster, part.frame_control, part.command)
            octets, nodes = encoded(part.body), part.body
            if part.encrypted:
                octets = decrypt(header, octets[2:], keyring)
                nodes = walk_zcl(octets, 0, len(octets), *place)
            found.append(Zcl(name, *place, octets, nodes, part.encrypted))
    return found


@pytest.mark.corpus
def test_every_gbz_payload_walks_to_its_last_octet_and_writes_itself_again(walked: list[Walked]) -> None:
    assert Counter(each.header.cra for each in walked) == {Cra.COMMAND: 159, Cra.RESPONSE: 119, Cra.ALERT: 16}
    for name, _, payload, tree in walked:
        assert (tree.offset, tree.length) == (0, len(payload)), name
        assert tree.encode() == payload, name
        for leaf in tree.leaves():
            assert leaf.name, (name, leaf)
            assert leaf.encode() == payload[leaf.offset : leaf.offset + leaf.length], (name, leaf)


@pytest.mark.corpus
def test_every_sealed_component_opens_to_a_payload_that_walks(payloads: list[Zcl]) -> None:
    sealed = [each for each in payloads if each.sealed]
    assert len(sealed) == 32
    for each in sealed:
        assert encoded(each.nodes) == each.octets, each.source


@pytest.mark.corpus
def test_the_test_messages_have_every_declared_command(payloads: list[Zcl]) -> None:
    used = {(c.cluster, c.to_client, c.id) for each in payloads if (c := each.declared)}
    assert used == set(COMMANDS)


@pytest.mark.corpus
def test_values_read_from_a_command_write_the_same_command(payloads: list[Zcl]) -> None:
    for each in payloads:
        if command := each.declared:
            assert command.layout.write(read_values(each.nodes)) == each.octets, each.source


@pytest.mark.corpus
def test_what_is_declared_as_fixed_is_so_in_every_test_message(payloads: list[Zcl]) -> None:
    for each in payloads:
        if command := each.declared:
            values = read_values(each.nodes)
            for part in command.layout.parts:
                if isinstance(part, Field) and part.fixed is not None:
                    assert values[part.name] == part.fixed, (each.source, command.name, part.name)


@pytest.mark.corpus
def test_attributes_have_their_declared_types_in_every_test_message(payloads: list[Zcl]) -> None:
    seen: set[tuple[int, int]] = set()
    for each in payloads:
        for record in each.nodes:
            if isinstance(record, Branch) and record.name == "attribute":
                values = read_values(record.children)
                place = (each.cluster, values["attribute_id"])
                if values["status"] == 0:
                    seen.add(place)
                    assert values["type"] == ATTRIBUTES[place].type.tag, (each.source, place)
    assert seen == set(ATTRIBUTES)


# Messages that break a rule


def test_a_message_cut_anywhere_is_refused() -> None:
    whole = gbz(component(SUPPLY, control=0), component(b"\x01\x02", control=0x11, frame_control=0))
    with pytest.raises(MalformedMessage):  # a From Date Time needs four octets more
        walk(whole)
    whole = gbz(component(SUPPLY, control=0), component(b"\x01\x02", frame_control=0, command=0))
    assert walk(whole).encode() == whole
    for end in range(len(whole)):
        assert 0 <= (fault(whole[:end]).offset or 0) <= end


@pytest.mark.parametrize(
    ("data", "offset"),
    [
        pytest.param(b"\x01\x08\x01" + component(SUPPLY), 0, id="another profile"),
        pytest.param(gbz(component(SUPPLY, control=0x05)), 3, id="unknown control bits"),
        pytest.param(gbz(component(SUPPLY, control=0)), 3, id="no last component"),
        pytest.param(gbz(component(SUPPLY), component(SUPPLY)), 3, id="a last component too soon"),
        pytest.param(gbz(component(SUPPLY), count=2), 3, id="a component is missing"),
        pytest.param(gbz(component(SUPPLY)) + b"\x00", 29, id="octets after the last component"),
        pytest.param(gbz(component(SUPPLY[:-1])), 28, id="a field is missing"),
        pytest.param(gbz(component(SUPPLY + b"\x00")), 29, id="a field too many"),
        pytest.param(gbz(component(SUPPLY, command=0x0A)), 10, id="an unknown command"),
        pytest.param(gbz(component(SUPPLY, frame_control=9)), 10, id="a command in the other direction"),
        pytest.param(gbz(component(SUPPLY, frame_control=0, command=2)), 10, id="an unknown general command"),
        pytest.param(
            gbz(component(b"\x01\x02\x03", frame_control=0, command=0)), 13, id="half an attribute id"
        ),
        pytest.param(gbz(component(b"\x01\x00\x00", frame_control=8)), 11, id="a long default response"),
        pytest.param(
            gbz(component(b"\x00\x00\x00\x99", frame_control=8, command=1)), 14, id="an unknown type"
        ),
        pytest.param(gbz(component(b"\x00" + b"\xff" * 300, 0x0705, command=4)), 12, id="an invalid string"),
        pytest.param(gbz(component(b"\x00\x05123", 0x0705, command=4)), 12, id="a string too long"),
        pytest.param(gbz(sealed(READ_RESPONSE, bytes(5))), 13, id="sealed octets too few"),
        pytest.param(gbz(sealed(DEFAULT_RESPONSE)), 12, id="an encrypted default response"),
        pytest.param(gbz(sealed(READ_REQUEST)), 12, id="an encrypted request to read attributes"),
        pytest.param(gbz(sealed((0x09, 0x7E))), 12, id="an unknown command, encrypted"),
    ],
)
def test_a_broken_rule_is_found_where_it_is(data: bytes, offset: int) -> None:
    assert fault(data).offset == offset


def test_only_devices_encrypt() -> None:
    whole = gbz(sealed(READ_RESPONSE))
    assert walk(whole).encode() == whole
    assert fault(whole, Cra.COMMAND).offset == 3


def test_rows_must_be_as_many_as_announced() -> None:
    def log(count: int) -> bytes:
        return count.to_bytes(2, "little") + b"\x00\x01\x00" + 2 * (b"\x03\x01\x8f" + bytes(5))

    place = {"cluster": 0x0709, "frame_control": 9, "command": 1}
    assert len(next(branches(walk(gbz(component(log(2), **place))), "events")).children) == 2
    assert fault(gbz(component(log(3), **place))).offset == 11 + 5 + 16
    assert fault(gbz(component(log(1), **place))).offset == 11 + 5 + 8


def test_alerts_announce_what_they_add() -> None:
    def alert(count: int, content: bytes) -> bytes:
        return b"\x01\x09" + bytes((count,)) + b"\x8f\x3f" + bytes(4) + content

    for whole in (alert(0, b""), alert(1, b"\x00\x05"), alert(1, b"\x09\x02ab"), alert(1, component(SUPPLY))):
        tree = walk(whole, Cra.ALERT)
        assert tree.encode() == whole
        assert isinstance(tree.children[2], Leaf)
        assert tree.children[2].kind.show(tree.children[2].value) == "8F3F"
    for broken in (alert(1, b""), alert(0, b"\x00\x05"), alert(2, b"\x00\x05")):
        assert fault(broken, Cra.ALERT).offset == 2
    assert fault(alert(0, b"")[:-1], Cra.ALERT).offset == 3
    assert fault(alert(1, component(SUPPLY) + b"\x00"), Cra.ALERT).offset == 9 + 26
