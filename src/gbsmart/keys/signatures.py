"""ECDSA P-256 with SHA-256 in the 64-octet form of GBCS and XML signatures: r, then s."""

from __future__ import annotations

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
)
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from gbsmart.keys.certificate import Certificate

_SIGN = ECDSA(SHA256(), deterministic_signing=True)  # RFC 6979: a run repeats octet for octet
_VERIFY = ECDSA(SHA256())


def sign(private_key: EllipticCurvePrivateKey, data: bytes) -> bytes:
    """The signature over ``data``: 64 octets, r then s (FIPS 186-4; GBCS 4.3.3.2)."""
    r, s = decode_dss_signature(private_key.sign(data, _SIGN))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def verify(certificate: Certificate, signature: bytes, data: bytes) -> bool:
    """Whether ``signature`` (r then s, 64 octets) over ``data`` is by the certificate's key.

    Looks at the key only: validity, path and revocation are the caller's questions.
    """
    return verify_with(certificate.public_key, signature, data)


def verify_with(public_key: EllipticCurvePublicKey, signature: bytes, data: bytes) -> bool:
    """The same of a public key that no certificate holds."""
    if len(signature) != 64:
        return False
    encoded = encode_dss_signature(
        int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    )
    try:
        public_key.verify(encoded, data, _VERIFY)
    except InvalidSignature:
        return False
    return True
