"""The definitions of a text that was loaded, in the register of defined terms (SEC A1.1)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Connection

from gbsmart.codebook.defining import define
from gbsmart.codebook.texts import TextClause


def keep_terms(connection: Connection, clauses: Sequence[TextClause], at: datetime) -> None:
    """Let each term that the text defines mean this from ``at`` on, until it is defined anew."""
    for each in clauses:
        if each.term:
            define(connection, each.term, definition(each, clauses), each.parent, since=at)


def definition(defined: TextClause, clauses: Iterable[TextClause]) -> str:
    """A definition as one text, its sub-paragraphs on lines of their own."""
    depth = {defined.ref: 0}
    lines = [defined.text]
    for each in clauses:
        if each.parent in depth:
            depth[each.ref] = depth[each.parent] + 1
            lines.append(f"{each.number} {each.text}".strip())
    return "\n".join(lines)
