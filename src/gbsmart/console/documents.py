"""Documents as people read them: XML in lines, and the GBCS messages inside it explained."""

from __future__ import annotations

import base64
import binascii
import copy
import re
from dataclasses import dataclass
from typing import Any

from lxml import etree

from gbsmart.duis import parse_xml
from gbsmart.gbcs.explain import Explanation, explain
from gbsmart.ground import Eui64, InvalidValue, MalformedMessage
from gbsmart.keys import Keyring

LARGEST = 64 * 1024
"""The most octets that a page takes apart."""
LARGEST_TEXT = 3 * LARGEST
"""The most letters that are read for them: hex with separators takes three for an octet."""

_HEX = re.compile(r"(?:0x|[0-9A-Fa-f\s:,-])+\Z")
_BASE64 = re.compile(r"[A-Za-z0-9+/=\s_-]+\Z")
_STARTS = (b"\xdd", b"\xdf")


@dataclass(frozen=True, slots=True)
class Reader:
    """Explains, with the keys that the console was given (none: no checks, nothing decrypted)."""

    keyring: Keyring | None = None
    acb: Eui64 | None = None

    def explain(self, octets: bytes) -> Explanation:
        """One GBCS message."""
        return explain(octets, self.keyring, self.acb)

    def read(self, octets: bytes) -> Reading:
        """A document of any kind: XML with what it carries, or a GBCS message."""
        if looks_like_xml(octets):
            try:
                root = parse_xml(octets)
            except MalformedMessage as error:
                return Reading(octets.decode("utf-8", "replace"), (), str(error))
            return Reading(pretty(root), tuple(self.explain(each) for each in carried(root)))
        return Reading("", (self.explain(octets),))


@dataclass(frozen=True, slots=True)
class Reading:
    """What a page shows of one document: lines of XML, messages, and what is wrong with it."""

    xml: str
    messages: tuple[Explanation, ...]
    fault: str = ""

    def to_json(self) -> dict[str, Any]:
        """The reading as JSON values."""
        messages = [each.to_json() for each in self.messages]
        return {"xml": self.xml, "messages": messages, "fault": self.fault}


def looks_like_xml(octets: bytes) -> bool:
    """Whether the first letter is a ``<``."""
    return octets.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")


def pretty(root: etree._Element) -> str:
    """The document with one element per line. A copy: a signature is over the document as it came."""
    shown = copy.deepcopy(root)
    etree.indent(shown, space="  ")
    return etree.tostring(shown, encoding="unicode")


def carried(root: etree._Element) -> list[bytes]:
    """The GBCS messages that a document carries in base64, in order."""
    found = []
    for element in root.iter(etree.Element):
        text = (element.text or "").strip()
        if len(element) or len(text) < 40 or not _BASE64.match(text):
            continue
        octets = _from_base64(text)
        if octets is not None and (octets.startswith(_STARTS)):
            found.append(octets)
    return found


def read_pasted(text: str) -> bytes:
    """What someone pasted as octets: XML as it stands, hex (with any usual separators), or base64.

    Raises :class:`InvalidValue` saying what it could be.
    """
    text = text.strip()
    if not text:
        raise InvalidValue("there is nothing to explain", field="message")
    if len(text) > LARGEST_TEXT:
        raise InvalidValue(f"longer than {LARGEST_TEXT:,} letters", field="message")
    octets = _octets(text)
    if len(octets) > LARGEST:
        raise InvalidValue(f"longer than {LARGEST:,} octets", field="message")
    return octets


def _octets(text: str) -> bytes:
    if text.startswith("<"):
        return text.encode()
    if _HEX.match(text):  # no message in base64 looks so: all of them begin with 3Q or 3w
        digits = re.sub(r"0x|[^0-9A-Fa-f]", "", text)
        if len(digits) % 2:
            raise InvalidValue(f"{len(digits)} hex digits: one is missing or too many", field="message")
        return bytes.fromhex(digits)
    octets = _from_base64(text)
    if octets is None:
        raise InvalidValue("neither hex, nor base64, nor XML", field="message")
    return octets


def _from_base64(text: str) -> bytes | None:
    compact = re.sub(r"\s", "", text).replace("-", "+").replace("_", "/")
    if len(compact) % 4 == 1 or not _BASE64.match(compact):
        return None
    try:
        return base64.b64decode(compact + "=" * (-len(compact) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None
