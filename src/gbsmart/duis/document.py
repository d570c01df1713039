"""XML documents from peers: bounded, without document types, comments or processing instructions.

A document is parsed once at most; signature, schema and reading all use that one tree, or the octets of it
(SEC Appendix AD; the limits are ours).
"""

from __future__ import annotations

import re
from functools import cache
from typing import Generic, NamedTuple, TypeVar

from lxml import etree

from gbsmart.ground import MalformedMessage

SR = "http://www.dccinterface.co.uk/ServiceUserGateway"
"""The namespace of Service Requests and Responses, written with the prefix ``sr``."""

DS = "http://www.w3.org/2000/09/xmldsig#"
"""The namespace of XML signatures, written with the prefix ``ds``."""

WHITE_SPACE = " \t\r\n"
"""What XML takes for white space: less than Python does."""

M = TypeVar("M")


class Limits(NamedTuple):
    """The most that a document may hold."""

    octets: int
    """Of the document as received."""
    markup: int = 40_000
    """Start tags, end tags and attributes together."""
    depth: int = 64
    """Elements within each other."""
    namespaces: int = 32
    """Declarations of namespaces: canonical form costs their square, for each element."""
    attributes: int = 512
    """Of one element: canonical form sorts them, at the cost of their square."""


ORDINARY = Limits(octets=1 << 20)
"""For everything but firmware: 1 MiB."""
NON_DEVICE = Limits(octets=16 << 20)
"""For the Non-Device service, which takes firmware images (10 240 000 octets, in base64): 16 MiB."""


class ParsedDocument(Generic[M]):
    """A message, the octets it came as, and the one tree that those are.

    Without ``root`` the tree is made when it is asked for: a message of a known shape is read without one.
    """

    __slots__ = ("_limits", "_root", "message", "octets")

    def __init__(
        self, octets: bytes, message: M, root: etree._Element | None = None, limits: Limits = ORDINARY
    ) -> None:
        self.octets, self.message = octets, message
        self._root, self._limits = root, limits

    @property
    def root(self) -> etree._Element:
        """The document's element."""
        if self._root is None:
            self._root = parse_xml(self.octets, self._limits)
        return self._root


def parse_xml(data: bytes, limits: Limits = ORDINARY) -> etree._Element:
    """The root of ``data``; raises :class:`MalformedMessage` naming what is wrong and where.

    Takes UTF-8 only. Comments are dropped (canonical form has none), character data sections become
    text; a DOCTYPE, an entity, a processing instruction or anything beyond ``limits`` is refused.
    """
    equals = _refuse_by_octets(data, limits)
    parser = _parser(limits.octets > 10_000_000)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as wrong:
        line, column = wrong.position
        reason = (wrong.msg or "empty").split(", line")[0]
        raise MalformedMessage(
            f"the document is not well-formed XML: {reason}", where=f"line {line}, column {column}"
        ) from None
    # Whatever has elements within it has an end tag: counting those is the cheaper of the two.
    if data.count(b"</") >= limits.depth and _deeper_than(limits.depth)(root):
        raise MalformedMessage(f"elements stand more than {limits.depth} deep")
    if equals > limits.attributes and _with_more_than(limits.attributes)(root):
        raise MalformedMessage(f"an element has more than {limits.attributes} attributes")
    return root


def canonical(element: etree._Element, *, exclusive: bool = False) -> bytes:
    """Canonical XML 1.0 without comments: inclusive, of the document; or exclusive, of any element.

    Raises :class:`MalformedMessage` for what has no canonical form (a relative namespace name).
    """
    try:
        return etree.tostring(element, method="c14n", exclusive=exclusive, with_comments=False)
    except etree.C14NError:
        raise MalformedMessage(
            "a namespace name is not absolute: there is no canonical form", where=location(element)
        ) from None


def is_white(text: str) -> bool:
    """Whether ``text`` of a document is nothing but white space (ASCII has more; XML cannot hold it)."""
    return text.isspace() and text.isascii()


def compact(element: etree._Element) -> None:
    """Drop, in place, the white space between elements (text of leaves is kept)."""
    for each in element.iter():
        if len(each) and each.text and is_white(each.text):
            each.text = None
        if each.tail and is_white(each.tail):
            each.tail = None


def location(element: etree._Element) -> str:
    """Where ``element`` stands: ``/sr:Request/sr:Header/sr:RequestID``."""
    return element.getroottree().getpath(element)


def wrong(element: etree._Element, reason: str, name: str = "", code: str | None = None) -> MalformedMessage:
    """The error for ``element`` (or its child ``name``): what is wrong, and where."""
    where = location(element) + (f"/sr:{name}" if name else "")
    return MalformedMessage(reason, where=where, response_code=code)


_DECLARES = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_ENCODING = re.compile(rb"""<\?xml[^>]*?encoding\s*=\s*["']([^"'>]*)["']""")


def _refuse_by_octets(data: bytes, limits: Limits) -> int:
    """Refuse what the octets show already; return how many equals signs (attributes at most) there are."""
    if len(data) > limits.octets:
        raise MalformedMessage(f"the document has {len(data)} octets; {limits.octets} are allowed")
    equals = data.count(b"=")
    if len(data) > limits.markup and data.count(b"<") + equals > limits.markup:
        raise MalformedMessage(f"the document has more than {limits.markup} tags and attributes")
    if equals > limits.namespaces and data.count(b"xmlns") > limits.namespaces:
        raise MalformedMessage(f"the document declares more than {limits.namespaces} namespaces")
    # A single octet is found many times faster than two of which the first is everywhere.
    if b"!" in data and (found := _DECLARES.search(data)):
        raise MalformedMessage(
            "a DOCTYPE or entity declaration is not allowed",
            offset=found.start(),
            remedy="Remove it: DUIS documents need none.",
        )
    start = 3 if data.startswith(b"\xef\xbb\xbf") else 0
    declared = data.startswith((b"<?xml ", b"<?xml\t", b"<?xml\r", b"<?xml\n"), start)
    after = start + 2 if declared else start
    if data.count(b"?") > 2 * declared and (at := data.find(b"<?", after)) >= 0:
        raise MalformedMessage("a processing instruction is not allowed", offset=at)
    if (
        declared
        and (named := _ENCODING.match(data, start))
        and named[1].upper() not in {b"UTF-8", b"US-ASCII"}
    ):
        raise MalformedMessage(
            f"the encoding {named[1].decode('ascii', 'replace')} is not allowed", remedy="Send UTF-8."
        )
    return equals


@cache
def _parser(huge: bool) -> etree.XMLParser:
    return etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        remove_comments=True,
        remove_pis=False,
        huge_tree=huge,
    )


@cache
def _deeper_than(depth: int) -> etree.XPath:
    return etree.XPath(f"boolean({'/*' * (depth + 1)})")


@cache
def _with_more_than(attributes: int) -> etree.XPath:
    return etree.XPath(f"boolean(//*[count(@*) > {attributes}])")
