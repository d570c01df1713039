"""Whatever is encrypted in a message, found and opened without knowing its form (GBCS 8.5).

A form knows where its sealed values are; this finds them by their frame alone: an encrypted GBZ
component, or a DLMS octet-string behind the parameters of a protected read.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from gbsmart.gbcs.dlms.data import OCTET_STRING, TAGGED, walk_data
from gbsmart.gbcs.gbz.message import ENCRYPTED, frame, walk_zcl
from gbsmart.gbcs.header import Cra, Header
from gbsmart.gbcs.protection import SECURITY_HEADER, TAG_LENGTH, decrypt
from gbsmart.gbcs.tree import BARE, Branch, Leaf, Node
from gbsmart.ground import MalformedMessage
from gbsmart.keys import KeyNotHeld, Keyring, UnknownCertificate


class Opened(NamedTuple):
    """A sealed part: the node that holds it, its plaintext, and the plaintext's walk (from offset 0)."""

    node: Node
    plaintext: bytes
    tree: Node


def open_sealed(payload: Node, header: Header, keyring: Keyring) -> list[Opened]:
    """Every sealed part of a walked payload, opened.

    Empty where this keyring holds no key for them. Raises
    :class:`~gbsmart.gbcs.protection.NotAuthentic` where a part was altered, and
    :class:`MalformedMessage` (offsets within the plaintext) where what is inside does not walk.
    """
    if header.cra == Cra.COMMAND:
        return []
    opened = []
    for node, owner in _sealed(payload, payload):
        octets = node.value if isinstance(node, Leaf) else node.encode()[2:]
        try:
            plaintext = decrypt(header, octets, keyring)
        except (KeyNotHeld, UnknownCertificate):
            continue
        opened.append(Opened(node, plaintext, _walk(plaintext, owner)))
    return opened


def _sealed(node: Node, owner: Node) -> Iterator[tuple[Node, Node]]:
    """Each sealed node, with the GBZ component that it is in (or the payload)."""
    if isinstance(node, Leaf):
        if (
            node.kind is TAGGED[OCTET_STRING]
            and node.value[:5] == SECURITY_HEADER
            and len(node.value) > len(SECURITY_HEADER) + TAG_LENGTH
        ):
            yield node, owner
    elif node.name == "sealed":
        yield node, owner
    else:
        for child in node.children:
            yield from _sealed(child, node if node.name == "component" else owner)


def _walk(plaintext: bytes, owner: Node) -> Node:
    if owner.name == "component":
        part = frame(owner)
        assert part.control & ENCRYPTED
        nodes = walk_zcl(plaintext, 0, len(plaintext), part.cluster, part.frame_control, part.command)
        return Branch(BARE, nodes, 0, len(plaintext), "plaintext")
    tree, after = walk_data(plaintext, 0, len(plaintext))
    if after != len(plaintext):
        raise MalformedMessage(f"{len(plaintext) - after} octets after the sealed value", offset=after)
    return tree
