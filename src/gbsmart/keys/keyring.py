"""The keyring: what a party can do with private keys without ever seeing one.

A keyring signs and agrees; the keys stay behind it (SEC Section G, L). Pure code such as ``gbcs`` and
``duis`` takes a :class:`Keyring` as an argument and never a key file, so a file-backed store, a
hardware module and a test double are interchangeable.
"""

from __future__ import annotations

import hashlib
from enum import StrEnum
from typing import Protocol

from gbsmart.ground import Eui64, NotFound
from gbsmart.keys.certificate import Certificate


class KeyUse(StrEnum):
    """What a key pair is for. The first three are SMKI key usages; the last is XML signing."""

    DIGITAL_SIGNATURE = "digitalSignature"
    KEY_AGREEMENT = "keyAgreement"
    TOP_UP = "prePaymentTopUp"
    XML_SIGNATURE = "xmlSignature"


class UnknownCertificate(NotFound):
    """No certificate in force for this holder and use, or for this issuer and serial number."""


class KeyNotHeld(NotFound):
    """The private key is not behind this keyring, so the operation cannot be done here."""


class SharedSecret:
    """The result Z of a static P-256 key agreement between two certificates.

    Constant per pair of certificates, so it is cached; it is key material, so it never prints and can
    only be turned into the symmetric key of one message.
    """

    __slots__ = ("_z",)

    def __init__(self, z: bytes) -> None:
        self._z = b"\x00\x00\x00\x01" + z

    def derive(self, other_info: bytes) -> bytes:
        """16-octet key: one round of the NIST SP 800-56A concatenation KDF (GBCS 4.3.3.3)."""
        return hashlib.sha256(self._z + other_info).digest()[:16]

    def __repr__(self) -> str:
        return "SharedSecret(...)"


class Certificates(Protocol):
    """Finds certificates: a repository, a folder, a device's credential cells."""

    def certificate(self, holder: Eui64, use: KeyUse) -> Certificate:
        """The certificate in force; raises :class:`UnknownCertificate`."""
        ...

    def by_serial(self, serial: int, issuer: str | None = None) -> Certificate:
        """The certificate with this serial number (and issuer); raises :class:`UnknownCertificate`."""
        ...


class Keyring(Certificates, Protocol):
    """Certificates, and the private keys of some of their holders."""

    def holds(self, holder: Eui64, use: KeyUse) -> bool:
        """Whether the private key of this holder's certificate in force is here."""
        ...

    def sign(self, holder: Eui64, data: bytes, use: KeyUse = KeyUse.DIGITAL_SIGNATURE) -> bytes:
        """ECDSA P-256 SHA-256 over ``data``: r then s, 64 octets; raises :class:`KeyNotHeld`."""
        ...

    def agree(self, holder: Eui64, peer: Certificate, use: KeyUse = KeyUse.KEY_AGREEMENT) -> SharedSecret:
        """The secret between ``holder``'s private key of ``use`` and ``peer``'s public key.

        Raises :class:`KeyNotHeld`. Results are cached, bounded, and dropped with their certificates.
        """
        ...
