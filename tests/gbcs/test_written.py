"""The octets of values that messages share are kept, and nothing else's."""

import pytest

from gbsmart.gbcs.dlms.arrays import Array, Compact
from gbsmart.gbcs.dlms.data import UNSIGNED_8
from gbsmart.gbcs.dlms.shapes import U8, Struct
from gbsmart.gbcs.dlms.written import is_plain, putting
from gbsmart.gbcs.envelope import Cra, Header, OtherInformation
from gbsmart.gbcs.shape import Context
from gbsmart.ground import Eui64, InvalidValue, SharedRows

HERE = Eui64(bytes(8))
CONTEXT = Context(Header(Cra.COMMAND, 1, HERE, HERE, OtherInformation(0x19)))
NUMBERS = Array(U8, most=9)


def test_the_octets_of_shared_rows_are_kept() -> None:
    put, rows = putting(NUMBERS), SharedRows([1, 2])
    assert put(rows, CONTEXT) == NUMBERS.put(rows, CONTEXT)
    assert put(rows, CONTEXT) is put(rows, CONTEXT)


def test_rows_that_change_are_written_as_they_are() -> None:
    put, rows = putting(NUMBERS), [1, 2]
    assert put(rows, CONTEXT) == bytes.fromhex("010211011102")
    rows.append(3)
    assert put(rows, CONTEXT) == bytes.fromhex("0103110111021103")


def test_what_cannot_be_written_is_refused_every_time() -> None:
    rows = SharedRows([1, 256])
    for _ in range(2):
        with pytest.raises(InvalidValue, match="256 is not a"):
            putting(NUMBERS)(rows, CONTEXT)


def test_what_depends_on_the_message_is_written_for_each() -> None:
    of_message = Compact((("number", UNSIGNED_8),))
    for shape in (of_message, Array(of_message), Array(Struct(("numbers", of_message)))):
        assert not is_plain(shape)
        assert putting(shape) == shape.put
    assert is_plain(Array(Struct(("number", U8))))
