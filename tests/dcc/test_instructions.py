"""How many alerts tell the DCC that a future-dated command was executed: one for each instruction."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from gbsmart.dcc.instructions import future_dated_instructions
from gbsmart.gbcs import Cra, Header, Message, OtherInformation, codec, forms
from gbsmart.ground import Eui64

SUPPLIER, METER = Eui64.parse("90-B3-D5-1F-30-01-00-00"), Eui64.parse("00-DB-12-34-56-78-90-A0")
CREATED, JANUARY = datetime(2015, 1, 1, tzinfo=UTC), datetime(2030, 1, 15, 9, tzinfo=UTC)
GAS_PREPAYMENT = {
    "issuer_event_id": CREATED, "emergency_credit_limit": 1, "emergency_credit_threshold": 2,
    "debt_recovery_rate_cap": 3, "low_credit_threshold": 4, "max_meter_balance": 5, "max_credit_threshold": 6,
    "days": [], "weeks": [], "seasons": [], "special_days": [],
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "values", "instructions"),
    [
        pytest.param("GCS05", GAS_PREPAYMENT, 6, id="one of them only by its From Date Time"),
        pytest.param("GCS02", {"issuer_event_id": CREATED}, 1, id="one"),
        pytest.param("ECS02", {"credit_charges": {"twin_element": False}}, 1, id="one of DLMS"),
    ],
)
def test_a_command_holds_as_many_instructions_as_are_dated(
    name: str, values: dict[str, Any], instructions: int
) -> None:
    form = forms.form(name)
    header = Header(Cra.COMMAND, 1000, SUPPLIER, METER, OtherInformation(form.code))
    octets = codec.payload(form, header, {**values, "execution_date_time": JANUARY})
    assert future_dated_instructions(Message(header, octets), JANUARY) == instructions
