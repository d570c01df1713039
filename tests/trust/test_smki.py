"""The test SMKI: what it makes, that it repeats, and that it is kept."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from gbsmart.ground import Eui64, InvalidValue, MalformedMessage, ManualClock
from gbsmart.keys import (
    FileKeyStore,
    KeyUse,
    MemoryKeyring,
    import_folder,
    unwrap_contingency_key,
    validate_path,
    wrap_contingency_key,
)
from gbsmart.keys.contingency import WRAPPED_APEX_CONTINGENCY_KEY
from gbsmart.trust import TEST_PARTIES, TestSmki
from gbsmart.trust.profiles import device_alternative_name

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
CLOCK = ManualClock(NOW)
ACB = Eui64.parse("90-B3-D5-1F-30-00-00-02")
DEVICE = Eui64.parse("00-DB-12-34-56-78-90-A0")


def made(seed: int = 1) -> TestSmki:
    return TestSmki.create(CLOCK, random.Random(seed).randbytes)


def test_every_party_has_its_certificates() -> None:
    smki = made()
    keyring = MemoryKeyring(CLOCK)
    keyring.add_entries(smki.entries)
    for party in TEST_PARTIES:
        for use in party.uses:
            certificate = keyring.certificate(party.eui, use)
            assert certificate.role == party.role_for(use)
            assert keyring.holds(party.eui, use)
            anchors = [smki.organisation_root.certificate]
            assert validate_path(certificate, [smki.organisation_issuing.certificate], anchors, moment=NOW)
    assert keyring.certificate(ACB, KeyUse.XML_SIGNATURE).role == 137
    serials = [entry.certificate.serial for entry in smki.key_set().entries]
    assert len(set(serials)) == len(serials) == 4 + sum(len(party.uses) for party in TEST_PARTIES)


def test_the_same_randomness_makes_the_same_smki() -> None:
    one, again, other = made(), made(), made(2)
    assert one.key_set() == again.key_set()
    assert one.device(DEVICE) == again.device(DEVICE)
    assert one.key_set() != other.key_set()


def test_it_is_kept_and_found_again(tmp_path: Path) -> None:
    def opened(seed: int) -> TestSmki:
        with FileKeyStore.with_key_file(tmp_path / "keys.db", tmp_path / "key") as store:
            return TestSmki.open(store, CLOCK, random.Random(seed).randbytes)

    first, second = opened(1), opened(2)
    assert second.key_set() == first.key_set()
    assert second.contingency_symmetric_key == first.contingency_symmetric_key
    issued = second.device(DEVICE)[0].certificate
    anchors = [first.device_root.certificate]
    assert validate_path(issued, [first.device_issuing.certificate], anchors, moment=NOW)


def test_of_two_that_start_together_one_smki_is_kept(tmp_path: Path) -> None:
    path = (tmp_path / "keys.db", tmp_path / "key")
    with FileKeyStore.with_key_file(*path) as one, FileKeyStore.with_key_file(*path) as other:
        kept: list[TestSmki] = []

        def meanwhile(count: int) -> bytes:
            if not kept:
                kept.append(TestSmki.open(other, CLOCK, random.Random(2).randbytes))
            return random.randbytes(count)

        late = TestSmki.open(one, CLOCK, meanwhile)
        assert late.key_set() == kept[0].key_set()
        assert len(one.entries()) == len(late.key_set().entries)


def test_what_others_put_in_the_store_stays_out_of_it(tmp_path: Path) -> None:
    with FileKeyStore.with_key_file(tmp_path / "keys.db", tmp_path / "key") as store:
        first = TestSmki.open(store, CLOCK, random.Random(1).randbytes)
        store.add(made(9).entries)
        store.add(first.device(DEVICE))
        assert TestSmki.open(store, CLOCK, random.Random(2).randbytes).entries == first.entries


def test_the_root_carries_the_contingency_key_wrapped() -> None:
    smki = made()
    parsed = x509.load_der_x509_certificate(smki.organisation_root.certificate.der)
    found = parsed.extensions.get_extension_for_oid(WRAPPED_APEX_CONTINGENCY_KEY)
    assert not found.critical
    assert isinstance(found.value, x509.UnrecognizedExtension)
    unwrapped = unwrap_contingency_key(smki.contingency_symmetric_key, found.value.value)
    assert unwrapped == smki.contingency_key.public_key()
    with pytest.raises(MalformedMessage):
        unwrap_contingency_key(bytes(32), found.value.value)
    with pytest.raises(MalformedMessage):
        unwrap_contingency_key(smki.contingency_symmetric_key, b"\x30\x00")
    with pytest.raises(InvalidValue):
        wrap_contingency_key(bytes(16), smki.contingency_key.public_key())


def request(
    *,
    signs: bool = True,
    agrees: bool = False,
    name: x509.OtherName | None = None,
    curve: ec.EllipticCurve | None = None,
    subject: x509.Name | None = None,
) -> bytes:
    key = ec.generate_private_key(curve or ec.SECP256R1())
    usage = x509.KeyUsage(signs, False, False, False, agrees, False, False, False, False)
    built = (
        x509.CertificateSigningRequestBuilder()
        .subject_name(subject or x509.Name([]))
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectAlternativeName([name or device_alternative_name(DEVICE)]), critical=True)
    )
    return built.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)


def test_a_device_request_is_certified() -> None:
    smki = made()
    der = request(name=device_alternative_name(DEVICE, "1.2.826.0.1.99.1"))
    certificate = smki.issue_on_request(der)
    assert certificate.holder == DEVICE
    assert certificate.key_usage == {"digitalSignature"}
    assert certificate.public_key == x509.load_der_x509_csr(der).public_key()
    assert smki.issue_on_request(request(signs=False, agrees=True)).key_usage == {"keyAgreement"}


def test_a_faulty_request_is_refused_with_its_code() -> None:
    valid = request()
    faults = {
        "CSR01": valid[:-1],
        "CSR03": request(curve=ec.SECP384R1()),
        "CSR04": valid[:-1] + bytes([valid[-1] ^ 1]),
        "CSR05": request(agrees=True),
        "CSR06": request(name=x509.OtherName(x509.ObjectIdentifier("1.2.3"), b"\x05\x00")),
        "CSR07": request(subject=x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "x")])),
    }
    for code, der in faults.items():
        with pytest.raises(InvalidValue) as caught:
            made().issue_on_request(der)
        assert caught.value.field == code


def test_only_device_uses_have_device_certificates() -> None:
    smki = made()
    with pytest.raises(InvalidValue):
        smki.issue_device(DEVICE, KeyUse.TOP_UP, smki.new_private_key().public_key())


@pytest.mark.corpus
def test_beside_an_imported_set_devices_are_our_own(corpus: Path) -> None:
    imported = import_folder(corpus / "keystore")
    smki = TestSmki.create(CLOCK, random.Random(1).randbytes, parties=())
    keyring = MemoryKeyring(CLOCK, imported.policy)
    keyring.add_entries(imported.organisations())
    _, agrees = smki.device(DEVICE)
    keyring.add_entry(agrees)
    acb = keyring.certificate(ACB, KeyUse.KEY_AGREEMENT)
    ours, theirs = keyring.agree(ACB, agrees.certificate), keyring.agree(DEVICE, acb)
    assert ours.derive(b"x") == theirs.derive(b"x")
