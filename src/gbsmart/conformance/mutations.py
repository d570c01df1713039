"""Documents changed by chance: one to three small changes of structure, names, attributes or values.

Each change is one of those that senders get wrong (a part left out, twice, in the wrong place, misnamed, a
value at, next to or beyond its bounds, in another notation, of the wrong length) or may rightly do
(white space, another value or branch that other documents hold). Everything comes from one seed.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from copy import deepcopy

from lxml import etree

from gbsmart.conformance.instances import Grammar
from gbsmart.duis.document import DS, SR
from gbsmart.duis.request import XSI

_NOTATIONS = (
    "", " ", "abc", "0", "-0", "+1", "007", "1.0", "1.", ".5", "1e3", "0x10", "1,000", "\u0661", "NaN", "INF",
    "true", "TRUE", "1", "yes", "AA", "A", "0g", "aa", "AAEC", "AAE", "=", "A A E C", "A" * 41,
    "2030-01-15T09:00:00Z", "2030-01-15T09:00:00", "2030-01-15T09:00:00+01:00", "2030-02-30T09:00:00Z",
    "2030-01-15 09:00:00Z", "2030-01-15T24:00:00Z", "2030-01-15T09:00:60Z", "12030-01-15T09:00:00Z",
    "2030-01-15T09:00:00.123456789Z", "-0001-01-15T09:00:00Z", "2030-01-15Z", "2030-01-15", "2030-13-01Z",
    "2031-02-29Z", "09:00:00Z", "09:00:00", "24:00:00Z", "25:00:00Z", "9:00:00Z",
    "00-DB-12-34-56-78-90-A0", "00-db-12-34-56-78-90-a0", "00DB1234567890A0", "00-DB-12-34-56-78-90",
    "90-B3-D5-1F-30-01-00-00:00-DB-12-34-56-78-90-A0:1000",
    "90-B3-D5-1F-30-01-00-00:00-DB-12-34-56-78-90-A0:01000",
    "90-B3-D5-1F-30-01-00-00:00-DB-12-34-56-78-90-A0:18446744073709551615",
    "90-B3-D5-1F-30-01-00-00:00-DB-12-34-56-78-90-A0:18446744073709551616",
)  # fmt: skip
_POWERS = tuple(str(sign * ((1 << bits) + off)) for bits in (7, 8, 15, 16, 31, 32, 48, 63, 64)
                for off in (-1, 0, 1) for sign in (1, -1))  # fmt: skip
_ATTRIBUTES = ("index", "identifier", "Id", "unit", "schemaVersion", f"{XSI}noNamespaceSchemaLocation")
_SPACE = (" ", "\n", "\t", "  \n ", "\u00a0")

Mutator = Callable[["Mutations", etree._Element], None]


class Mutations:
    """What changes are made of: what the documents hold, and what the schemas name."""

    def __init__(
        self, samples: Sequence[etree._Element], grammars: Iterable[Grammar], chance: random.Random
    ) -> None:
        self.chance = chance
        self._samples = samples
        self._parts: dict[str, list[etree._Element]] = defaultdict(list)
        texts: dict[str, dict[str, None]] = defaultdict(dict)
        for sample in samples:
            for each in sample.iter(etree.Element):
                self._parts[each.tag].append(each)
                if not len(each):
                    texts[each.tag][each.text or ""] = None
        self._texts = {tag: list(found) for tag, found in texts.items()}
        values = dict.fromkeys(value for grammar in grammars for value in grammar.facet_values())
        numbers = {value for value in values if value.lstrip("-").isdigit()}
        self._words = [value for value in values if value not in numbers]
        near = {int(number) + off for number in numbers for off in (-1, 0, 1)}
        self._numbers = sorted(map(str, near)) + list(_POWERS)
        self._lengths = sorted({number for number in near if 0 <= number <= 250})
        self._names = sorted({name for grammar in grammars for name in grammar.names()})

    def changed(self) -> tuple[etree._Element, tuple[str, ...]]:
        """A changed document, and what was done to it."""
        root = deepcopy(self.chance.choice(self._samples))
        done = []
        for _ in range(self.chance.choice((1, 1, 1, 2, 3))):
            name, mutator = self.chance.choice(_MUTATORS)
            mutator(self, root)
            done.append(name)
            if next(root.iterchildren(f"{{{SR}}}*"), None) is None:
                break  # nothing is left to change
        return root, tuple(done)

    # what a change is made to

    def _inside(self, root: etree._Element) -> etree._Element:
        """Any element but the root; of a signature seldom."""
        ours = [each for each in root.iter(f"{{{SR}}}*") if each is not root]
        theirs = list(root.iter(f"{{{DS}}}*"))
        return self.chance.choice(theirs if theirs and (not ours or self.chance.random() < 0.04) else ours)

    def _leaf(self, root: etree._Element) -> etree._Element | None:
        leaves = [each for each in root.iter(f"{{{SR}}}*") if not len(each)]
        return self.chance.choice(leaves) if leaves else None

    # changes of structure

    def drop(self, root: etree._Element) -> None:
        """Leave an element out."""
        each = self._inside(root)
        _parent(each).remove(each)

    def duplicate(self, root: etree._Element) -> None:
        """Say an element twice."""
        each = self._inside(root)
        each.addnext(deepcopy(each))

    def swap(self, root: etree._Element) -> None:
        """Put an element before the one that it follows."""
        each = self._inside(root)
        if (before := each.getprevious()) is not None:
            each.addnext(before)

    def rename(self, root: etree._Element) -> None:
        """Give an element another name, or none of our name space."""
        each = self._inside(root)
        space, name = etree.QName(each).namespace, etree.QName(each).localname
        choices = [name.lower(), name + "s", self.chance.choice(self._names), self.chance.choice(self._names)]
        new = self.chance.choice(choices)
        each.tag = f"{{{space}}}{new}" if self.chance.random() < 0.9 else new

    def insert(self, root: etree._Element) -> None:
        """Put in an element of another document."""
        each = self._inside(root)
        other = deepcopy(self.chance.choice(self._parts[self.chance.choice(list(self._parts))]))
        if other.tag in (f"{{{SR}}}Request", f"{{{SR}}}Response"):
            return
        self.chance.choice((each.addnext, each.addprevious, each.append))(other)

    def replace(self, root: etree._Element) -> None:
        """Put the element of the same name from another document in its place."""
        each = self._inside(root)
        if others := self._parts.get(each.tag):
            _parent(each).replace(each, deepcopy(self.chance.choice(others)))

    def rebody(self, root: etree._Element) -> None:
        """Put the body of another document in its place."""
        if (body := root.find(f"{{{SR}}}Body")) is not None:
            root.replace(body, deepcopy(self.chance.choice(self._parts[body.tag])))

    # attributes

    def attribute(self, root: etree._Element) -> None:
        """Add, change or drop an attribute."""
        each = root if self.chance.random() < 0.1 else self._inside(root)
        if each.attrib and self.chance.random() < 0.7:
            name = self.chance.choice(list(each.attrib))
            if self.chance.random() < 0.3:
                del each.attrib[name]
            else:
                each.set(name, self.chance.choice(("1", "0", "2", " 3 ", "49", "x", "", "5.1", "+1", "01")))
        else:
            each.set(self.chance.choice(_ATTRIBUTES), "1")

    # values

    def sampled(self, root: etree._Element) -> None:
        """Say what other documents say there."""
        if (leaf := self._leaf(root)) is not None and leaf.tag in self._texts:
            leaf.text = self.chance.choice(self._texts[leaf.tag])

    def number(self, root: etree._Element) -> None:
        """Say a number that some type has as a bound, or one beside it."""
        numbers = [
            each for each in root.iter(f"{{{SR}}}*") if (each.text or "").strip().lstrip("-").isdigit()
        ]
        if numbers:
            self.chance.choice(numbers).text = self.chance.choice(self._numbers)

    def beside(self, root: etree._Element) -> None:
        """Say one or two more or less."""
        numbers = [
            each for each in root.iter(f"{{{SR}}}*") if (each.text or "").strip().lstrip("-").isdigit()
        ]
        if numbers:
            each = self.chance.choice(numbers)
            each.text = str(int(each.text or "") + self.chance.choice((-2, -1, 1, 2)))

    def word(self, root: etree._Element) -> None:
        """Say a word of some list."""
        if (leaf := self._leaf(root)) is not None:
            leaf.text = self.chance.choice(self._words)

    def notation(self, root: etree._Element) -> None:
        """Say a value in the notation of another type, or in none."""
        if (leaf := self._leaf(root)) is not None:
            leaf.text = self.chance.choice(_NOTATIONS)

    def length(self, root: etree._Element) -> None:
        """Make a text longer or shorter."""
        if (leaf := self._leaf(root)) is not None:
            text = leaf.text or "A"
            wanted = self.chance.choice((len(text) + 1, len(text) - 1, self.chance.choice(self._lengths)))
            leaf.text = (text * (wanted // len(text) + 1))[: max(wanted, 0)]

    # white space and what is not content

    def around(self, root: etree._Element) -> None:
        """Put white space around a value."""
        if (leaf := self._leaf(root)) is not None:
            leaf.text = self.chance.choice(_SPACE) + (leaf.text or "") + self.chance.choice(_SPACE)

    def between(self, root: etree._Element) -> None:
        """Put white space or text between elements."""
        self._inside(root).tail = self.chance.choice((*_SPACE, "text"))

    def compacted(self, root: etree._Element) -> None:
        """Take out all white space between elements."""
        for each in root.iter(etree.Element):
            if len(each):
                each.text = None
            each.tail = None

    def leading_zeros(self, root: etree._Element) -> None:
        """Put zeros before a number."""
        numbers = [each for each in root.iter(f"{{{SR}}}*") if (each.text or "").strip().isdigit()]
        if numbers:
            each = self.chance.choice(numbers)
            each.text = "0" * self.chance.randint(1, 3) + (each.text or "").strip()


def _parent(each: etree._Element) -> etree._Element:
    parent = each.getparent()
    assert parent is not None, "every element but the root stands in another"
    return parent


_WEIGHTS: dict[str, int] = {
    "drop": 2, "duplicate": 2, "swap": 1, "rename": 1, "insert": 1, "replace": 5, "rebody": 1, "attribute": 2,
    "sampled": 8, "number": 3, "beside": 6, "word": 1, "notation": 2, "length": 2, "around": 3, "between": 2,
    "compacted": 2, "leading_zeros": 3,
}  # fmt: skip
_MUTATORS: list[tuple[str, Mutator]] = [
    (name, getattr(Mutations, name)) for name, weight in _WEIGHTS.items() for _ in range(weight)
]
