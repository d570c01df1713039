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
_FIRST = 2000
"""How many of the best, of any date, are looked through before all of them are."""
_WORD = re.compile(r"\w+")

_MOST_WEIGHED = 10_000
_MANY = Sql(
    "SELECT rowid FROM code_search WHERE code_search MATCH :words LIMIT 1 OFFSET :most",
    postgresql="SELECT 0 WHERE :words = '' AND :most = 0",
)
_COMMON = Sql(
    "WITH found AS MATERIALIZED (SELECT s.rowid AS id, r.provision"
    " FROM code_search s CROSS JOIN code_reading r ON r.text = s.rowid"
    " WHERE code_search MATCH :words AND r.since <= :at AND r.until > :at LIMIT :most)"
    " SELECT f.provision, p.title, t.heading, t.is_summary,"
    " (SELECT snippet(code_search, 1, char(2), char(3), '...', 24) FROM code_search"
    " WHERE code_search MATCH :words AND rowid = f.id), 0"
    " FROM found f JOIN code_text t ON t.id = f.id JOIN code_provision p ON p.ref = f.provision"
    " ORDER BY p.place"
)
_FIND = Sql(
    "WITH best AS MATERIALIZED (SELECT rowid AS id, rank AS score FROM code_search"
    " WHERE code_search MATCH :words ORDER BY rank LIMIT :first), found AS MATERIALIZED ("
    " SELECT b.id, b.score, r.provision FROM best b JOIN code_reading r ON r.text = b.id"
    " WHERE r.since <= :at AND r.until > :at ORDER BY b.score, r.provision LIMIT :most)"
    " SELECT f.provision, p.title, t.heading, t.is_summary,"
    " (SELECT snippet(code_search, 1, char(2), char(3), '...', 24) FROM code_search"
    " WHERE code_search MATCH :words AND rowid = f.id), f.score"
    " FROM found f JOIN code_text t ON t.id = f.id JOIN code_provision p ON p.ref = f.provision"
    " ORDER BY f.score, p.place",
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
    """The provisions that have all of ``words`` (in one of their forms) in text or heading, the best first.

    As they are written at a moment; without one, as they read last. Words that are in very many texts tell
    nothing of what is best: some that have them are given, in the order of the Code. Raises
    :class:`InvalidValue` where there is no word to look for.
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
    asked = {"words": quoted, "at": moment, "most": most}
    if _are_common(connection, quoted):
        return [_hit(row) for row in _COMMON.rows(connection, asked)]
    rows = _FIND.rows(connection, {**asked, "first": _FIRST})
    if len(rows) < most:  # the best are of other dates, or there are no more
        rows = _FIND.rows(connection, {**asked, "first": FOREVER})
    return [_hit(row) for row in rows]


def _are_common(connection: Connection, quoted: str) -> bool:
    """Whether the words are in so many texts that to weigh them all would take long."""
    if connection.dialect.name != "sqlite":
        return False
    return _MANY.row(connection, {"words": quoted, "most": _MOST_WEIGHED}) is not None


def _hit(row: tuple[object, ...]) -> Hit:
    ref, title, heading, is_summary = row[:4]
    snippet = str(row[-2] or "")
    return Hit(str(ref), str(heading or title), snippet, bool(is_summary and snippet))


def unmarked(snippet: str) -> str:
    """A snippet without the marks of the words that were found."""
    return snippet.replace(MARKS[0], "").replace(MARKS[1], "")
