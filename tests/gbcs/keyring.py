"""A keyring over the corpus folder, for these tests only: files by their names, nothing checked."""

from __future__ import annotations

from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from gbsmart.ground import Eui64
from gbsmart.keys import Certificate, KeyNotHeld, KeyUse, SharedSecret, UnknownCertificate

SUFFIX = {KeyUse.DIGITAL_SIGNATURE: "ds", KeyUse.KEY_AGREEMENT: "ka", KeyUse.TOP_UP: "pp-ka"}


def certificate_from(holder: Eui64 | None, der: bytes) -> Certificate:
    loaded = x509.load_der_x509_certificate(der)
    public_key = loaded.public_key()
    assert isinstance(public_key, ec.EllipticCurvePublicKey)
    return Certificate(
        der, holder, None, loaded.serial_number, loaded.issuer.rfc4514_string(), b"",
        loaded.not_valid_before_utc, loaded.not_valid_after_utc, public_key,
    )  # fmt: skip


class MemoryKeyring:
    """Private keys and certificates held in dictionaries; agrees once per pair."""

    def __init__(self) -> None:
        self.private: dict[tuple[Eui64, KeyUse], ec.EllipticCurvePrivateKey] = {}
        self.public: dict[tuple[Eui64, KeyUse], Certificate] = {}
        self.secrets: dict[tuple[Eui64, KeyUse, bytes], SharedSecret] = {}

    def certificate(self, holder: Eui64, use: KeyUse) -> Certificate:
        try:
            return self.public[holder, use]
        except KeyError:
            raise UnknownCertificate(f"no {use} certificate of {holder}") from None

    def by_serial(self, serial: int, issuer: str | None = None) -> Certificate:
        raise UnknownCertificate(f"not looked for here: {serial}")

    def holds(self, holder: Eui64, use: KeyUse) -> bool:
        return (holder, use) in self.private

    def _key(self, holder: Eui64, use: KeyUse) -> ec.EllipticCurvePrivateKey:
        try:
            return self.private[holder, use]
        except KeyError:
            raise KeyNotHeld(f"no {use} key of {holder}") from None

    def sign(self, holder: Eui64, data: bytes, use: KeyUse = KeyUse.DIGITAL_SIGNATURE) -> bytes:
        der = self._key(holder, use).sign(data, ec.ECDSA(hashes.SHA256()))
        return b"".join(half.to_bytes(32, "big") for half in decode_dss_signature(der))

    def agree(self, holder: Eui64, peer: Certificate, use: KeyUse = KeyUse.KEY_AGREEMENT) -> SharedSecret:
        place = (holder, use, peer.der)
        if place not in self.secrets:
            self.secrets[place] = SharedSecret(self._key(holder, use).exchange(ec.ECDH(), peer.public_key))
        return self.secrets[place]


class FolderKeyring(MemoryKeyring):
    """The corpus keystore: read when asked for."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder

    def certificate(self, holder: Eui64, use: KeyUse) -> Certificate:
        path = self._folder / f"{holder.compact}-{SUFFIX[use]}.pem"
        if (holder, use) not in self.public and path.exists():
            loaded = x509.load_pem_x509_certificate(path.read_bytes())
            der = loaded.public_bytes(serialization.Encoding.DER)
            self.public[holder, use] = certificate_from(holder, der)
        return super().certificate(holder, use)

    def holds(self, holder: Eui64, use: KeyUse) -> bool:
        path = self._folder / f"{holder.compact}-{SUFFIX[use]}.key"
        if (holder, use) not in self.private and path.exists():
            loaded = serialization.load_pem_private_key(path.read_bytes(), None)
            assert isinstance(loaded, ec.EllipticCurvePrivateKey)
            self.private[holder, use] = loaded
        return super().holds(holder, use)

    def _key(self, holder: Eui64, use: KeyUse) -> ec.EllipticCurvePrivateKey:
        self.holds(holder, use)
        return super()._key(holder, use)
