"""The styles of a Word file, as far as they say what a paragraph is: its name, list, weight and rank."""

from __future__ import annotations

from typing import Any

from docx.oxml.ns import qn

from gbsmart.codebook.texts.word_numbering import NumberedAs


class WordStyles:
    """Answers from a style or, where it says nothing, from what it is based on."""

    def __init__(self, styles: Any | None) -> None:
        found = [] if styles is None else list(styles.iterchildren(qn("w:style")))
        self._styles: dict[str, Any] = {each.get(qn("w:styleId"), ""): each for each in found}
        self.default = next(
            (
                each.get(qn("w:styleId"), "")
                for each in found
                if each.get(qn("w:type")) == "paragraph" and each.get(qn("w:default")) in ("1", "true")
            ),
            "",
        )

    def name(self, style: str) -> str:
        """The name that Word shows, in lower case."""
        element = self._styles.get(style)
        name = None if element is None else element.find(qn("w:name"))
        return "" if name is None else (name.get(qn("w:val")) or "").lower()

    def is_heading(self, style: str) -> bool:
        """Whether the style, or one that it is based on, is a heading or title."""
        names = [self.name(each) for each in self._line_of(style)]
        return any(each.startswith("heading") or each in ("title", "subtitle") for each in names)

    def is_bold(self, style: str) -> bool:
        """Whether the style prints bold."""
        for each in self._line_of(style):
            said = bold_of(self._styles[each].find(qn("w:rPr")))
            if said is not None:
                return said
        return False

    def numbered(self) -> dict[str, NumberedAs]:
        """The list of each style that has one."""
        return {style: found for style in self._styles if (found := self.list_of(style)) is not None}

    def list_of(self, style: str) -> NumberedAs | None:
        """In which list the style numbers its paragraphs."""
        level: int | None = None
        for each in self._line_of(style):
            properties = self._styles[each].find(qn("w:pPr"))
            said = numbered_as(properties)
            if said is None:
                continue
            level = level if level is not None else said.level
            if said.list_id:
                return NumberedAs(said.list_id, level)
        return None

    def _line_of(self, style: str) -> list[str]:
        line: list[str] = []
        while style in self._styles and style not in line:
            line.append(style)
            based = self._styles[style].find(qn("w:basedOn"))
            style = "" if based is None else based.get(qn("w:val"), "")
        return line


def numbered_as(properties: Any | None) -> NumberedAs | None:
    """What paragraph properties say themselves; the list is "" where they only name a level."""
    said = None if properties is None else properties.find(qn("w:numPr"))
    if said is None:
        return None
    list_id, level = said.find(qn("w:numId")), said.find(qn("w:ilvl"))
    depth = "" if level is None else level.get(qn("w:val"), "")
    return NumberedAs(
        "" if list_id is None else list_id.get(qn("w:val"), ""),
        int(depth) if depth in list("012345678") else None,
    )


def bold_of(properties: Any | None) -> bool | None:
    """What run properties say of weight themselves."""
    return switched(properties, "w:b")


def switched(properties: Any | None, name: str) -> bool | None:
    """Whether a property is on, off, or not said."""
    said = None if properties is None else properties.find(qn(name))
    return None if said is None else said.get(qn("w:val"), "true") not in ("0", "false", "off", "none")
