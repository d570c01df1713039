"""What a reader finds in a file: its paragraphs in order, each with its place, and what it left out.

Every reader (Word, PDF, Markdown, plain text) gives a :class:`Source`; what splits it into clauses knows no
format.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple

from gbsmart.ground import Blame, GbsmartError

MEGABYTE = 1 << 20
MAX_FILE = 64 * MEGABYTE
"""Octets of a file; the consolidated Code of 2018 with all its schedules has about a tenth of this."""
MAX_TEXT = 32 * MEGABYTE
"""Characters of the text of a file."""


class UnreadableText(GbsmartError):
    """A file that is not what it should be, or that holds no text. ``where`` is the page, line or part."""

    blame = Blame.PEER

    def __init__(self, message: str, *, where: str = "", remedy: str = "") -> None:
        super().__init__(f"{message} ({where})" if where else message, remedy=remedy)
        self.reason = message
        self.where = where


class EncryptedText(UnreadableText):
    """A file that opens with a password only."""


class TextTooLarge(UnreadableText):
    """A file beyond the bounds within which files are read."""


class View(StrEnum):
    """Which state of a change-marked text is read: all changes accepted, or all rejected."""

    NEW = "new"
    OLD = "old"


class Place(NamedTuple):
    """Where a paragraph stands in its file; ``page`` is 0 where the file has no pages."""

    page: int
    line: int
    unit: str = "line"
    file: str = ""

    def __str__(self) -> str:
        page = f"page {self.page}" if self.page else ""
        return ", ".join(filter(None, (self.file, page, f"{self.unit} {self.line}")))


class Kind(StrEnum):
    """What a paragraph is in its file."""

    TEXT = "text"
    HEADING = "heading"
    TABLE_ROW = "table row"
    FOOTNOTE = "footnote"
    TEXT_BOX = "text box"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph. ``number`` is what Word prints before the text, ``bold`` what of its beginning is bold."""

    text: str
    place: Place
    number: str = ""
    kind: Kind = Kind.TEXT
    bold: str = ""

    @property
    def line(self) -> str:
        """As a reader of the page sees it: the number, then the text."""
        return f"{self.number} {self.text}".strip()


class LeftOut(NamedTuple):
    """Text of a file that is in no clause, and why; a ``fault`` is what should have had a place."""

    text: str
    place: Place
    reason: str
    fault: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """What a file says. ``change_marked`` tells whether it holds tracked changes."""

    paragraphs: tuple[Paragraph, ...]
    left_out: tuple[LeftOut, ...] = ()
    change_marked: bool = False


def joined(sources: Sequence[tuple[str, Source]]) -> Source:
    """One text that comes in several files, each named in its places."""
    return Source(
        tuple(
            replace(each, place=each.place._replace(file=name))
            for name, one in sources
            for each in one.paragraphs
        ),
        tuple(
            each._replace(place=each.place._replace(file=name))
            for name, one in sources
            for each in one.left_out
        ),
        any(one.change_marked for _, one in sources),
    )


def tidy(text: str) -> str:
    """``text`` with each run of spaces, tabs and line breaks as one space."""
    return " ".join(text.split())
