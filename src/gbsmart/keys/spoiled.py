"""Certificates as somebody sees them for whom one of them has gone wrong: a fault on demand.

What looks a certificate up and checks it stays as it is; only what it finds differs.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache

from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePublicKey,
    derive_private_key,
)

from gbsmart.ground import Eui64
from gbsmart.keys.certificate import Certificate
from gbsmart.keys.keyring import Certificates, KeyUse, UnknownCertificate
from gbsmart.keys.roles import RemotePartyRole


class Spoil(StrEnum):
    """How a certificate has gone wrong."""

    EXPIRED = "expired"  # its validity ended a moment ago
    WRONG_ROLE = "wrong-role"  # it names another remote party role
    UNKNOWN = "unknown"  # it was never issued, as far as one can see
    REVOKED = "revoked"  # it is not to be used any more
    OTHER_KEY = "other-key"  # it certifies a key that nobody signs with


class SpoiledCertificates:
    """Everything that ``certificates`` finds, with those of ``holder`` for ``use`` gone wrong at ``at``.

    A certificate past its end is not found by holder and use, whatever the key set's validity policy;
    by serial number it is, so that whoever looks at the dates can refuse it.
    """

    def __init__(
        self, certificates: Certificates, holder: Eui64, use: KeyUse, how: Spoil, at: datetime
    ) -> None:
        self._certificates = certificates
        self._holder = holder
        self._use = use
        self._how = how
        self._at = at

    def certificate(self, holder: Eui64, use: KeyUse) -> Certificate:
        """The certificate in force; raises :class:`UnknownCertificate`."""
        found = self._certificates.certificate(holder, use)
        if (holder, use) != (self._holder, self._use):
            return found
        if self._how is Spoil.EXPIRED:
            raise UnknownCertificate(
                f"of the certificates of {holder} for {use}, none that is in force now is held"
            )
        return spoil(found, self._how, self._at)

    def by_serial(self, serial: int, issuer: str | None = None) -> Certificate:
        """The certificate with this serial number (and issuer); raises :class:`UnknownCertificate`."""
        found = self._certificates.by_serial(serial, issuer)
        return spoil(found, self._how, self._at) if found.holder == self._holder else found


def spoil(certificate: Certificate, how: Spoil, at: datetime) -> Certificate:
    """``certificate`` gone wrong at ``at``; raises :class:`UnknownCertificate` where it is not to be had."""
    if how is Spoil.UNKNOWN:
        raise UnknownCertificate(f"no certificate {certificate.serial_hex} is held")
    if how is Spoil.REVOKED:
        raise UnknownCertificate(f"the certificate {certificate.serial_hex} is revoked")
    if how is Spoil.EXPIRED:
        return replace(certificate, not_after=min(certificate.not_after, at - timedelta(seconds=1)))
    if how is Spoil.WRONG_ROLE:
        return replace(certificate, role=_another(certificate.role))
    # other octets too: a secret that was agreed with the real one is not this one's
    return replace(certificate, der=b"spoiled" + certificate.der, public_key=_nobodys_key())


def _another(role: int | None) -> int:
    party = RemotePartyRole.NETWORK_OPERATOR
    return int(party if role != party else RemotePartyRole.SUPPLIER)


@cache
def _nobodys_key() -> EllipticCurvePublicKey:
    return derive_private_key(2, SECP256R1()).public_key()
