"""The keys of a whole system, each party's apart: what it holds, no other keyring can use.

On first run a test SMKI of our own is made and kept encrypted in the data folder. With an imported key
set the organisations are the imported ones, and our own device authority gives the devices identities.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

from gbsmart.ground import Clock, Eui64, InvalidValue, NotFound
from gbsmart.keys import (
    STRICT,
    TEST_SET,
    Certificate,
    FileKeyStore,
    KeyEntry,
    KeySet,
    KeyUse,
    MemoryKeyring,
    Skipped,
    ValidityPolicy,
    Vault,
    import_folder,
    import_json,
)
from gbsmart.trust import TEST_PARTIES, Party, TestSmki
from gbsmart.trust.parties import DCC_PARTIES

_DCC = frozenset(party.eui for party in DCC_PARTIES)


class Renewals:
    """Devices' key pairs that came after their first: those in use, and those that wait for a certificate.

    Kept in the key store as they come, which is opened for that alone: a device's keys are renewed once in
    years. What is in it when it is made are those that an earlier run left (a :class:`~gbsmart.keys.Vault`).
    """

    def __init__(self, database: Path, key_file: Path) -> None:
        self._database = database
        self._key_file = key_file
        with self._store() as store:
            in_force = set(store.in_force())
            self.in_use = [e for e in _devices(store) if e.certificate in in_force]
            self.pending = store.pending()

    def __repr__(self) -> str:
        return f"Renewals({len(self.in_use)} in use, {len(self.pending)} pending)"

    def keep_pending(self, holder: Eui64, use: KeyUse, private_key: EllipticCurvePrivateKey) -> None:
        """Keep a pair that waits for its certificate, in the place of any other."""
        with self._store() as store:
            store.keep_pending(holder, use, private_key)
        self.pending[holder, use] = private_key

    def take_into_use(self, entry: KeyEntry, replaced: Iterable[Certificate]) -> None:
        """Keep the pair as the one in force; forget the keys of those that it replaces."""
        with self._store() as store:
            store.take_into_use(entry, replaced)
        self._use(entry)
        holder = entry.certificate.holder
        self.pending = {slot: key for slot, key in self.pending.items() if slot != (holder, entry.use)}

    def follow(self, entry: KeyEntry) -> None:
        """Know what a device uses from now on, whose keys another process may have."""
        if all(each.certificate != entry.certificate for each in self.in_use):
            self._use(entry)

    def _use(self, entry: KeyEntry) -> None:
        slot = entry.certificate.holder, entry.use
        others = [each for each in self.in_use if (each.certificate.holder, each.use) != slot]
        self.in_use = [*others, entry]

    @contextmanager
    def _store(self) -> Iterator[FileKeyStore]:
        with FileKeyStore.with_key_file(self._database, self._key_file) as store:
            yield store


@dataclass(frozen=True)
class SystemKeys:
    """Certificates of everyone, and private keys by owner.

    ``skipped`` are the files of an imported set that could not be used, each with its reason.
    """

    organisations: tuple[KeyEntry, ...]
    devices: tuple[KeyEntry, ...]
    authorities: tuple[KeyEntry, ...]
    policy: ValidityPolicy
    skipped: tuple[Skipped, ...]
    renewals: Renewals = field(repr=False)

    def dcc(self, clock: Clock) -> MemoryKeyring:
        """The DCC's keyring: the Access Control Broker's and the other DCC parties' private keys."""
        return self._ring(clock, _DCC)

    def user(self, clock: Clock, holder: Eui64) -> MemoryKeyring:
        """One User's keyring; raises :class:`NotFound` where the key set has no keys of it."""
        if not any(e.certificate.holder == holder and e.private_key for e in self.organisations):
            raise NotFound(f"the key set holds no private key of User {holder}")
        return self._ring(clock, {holder})

    def device(self, clock: Clock, holders: Iterable[Eui64]) -> MemoryKeyring:
        """The keyring of some devices, which keeps the new key pairs that they make."""
        owners = frozenset(holders)
        ring = self._ring(clock, owners, self.renewals)
        for (holder, use), private_key in self.renewals.pending.items():
            if holder in owners:
                ring.hold_pending(holder, use, private_key)
        return ring

    def users(self) -> tuple[Eui64, ...]:
        """The holders of private keys that are not the DCC's."""
        holders = [e.certificate.holder for e in self.organisations if e.private_key is not None]
        return tuple(dict.fromkeys(h for h in holders if h is not None and h not in _DCC))

    def in_force(self, clock: Clock) -> tuple[KeyEntry, ...]:
        """The certificates that organisations use now: one for each holder and use.

        Devices are enrolled with these, so that they know what their parties sign with. Raises
        :class:`~gbsmart.keys.UnknownCertificate` where a strict key set has none in force.
        """
        ring = self._ring(clock, ())
        return tuple(
            entry
            for entry in self.organisations
            if entry.certificate.holder is not None
            and entry.use is not None
            and ring.certificate(entry.certificate.holder, entry.use) == entry.certificate
        )

    def device_certificates(self) -> tuple[Certificate, ...]:
        """The certificates of devices, those that were superseded too: first the first."""
        known = [entry.certificate for entry in (*self.devices, *self.renewals.in_use)]
        return tuple(dict.fromkeys(known))

    def _ring(self, clock: Clock, owners: Iterable[Eui64], vault: Vault | None = None) -> MemoryKeyring:
        owned = frozenset(owners)
        ring = MemoryKeyring(clock, self.policy, on_expired=_let_stand, vault=vault)
        ring.add_entries(
            entry if entry.certificate.holder in owned else bare
            for entry, bare in zip(self._everything, self._bare, strict=True)
        )
        for entry in self.renewals.in_use:
            mine = entry.certificate.holder in owned
            ring.succeed(entry if mine else replace(entry, private_key=None))
        return ring

    @cached_property
    def _everything(self) -> tuple[KeyEntry, ...]:
        return (*self.authorities, *self.organisations, *self.devices)

    @cached_property
    def _bare(self) -> tuple[KeyEntry, ...]:
        """The same without private keys: what every keyring holds of others."""
        return tuple(replace(entry, private_key=None) for entry in self._everything)


