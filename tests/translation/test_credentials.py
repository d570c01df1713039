"""Replacing certificates: whose they are, and who has the authority, decide form and place of floors."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from typing import Any

import pytest

from gbsmart.ground import NEVER, InvalidValue, ManualClock
from gbsmart.translation import Sender, sender
from gbsmart.trust import TestSmki

from .asking import ACB, COS, METER, asked, said

LATER = datetime(2026, 5, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def certificate() -> bytes:
    clock = ManualClock(datetime(2026, 3, 1, tzinfo=UTC))
    return TestSmki.create(clock, random.Random(7).randbytes).device(METER)[0].certificate.der


@pytest.fixture
def body(certificate: bytes) -> dict[str, Any]:
    return {
        "remote_party_role": "Supplier", "apply_time_based_cpv_checks": True,
        "replacement_certificates": {"key_agreement_top_up_certificate": certificate},
        "certification_path_certificates": (certificate, certificate), "execution_date_time": LATER,
    }  # fmt: skip


def test_a_party_replaces_what_it_wants_of_its_own(body: dict[str, Any]) -> None:
    values = said(asked("6.15.1", "ESME", body))
    control = values["control"]
    assert (control["mode"], control["counter"], control["authorising_cell"]["role"]) == (2, 1000, 2)
    assert [control[name] for name in ("floor", "specialist_floors", "changes")] == [None, None, None]
    ((cell),) = (each["cell"] for each in values["replacements"])
    assert cell == {"role": 2, "key_usage": "00001", "cell_usage": 1}
    assert (len(values["path_certificates"]), values["execution_date_time"]) == (2, LATER)


def test_a_load_controllers_cells_are_its_suppliers_to_replace_or_its_own(body: dict[str, Any]) -> None:
    body |= {"remote_party_role": "LoadController", "remote_party_floor_seq_number": 5}
    by_supplier, own = asked("6.15.1", "ESME", body, role="IS"), asked("6.15.1", "SAPC", body, role="LC")
    assert (by_supplier.form.name, own.form.name) == (
        "CS02gLoadControllerBySupplier", "CS02gLoadControllerByLoadController"
    )  # fmt: skip
    assert said(by_supplier)["control"]["changes"] == [{"role": 8, "floor": 5, "specialist_floors": None}]
    assert (said(own)["control"]["floor"], said(own)["control"]["changes"]) == (5, None)


def test_roles_whose_cells_no_user_replaces_have_no_form(body: dict[str, Any]) -> None:
    for role in ("Root", "Recovery", "ACB", "TransCoS"):
        with pytest.raises(InvalidValue, match="is not for this device") as refused:
            asked("6.15.1", "ESME", {**body, "remote_party_role": role})
        assert refused.value.response_code == "E061501"


def test_without_a_certificate_there_is_nothing_to_replace(body: dict[str, Any]) -> None:
    with pytest.raises(InvalidValue, match="holds no certificate"):
        asked("6.15.1", "ESME", {**body, "replacement_certificates": {}})


def test_a_handover_is_the_brokers_under_its_own_counter(body: dict[str, Any]) -> None:
    translated = asked("6.21", "GPF", {**body, "remote_party_role": "NetworkOperator"})
    assert (translated.form.name, translated.originator, translated.signed_by_dcc) == (
        "CS02bNOByNO",
        ACB,
        True,
    )
    values = said(translated)
    assert values["control"]["counter"] == 5000
    assert values["execution_date_time"] is None, "the DCC waits for its day"


def test_a_change_of_supplier_is_the_cos_partys(body: dict[str, Any], certificate: bytes) -> None:
    body |= {
        "supplier_replacement_certificates": {"digital_signing_certificate": certificate},
        "supplier_floor_seq_number": 9, "supplier_prepayment_top_up_floor_seq_number": 11,
    }  # fmt: skip
    translated = asked("6.23", "GSME", body)
    assert (translated.originator, translated.party, translated.signed_by_dcc) == (COS, None, True)
    assert sender("6.23") is Sender.COS_PARTY
    values = said(translated)
    specialist = [{"usage": 0, "counter": 11}]
    assert values["control"]["changes"] == [{"role": 2, "floor": 9, "specialist_floors": specialist}]
    assert values["execution_date_time"] == LATER
    taken_back = said(asked("6.23", "GSME", {**body, "execution_date_time": NEVER}))
    assert (taken_back["control"]["changes"], taken_back["execution_date_time"].year) == (None, 9999)


def test_the_counter_of_firmware_is_that_of_its_header() -> None:
    values = said(asked("11.3", "HCALCS", {"firmware_hash": bytes(32), "execution_date_time": LATER}))
    assert values == {"firmware_hash": bytes(32), "counter": 1000, "execution_date_time": LATER}
