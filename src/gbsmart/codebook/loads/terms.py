"""The definitions of a text that was loaded, in the register of defined terms (SEC A1.1)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection

from gbsmart.codebook.defining import define
from gbsmart.codebook.texts import TextClause


def keep_terms(connection: Connection, clauses: Sequence[TextClause], at: datetime) -> None:
    """Let each term that the text defines mean this from ``at`` on, until it is defined anew."""
    within: defaultdict[str, list[TextClause]] = defaultdict(list)
    for each in clauses:
        within[each.parent].append(each)
    for each in clauses:
        if each.term:
            lines = [each.text, *_lines(each.ref, within)]
            define(connection, each.term, "\n".join(lines), each.parent, since=at)


def _lines(ref: str, within: Mapping[str, Sequence[TextClause]]) -> Iterator[str]:
    """The sub-paragraphs of a definition, each on a line of its own."""
    for each in within.get(ref, ()):
        yield f"{each.number} {each.text}".strip()
        yield from _lines(each.ref, within)
