"""Simple types of octets: base64 and hexadecimal digits (:mod:`gbsmart.duis.lexical` has the others)."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from typing import Any

from gbsmart.duis.document import WHITE_SPACE
from gbsmart.duis.forms import Form, listed, sized


@dataclass(frozen=True, slots=True)
class Base64:
    """Octets in base64, at most ``high`` of them (else as many as a document may hold)."""

    high: int | None = None

    @property
    def wants(self) -> str:
        """What it takes."""
        return "octets in base64" + ("" if self.high is None else f", at most {self.high:,}")

    @property
    def form(self) -> Form:
        """As XML Schema says it."""
        return sized("base64Binary", 0, self.high)

    def read(self, text: str) -> bytes:
        """The octets."""
        if not text.isascii():
            raise ValueError("is not base64")
        try:
            value = base64.b64decode("".join(text.split()), validate=True)
        except binascii.Error:
            raise ValueError("is not base64") from None
        return self._bounded(value)

    def write(self, value: Any) -> str:
        """The octets on one line."""
        if not isinstance(value, (bytes, bytearray)):
            raise ValueError(f"needs octets, not {type(value).__name__}")
        return base64.b64encode(self._bounded(bytes(value))).decode("ascii")

    def _bounded(self, value: bytes) -> bytes:
        if self.high is not None and len(value) > self.high:
            raise ValueError(f"has {len(value)} octets; {self.high} are allowed")
        return value


@dataclass(frozen=True, slots=True)
class Hex:
    """Octets in hexadecimal digits: ``low`` to ``high`` of them, one of ``allowed`` where that is given."""

    low: int = 0
    high: int | None = None
    allowed: tuple[bytes, ...] = ()

    @property
    def wants(self) -> str:
        """What it takes."""
        if self.allowed:
            return " or ".join(value.hex().upper() for value in self.allowed)
        return "hexadecimal digits" + ("" if self.high is None else f", {self._length()} octets")

    @property
    def form(self) -> Form:
        """As XML Schema says it."""
        if self.allowed:
            return listed([value.hex().upper() for value in self.allowed], "hexBinary")
        return sized("hexBinary", self.low, self.high)

    def _length(self) -> str:
        return f"{self.low}" if self.low == self.high else f"{self.low} to {self.high}"

    def read(self, text: str) -> bytes:
        """The octets."""
        text = text.strip(WHITE_SPACE)
        if len(text) % 2 or not re.fullmatch("[0-9A-Fa-f]*", text):
            raise ValueError(f"says {text[:40]!r}, not pairs of hexadecimal digits")
        return self._checked(bytes.fromhex(text))

    def write(self, value: Any) -> str:
        """The octets in upper case."""
        if not isinstance(value, bytes):
            raise ValueError(f"needs octets, not {type(value).__name__}")
        return self._checked(value).hex().upper()

    def _checked(self, value: bytes) -> bytes:
        if self.high is not None and not self.low <= len(value) <= self.high:
            raise ValueError(f"has {len(value)} octets, not {self._length()}")
        if self.allowed and value not in self.allowed:
            raise ValueError(f"says {value.hex().upper()}, not {self.wants}")
        return value
