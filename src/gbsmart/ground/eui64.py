"""EUI-64 identifiers: the one name of every device, User and DCC party."""

from __future__ import annotations

import re
from typing import Self

from gbsmart.ground.errors import InvalidValue

_WRITTEN = re.compile(r"[0-9A-Fa-f]{2}(?:-?[0-9A-Fa-f]{2}){7}\Z")


class Eui64(bytes):
    """Eight octets that print as ``90-B3-D5-1F-30-01-00-00`` (DUIS ``EUI`` type).

    It *is* its octets, so it goes into GBCS headers, key derivations and hashes without conversion.
    """

    __slots__ = ()

    def __new__(cls, value: bytes) -> Self:
        """Take exactly eight octets; raises :class:`InvalidValue`."""
        if len(value) != 8:
            raise InvalidValue(f"an EUI-64 has 8 octets, not {len(value)}")
        return super().__new__(cls, value)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``90-B3-D5-1F-30-01-00-00`` or ``90b3d51f30010000``; raises :class:`InvalidValue`."""
        if not _WRITTEN.match(text):
            raise InvalidValue(f"{text!r} is not an EUI-64: write 16 hex digits, in pairs joined by hyphens")
        return cls(bytes.fromhex(text.replace("-", "")))

    @property
    def compact(self) -> str:
        """The 16 lower-case hex digits, as file names and database columns hold it."""
        return self.hex()

    def __str__(self) -> str:
        return self.hex("-").upper()

    def __repr__(self) -> str:
        return f"Eui64.parse({str(self)!r})"
