"""A certificate as the rest of the house sees it: who holds which public key for what, until when."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey

from gbsmart.ground import Eui64


@dataclass(frozen=True, slots=True)
class Certificate:
    """One X.509 certificate of the SMKI, IKI or DCCKI (or of a test set shaped like them).

    ``issuer`` is the RFC 2253 name (``CN=Z1,OU=07``) and ``serial`` the number that DUIS signatures
    cite. ``key_id`` is the subject key identifier (8 octets in the SMKI). ``role`` is the remote party
    role number of an organisation certificate, ``None`` on device and authority certificates.
    Equality and hash are by ``der``.
    """

    der: bytes
    holder: Eui64 | None = field(compare=False)
    role: int | None = field(compare=False)
    serial: int = field(compare=False)
    issuer: str = field(compare=False)
    key_id: bytes = field(compare=False)
    not_before: datetime = field(compare=False)
    not_after: datetime = field(compare=False)
    public_key: EllipticCurvePublicKey = field(compare=False, repr=False)
