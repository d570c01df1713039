"""Device messages in the User's hands: proven, opened, and turned into numbers with units."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from gbsmart.duis import RequestId, parse_response
from gbsmart.gbcs import Message, codec
from gbsmart.gbcs.protection import Check, NotAuthentic
from gbsmart.ground import Eui64, SystemClock
from gbsmart.keys import MemoryKeyring
from gbsmart.user import NotGenuine, Opened, Quantity, open_keys, open_message, quantities
from gbsmart.user.opening import check_answers, check_instruction

from .dcc import ACB, ESME, GSME, SUPPLIER

WATT_HOUR, KILO_VAR_HOUR = {"scaler": 0, "unit": 30}, {"scaler": 3, "unit": 32}


def test_registers_are_scaled_by_the_unit_beside_them() -> None:
    values = {
        "import_registers": {
            "active_import": 10,
            "active_import_unit": WATT_HOUR,
            "reactive_import": 7,
            "reactive_import_unit": KILO_VAR_HOUR,
            "secondary_active_import": 4,
        }
    }
    assert quantities(values) == {
        "active_import": Quantity(10, "Wh"),
        "reactive_import": Quantity(7000, "varh"),
        "secondary_active_import": Quantity(4, "Wh"),
    }


def test_gas_registers_are_divided_and_without_divisor_stay_as_they_are() -> None:
    gas = {"multiplier": 2, "divisor": 1000, "unit_of_measure": 1, "current_summation_delivered": 5}
    assert quantities(gas) == {"current_summation_delivered": Quantity(Decimal("0.01"), "m3")}
    del gas["divisor"]
    assert quantities(gas)["current_summation_delivered"] == Quantity(5, "1/divisor m3")


def test_a_negative_scaler_gives_decimals_and_equal_names_keep_their_paths() -> None:
    values = {
        "price": 12345, "price_scale": {"scaler": -5, "unit": 254},
        "one": {"time": 1}, "two": {"time": 2}, "seasons": [{"week": 1}],
    }  # fmt: skip
    assert quantities(values) == {
        "price": Quantity(Decimal("0.12345")),
        "one.time": Quantity(1),
        "two.time": Quantity(2),
        "seasons": Quantity([{"week": 1}]),
    }


# --- with the public test data ---


@pytest.fixture(scope="module")
def keyring(corpus: Path) -> MemoryKeyring:
    return open_keys(corpus / "keystore", SystemClock())


def opened(corpus: Path, keyring: MemoryKeyring, name: str) -> Opened:
    octets = bytes.fromhex((corpus / "rtds" / f"{name}_GBCS.HEX").read_text())
    return open_message(octets, keyring, SUPPLIER, ACB)


def test_what_is_known_by_numbers_stays_together() -> None:
    alerts = {0x810D: True, 0x810E: False}
    assert quantities({"settings": {"alerts": alerts}}) == {"alerts": Quantity(alerts)}


@pytest.mark.corpus
def test_a_real_reading_is_proven_and_opened(corpus: Path, keyring: MemoryKeyring) -> None:
    reading = opened(corpus, keyring, "4.1.1_ECS17b/ECS17b_4.1.1_SINGLE_SUCCESS_RESPONSE")
    assert (reading.form, reading.mac, reading.signature) == ("ECS17b", Check.VALID, Check.ABSENT)
    assert quantities(reading.values)["active_import"] == Quantity(10, "Wh")
    check_answers(reading, RequestId(SUPPLIER, ESME, reading.message.header.counter))
    with pytest.raises(NotGenuine):
        check_answers(reading, RequestId(SUPPLIER, GSME, reading.message.header.counter))
    gas = opened(corpus, keyring, "4.1.1_GCS13a/GCS13a_4.1.1_SUCCESS_RELIABLE_GSME_RESPONSE")
    assert quantities(gas.values)["current_summation_delivered"] == Quantity(Decimal("12.345"), "m3")


@pytest.mark.corpus
def test_an_outcome_is_an_alert_on_an_instruction_of_the_request(
    corpus: Path, keyring: MemoryKeyring
) -> None:
    outcome = opened(corpus, keyring, "2.1_ECS08/ECS08_2.1_8F66_FUTURE_DATED_SUCCESS_ALERT_CALENDAR")
    counter = outcome.values["instruction"]["counter"]
    check_instruction(outcome, RequestId(SUPPLIER, ESME, counter))
    with pytest.raises(NotGenuine, match=f"the alert of {ESME} on an instruction under counter {counter}"):
        check_instruction(outcome, RequestId(SUPPLIER, ESME, counter + 1))
    reading = opened(corpus, keyring, "4.1.1_ECS17b/ECS17b_4.1.1_SINGLE_SUCCESS_RESPONSE")
    for number in (999, reading.message.header.counter):
        with pytest.raises(NotGenuine, match=f"the response of {ESME} on an instruction under no counter"):
            check_instruction(reading, RequestId(SUPPLIER, ESME, number))


@pytest.mark.corpus
@pytest.mark.parametrize(
    "name",
    [
        f"6.15.1_CS02bSupplierBySupplier/CS02bSupplierBySupplier_6.15.1_{alert}_ALERT"
        for alert in ("8F66_FUTURE_DATED_SUCCESS", "8F67_FUTURE_DATED_ERROR")
    ],
)
def test_every_form_names_the_counter_of_what_it_reports_on(
    corpus: Path, keyring: MemoryKeyring, name: str
) -> None:
    outcome = opened(corpus, keyring, name)
    counter = outcome.values["outcome"]["counter"]
    check_instruction(outcome, RequestId(SUPPLIER, outcome.device, counter))
    with pytest.raises(NotGenuine, match=f"under counter {counter}"):
        check_instruction(outcome, RequestId(SUPPLIER, outcome.device, counter + 1))


@pytest.mark.corpus
def test_a_sealed_value_that_was_altered_is_not_genuine(
    corpus: Path, keyring: MemoryKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its own tag says so, wherever the MAC around it is not ours to check."""

    def altered(*_: object) -> None:
        raise NotAuthentic("the tag of the sealed value is wrong")

    monkeypatch.setattr(codec, "read", altered)
    with pytest.raises(NotGenuine, match="sealed was altered"):
        opened(corpus, keyring, "4.1.1_ECS17b/ECS17b_4.1.1_SINGLE_SUCCESS_RESPONSE")


