"""The XML signature of Requests and Responses, as the peers of DUIS make and check it.

One enveloped ``ds:Signature``, last child of the document element: ECDSA P-256 with SHA-256 over the
exclusive canonical form of SignedInfo, whose one digest is over the *inclusive* canonical form of the
document without the signature (the reference names no canonicalisation, so the default of XML-DSig
applies). The signer is cited by issuer and serial number only. Anything else is refused, so that what
is verified is what is read: one tree, one signature, the whole document.
"""

from __future__ import annotations

import binascii
import hashlib
import re
from functools import lru_cache
from typing import Any, NamedTuple

from lxml import etree

from gbsmart import keys
from gbsmart.duis.catalogue import fault
from gbsmart.duis.document import DS, NON_DEVICE, ParsedDocument, canonical, compact, is_white, parse_xml
from gbsmart.ground import Blame, Eui64, GbsmartError, MalformedMessage
from gbsmart.keys import Certificate, Certificates, Keyring, KeyUse, UnknownCertificate

EXCLUSIVE_C14N = "http://www.w3.org/2001/10/xml-exc-c14n#"
ECDSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"
SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
ENVELOPED = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"


class SignatureError(GbsmartError):
    """The XML signature of a document cannot be relied on. Carries the response code (assumed)."""

    blame = Blame.PEER
    fault_name = "signature"

    def __init__(self, message: str) -> None:
        super().__init__(message, response_code=fault(self.fault_name).response_code)


class SignatureMissing(SignatureError):
    """The document carries no signature."""


class SignatureMalformed(SignatureError):
    """The signature is not of the one form that DUIS uses, or there are several."""


class DigestMismatch(SignatureError):
    """The document is not the one that was signed: something in it changed."""


class SignatureInvalid(SignatureError):
    """The signature was not made by the certificate that it cites."""


class SignerUnknown(SignatureError):
    """The certificate that the signature cites is not known here."""

    fault_name = "certificate"


_SIGNED_INFO = (
    f'<ds:CanonicalizationMethod Algorithm="{EXCLUSIVE_C14N}"></ds:CanonicalizationMethod>'
    f'<ds:SignatureMethod Algorithm="{ECDSA_SHA256}"></ds:SignatureMethod>'
    f'<ds:Reference URI=""><ds:Transforms><ds:Transform Algorithm="{ENVELOPED}"></ds:Transform>'
    f'</ds:Transforms><ds:DigestMethod Algorithm="{SHA256}"></ds:DigestMethod>'
    "<ds:DigestValue>%s</ds:DigestValue></ds:Reference></ds:SignedInfo>"
)

_BEFORE_DIGEST, _AFTER_DIGEST = (
    part.encode() for part in f'<ds:SignedInfo xmlns:ds="{DS}">{_SIGNED_INFO}'.split("%s")
)
_BEFORE_INFO = f'<ds:Signature xmlns:ds="{DS}"><ds:SignedInfo>{_SIGNED_INFO}'.partition("%s")[0].encode()

_DECLARATION = b'<?xml version="1.0" encoding="UTF-8"?>'


def sign(document: bytes, keyring: Keyring, signer: Eui64) -> bytes:
    """The document signed with ``signer``'s XML-signing key, in compact canonical form.

    White space between elements, comments and a signature that is already there are dropped first.
    Raises :class:`MalformedMessage` (not XML), and what the keyring raises for a key it does not hold.
    """
    return _sign(_unsigned(document), keyring, signer)


def sign_built(document: bytes, keyring: Keyring, signer: Eui64) -> bytes:
    """:func:`sign` for the octets that ``build_request`` or ``build_response`` just wrote.

    Those are in canonical form already, what was kept as unread XML too, so they are not parsed again.
    Raises what the keyring raises for a key it does not hold.
    """
    return _sign(document.removeprefix(_DECLARATION), keyring, signer)


