"""A Word file before it is opened: its ZIP archive within bounds, its XML without entities.

What passes is read by python-docx, which bounds nothing itself and would leave out entities in silence.
"""

from __future__ import annotations

import io
import zipfile
import zlib

from lxml import etree

from gbsmart.codebook.texts.source import MEGABYTE, EncryptedText, TextTooLarge, UnreadableText

_MAX_PARTS = 5_000
_MAX_UNPACKED = 256 * MEGABYTE
_MAX_XML = 128 * MEGABYTE
_MAX_RATIO = 200
_SMALL = MEGABYTE  # a part this small may be packed however tightly
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def screen(octets: bytes) -> None:
    """Refuse what is no sound Word archive, or one made to exhaust its reader."""
    if octets.startswith(_OLE):
        raise EncryptedText(
            "this is an encrypted Word file, or one of the old binary kind",
            remedy="Save it as .docx without a password.",
        )
    try:
        with zipfile.ZipFile(io.BytesIO(octets)) as archive:
            _bounded(archive.infolist())
            for part in archive.infolist():
                if part.filename.lower().endswith((".xml", ".rels")):
                    _without_entities(part.filename, _unpacked(archive, part))
    except (zipfile.BadZipFile, NotImplementedError, EOFError, zlib.error, OSError, ValueError) as error:
        raise UnreadableText(f"the Word file is damaged: {error}") from error


def _bounded(parts: list[zipfile.ZipInfo]) -> None:
    if len(parts) > _MAX_PARTS:
        raise TextTooLarge(f"the Word file has {len(parts)} parts, more than {_MAX_PARTS}")
    if sum(part.file_size for part in parts) > _MAX_UNPACKED:
        raise TextTooLarge(f"the Word file unpacks to more than {_MAX_UNPACKED // MEGABYTE} MB")
    for part in parts:
        if part.flag_bits & 1:
            raise EncryptedText("a part of the Word file is encrypted", where=part.filename)
        if part.file_size > _SMALL and part.file_size > _MAX_RATIO * max(part.compress_size, 1):
            raise TextTooLarge(
                f"a part of the Word file unpacks to over {_MAX_RATIO} times its size", where=part.filename
            )
        if part.file_size > _MAX_XML and part.filename.endswith(".xml"):
            raise TextTooLarge(f"a part has more than {_MAX_XML // MEGABYTE} MB of XML", where=part.filename)


def _unpacked(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bytes:
    try:
        return archive.read(part)
    except RuntimeError as error:  # zipfile's word for a password
        raise EncryptedText("a part of the Word file is encrypted", where=part.filename) from error


def _without_entities(name: str, octets: bytes) -> None:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        tree = etree.fromstring(octets, parser).getroottree()
    except etree.XMLSyntaxError as error:
        raise UnreadableText(
            f"a part of the Word file is no well-formed XML: {error.msg}", where=name
        ) from error
    if tree.docinfo.internalDTD is not None:
        raise UnreadableText("a part of the Word file declares a document type or entities", where=name)
