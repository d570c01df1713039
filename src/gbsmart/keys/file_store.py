"""The key store on disk: certificates in the clear, private keys under AES-256-GCM.

One SQLite file, so that a whole set is stored or none of it, by one process or several. The master key
comes from a passphrase (scrypt) or from a file that only its owner can read. Each private key is bound
to its certificate and use, so that records cannot be swapped.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from gbsmart.ground import Blame, Clock, Eui64, GbsmartError, NotFound
from gbsmart.keys.certificate import Certificate
from gbsmart.keys.exchange import load_private_key
from gbsmart.keys.key_set import KeyEntry
from gbsmart.keys.keyring import KeyUse
from gbsmart.keys.memory import MemoryKeyring
from gbsmart.keys.secret_cache import SecretCache
from gbsmart.keys.validity import STRICT, ValidityPolicy

_SCHEMA = """
CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS entry (
    certificate_hash BLOB NOT NULL, key_use TEXT NOT NULL, certificate BLOB NOT NULL, name TEXT NOT NULL,
    sealed BLOB, in_force INTEGER NOT NULL DEFAULT 0, position INTEGER NOT NULL,
    PRIMARY KEY (certificate_hash, key_use)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS secret (name TEXT PRIMARY KEY, sealed BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS pending (
    holder BLOB NOT NULL, key_use TEXT NOT NULL, sealed BLOB NOT NULL,
    PRIMARY KEY (holder, key_use)) WITHOUT ROWID;
"""
_SCRYPT_COST = 1 << 15  # with r=8, p=1: 32 MiB and about a tenth of a second
_CHECK = b"gbsmart key store"
RandomBytes = Callable[[int], bytes]


class StoreLocked(GbsmartError):
    """The key store does not open with this passphrase or key file."""

    blame = Blame.CALLER


class StoreUnusable(GbsmartError):
    """The file of the key store cannot be read or written: it is damaged, or something else altogether."""

    blame = Blame.WORLD


class FileKeyStore:
    """Durable keys: what :meth:`add` returned from is on disk.

    Open it with :meth:`with_passphrase` or :meth:`with_key_file`. Private keys and secrets never print.
    """

    def __init__(self, path: Path, master_key: bytes, random_bytes: RandomBytes = os.urandom) -> None:
        """Open (or begin) the store at ``path`` under a 32-octet key.

        Raises :class:`StoreLocked` where it is not the store's key, :class:`StoreUnusable` where the file
        cannot be used; so may everything that the store does later.
        """
        self._path = path
        self._random = random_bytes
        self._cipher = AESGCM(master_key)
        self._opened: dict[tuple[bytes, str, bytes | None], KeyEntry] = {}
        _private_file(path)
        self._db = _connect(path)
        try:
            self._check_key()
        except BaseException:
            self._db.close()
            raise

    @classmethod
    def with_passphrase(cls, path: Path, passphrase: str, random_bytes: RandomBytes = os.urandom) -> Self:
        """Open under a passphrase; raises :class:`StoreLocked` when it is the wrong one."""
        _private_file(path)
        with _using(path), closing(_connect(path)) as db:
            db.execute("INSERT OR IGNORE INTO setting VALUES ('salt', ?)", (random_bytes(16),))
            (salt,) = db.execute("SELECT value FROM setting WHERE name = 'salt'").fetchone()
        key = Scrypt(salt=salt, length=32, n=_SCRYPT_COST, r=8, p=1).derive(passphrase.encode())
        return cls(path, key, random_bytes)

    @classmethod
    def with_key_file(cls, path: Path, key_file: Path, random_bytes: RandomBytes = os.urandom) -> Self:
        """Open under the key in ``key_file``, which is made (mode 0600) when it is not there.

        Raises :class:`StoreLocked` when others than the owner may read the file, when it holds no
        32-octet key, or when it is not this store's key.
        """
        return cls(path, _key_of_file(key_file, random_bytes), random_bytes)

    def __repr__(self) -> str:
        return f"FileKeyStore({str(self._path)!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def add(
        self, entries: Iterable[KeyEntry], secrets: Mapping[str, bytes] | None = None, *, unless: str = ""
    ) -> bool:
        """Store ``entries``, all or none; one for the same certificate and use is replaced.

        ``secrets`` is key material that has no certificate, by name; it is stored in the same go. Where
        a secret called ``unless`` is there already, nothing is stored and the answer is False.
        """
        with self._transaction():
            if unless and self._db.execute("SELECT 1 FROM secret WHERE name = ?", (unless,)).fetchone():
                return False
            for name, secret in (secrets or {}).items():
                self._db.execute(
                    "INSERT INTO secret VALUES (?, ?) ON CONFLICT DO UPDATE SET sealed = excluded.sealed",
                    (name, self._seal(secret, b"secret:" + name.encode())),
                )
            self._insert(entries)
        return True

    def _insert(self, entries: Iterable[KeyEntry]) -> None:
        ((last,),) = self._db.execute("SELECT coalesce(max(position), 0) FROM entry").fetchall()
        for position, entry in enumerate(entries, last + 1):
            identity = _identity(entry.certificate)
            use = entry.use or ""
            sealed = None
            if entry.private_key is not None:
                sealed = self._seal(_octets(entry.private_key), identity + use.encode())
            self._db.execute(
                "INSERT INTO entry (certificate_hash, key_use, certificate, name, sealed, position)"
                " VALUES (?, ?, ?, ?, ?, ?)"
                " ON CONFLICT DO UPDATE SET name = excluded.name,"
                " sealed = coalesce(excluded.sealed, sealed)",
                (identity, use, entry.certificate.der, entry.name, sealed, position),
            )
            self._opened[entry.certificate.der, use, sealed] = entry

    def withdraw(self, certificate: Certificate) -> None:
        """Delete a certificate and its private key; no matter if it is not there."""
        with self._transaction():
            self._db.execute("DELETE FROM entry WHERE certificate_hash = ?", (_identity(certificate),))
        self._opened.clear()  # the key is gone here too

    def put_in_force(self, certificate: Certificate) -> None:
        """Remember this certificate as the one in force for its holder and use.

        Raises :class:`NotFound` when it is not stored.
        """
        with self._transaction():
            self._force(certificate)

    def _force(self, certificate: Certificate) -> None:
        changed = self._db.execute(
            "UPDATE entry SET in_force = (SELECT max(in_force) + 1 FROM entry) WHERE certificate_hash = ?",
            (_identity(certificate),),
        )
        if changed.rowcount == 0:
            raise NotFound(f"certificate {certificate.serial_hex} is not in the key store")

    # --- new key pairs (it is a vault) ---

    def keep_pending(self, holder: Eui64, use: KeyUse, private_key: EllipticCurvePrivateKey) -> None:
        """Keep a pair that waits for its certificate, in the place of any other."""
        sealed = self._seal(_octets(private_key), _waiting(holder, use))
        with self._transaction():
            self._db.execute(
                "INSERT INTO pending VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET sealed = excluded.sealed",
                (bytes(holder), use, sealed),
            )

    def take_into_use(self, entry: KeyEntry, replaced: Iterable[Certificate]) -> None:
        """Keep the pair as the one in force; forget the keys of those that it replaces."""
        assert entry.use is not None
        assert entry.certificate.holder is not None
        gone = [(_identity(certificate), entry.use) for certificate in replaced]
        with self._transaction():
            self._insert([entry])
            self._force(entry.certificate)
            self._db.executemany(
                "UPDATE entry SET sealed = NULL, in_force = 0 WHERE certificate_hash = ? AND key_use = ?",
                gone,
            )
            self._db.execute(
                "DELETE FROM pending WHERE holder = ? AND key_use = ?",
                (bytes(entry.certificate.holder), entry.use),
            )
        self._opened.clear()  # the keys are gone here too

    def pending(self) -> dict[tuple[Eui64, KeyUse], EllipticCurvePrivateKey]:
        """The pairs that wait for their certificates, by holder and use."""
        rows = self._rows("SELECT holder, key_use, sealed FROM pending")
        slots = [((Eui64(bytes(holder)), KeyUse(use)), sealed) for holder, use, sealed in rows]
        return {slot: load_private_key(self._open(sealed, _waiting(*slot))) for slot, sealed in slots}

    def in_force(self) -> tuple[Certificate, ...]:
        """The certificates that were put in force, the latest last."""
        rows = self._rows("SELECT certificate FROM entry WHERE in_force > 0 ORDER BY in_force")
        return tuple(Certificate.from_der(der) for (der,) in rows)

    def entries(self) -> tuple[KeyEntry, ...]:
        """Every entry, in the order of first storing."""
        rows = self._rows("SELECT certificate, key_use, name, sealed FROM entry ORDER BY position")
        return tuple(self._entry(*row) for row in rows)

    def keyring(
        self, clock: Clock, policy: ValidityPolicy = STRICT, *, secrets: SecretCache | None = None
    ) -> MemoryKeyring:
        """A keyring of all that is stored, which keeps its new key pairs here.

        Other changes of the store, later ones, are not followed.
        """
        keyring = MemoryKeyring(clock, policy, secrets=secrets, vault=self)
        keyring.add_entries(self.entries())
        for certificate in self.in_force():
            keyring.put_in_force(certificate)
        for slot, private_key in self.pending().items():
            keyring.hold_pending(*slot, private_key)
        return keyring

    def secret(self, name: str) -> bytes:
        """Key material stored under this name; raises :class:`NotFound`."""
        rows = self._rows("SELECT sealed FROM secret WHERE name = ?", name)
        if not rows:
            raise NotFound(f"the key store holds no secret called {name!r}")
        return self._open(rows[0][0], b"secret:" + name.encode())

    def _entry(self, der: bytes, use: str, name: str, sealed: bytes | None) -> KeyEntry:
        """An entry as stored; it is read and opened once, however often it is asked for."""
        known = self._opened.get((der, use, sealed))
        if known is not None:
            return known if known.name == name else replace(known, name=name)
        certificate = Certificate.from_der(der)
        key = None
        if sealed is not None:
            key = load_private_key(self._open(sealed, _identity(certificate) + use.encode()))
        entry = self._opened[der, use, sealed] = KeyEntry(
            certificate, KeyUse(use) if use else None, key, name
        )
        return entry

    def _check_key(self) -> None:
        sealed = self._seal(_CHECK, b"check")
        with self._transaction():
            self._db.execute("INSERT OR IGNORE INTO setting VALUES ('check', ?)", (sealed,))
        ((stored,),) = self._rows("SELECT value FROM setting WHERE name = 'check'")
        self._open(stored, b"check")

    def _seal(self, plain: bytes, bound_to: bytes) -> bytes:
        nonce = self._random(12)
        return nonce + self._cipher.encrypt(nonce, plain, bound_to)

    def _open(self, sealed: bytes, bound_to: bytes) -> bytes:
        try:
            return self._cipher.decrypt(sealed[:12], sealed[12:], bound_to)
        except InvalidTag as error:
            raise StoreLocked(
                f"the key store {self._path.name} does not open",
                remedy="Give the passphrase or key file it was made with. If you did, a record was altered.",
            ) from error

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """All or nothing, and on disk when it ends."""
        with _using(self._path):
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def _rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        with _using(self._path):
            return self._db.execute(query, values).fetchall()


@contextmanager
def _using(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as problem:
        raise StoreUnusable(
            f"the key store {path.name} cannot be used: {problem}",
            remedy="Put a copy back, or choose another folder.",
        ) from problem


def _connect(path: Path) -> sqlite3.Connection:
    with _using(path):
        db = sqlite3.connect(path, isolation_level=None, timeout=10)
        db.execute("PRAGMA synchronous = FULL")
        db.execute("PRAGMA secure_delete = ON")  # a withdrawn key leaves no octets behind
        db.executescript(_SCHEMA)
    return db


def _private_file(path: Path) -> None:
    """There, and closed to others, also where it was copied here under another mode."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        with suppress(PermissionError):  # another's file, which its owner lets us use
            path.chmod(mode & 0o700)


def _key_of_file(path: Path, random_bytes: RandomBytes) -> bytes:
    if not path.exists():
        _make_key_file(path, random_bytes(32))
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise StoreLocked(f"others may read the key file {path.name}", remedy=f"Run chmod 600 {path.name}.")
    try:
        key = bytes.fromhex(path.read_text("ascii"))
    except ValueError:
        key = b""
    if len(key) != 32:
        raise StoreLocked(f"{path.name} does not hold a key of 64 hex digits")
    return key


def _make_key_file(path: Path, key: bytes) -> None:
    """Written aside, flushed, then linked into place: never half a key, never over another's."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    aside = path.with_name(f"{path.name}.{os.getpid()}.new")
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        os.write(descriptor, key.hex().encode() + b"\n")
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    try:
        os.link(aside, path)
    except FileExistsError:
        pass  # another process was first: its key is the key
    finally:
        aside.unlink()
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _identity(certificate: Certificate) -> bytes:
    return hashlib.sha256(certificate.der).digest()


def _waiting(holder: Eui64, use: KeyUse) -> bytes:
    """What the record of a pending key is bound to."""
    return b"pending:" + bytes(holder) + use.encode()


def _octets(key: EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
