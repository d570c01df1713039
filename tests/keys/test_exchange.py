"""Importing and exporting key sets."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from gbsmart.ground import Eui64, MalformedMessage, ManualClock, NotFound
from gbsmart.keys import (
    TEST_SET,
    KeyEntry,
    KeyUse,
    MemoryKeyring,
    export_json,
    import_folder,
    import_json,
    verify,
)
from gbsmart.keys.exchange import private_key_pem
from gbsmart.trust import TestSmki

SMKI = TestSmki.create(ManualClock(datetime(2026, 1, 1, tzinfo=UTC)), random.Random(3).randbytes)
SUPPLIER = Eui64.parse("90-B3-D5-1F-30-01-00-00")
DEVICE = Eui64.parse("00-DB-12-34-56-78-90-A0")


def test_a_folder_is_read_by_what_its_files_hold(tmp_path: Path) -> None:
    agreement = next(e for e in SMKI.entries if e.certificate.holder == SUPPLIER and e.use is KeyUse.TOP_UP)
    signature = next(e for e in SMKI.entries if e.certificate.holder == SUPPLIER)
    assert agreement.private_key
    assert signature.private_key
    lone = SMKI.new_private_key()
    (tmp_path / "deeper").mkdir()
    (tmp_path / "supplier-pp-ka.pem").write_text(agreement.certificate.to_pem())
    (tmp_path / "named otherwise.key").write_text(private_key_pem(agreement.private_key))
    (tmp_path / "deeper" / "a.der").write_bytes(signature.certificate.der)
    (tmp_path / "deeper" / "again.pem").write_text(signature.certificate.to_pem())
    (tmp_path / "root.pem").write_text(SMKI.organisation_root.certificate.to_pem())
    (tmp_path / "lone.key").write_text(private_key_pem(lone))
    public = lone.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (tmp_path / "public.pem").write_bytes(public)
    (tmp_path / "README").write_text("Not a certificate.\n")
    (tmp_path / "broken.pem").write_text("-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n")

    imported = import_folder(tmp_path)

    held = {(e.certificate.serial, e.use, e.private_key is not None) for e in imported.entries}
    assert held == {
        (agreement.certificate.serial, KeyUse.TOP_UP, True),
        (signature.certificate.serial, KeyUse.DIGITAL_SIGNATURE, False),
        (SMKI.organisation_root.certificate.serial, None, False),
    }
    reasons = {skipped.source: skipped.reason for skipped in imported.skipped}
    assert set(reasons) == {"deeper/again.pem", "lone.key", "public.pem", "README", "broken.pem"}
    assert "without its certificate" in reasons["lone.key"]
    assert "public key" in reasons["public.pem"]
    assert "same certificate" in reasons["deeper/again.pem"]


def test_a_folder_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        import_folder(tmp_path / "nowhere")
    with pytest.raises(NotFound):
        import_json(tmp_path / "nowhere.json")


def test_json_round_trip_keeps_certificates_keys_and_uses() -> None:
    device = SMKI.device(DEVICE)
    entries = (*SMKI.entries, *device)
    text = export_json(entries, private_keys=True)
    back = import_json(text)
    assert back.skipped == ()
    assert {(e.certificate, e.use) for e in back.entries} == {(e.certificate, e.use) for e in entries}
    assert all(e.private_key is not None for e in back.entries)
    record = json.loads(text)[DEVICE.compact]["keyAgreement"][str(device[1].certificate.serial)]
    assert "role" not in record


def test_authorities_go_along_where_no_eui64_is_looked_for() -> None:
    authorities = {entry.certificate for entry in SMKI.authorities}
    given = [KeyEntry(certificate, None) for certificate in authorities]
    text = export_json([*SMKI.entries, *given], private_keys=True)
    back = import_json(text)
    assert {e.certificate for e in back.entries if e.use is None} == authorities
    assert set(json.loads(text)["authorities"]) == {"keyCertSign"}


def test_the_use_of_a_top_up_key_is_stated_unless_its_name_tells_it() -> None:
    top_up = next(e for e in SMKI.entries if e.use is KeyUse.TOP_UP)
    (record,) = _records_of(replace(top_up, name="supplier"))
    assert record["use"] == "prePaymentTopUp"
    (record,) = _records_of(replace(top_up, name="supplier-pp-ka"))
    assert "use" not in record


@pytest.mark.parametrize("stated", ["digitalSignature", "nonsense", 7, None, ["prePaymentTopUp"]])
def test_a_stated_use_that_the_certificate_does_not_allow_is_not_believed(stated: object) -> None:
    agreement = next(e for e in SMKI.entries if e.use is KeyUse.KEY_AGREEMENT)
    record = {"certificate": agreement.certificate.to_pem(), "use": stated}
    (entry,) = import_json(json.dumps({"h": {"keyAgreement": {"1": record}}})).entries
    assert entry.use is KeyUse.KEY_AGREEMENT


def _records_of(entry: KeyEntry) -> list[dict[str, Any]]:
    document = json.loads(export_json([entry], private_keys=False))
    return [record for uses in document.values() for serials in uses.values() for record in serials.values()]


def test_json_without_private_keys_has_none() -> None:
    text = export_json(SMKI.entries, private_keys=False)
    assert "PRIVATE" not in text
    assert all(e.private_key is None for e in import_json(text).entries)


@pytest.mark.parametrize(
    "text", ["", "[" * 100_000, "[]", "null", '{"a": 1}', '{"a": {"b": []}}', '{"a": {"b": {"c": "d"}}}']
)
def test_what_is_not_a_key_set_is_refused(text: str) -> None:
    with pytest.raises(MalformedMessage):
        import_json(text)


def test_entries_that_cannot_be_used_are_skipped_with_a_reason() -> None:
    one, other = SMKI.entries[:2]
    assert other.private_key
    pem = one.certificate.to_pem()
    records = {
        "1": {"certificate": "nonsense", "name": "broken"},
        "2": {"privateKey": private_key_pem(other.private_key)},
        "3": {"certificate": pem, "privateKey": private_key_pem(other.private_key)},
        "4": {"certificate": pem, "privateKey": "nonsense"},
        "5": {"certificate": pem},
    }
    imported = import_json(json.dumps({"h": {"digitalSignature": records}}))
    assert len(imported.entries) == 1
    reasons = [str(skipped) for skipped in imported.skipped]
    assert reasons[0].startswith("h/digitalSignature/1 (broken): not a readable")
    assert "without its certificate" in reasons[1]
    assert "not the one of this certificate" in reasons[2]
    assert "private key" in reasons[3]


@pytest.mark.corpus
def test_the_corpus_folder(corpus: Path) -> None:
    imported = import_folder(corpus / "keystore")
    assert sum(entry.certificate.is_device for entry in imported.entries) == 400
    assert sum(entry.private_key is not None for entry in imported.entries) == 20
    reasons = {skipped.source: skipped.reason for skipped in imported.skipped}
    assert "public key" in reasons["fffffffffffffffe-ka.pem"]
    # a file of the WAN provider's name that holds a certificate of supplier 2
    assert "90b3d51f30030000-ka.pem" in reasons["90b3d51f30000007-ka.pem"]
    assert "abababababababab-ka.key" in reasons

    keyring = MemoryKeyring(ManualClock(datetime(2020, 1, 1, tzinfo=UTC)), imported.policy)
    keyring.add_entries(imported.entries)
    acb = Eui64.parse("90-B3-D5-1F-30-00-00-02")
    assert keyring.certificate(acb, KeyUse.XML_SIGNATURE).serial_hex == "7DAC7283AAD29BDD23C9EFBFDDB52A41"
    assert keyring.certificate(SUPPLIER, KeyUse.TOP_UP).serial_hex == "703733774EF2B8E50F7AF2BBB33C198F"
    assert (
        keyring.certificate(SUPPLIER, KeyUse.KEY_AGREEMENT).serial_hex == "3B362657731E6B2BBE078650CFA14F15"
    )
    for entry in imported.organisations():
        holder, use = entry.certificate.holder, entry.use
        assert holder is not None
        assert use is not None
        if use in (KeyUse.DIGITAL_SIGNATURE, KeyUse.XML_SIGNATURE):
            signed = keyring.sign(holder, b"x", use)
            assert verify(keyring.certificate(holder, use), signed, b"x")
    decimal = next(e for e in imported.entries if e.name.endswith("pre-1.4.1"))
    assert decimal.certificate.role == 137


@pytest.mark.corpus
def test_the_corpus_json(corpus: Path) -> None:
    imported = import_json(corpus / "keystore" / "zaz1-organisations.json")
    assert len(imported.entries) == 31
    assert ["mdr-ds" in str(s) or "mdr-ka" in str(s) for s in imported.skipped] == [True, True]
    assert all(entry.private_key is not None for entry in imported.entries)
    keyring = MemoryKeyring(ManualClock(datetime(2020, 1, 1, tzinfo=UTC)), TEST_SET)
    keyring.add_entries(imported.entries)
    in_force = keyring.certificate(SUPPLIER, KeyUse.DIGITAL_SIGNATURE)
    assert in_force.not_before == datetime(2016, 1, 10, tzinfo=UTC)  # the second generation
