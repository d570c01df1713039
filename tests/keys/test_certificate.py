"""Reading certificates: what they say, and what is refused."""

from __future__ import annotations

import contextlib
import random
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given, settings
from hypothesis import strategies as st

from gbsmart.ground import Eui64, MalformedMessage, ManualClock
from gbsmart.keys import Certificate, key_identifier, use_of
from gbsmart.keys.keyring import KeyUse
from gbsmart.keys.roles import role_of_unit
from gbsmart.trust import TestSmki

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SMKI = TestSmki.create(ManualClock(NOW), random.Random(1).randbytes)
SUPPLIER = Eui64.parse("90-B3-D5-1F-30-01-00-00")
DEVICE = Eui64.parse("00-DB-12-34-56-78-90-A0")


def of(name: str) -> Certificate:
    return next(entry.certificate for entry in SMKI.entries if entry.name == name)


def test_an_organisation_certificate_names_holder_and_role() -> None:
    certificate = of("supplier 1 digitalSignature")
    assert certificate.holder == SUPPLIER
    assert certificate.role == 2
    assert certificate.issuer == "CN=G1,OU=07"
    assert certificate.key_usage == {"digitalSignature"}
    assert not certificate.is_device
    assert certificate.key_id == key_identifier(certificate.public_key)
    assert len(certificate.key_id) == 8
    assert certificate.not_before == datetime(2026, 3, 1, tzinfo=UTC)
    assert certificate.not_after == datetime(2036, 2, 29, 23, 59, 59, tzinfo=UTC)


def test_a_device_certificate_names_its_device_and_never_ends() -> None:
    signs, agrees = SMKI.device(DEVICE)
    assert signs.certificate.holder == agrees.certificate.holder == DEVICE
    assert signs.certificate.is_device
    assert signs.certificate.subject == ""
    assert signs.certificate.not_after == datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
    assert agrees.certificate.key_usage == {"keyAgreement"}


def test_pem_and_der_give_the_same_certificate() -> None:
    certificate = of("CoS Party digitalSignature")
    assert Certificate.from_pem(certificate.to_pem()) == Certificate.from_der(certificate.der) == certificate


UNITS = {"02": 2, "7F": 127, "7f": 127, "87": 135, "89": 137, "137": 137, "99": 0x99}
NOT_ROLES = ("999", "+2", "-1", "", "Sales", "2", "XY")


@pytest.mark.parametrize(("unit", "role"), [*UNITS.items(), *((unit, None) for unit in NOT_ROLES)])
def test_the_unit_holds_the_role_in_hexadecimal(unit: str, role: int | None) -> None:
    assert role_of_unit(unit) == role


def test_a_key_that_is_not_p256_is_refused() -> None:
    for key in (rsa.generate_private_key(65537, 2048), ec.generate_private_key(ec.SECP384R1())):
        name = x509.Name([])
        built = x509.CertificateBuilder(name, name, key.public_key(), 1, NOW, NOW)
        der = built.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)
        with pytest.raises(MalformedMessage, match="P-256"):
            Certificate.from_der(der)


def test_a_certificate_without_extensions_still_has_a_key_identifier() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    built = x509.CertificateBuilder(x509.Name([]), x509.Name([]), key.public_key(), 7, NOW, NOW)
    certificate = Certificate.from_der(built.sign(key, hashes.SHA256()).public_bytes(Encoding.DER))
    assert certificate.key_id == key_identifier(key.public_key())
    assert (certificate.holder, certificate.role, use_of(certificate)) == (None, None, None)


BROKEN = {
    "version": (b"\xa0\x03\x02\x01\x02", b"\xa0\x03\x02\x01\x29"),
    "string type of the unit": (b"\x0c\x0202", b"\x03\x0202"),
    "time": (b"Z0", b"X0"),
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_field_is_refused(what: str) -> None:
    sound, broken = BROKEN[what]
    der = of("supplier 1 keyAgreement").der
    assert sound in der
    with pytest.raises(MalformedMessage):
        Certificate.from_der(der.replace(sound, broken, 1))


@settings(max_examples=500)
@given(st.data())
@pytest.mark.filterwarnings("ignore:Parsed a serial number")
def test_mutated_octets_are_read_or_refused_and_nothing_else(data: st.DataObject) -> None:
    octets = bytearray(of("supplier 1 keyAgreement").der)
    for _ in range(data.draw(st.integers(1, 4))):
        octets[data.draw(st.integers(0, len(octets) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(MalformedMessage):
        Certificate.from_der(bytes(octets))
    with pytest.raises(MalformedMessage):
        Certificate.from_der(bytes(octets[: data.draw(st.integers(0, len(octets) - 1))]))


def test_what_a_certificate_is_for() -> None:
    agreement = of("supplier 1 keyAgreement")
    assert use_of(agreement, "90b3d51f30010000-ka") is KeyUse.KEY_AGREEMENT
    assert use_of(agreement, "90b3d51f30010000-pp-ka") is KeyUse.TOP_UP
    assert use_of(agreement, "Z1-supplierPP-ka") is KeyUse.TOP_UP
    assert use_of(of("supplier 1 xmlSignature")) is KeyUse.XML_SIGNATURE
    assert use_of(of("supplier 1 digitalSignature")) is KeyUse.DIGITAL_SIGNATURE
    assert use_of(SMKI.organisation_root.certificate) is None


def test_every_corpus_key_identifier_follows_method_2(corpus: Path) -> None:
    seen = 0
    for path in (corpus / "keystore").glob("*.pem"):
        text = path.read_text()
        if "BEGIN CERTIFICATE" in text:
            certificate = Certificate.from_pem(text)
            assert certificate.key_id == key_identifier(certificate.public_key), path.name
            assert certificate.holder is not None
            seen += 1
    assert seen > 400
