"""Definitions in a text of the Code: a term in bold or in quotation marks, and what it means (SEC A1.1)."""

from __future__ import annotations

import re
from typing import NamedTuple

from gbsmart.codebook.texts.source import Kind, Paragraph

_MAX_TERM = 120
_VERB = r"(?:means|shall mean|has the|have the|shall have the|is defined|are defined|is to be|shall be)\b"
_BOLD_MEANS = re.compile(rf"[\"'\u2019\u201d:,]*\s*(?:,[^.;:]{{1,120}},\s*)?{_VERB}")
_QUOTED = re.compile(
    rf"[\"'\u2018\u201c]([^\"\u201c\u201d]{{1,{_MAX_TERM}}}?)[\"'\u2019\u201d]\s*(?:,[^.;:]{{1,120}},\s*)?{_VERB}"
)
_PLAIN = re.compile(
    rf"([A-Z0-9][^.;:\"\u201c]{{0,{_MAX_TERM - 1}}}?)\s+(?:means|(?:has|have|shall have) the meaning)\b"
)
_QUOTES = " \"'\u2018\u2019\u201c\u201d:,"


class Defined(NamedTuple):
    """A term and its definition, which begins with what follows the term ("means ...")."""

    term: str
    text: str


def defined(paragraph: Paragraph, *, among_definitions: bool) -> Defined | None:
    """What a paragraph defines; without bold or quotation marks only where definitions are listed."""
    text = paragraph.text
    if paragraph.number or paragraph.kind not in (Kind.TEXT, Kind.TABLE_ROW):
        return None
    bold = paragraph.bold.strip()
    if bold and text.startswith(bold) and _BOLD_MEANS.match(text[len(bold) :]):
        return _named(bold, text[len(bold) :])
    patterns = (_QUOTED, _PLAIN) if among_definitions else (_QUOTED,)
    for pattern in patterns:
        if found := pattern.match(text):
            after = text[found.end(1) :]
            return _named(found[1], after)
    return None


def _named(term: str, after: str) -> Defined | None:
    name = term.strip(_QUOTES)
    text = after.lstrip(_QUOTES)
    return Defined(name, text) if name and len(name) <= _MAX_TERM else None


def lists_definitions(text: str) -> bool:
    """Whether a heading or the first words of a clause say that definitions follow."""
    return bool(
        re.search(
            r"\b(?:[Dd]efinitions|DEFINITIONS|following expressions|meanings? (?:set out|given))\b", text
        )
    )


def term_ref(within: str, term: str) -> str:
    """The reference of a definition: ``A1.1:SmartMeter`` for Smart Meter in A1.1."""
    words = re.findall(r"\w+", term)
    return f"{within}:" + "".join(word[0].upper() + word[1:] for word in words)
