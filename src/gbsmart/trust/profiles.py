"""Certificate profiles of the SMKI as data, and the one builder that follows them (GBCS 12; SEC App. A, B).

A profile lists its extensions in the order they are encoded. Everything that differs between two
certificates of a profile is an argument of :func:`unsigned`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.x509.name import _ASN1Type
from cryptography.x509.oid import NameOID

from gbsmart.ground import Eui64, InvalidValue
from gbsmart.keys import HARDWARE_MODULE_NAME, key_identifier
from gbsmart.keys.contingency import WRAPPED_APEX_CONTINGENCY_KEY

INDEFINITE = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
"""notAfter of certificates that do not expire (RFC 5280 4.1.2.5)."""

HARDWARE_TYPE = "1.2.826.0.1.8641679.1.2.2.1"
"""hwType of test devices; a manufacturer chooses its own."""


class Extension(StrEnum):
    """The extensions that SMKI certificates carry."""

    KEY_USAGE = "keyUsage"
    BASIC_CONSTRAINTS = "basicConstraints"
    SUBJECT_KEY_IDENTIFIER = "subjectKeyIdentifier"
    SUBJECT_ALTERNATIVE_NAME = "subjectAltName"
    CERTIFICATE_POLICIES = "certificatePolicies"
    AUTHORITY_KEY_IDENTIFIER = "authorityKeyIdentifier"
    CONTINGENCY_KEY = "wrappedApexContingencyKey"


_E = Extension
CRITICAL = frozenset(
    {_E.KEY_USAGE, _E.BASIC_CONSTRAINTS, _E.SUBJECT_ALTERNATIVE_NAME, _E.CERTIFICATE_POLICIES}
)


class Lifetime(NamedTuple):
    """How long a certificate lasts: whole years less a second, or for ever where ``years`` is None."""

    years: int | None

    def end(self, not_before: datetime) -> datetime:
        """The notAfter that goes with ``not_before``."""
        if self.years is None:
            return INDEFINITE
        try:
            anniversary = not_before.replace(year=not_before.year + self.years)
        except ValueError:  # 29 February
            anniversary = not_before.replace(year=not_before.year + self.years, day=28)
        return anniversary - timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Profile:
    """One kind of certificate. ``authority`` profiles are CAs, with ``path_length`` authorities below."""

    name: str
    key_usage: frozenset[str]
    extensions: tuple[Extension, ...]
    lifetime: Lifetime
    policy: str  # which entry of the policy OIDs it names
    authority: bool = False
    path_length: int | None = None


_DS = frozenset({"digitalSignature"})
_KA = frozenset({"keyAgreement"})
_CA = frozenset({"keyCertSign", "cRLSign"})
_ORGANISATION = (
    _E.KEY_USAGE,
    _E.SUBJECT_KEY_IDENTIFIER,
    _E.CERTIFICATE_POLICIES,
    _E.AUTHORITY_KEY_IDENTIFIER,
)
_DEVICE = (
    _E.KEY_USAGE,
    _E.SUBJECT_KEY_IDENTIFIER,
    _E.SUBJECT_ALTERNATIVE_NAME,
    _E.CERTIFICATE_POLICIES,
    _E.AUTHORITY_KEY_IDENTIFIER,
)
_ROOT = (_E.KEY_USAGE, _E.BASIC_CONSTRAINTS, _E.CERTIFICATE_POLICIES, _E.SUBJECT_KEY_IDENTIFIER)
_ISSUING = (*_ROOT, _E.AUTHORITY_KEY_IDENTIFIER)

ORGANISATION_SIGNATURE = Profile("organisation DS", _DS, _ORGANISATION, Lifetime(10), "organisation")
ORGANISATION_AGREEMENT = Profile("organisation KA", _KA, _ORGANISATION, Lifetime(10), "organisation")
DEVICE_SIGNATURE = Profile("device DS", _DS, _DEVICE, Lifetime(None), "device")
DEVICE_AGREEMENT = Profile("device KA", _KA, _DEVICE, Lifetime(None), "device")
ORGANISATION_ROOT = Profile(  # life and key usage of the roots are assumed: no root is published
    "Root OCA", _CA, (*_ROOT, _E.CONTINGENCY_KEY), Lifetime(50), "organisation", authority=True
)
ORGANISATION_ISSUING = Profile(
    "Issuing OCA", _CA, _ISSUING, Lifetime(25), "organisation", authority=True, path_length=0
)
DEVICE_ROOT = Profile("Root DCA", _CA, _ROOT, Lifetime(None), "device", authority=True)
DEVICE_ISSUING = Profile(  # assumed like the Issuing OCA
    "Issuing DCA", _CA, _ISSUING, Lifetime(None), "device", authority=True, path_length=0
)

PROFILES = (
    ORGANISATION_SIGNATURE,
    ORGANISATION_AGREEMENT,
    DEVICE_SIGNATURE,
    DEVICE_AGREEMENT,
    ORGANISATION_ROOT,
    ORGANISATION_ISSUING,
    DEVICE_ROOT,
    DEVICE_ISSUING,
)

TEST_POLICIES: Mapping[str, str] = {
    "organisation": "1.2.826.0.1.8641679.1.2.1.4",
    "device": "1.2.826.0.1.1800000.1.2.1.4",
}
"""Certificate policy OIDs of the test environment; production's are not public."""


