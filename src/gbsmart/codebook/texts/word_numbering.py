"""The numbers that Word prints itself, by list and by style (numbering.xml, ECMA-376 17.9)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from docx.oxml.ns import qn

_LEVELS = 9
_MAX_ROMAN = 3_999
_MAX_LETTERS = 26 * 8
_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"),
    (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip


class NumberedAs(NamedTuple):
    """The list and the level in which a paragraph or a style is numbered."""

    list_id: str
    level: int | None


class _Level(NamedTuple):
    start: int
    form: str
    text: str
    restart: int | None
    style: str
    legal: bool


class _List(NamedTuple):
    definition: str
    starts: dict[int, int]
    levels: dict[int, _Level]


class WordNumbering:
    """Counts through a document: ask it for the number of each numbered paragraph, in order."""

    def __init__(self, numbering: Any | None, of_style: dict[str, NumberedAs]) -> None:
        self._definitions: dict[str, dict[int, _Level]] = {}
        self._lists: dict[str, _List] = {}
        self._counters: dict[str, list[int | None]] = {}
        self._started: set[tuple[str, int]] = set()
        if numbering is not None:
            self._read(numbering, of_style)

    def number(self, numbered: NumberedAs, style: str) -> str:
        """The number that the next paragraph in this list prints; a bullet for bullets."""
        found = self._lists.get(numbered.list_id)
        if found is None:  # list 0 takes a paragraph out of its style's list
            return ""
        levels = {**self._definitions.get(found.definition, {}), **found.levels}
        level = numbered.level if numbered.level is not None else _level_of_style(levels, style)
        if level not in levels:
            return ""
        counters = self._counters.setdefault(found.definition, [None] * _LEVELS)
        self._advance(numbered.list_id, found, levels, counters, level)
        return _printed(levels, counters, level)

    def _advance(
        self, list_id: str, found: _List, levels: dict[int, _Level], counters: list[int | None], level: int
    ) -> None:
        before = counters[level]
        first_here = (list_id, level) not in self._started
        self._started.add((list_id, level))
        if first_here and level in found.starts:
            counters[level] = found.starts[level]
        else:
            counters[level] = levels[level].start if before is None else before + 1
        for deeper in range(level + 1, _LEVELS):
            restart = levels[deeper].restart if deeper in levels else None
            if restart is None or 0 < level + 1 <= restart:
                counters[deeper] = None
        for higher in range(level):
            if counters[higher] is None and higher in levels:
                counters[higher] = found.starts.get(higher, levels[higher].start)

    def _read(self, numbering: Any, of_style: dict[str, NumberedAs]) -> None:
        links: dict[str, str] = {}
        for each in numbering.iterchildren(qn("w:abstractNum")):
            name = each.get(qn("w:abstractNumId"), "")
            self._definitions[name] = dict(_levels(each))
            if (link := _value(each, "w:numStyleLink")) is not None:
                links[name] = link
        for each in numbering.iterchildren(qn("w:num")):
            overrides = list(each.iterchildren(qn("w:lvlOverride")))
            starts = {
                _whole(one.get(qn("w:ilvl"))): _whole(start)
                for one in overrides
                if (start := _value(one, "w:startOverride")) is not None
            }
            levels = dict(found for one in overrides for found in _levels(one))
            self._lists[each.get(qn("w:numId"), "")] = _List(
                _value(each, "w:abstractNumId") or "", starts, levels
            )
        for name, style in links.items():
            linked = self._lists.get(of_style[style].list_id) if style in of_style else None
            if linked is not None and linked.definition != name:
                self._definitions[name] = self._definitions.get(linked.definition, {})


def _levels(element: Any) -> Iterator[tuple[int, _Level]]:
    for each in element.iterchildren(qn("w:lvl")):
        restart = _value(each, "w:lvlRestart")
        yield (
            _whole(each.get(qn("w:ilvl"))),
            _Level(
                start=_whole(_value(each, "w:start")),
                form=_value(each, "w:numFmt") or "decimal",
                text=_value(each, "w:lvlText") or "",
                restart=None if restart is None else _whole(restart),
                style=_value(each, "w:pStyle") or "",
                legal=each.find(qn("w:isLgl")) is not None,
            ),
        )


def _level_of_style(levels: dict[int, _Level], style: str) -> int:
    return next((level for level, each in levels.items() if style and each.style == style), 0)


def _printed(levels: dict[int, _Level], counters: list[int | None], level: int) -> str:
    own = levels[level]
    if own.form == "bullet":
        return "\N{BULLET}"
    if own.form == "none":
        return own.text if "%" not in own.text else ""

    def counted(found: re.Match[str]) -> str:
        index = int(found[1]) - 1
        if index not in levels:
            return ""
        return in_form(counters[index] or 0, "decimal" if own.legal else levels[index].form)

    return re.sub(r"%([1-9])", counted, own.text).strip()


def in_form(count: int, form: str) -> str:
    """``count`` as Word writes it: 27 is "aa" in lower letters, 9 is "ix" in lower Roman numerals."""
    if form in ("lowerLetter", "upperLetter") and 0 < count <= _MAX_LETTERS:
        letters = chr(ord("a") + (count - 1) % 26) * ((count - 1) // 26 + 1)
        return letters.upper() if form == "upperLetter" else letters
    if form in ("lowerRoman", "upperRoman") and 0 < count <= _MAX_ROMAN:
        roman = ""
        for value, letters in _ROMAN:
            roman, count = roman + letters * (count // value), count % value
        return roman.upper() if form == "upperRoman" else roman
    if form == "decimalZero":
        return f"{count:02}"
    return "" if form == "none" else str(count)


def _value(element: Any, name: str) -> str | None:
    child = element.find(qn(name))
    return None if child is None else child.get(qn("w:val"))


def _whole(text: str | None) -> int:
    return int(text) if text is not None and text.isdecimal() and len(text) < 7 else 0
