"""Encrypted values: opened with the recipient's key where it is held, whether or not a form reads them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import cast

from gbsmart.gbcs.dlms.data import OCTET_STRING, TAGGED, walk_data
from gbsmart.gbcs.gbz.bodies import sealed_octets
from gbsmart.gbcs.gbz.message import frame, walk_zcl
from gbsmart.gbcs.header import Cra, Header
from gbsmart.gbcs.protection import SECURITY_HEADER, TAG_LENGTH, NotAuthentic, decrypt
from gbsmart.gbcs.tree import BARE, Branch, Leaf, Node
from gbsmart.ground import MalformedMessage
from gbsmart.keys import KeyNotHeld, Keyring, UnknownCertificate


class Opener:
    """Opens sealed octets under one header, and remembers what did not open."""

    def __init__(self, header: Header, keyring: Keyring | None) -> None:
        self.header = header
        self.keyring = keyring
        self.notes: list[str] = []

    @property
    def unseal(self) -> Callable[[bytes], bytes | None] | None:
        """What a :class:`~gbsmart.gbcs.shape.Context` takes: None where nothing can be opened."""
        if self.keyring is None or self.header.cra == Cra.COMMAND:
            return None
        return self._open

    def _open(self, sealed: bytes) -> bytes | None:
        assert self.keyring is not None
        try:
            return decrypt(self.header, sealed, self.keyring)
        except (KeyNotHeld, UnknownCertificate):
            self._note("Encrypted values stay closed: no key of their recipient is at hand.")
        except (NotAuthentic, MalformedMessage) as fault:
            self._note(f"An encrypted value does not open: {fault}")
        return None

    def _note(self, note: str) -> None:
        if note not in self.notes:
            self.notes.append(note)

    def open_all(self, payload: Node, opened: list[tuple[Node, Node]]) -> None:
        """Open every sealed part below ``payload`` that is not yet among ``opened``."""
        if self.unseal is None:
            return
        known = {id(node) for node, _ in opened}
        for node, walk in _sealed_parts(payload):
            if id(node) in known:
                continue
            octets = sealed_octets(node) if isinstance(node, Branch) else cast("bytes", node.value)
            if (plain := self._open(octets)) is not None:
                try:
                    opened.append((node, walk(plain)))
                except MalformedMessage as fault:
                    self._note(f"A decrypted value breaks its format: {fault}")
        opened.sort(key=lambda pair: pair[0].offset)


def _sealed_parts(node: Node) -> Iterator[tuple[Node, Callable[[bytes], Node]]]:
    """Every sealed part below ``node``, and what reads its plaintext."""
    if isinstance(node, Leaf):
        if node.kind is TAGGED[OCTET_STRING] and _looks_sealed(node.value):
            yield node, _walk_whole
        return
    if node.name == "component" and (parts := frame(node)).encrypted:

        def walk(plain: bytes) -> Node:
            nodes = walk_zcl(plain, 0, len(plain), parts.cluster, parts.frame_control, parts.command)
            return Branch(BARE, nodes, 0, len(plain), "plaintext")

        yield parts.body[0], walk
        return
    for child in node.children:
        yield from _sealed_parts(child)


def _looks_sealed(octets: bytes) -> bool:
    return octets.startswith(SECURITY_HEADER) and len(octets) > len(SECURITY_HEADER) + TAG_LENGTH


def _walk_whole(plain: bytes) -> Node:
    node, after = walk_data(plain, 0, len(plain))
    if after != len(plain):
        raise MalformedMessage(f"{len(plain) - after} octets after the protected value", offset=after)
    return node
