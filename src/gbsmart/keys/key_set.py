"""Key sets: certificates with the private keys that go with them, as they are imported and stored."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

from gbsmart.ground import InvalidValue
from gbsmart.keys.certificate import Certificate
from gbsmart.keys.keyring import KeyUse
from gbsmart.keys.roles import XML_SIGNING_ROLES
from gbsmart.keys.validity import TEST_SET, ValidityPolicy

_TOP_UP_NAME = re.compile(r"pp-ka\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class KeyEntry:
    """A certificate, what it is for, and its private key where that is held.

    ``use`` is ``None`` on an authority's certificate. ``name`` is free text. The private key never
    prints. Raises :class:`InvalidValue` when the private key is not the certificate's.
    """

    certificate: Certificate
    use: KeyUse | None
    private_key: EllipticCurvePrivateKey | None = field(default=None, compare=False, repr=False)
    name: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        key = self.private_key
        if key is not None and key.public_key() != self.certificate.public_key:
            raise InvalidValue("the private key is not the one of this certificate", field="private_key")


@dataclass(frozen=True, slots=True)
class Skipped:
    """What an import left out, and why."""

    source: str
    reason: str

    def __str__(self) -> str:
        return f"{self.source}: {self.reason}"


@dataclass(frozen=True, slots=True)
class KeySet:
    """Keys and certificates that came together, under one validity policy."""

    entries: tuple[KeyEntry, ...]
    skipped: tuple[Skipped, ...] = ()
    policy: ValidityPolicy = TEST_SET

    def organisations(self) -> tuple[KeyEntry, ...]:
        """The entries of organisations: what device credential cells are filled from."""
        return tuple(
            e for e in self.entries if e.certificate.holder is not None and e.certificate.role is not None
        )


def use_of(certificate: Certificate, name: str = "") -> KeyUse | None:
    """What a certificate is for: its role, its key usage, and for a top-up key its name.

    A certificate for supplier prepayment top-up has the profile of any key agreement certificate; only
    the device cell, and by custom the file name (``...-pp-ka``), tells them apart. ``None`` for an
    authority, and where no key usage fits.
    """
    if certificate.is_authority:
        return None
    if "digitalSignature" in certificate.key_usage:
        return KeyUse.XML_SIGNATURE if certificate.role in XML_SIGNING_ROLES else KeyUse.DIGITAL_SIGNATURE
    if "keyAgreement" in certificate.key_usage:
        return KeyUse.TOP_UP if _TOP_UP_NAME.search(name) else KeyUse.KEY_AGREEMENT
    return None
