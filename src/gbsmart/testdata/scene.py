"""The scene in which test messages are exchanged: who there is, and the keys of everyone."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

from gbsmart.ground import Eui64, ManualClock, NotFound
from gbsmart.keys import STRICT, KeyEntry, KeySet, KeyUse, MemoryKeyring, RemotePartyRole, ValidityPolicy
from gbsmart.trust import TestSmki
from gbsmart.trust.smki import RandomBytes

NOW = datetime(2026, 4, 1, 12, tzinfo=UTC)
"""The moment at which test messages are made, unless they are told another."""

DEVICES: Mapping[str, Eui64] = {
    kind: Eui64(bytes.fromhex("00DB1234567890") + bytes((last,)))
    for last, kind in enumerate(("ESME", "GSME", "CHF", "GPF", "PPMID", "HCALCS", "SAPC", "IHD"), 0xA0)
}
"""The devices of the scene, under the EUI-64s that published test material gives to such devices."""
WITHOUT_KEYS = frozenset({"IHD"})
"""Devices that have no certificates: they are only named by others."""

_R = RemotePartyRole
_OF_THE_DCC = (_R.ACCESS_CONTROL_BROKER, _R.TRANSITIONAL_COS, _R.WAN_PROVIDER, _R.RECOVERY)
_USERS = (_R.SUPPLIER, _R.NETWORK_OPERATOR, _R.LOAD_CONTROLLER, _R.OTHER)
USER_ROLES: Mapping[str, RemotePartyRole] = {
    "IS": _R.SUPPLIER, "GS": _R.SUPPLIER, "ED": _R.NETWORK_OPERATOR, "GT": _R.NETWORK_OPERATOR,
    "LC": _R.LOAD_CONTROLLER, "ES": _R.OTHER, "RSA": _R.OTHER, "OU": _R.OTHER,
}  # fmt: skip
"""In which remote party role the scene's User of each User Role has its certificates."""


class Contingency(NamedTuple):
    """The contingency key of a root certificate, and the key under which its public key lies there."""

    private_key: EllipticCurvePrivateKey
    symmetric_key: bytes

    def __repr__(self) -> str:
        return "Contingency(...)"


@dataclass(frozen=True)
class Scene:
    """Parties by remote party role, devices by type, and one keyring that holds whatever there is of keys.

    ``contingency`` is None where the root is another's.
    """

    entries: tuple[KeyEntry, ...]
    keyring: MemoryKeyring
    parties: Mapping[RemotePartyRole, Eui64]
    devices: Mapping[str, Eui64]
    now: datetime = NOW
    contingency: Contingency | None = None

    @property
    def acb(self) -> Eui64:
        """The Access Control Broker."""
        return self.parties[RemotePartyRole.ACCESS_CONTROL_BROKER]

    def certificate(self, holder: Eui64, use: KeyUse) -> bytes:
        """A certificate as DER; raises :class:`~gbsmart.keys.UnknownCertificate`."""
        return self.keyring.certificate(holder, use).der

    def authorities(self) -> tuple[bytes, ...]:
        """The authorities of organisations that are no roots, as DER: the path of a certificate."""
        return tuple(
            entry.certificate.der
            for entry in self.entries
            if entry.certificate.is_authority and entry.certificate.role == RemotePartyRole.ISSUING_AUTHORITY
        )


def own_scene(random_bytes: RandomBytes = os.urandom, now: datetime = NOW) -> Scene:
    """A scene with keys of its own; with a seeded source of octets it is the same one again."""
    smki = TestSmki.create(ManualClock(now), random_bytes)
    authorities = tuple(KeyEntry(each.certificate, None) for each in smki.authorities)
    scene = _scene((*authorities, *smki.entries, *_identities(smki)), now)
    return replace(scene, contingency=Contingency(smki.contingency_key, smki.contingency_symmetric_key))


def scene_of(keys: KeySet, random_bytes: RandomBytes = os.urandom, now: datetime | None = None) -> Scene:
    """A scene with the parties of a key set; devices of which it holds no private keys get new identities.

    Raises :class:`NotFound` where the set has no Access Control Broker or no supplier.
    """
    began = max((each.certificate.not_before for each in keys.entries), default=NOW)
    moment = now or max(NOW, began)
    held = {e.certificate.holder for e in keys.entries if e.private_key is not None}
    smki = TestSmki.create(ManualClock(moment), random_bytes, ())
    missing = [device for kind, device in DEVICES.items() if device not in held and kind not in WITHOUT_KEYS]
    own = [entry for device in missing for entry in smki.device(device)]
    devices = tuple(KeyEntry(each.certificate, None) for each in smki.authorities) if own else ()
    kept = tuple(entry for entry in keys.entries if entry.certificate.holder not in missing)
    return _scene((*kept, *devices, *own), moment, keys.policy)


def _identities(smki: TestSmki) -> tuple[KeyEntry, ...]:
    return tuple(
        entry for kind, device in DEVICES.items() if kind not in WITHOUT_KEYS for entry in smki.device(device)
    )


def _scene(entries: tuple[KeyEntry, ...], now: datetime, policy: ValidityPolicy = STRICT) -> Scene:
    keyring = MemoryKeyring(ManualClock(now), policy, on_expired=lambda _: None)
    keyring.add_entries(entries)
    parties = {role: found for role in (*_OF_THE_DCC, *_USERS) if (found := _party(entries, role))}
    for needed in (_R.ACCESS_CONTROL_BROKER, _R.SUPPLIER):
        if needed not in parties:
            raise NotFound(
                f"the key set has no {needed.name.replace('_', ' ').lower()}",
                remedy="Give the folder of a whole key set, or none: then one is made.",
            )
    return Scene(entries, keyring, parties, DEVICES, now)


def _party(entries: tuple[KeyEntry, ...], role: RemotePartyRole) -> Eui64 | None:
    """The holder of this role of whom most private keys are held: its XML-signing key counts too."""
    holders = dict.fromkeys(e.certificate.holder for e in entries if e.certificate.role == role)
    held = Counter(e.certificate.holder for e in entries if e.private_key is not None)
    return max((each for each in holders if each is not None), key=lambda each: held[each], default=None)
