"""The profiles issued here, held against the certificates of the public test set octet for octet."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePublicKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import ExtensionOID, NameOID, SignatureAlgorithmOID

from gbsmart.ground import Eui64, InvalidValue, ManualClock
from gbsmart.keys import Certificate, validate_path
from gbsmart.trust import TestSmki, profiles
from gbsmart.trust.profiles import (
    CRITICAL,
    PROFILES,
    TEST_POLICIES,
    Fields,
    Lifetime,
    Profile,
    authority_name,
    device_alternative_name,
    organisation_name,
    unsigned,
)

HOLDER = Eui64.parse("90-B3-D5-1F-30-01-00-00")
DEVICE = Eui64.parse("00-DB-12-34-56-78-90-A0")
Z1 = authority_name("Z1", 7)
Z1_KEY = bytes.fromhex("4F5688D7EC933BE2")
E357_KEY = bytes.fromhex("47D40AF3412904A0")

GOLDEN = {  # profile, and the role of an organisation
    "90b3d51f30010000-ds": (profiles.ORGANISATION_SIGNATURE, 2),
    "90b3d51f30010000-ka": (profiles.ORGANISATION_AGREEMENT, 2),
    "90b3d51f30020000-ds": (profiles.ORGANISATION_SIGNATURE, 3),
    "00db1234567890a0-ds": (profiles.DEVICE_SIGNATURE, None),
    "00db1234567890a0-ka": (profiles.DEVICE_AGREEMENT, None),
}


@pytest.mark.corpus
@pytest.mark.parametrize("name", GOLDEN)
def test_a_corpus_certificate_rebuilds_octet_for_octet(corpus: Path, name: str) -> None:
    profile, role = GOLDEN[name]
    holder = Eui64.parse(name[:16])
    original = x509.load_pem_x509_certificate((corpus / "keystore" / f"{name}.pem").read_bytes())
    key = original.public_key()
    assert isinstance(key, EllipticCurvePublicKey)
    device = role is None
    named = original.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    common_name = str(named[0].value) if named else ""
    built = unsigned(
        profile,
        Fields(
            subject=x509.Name([]) if role is None else organisation_name(holder, role, common_name),
            issuer=authority_name("E357") if device else Z1,
            public_key=key,
            serial=original.serial_number,
            not_before=original.not_valid_before_utc,
            policy=TEST_POLICIES[profile.policy],
            issuer_key_id=E357_KEY if device else Z1_KEY,
            alternative_name=device_alternative_name(holder) if device else None,
        ),
    )
    signed = built.sign(generate_private_key(SECP256R1()), SHA256())
    assert signed.tbs_certificate_bytes.hex() == original.tbs_certificate_bytes.hex()


SMKI = TestSmki.create(ManualClock(datetime(2026, 3, 1, tzinfo=UTC)), random.Random(1).randbytes)


@pytest.mark.parametrize(
    "authority", SMKI.authorities, ids=["Root OCA", "Issuing OCA", "Root DCA", "Issuing DCA"]
)
def test_authorities_follow_their_profile(authority: object) -> None:
    index = [a is authority for a in SMKI.authorities].index(True)
    profile = PROFILES[4 + index]
    certificate = SMKI.authorities[index].certificate
    check(certificate, profile)
    assert certificate.is_authority
    root = index % 2 == 0
    constraints = extension(certificate, x509.BasicConstraints)
    assert isinstance(constraints, x509.BasicConstraints)
    assert (constraints.ca, constraints.path_length) == (True, None if root else 0)
    assert (certificate.issuer == certificate.subject) is root
    if root:
        assert validate_path(certificate, [], [certificate], moment=None) == (certificate,)


@pytest.mark.parametrize("entry", SMKI.entries, ids=lambda entry: entry.name)
def test_organisation_certificates_follow_their_profile(entry: object) -> None:
    certificate = next(e.certificate for e in SMKI.entries if e is entry)
    agrees = "keyAgreement" in certificate.key_usage
    check(certificate, profiles.ORGANISATION_AGREEMENT if agrees else profiles.ORGANISATION_SIGNATURE)
    assert 405 <= len(certificate.der) <= 434


def test_device_certificates_follow_their_profile() -> None:
    signs, agrees = SMKI.device(DEVICE)
    check(signs.certificate, profiles.DEVICE_SIGNATURE)
    check(agrees.certificate, profiles.DEVICE_AGREEMENT)
    parsed = x509.load_der_x509_certificate(signs.certificate.der)
    assert parsed.subject.public_bytes() == b"\x30\x00"


def check(certificate: Certificate, profile: Profile) -> None:
    """The rules common to every SMKI certificate, and its profile's extensions in their order."""
    parsed = x509.load_der_x509_certificate(certificate.der)
    assert parsed.version is x509.Version.v3
    assert 1 << 112 < certificate.serial < 1 << 127  # 16 octets, top bit clear
    assert parsed.signature_algorithm_oid == SignatureAlgorithmOID.ECDSA_WITH_SHA256
    expected = [(OIDS[kind.value], kind in CRITICAL) for kind in profile.extensions]
    assert [(found.oid, found.critical) for found in parsed.extensions] == expected
    assert certificate.key_usage == profile.key_usage
    policies = extension(certificate, x509.CertificatePolicies)
    assert isinstance(policies, x509.CertificatePolicies)
    assert [(p.policy_identifier.dotted_string, p.policy_qualifiers) for p in policies] == [
        (TEST_POLICIES[profile.policy], None)
    ]


def extension(certificate: Certificate, kind: type[x509.ExtensionType]) -> x509.ExtensionType:
    parsed = x509.load_der_x509_certificate(certificate.der)
    return parsed.extensions.get_extension_for_class(kind).value


OIDS = {
    "wrappedApexContingencyKey": profiles.WRAPPED_APEX_CONTINGENCY_KEY,
    "keyUsage": ExtensionOID.KEY_USAGE,
    "basicConstraints": ExtensionOID.BASIC_CONSTRAINTS,
    "subjectKeyIdentifier": ExtensionOID.SUBJECT_KEY_IDENTIFIER,
    "subjectAltName": ExtensionOID.SUBJECT_ALTERNATIVE_NAME,
    "certificatePolicies": ExtensionOID.CERTIFICATE_POLICIES,
    "authorityKeyIdentifier": ExtensionOID.AUTHORITY_KEY_IDENTIFIER,
}


def test_lifetimes_end_a_second_before_the_anniversary() -> None:
    assert Lifetime(10).end(datetime(2015, 10, 30, tzinfo=UTC)) == datetime(
        2025, 10, 29, 23, 59, 59, tzinfo=UTC
    )
    assert Lifetime(1).end(datetime(2024, 2, 29, tzinfo=UTC)) == datetime(2025, 2, 27, 23, 59, 59, tzinfo=UTC)
    assert Lifetime(None).end(datetime(2024, 2, 29, tzinfo=UTC)) == profiles.INDEFINITE


def test_names_have_their_limits() -> None:
    with pytest.raises(InvalidValue):
        organisation_name(HOLDER, 2, "seventeen octets!")
    with pytest.raises(InvalidValue):
        organisation_name(HOLDER, 256)
    with pytest.raises(InvalidValue):
        authority_name("ZZZZZ")
