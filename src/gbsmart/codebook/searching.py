"""Finding words in what the Code says at a moment: SQLite's FTS5, PostgreSQL's text search."""

from __future__ import annotations

import re
from datetime import datetime

from sqlalchemy import Connection

from gbsmart.codebook.model import Hit
from gbsmart.codebook.tables import FOREVER
from gbsmart.ground import InvalidValue
from gbsmart.store import Sql, to_micros

MARKS = ("\x02", "\x03")
"""What stands before and after a found word in a snippet: characters that no text has."""
_MOST_WORDS = 20
_LONGEST_LIST = 1000
_WORD = re.compile(r"\w+")

_FIND = Sql(
    "SELECT r.provision, p.title, t.heading, t.is_summary,"
    " snippet(code_search, 1, char(2), char(3), '...', 24), s.rank FROM code_search s"
    " JOIN code_text t ON t.id = s.rowid JOIN code_reading r ON r.text = t.id"
    " JOIN code_provision p ON p.ref = r.provision"
    " WHERE code_search MATCH :words AND r.since <= :at AND r.until > :at"
    " ORDER BY s.rank, p.place LIMIT :most",
    postgresql="SELECT f.provision, f.title, f.heading, f.is_summary, ts_headline('english', b.body,"
    " websearch_to_tsquery('english', :words), 'StartSel=' || chr(2) || ',StopSel=' || chr(3) ||"
    " ',MaxWords=24,MinWords=8'), f.rank FROM"
    " (SELECT r.provision, p.title, t.heading, t.is_summary, t.id, ts_rank(s.words, q) AS rank, p.place"
    " FROM websearch_to_tsquery('english', :words) q JOIN code_search s ON s.words @@ q"
    " JOIN code_text t ON t.id = s.id JOIN code_reading r ON r.text = t.id"
    " JOIN code_provision p ON p.ref = r.provision"
    " WHERE r.since <= :at AND r.until > :at ORDER BY rank DESC, p.place LIMIT :most) f"
    " JOIN code_text b ON b.id = f.id ORDER BY f.rank DESC, f.place",
)  # fmt: skip


def search(connection: Connection, words: str, at: datetime | None = None, *, most: int = 50) -> list[Hit]:
    """The provisions that have all of ``words`` (in one of their forms), the best first.

    As they are written at a moment; without one, as they read last. Raises :class:`InvalidValue` where
    there is no word to look for.
    """
    wanted = _WORD.findall(words)
    if not wanted or len(wanted) > _MOST_WORDS:
        raise InvalidValue(
            "there is nothing to look for" if not wanted else "that is too long to look for",
            field="words", remedy=f"Give between one and {_MOST_WORDS} words.",
        )  # fmt: skip
    if not 0 < most <= _LONGEST_LIST:
        raise InvalidValue(f"{most} is no length of a list", field="most", remedy=f"1 to {_LONGEST_LIST}.")
    quoted = " ".join(f'"{word}"' for word in wanted)
    moment = FOREVER - 1 if at is None else to_micros(at)
    rows = _FIND.rows(connection, {"words": quoted, "at": moment, "most": most})
    return [_hit(row) for row in rows]


def _hit(row: tuple[object, ...]) -> Hit:
    ref, title, heading, is_summary = row[:4]
    snippet = str(row[-2] or "")
    return Hit(str(ref), str(heading or title), snippet, bool(is_summary))


def unmarked(snippet: str) -> str:
    """A snippet without the marks of the words that were found."""
    return snippet.replace(MARKS[0], "").replace(MARKS[1], "")
