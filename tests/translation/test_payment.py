"""Payment requests become the messages that the public vectors hold; the content picks the row."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gbsmart.duis import Request, RequestId, parse_request
from gbsmart.gbcs import Message
from gbsmart.ground import NOW, Eui64, InvalidValue
from gbsmart.translation import Facts, transform

ACB = Eui64.parse("90-B3-D5-1F-30-00-00-02")
SUPPLIER = Eui64.parse("90-B3-D5-1F-30-01-00-00")
METER = Eui64.parse("00-DB-12-34-56-78-90-A0")
ESME = Facts(datetime(2015, 1, 1, tzinfo=UTC), ACB, "ESME", esme_variant="A")
TWIN = replace(ESME, esme_variant="BD")
GSME, GPF = replace(ESME, device_type="GSME"), replace(ESME, device_type="GPF")

PAIRS = {
    "ECS01b_1.2.1_CANCELLATION_TOU_BLOCK_SUCCESS": ESME,
    "ECS01b_1.2.1_FUTURE_DATED_TOU_BLOCK_SUCCESS": ESME,
    "GCS01b_1.2.1_CANCELLATION_BLOCK_SUCCESS": GSME,
    "GCS01b_1.2.1_IMMEDIATE_TOU_SUCCESS": GSME,
    "ECS04a_1.5_SUCCESS": ESME,
    "ECS04b_1.5_SUCCESS": ESME,
    "GCS40a_1.5_SUCCESS": GSME,
    "GCS40b_1.5_SUCCESS": GSME,
    "GCS40c_1.5_SUCCESS": GSME,
    "GCS40d_1.5_SUCCESS": GSME,
    "ECS02_1.6_CANCELLATION_TWIN_SUCCESS": TWIN,
    "ECS02_1.6_FUTURE_DATED_TWIN_SUCCESS": TWIN,
    "ECS02_1.6_IMMEDIATE_SINGLE_SUCCESS": ESME,
    "ECS03_1.6_CANCELLATION_TWIN_SUCCESS": TWIN,
    "ECS03_1.6_FUTURE_DATED_TWIN_SUCCESS": TWIN,
    "ECS03_1.6_IMMEDIATE_SINGLE_SUCCESS": ESME,
    "GCS02_1.6_FUTURE_DATED_SUCCESS": GSME,
    "GCS02_1.6_IMMEDIATE_SUCCESS": GSME,
    "GCS03_1.6_CANCELLATION_SUCCESS": GSME,
    "GCS03_1.6_IMMEDIATE_SUCCESS": GSME,
    "CS01a_2.2_SUCCESS": ESME,
    "CS01b_2.2_SUCCESS": GSME,
    "ECS19_4.3_SUCCESS": ESME,
    "GCS14_4.3_SUCCESS_RELIABLE_GPF": GPF,
    "GCS14_4.3_SUCCESS_RELIABLE_GSME": GSME,
}


@pytest.mark.corpus
@pytest.mark.parametrize("name", PAIRS)
def test_a_request_becomes_its_message(corpus: Path, name: str) -> None:
    octets = (corpus / "duis-requests" / f"{name}_REQUEST_DUIS.XML").read_bytes()
    translated = transform(parse_request(octets).message, PAIRS[name])
    found = {path.name: path for path in (corpus / "rtds").rglob(f"{name}_*_GBCS.HEX")}
    path = found.get(f"{name}_PRECOMMAND_GBCS.HEX") or found[f"{name}_COMMAND_GBCS.HEX"]
    wanted = Message.parse(bytes.fromhex(path.read_text()))
    assert translated.critical == (f"{name}_PRECOMMAND_GBCS.HEX" in found)
    assert translated.message().inner_octets() == replace(wanted, null_signature=True).inner_octets()


def balance(**mode: object) -> Request:
    return Request(RequestId(SUPPLIER, METER, 1), 4, "1.5", dict(mode))


@pytest.mark.parametrize(
    ("request_", "electricity", "gas"),
    [
        (balance(prepayment_mode={"adjust_meter_balance": 5}), "ECS04a", "GCS40a"),
        (balance(credit_mode={"adjust_meter_balance": -5}), "ECS04a", "GCS40c"),
        (balance(prepayment_mode={"reset_meter_balance": True}), "ECS04b", "GCS40b"),
        (balance(credit_mode={"reset_meter_balance": True}), "ECS04b", "GCS40d"),
    ],
)
def test_what_is_asked_decides_the_use_case(request_: Request, electricity: str, gas: str) -> None:
    assert transform(request_, ESME).form.name == electricity
    assert transform(request_, GSME).form.name == gas


def test_the_elements_of_the_meter_are_a_fact_that_is_named() -> None:
    values = {"execution_date_time": NOW, "credit": True}
    asked = Request(RequestId(SUPPLIER, METER, 1), 4, "1.6", values)
    single, twin = transform(asked, ESME), transform(asked, TWIN)
    assert (single.facts["esme_variant"], twin.facts["esme_variant"]) == ("A", "BD")
    assert len(twin.message().encode()) - len(single.message().encode()) == 21


def test_only_a_party_with_credentials_tops_up_or_reads_balances() -> None:
    for variant, values in (("2.2", {"utrn": "7" * 20}), ("4.3", {"execution_date_time": NOW})):
        asked = Request(RequestId(SUPPLIER, METER, 1 << 32), 1, variant, values)
        with pytest.raises(InvalidValue, match="credentials on the device"):
            transform(asked, replace(ESME, known=False))