def _let_stand(_certificate: Certificate) -> None:
    """Certificates that ended are told of once for the whole system, not by each keyring."""


def check_enrolled(folder: Path, in_force: Iterable[KeyEntry], *, new: bool) -> None:
    """Note under ``folder`` which certificates the homes were enrolled with, or hold it against the note.

    Raises :class:`InvalidValue` where the homes were enrolled with other certificates than those that
    their parties use now: they would answer nothing at all.
    """
    file = folder / "enrolled"
    lines = sorted(
        f"{entry.certificate.serial_hex} {entry.use} {entry.certificate.holder}" for entry in in_force
    )
    if new or not file.exists():
        file.write_text("\n".join(lines) + "\n")
        return
    if missing := set(file.read_text().splitlines()) - set(lines):
        raise InvalidValue(
            f"the homes in this data folder were enrolled with {len(missing)} certificates that their "
            f"parties do not use now ({min(missing)})",
            field="keys",
            remedy="Start with the key set and clock that the folder was made with, or choose another "
            "folder with --data.",
        )


def open_keys(
    folder: Path, clock: Clock, devices: Iterable[Eui64], imported: Path | None, users: Iterable[Party] = ()
) -> SystemKeys:
    """The system's keys, made on first use and kept under ``folder``; ``imported`` replaces organisations.

    ``users`` have keys too, unless organisations are imported: whoever brings keys brings everyone's.
    Raises :class:`NotFound` where ``imported`` does not exist.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    external = _read(imported) if imported else None
    name = "devices.db" if external else "keys.db"
    with FileKeyStore.with_key_file(folder / name, folder / "keys.key") as store:
        parties = () if external else TEST_PARTIES
        smki = TestSmki.open(store, clock, os.urandom, parties)
        identities = _identities(store, smki, devices)
        if not external and _certified(store, smki, users):
            smki = TestSmki.open(store, clock, os.urandom)
    authorities = tuple(KeyEntry(a.certificate, None, None) for a in smki.authorities)
    renewals = Renewals(folder / name, folder / "keys.key")
    if external is None:
        return SystemKeys(smki.entries, identities, authorities, STRICT, (), renewals)
    return SystemKeys(
        external.organisations(),
        identities,
        (*authorities, *_authorities(external)),
        TEST_SET,
        external.skipped,
        renewals,
    )


def _read(source: Path) -> KeySet:
    return import_json(source) if source.is_file() else import_folder(source)


def _authorities(key_set: KeySet) -> tuple[KeyEntry, ...]:
    return tuple(replace(e, private_key=None) for e in key_set.entries if e.certificate.is_authority)


def _identities(store: FileKeyStore, smki: TestSmki, devices: Iterable[Eui64]) -> tuple[KeyEntry, ...]:
    kept = _devices(store)
    known = {entry.certificate.holder for entry in kept}
    fresh = [device for device in devices if device not in known]
    if not fresh:
        return kept
    # A DCC and its street may start together: the first one's identities are the devices'.
    made = f"identities of {sha256(b''.join(fresh)).hexdigest()}"
    store.add((entry for device in fresh for entry in smki.device(device)), {made: b"made"}, unless=made)
    return _devices(store)


def _certified(store: FileKeyStore, smki: TestSmki, users: Iterable[Party]) -> bool:
    """Whether Users without keys have got them now."""
    known = {entry.certificate.holder for entry in smki.entries}
    fresh = [user for user in users if user.eui not in known]
    if fresh:
        # As with devices: of processes that start together on one key folder, the first decides.
        made = f"keys of {sha256(b''.join(user.eui for user in fresh)).hexdigest()}"
        store.add((e for user in fresh for e in smki.organisation(user)), {made: b"made"}, unless=made)
    return bool(fresh)


def _devices(store: FileKeyStore) -> tuple[KeyEntry, ...]:
    return tuple(entry for entry in store.entries() if entry.certificate.is_device)
