"""New key pairs behind the keyring: a certification request, the pair that waits, the change to it."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from gbsmart.ground import Eui64, ManualClock
from gbsmart.keys import (
    Certificate,
    FileKeyStore,
    KeyNotHeld,
    KeyUse,
    MemoryKeyring,
    RenewableKeyring,
    UnknownCertificate,
    ever,
    verify,
)
from gbsmart.keys.certificate import device_of
from gbsmart.trust import TestSmki

CLOCK = ManualClock(datetime(2026, 1, 1, tzinfo=UTC))
SMKI = TestSmki.create(CLOCK, random.Random(7).randbytes)
DEVICE = Eui64.parse("00-DB-12-34-56-78-90-A0")
OTHER = Eui64.parse("00-DB-12-34-56-78-90-A1")
DS, KA = KeyUse.DIGITAL_SIGNATURE, KeyUse.KEY_AGREEMENT
IDENTITY = SMKI.device(DEVICE)
ACB = next(e for e in SMKI.entries if e.use is KA)


@pytest.fixture
def ring() -> MemoryKeyring:
    made = MemoryKeyring(CLOCK)
    made.add_entries(IDENTITY)
    return made


@pytest.fixture
def store(tmp_path: Path) -> FileKeyStore:
    opened = reopened(tmp_path)
    opened.add(IDENTITY)
    return opened


def reopened(tmp_path: Path) -> FileKeyStore:
    return FileKeyStore.with_key_file(tmp_path / "keys.db", tmp_path / "keys.key")


def issued(ring: RenewableKeyring, use: KeyUse = DS) -> Certificate:
    return SMKI.issue_on_request(ring.renew(DEVICE, use))


@pytest.mark.parametrize("use", [DS, KA])
def test_a_request_names_the_device_and_proves_the_new_key(ring: MemoryKeyring, use: KeyUse) -> None:
    request = x509.load_der_x509_csr(ring.renew(DEVICE, use))
    assert request.is_signature_valid
    assert request.public_key() == ring.pending(DEVICE, use) != ring.certificate(DEVICE, use).public_key
    assert not request.subject.rdns
    usage, names = request.extensions
    assert usage.critical
    assert names.critical
    assert isinstance(usage.value, x509.KeyUsage)
    assert (usage.value.digital_signature, usage.value.key_agreement) == (use is DS, use is KA)
    assert device_of(names.value) == DEVICE


def test_a_request_is_laid_out_as_in_public(corpus: Path, ring: MemoryKeyring) -> None:
    (found,) = (corpus / "rtds" / "6.17_CS02c").glob("*_SUCCESS_RESPONSE_GBCS.HEX")
    public = bytes.fromhex(found.read_text())
    shared = ring.renew(DEVICE, DS)
    start = shared.index(bytes.fromhex("a058"))  # the attributes: as long as theirs
    assert shared[start : start + 2 + 0x58 - 35] in public  # up to the type of hardware, a maker's own


def test_until_the_certificate_comes_the_old_pair_is_used(ring: MemoryKeyring) -> None:
    certificate = issued(ring)
    assert verify(IDENTITY[0].certificate, ring.sign(DEVICE, b"before"), b"before")
    ring.take_into_use(certificate)
    assert ring.certificate(DEVICE, DS) == certificate
    assert verify(certificate, ring.sign(DEVICE, b"after"), b"after")
    assert ring.pending(DEVICE, DS) is None


def test_of_the_old_pair_the_certificate_is_left_and_the_key_is_not(ring: MemoryKeyring) -> None:
    certificate = issued(ring)
    ring.take_into_use(certificate)
    (old,) = ring.superseded(DEVICE, DS)
    assert old == IDENTITY[0].certificate
    assert list(ever(ring, DEVICE, DS)) == [certificate, old]
    assert [e.private_key for e in ring.entries() if e.certificate == old] == [None]


def test_secrets_are_agreed_with_the_new_pair(ring: MemoryKeyring) -> None:
    before = ring.agree(DEVICE, ACB.certificate).derive(b"")
    certificate = issued(ring, KA)
    ring.take_into_use(certificate)
    theirs = MemoryKeyring(CLOCK)
    theirs.add_entry(ACB)
    holder = ACB.certificate.holder
    assert holder is not None
    after = ring.agree(DEVICE, ACB.certificate).derive(b"")
    assert before != after == theirs.agree(holder, certificate).derive(b"")


def test_only_the_pair_that_was_made_last_waits(ring: MemoryKeyring) -> None:
    first = issued(ring)
    second = issued(ring)
    with pytest.raises(KeyNotHeld):
        ring.take_into_use(first)
    ring.take_into_use(second)
    with pytest.raises(KeyNotHeld):
        ring.take_into_use(second)


def test_who_has_no_certificate_is_given_no_pair(ring: MemoryKeyring) -> None:
    with pytest.raises(UnknownCertificate):
        ring.renew(OTHER, DS)


def test_a_pair_that_waits_survives_a_restart(store: FileKeyStore, tmp_path: Path) -> None:
    certificate = issued(store.keyring(CLOCK))
    store.close()
    with reopened(tmp_path) as again:
        ring = again.keyring(CLOCK)
        assert ring.certificate(DEVICE, DS) == IDENTITY[0].certificate
        ring.take_into_use(certificate)
    with reopened(tmp_path) as again:
        ring = again.keyring(CLOCK)
        assert not again.pending()
        assert ring.certificate(DEVICE, DS) == certificate
        assert verify(certificate, ring.sign(DEVICE, b"x"), b"x")
        assert ring.certificate(DEVICE, KA) == IDENTITY[1].certificate


def test_the_old_key_is_gone_from_the_disk(store: FileKeyStore) -> None:
    ring = store.keyring(CLOCK)
    ring.take_into_use(issued(ring))
    kept = {entry.certificate: entry.private_key for entry in store.entries()}
    assert kept[IDENTITY[0].certificate] is None
    assert kept[IDENTITY[1].certificate] is not None


def test_no_key_is_left_of_any_pair_before(store: FileKeyStore, tmp_path: Path) -> None:
    """Also not where a device came with several, or where the certificate in use has ended meanwhile."""
    spare = SMKI.device(DEVICE)[0]
    store.add([spare])
    ring = store.keyring(CLOCK)
    certificate = issued(ring)
    ring.take_into_use(certificate)
    store.close()
    with reopened(tmp_path) as again:
        held = {e.certificate: e.private_key for e in again.entries() if e.use is DS}
        assert {each for each, key in held.items() if key is not None} == {certificate}
        assert set(again.keyring(CLOCK).superseded(DEVICE, DS)) == {
            IDENTITY[0].certificate,
            spare.certificate,
        }


def test_an_open_store_forgets_the_keys_that_it_read(store: FileKeyStore) -> None:
    ring = store.keyring(CLOCK)
    ring.take_into_use(issued(ring))
    read = [entry.certificate for entry in vars(store)["_opened"].values() if entry.private_key]
    assert IDENTITY[0].certificate not in read
    store.entries()
    store.withdraw(IDENTITY[1].certificate)
    assert not vars(store)["_opened"]


def test_a_pair_that_waits_is_not_on_disk_in_the_clear(store: FileKeyStore, tmp_path: Path) -> None:
    store.keyring(CLOCK).renew(DEVICE, DS)
    (key,) = store.pending().values()
    store.close()
    octets = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    plain = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    assert plain not in octets
    assert key.private_numbers().private_value.to_bytes(32, "big") not in octets
