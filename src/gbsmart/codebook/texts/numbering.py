"""How the Code numbers itself: Section H, Part H4, Clause H4.8, paragraph (a), (i), (A); schedules 1, 1.1.

A number is read with what stands before and after it, because "(i)" is a ninth letter or a first Roman
numeral, and a line of running text may begin with "H4.8 and".
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import NamedTuple

_SECTION = re.compile(r"SECTION\s+([A-Z])\b\s*[:.\u2013\u2014-]?\s*(.*)", re.DOTALL)
_SCHEDULE = re.compile(r"SCHEDULE\s+(\d{1,2})\b\s*[:.\u2013\u2014-]?\s*(.*)", re.DOTALL)
_APPENDIX = re.compile(r"APPENDIX\s+([A-Z]{1,2})\b\s*[:.\u2013\u2014-]?\s*(.*)", re.DOTALL)
_NAMED = re.compile(r"^(?:Section|Schedule|Appendix|Annex)\b")
_ANNEX = re.compile(
    r"(?:ANNEX|Annex)(?:\s+([A-Z]|\d{1,2}))?(?:\s*[:.\u2013\u2014-]\s*(.*)|\s+(\S.*))?", re.DOTALL
)
_OF_SECTION = re.compile(r"([A-Z])(\d{1,2}[A-Z]?)(?:\.(\d{1,3}[A-Z]{0,2}))?[.:]?(?:\s+(.*))?", re.DOTALL)
_DOTTED = re.compile(r"(\d{1,3}[A-Z]?(?:\.\d{1,3}[A-Z]{0,2})*)[.:]?(?:\s+(.*))?", re.DOTALL)
_LABEL = re.compile(r"\(([a-z]{1,4}|[A-Z]{1,4}|\d{1,2})\)\s*(.*)", re.DOTALL)
_ROMAN = re.compile(r"(x{0,3})(ix|iv|v?i{0,3})")
_ROMAN_VALUE = {"i": 1, "v": 5, "x": 10}


class Opening(NamedTuple):
    """The heading with which a document of the Code, or an annex of one, begins."""

    ref: str
    heading: str
    annex: bool = False


class Number(NamedTuple):
    """A number of a Part or Clause, and what follows it: ``H4.8`` is ``H``, ``("4", "8")``."""

    letter: str
    steps: tuple[str, ...]
    rest: str

    @property
    def text(self) -> str:
        """As printed."""
        return self.letter + ".".join(self.steps)


class Label(NamedTuple):
    """A sub-paragraph's label without its brackets, and what follows it."""

    mark: str
    rest: str


class Script(StrEnum):
    """In what a row of sub-paragraphs is counted."""

    LETTERS = "a"
    ROMAN = "i"
    CAPITALS = "A"
    CAPITAL_ROMAN = "I"
    DIGITS = "1"


def opening(text: str, *, headed: bool = False) -> Opening | None:
    """The opening of a Section, Schedule, Appendix or annex, if ``text`` is one.

    In running text it is in capitals; a heading (``headed``) has a heading's letters.
    """
    first = _NAMED.sub(lambda found: found[0].upper(), text[:200], count=1) if headed else text[:200]
    for pattern, name in ((_SECTION, ""), (_SCHEDULE, "Schedule "), (_APPENDIX, "Appendix ")):
        if (found := pattern.fullmatch(first)) and _titled(found[2]):
            return Opening(name + found[1], found[2].strip())
    if found := _ANNEX.fullmatch(first):
        heading = (found[2] or found[3] or "").strip()
        if found[2] is not None or not found[3] or heading.isupper():
            return Opening(f"Annex {found[1]}" if found[1] else "Annex", heading, annex=True)
    return None


def _titled(heading: str) -> bool:
    """Whether this is a title and no sentence that begins with the name of a document."""
    return not heading or (
        (heading[0].isupper() or heading[0] in "\"'(\u2018\u201c[") and heading[-1] not in ".;,"
    )


def number(text: str, letter: str) -> Number | None:
    """The number with which ``text`` begins: lettered in a Section, else only dotted digits."""
    if found := _OF_SECTION.fullmatch(text):
        steps = (found[2],) if found[3] is None else (found[2], found[3])
        if letter or len(steps) == 2:
            return Number(found[1], steps, (found[4] or "").strip())
        return None
    if not letter and (found := _DOTTED.fullmatch(text)):
        return Number("", tuple(found[1].split(".")), (found[2] or "").strip())
    return None


def label(text: str) -> Label | None:
    """The label with which ``text`` begins, as in ``(a) the DCC shall``."""
    found = _LABEL.fullmatch(text)
    return Label(found[1], found[2].strip()) if found else None


def scripts(mark: str) -> tuple[Script, ...]:
    """In what ``mark`` may be counted, the likelier first."""
    if mark.isdigit():
        return (Script.DIGITS,)
    lower = mark.lower()
    letters, roman = (
        (Script.LETTERS, Script.ROMAN) if mark == lower else (Script.CAPITALS, Script.CAPITAL_ROMAN)
    )
    can_be_letter = len(set(lower)) == 1 or (len(lower) == 2 and not _is_roman(lower))
    found = [letters] if can_be_letter else []
    return (*found, roman) if _is_roman(lower) else tuple(found)


def ordinal(mark: str, script: Script) -> tuple[int, str]:
    """Where ``mark`` is in its row: (b) is (2, ""); (ba), put in after it, (2, "a"); (aa) follows (z)."""
    if script is Script.DIGITS:
        return int(mark), ""
    lower = mark.lower()
    if script in (Script.ROMAN, Script.CAPITAL_ROMAN):
        values = [_ROMAN_VALUE[each] for each in lower]
        after = [*values[1:], 0]
        return sum(-one if one < nxt else one for one, nxt in zip(values, after, strict=True)), ""
    if len(set(lower)) == 1:
        return (len(lower) - 1) * 26 + ord(lower[0]) - ord("a") + 1, ""
    return ord(lower[0]) - ord("a") + 1, lower[1:]


def position(step: str) -> tuple[int, str]:
    """A step of a number for comparing: 9A stands after 9 and before 10."""
    digits = step.rstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return int(digits), step[len(digits) :]


def _is_roman(lower: str) -> bool:
    return bool(_ROMAN.fullmatch(lower))
