"""Certification path validation as devices, Users and the DCC do it (RFC 5280 6 within GBCS 12).

The library's own verifier refuses the SMKI's critical certificate policies, and devices must tell one
fault from another, so the check is written out here. There is no revocation in it: devices have none,
and the DCC asks the repository.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import ExtensionOID, SignatureAlgorithmOID

from gbsmart.ground import Blame, GbsmartError
from gbsmart.keys.certificate import Certificate

_KNOWN = frozenset(
    {
        ExtensionOID.KEY_USAGE,
        ExtensionOID.BASIC_CONSTRAINTS,
        ExtensionOID.CERTIFICATE_POLICIES,
        ExtensionOID.SUBJECT_ALTERNATIVE_NAME,
        ExtensionOID.SUBJECT_KEY_IDENTIFIER,
        ExtensionOID.AUTHORITY_KEY_IDENTIFIER,
    }
)


class PathFault(StrEnum):
    """Why a path does not hold."""

    NO_TRUST_ANCHOR = "no path to the trust anchor"
    BAD_SIGNATURE = "signature does not verify"
    NOT_AN_AUTHORITY = "issuer is not a certification authority"
    TOO_LONG = "path is longer than an authority allows"
    NOT_IN_FORCE = "outside its validity period"
    POLICY = "certificate policy differs"
    UNKNOWN_EXTENSION = "unknown critical extension"


class PathInvalid(GbsmartError):
    """A certificate that no path ties to the trust anchor; ``fault`` says why."""

    blame = Blame.PEER

    def __init__(self, fault: PathFault, certificate: Certificate) -> None:
        super().__init__(f"certificate {certificate.serial_hex}: {fault}")
        self.fault = fault
        self.certificate = certificate


def validate_path(
    leaf: Certificate,
    intermediates: Iterable[Certificate],
    anchors: Sequence[Certificate],
    *,
    moment: datetime | None,
    policy: str | None = None,
) -> tuple[Certificate, ...]:
    """The path from ``leaf`` up to one of ``anchors``, which is its last member.

    ``anchors`` are trusted as they are: a root, or an issuing authority where the root is not held.
    ``moment`` is when the path has to be in force; ``None`` leaves time out (GBCS 13, time-based checks
    disapplied). ``policy`` is the certificate policy every certificate below the anchor must carry; by
    default the leaf's own. Raises :class:`PathInvalid` with the fault nearest to the leaf.
    """
    pool = [*intermediates]
    policy = policy if policy is not None else _policy(_parse(leaf))
    path = [leaf]
    while True:
        current = path[-1]
        parsed = _parse(current)
        _check(current, parsed, moment, policy)
        if (anchor := _issuer_among(anchors, current, parsed)) is not None:
            _check_authority(anchor, below=len(path) - 1)
            if moment is not None and not anchor.in_force(moment):
                raise PathInvalid(PathFault.NOT_IN_FORCE, anchor)
            return (*path, anchor) if anchor != leaf else (leaf,)
        issuer = _issuer_among([c for c in pool if c not in path], current, parsed)
        if issuer is None:
            named = [c for c in (*anchors, *pool) if c not in path and _names(c, current, parsed)]
            raise PathInvalid(PathFault.BAD_SIGNATURE if named else PathFault.NO_TRUST_ANCHOR, current)
        _check_authority(issuer, below=len(path) - 1)
        path.append(issuer)


def _parse(certificate: Certificate) -> x509.Certificate:
    return x509.load_der_x509_certificate(certificate.der)


def _check(
    certificate: Certificate, parsed: x509.Certificate, moment: datetime | None, policy: str | None
) -> None:
    if moment is not None and not certificate.in_force(moment):
        raise PathInvalid(PathFault.NOT_IN_FORCE, certificate)
    if any(found.critical and found.oid not in _KNOWN for found in parsed.extensions):
        raise PathInvalid(PathFault.UNKNOWN_EXTENSION, certificate)
    if policy is None or _policy(parsed) != policy:
        raise PathInvalid(PathFault.POLICY, certificate)


def _policy(parsed: x509.Certificate) -> str | None:
    """The one policy that an SMKI certificate names, ``None`` where it is not exactly one."""
    try:
        policies = parsed.extensions.get_extension_for_class(x509.CertificatePolicies).value
    except x509.ExtensionNotFound:
        return None
    named = [information.policy_identifier.dotted_string for information in policies]
    return named[0] if len(named) == 1 else None


def _issuer_among(
    candidates: Iterable[Certificate], certificate: Certificate, parsed: x509.Certificate
) -> Certificate | None:
    return next((c for c in candidates if _names(c, certificate, parsed) and _signed(c, parsed)), None)


def _names(issuer: Certificate, certificate: Certificate, parsed: x509.Certificate) -> bool:
    """Whether ``issuer`` is whom the certificate names: subject octet for octet, and key identifier."""
    stated = certificate.authority_key_id
    if stated and stated != issuer.key_id:
        return False
    return _parse(issuer).subject.public_bytes() == parsed.issuer.public_bytes()


def _signed(issuer: Certificate, parsed: x509.Certificate) -> bool:
    if parsed.signature_algorithm_oid != SignatureAlgorithmOID.ECDSA_WITH_SHA256:
        return False
    try:
        issuer.public_key.verify(parsed.signature, parsed.tbs_certificate_bytes, ECDSA(SHA256()))
    except InvalidSignature:
        return False
    return True


def _check_authority(issuer: Certificate, *, below: int) -> None:
    """``below`` counts the authorities between ``issuer`` and the leaf."""
    parsed = _parse(issuer)
    try:
        constraints = parsed.extensions.get_extension_for_class(x509.BasicConstraints).value
    except x509.ExtensionNotFound:
        raise PathInvalid(PathFault.NOT_AN_AUTHORITY, issuer) from None
    if not constraints.ca or not issuer.is_authority:
        raise PathInvalid(PathFault.NOT_AN_AUTHORITY, issuer)
    if constraints.path_length is not None and below > constraints.path_length:
        raise PathInvalid(PathFault.TOO_LONG, issuer)
