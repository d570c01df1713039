"""A comparison as the command line, the pages and the interface for programs show it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from gbsmart.codebook.differences import Compared
from gbsmart.codebook.texts import Difference, Mark, counts, marked_text
from gbsmart.ground import InvalidValue

FORMATS = {
    "text": "text/plain; charset=utf-8",
    "md": "text/markdown; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
"""In what a comparison is written, and the media type of each."""
AUTHOR = "gbsmart"
"""Who tracked changes are said to be by, where nobody else is named."""


def told(compared: Compared) -> dict[str, Any]:
    """A comparison as JSON values: every provision that differs, change-marked."""
    return {
        "ref": compared.ref,
        "title": compared.title,
        "from": {"asked": compared.old.asked, "moment": compared.old.moment},
        "to": {"asked": compared.new.asked, "moment": compared.new.moment},
        "counts": counts(compared.differences),
        "differences": [_difference(each) for each in compared.changes],
        "unworded": list(compared.unworded),
        "has_summaries": compared.has_summaries,
    }


def written(compared: Compared, form: str, at: datetime, author: str = AUTHOR) -> bytes:
    """A comparison as a file: text, Markdown and HTML with what differs, Word with the whole of it."""
    if form == "docx":
        from gbsmart.codebook.texts import write_marked  # Word takes its time to load

        return write_marked(compared.old.wordings, compared.new.wordings, compared.title, author, at)
    writers = {"text": marked_text.text, "md": marked_text.markdown, "html": marked_text.html}
    if form not in writers:
        raise InvalidValue(f"{form!r} is no format", field="format", remedy=f"Name {', '.join(FORMATS)}.")
    return writers[form](compared.changes, compared.title, notes(compared)).encode()


def notes(compared: Compared) -> list[str]:
    """What a reader of the marks must know besides."""
    found = []
    if compared.unworded:
        names = ", ".join(compared.unworded)
        found.append(f"Changed in this time, with no text held that shows how: {names}.")
    if compared.has_summaries:
        found.append("Some of these words are summaries in plain language, which are not the Code.")
    return found


def _difference(each: Difference) -> dict[str, Any]:
    return {
        "ref": each.ref,
        "fate": each.fate.value,
        "moved_from": each.moved_from,
        "heading": _marks(each.heading_marks()),
        "text": _marks(each.text_marks()),
    }


def _marks(found: Sequence[Mark]) -> list[dict[str, str]]:
    return [{"act": mark.act.value, "text": mark.text} for mark in found]
