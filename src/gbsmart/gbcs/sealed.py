"""Whatever is encrypted in a message, found and opened without knowing its form (GBCS 8.5).

A form knows where its sealed values are; this finds them by their frame alone: an encrypted GBZ
component, or a DLMS octet-string that begins as sealed data does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from gbsmart.gbcs.dlms.data import OCTET_STRING, TAGGED, walk_data
from gbsmart.gbcs.gbz.answers import sealed_octets
from gbsmart.gbcs.gbz.message import frame, walk_zcl
from gbsmart.gbcs.header import Cra, Header
from gbsmart.gbcs.protection import SECURITY_HEADER, TAG_LENGTH, decrypt
from gbsmart.gbcs.tree import BARE, Branch, Leaf, Node
from gbsmart.ground import MalformedMessage
from gbsmart.keys import KeyNotHeld, Keyring, UnknownCertificate


class SealedPart(NamedTuple):
    """A sealed part: the node that holds it, its octets from the ``31``, and what walks its plaintext.

    ``walk`` raises :class:`MalformedMessage` with offsets within the plaintext.
    """

    node: Node
    octets: bytes
    walk: Callable[[bytes], Node]


def sealed_parts(node: Node) -> Iterator[SealedPart]:
    """Every sealed part of a walked payload, in the order of the octets."""
    if isinstance(node, Leaf):
        if node.kind is TAGGED[OCTET_STRING] and _looks_sealed(node.value):
            yield SealedPart(node, node.value, _walk_data)
        return
    if node.name == "component" and (part := frame(node)).encrypted:

        def walk(plaintext: bytes) -> Node:
            nodes = walk_zcl(plaintext, 0, len(plaintext), part.cluster, part.frame_control, part.command)
            return Branch(BARE, nodes, 0, len(plaintext), "plaintext")

        yield SealedPart(part.body[0], sealed_octets(part.body[0]), walk)
        return
    for child in node.children:
        yield from sealed_parts(child)


def open_sealed(payload: Node, header: Header, keyring: Keyring) -> list[tuple[SealedPart, Node]]:
    """Every sealed part of a walked payload that ``keyring`` has a key for, with its plaintext's walk.

    Raises :class:`~gbsmart.gbcs.protection.NotAuthentic` where a part was altered, and
    :class:`MalformedMessage` where what is inside does not walk.
    """
    if header.cra == Cra.COMMAND:
        return []
    opened = []
    for part in sealed_parts(payload):
        try:
            plaintext = decrypt(header, part.octets, keyring)
        except (KeyNotHeld, UnknownCertificate):
            continue
        opened.append((part, part.walk(plaintext)))
    return opened


def _looks_sealed(octets: bytes) -> bool:
    return octets.startswith(SECURITY_HEADER) and len(octets) > len(SECURITY_HEADER) + TAG_LENGTH


def _walk_data(plaintext: bytes) -> Node:
    node, after = walk_data(plaintext, 0, len(plaintext))
    if after != len(plaintext):
        raise MalformedMessage(f"{len(plaintext) - after} octets after the sealed value", offset=after)
    return node
