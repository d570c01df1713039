"""A certificate as the rest of the house sees it: who holds which public key for what, until when."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import ExtensionOID, NameOID

from gbsmart.ground import Eui64, MalformedMessage
from gbsmart.keys.roles import role_of_unit

HARDWARE_MODULE_NAME = x509.ObjectIdentifier("1.3.6.1.5.5.7.8.4")
"""The otherName type that carries a device's EUI-64 (RFC 4108)."""

UNREADABLE = (ValueError, TypeError, UnsupportedAlgorithm, x509.InvalidVersion, x509.DuplicateExtension)
"""What the library raises on octets that are no certificate or request."""

_KEY_USAGES = (
    ("digitalSignature", "digital_signature"),
    ("nonRepudiation", "content_commitment"),
    ("keyEncipherment", "key_encipherment"),
    ("dataEncipherment", "data_encipherment"),
    ("keyAgreement", "key_agreement"),
    ("keyCertSign", "key_cert_sign"),
    ("cRLSign", "crl_sign"),
)


@dataclass(frozen=True, slots=True)
class Certificate:
    """One X.509 certificate of the SMKI, IKI or DCCKI (or of a test set shaped like them).

    ``issuer`` and ``subject`` are RFC 2253 names (``CN=Z1,OU=07``) and ``serial`` the number that DUIS
    signatures cite. ``key_id`` is the subject key identifier (8 octets in the SMKI), and
    ``authority_key_id`` the issuer's (empty where it is not stated). ``role`` is the remote party role
    number that the OU states: ``None`` on device certificates and device authorities. ``key_usage``
    holds the X.509 names (``digitalSignature``). Equality and hash are by ``der``.
    """

    der: bytes = field(repr=False)
    holder: Eui64 | None = field(compare=False)
    role: int | None = field(compare=False)
    serial: int = field(compare=False)
    issuer: str = field(compare=False)
    key_id: bytes = field(compare=False)
    not_before: datetime = field(compare=False)
    not_after: datetime = field(compare=False)
    public_key: EllipticCurvePublicKey = field(compare=False, repr=False)
    key_usage: frozenset[str] = field(default=frozenset(), compare=False)
    subject: str = field(default="", compare=False)
    authority_key_id: bytes = field(default=b"", compare=False)

    @property
    def is_authority(self) -> bool:
        """Whether the key signs certificates."""
        return "keyCertSign" in self.key_usage

    @property
    def is_device(self) -> bool:
        """Whether the holder is a device: an EUI-64 and no remote party role."""
        return self.holder is not None and self.role is None

    @property
    def serial_hex(self) -> str:
        """The serial number as the SMKI Repository writes it: 32 upper-case hex digits."""
        return f"{self.serial:032X}"

    def in_force(self, moment: datetime) -> bool:
        """Whether ``moment`` lies in the validity period, both ends included (RFC 5280 4.1.2.5)."""
        return self.not_before <= moment <= self.not_after

    @classmethod
    def from_der(cls, der: bytes) -> Certificate:
        """Read one certificate; raises :class:`MalformedMessage` when it is not one that can be used.

        Reads more than the SMKI issues: an OU in decimal, a missing subject key identifier, missing or
        unknown extensions. It refuses what has no P-256 key or breaks DER.
        """
        try:
            parsed = x509.load_der_x509_certificate(der)
        except UNREADABLE as error:
            raise MalformedMessage("not a readable X.509 certificate", where=_first_line(error)) from error
        return cls._from_parsed(parsed, bytes(der))

    @classmethod
    def from_pem(cls, pem: str | bytes) -> Certificate:
        """Read the first certificate of a PEM text; raises :class:`MalformedMessage`."""
        octets = pem.encode("ascii", "replace") if isinstance(pem, str) else pem
        try:
            parsed = x509.load_pem_x509_certificate(octets)
        except UNREADABLE as error:
            raise MalformedMessage("not a readable PEM certificate", where=_first_line(error)) from error
        return cls._from_parsed(parsed, parsed.public_bytes(Encoding.DER))

    def to_pem(self) -> str:
        """The certificate in PEM armour, with a final line feed."""
        return x509.load_der_x509_certificate(self.der).public_bytes(Encoding.PEM).decode()

    @classmethod
    def _from_parsed(cls, parsed: x509.Certificate, der: bytes) -> Certificate:
        try:
            public_key = parsed.public_key()
            extensions = {found.oid: found.value for found in parsed.extensions}
            subject = parsed.subject
            issuer = parsed.issuer.rfc4514_string()
        except UNREADABLE as error:
            raise MalformedMessage(
                "a field of the certificate breaks X.509", where=_first_line(error)
            ) from error
        if not isinstance(public_key, EllipticCurvePublicKey) or not isinstance(public_key.curve, SECP256R1):
            raise MalformedMessage("the SMKI has P-256 keys only", where="subjectPublicKeyInfo")
        if parsed.serial_number <= 0:
            raise MalformedMessage("a serial number is positive", where="serialNumber")
        return cls(
            der=der,
            holder=_organisation(subject) or device_of(extensions.get(ExtensionOID.SUBJECT_ALTERNATIVE_NAME)),
            role=_role(subject),
            serial=parsed.serial_number,
            issuer=issuer,
            key_id=_key_id(extensions.get(ExtensionOID.SUBJECT_KEY_IDENTIFIER), public_key),
            not_before=parsed.not_valid_before_utc,
            not_after=parsed.not_valid_after_utc,
            public_key=public_key,
            key_usage=_key_usage(extensions.get(ExtensionOID.KEY_USAGE)),
            subject=subject.rfc4514_string(),
            authority_key_id=_authority_key_id(extensions.get(ExtensionOID.AUTHORITY_KEY_IDENTIFIER)),
        )


