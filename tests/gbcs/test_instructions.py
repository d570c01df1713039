"""Which alerts tell that a future-dated command was executed: one for each instruction."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from gbsmart.gbcs import Cra, Header, Message, OtherInformation, codec, forms
from gbsmart.gbcs.catalogue import commands
from gbsmart.gbcs.instructions import future_dated_instructions, outcome_form
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
    assert len(future_dated_instructions(Message(header, octets), JANUARY)) == instructions


OTHER_COUNTER = "GCS05_2.1_8F66_FUTURE_DATED_SUCCESS_ALERT_PUBLISH_CALENDAR_GBCS.HEX"
"""A public alert that names another command than its set holds."""


@pytest.mark.corpus
def test_public_alerts_name_the_instructions_of_their_commands(corpus: Path) -> None:
    named = 0
    for path in (corpus / "rtds").glob("*/*FUTURE_DATED*SUCCESS_COMMAND_GBCS.HEX"):
        command = read(path)
        dated = codec.read(command).values["execution_date_time"]  # type: ignore[union-attr]
        instructions = future_dated_instructions(command, dated)
        form = outcome_form(command.header.message_code)
        for alert in path.parent.glob("*_8F66_*"):
            reading = codec.read(read(alert))
            assert reading is not None
            assert reading.form == form
            values = {name: value for name, value in reading.values.items() if name not in COMMON}
            if instructions[0].title and alert.name != OTHER_COUNTER:
                found = [each.title for each in instructions if each.named == values]
                assert len(found) == 1
                named += 1
                if form.name == "FD-ZigBee":  # the name of the file is that of the command
                    assert alert.name.endswith(f"_{found[0].upper().replace(' ', '_')}_GBCS.HEX")
    assert named > 25


def test_every_instruction_of_a_command_has_a_title_of_its_own() -> None:
    for form in forms.all_forms():
        titles = [item.title for item in getattr(form.command, "items", ()) if "Activation" in item.title]
        assert len(titles) == len(set(titles))


def test_every_message_that_can_be_dated_has_a_form_for_its_outcome() -> None:
    dated = [code for code, rules in commands().items() if rules.future_datable]
    assert {outcome_form(code).name for code in dated} == {
        "FD-DLMS", "FD-ZigBee", "CS06 alert", "CS02b alert", "CS02g alert",
    }  # fmt: skip


COMMON = {"alert_code", "time"}


def read(path: Path) -> Message:
    return Message.parse(bytes.fromhex(path.read_text()))
