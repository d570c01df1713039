"""The contingency key wrapped into the organisation root certificate (RFC 5934 ApexContingencyKey).

``SEQUENCE { wrapAlgorithm AlgorithmIdentifier, wrappedContinPubKey OCTET STRING }``. The public key is
encrypted under the Contingency Symmetric Key; the command that uses the contingency key discloses it.
The wrap algorithm is assumed (AES-256 key wrap with padding, RFC 5649): no root certificate is public.
"""

from __future__ import annotations

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.keywrap import (
    InvalidUnwrap,
    aes_key_unwrap_with_padding,
    aes_key_wrap_with_padding,
)
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key

from gbsmart.ground import InvalidValue, MalformedMessage
from gbsmart.keys.certificate import Certificate

WRAPPED_APEX_CONTINGENCY_KEY = x509.ObjectIdentifier("1.3.6.1.5.5.7.1.20")
"""RFC 5934: the encrypted contingency key in the organisation root certificate."""

_AES256_WRAP_PAD = bytes.fromhex("300b0609608648016503040130")  # 2.16.840.1.101.3.4.1.48, no parameters


def wrap_contingency_key(symmetric_key: bytes, public_key: EllipticCurvePublicKey) -> bytes:
    """The extension's value; ``symmetric_key`` has 32 octets, else :class:`InvalidValue`."""
    if len(symmetric_key) != 32:
        raise InvalidValue("a Contingency Symmetric Key has 32 octets", field="symmetric_key")
    plain = public_key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    wrapped = aes_key_wrap_with_padding(symmetric_key, plain)
    return _tlv(0x30, _AES256_WRAP_PAD + _tlv(0x04, wrapped))


def unwrap_contingency_key(symmetric_key: bytes, extension: bytes) -> EllipticCurvePublicKey:
    """The contingency public key; raises :class:`MalformedMessage` where it does not unwrap."""
    head = 2 + len(_AES256_WRAP_PAD)
    if (
        extension[:1] != b"\x30"
        or extension[2:head] != _AES256_WRAP_PAD
        or extension[head : head + 1] != b"\x04"
    ):
        raise MalformedMessage("not a contingency key wrapped with AES-256 and padding", offset=0)
    try:
        plain = aes_key_unwrap_with_padding(symmetric_key, extension[head + 2 :])
        key = load_der_public_key(plain)
    except (InvalidUnwrap, ValueError) as error:
        raise MalformedMessage("the contingency key does not unwrap under this key") from error
    if not isinstance(key, EllipticCurvePublicKey) or not isinstance(key.curve, SECP256R1):
        raise MalformedMessage("the contingency key is not a P-256 key")
    return key


def contingency_key_of(root: Certificate, symmetric_key: bytes) -> EllipticCurvePublicKey | None:
    """The contingency key in a root certificate; None where there is none, or under another key."""
    extensions = x509.load_der_x509_certificate(root.der).extensions
    try:
        held = extensions.get_extension_for_oid(WRAPPED_APEX_CONTINGENCY_KEY).value
        assert isinstance(held, x509.UnrecognizedExtension)
        return unwrap_contingency_key(symmetric_key, held.value)
    except (x509.ExtensionNotFound, MalformedMessage):
        return None


def _tlv(tag: int, content: bytes) -> bytes:
    if len(content) > 0x7F:
        raise InvalidValue("longer than a short-form length", field="contingency_key")
    return bytes([tag, len(content)]) + content
