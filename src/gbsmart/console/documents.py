"""Documents as people read them: XML in lines, and the GBCS messages inside it explained."""

from __future__ import annotations

import base64
import binascii
import copy
import re
from dataclasses import dataclass
from typing import Any

from lxml import etree

from gbsmart.console.trees import Branch, xml_tree
from gbsmart.duis import NON_DEVICE, SignatureError, SignerUnknown, is_signed, parse_xml, verify
from gbsmart.duis.document import DS, SR
from gbsmart.gbcs import Message, codec
from gbsmart.gbcs.explain import Explanation, explain
from gbsmart.gbcs.form import Outcome
from gbsmart.gbcs.protection import Check
from gbsmart.ground import Eui64, GbsmartError, InvalidValue, MalformedMessage
from gbsmart.keys import Certificate, Keyring
from gbsmart.translation.mmc import render as render_mmc

LARGEST = 64 * 1024
"""The most octets that a page takes apart."""
LARGEST_TEXT = 3 * LARGEST
"""The most letters that are read for them: hex with separators takes three for an octet."""

_HEX = re.compile(r"(?:0x|[0-9A-Fa-f\s:,-])+\Z")
_BASE64 = re.compile(r"[A-Za-z0-9+/=\s_-]+\Z")
ANSWER = "the device's answer"
"""The check of a response that says whether the device did what it was told."""
_STARTS = (b"\xdd", b"\xdf")
_STARTS_IN_BASE64 = (*_STARTS, b"\x30", b"<", b"\xef\xbb\xbf<")
"""A message, a certificate, a document."""


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
                root = parse_xml(octets, NON_DEVICE)
            except MalformedMessage as error:
                return Reading(octets.decode("utf-8", "replace"), (), str(error))
            checks = self._signature(root)
            inside = carried(root)
            messages = tuple(self.explain(each) for each in inside)
            answers = tuple(answer for each in inside for answer in _answer(each))
            variant = root.findtext(".//{*}ServiceReferenceVariant") or ""
            rendered = tuple(filter(None, (self.mmc(each, variant) for each in inside)))
            return Reading(pretty(root), messages, "", checks, xml_tree(root), answers, rendered)
        rendered = tuple(filter(None, (self.mmc(octets),)))
        return Reading("", (self.explain(octets),), answers=_answer(octets), mmc=rendered)

    def mmc(self, octets: bytes, variant: str = "") -> str:
        """What a User reads of a response or device alert as MMC XML, in lines; "" for anything else."""
        try:
            return pretty(parse_xml(render_mmc(octets, self.keyring, variant=variant), NON_DEVICE))
        except GbsmartError:
            return ""

    def _signature(self, root: etree._Element) -> tuple[Checked, ...]:
        """Whether a DUIS document is signed, and by whom, as far as its certificate is known here."""
        if etree.QName(root).namespace != SR or etree.QName(root).localname not in ("Request", "Response"):
            return ()
        if not is_signed(root):
            return (Checked("XML signature", "absent"),)
        if self.keyring is None:
            return (Checked("XML signature", "not checked: no certificates are at hand"),)
        try:
            signer = verify(root, self.keyring)
        except SignerUnknown as unknown:
            return (Checked("XML signature", f"not checked: {unknown.message}"),)
        except SignatureError as wrong:
            return (Checked("XML signature", wrong.message, "bad"),)
        return (Checked("XML signature", f"valid, by {signer.holder or signer.subject}", "good", signer),)


@dataclass(frozen=True, slots=True)
class Checked:
    """One check of a document and what it found; ``tone`` is ``good``, ``bad`` or neither."""

    what: str
    found: str
    tone: str = ""
    certificate: Certificate | None = None

    def to_json(self) -> dict[str, Any]:
        """The check as JSON values."""
        return {"what": self.what, "found": self.found, "tone": self.tone}


@dataclass(frozen=True, slots=True)
class Reading:
    """What a page shows of one document: XML, messages, what was checked, and what is wrong with it.

    ``mmc`` are the MMC documents of the messages that a device sent.
    """

    xml: str
    messages: tuple[Explanation, ...]
    fault: str = ""
    xml_checks: tuple[Checked, ...] = ()
    xml_tree: Branch | None = None
    answers: tuple[Checked, ...] = ()
    mmc: tuple[str, ...] = ()

    @property
    def checks(self) -> tuple[Checked, ...]:
        """Every check of the document and of the messages in it."""
        found = list(self.xml_checks)
        for message in self.messages:
            for what, said in (("signature", message.signature), ("MAC", message.mac)):
                if said and said != Check.ABSENT.value:
                    tone = {"valid": "good", "invalid": "bad"}.get(said, "")
                    text = "not checked: no key is at hand" if said == Check.NO_KEY.value else said
                    found.append(Checked(f"{what} of {message.use_case or message.kind}", text, tone))
            if message.opened:
                found.append(Checked("sealed values", "opened with the User's key", "good"))
        return (*found, *self.answers)

    def to_json(self) -> dict[str, Any]:
        """The reading as JSON values."""
        messages = [each.to_json() for each in self.messages]
        checks = [each.to_json() for each in self.checks]
        mmc = list(self.mmc)
        return {"xml": self.xml, "messages": messages, "fault": self.fault, "checks": checks, "mmc": mmc}


def _answer(octets: bytes) -> tuple[Checked, ...]:
    """What a device says of the items of a command: nothing where ``octets`` are no response to one.

    A response code does not tell: I0 only means that the device answered.
    """
    try:
        message = Message.parse(octets)
        reading = codec.read(message)
    except GbsmartError:
        return ()  # the explanation says what is wrong
    if reading is None or not isinstance(reading.values, Outcome):
        return ()
    outcome = reading.values
    if outcome.success:
        return (Checked(ANSWER, "carried out", "good"),)
    if outcome.failed_at is None:
        missing = ", ".join(each.replace("_", " ") for each in outcome.attribute_errors)
        return (Checked(ANSWER, f"values are missing: {missing}", "bad"),)
    item = f"item {outcome.failed_at + 1} of {len(outcome.results)}"
    return (Checked(ANSWER, f"not carried out: {item} has result {outcome.code}", "bad"),)


def looks_like_xml(octets: bytes) -> bool:
    """Whether the first letter is a ``<``."""
    return octets.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")


def pretty(root: etree._Element) -> str:
    """The document with one element per line. A copy: a signature is over the document as it came."""
    shown = copy.deepcopy(root)
    etree.indent(shown, space="  ")
    return etree.tostring(shown, encoding="unicode")


def carried(root: etree._Element) -> list[bytes]:
    """The GBCS messages that a document carries in base64, in order.

    What belongs to an XML signature is none, though a digest may well begin as one does.
    """
    found = []
    for element in root.iter(etree.Element):
        if etree.QName(element).namespace == DS:
            continue
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
    if octets is None or not octets.startswith(_STARTS_IN_BASE64):  # words are base64 too, of nothing
        raise InvalidValue(
            "neither hex, nor XML, nor base64 of a GBCS message, a DUIS document or a certificate",
            field="message",
        )
    return octets


def _from_base64(text: str) -> bytes | None:
    compact = re.sub(r"\s", "", text).replace("-", "+").replace("_", "/")
    if len(compact) % 4 == 1 or not _BASE64.match(compact):
        return None
    try:
        return base64.b64decode(compact + "=" * (-len(compact) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None