@pytest.mark.corpus
def test_a_real_refusal_is_seen_inside(corpus: Path, keyring: MemoryKeyring) -> None:
    refused = opened(corpus, keyring, "7.2_ECS43/ECS43_7.2_ERROR_RESPONSE")
    assert refused.signature is Check.VALID
    assert refused.outcome is not None
    assert not refused.outcome.success


@pytest.mark.corpus
def test_a_changed_octet_is_not_genuine(corpus: Path, keyring: MemoryKeyring) -> None:
    path = corpus / "rtds/4.1.1_ECS17b/ECS17b_4.1.1_SINGLE_SUCCESS_RESPONSE_GBCS.HEX"
    octets = bytearray.fromhex(path.read_text())
    octets[-1] ^= 1
    with pytest.raises(NotGenuine, match="the MAC"):
        open_message(bytes(octets), keyring, SUPPLIER, ACB)


@pytest.mark.corpus
def test_a_response_through_the_dccs_own_request_answers_the_users(
    corpus: Path, keyring: MemoryKeyring
) -> None:
    response = parse_response((corpus / "duis-responses/readfw-response.xml").read_bytes()).message
    assert response.gbcs_payload is not None
    assert response.request_id is not None
    device: Eui64 = response.request_id.target
    assert Message.parse(response.gbcs_payload).header.recipient == ACB
    read = open_message(response.gbcs_payload, keyring, SUPPLIER, ACB)
    assert (read.device, read.mac, read.proven) == (device, Check.NO_KEY, False)
    check_answers(read, response.request_id)
