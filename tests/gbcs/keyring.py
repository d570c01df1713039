"""A keyring over the corpus folder, for these tests only: files by their names, nothing checked."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from gbsmart.ground import Eui64
from gbsmart.keys import Certificate, KeyNotHeld, KeyUse, SharedSecret, UnknownCertificate

ALWAYS = (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))
SUFFIX = {KeyUse.DIGITAL_SIGNATURE: "ds", KeyUse.KEY_AGREEMENT: "ka", KeyUse.TOP_UP: "pp-ka"}


def certificate_of(holder: Eui64, public_key: ec.EllipticCurvePublicKey) -> Certificate:
    """A certificate made up around a public key; its DER is only unique, not a certificate."""
    der = public_key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return Certificate(der, holder, None, 0, "", b"", *ALWAYS, public_key)


def certificate_in(holder: Eui64, pem: bytes) -> Certificate:
    """The certificate in a PEM file, or one made up around a bare public key (one file holds that)."""
    if b"PUBLIC KEY" in pem:
        bare = serialization.load_pem_public_key(pem)
        assert isinstance(bare, ec.EllipticCurvePublicKey)
        return certificate_of(holder, bare)
    loaded = x509.load_pem_x509_certificate(pem)
    public_key = loaded.public_key()
    assert isinstance(public_key, ec.EllipticCurvePublicKey)
    der = loaded.public_bytes(serialization.Encoding.DER)
    issuer = loaded.issuer.rfc4514_string()
    dates = (loaded.not_valid_before_utc, loaded.not_valid_after_utc)
    return Certificate(der, holder, None, loaded.serial_number, issuer, b"", *dates, public_key)


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

    def _path(self, holder: Eui64, use: KeyUse, kind: str) -> Path:
        return self._folder / f"{holder.compact}-{SUFFIX[use]}.{kind}"

    def certificate(self, holder: Eui64, use: KeyUse) -> Certificate:
        if (holder, use) not in self.public and (path := self._path(holder, use, "pem")).exists():
            self.public[holder, use] = certificate_in(holder, path.read_bytes())
        return super().certificate(holder, use)

    def holds(self, holder: Eui64, use: KeyUse) -> bool:
        if (holder, use) in self.private:
            return True
        if (path := self._path(holder, use, "key")).exists():
            loaded = serialization.load_pem_private_key(path.read_bytes(), None)
            assert isinstance(loaded, ec.EllipticCurvePrivateKey)
            self.private[holder, use] = loaded
        return super().holds(holder, use)

    def _key(self, holder: Eui64, use: KeyUse) -> ec.EllipticCurvePrivateKey:
        self.holds(holder, use)
        return super()._key(holder, use)


def vectors(corpus: Path) -> dict[str, bytes]:
    """The test messages by the name of their file, such as ``ECS42_7.3_SUCCESS_COMMAND``."""
    files = sorted((corpus / "rtds").rglob("*_GBCS.HEX"))
    return {path.name[: -len("_GBCS.HEX")]: bytes.fromhex(path.read_text().strip()) for path in files}
