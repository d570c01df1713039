"""Documents made from an XML schema: what it allows, by chance.

The schema is read as any validator reads it, whoever wrote it; so documents can be made from the official
one and from ours alike.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from pathlib import Path
from typing import NamedTuple

from lxml import etree

from gbsmart.duis.document import DS
from gbsmart.duis.xsd import XSD

_NAME = f"{{{XSD}}}"
_MANY = 3
"""How many more than the fewest of a repeated element are made."""

_DEVICE = "00-DB-12-34-56-78-90-A0"
_TEXTS = (
    *("".join(str(digit % 10) for digit in range(count)) for count in range(1, 21)),
    *("A" * count for count in range(1, 9)),
    _DEVICE,
    f"{_DEVICE},{_DEVICE}",
    f"90-B3-D5-1F-30-01-00-00:{_DEVICE}:1000",
)
_MOMENT = "2030-01-15T09:00:00.00Z"
_PLAIN: Mapping[str, tuple[str, ...]] = {
    "dateTime": (_MOMENT, "2016-02-29T23:59:59Z", "3000-12-31T00:00:00Z"),
    "date": ("2030-01-15Z", "2016-02-29Z"),
    "time": ("09:00:00.00Z", "23:59:59Z"),
    "boolean": ("true", "false", "1", "0"),
    "anyURI": ("http://example.com/",),
    "ID": ("a",),
}
_UNBOUNDED = 1 << 70
_BOUNDS = {
    "integer": (-_UNBOUNDED, _UNBOUNDED),
    "positiveInteger": (1, _UNBOUNDED),
    "nonNegativeInteger": (0, _UNBOUNDED),
    "nonPositiveInteger": (-_UNBOUNDED, 0),
    "byte": (-(1 << 7), (1 << 7) - 1),
    "short": (-(1 << 15), (1 << 15) - 1),
    "int": (-(1 << 31), (1 << 31) - 1),
    "long": (-(1 << 63), (1 << 63) - 1),
    "unsignedByte": (0, (1 << 8) - 1),
    "unsignedShort": (0, (1 << 16) - 1),
    "unsignedInt": (0, (1 << 32) - 1),
    "unsignedLong": (0, (1 << 64) - 1),
}


class _Facets(NamedTuple):
    base: str
    values: Mapping[str, tuple[str, ...]]

    def number(self, name: str, otherwise: int) -> int:
        return int(self.values[name][-1]) if name in self.values else otherwise


class Grammar:
    """An XML schema with all that it imports from beside it."""

    def __init__(self, path: Path) -> None:
        self._named: dict[tuple[str, str], etree._Element] = {}
        self._read(path, set())

    def _read(self, path: Path, seen: set[Path]) -> None:
        if path in seen or not path.is_file():
            return
        seen.add(path)
        root = etree.parse(str(path), etree.XMLParser(load_dtd=False, no_network=True)).getroot()
        space = root.get("targetNamespace", "")
        for node in root.iterchildren(etree.Element):
            if (name := node.get("name")) is not None:
                self._named[etree.QName(node).localname, f"{{{space}}}{name}"] = node
            elif (location := node.get("schemaLocation")) is not None:
                self._read(path.parent / location, seen)

    def facet_values(self) -> Iterator[str]:
        """Every value of every facet: bounds, lengths, words."""
        for node in self._named.values():
            for each in node.iter(etree.Element):
                if (value := each.get("value")) is not None and each.tag != f"{_NAME}pattern":
                    yield value

    def names(self) -> Iterator[str]:
        """The name of every element."""
        for node in self._named.values():
            for each in node.iter(f"{_NAME}element"):
                if (name := each.get("name")) is not None:
                    yield name

    def document(self, name: str, chance: random.Random, signature: etree._Element) -> etree._Element:
        """A document whose root is the element ``name``; any signature in it is ``signature``."""
        return _Maker(self._named, chance, signature).document(name)


class _Maker:
    def __init__(
        self,
        named: Mapping[tuple[str, str], etree._Element],
        chance: random.Random,
        signature: etree._Element,
    ) -> None:
        self._named, self._chance, self._signature = named, chance, signature
        self._particles: dict[str, Callable[[etree._Element, etree._Element], None]] = {
            "element": self._element,
            "sequence": self._sequence,
            "choice": self._choice,
            "any": lambda *_: None,
        }

    def document(self, name: str) -> etree._Element:
        holder = etree.Element("holder")
        self._element(self._named["element", name], holder)
        return deepcopy(holder[0])

    def _particle(self, node: etree._Element, parent: etree._Element) -> None:
        kind = etree.QName(node).localname
        if (make := self._particles.get(kind)) is None:
            return
        low = int(node.get("minOccurs", "1"))
        high = node.get("maxOccurs", "1")
        most = low + _MANY if high == "unbounded" else min(int(high), low + _MANY)
        for _ in range(self._chance.choice((low, self._chance.randint(low, most)))):
            make(node, parent)

    def _sequence(self, node: etree._Element, parent: etree._Element) -> None:
        for child in node.iterchildren(etree.Element):
            self._particle(child, parent)

    def _choice(self, node: etree._Element, parent: etree._Element) -> None:
        self._particle(self._chance.choice(list(node.iterchildren(etree.Element))), parent)

    def _element(self, node: etree._Element, parent: etree._Element) -> None:
        if (reference := node.get("ref")) is not None:
            name = _qualified(node, reference)
            if name == f"{{{DS}}}Signature":
                parent.append(deepcopy(self._signature))
            else:
                self._element(self._named["element", name], parent)
            return
        space = node.getroottree().getroot().get("targetNamespace")
        made = etree.SubElement(parent, f"{{{space}}}{node.get('name')}")
        self._fill(made, _type(self._named, node, "type"))

    def _fill(self, made: etree._Element, found: etree._Element | str | None) -> None:
        if isinstance(found, etree._Element) and found.tag == f"{_NAME}complexType":
            self._complex(found, made)
        elif found is not None:
            made.text = self._value(_facets(self._named, found))

    def _complex(self, node: etree._Element, made: etree._Element) -> None:
        for child in node.iterchildren(etree.Element):
            kind = etree.QName(child).localname
            if kind in ("complexContent", "simpleContent"):
                self._complex(child, made)
            elif kind == "extension":
                self._fill(made, _type(self._named, child, "base"))
                self._complex(child, made)
            elif kind == "attribute":
                if (
                    child.get("use") == "required"
                    and (found := _type(self._named, child, "type")) is not None
                ):
                    made.set(child.get("name", ""), self._value(_facets(self._named, found)))
            else:
                self._particle(child, made)

    def _value(self, facets: _Facets) -> str:
        choose = self._chance.choice
        if words := facets.values.get("enumeration"):
            return choose(words)
        if facets.base in _PLAIN:
            return choose(_PLAIN[facets.base])
        if facets.base in _BOUNDS:
            return self._whole(facets)
        if facets.base == "decimal":
            bounds = [*facets.values.get("minInclusive", ()), *facets.values.get("maxInclusive", ())]
            return choose([*bounds, "5.4"] if not facets.values else bounds or ["2.0"])
        low, high = facets.number("minLength", 0), facets.number("maxLength", 40)
        low = high = facets.number("length", low) if "length" in facets.values else low or high
        size = min(choose((low, facets.number("length", high))), 200)
        if facets.base == "hexBinary":
            return self._chance.randbytes(size if facets.values else 4).hex()
        if facets.base == "base64Binary":
            return choose(("", "AAEC", "3wkA"))
        return self._text(facets)

    def _whole(self, facets: _Facets) -> str:
        low, high = _BOUNDS[facets.base]
        low = max(low, facets.number("minInclusive", low), facets.number("minExclusive", low - 1) + 1)
        high = min(high, facets.number("maxInclusive", high))
        if "totalDigits" in facets.values:
            high = min(high, 10 ** facets.number("totalDigits", 1) - 1)
            low = max(low, -high)
        return str(self._chance.choice((low, high, self._chance.randint(low, high))))

    def _text(self, facets: _Facets) -> str:
        low = facets.number("length", facets.number("minLength", 0))
        high = facets.number("length", facets.number("maxLength", 1 << 20))
        patterns = facets.values.get("pattern", ())
        fitting = [
            text
            for text in (*_TEXTS, *(word for each in patterns for word in each.split("|")))
            if low <= len(text) <= high and all(re.fullmatch(each, text) for each in patterns)
        ]
        return self._chance.choice(fitting or ["0" * min(low, 200)])


def _qualified(node: etree._Element, name: str) -> str:
    prefix, _, local = name.rpartition(":")
    return f"{{{node.nsmap.get(prefix or None, '')}}}{local}"


def _type(
    named: Mapping[tuple[str, str], etree._Element], node: etree._Element, attribute: str
) -> etree._Element | str | None:
    """The definition of a type that ``node`` names or holds; the name of a built-in one."""
    if (name := node.get(attribute)) is not None:
        qualified = _qualified(node, name)
        if qualified.startswith(_NAME):
            return qualified.removeprefix(_NAME)
        return named.get(("simpleType", qualified), named.get(("complexType", qualified)))
    for kind in ("complexType", "simpleType"):
        if (held := node.find(f"{_NAME}{kind}")) is not None:
            return held
    return None


def _facets(named: Mapping[tuple[str, str], etree._Element], found: etree._Element | str) -> _Facets:
    """The built-in type under a simple type, and all facets on the way."""
    if isinstance(found, str):
        return _Facets(found, {})
    restriction = found.find(f"{_NAME}restriction")
    if restriction is None:
        return _Facets("string", {})
    under = _type(named, restriction, "base")
    base = _facets(named, "string" if under is None else under)
    values = dict(base.values)
    for each in restriction.iterchildren(etree.Element):
        if (value := each.get("value")) is not None:
            name = etree.QName(each).localname
            values[name] = (*values.get(name, ()), value)
    return _Facets(base.base, values)
