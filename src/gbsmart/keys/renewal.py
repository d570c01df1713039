"""New key pairs for old ones: made behind the keyring, certified on request, and taken into use (GBCS 13).

A pair is pending from when it is made until its certificate arrives; of one holder and use only the pair
that was made last is. The old pair is in use until then, and gone from then on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol, runtime_checkable

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from gbsmart.ground import Eui64
from gbsmart.keys.certificate import Certificate
from gbsmart.keys.key_set import KeyEntry
from gbsmart.keys.keyring import Certificates, Keyring, KeyUse


class RenewableKeyring(Keyring, Protocol):
    """A keyring whose holders can get new key pairs, which never leave it either."""

    def renew(self, holder: Eui64, use: KeyUse) -> bytes:
        """Make a new pair, pending in the place of any other; the request for its certificate (PKCS#10).

        Raises :class:`UnknownCertificate` where the holder has no certificate to be named after.
        """
        ...

    def pending(self, holder: Eui64, use: KeyUse) -> EllipticCurvePublicKey | None:
        """The public key of the pair that waits for its certificate."""
        ...

    def take_into_use(self, certificate: Certificate) -> None:
        """Have the pending pair take the place of the one in use, under its certificate.

        Raises :class:`KeyNotHeld` where the certificate is not the pending pair's.
        """
        ...


@runtime_checkable
class Remembering(Protocol):
    """Certificates that tell those which were in use before."""

    def superseded(self, holder: Eui64, use: KeyUse) -> tuple[Certificate, ...]:
        """The certificates of a holder that are not the one in force, the latest first."""
        ...


def ever(certificates: Certificates, holder: Eui64, use: KeyUse) -> Iterator[Certificate]:
    """The certificate in force, then those before it, for what was signed before it came into use.

    Raises :class:`UnknownCertificate`.
    """
    yield certificates.certificate(holder, use)
    if isinstance(certificates, Remembering):
        yield from certificates.superseded(holder, use)


class Vault(Protocol):
    """Where a keyring has its new key pairs kept, so that a restart finds them; durable on return."""

    def keep_pending(self, holder: Eui64, use: KeyUse, private_key: EllipticCurvePrivateKey) -> None:
        """Keep a pair that waits for its certificate, in the place of any other."""
        ...

    def take_into_use(self, entry: KeyEntry, replaced: Iterable[Certificate]) -> None:
        """Keep the pair as the one in force; forget the keys of those that it replaces."""
        ...


class Nowhere:
    """A :class:`Vault` that keeps nothing."""

    def keep_pending(self, holder: Eui64, use: KeyUse, private_key: EllipticCurvePrivateKey) -> None:
        """Nothing."""

    def take_into_use(self, entry: KeyEntry, replaced: Iterable[Certificate]) -> None:
        """Nothing."""


def new_private_key() -> EllipticCurvePrivateKey:
    """A P-256 key pair from the machine's randomness."""
    return generate_private_key(SECP256R1())


def certification_request(private_key: EllipticCurvePrivateKey, use: KeyUse, own: Certificate) -> bytes:
    """What a device asks a certificate of its new pair with (PKCS#10, DER; SEC Appendix A).

    The subject is empty; key usage and the device's name are asked for as extensions, the name as the
    present certificate ``own`` has it.
    """
    names = x509.load_der_x509_certificate(own.der).extensions.get_extension_for_class(
        x509.SubjectAlternativeName
    )
    builder = x509.CertificateSigningRequestBuilder(x509.Name([]))
    builder = builder.add_extension(_usage(use), critical=True).add_extension(names.value, critical=True)
    return builder.sign(private_key, SHA256(), ecdsa_deterministic=True).public_bytes(Encoding.DER)


def _usage(use: KeyUse) -> x509.KeyUsage:
    signs = use is KeyUse.DIGITAL_SIGNATURE
    return x509.KeyUsage(
        digital_signature=signs, key_agreement=not signs, content_commitment=False,
        key_encipherment=False, data_encipherment=False, key_cert_sign=False, crl_sign=False,
        encipher_only=False, decipher_only=False,
    )  # fmt: skip