def _sign(unsigned: bytes, keyring: Keyring, signer: Eui64) -> bytes:
    certificate = keyring.certificate(signer, KeyUse.XML_SIGNATURE)
    digest = binascii.b2a_base64(hashlib.sha256(unsigned).digest(), newline=False)
    octets = keyring.sign(signer, _BEFORE_DIGEST + digest + _AFTER_DIGEST, KeyUse.XML_SIGNATURE)
    end = unsigned.rindex(b"</")
    return b"".join((
        _DECLARATION, unsigned[:end],
        _BEFORE_INFO, digest, _AFTER_DIGEST,
        b"<ds:SignatureValue>", binascii.b2a_base64(octets, newline=False), b"</ds:SignatureValue>",
        _key_info(certificate.issuer, certificate.serial),
        unsigned[end:],
    ))  # fmt: skip


@lru_cache(maxsize=64)
def _key_info(issuer: str, serial: int) -> bytes:
    """How a signer is cited, to the end of the signature: the same in all that one signs."""
    return (
        "<ds:KeyInfo><ds:X509Data><ds:X509IssuerSerial>"
        f"<ds:X509IssuerName>{_escaped(issuer)}</ds:X509IssuerName>"
        f"<ds:X509SerialNumber>{serial}</ds:X509SerialNumber>"
        "</ds:X509IssuerSerial></ds:X509Data></ds:KeyInfo></ds:Signature>"
    ).encode()


def verify(root: etree._Element, certificates: Certificates, octets: bytes = b"") -> Certificate:
    """The certificate that signed the whole of a document; raises :class:`SignatureError`.

    The caller checks that the certificate's holder, role and validity are those it needs. ``root`` is of
    the tree that was read (comments were dropped while parsing); it is left as it was found. ``octets``
    are those it was read from, where they are at hand: most peers send what they signed as they signed
    it, and then it need not be written in canonical form once more.
    """
    return _verify_octets(octets, certificates) or _verify_tree(root, certificates)


def verify_document(document: ParsedDocument[Any], certificates: Certificates) -> Certificate:
    """:func:`verify` for a document that was read, whose tree is made only if it is needed."""
    return _verify_octets(document.octets, certificates) or _verify_tree(document.root, certificates)


def _verify_octets(octets: bytes, certificates: Certificates) -> Certificate | None:
    """The certificate that signed these very octets; None where the tree must be asked."""
    if (sent := _as_signed(octets)) is None:
        return None
    certificate = _certificate(sent.cited, certificates)
    if hashlib.sha256(sent.document).digest() != sent.cited.digest:
        return None
    _check_value(certificate, sent.cited, sent.info)
    return certificate


def _verify_tree(root: etree._Element, certificates: Certificates) -> Certificate:
    signature = find_signature(root)
    info = _canonical(signature[0], exclusive=True) if len(signature) else b""
    cited = _read_plain(signature, info) or _read(signature)
    certificate = _certificate(cited, certificates)
    # after the look-up: the work for a document that cites nobody stays small, whatever its size
    if hashlib.sha256(_without(root, signature)).digest() != cited.digest:
        raise DigestMismatch("the document changed after it was signed: its digest is not the signed one")
    _check_value(certificate, cited, info)
    return certificate


def _check_value(certificate: Certificate, cited: _Cited, info: bytes) -> None:
    if not keys.verify(certificate, cited.value, info):
        raise SignatureInvalid(
            f"the signature was not made with the key of certificate {cited.serial} of {cited.issuer}"
        )


def cited_signer(root: etree._Element, certificates: Certificates) -> Certificate:
    """The certificate that a document cites, which proves nothing: for what was verified before.

    Raises :class:`SignatureError`.
    """
    return _certificate(_read(find_signature(root)), certificates)


def find_signature(root: etree._Element) -> etree._Element:
    """The one ``ds:Signature``, last child of ``root``; raises :class:`SignatureError`."""
    found = list(root.iter(_SIGNATURE))
    if not found:
        raise SignatureMissing("the document is not signed")
    if len(found) > 1:
        raise SignatureMalformed(f"the document holds {len(found)} signatures; one is allowed")
    signature = found[0]
    if signature.getparent() is not root or signature.getnext() is not None:
        raise SignatureMalformed("the signature is not the last child of the document element")
    return signature


_SIGNATURE, _VALUE, _KEY_INFO = (f"{{{DS}}}{name}" for name in ("Signature", "SignatureValue", "KeyInfo"))
_ISSUER_SERIAL = (f"{{{DS}}}X509IssuerName", f"{{{DS}}}X509SerialNumber")


def is_signed(root: etree._Element) -> bool:
    """Whether the document element has a signature, good or bad."""
    return root.find(_SIGNATURE) is not None


