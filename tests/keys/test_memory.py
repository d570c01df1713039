"""The keyring: which certificate is in force, and what its key does."""

from __future__ import annotations

import logging
import random
from datetime import UTC, datetime, timedelta

import pytest

from gbsmart.ground import Eui64, InvalidValue, ManualClock
from gbsmart.keys import (
    STRICT,
    TEST_SET,
    Certificate,
    KeyEntry,
    KeyNotHeld,
    Keyring,
    KeySet,
    KeyUse,
    MemoryKeyring,
    SecretCache,
    UnknownCertificate,
    ValidityPolicy,
    verify,
)
from gbsmart.trust import TestSmki

START = datetime(2026, 1, 1, tzinfo=UTC)
SUPPLIER = Eui64.parse("90-B3-D5-1F-30-01-00-00")
ACB = Eui64.parse("90-B3-D5-1F-30-00-00-02")
DEVICE = Eui64.parse("00-DB-12-34-56-78-90-A0")
DS, KA, PP, XML = KeyUse.DIGITAL_SIGNATURE, KeyUse.KEY_AGREEMENT, KeyUse.TOP_UP, KeyUse.XML_SIGNATURE


def smki_from(start: datetime, seed: int = 1) -> TestSmki:
    return TestSmki.create(ManualClock(start), random.Random(seed).randbytes)


SMKI = smki_from(START)


def keyring(
    clock: ManualClock | None = None, policy: ValidityPolicy = STRICT, secrets: SecretCache | None = None
) -> MemoryKeyring:
    made = MemoryKeyring(clock or ManualClock(START), policy, secrets=secrets)
    made.add_entries(SMKI.entries)
    return made


def test_it_is_a_keyring() -> None:
    ring: Keyring = keyring()
    for use in (DS, KA, PP, XML):
        assert ring.holds(SUPPLIER, use)
    assert len({ring.certificate(SUPPLIER, use).serial for use in (DS, KA, PP, XML)}) == 4


def test_a_signature_verifies_and_an_altered_one_does_not() -> None:
    ring = keyring()
    signature = ring.sign(SUPPLIER, b"a command")
    certificate = ring.certificate(SUPPLIER, DS)
    assert len(signature) == 64
    assert verify(certificate, signature, b"a command")
    assert not verify(certificate, signature, b"a commane")
    assert not verify(certificate, signature[:-1] + bytes([signature[-1] ^ 1]), b"a command")
    assert not verify(ring.certificate(ACB, DS), signature, b"a command")
    for nonsense in (b"", bytes(64), bytes(63), b"\xff" * 64):
        assert not verify(certificate, nonsense, b"a command")


def test_both_ends_agree_on_one_secret() -> None:
    mine, theirs = keyring(), MemoryKeyring(ManualClock(START))
    signs, agrees = SMKI.device(DEVICE)
    theirs.add_entries((signs, agrees))
    one = mine.agree(ACB, agrees.certificate)
    other = theirs.agree(DEVICE, mine.certificate(ACB, KA))
    assert one.derive(b"info") == other.derive(b"info")
    assert one.derive(b"info") != one.derive(b"other")
    assert mine.agree(ACB, agrees.certificate) is one


def test_withdrawing_a_certificate_forgets_its_secrets() -> None:
    secrets = SecretCache()
    ring = keyring(secrets=secrets)
    _, peer = SMKI.device(DEVICE)
    _, second = SMKI.device(DEVICE)
    ring.agree(ACB, peer.certificate)
    ring.agree(ACB, second.certificate)
    ring.agree(SUPPLIER, second.certificate)
    assert len(secrets) == 3
    own = ring.certificate(ACB, KA)
    ring.withdraw(own)
    assert len(secrets) == 1
    assert not ring.holds(ACB, KA)
    with pytest.raises(KeyNotHeld):
        ring.agree(ACB, peer.certificate)
    with pytest.raises(UnknownCertificate):
        ring.by_serial(own.serial)


def test_the_cache_is_bounded_and_forgets_the_least_recently_used() -> None:
    secrets = SecretCache(limit=2)
    ring = keyring(secrets=secrets)
    peers = [SMKI.device(DEVICE)[1].certificate for _ in range(3)]
    own = ring.certificate(ACB, KA)
    for peer in peers[:2]:
        ring.agree(ACB, peer)
    ring.agree(ACB, peers[0])
    ring.agree(ACB, peers[2])
    assert [secrets.get(own, peer) is not None for peer in peers] == [True, False, True]
    for peer in peers:
        secrets.evict(peer)
    assert len(secrets) == 0
    assert secrets._pairs_of == {}


