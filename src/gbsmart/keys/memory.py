"""The keyring in memory: what the DCC, a User or a street of emulated devices signs and agrees with."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDH,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
)

from gbsmart.ground import Clock, Eui64, InvalidValue
from gbsmart.keys import signatures
from gbsmart.keys.certificate import Certificate
from gbsmart.keys.key_set import KeyEntry, KeySet, use_of
from gbsmart.keys.keyring import KeyNotHeld, KeyUse, SharedSecret, UnknownCertificate
from gbsmart.keys.renewal import Nowhere, Vault, certification_request, new_private_key
from gbsmart.keys.secret_cache import SecretCache
from gbsmart.keys.validity import STRICT, Expired, ValidityPolicy

_log = logging.getLogger(__name__)
_EVER = (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))
_Slot = tuple[Eui64, KeyUse]


class _Choice(NamedTuple):
    """The entry in force from ``since`` until just before ``until``."""

    entry: KeyEntry
    since: datetime
    until: datetime


class MemoryKeyring:
    """A :class:`~gbsmart.keys.Keyring` over certificates and private keys held in memory.

    A holder may have several certificates for one use. The one in force is the one set by
    :meth:`put_in_force`, else of those valid now the one that began last (of two that began together,
    the one added last). When none is valid now, the validity policy decides: nothing is found, or the
    one that ended last is used and ``on_expired`` is called once for it (by default it is logged).
    Key pairs can be renewed (:class:`~gbsmart.keys.RenewableKeyring`): ``vault`` keeps them.
    """

    def __init__(
        self,
        clock: Clock,
        policy: ValidityPolicy = STRICT,
        *,
        secrets: SecretCache | None = None,
        on_expired: Callable[[Certificate], None] | None = None,
        vault: Vault | None = None,
    ) -> None:
        self.policy = policy
        self._clock = clock
        self._secrets = secrets if secrets is not None else SecretCache()
        self._on_expired = on_expired or _log_expired
        self._vault = vault or Nowhere()
        self._pending: dict[_Slot, EllipticCurvePrivateKey] = {}
        self._slots: dict[_Slot, list[KeyEntry]] = {}
        self._authorities: list[KeyEntry] = []
        self._serials: dict[int, list[Certificate]] = {}
        self._chosen: dict[_Slot, Certificate] = {}
        self._choices: dict[_Slot, _Choice] = {}
        self._policies: dict[Certificate, ValidityPolicy] = {}
        self._warned: set[Certificate] = set()

    def __repr__(self) -> str:
        held = sum(map(len, self._slots.values()))
        return f"MemoryKeyring({held} certificates, policy {self.policy.name!r})"

    # --- what is in it ---

    def add(
        self,
        certificate: Certificate,
        private_key: EllipticCurvePrivateKey | None = None,
        use: KeyUse | None = None,
        *,
        name: str = "",
    ) -> None:
        """Hold a certificate (and its private key); ``use`` is read from the certificate if not given.

        Raises :class:`InvalidValue` when the key is not the certificate's, or when the certificate
        names neither a holder nor an authority.
        """
        self.add_entry(KeyEntry(certificate, use or use_of(certificate, name), private_key, name))

    def add_entry(self, entry: KeyEntry) -> None:
        """Hold an entry; one for the same certificate and use takes the place of the earlier."""
        certificate = entry.certificate
        if certificate.is_authority:
            self._authorities = [e for e in self._authorities if e.certificate != certificate]
            self._authorities.append(entry)
        else:
            slot = self._slot_of(entry)
            kept = [e for e in self._slots.get(slot, []) if e.certificate != certificate]
            self._slots[slot] = [*kept, entry]
            self._choices.pop(slot, None)
        numbered = self._serials.setdefault(certificate.serial, [])
        if certificate not in numbered:
            numbered.append(certificate)

    def add_entries(self, entries: Iterable[KeyEntry]) -> None:
        """Hold each of ``entries``."""
        for entry in entries:
            self.add_entry(entry)

    def add_set(self, key_set: KeySet) -> None:
        """Hold the entries of a key set, each under the set's own validity policy."""
        for entry in key_set.entries:
            self.add_entry(entry)
            self._policies[entry.certificate] = key_set.policy

    def policy_of(self, certificate: Certificate) -> ValidityPolicy:
        """The validity policy a certificate is held under: its key set's, else the keyring's."""
        return self._policies.get(certificate, self.policy)

    def withdraw(self, certificate: Certificate) -> None:
        """Forget a certificate, its private key and every secret agreed with it."""
        for slot, entries in tuple(self._slots.items()):
            if any(entry.certificate == certificate for entry in entries):
                self._slots[slot] = [e for e in entries if e.certificate != certificate]
                self._choices.pop(slot, None)
                if self._chosen.get(slot) == certificate:
                    del self._chosen[slot]
                if not self._slots[slot]:
                    del self._slots[slot]
        self._authorities = [e for e in self._authorities if e.certificate != certificate]
        numbered = [c for c in self._serials.get(certificate.serial, []) if c != certificate]
        if numbered:
            self._serials[certificate.serial] = numbered
        else:
            self._serials.pop(certificate.serial, None)
        self._policies.pop(certificate, None)
        self._secrets.evict(certificate)

    def put_in_force(self, certificate: Certificate) -> None:
        """Use this certificate for its holder and use, whatever the dates of the others.

        Raises :class:`UnknownCertificate` when it is not held.
        """
        slots = [
            slot
            for slot, entries in self._slots.items()
            if any(entry.certificate == certificate for entry in entries)
        ]
        if not slots:
            raise UnknownCertificate(f"certificate {certificate.serial_hex} is not in this keyring")
        for slot in slots:
            self._chosen[slot] = certificate
            self._choices.pop(slot, None)

    def succeed(self, entry: KeyEntry) -> None:
        """Have this entry take the place of what its holder used: of that nothing is left but the
        certificate, for what was signed before.
        """
        slot = self._slot_of(entry)
        for old in self._slots.get(slot, []):
            if old.certificate != entry.certificate:
                self.add_entry(replace(old, private_key=None))
                self._secrets.evict(old.certificate)
        self.add_entry(entry)
        self.put_in_force(entry.certificate)

    def entries(self) -> Iterator[KeyEntry]:
        """Every entry held, authorities first."""
        yield from self._authorities
        for entries in self._slots.values():
            yield from entries

    def authorities(self) -> tuple[Certificate, ...]:
        """The root and issuing authority certificates held."""
        return tuple(entry.certificate for entry in self._authorities)

    # --- certificates ---

    def certificate(self, holder: Eui64, use: KeyUse) -> Certificate:
        """The certificate in force; raises :class:`UnknownCertificate`."""
        return self._entry(holder, use).certificate

    def superseded(self, holder: Eui64, use: KeyUse) -> tuple[Certificate, ...]:
        """The certificates of a holder that are not the one in force, the latest first."""
        present = self._entry(holder, use)
        held = self._slots[holder, use]
        return tuple(entry.certificate for entry in reversed(held) if entry != present)

    def by_serial(self, serial: int, issuer: str | None = None) -> Certificate:
        """The certificate with this serial number (and issuer); raises :class:`UnknownCertificate`.

        The parts of ``issuer`` may come in either order and with spaces after the commas.
        """
        for certificate in self._serials.get(serial, ()):
            if issuer is None or _name_parts(certificate.issuer) == _name_parts(issuer):
                return certificate
        raise UnknownCertificate(
            f"no certificate {serial:032X}{f' of issuer {issuer}' if issuer else ''} is held"
        )

    # --- private keys ---

    def holds(self, holder: Eui64, use: KeyUse) -> bool:
        """Whether the private key of this holder's certificate in force is here."""
        try:
            return self._entry(holder, use).private_key is not None
        except UnknownCertificate:
            return False

    def sign(self, holder: Eui64, data: bytes, use: KeyUse = KeyUse.DIGITAL_SIGNATURE) -> bytes:
        """ECDSA P-256 SHA-256 over ``data``: r then s, 64 octets; raises :class:`KeyNotHeld`."""
        _, private_key = self._private(holder, use)
        return signatures.sign(private_key, data)

    def agree(self, holder: Eui64, peer: Certificate, use: KeyUse = KeyUse.KEY_AGREEMENT) -> SharedSecret:
        """The secret between ``holder``'s private key of ``use`` and ``peer``'s public key.

        Raises :class:`KeyNotHeld`. Results are cached, bounded, and dropped with their certificates.
        """
        own, private_key = self._private(holder, use)
        secret = self._secrets.get(own, peer)
        if secret is None:
            secret = SharedSecret(private_key.exchange(ECDH(), peer.public_key))
            self._secrets.put(own, peer, secret)
        return secret

    def _private(self, holder: Eui64, use: KeyUse) -> tuple[Certificate, EllipticCurvePrivateKey]:
        try:
            entry = self._entry(holder, use)
        except UnknownCertificate as error:
            raise KeyNotHeld(f"no {use} key of {holder} is held here: {error.message}") from error
        if entry.private_key is None:
            raise KeyNotHeld(f"only the certificate of {holder} for {use} is held here, not its private key")
        return entry.certificate, entry.private_key

    # --- new key pairs ---

    def hold_pending(self, holder: Eui64, use: KeyUse, private_key: EllipticCurvePrivateKey) -> None:
        """Hold a pair that waits for its certificate, as it was kept."""
        self._pending[holder, use] = private_key

    def renew(self, holder: Eui64, use: KeyUse) -> bytes:
        """Make a new pair, pending in the place of any other; the request for its certificate (PKCS#10).

        Raises :class:`UnknownCertificate` where the holder has no certificate to be named after.
        """
        own, private_key = self.certificate(holder, use), new_private_key()
        request = certification_request(private_key, use, own)
        self._vault.keep_pending(holder, use, private_key)
        self.hold_pending(holder, use, private_key)
        return request

    def pending(self, holder: Eui64, use: KeyUse) -> EllipticCurvePublicKey | None:
        """The public key of the pair that waits for its certificate."""
        private_key = self._pending.get((holder, use))
        return None if private_key is None else private_key.public_key()

    def take_into_use(self, certificate: Certificate) -> None:
        """Have the pending pair take the place of the one in use, under its certificate.

        Raises :class:`KeyNotHeld` where the certificate is not the pending pair's.
        """
        use = use_of(certificate)
        slot = self._slot_of(KeyEntry(certificate, use))
        private_key = self._pending.get(slot)
        if private_key is None or private_key.public_key() != certificate.public_key:
            raise KeyNotHeld(f"no key pair of {slot[0]} waits for the certificate {certificate.serial_hex}")
        entry = KeyEntry(certificate, use, private_key)
        others = [each.certificate for each in self._slots.get(slot, ()) if each.certificate != certificate]
        self._vault.take_into_use(entry, others)
        self.succeed(entry)
        del self._pending[slot]

    # --- the choice ---

    def _entry(self, holder: Eui64, use: KeyUse) -> KeyEntry:
        slot = (holder, use)
        now = self._clock.now()
        choice = self._choices.get(slot)
        if choice is None or not choice.since <= now < choice.until:
            choice = self._choices[slot] = self._choose(slot, now)
        return choice.entry

    def _choose(self, slot: _Slot, now: datetime) -> _Choice:
        entries = self._slots.get(slot, [])
        if (chosen := self._chosen.get(slot)) is not None:
            entry = next(e for e in entries if e.certificate == chosen)
            return _Choice(entry, *_EVER)
        valid = [entry for entry in entries if entry.certificate.in_force(now)]
        let_through = [e for e in entries if self.policy_of(e.certificate).expired is Expired.WARN]
        if valid:
            entry = max(reversed(valid), key=lambda e: e.certificate.not_before)
        elif let_through:
            entry = max(reversed(let_through), key=lambda e: e.certificate.not_after)
            self._warn(entry.certificate)
        else:
            holder, use = slot
            reason = "none that is in force now" if entries else "none"
            raise UnknownCertificate(f"of the certificates of {holder} for {use}, {reason} is held")
        return _Choice(entry, *_around(now, entries))

    def _warn(self, certificate: Certificate) -> None:
        if certificate not in self._warned:
            self._warned.add(certificate)
            self._on_expired(certificate)

    def _slot_of(self, entry: KeyEntry) -> _Slot:
        holder = entry.certificate.holder
        if holder is None:
            raise InvalidValue("the certificate names no EUI-64", field="certificate")
        if entry.use is None:
            raise InvalidValue("the certificate's key usage fits no use", field="use")
        return holder, entry.use


def _around(now: datetime, entries: Iterable[KeyEntry]) -> tuple[datetime, datetime]:
    """The span around ``now`` in which no certificate begins or ends, so that a choice stands."""
    ends = [end for e in entries for end in (e.certificate.not_before, e.certificate.not_after)]
    since = max((end for end in ends if end < now), default=_EVER[0])
    until = min((end for end in ends if end > now), default=_EVER[1])
    # the moment itself, where a certificate begins or ends on it: both ends are part of a validity
    return (now, now) if now in ends else (since, until)


@lru_cache(maxsize=1024)
def _name_parts(name: str) -> frozenset[str]:
    return frozenset(part.strip() for part in name.split(","))


def _log_expired(certificate: Certificate) -> None:
    _log.warning(
        "certificate %s of %s ended on %s; its key set allows its use",
        certificate.serial_hex,
        certificate.holder,
        certificate.not_after.date(),
    )
