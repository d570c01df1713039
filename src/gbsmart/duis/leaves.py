"""Reading in two steps: what stands where in an element, and then what its leaves say.

A leaf is an element that holds text of a simple type. The first step looks at tags, attributes and white
space alone: it finds the leaves, in the order of the document, and how what they say makes up the value of
the whole (a :data:`Make`). The second reads their texts. What differs between the documents that one User
sends all day is the second only: :mod:`gbsmart.duis.shapes` remembers the first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Set
from typing import Any, NamedTuple, TypeAlias

from lxml import etree

from gbsmart.duis.document import wrong
from gbsmart.ground import InvalidValue, SharedFields, SharedItems

Said: TypeAlias = list[Any]
"""What all leaves of a document say, in order."""

Make: TypeAlias = "int | dict[Any, Make] | list[Make] | Always | Gathered"
"""What makes a value: the number of the leaf that says it; what makes each value of a dictionary, or each
item of a tuple; or one of the two below."""


class Always(NamedTuple):
    """A value that no leaf says."""

    value: Any


class Gathered(NamedTuple):
    """A value gathered from another."""

    gather: Callable[[Any], Any]
    make: Make


Read: TypeAlias = Callable[[str], Any]
"""Reads a text; raises ``ValueError`` or :class:`InvalidValue`."""


class Leaves:
    """The leaves ``found`` so far, each with what reads its text, and what those ``said`` that were asked.

    ``particular`` once an element of this very document is part of a value, and not what leaves say.
    """

    __slots__ = ("found", "particular", "said")

    def __init__(self) -> None:
        self.found: list[tuple[etree._Element, Read]] = []
        self.said: Said = []
        self.particular = False

    def say(self) -> Said:
        """What all of them say; those are asked that were found since. Raises :class:`MalformedMessage`."""
        said = self.said
        for element, read in self.found[len(said) :]:
            try:
                said.append(read(element.text or ""))
            except (ValueError, InvalidValue) as problem:
                raise wrong(element, reason_of(problem)) from None
        return said


def reason_of(problem: ValueError | InvalidValue) -> str:
    """Why a simple type does not take a text, or a value."""
    return problem.reason if isinstance(problem, InvalidValue) else str(problem)


def made(make: Make, said: Said) -> Any:
    """The value, by what the leaves say."""
    if type(make) is int:
        return said[make]
    if type(make) is dict:
        return {name: said[each] if type(each) is int else made(each, said) for name, each in make.items()}
    if type(make) is list:
        return tuple([made(each, said) for each in make])
    if isinstance(make, Gathered):
        return make.gather(made(make.make, said))
    assert isinstance(make, Always)
    return make.value


Again: TypeAlias = "Callable[[Said, Any, Set[int]], Any]"
"""Makes a value of what the leaves say now, of which some (by number) say something else than when another
was made: what those are not in is taken from that. Without another (None) all is made."""


def again(make: Make) -> Again:
    """What makes the values of documents of one shape, that share what they have in common."""
    if type(make) is int:
        return lambda said, _, __: said[make]
    if isinstance(make, Always):
        return lambda *_: make.value
    within = frozenset(_leaves_in(make))
    anew = _anew(make)

    def take(said: Said, before: Any, differ: Set[int]) -> Any:
        return anew(said, before, differ) if before is None or not within.isdisjoint(differ) else before

    return take


def _anew(make: Make) -> Again:
    if type(make) is dict:
        parts = [(name, again(each)) for name, each in make.items()]
        return lambda said, before, differ: SharedFields(
            [(name, part(said, before and before[name], differ)) for name, part in parts]
        )
    if type(make) is list:
        items, nothing = [again(each) for each in make], (None,) * len(make)
        return lambda said, before, differ: SharedItems(
            [item(said, each, differ) for item, each in zip(items, before or nothing, strict=True)]
        )
    return lambda said, _, __: made(make, said)


def _leaves_in(make: Make) -> Iterator[int]:
    if type(make) is int:
        yield make
    elif isinstance(make, Gathered):
        yield from _leaves_in(make.make)
    elif isinstance(make, (dict, list)):
        for each in make.values() if isinstance(make, dict) else make:
            yield from _leaves_in(each)
