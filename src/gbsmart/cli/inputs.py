"""One reader for all commands: hex, base64, a file, or standard input; messages and documents."""

from __future__ import annotations

import base64
import binascii
import re
import sys
from pathlib import Path

from gbsmart.ground import InvalidValue, NotFound

INPUT = "Hex, base64, a file, or - for standard input."

_HEX = re.compile(rb"(?:0[xX])?(?:[0-9A-Fa-f]{2}[\s:,-]*)+\Z")
_NO_HEX = re.compile(rb"0[xX]|[\s:,-]")
_BASE64 = re.compile(rb"[A-Za-z0-9+/]+={0,2}\Z")
_FIRST_OCTETS = (b"\xdf", b"\xdd")
"""Of a message without and with MAC header, and of a block of one."""


def read_document(source: str) -> bytes:
    """The octets of a file or of standard input, as they are; raises :class:`NotFound`."""
    if source == "-":
        return sys.stdin.buffer.read()
    path = Path(source)
    try:
        return path.read_bytes()
    except IsADirectoryError:
        raise NotFound(f"{source} is a folder, not a file") from None
    except OSError as problem:
        raise NotFound(f"{source}: {problem.strerror}") from None


def read_octets(source: str) -> bytes:
    """The octets of a GBCS message, however they are given.

    Text is read as hex, else as base64; a DUIS document gives the one GBCSPayload it holds; anything
    else in a file is taken for the octets themselves. Raises :class:`NotFound` or :class:`InvalidValue`.
    """
    if source == "-" or is_file(source):
        return message_in(read_document(source))
    read = _from_text(source.encode("utf-8"))
    if read is None:
        shown = source if len(source) <= 60 else f"{source[:57]}..."
        raise NotFound(f"{shown!r} is neither hex nor base64, and there is no such file")
    return read


def message_in(document: bytes) -> bytes:
    """The GBCS message in what a file holds, as :func:`read_octets` reads it."""
    if document.lstrip()[:1] == b"<":
        return _payload(document)
    read = _from_text(document)
    return document if read is None else read


def is_file(source: str) -> bool:
    """Whether an argument names a file, and is not the message itself."""
    try:
        return Path(source).is_file()
    except (OSError, ValueError):  # too long for a file name
        return False


def _from_text(octets: bytes) -> bytes | None:
    text = octets.strip()
    if _HEX.match(text):
        return bytes.fromhex(_NO_HEX.sub(b"", text).decode("ascii"))
    joined = b"".join(text.split())
    if joined and len(joined) % 4 == 0 and _BASE64.match(joined):
        try:
            octets = base64.b64decode(joined, validate=True)
        except binascii.Error:
            return None
        # many a word and path is base64 by chance; a message is told by its first octet
        return octets if octets[:1] in _FIRST_OCTETS else None
    return None


def _payload(document: bytes) -> bytes:
    """The one GBCS message inside a DUIS document."""
    from gbsmart.duis import NON_DEVICE, parse_xml
    from gbsmart.duis.octets import Base64

    found = [e for e in parse_xml(document, NON_DEVICE).iter("{*}GBCSPayload") if e.text]
    if len(found) != 1:
        raise InvalidValue(f"the document holds {len(found)} GBCS messages, not one", field="GBCSPayload")
    try:
        return Base64().read(found[0].text or "")
    except ValueError as problem:
        raise InvalidValue(str(problem), field="GBCSPayload") from None
