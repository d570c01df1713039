"""The definitions of a text that was loaded, in the register of defined terms (SEC A1.1)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, func, insert, select, update

from gbsmart.codebook.tables import term
from gbsmart.codebook.texts import TextClause


def keep_terms(connection: Connection, clauses: Sequence[TextClause], at: datetime) -> None:
    """Let each term that the text defines mean this from ``at`` on, until it is defined anew."""
    for each in clauses:
        if each.term:
            _keep(connection, each.term, definition(each, clauses), each.parent, at)


def definition(defined: TextClause, clauses: Iterable[TextClause]) -> str:
    """A definition as one text, its sub-paragraphs on lines of their own."""
    depth = {defined.ref: 0}
    lines = [defined.text]
    for each in clauses:
        if each.parent in depth:
            depth[each.ref] = depth[each.parent] + 1
            lines.append(f"{each.number} {each.text}".strip())
    return "\n".join(lines)


def _keep(connection: Connection, name: str, text: str, source: str, at: datetime) -> None:
    same = term.c.term == name
    later = connection.execute(select(func.min(term.c.since)).where(same, term.c.since > at)).scalar()
    stands = (term.c.until.is_(None)) | (term.c.until > at)
    connection.execute(update(term).where(same, term.c.since < at, stands).values(until=at))
    values: Mapping[str, object] = {"until": later, "definition": text, "source": source}
    there = (same, term.c.since == at)
    if connection.execute(update(term).where(*there).values(values)).rowcount == 0:
        connection.execute(insert(term).values(term=name, since=at, **values))
