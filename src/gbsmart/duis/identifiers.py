"""RequestID and ResponseID: who says it, to whom, and the number that makes it unique."""

from __future__ import annotations

import re
from typing import NamedTuple, Self

from gbsmart.ground import Eui64, InvalidValue

_PART = r"([0-9A-Fa-f]{2}(?:-[0-9A-Fa-f]{2}){7})"
_WRITTEN = re.compile(rf"{_PART}:{_PART}:(0|[1-9][0-9]{{0,19}})\Z")
MAX_COUNTER = 2**64 - 1


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
        found = _WRITTEN.match(text)
        if not found or (counter := int(found[3])) > MAX_COUNTER:
            raise InvalidValue(
                f"{text!r} is not originator:target:counter, two EUI-64s and a number below 2^64"
            )
        return cls(
            Eui64(bytes.fromhex(found[1].replace("-", ""))),
            Eui64(bytes.fromhex(found[2].replace("-", ""))),
            counter,
        )

    def __str__(self) -> str:
        return f"{self.originator}:{self.target}:{self.counter}"


ResponseId = RequestId
"""``responder:user:counter``."""
