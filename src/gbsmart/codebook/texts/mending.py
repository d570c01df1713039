"""Printed lines made into paragraphs again: broken lines joined, divided words made whole."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from gbsmart.codebook.texts.numbering import Number, label, number, opening
from gbsmart.codebook.texts.source import Kind, Paragraph, Place, tidy
from gbsmart.codebook.texts.titles import has_title_capitals, is_sentence

_RUNS_ON = re.compile(
    r"(?:\b(?:Sections?|Clauses?|[Pp]aragraphs?|sub-paragraphs?|Schedules?|Appendix|Appendices|Parts?|the|of|in|to|by"
    r"|with|under|this|and/or)|\)\s+(?:and|or|to)|\d[A-Z]?\s+(?:and|or|to))$"
)
_ENDS = re.compile(r"(?:[.;:?!]|[;,]\s*(?:and|or)|[.;:\u2019\u201d\"]\)?)$")
_DIVIDED = re.compile(r"(\w*[A-Za-z])[-\u00ad\u2010]$")
_BEGINS_SMALL = re.compile(r"([a-z]\w*)")
_FULL = 0.72
_MAX_HEADING = 90


class Line(NamedTuple):
    """A printed line and its place; ``""`` is a gap between paragraphs."""

    text: str
    place: Place


def mend(lines: Sequence[Line]) -> list[Paragraph]:
    """The paragraphs that ``lines`` print."""
    known = frozenset(
        word.lower()
        for line in lines
        for word in re.findall(r"(?<![\w-])\w+(?:-\w+)*(?![\w-])", _DIVIDED.sub("", line.text))
    )
    width = max((len(line.text) for line in lines), default=0)
    found: list[list[Line]] = []
    gap = True
    for index, line in enumerate(lines):
        if not line.text.strip():
            gap = True
            continue
        ahead = next((each for each in lines[index + 1 :] if each.text.strip()), None)
        if gap or _begins(found[-1][-1].text, line.text, ahead.text if ahead else "", width):
            found.append([line])
        else:
            found[-1].append(line)
        gap = False
    ahead_of = [*(each[0].text.strip() for each in found), ""][1:]
    return [_paragraph(each, ahead, known) for each, ahead in zip(found, ahead_of, strict=True)]


def _begins(before: str, line: str, ahead: str, width: int) -> bool:
    """Whether ``line`` begins a paragraph, by how it opens and how the line before it ends."""
    before = before.strip()
    if _RUNS_ON.search(before):
        return False
    if opening(line.strip()) is not None or _numbered(line.strip()):
        return True
    if _is_heading(before):
        return True
    short = len(before) < _FULL * width
    if _ENDS.search(before):
        heads = _may_head(line.strip()) and _numbered(ahead.strip())
        return heads or (short and line.strip()[0] not in "abcdefghijklmnopqrstuvwxyz,;)")
    return False if not short else _is_heading(line.strip()) and _numbered(ahead.strip())


def _numbered(line: str) -> bool:
    """Whether a line opens with a number or label of its own and not with a reference that ran over."""
    marked = label(line)
    if marked is not None:
        return not re.match(r"(?:and|or|to|above|below|of)\b|[,.;)]", marked.rest)
    return any(found is not None and _can_open(found) for found in (number(line, "A"), number(line, "")))


def _can_open(found: Number) -> bool:
    if found.letter and len(found.steps) == 1:
        return bool(found.rest) and found.rest[0].isupper()
    if not found.letter and len(found.steps) == 1:
        return bool(found.rest) and found.rest[0].isupper() and found.rest[-1] not in ".;,"
    return (
        not found.rest
        or found.rest[0].isupper()
        or found.rest[0] in "\"'[(\u2018\u201c"
        or found.rest[0].isdigit()
    )


def _is_heading(line: str) -> bool:
    """A line that may head a clause, in capitals or with a title's capitals."""
    if not _may_head(line):
        return False
    return has_title_capitals(line)


def _may_head(line: str) -> bool:
    """A short line that begins with a capital, does not end, and is no sentence."""
    if (
        is_sentence(line)
        or not line
        or len(line) > _MAX_HEADING
        or line[-1] in ".;:,-\u2013\u2014"
        or not line[0].isupper()
    ):
        return False
    return not re.search(r"\b(?:and|or|the|of|to|a|an|in|by|with|shall)$", line)


def _paragraph(lines: Sequence[Line], ahead: str, known: frozenset[str]) -> Paragraph:
    parts: list[str] = []
    for line in lines:
        text = line.text.strip()
        if parts:
            parts[-1] = _before(parts[-1], text, known)
        parts.append(text)
    text = tidy("".join(parts))
    heads = _is_heading(text) or (_may_head(text) and _numbered(ahead) and not _numbered(text))
    kind = Kind.HEADING if len(lines) == 1 and heads else Kind.TEXT
    return Paragraph(text, lines[0].place, kind=kind)


def _before(text: str, line: str, known: frozenset[str]) -> str:
    """A line as it stands before the next: with a space, or with the half of a word that it divides."""
    divided, rest = _DIVIDED.search(text[-_MAX_HEADING:]), _BEGINS_SMALL.match(line)
    if divided and rest:
        hyphen = "-" if not text.endswith("\u00ad") and _has_hyphen(divided[1], rest[1], known) else ""
        return text[:-1] + hyphen
    return text if text.endswith(("-", "\u2010", "/")) and not text.endswith(" -") else f"{text} "


def _has_hyphen(first: str, second: str, known: frozenset[str]) -> bool:
    """Whether a divided word is written with a hyphen, by how the text writes it or its halves elsewhere."""
    first, second = first.lower(), second.lower()
    if f"{first}-{second}" in known or f"{first}{second}" in known:
        return f"{first}-{second}" in known
    return first in known and second in known
