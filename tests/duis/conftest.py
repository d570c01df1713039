"""The User's and the DCC's XML-signing keys of the corpus, and one made up for tests without it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from gbsmart.ground import Eui64, ManualClock
from gbsmart.keys import Certificate, KeyUse, MemoryKeyring, import_folder

USER = Eui64.parse("90-B3-D5-1F-30-01-00-00")
NOW = datetime(2025, 9, 10, tzinfo=UTC)


@pytest.fixture(scope="session")
def corpus_keys(corpus: Path) -> MemoryKeyring:
    """The keys with which the public tool signs."""
    found = import_folder(corpus / "keystore" / "xml-signing")
    keyring = MemoryKeyring(ManualClock(NOW), found.policy)
    keyring.add_entries(found.entries)
    return keyring


@pytest.fixture(scope="session")
def private_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


@pytest.fixture(scope="session")
def certificate_pem(private_key: ec.EllipticCurvePrivateKey) -> bytes:
    """A certificate of the User above, made for these tests."""
    issuer = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, "07"),
            x509.NameAttribute(NameOID.COMMON_NAME, "Z1"),
        ]
    )
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, "87"),
            x509.NameAttribute(
                NameOID.X500_UNIQUE_IDENTIFIER, b"\0" + USER, _type=x509.name._ASN1Type.BitString
            ),
        ]
    )
    usage = x509.KeyUsage(True, *[False] * 8)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(private_key.public_key())
        .serial_number(50669612984035780968362471400449834504)
        .not_valid_before(NOW - timedelta(days=1))
        .not_valid_after(NOW + timedelta(days=3650))
        .add_extension(usage, critical=True)
        .sign(private_key, hashes.SHA256())
    )
    from cryptography.hazmat.primitives.serialization import Encoding

    return made.public_bytes(Encoding.PEM)


@pytest.fixture(scope="session")
def keyring(private_key: ec.EllipticCurvePrivateKey, certificate_pem: bytes) -> MemoryKeyring:
    """Holds the User's XML-signing key, and nothing else."""
    keyring = MemoryKeyring(ManualClock(NOW))
    keyring.add(Certificate.from_pem(certificate_pem), private_key, KeyUse.XML_SIGNATURE)
    return keyring
