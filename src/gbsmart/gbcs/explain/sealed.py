"""Encrypted values: opened with the recipient's key where it is held, whether or not a form reads them."""

from __future__ import annotations

from collections.abc import Callable

from gbsmart.gbcs.header import Cra, Header
from gbsmart.gbcs.protection import NotAuthentic, decrypt
from gbsmart.gbcs.sealed import sealed_parts
from gbsmart.gbcs.tree import Node
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
        for part in sealed_parts(payload):
            if id(part.node) in known:
                continue
            if (plain := self._open(part.octets)) is not None:
                try:
                    opened.append((part.node, part.walk(plain)))
                except MalformedMessage as fault:
                    self._note(f"A decrypted value breaks its format: {fault}")
        opened.sort(key=lambda pair: pair[0].offset)
