"""Joining: the types of both devices choose the method, and the registers know what the request does not."""

from __future__ import annotations

import random
from datetime import UTC, datetime

import pytest

from gbsmart.ground import InvalidValue, ManualClock
from gbsmart.trust import TestSmki

from .asking import ACB, OTHER, SUPPLIER, asked, said

BODY = {"other_device_id": OTHER}


@pytest.fixture(scope="module")
def certificate() -> bytes:
    clock = ManualClock(datetime(2026, 3, 1, tzinfo=UTC))
    return TestSmki.create(clock, random.Random(7).randbytes).device(OTHER)[0].certificate.der


@pytest.mark.parametrize(
    ("variant", "device", "other", "form", "method", "number"),
    [
        ("8.7.1", "ESME", "HCALCS", "CS03A1", 0, 4), ("8.7.1", "ESME", "PPMID", "CS03A1", 0, 5),
        ("8.7.1", "HCALCS", "ESME", "CS03A2", 1, 1), ("8.7.1", "GSME", "PPMID", "CS03C", 3, 5),
        ("8.7.2", "PPMID", "ESME", "CS03A2", 1, 1), ("8.7.2", "PPMID", "GSME", "CS03C", 3, 0),
        ("8.7.2", "GSME", "GPF", "CS03B", 2, 3), ("8.7.2", "ESME", "IHD", "CS03B", 2, 6),
        ("8.7.1", "SAPC", "PPMID", "CS03A1", 0, 5), ("8.7.1", "HCALCS", "SAPC", "CS03A2", 1, 1),
    ],
)  # fmt: skip
def test_two_devices_are_joined_by_the_method_of_their_types(
    certificate: bytes, variant: str, device: str, other: str, form: str, method: int, number: int
) -> None:
    known = variant == "8.7.1" or device == "GSME"
    translated = asked(
        variant, device, BODY, known=known, other_device_type=other, other_device_certificate=certificate
    )
    assert translated.form.name == form
    assert said(translated) == {
        "join_method": method, "other_device_id": OTHER, "other_device_type": number,
        "other_device_certificate": certificate if form == "CS03C" else None,
    }  # fmt: skip


def test_what_the_broker_originates_for_a_user_it_signs_where_parties_sign() -> None:
    display = asked("8.7.2", "PPMID", BODY, known=False, other_device_type="ESME")
    assert (display.signed_by_dcc, display.originator, display.party) == (True, ACB, SUPPLIER)
    assert not asked("8.7.2", "GSME", BODY, other_device_type="GPF").signed_by_dcc


def test_a_device_that_nobody_knows_cannot_be_joined() -> None:
    for other in ("", "HCALCS"):
        with pytest.raises(InvalidValue, match="is not for this device") as refused:
            asked("8.7.2", "GSME", BODY, other_device_type=other)
        assert refused.value.response_code == "E080721"
    with pytest.raises(InvalidValue, match="other_device_certificate"):
        asked("8.7.1", "GSME", BODY, other_device_type="PPMID")


def test_devices_are_parted_as_they_were_joined() -> None:
    assert asked("8.8.1", "GSME", BODY).form.name == "CS04AC"
    assert asked("8.8.2", "GSME", BODY).form.name == "CS04B"
    assert asked("8.8.2", "PPMID", BODY, known=False).form.name == "CS04AC"
    assert asked("8.8.2", "PPMID", BODY, known=False, other_device_type="GPF").form.name == "CS04B"


@pytest.mark.parametrize(
    ("kind", "number"), [("ESME", 0), ("GSME", 1), ("HCALCS", 13), ("IHD", 128), ("CAD", 130), ("PPMID", 132)]
)
def test_a_hub_numbers_types_in_its_own_way(kind: str, number: int) -> None:
    whitelist = {"install_code": bytes(16), "join_time_period": 90}
    body = {"request_type": "Add", "device_id": OTHER, "add_device_to_chf_whitelist": whitelist}
    added = said(asked("8.11", "CHF", body, known=False, other_device_type=kind))
    assert added["added_device"]["device_type"] == number


def test_a_log_is_restored_from_its_last_backup_alone() -> None:
    log = [{"device_id": OTHER, "device_type": 0}]
    restored = asked("8.12.2", "GPF", {"old_gpfid": OTHER}, device_log=log)
    assert (restored.originator, restored.party, said(restored)["joined"]) == (ACB, None, log)
    with pytest.raises(InvalidValue, match="device_log") as refused:
        asked("8.12.1", "CHF", {"old_chfid": OTHER}, known=False)
    assert refused.value.response_code == "E081205"


def test_a_device_is_added_with_its_install_code_and_a_type_that_the_inventory_knows() -> None:
    add = {"request_type": "Add", "device_id": OTHER}
    with pytest.raises(InvalidValue, match="install_code") as refused:
        asked("8.11", "CHF", add, known=False, other_device_type="ESME")
    assert refused.value.response_code == "E081106"
    whitelist = {"install_code": bytes(16), "join_time_period": 90}
    with pytest.raises(InvalidValue, match="other_device_type") as refused:
        asked("8.11", "CHF", {**add, "add_device_to_chf_whitelist": whitelist}, known=False)
    assert refused.value.response_code == "E081101"
