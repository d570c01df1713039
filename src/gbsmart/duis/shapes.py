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
from typing import Any, Final, NamedTuple, TypeAlias

from lxml import etree

from gbsmart.duis.document import DS, Limits
from gbsmart.duis.leaves import Leaves, Make, Said, again, made

_LARGEST: Final = 32_768
"""Octets of a document that is looked up: what is larger is rare, and its shape is not kept in memory."""
_MOST: Final = 256
"""Shapes that are kept, the latest: an adapter has a few for each variant that it sends."""
_MOST_ALIKE: Final = 64
"""Of those that have as many tags, as Signed Pre-Commands of all variants: they are tried in turn."""

_PLAIN: Final = bytes(octet for octet in range(0x20, 0x7F) if octet != ord("&")) + b"\t\n\r"
_BETWEEN: Final = re.compile(">[^<>]*<")
_TAG: Final = re.compile("<[^<>]*>")
_SIGNATURE: Final = f"{{{DS}}}Signature"

Build: TypeAlias = Callable[[Any, Any], Any]
"""Makes a message of what its header says, and of what its body does."""

_Kind: TypeAlias = tuple[Limits, int, int]


class Parts(NamedTuple):
    """What a message is made of: what makes the values of its header and of its body, and it of those."""

    header: Make
    body: Make
    build: Build


class _Last(NamedTuple):
    """The last document of a shape that was shared: its texts, what all its leaves say, and its body."""

    texts: list[str]
    said: Said
    body: Any


class Known:
    """A shape, how documents of it are read, and the last one, which shares with the next what is the same.

    ``before`` is what stands before each text that may differ, ``after`` what stands after the last. The
    first of those texts are of the leaves with these ``numbers``, the others of the signature.
    """

    def __init__(
        self, before: list[str], after: str, numbers: list[int], leaves: Leaves, parts: Parts
    ) -> None:
        self._before, self._after = before, after
        self._numbers, self._reads = numbers, [leaves.found[number][1] for number in numbers]
        self._parts, self._again = parts, again(parts.body)
        texts = [leaves.found[number][0].text or "" for number in numbers]
        self._last = _Last(texts, leaves.said, None)

    def texts(self, document: str) -> list[str] | None:
        """The texts that may differ; None for a document of another shape."""
        at = 0
        texts: list[str] = []
        for before in self._before:
            if not document.startswith(before, at):
                return None
            at += len(before)
            end = document.find("<", at)
            texts.append(document[at:end])
            at = end
        return texts if document[at:] == self._after else None

    def message(self, texts: Sequence[str], *, shared: bool) -> Any:
        """The message; raises what a simple type raises for a text that it does not take.

        ``shared``: what its body has in common with others is theirs too, and not to be changed.
        """
        last = self._last  # once: another thread may read a document of this shape too
        said, differ = last.said.copy(), set[int]()
        for number, read, text, other in zip(self._numbers, self._reads, texts, last.texts, strict=False):
            if text != other:
                said[number] = read(text)
                differ.add(number)
        if shared:
            body = self._again(said, last.body, differ)
            self._last = _Last([*texts], said, body)
            body = dict(body) if isinstance(body, dict) else body  # its own, but for what is within
        else:
            body = made(self._parts.body, said)
        return self._parts.build(made(self._parts.header, said), body)


class Look(NamedTuple):
    """A document that was looked up: its shape and the texts that may differ, where it is known."""

    document: str
    kind: _Kind
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
        self._known: dict[_Kind, tuple[Known, ...]] = {}
        self._met: dict[str, None] = {}

    def look(self, octets: bytes, limits: Limits) -> Look | None:
        """The document, looked up; None of one that is none of ours in any case."""
        if len(octets) > min(_LARGEST, limits.octets) or octets.translate(None, _PLAIN):
            return None
        document = octets.decode("ascii")
        if "\r" in document:
            document = document.replace("\r\n", "\n").replace("\r", "\n")  # as XML has it
        kind = (limits, octets.count(b"<"), octets.count(b">"))
        alike = self._known.get(kind, ())
        for place, known in enumerate(alike):
            if (texts := known.texts(document)) is not None:
                if place:  # to the front: whoever sends strange shapes makes those in use no slower to find
                    self._known[kind] = (known, *alike[:place], *alike[place + 1 :])
                return Look(document, kind, known, texts)
        return Look(document, kind)

    def learn(self, look: Look, root: etree._Element, leaves: Leaves, parts: Parts) -> None:
        """Remember how a document is read that was just read: by its ``leaves``, which make ``parts``."""
        markup = _BETWEEN.sub("><", look.document)
        if markup not in self._met:
            self._met[markup] = None
            if len(self._met) > _MOST:
                self._met.pop(next(iter(self._met)), None)
            return
        places = {} if leaves.particular else _places(look.document, root)
        if not all(leaf in places for leaf, _ in leaves.found):
            return
        numbers = [at for at, (leaf, _) in enumerate(leaves.found) if leaf.tag not in self._deciding]
        differing = [places[leaves.found[number][0]] for number in numbers]
        differing += [place for each, place in places.items() if not len(each) and _is_of_signature(each)]
        if differing == sorted(differing):
            ends = [(0, 0), *differing, (len(look.document), 0)]
            *before, after = (look.document[end:start] for (_, end), (start, _) in pairwise(ends))
            self._keep(look.kind, Known(before, after, numbers, leaves, parts))

    def _keep(self, kind: _Kind, known: Known) -> None:
        """Keep a shape; of those alike the one not met for longest makes room, of all those learnt first."""
        alike = self._known.pop(kind, ())[: _MOST_ALIKE - 1]
        self._known[kind] = (known, *alike)
        while sum(map(len, self._known.values())) > _MOST:
            self._known.pop(next(iter(self._known)), None)


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
