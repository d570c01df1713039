"""The element tree of MMC: which elements there are, in which order they stand, what each holds.

Facts of schema version 5.4, kept as data (``data/elements.txt``). Nearly every element is optional; what
a device did not return is left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

NAMESPACE: Final = "http://www.dccinterface.co.uk/ResponseAndAlert"
"""The namespace of MMC documents, written with the prefix ``ra``."""
SCHEMA_VERSION: Final = "5.4"
ROOT: Final = "GBCSResponse"
KINDS: Final = frozenset(
    ("string", "integer", "decimal", "boolean", "dateTime", "date", "time", "hexBinary", "base64Binary")
)
"""What the text of an element may be."""


@dataclass(frozen=True, slots=True)
class ElementType:
    """What an element may hold: text of a kind (or none), attributes, and children in their order."""

    name: str
    text: str = ""
    attributes: tuple[str, ...] = ()
    children: Mapping[str, str] | None = None

    def child(self, name: str) -> ElementType | None:
        """The type of the child element ``name``; None where the schema has none there."""
        found = (self.children or {}).get(name)
        return None if found is None else element_type(found)


_EMPTY = ElementType("")
_LEAVES = {kind: ElementType(kind, text=kind) for kind in KINDS}


def element_type(name: str) -> ElementType:
    """A type by its name; a kind of text is a type with nothing else, and ``""`` holds nothing."""
    return _LEAVES.get(name) or _types()[name] if name else _EMPTY


@cache
def _types() -> Mapping[str, ElementType]:
    text = resources.files(__package__).joinpath("data", "elements.txt").read_text("utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    joined = "\n".join(lines).replace("\n ", " ")
    return {each.name: each for each in map(_read, joined.splitlines())}


def _read(line: str) -> ElementType:
    name, *parts = line.split()
    text = next((part[1:] for part in parts if part.startswith("=")), "")
    attributes = tuple(part[1:] for part in parts if part.startswith("@"))
    pairs = (part.partition(":") for part in parts if part[0] not in "=@")
    return ElementType(name, text, attributes, {child: of for child, _, of in pairs})