def key_identifier(public_key: EllipticCurvePublicKey) -> bytes:
    """The 8-octet key identifier of GBCS 12: RFC 5280 4.2.1.2 method (2) over the uncompressed point."""
    point = public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    digest = hashlib.sha1(point, usedforsecurity=False).digest()
    return bytes([0x40 | digest[12] & 0x0F]) + digest[13:]


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0][:120]


def _role(subject: x509.Name) -> int | None:
    for unit in subject.get_attributes_for_oid(NameOID.ORGANIZATIONAL_UNIT_NAME):
        return role_of_unit(str(unit.value))
    return None


def _organisation(subject: x509.Name) -> Eui64 | None:
    """The x500UniqueIdentifier: a BIT STRING whose first octet counts the unused bits (none)."""
    for attribute in subject.get_attributes_for_oid(NameOID.X500_UNIQUE_IDENTIFIER):
        value = attribute.value
        if isinstance(value, bytes) and len(value) == 9 and value[0] == 0:
            return Eui64(value[1:])
    return None


def device_of(names: x509.ExtensionType | None) -> Eui64 | None:
    """The EUI-64 in a hardwareModuleName (RFC 4108): the hwSerialNum of SEQUENCE{hwType, hwSerialNum}."""
    if not isinstance(names, x509.SubjectAlternativeName):
        return None
    for name in names:
        if isinstance(name, x509.OtherName) and name.type_id == HARDWARE_MODULE_NAME:
            value = name.value
            # the only lengths that fit an EUI-64: the tag and length of its OCTET STRING precede it
            if len(value) > 10 and value[0] == 0x30 and value[-10:-8] == b"\x04\x08":
                return Eui64(value[-8:])
    return None


def _key_id(stated: x509.ExtensionType | None, public_key: EllipticCurvePublicKey) -> bytes:
    if isinstance(stated, x509.SubjectKeyIdentifier):
        return stated.digest
    return key_identifier(public_key)


def _authority_key_id(stated: x509.ExtensionType | None) -> bytes:
    return stated.key_identifier or b"" if isinstance(stated, x509.AuthorityKeyIdentifier) else b""


def _key_usage(stated: x509.ExtensionType | None) -> frozenset[str]:
    if not isinstance(stated, x509.KeyUsage):
        return frozenset()
    return frozenset(name for name, attribute in _KEY_USAGES if getattr(stated, attribute))
