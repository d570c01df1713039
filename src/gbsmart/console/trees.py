"""Documents as trees: names and values one level inside another, for XML and for GBCS alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from lxml import etree

from gbsmart.gbcs.explain import Row, RowKind

LARGEST = 3_000
"""The most nodes that a page draws as a tree; the octets still show all."""
_FOLDED = frozenset({"Signature", "SignedInfo"})
_LONG = 160


@dataclass(slots=True)
class Branch:
    """A name, how it reads, what that stands for, and what is inside."""

    name: str
    value: str = ""
    meaning: str = ""
    inside: list[Branch] = field(default_factory=list)
    folded: bool = False

    def count(self) -> int:
        """How many nodes there are, with this one."""
        return 1 + sum(each.count() for each in self.inside)


def xml_tree(element: etree._Element) -> Branch:
    """An element, its attributes and its children; signatures are folded."""
    name = etree.QName(element).localname
    text = (element.text or "").strip() if not len(element) else ""
    branch = Branch(name, text, folded=name in _FOLDED)
    branch.inside += [Branch(f"@{key!s}", str(value)) for key, value in element.items()]
    branch.inside += [xml_tree(child) for child in element.iterchildren(etree.Element)]
    return branch


def row_tree(rows: Sequence[Row]) -> list[Branch]:
    """The rows of an explanation, by their depth; tags and lengths are what holds the rest, not lines."""
    found: list[Branch] = []
    open_: list[tuple[int, Branch]] = []
    for row in rows:
        branch = Branch(row.name.replace("_", " "), _shortened(_value(row)), row.meaning)
        while open_ and open_[-1][0] >= row.depth:
            open_.pop()
        (open_[-1][1].inside if open_ else found).append(branch)
        open_.append((row.depth, branch))
    return found


def _value(row: Row) -> str:
    if row.kind in (RowKind.FRAME, RowKind.GROUP):
        return ""
    return row.value or row.octets.hex(" ").upper()


def _shortened(text: str) -> str:
    return text if len(text) <= _LONG else f"{text[: _LONG // 2]} … {text[-_LONG // 2 :]}"
