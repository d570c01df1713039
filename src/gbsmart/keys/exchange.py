"""Bringing a key set in and out: a folder of PEM and DER files, and the JSON form of client libraries."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_private_key,
    load_pem_private_key,
)

from gbsmart.ground import InvalidValue, MalformedMessage, NotFound
from gbsmart.keys.certificate import Certificate
from gbsmart.keys.key_set import KeyEntry, KeySet, Skipped, use_of
from gbsmart.keys.keyring import KeyUse
from gbsmart.keys.validity import TEST_SET, ValidityPolicy

AUTHORITIES = "authorities"
"""Stands in the JSON form where an EUI-64 stands for everyone else."""
_LARGEST_FILE = 1 << 16  # octets; a certificate of the SMKI has about 420


def import_folder(folder: Path, policy: ValidityPolicy = TEST_SET) -> KeySet:
    """Read every certificate and private key under ``folder``, whatever the files are called.

    What a file holds is read from its content, a private key is matched to its certificates by public
    key, and the holder is the one the certificate names. A file name matters in one case: ``...-pp-ka``
    is a certificate for supplier prepayment top-up. Files that cannot be used are in ``skipped``, each
    with its reason. Raises :class:`NotFound` when there is no such folder.
    """
    if not folder.is_dir():
        raise NotFound(f"{folder} is not a folder")
    reader = _FolderReader()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        reader.read(path, path.relative_to(folder).as_posix())
    return reader.key_set(policy)


_Entries = dict[tuple[Certificate, KeyUse | None], tuple[KeyEntry, str]]


class _FolderReader:
    def __init__(self) -> None:
        self.certificates: list[tuple[str, Certificate]] = []
        self.private_keys: dict[bytes, tuple[str, EllipticCurvePrivateKey]] = {}
        self.skipped: list[Skipped] = []

    def read(self, path: Path, source: str) -> None:
        if path.stat().st_size > _LARGEST_FILE:
            self.skip(source, "too large for a certificate or a key")
            return
        octets = path.read_bytes()
        if path.suffix == ".json":
            self.skip(source, "a JSON file is imported on its own")
        elif b"PRIVATE KEY-----" in octets or (b"-----BEGIN" not in octets and path.suffix == ".key"):
            self.read_private_key(octets, source)
        elif b"-----BEGIN PUBLIC KEY-----" in octets:
            self.skip(source, "a bare public key, not a certificate")
        else:
            self.read_certificate(octets, source)

    def read_private_key(self, octets: bytes, source: str) -> None:
        try:
            key = load_private_key(octets)
        except InvalidValue as error:
            self.skip(source, error.message)
            return
        self.private_keys.setdefault(_point(key), (source, key))

    def read_certificate(self, octets: bytes, source: str) -> None:
        try:
            armoured = b"-----BEGIN" in octets
            certificate = Certificate.from_pem(octets) if armoured else Certificate.from_der(octets)
        except MalformedMessage as error:
            self.skip(source, str(error))
            return
        self.certificates.append((source, certificate))

    def skip(self, source: str, reason: str) -> None:
        self.skipped.append(Skipped(source, reason))

    def keep(self, entries: _Entries, entry: KeyEntry, source: str) -> None:
        """Keep one entry per certificate and use: of two files, the one named for the holder."""
        slot = (entry.certificate, entry.use)
        held = entries.get(slot)
        if held is None:
            entries[slot] = (entry, source)
        elif _is_named_for_holder(entry) and not _is_named_for_holder(held[0]):
            entries[slot] = (entry, source)
            self.skip(held[1], f"the same certificate as {source}")
        else:
            self.skip(source, f"the same certificate as {held[1]}")

    def key_set(self, policy: ValidityPolicy) -> KeySet:
        entries: _Entries = {}
        matched: set[bytes] = set()
        for source, certificate in self.certificates:
            point = _public_point(certificate)
            _, key = self.private_keys.get(point, ("", None))
            name = Path(source).stem
            entry = _entry(certificate, key, name)
            if isinstance(entry, str):
                self.skip(source, entry)
            else:
                self.keep(entries, entry, source)
            matched.add(point)
        for point, (source, _) in self.private_keys.items():
            if point not in matched:
                self.skip(source, "a private key without its certificate")
        kept = tuple(entry for entry, _ in entries.values())
        return KeySet(kept, tuple(sorted(self.skipped, key=lambda s: s.source)), policy)


def _is_named_for_holder(entry: KeyEntry) -> bool:
    holder = entry.certificate.holder
    return holder is not None and holder.compact in entry.name.lower()


def import_json(source: Path | str | bytes, policy: ValidityPolicy = TEST_SET) -> KeySet:
    """Read the JSON form: EUI-64, key usage, decimal serial number, then PEM texts.

    ``source`` is a file's path or the JSON text itself. The certificate is believed over the keys it is
    filed under; of what a certificate cannot tell (a top-up key), a ``use`` written beside it is believed.
    Raises :class:`MalformedMessage` when the text is not of that form at all, and :class:`NotFound` when
    there is no such file; entries that cannot be used are in ``skipped``.
    """
    if isinstance(source, Path) and not source.is_file():
        raise NotFound(f"{source} is not a file")
    text = source.read_bytes() if isinstance(source, Path) else source
    try:
        document: Any = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise MalformedMessage(f"not JSON: {error}", where="key set") from error
    entries: list[KeyEntry] = []
    skipped: list[Skipped] = []
    for where, record in _records(document):
        try:
            entry = _entry_of_record(record)
        except (MalformedMessage, InvalidValue) as error:
            entry = error.message
        if isinstance(entry, str):
            name = record.get("name")
            skipped.append(Skipped(f"{where} ({name})" if name else where, entry))
        else:
            entries.append(entry)
    return KeySet(tuple(entries), tuple(skipped), policy)


def _records(document: Any) -> Iterable[tuple[str, Mapping[str, Any]]]:
    for holder, uses in _mapping(document, "key set").items():
        for use, serials in _mapping(uses, holder).items():
            for serial, record in _mapping(serials, f"{holder}/{use}").items():
                where = f"{holder}/{use}/{serial}"
                yield where, _mapping(record, where)


def _mapping(value: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise MalformedMessage("a key set is JSON objects within each other", where=where)
    return value


def _entry_of_record(record: Mapping[str, Any]) -> KeyEntry | str:
    pem, key_pem = record.get("certificate"), record.get("privateKey")
    if not isinstance(pem, str):
        return "a private key without its certificate" if key_pem else "no certificate"
    key = load_private_key(key_pem.encode("ascii", "replace")) if isinstance(key_pem, str) else None
    return _entry(Certificate.from_pem(pem), key, str(record.get("name", "")), record.get("use"))


_SAME_PROFILE = (
    frozenset({KeyUse.KEY_AGREEMENT, KeyUse.TOP_UP}),
    frozenset({KeyUse.DIGITAL_SIGNATURE, KeyUse.XML_SIGNATURE}),
)
"""Uses whose certificates may look the same: one can be stated in place of the other."""


def _entry(
    certificate: Certificate, key: EllipticCurvePrivateKey | None, name: str, stated: object = None
) -> KeyEntry | str:
    """The entry, or why there is none."""
    use = use_of(certificate, name)
    if isinstance(stated, str) and any({use, stated} <= uses for uses in _SAME_PROFILE):
        use = KeyUse(stated)
    if not certificate.is_authority:
        if certificate.holder is None:
            return "the certificate names no EUI-64"
        if use is None:
            return f"its key usage ({', '.join(sorted(certificate.key_usage)) or 'none'}) fits no use"
    return KeyEntry(certificate, use, key, name)


def export_json(entries: Iterable[KeyEntry], *, private_keys: bool) -> str:
    """The JSON form of ``entries``; with ``private_keys`` it holds them in the clear.

    Where certificate and name do not tell the use (a top-up key), ``use`` states it. Authorities, which
    have no EUI-64, are filed under ``authorities``: readers that look for an EUI-64 pass them by.
    """
    document: dict[str, dict[str, dict[str, dict[str, Any]]]] = {}
    for entry in entries:
        certificate = entry.certificate
        if certificate.is_authority:
            holder, usage = AUTHORITIES, "keyCertSign"
        elif certificate.holder is None or entry.use is None:
            continue
        else:
            holder = certificate.holder.compact
            usage = "keyAgreement" if "keyAgreement" in certificate.key_usage else "digitalSignature"
        record: dict[str, Any] = {"certificate": certificate.to_pem()}
        if private_keys and entry.private_key is not None:
            record["privateKey"] = private_key_pem(entry.private_key)
        if entry.name:
            record["name"] = entry.name
        if certificate.role is not None:
            record["role"] = certificate.role
        if entry.use is not None and use_of(certificate, entry.name) is not entry.use:
            record["use"] = entry.use.value
        uses = document.setdefault(holder, {})
        uses.setdefault(usage, {})[str(certificate.serial)] = record
    return json.dumps(document, indent=1, sort_keys=True) + "\n"


def load_private_key(octets: bytes) -> EllipticCurvePrivateKey:
    """A P-256 private key from PKCS#8 in PEM or DER; raises :class:`InvalidValue`."""
    try:
        if b"-----BEGIN" in octets:
            key = load_pem_private_key(octets, password=None)
        else:
            key = load_der_private_key(octets, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise InvalidValue("not a readable, unencrypted private key", field="private_key") from error
    if not isinstance(key, EllipticCurvePrivateKey) or not isinstance(key.curve, SECP256R1):
        raise InvalidValue("the SMKI has P-256 keys only", field="private_key")
    return key


def private_key_pem(key: EllipticCurvePrivateKey) -> str:
    """The key in PKCS#8 and PEM armour, in the clear."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def _point(key: EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _public_point(certificate: Certificate) -> bytes:
    return certificate.public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