def organisation_name(holder: Eui64, role: int, common_name: str = "") -> x509.Name:
    """Subject of an organisation: CN (optional, at most 16 octets), OU, x500UniqueIdentifier.

    Raises :class:`InvalidValue`.
    """
    if len(common_name.encode()) > 16:
        raise InvalidValue("a common name has at most 16 octets", field="common_name")
    if not 0 <= role <= 0xFF:
        raise InvalidValue("a remote party role is one octet", field="role")
    unit = x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, f"{role:02X}", _ASN1Type.UTF8String)
    unique = x509.NameAttribute(NameOID.X500_UNIQUE_IDENTIFIER, b"\x00" + holder, _ASN1Type.BitString)
    named = (
        [x509.NameAttribute(NameOID.COMMON_NAME, common_name, _ASN1Type.UTF8String)] if common_name else []
    )
    return x509.Name([*named, unit, unique])


def authority_name(common_name: str, role: int | None = None) -> x509.Name:
    """Subject of an authority: OU where it is of the organisation branch, and a CN of at most 4 octets.

    Raises :class:`InvalidValue`.
    """
    if not 1 <= len(common_name.encode()) <= 4:
        raise InvalidValue("an authority's common name has 1 to 4 octets", field="common_name")
    named = x509.NameAttribute(NameOID.COMMON_NAME, common_name, _ASN1Type.PrintableString)
    if role is None:
        return x509.Name([named])
    unit = x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, f"{role:02X}", _ASN1Type.PrintableString)
    return x509.Name([unit, named])


def device_alternative_name(holder: Eui64, hardware_type: str = HARDWARE_TYPE) -> x509.OtherName:
    """A device's hardwareModuleName: SEQUENCE { hwType OID, hwSerialNum OCTET STRING (its EUI-64) }."""
    content = _object_identifier(hardware_type) + b"\x04\x08" + holder
    return x509.OtherName(HARDWARE_MODULE_NAME, b"\x30" + bytes([len(content)]) + content)


class Fields(NamedTuple):
    """What differs between certificates of one profile."""

    subject: x509.Name
    issuer: x509.Name
    public_key: EllipticCurvePublicKey
    serial: int
    not_before: datetime
    policy: str
    issuer_key_id: bytes = b""
    not_after: datetime | None = None  # by default the profile's lifetime
    alternative_name: x509.OtherName | None = None
    contingency_key: bytes = b""


def unsigned(profile: Profile, fields: Fields) -> x509.CertificateBuilder:
    """A certificate of ``profile``, complete but for its signature."""
    builder = (
        x509.CertificateBuilder()
        .subject_name(fields.subject)
        .issuer_name(fields.issuer)
        .public_key(fields.public_key)
        .serial_number(fields.serial)
        .not_valid_before(fields.not_before)
        .not_valid_after(fields.not_after or profile.lifetime.end(fields.not_before))
    )
    for extension in profile.extensions:
        builder = builder.add_extension(_value(extension, profile, fields), critical=extension in CRITICAL)
    return builder


def _value(extension: Extension, profile: Profile, fields: Fields) -> x509.ExtensionType:
    match extension:
        case Extension.KEY_USAGE:
            return _key_usage(profile.key_usage)
        case Extension.BASIC_CONSTRAINTS:
            return x509.BasicConstraints(ca=profile.authority, path_length=profile.path_length)
        case Extension.SUBJECT_KEY_IDENTIFIER:
            return x509.SubjectKeyIdentifier(key_identifier(fields.public_key))
        case Extension.SUBJECT_ALTERNATIVE_NAME:
            if fields.alternative_name is None:
                raise InvalidValue("a device certificate names its device", field="alternative_name")
            return x509.SubjectAlternativeName([fields.alternative_name])
        case Extension.CERTIFICATE_POLICIES:
            return x509.CertificatePolicies(
                [x509.PolicyInformation(x509.ObjectIdentifier(fields.policy), None)]
            )
        case Extension.AUTHORITY_KEY_IDENTIFIER:
            return x509.AuthorityKeyIdentifier(fields.issuer_key_id, None, None)
        case Extension.CONTINGENCY_KEY:
            return x509.UnrecognizedExtension(WRAPPED_APEX_CONTINGENCY_KEY, fields.contingency_key)


def _key_usage(names: frozenset[str]) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature="digitalSignature" in names,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement="keyAgreement" in names,
        key_cert_sign="keyCertSign" in names,
        crl_sign="cRLSign" in names,
        encipher_only=False,
        decipher_only=False,
    )


def _object_identifier(dotted: str) -> bytes:
    """DER of an OBJECT IDENTIFIER (X.690 8.19)."""
    arcs = [int(arc) for arc in dotted.split(".")]
    content = b"".join(_base128(arc) for arc in (arcs[0] * 40 + arcs[1], *arcs[2:]))
    return b"\x06" + bytes([len(content)]) + content


def _base128(number: int) -> bytes:
    octets = [number & 0x7F]
    while number := number >> 7:
        octets.append(0x80 | number & 0x7F)
    return bytes(reversed(octets))