def _tree(*rows: tuple[str, int, dict[str, str]]) -> list[tuple[str, int, dict[str, str]]]:
    return [(f"{{{DS}}}{name}", children, attributes) for name, children, attributes in rows]


_SHAPE = _tree(
    ("Signature", 3, {}),
    ("SignedInfo", 3, {}),
    ("CanonicalizationMethod", 0, {"Algorithm": EXCLUSIVE_C14N}),
    ("SignatureMethod", 0, {"Algorithm": ECDSA_SHA256}),
    ("Reference", 3, {"URI": ""}),
    ("Transforms", 1, {}),
    ("Transform", 0, {"Algorithm": ENVELOPED}),
    ("DigestMethod", 0, {"Algorithm": SHA256}),
    ("DigestValue", 0, {}),
    ("SignatureValue", 0, {}),
    ("KeyInfo", 1, {}),
    ("X509Data", 1, {}),
    ("X509IssuerSerial", 2, {}),
    ("X509IssuerName", 0, {}),
    ("X509SerialNumber", 0, {}),
)
"""The one signature of DUIS in document order: name, number of children, attributes."""


class _Cited(NamedTuple):
    """What a signature says, once its form is found to be the one allowed."""

    digest: bytes
    value: bytes
    issuer: str
    serial: int


def _certificate(cited: _Cited, certificates: Certificates) -> Certificate:
    try:
        return certificates.by_serial(cited.serial, cited.issuer)
    except UnknownCertificate:
        raise SignerUnknown(
            f"no certificate of issuer {cited.issuer} has serial number {cited.serial}"
        ) from None


_TEXT_DIGEST = re.compile(rb"[A-Za-z0-9+/]{43}=")
_ONE_CHILD = (f"{{{DS}}}X509Data", f"{{{DS}}}X509IssuerSerial")


def _read_plain(signature: etree._Element, info: bytes) -> _Cited | None:
    """What a signature says whose canonical SignedInfo is octet for octet the usual one; else ``None``.

    One comparison proves the form of all that :func:`_read` walks element by element.
    """
    digest = info[len(_BEFORE_DIGEST) : -len(_AFTER_DIGEST)]
    usual = (
        info.startswith(_BEFORE_DIGEST) and info.endswith(_AFTER_DIGEST) and _TEXT_DIGEST.fullmatch(digest)
    )
    if not usual or len(signature) != 3 or signature.attrib:
        return None
    value, holder = signature[1], signature[2]
    if value.tag != _VALUE or len(value) or value.attrib or holder.tag != _KEY_INFO:
        return None
    for tag in _ONE_CHILD:
        if len(holder) != 1 or holder.attrib:
            return None
        holder = holder[0]
        if holder.tag != tag:
            return None
    if len(holder) != 2 or holder.attrib:
        return None
    issuer, serial = holder
    if (
        (issuer.tag, serial.tag) != _ISSUER_SERIAL
        or len(issuer)
        or len(serial)
        or issuer.attrib
        or serial.attrib
    ):
        return None
    return _Cited(binascii.a2b_base64(digest), _octets(value, 64), _name(issuer), _number(serial))


class _Sent(NamedTuple):
    """A document as it came: what its signature says, and the octets that would have been signed."""

    cited: _Cited
    info: bytes
    document: bytes


_AS_BUILT = re.compile(
    re.escape(f'<ds:Signature xmlns:ds="{DS}"><ds:SignedInfo>{_SIGNED_INFO}'.encode()).replace(
        b"%s", b"([A-Za-z0-9+/]{43}=)"
    )
    + rb"<ds:SignatureValue>([A-Za-z0-9+/]{86}==)</ds:SignatureValue>"
    rb"<ds:KeyInfo><ds:X509Data><ds:X509IssuerSerial>"
    rb"<ds:X509IssuerName>([^<>&]*)</ds:X509IssuerName>"
    rb"<ds:X509SerialNumber>([0-9]{1,50})</ds:X509SerialNumber>"
    rb"</ds:X509IssuerSerial></ds:X509Data></ds:KeyInfo></ds:Signature>(</[A-Za-z:]+>)\s*"
)
"""A signature in canonical form, last in its document: the octets alone prove that it is of the one form."""


