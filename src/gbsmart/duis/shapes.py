"""Documents of a known shape, read by their octets: what their leaves say is all that is looked at.

A shape is the markup of a document, octet for octet, with the white space between it. Where it is that of
documents which were parsed and read before, what is the same has been found sound already. What may differ
are the leaves' texts, if they are nothing but printable ASCII without entities: any parser takes those as
they are. Every other document is not known, and is read the long way, which also says what is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import Any, Final, NamedTuple, TypeAlias, TypeVar

from lxml import etree

from gbsmart.duis.document import DS, Limits
from gbsmart.duis.leaves import Leaves, Read, Said

_LARGEST: Final = 32_768
"""Octets of a document that is looked up: what is larger is rare, and its shape is not kept in memory."""
_MOST: Final = 256
"""Shapes that are kept, the latest: an adapter has a few for each variant that it sends."""

_TEXT: Final = re.compile(r">([ !-%'-;=?-~\t\n]*)<")
"""What stands between two tags, where any parser takes it as it is."""
_SIGNATURE: Final = f"{{{DS}}}Signature"

K = TypeVar("K")
V = TypeVar("V")
_Choose: TypeAlias = Callable[[Sequence[str]], tuple[str, ...]]
Making: TypeAlias = Callable[[Said], Any]
"""Makes a message of what its leaves say."""


class Known(NamedTuple):
    """How documents of one shape are read that say the same wherever it decides how they are read."""

    leaves: _Choose
    reads: tuple[Read, ...]
    making: Making

    def message(self, texts: Sequence[str]) -> Any:
        """The message; raises what a simple type raises for a text that it does not take."""
        return self.making([read(text) for read, text in zip(self.reads, self.leaves(texts), strict=True)])


class Look(NamedTuple):
    """A document taken apart: its markup, the texts between, and how such are read, where that is known."""

    limits: Limits
    markup: str
    texts: Sequence[str]
    known: Known | None = None


class Shapes:
    """The shapes of one kind of message.

    ``deciding`` are the qualified names of the leaves that decide how the rest is read. A shape is learnt
    when it is met again: who never sends two documents alike costs no more than their reading.
    """

    def __init__(self, deciding: frozenset[str]) -> None:
        self._deciding = deciding
        self._met: dict[tuple[Limits, str], tuple[int, ...]] = {}
        self._known: dict[tuple[Limits, str, tuple[str, ...]], Known] = {}

    def look(self, octets: bytes, limits: Limits) -> Look | None:
        """The document taken apart; None of one that is none of ours in any case."""
        if len(octets) > min(_LARGEST, limits.octets) or not octets.isascii():
            return None
        text = octets.decode("ascii")
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")  # as XML has it
        pieces = _TEXT.split(text)
        # Every >< in the markup is where a text was taken out: no two documents have one and differ in this.
        markup, texts = "><".join(pieces[::2]), pieces[1::2]
        same = self._met.get((limits, markup))
        if not same:
            return Look(limits, markup, texts)
        return Look(limits, markup, texts, self._known.get((limits, markup, itemgetter(*same)(texts))))

    def learn(self, look: Look, root: etree._Element, leaves: Leaves, making: Making) -> None:
        """Remember how a document is read that was just read: from ``leaves`` by ``making``."""
        met = self._met.get((look.limits, look.markup))
        if met is None:
            _keep(self._met, (look.limits, look.markup), ())
            return
        elements, reads = zip(*leaves.found, strict=True)
        places = {} if leaves.particular else _places(look, root)
        if any(leaf not in places or look.texts[places[leaf]] != (leaf.text or "") for leaf in elements):
            return
        deciding = {places[leaf] for leaf in elements if leaf.tag in self._deciding}
        free = {*(places[leaf] for leaf in elements), *_signature(look, root, places)} - deciding
        same = tuple(place for place in range(len(look.texts)) if place not in free)
        if min(len(same), len(elements)) < 2 or met not in ((), same):
            return
        _keep(self._met, (look.limits, look.markup), same)
        known = Known(itemgetter(*(places[leaf] for leaf in elements)), reads, making)
        _keep(self._known, (look.limits, look.markup, itemgetter(*same)(look.texts)), known)


def _keep(kept: dict[K, V], key: K, value: V) -> None:
    kept[key] = value
    if len(kept) > _MOST:
        kept.pop(next(iter(kept)), None)


def _places(look: Look, root: etree._Element) -> dict[etree._Element, int]:
    """Which text stands after the start tag of each element (not after an empty-element tag).

    None at all where the markup does not show what the tree does.
    """
    tags = look.markup.split("<")[1:]  # each to its end
    starts = [place for place, tag in enumerate(tags) if not tag.startswith(("/", "?"))]
    elements = list(root.iter())
    plain = all(tag.count(">") == 1 and not tag.startswith("!") for tag in tags)
    if not plain or len(tags) != len(look.texts) + 1 or len(starts) != len(elements):
        return {}
    paired = zip(elements, starts, strict=True)
    return {element: place for element, place in paired if not tags[place].endswith("/>")}


def _signature(look: Look, root: etree._Element, places: dict[etree._Element, int]) -> range:
    """The texts within the signature, the last child: it is not read with the message."""
    last = root[-1]
    return range(places[last], len(look.texts) - 1) if last.tag == _SIGNATURE and last in places else range(0)
