"""Rows of tables as paragraphs; a table that only lays out definitions or clauses is read as their text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from gbsmart.codebook.texts.numbering import label, number
from gbsmart.codebook.texts.source import Kind, Paragraph, Place

_MEANS = re.compile(r"(?:means|has the|have the|shall have|is defined|shall be|in relation)\b")


def row_paragraphs(cells: Sequence[Sequence[Paragraph]], place: Place) -> list[Paragraph]:
    """The paragraphs of a row: those of a laid-out clause or definition, else one, its cells between bars."""
    lines = [" ".join(each.line for each in cell) for cell in cells]
    if not any(lines):
        return []
    last = cells[-1]
    if len(cells) == 2 and lines[0] and last:
        if _only_number(lines[0]):
            return [replace(last[0], number=lines[0], text=last[0].line), *last[1:]]
        if _MEANS.match(last[0].text) and not last[0].number:
            term = lines[0]
            return [Paragraph(f"{term} {last[0].text}", place, kind=Kind.TABLE_ROW, bold=term), *last[1:]]
    text = "| " + " | ".join(line.replace("|", "\\|") for line in lines) + " |"
    return [Paragraph(text, place, kind=Kind.TABLE_ROW)]


def _only_number(text: str) -> bool:
    lettered, marked = number(text, "A"), label(text)
    if lettered is not None:
        return not lettered.rest
    if marked is not None:
        return not marked.rest
    dotted = number(text, "")
    return dotted is not None and not dotted.rest and len(dotted.steps) > 1