def test_of_several_certificates_the_latest_begun_is_in_force() -> None:
    clock = ManualClock(START)
    ring = keyring(clock)
    old = ring.certificate(SUPPLIER, DS)
    later = smki_from(START + timedelta(days=30), seed=2)
    new = next(e for e in later.entries if e.certificate.holder == SUPPLIER and e.use is DS)
    ring.add_entry(new)
    assert ring.certificate(SUPPLIER, DS) == old
    clock.advance(days=30)
    assert ring.certificate(SUPPLIER, DS) == new.certificate
    assert verify(new.certificate, ring.sign(SUPPLIER, b"x"), b"x")
    ring.put_in_force(old)
    assert ring.certificate(SUPPLIER, DS) == old
    ring.withdraw(old)
    assert ring.certificate(SUPPLIER, DS) == new.certificate


def test_strict_policy_refuses_an_expired_certificate() -> None:
    clock = ManualClock(START)
    ring = keyring(clock)
    end = ring.certificate(SUPPLIER, DS).not_after
    clock.set(end)
    assert ring.holds(SUPPLIER, DS)  # the last second counts
    clock.advance(seconds=1)
    with pytest.raises(UnknownCertificate, match="in force"):
        ring.certificate(SUPPLIER, DS)
    with pytest.raises(KeyNotHeld):
        ring.sign(SUPPLIER, b"x")


def test_a_test_set_lets_expired_certificates_through_with_one_warning() -> None:
    warned: list[Certificate] = []
    clock = ManualClock(START + timedelta(days=4000))
    ring = MemoryKeyring(clock, TEST_SET, on_expired=warned.append)
    ring.add_entries(SMKI.entries)
    certificate = ring.certificate(SUPPLIER, DS)
    clock.advance(days=1)
    ring.sign(SUPPLIER, b"x")
    assert warned == [certificate]


def test_each_key_set_keeps_its_own_policy() -> None:
    late = ManualClock(START + timedelta(days=4000))
    ours = smki_from(START, seed=4).key_set()
    supplier = KeySet(tuple(e for e in ours.entries if e.certificate.holder == SUPPLIER), policy=TEST_SET)
    dcc = KeySet(tuple(e for e in ours.entries if e.certificate.holder == ACB), policy=STRICT)
    ring = MemoryKeyring(late)
    ring.add_set(supplier)
    ring.add_set(dcc)
    assert ring.holds(SUPPLIER, DS)
    assert not ring.holds(ACB, DS)


def test_the_warning_is_logged_by_default(caplog: pytest.LogCaptureFixture) -> None:
    ring = keyring(ManualClock(START + timedelta(days=4000)), TEST_SET)
    with caplog.at_level(logging.WARNING, logger="gbsmart.keys"):
        ring.certificate(SUPPLIER, DS)
    assert "its key set allows its use" in caplog.text


def test_certificates_are_found_by_serial_and_issuer() -> None:
    ring = keyring()
    certificate = ring.certificate(SUPPLIER, XML)
    for issuer in (None, "CN=G1,OU=07", "CN=G1, OU=07", "OU=07, CN=G1"):
        assert ring.by_serial(certificate.serial, issuer) == certificate
    with pytest.raises(UnknownCertificate, match="CN=Z1"):
        ring.by_serial(certificate.serial, "CN=Z1,OU=07")
    with pytest.raises(UnknownCertificate):
        ring.by_serial(1)


def test_a_certificate_without_its_key_verifies_only() -> None:
    ring = MemoryKeyring(ManualClock(START))
    entry = SMKI.entries[0]
    holder = entry.certificate.holder
    assert holder is not None
    ring.add(entry.certificate)
    assert ring.certificate(holder, DS) == entry.certificate
    assert not ring.holds(holder, DS)
    with pytest.raises(KeyNotHeld, match="not its private key"):
        ring.sign(holder, b"x")
    with pytest.raises(KeyNotHeld):
        ring.sign(DEVICE, b"x")


def test_a_key_goes_with_its_own_certificate_only() -> None:
    one, other = SMKI.entries[:2]
    with pytest.raises(InvalidValue, match="not the one of this certificate"):
        KeyEntry(one.certificate, one.use, other.private_key)


def test_private_keys_and_secrets_do_not_print() -> None:
    ring = keyring()
    _, peer = SMKI.device(DEVICE)
    shown = f"{ring!r} {SMKI.entries[0]!r} {ring.agree(ACB, peer.certificate)!r} {SMKI.organisation_root!r}"
    key = SMKI.entries[0].private_key
    assert key is not None
    number = key.private_numbers().private_value
    assert str(number) not in shown
    assert f"{number:x}" not in shown
    assert "private_key" not in shown
