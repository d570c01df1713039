"""Customer identification numbers (SRV 9.1): four digits that the DCC draws, for the meter and for the User.

The User asks the customer for them, which shows that the meter is theirs. They are kept nowhere but in the
Command: whoever answers the User reads them there.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection

from gbsmart.dcc import commands
from gbsmart.dcc.model import RequestKey
from gbsmart.gbcs import Message, codec

VARIANT = "9.1"
_DIGITS = 4


def draw(random: Callable[[int], bytes]) -> str:
    """A number from octets that nobody can foresee, more of them than would favour some numbers."""
    return f"{int.from_bytes(random(16)) % 10**_DIGITS:0{_DIGITS}d}"


def drawn_for(connection: Connection, key: RequestKey) -> str:
    """The number in the Command of a request; "" where it is not built."""
    command = commands.find(connection, key)
    if command is None or command.content is None:
        return ""
    reading = codec.read(Message.parse(command.content))
    assert reading is not None
    return str(reading.values["customer_identification_number"])
