"""RequestID and ResponseID: who says it, to whom, and the number that makes it unique."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple, Self

from gbsmart.ground import Eui64, InvalidValue

_HYPHENS = "-" * 7
MAX_COUNTER = 2**64 - 1


@lru_cache(maxsize=4096)
def _octets(hyphened: str) -> Eui64:
    return Eui64(bytes.fromhex(hyphened.replace("-", "")))


class RequestId(NamedTuple):
    """``originator:target:counter`` (DUIS ``RequestIDType``; a ResponseID has the same form).

    The counter is the GBCS Originator Counter where the User is a Known Remote Party of the Device.
    A ResponseID names the responder first, then the User, then the User's counter.
    """

    originator: Eui64
    target: Eui64
    counter: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``90-B3-...:00-DB-...:1000``; raises :class:`InvalidValue`."""
        try:
            if text[23] == ":" == text[47] and text[2:23:3] == text[26:47:3] == _HYPHENS:
                counter = text[48:]
                if counter.isascii() and counter.isdecimal() and (counter[0] != "0" or counter == "0"):
                    number = int(counter) if len(counter) <= 20 else 1 << 64
                    if number <= MAX_COUNTER:
                        return cls(_octets(text[:23]), _octets(text[24:47]), number)
        except (IndexError, ValueError, InvalidValue):
            pass
        raise InvalidValue(
            f"{text[:80]!r} is not originator:target:counter, two EUI-64s and a number below 2^64"
        )

    def __str__(self) -> str:
        return f"{self.originator}:{self.target}:{self.counter}"


ResponseId = RequestId
"""``responder:user:counter``."""