def _as_signed(octets: bytes) -> _Sent | None:
    """A document whose octets may be the signed ones; ``None`` where the tree must be asked.

    If the digest of what stands around the signature is the one that was signed, what stands there is the
    canonical form: then nothing in it is a comment, a character data section or a second signature, and
    what was cut out is the one signature, last child of the document element.
    """
    at = octets.rfind(b"<ds:Signature ")
    found = _AS_BUILT.fullmatch(octets, at) if at > 0 else None
    start = octets.find(b"<", 2 + octets.find(b"?>", 0, 200) if octets.startswith(b"<?xml") else 0)
    if found is None or octets.find(_NAMESPACE, 0, at) >= 0:
        return None
    digest, value, issuer, serial, end = found.groups()
    cited = _Cited(
        binascii.a2b_base64(digest), binascii.a2b_base64(value), _spaced(issuer.decode()), int(serial)
    )
    return _Sent(cited, _BEFORE_DIGEST + digest + _AFTER_DIGEST, octets[start:at] + end)


_NAMESPACE = DS.encode()


def _read(signature: etree._Element) -> _Cited:
    """What a signature of the one allowed form says, walked; raises :class:`SignatureMalformed`."""
    elements = list(signature.iter())
    found = [(element.tag, len(element), dict(element.attrib)) for element in elements]
    if found != _SHAPE:
        raise SignatureMalformed(_difference(found))
    return _Cited(
        _octets(elements[8], 32), _octets(elements[9], 64), _name(elements[13]), _number(elements[14])
    )


def _name(element: etree._Element) -> str:
    return _spaced(element.text or "")


def _spaced(name: str) -> str:
    text = name.strip()
    return re.sub(r"\s*,\s*", ",", text) if ", " in text or " ," in text else text


def _number(element: etree._Element) -> int:
    text = (element.text or "").strip()
    if not (text.isascii() and text.isdecimal() and len(text) <= 50):
        raise SignatureMalformed(f"X509SerialNumber says {text[:50]!r}, not a decimal number")
    return int(text)


def _octets(element: etree._Element, size: int) -> bytes:
    name = etree.QName(element).localname
    try:
        octets = binascii.a2b_base64("".join((element.text or "").split()), strict_mode=True)
    except (binascii.Error, ValueError):
        raise SignatureMalformed(f"{name} is not base64") from None
    if len(octets) != size:
        raise SignatureMalformed(f"{name} has {len(octets)} octets, not {size}")
    return octets


def _difference(found: list[tuple[str, int, dict[str, str]]]) -> str:
    for (tag, children, attributes), (other, number, values) in zip(found, _SHAPE, strict=False):
        name = other.rpartition("}")[2]
        if tag != other:
            return f"the signature has {tag.rpartition('}')[2]} where {name} belongs"
        if attributes != values:
            return f"{name} of the signature says {attributes}, not {values}"
        if children != number:
            return f"{name} of the signature has {children} elements, not {number}"
    return "the signature is not of the form that DUIS uses"


def _without(root: etree._Element, signature: etree._Element) -> bytes:
    """The canonical document without its signature, whose tail text stays; the tree is left whole."""
    tail, before = signature.tail, signature.getprevious()
    kept = root.text if before is None else before.tail
    root.remove(signature)
    if tail:
        _set_text_after(root, before, (kept or "") + tail)
    try:
        return _canonical(root)
    finally:
        if tail:
            _set_text_after(root, before, kept)
        root.append(signature)


def _canonical(element: etree._Element, *, exclusive: bool = False) -> bytes:
    try:
        return canonical(element, exclusive=exclusive)
    except MalformedMessage as problem:  # nobody can have signed what has no canonical form
        raise SignatureMalformed(problem.message) from None


def _set_text_after(root: etree._Element, before: etree._Element | None, text: str | None) -> None:
    if before is None:
        root.text = text
    else:
        before.tail = text


def _unsigned(document: bytes) -> bytes:
    root = parse_xml(document, NON_DEVICE)
    for signature in root.findall(_SIGNATURE):
        root.remove(signature)
    compact(root)
    for content in (content for holder in root for content in holder):
        if not len(content) and content.text and is_white(content.text):
            content.text = None  # no body is mere text, so a peer that knows the schema drops it too
    return canonical(root)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
