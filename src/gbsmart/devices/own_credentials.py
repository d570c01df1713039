"""A device's own certificates: a new key pair, the certificate for it, telling which it holds (GBCS 13.4).

A device goes on under the keys that its parties know until they know the new ones: nothing tells them yet
[assumed, until SMKI services do].
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from gbsmart.devices.exchange import Exchange
from gbsmart.gbcs.form import Outcome
from gbsmart.gbcs.forms.credentials import KEY_USAGES
from gbsmart.ground import MalformedMessage
from gbsmart.keys import Certificate, KeyUse, UnknownCertificate

_USES: Final[Mapping[str, KeyUse]] = {
    "digitalSignature": KeyUse.DIGITAL_SIGNATURE, "keyAgreement": KeyUse.KEY_AGREEMENT,
}  # fmt: skip
_WRONG_USAGE, _NONE_HELD = 1, 2
_INSTALLED, _BAD, _OTHER_DEVICE, _BAD_USAGE, _NO_PAIR, _OTHER_KEY = range(6)


def new_pair(values: Mapping[str, Any], exchange: Exchange) -> Outcome:
    """Make a key pair for a usage, and ask for a certificate of it (PKCS#10)."""
    use = _use(values)
    if use is None:
        return _status(_WRONG_USAGE)
    key, memory = generate_private_key(SECP256R1()), exchange.device.memory
    kept = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    memory.put(f"own/{use}/new key", kept)
    memory.put(f"own/{use}/new public key", public)
    signs = use is KeyUse.DIGITAL_SIGNATURE
    usage = x509.KeyUsage(
        digital_signature=signs, key_agreement=not signs, content_commitment=False,
        key_encipherment=False, data_encipherment=False, key_cert_sign=False, crl_sign=False,
        encipher_only=False, decipher_only=False,
    )  # fmt: skip
    builder = x509.CertificateSigningRequestBuilder(x509.Name([]))
    builder = builder.add_extension(usage, critical=True)
    builder = builder.add_extension(_name(exchange.device.credentials.own(use)), critical=True)
    request = builder.sign(key, SHA256()).public_bytes(Encoding.DER)
    return Outcome({"certification_request": request}, (0,))


def install(values: Mapping[str, Any], exchange: Exchange) -> Outcome:
    """Take the certificate for the key pair that was made last."""
    try:
        certificate = Certificate.from_der(values["device_certificate"])
    except MalformedMessage:
        return _status(_BAD)
    use = next((use for name, use in _USES.items() if name in certificate.key_usage), None)
    if certificate.holder != exchange.device.eui:
        return _status(_OTHER_DEVICE)
    if use is None:
        return _status(_BAD_USAGE)
    memory = exchange.device.memory
    key, public = memory.get(f"own/{use}/new key"), memory.get(f"own/{use}/new public key")
    if key is None:
        return _status(_NO_PAIR)
    stated = x509.load_der_x509_certificate(certificate.der).public_key()
    if stated.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo) != public:
        return _status(_OTHER_KEY)
    memory.put(f"own/{use}/key", key)
    memory.put(f"own/{use}/certificate", certificate.der)
    memory.drop(f"own/{use}/new key")
    memory.drop(f"own/{use}/new public key")
    return _status(_INSTALLED)


def held(values: Mapping[str, Any], exchange: Exchange) -> Outcome:
    """The certificate of a usage that the device holds."""
    use = _use(values)
    if use is None:
        return _status(_WRONG_USAGE)
    installed = exchange.device.memory.get(f"own/{use}/certificate")
    if installed is None:
        try:
            installed = exchange.device.credentials.own(use).der
        except UnknownCertificate:
            return _status(_NONE_HELD)
    return Outcome({"device_certificate": installed}, (0,))


def _use(values: Mapping[str, Any]) -> KeyUse | None:
    return _USES.get(KEY_USAGES.get(values["key_usage"], ""))


def _name(own: Certificate) -> x509.SubjectAlternativeName:
    """The name of the device, as its certificates have it."""
    extensions = x509.load_der_x509_certificate(own.der).extensions
    return extensions.get_extension_for_class(x509.SubjectAlternativeName).value


def _status(code: int) -> Outcome:
    return Outcome({"status": code}, (code,))
