"""Keys on disk: encrypted, durable, all or none."""

from __future__ import annotations

import random
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from gbsmart.ground import ManualClock, NotFound
from gbsmart.keys import FileKeyStore, KeyEntry, KeyUse, StoreLocked, StoreUnusable, verify
from gbsmart.trust import TestSmki

CLOCK = ManualClock(datetime(2026, 1, 1, tzinfo=UTC))
SMKI = TestSmki.create(CLOCK, random.Random(5).randbytes)


@pytest.fixture
def store(tmp_path: Path) -> FileKeyStore:
    return FileKeyStore.with_key_file(tmp_path / "keys.db", tmp_path / "keys.key")


def reopened(tmp_path: Path) -> FileKeyStore:
    return FileKeyStore.with_key_file(tmp_path / "keys.db", tmp_path / "keys.key")


def test_a_store_that_was_copied_open_to_others_is_closed(store: FileKeyStore, tmp_path: Path) -> None:
    store.close()
    (tmp_path / "keys.db").chmod(0o644)
    reopened(tmp_path).close()
    assert (tmp_path / "keys.db").stat().st_mode & 0o777 == 0o600


def test_what_is_stored_comes_back(store: FileKeyStore, tmp_path: Path) -> None:
    store.add(SMKI.entries, {"a secret": b"abc"})
    store.close()
    with reopened(tmp_path) as again:
        assert again.entries() == SMKI.entries
        assert again.secret("a secret") == b"abc"
        keyring = again.keyring(CLOCK)
        holder = SMKI.entries[0].certificate.holder
        assert holder is not None
        signature = keyring.sign(holder, b"x")
        assert verify(SMKI.entries[0].certificate, signature, b"x")
        with pytest.raises(NotFound):
            again.secret("another")


def test_private_keys_are_not_on_disk_in_the_clear(store: FileKeyStore, tmp_path: Path) -> None:
    store.add(SMKI.entries, {"a secret": b"plain to see"})
    store.close()
    octets = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert SMKI.entries[0].certificate.der in octets
    assert b"plain to see" not in octets
    for entry in SMKI.entries:
        assert entry.private_key is not None
        plain = entry.private_key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        scalar = entry.private_key.private_numbers().private_value.to_bytes(32, "big")
        assert plain not in octets
        assert scalar not in octets


def test_only_the_owner_may_read(store: FileKeyStore, tmp_path: Path) -> None:
    store.close()
    for name in ("keys.db", "keys.key"):
        assert (tmp_path / name).stat().st_mode & 0o777 == 0o600
    (tmp_path / "keys.key").chmod(0o640)
    with pytest.raises(StoreLocked, match="chmod 600"):
        reopened(tmp_path)


def test_another_key_does_not_open_it(store: FileKeyStore, tmp_path: Path) -> None:
    store.add(SMKI.entries)
    store.close()
    with pytest.raises(StoreLocked):
        FileKeyStore.with_key_file(tmp_path / "keys.db", tmp_path / "other.key")
    (tmp_path / "keys.key").write_text("not a key")
    with pytest.raises(StoreLocked, match="64 hex digits"):
        reopened(tmp_path)


def test_a_passphrase_opens_it_and_another_does_not(tmp_path: Path) -> None:
    path = tmp_path / "keys.db"
    with FileKeyStore.with_passphrase(path, "correct horse") as store:
        store.add(SMKI.entries[:1])
    with FileKeyStore.with_passphrase(path, "correct horse") as store:
        assert store.entries() == SMKI.entries[:1]
    with pytest.raises(StoreLocked):
        FileKeyStore.with_passphrase(path, "battery staple")


def test_a_withdrawn_key_is_gone(store: FileKeyStore) -> None:
    store.add(SMKI.entries)
    store.withdraw(SMKI.entries[0].certificate)
    assert store.entries() == SMKI.entries[1:]


def test_the_certificate_put_in_force_stays_so(store: FileKeyStore, tmp_path: Path) -> None:
    holder = next(e.certificate.holder for e in SMKI.entries if e.name.startswith("supplier 1"))
    assert holder is not None
    keys = [SMKI.new_private_key() for _ in range(2)]
    use = KeyUse.DIGITAL_SIGNATURE
    first, second = (KeyEntry(SMKI.issue_organisation(holder, 2, use, k.public_key()), use, k) for k in keys)
    store.add((first, second))
    assert store.keyring(CLOCK).certificate(holder, use) == second.certificate
    store.put_in_force(first.certificate)
    store.close()
    with reopened(tmp_path) as again:
        assert again.keyring(CLOCK).certificate(holder, use) == first.certificate
        again.put_in_force(second.certificate)
        assert again.keyring(CLOCK).certificate(holder, use) == second.certificate
        with pytest.raises(NotFound):
            again.put_in_force(SMKI.organisation_root.certificate)


def test_all_or_none(store: FileKeyStore) -> None:
    def entries_then_failure() -> object:
        yield SMKI.entries[0]
        raise RuntimeError("power cut")

    with pytest.raises(RuntimeError):
        store.add(entries_then_failure())  # type: ignore[arg-type]
    assert store.entries() == ()


def test_swapped_records_do_not_open(store: FileKeyStore, tmp_path: Path) -> None:
    store.add(SMKI.entries[:2])
    store.close()
    db = sqlite3.connect(tmp_path / "keys.db")
    (sealed,) = db.execute("SELECT sealed FROM entry ORDER BY position LIMIT 1").fetchone()
    db.execute("UPDATE entry SET sealed = ?", (sealed,))
    db.commit()
    db.close()
    with reopened(tmp_path) as again, pytest.raises(StoreLocked):
        again.entries()


def test_storing_a_certificate_again_keeps_its_key(store: FileKeyStore) -> None:
    entry = SMKI.entries[0]
    store.add([entry])
    store.add([KeyEntry(entry.certificate, entry.use)])
    (kept,) = store.entries()
    assert kept.private_key is not None


def test_a_file_that_is_no_key_store_or_is_damaged_is_said_so(store: FileKeyStore, tmp_path: Path) -> None:
    store.add(SMKI.entries)
    store.close()
    file = tmp_path / "keys.db"
    octets = file.read_bytes()
    file.write_bytes(octets[:4096] + bytes(len(octets) - 4096))
    with pytest.raises(StoreUnusable, match="cannot be used"), reopened(tmp_path) as damaged:
        damaged.entries()
    file.write_bytes(b"nothing of the kind" * 99)
    with pytest.raises(StoreUnusable, match="not a database"):
        reopened(tmp_path)
    with pytest.raises(StoreUnusable, match="not a database"):
        FileKeyStore.with_passphrase(file, "open sesame")
