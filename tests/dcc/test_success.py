"""Whether a device did what it was asked, as its Response says."""

from __future__ import annotations

import pytest

from gbsmart.dcc.success import is_success
from gbsmart.gbcs import Cra, Header, Message, OtherInformation
from gbsmart.ground import Eui64

METER, SUPPLIER = Eui64(b"meter..1"), Eui64(b"supplier")
READ_REGISTERS, DISABLE_SUPPLY, NO_FORM = 0x0027, 0x0062, 0x0FFF


@pytest.mark.parametrize(
    ("code", "payload", "success"),
    [
        (READ_REGISTERS, "da 200003e8 00 00 01 00 01 03 0b", False),
        (READ_REGISTERS, "da 200003e8 00 00 02 00 00 02 03 0b 03 0b", False),
        (READ_REGISTERS, "da 200003e8 00 00 00 00", False),
        (READ_REGISTERS, "da 200003e9 00 00 01 00 01 03 00", False),
        (READ_REGISTERS, "01 09 00", False),
        (NO_FORM, "da 200003e8 00 00 01 00 01 03 0b", True),
    ],
    ids=[
        *("a refusal", "two results for one item", "none", "to another request", "of another family"),
        "of a use case that has no form",
    ],
)
def test_only_what_its_form_reads_as_success_is_one(code: int, payload: str, success: bool) -> None:
    header = Header(Cra.RESPONSE, 1000, METER, SUPPLIER, OtherInformation(code))
    assert is_success(Message(header, bytes.fromhex(payload))) is success
