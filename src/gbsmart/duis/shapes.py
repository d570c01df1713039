"""Documents of a known shape, read by their octets: what their leaves say is all that is looked at.

A shape is all of a document but what its leaves say and the texts of its signature: the markup and the white
space between it, octet for octet. Where it is that of documents which were parsed and read before, it has
been found sound already. What may differ is taken as it stands, if the document holds nothing but printable
ASCII and no entities: any parser takes it so. Every other document is not known, and is read the long way,
which also says what is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any, Final, NamedTuple, TypeAlias, TypeVar

from lxml import etree

from gbsmart.duis.document import DS, Limits
from gbsmart.duis.leaves import Leaves, Read, Said

_LARGEST: Final = 32_768
"""Octets of a document that is looked up: what is larger is rare, and its shape is not kept in memory."""
_MOST: Final = 256
_MOST_ALIKE: Final = 64
"""Shapes that are kept, the latest: of different numbers of tags, and of those that have as many."""

_PLAIN: Final = bytes(octet for octet in range(0x20, 0x7F) if octet != ord("&")) + b"\t\n\r"
_BETWEEN: Final = re.compile(">[^<>]*<")
_TAG: Final = re.compile("<[^<>]*>")
_SIGNATURE: Final = f"{{{DS}}}Signature"

K = TypeVar("K")
V = TypeVar("V")
Making: TypeAlias = Callable[[Said], Any]
"""Makes a message of what its leaves say."""


class Known(NamedTuple):
    """A shape: what stands before each text that may differ, and after the last; and how it is read."""

    before: tuple[str, ...]
    after: str
    reads: tuple[Read, ...]
    """Of the first of those texts, the leaves; the others are the signature's."""
    same: tuple[tuple[int, Any], ...]
    """What leaves say that do not differ, and which they are."""
    making: Making

    def texts(self, document: str) -> list[str] | None:
        """The texts that may differ; None for a document of another shape."""
        at = 0
        texts: list[str] = []
        for before in self.before:
            if not document.startswith(before, at):
                return None
            at += len(before)
            end = document.find("<", at)
            texts.append(document[at:end])
            at = end
        return texts if document[at:] == self.after else None

    def message(self, texts: Sequence[str]) -> Any:
        """The message; raises what a simple type raises for a text that it does not take."""
        said = [read(text) for read, text in zip(self.reads, texts, strict=False)]
        for number, value in self.same:
            said.insert(number, value)
        return self.making(said)


class Look(NamedTuple):
    """A document that was looked up: its shape and the texts that may differ, where it is known."""

    document: str
    kind: tuple[Limits, int, int]
    """What it was looked up by: the limits that it is under, and how many ``<`` and ``>`` it holds."""
    known: Known | None = None
    texts: Sequence[str] = ()


class Shapes:
    """The shapes of one kind of message.

    ``deciding`` are the qualified names of the leaves that decide how the rest is read: they do not differ. A
    shape is learnt when it is met again: who never sends two documents alike costs little more.
    """

    def __init__(self, deciding: frozenset[str]) -> None:
        self._deciding = deciding
        self._known: dict[tuple[Limits, int, int], tuple[Known, ...]] = {}
        self._met: dict[str, None] = {}

    def look(self, octets: bytes, limits: Limits) -> Look | None:
        """The document, looked up; None of one that is none of ours in any case."""
        if len(octets) > min(_LARGEST, limits.octets) or octets.translate(None, _PLAIN):
            return None
        document = octets.decode("ascii")
        if "\r" in document:
            document = document.replace("\r\n", "\n").replace("\r", "\n")  # as XML has it
        kind = (limits, octets.count(b"<"), octets.count(b">"))
        for known in self._known.get(kind, ()):
            if (texts := known.texts(document)) is not None:
                return Look(document, kind, known, texts)
        return Look(document, kind)

    def learn(self, look: Look, root: etree._Element, leaves: Leaves, making: Making) -> None:
        """Remember how a document is read that was just read: from ``leaves`` by ``making``."""
        markup = _BETWEEN.sub("><", look.document)
        if markup not in self._met:
            _keep(self._met, markup, None)
            return
        places = {} if leaves.particular else _places(look.document, root)
        differing: list[tuple[int, int]] = []
        reads: list[Read] = []
        same: list[tuple[int, Any]] = []
        for number, (leaf, read) in enumerate(leaves.found):
            if leaf not in places:
                return
            if leaf.tag in self._deciding:
                same.append((number, leaves.said[number]))
            else:
                differing.append(places[leaf])
                reads.append(read)
        differing += [place for each, place in places.items() if not len(each) and _is_of_signature(each)]
        if differing != sorted(differing):
            return
        ends = [(0, 0), *differing, (len(look.document), 0)]
        before = tuple(look.document[end:start] for (_, end), (start, _) in pairwise(ends))
        known = Known(before[:-1], before[-1], tuple(reads), tuple(same), making)
        alike = (known, *self._known.get(look.kind, ()))[:_MOST_ALIKE]
        _keep(self._known, look.kind, alike)


def _keep(kept: dict[K, V], key: K, value: V) -> None:
    kept[key] = value
    if len(kept) > _MOST:
        kept.pop(next(iter(kept)), None)


def _places(document: str, root: etree._Element) -> dict[etree._Element, tuple[int, int]]:
    """Where the text of each element is, from its start tag (not an empty-element tag) to the next ``<``.

    None at all where the markup does not show what the tree does.
    """
    tags = list(_TAG.finditer(document))
    starts = [tag for tag in tags if not tag[0].startswith(("</", "<?"))]
    elements = list(root.iter())
    plain = document.count("<") == document.count(">") == len(tags) and "<!" not in document
    if not plain or len(starts) != len(elements):
        return {}
    places = {
        element: (tag.end(), document.find("<", tag.end()))
        for element, tag in zip(elements, starts, strict=True)
        if not tag[0].endswith("/>")
    }
    shown = all(document[start:end] == (each.text or "") for each, (start, end) in places.items())
    return places if shown else {}


def _is_of_signature(element: etree._Element) -> bool:
    return any(each.tag == _SIGNATURE for each in element.iterancestors())
