"""A key set as a folder of files that client tools read by their names."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from gbsmart.ground import InvalidValue, NotFound
from gbsmart.keys.exchange import export_json, private_key_pem
from gbsmart.keys.key_set import KeyEntry
from gbsmart.keys.keyring import KeyUse
from gbsmart.keys.roles import RemotePartyRole

XML_SIGNING = "xml-signing"
"""The folder of XML-signing certificates and keys inside an exported folder."""
ORGANISATIONS = "organisations.json"
"""The JSON form of the organisations' and authorities' part of an exported folder."""

_SUFFIXES = {
    KeyUse.DIGITAL_SIGNATURE: "ds",
    KeyUse.KEY_AGREEMENT: "ka",
    KeyUse.TOP_UP: "pp-ka",
    KeyUse.XML_SIGNATURE: "ds",
}


class _File(NamedTuple):
    name: str
    octets: bytes
    secret: bool


def export_folder(entries: Iterable[KeyEntry], folder: Path, *, private_keys: bool) -> None:
    """Write ``entries`` as files that client tools read by their names.

    ``<EUI-64>-ds.pem``, ``-ka.pem`` and ``-pp-ka.pem`` are certificates, ``.key`` beside them private keys
    in PEM; of several certificates for one use the latest has the plain name. ``authority-N.pem`` are the
    authorities. XML signing stands apart in ``xml-signing``, under the names that the public signing tool
    looks for on its class path (``[dsp-]xml-sign-<EUI-64>-ds``), with keys in DER as that tool wants them.
    ``organisations.json`` is :func:`export_json` of all but the devices.

    Private keys are written only with ``private_keys``, and then under mode 0600. The folder appears whole
    or not at all; raises :class:`InvalidValue` where something stands there already, :class:`NotFound`
    where there is no folder to make it in.
    """
    if not folder.parent.is_dir():
        raise NotFound(f"{folder.parent} is not a folder", remedy="Make it, or choose another with --out.")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InvalidValue(
            f"{folder} is there already", field="out",
            remedy="Choose a new folder, so that old keys do not stand among new ones.",
        )  # fmt: skip
    aside = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}-"))  # with mode 0700
    try:
        (aside / XML_SIGNING).mkdir()
        for file in _files(tuple(entries), private_keys=private_keys):
            mode = 0o600 if file.secret else 0o644
            descriptor = os.open(aside / file.name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
            with os.fdopen(descriptor, "wb") as opened:
                opened.write(file.octets)
        aside.replace(folder)
    except BaseException:
        shutil.rmtree(aside, ignore_errors=True)
        raise


def _files(entries: tuple[KeyEntry, ...], *, private_keys: bool) -> Iterator[_File]:
    names: Counter[str] = Counter()
    for entry in sorted(entries, key=lambda each: each.certificate.not_before, reverse=True):
        base = _base_name(entry)
        if base is None:
            continue
        stem, use = base
        names[stem + use] += 1
        nth = names[stem + use]
        name = f"{stem}-{nth}{use}" if nth > 1 or entry.certificate.is_authority else f"{stem}{use}"
        yield _File(f"{name}.pem", entry.certificate.to_pem().encode(), secret=False)
        if private_keys and entry.private_key is not None:
            yield _File(f"{name}.key", _private_octets(entry), secret=True)
    organisations = (entry for entry in entries if not entry.certificate.is_device)
    text = export_json(organisations, private_keys=private_keys)
    yield _File(ORGANISATIONS, text.encode(), secret=private_keys)


def _base_name(entry: KeyEntry) -> tuple[str, str] | None:
    """What a file is called, before and after a number; ``None`` for a certificate of nobody."""
    certificate = entry.certificate
    if certificate.is_authority:
        return "authority", ""
    if certificate.holder is None or entry.use is None:
        return None
    holder, use = certificate.holder.compact, _SUFFIXES[entry.use]
    if entry.use is KeyUse.XML_SIGNATURE:
        dsp = "dsp-" if certificate.role == RemotePartyRole.DSP_XML_SIGN else ""
        return f"{XML_SIGNING}/{dsp}xml-sign-{holder.upper()}", f"-{use}"
    return holder, f"-{use}"


def _private_octets(entry: KeyEntry) -> bytes:
    assert entry.private_key is not None
    if entry.use is KeyUse.XML_SIGNATURE:
        return entry.private_key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return private_key_pem(entry.private_key).encode()
