"""Tables of what runs when: special days (class 11) and schedules (class 10) of an ESME and a SAPC.

An entry of a schedule names its days of the week (Monday first) and the special days of its own table by
the places of a bit string.
"""

from __future__ import annotations

from gbsmart.gbcs.dlms.arrays import Counted
from gbsmart.gbcs.dlms.data import UNSIGNED_16
from gbsmart.gbcs.dlms.moments import DAY_MONTH, TIME_OF_DAY
from gbsmart.gbcs.dlms.shapes import BITS, U8, U16, YES, Const, Struct
from gbsmart.gbcs.shape import Shape

_SPECIAL_DAY = Struct(("index", U16), ("date", DAY_MONTH), ("day", U8))
ANY_DELAY = Const(bytes((UNSIGNED_16, 0xFF, 0xFF)), "no validity window")
"""An entry runs however late it is."""


def special_days(most: int) -> Counted:
    """A table of special days, each a ``date`` with wildcards and the ``day`` profile that it takes."""
    return Counted(_SPECIAL_DAY, most)


def script_table(obis: str) -> Const:
    """The reference to a script table, six octets in hexadecimal."""
    return Const(b"\x09\x06" + bytes.fromhex(obis), f"script table {obis}")


def schedule(table: Const, action: Shape, most: int) -> Counted:
    """A schedule whose entries run a script of ``table``; what the script does is the row's ``action``."""
    return Counted(
        Struct(
            ("index", U16), ("", YES), ("", table), ("action", action), ("time", TIME_OF_DAY),
            ("", ANY_DELAY), ("days_of_week", BITS), ("special_days", BITS),
            ("start", DAY_MONTH), ("end", DAY_MONTH),
        ),
        most,
    )  # fmt: skip
