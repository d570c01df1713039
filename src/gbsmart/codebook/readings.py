"""Readings: in which interval which wording of a provision stood, kept up as events are written.

What is entered late, with an earlier date, is put between the readings that are there. A new text is
read on in the later readings that only carried the old one, up to the next that has a text of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, insert

from gbsmart.codebook.model import BEGINNING
from gbsmart.codebook.references import document_of, parent_of, place_of
from gbsmart.codebook.tables import FOREVER, text
from gbsmart.store import Sql, to_micros

_PLACED = Sql("SELECT document, parent FROM code_provision WHERE ref = :ref")
_COVERING = Sql(
    "SELECT since, until, event, text FROM code_reading"
    " WHERE provision = :ref AND since <= :at AND until > :at"
)
_NEXT = Sql("SELECT min(since) FROM code_reading WHERE provision = :ref AND since > :at")
_INSERT = Sql(
    "INSERT INTO code_reading (provision, since, until, event, text)"
    " VALUES (:ref, :since, :until, :event, :text)"
)
_CUT = Sql("UPDATE code_reading SET until = :at WHERE provision = :ref AND since = :since")
_REPLACE = Sql(
    "UPDATE code_reading SET event = :event, text = :text WHERE provision = :ref AND since = :since"
)
_LATER = Sql(
    "SELECT r.since, r.text, e.verb FROM code_reading r LEFT JOIN code_event e ON e.id = r.event"
    " WHERE r.provision = :ref AND r.since > :at ORDER BY r.since"
)
_RETEXT = Sql("UPDATE code_reading SET text = :text WHERE provision = :ref AND since = :since")
_DROP = Sql("DELETE FROM code_reading WHERE provision = :ref AND since = :since")
_BELOW = Sql(
    "WITH RECURSIVE below(ref) AS (SELECT CAST(:ref AS VARCHAR(80)) UNION ALL"
    " SELECT p.ref FROM code_provision p JOIN below b ON p.parent = b.ref) SELECT ref FROM below"
)
_TEXT = Sql(
    "SELECT t.heading, t.source, t.is_summary FROM code_reading r JOIN code_text t ON t.id = r.text"
    " WHERE r.provision = :ref AND r.since <= :at AND r.until > :at"
)
_OWN = Sql(
    "SELECT r.provision FROM code_reading r JOIN code_provision p ON p.ref = r.provision"
    " JOIN code_text t ON t.id = r.text"
    " WHERE p.document = :document AND r.since <= :at AND r.until > :at AND NOT t.is_summary"
)
_GIVE = Sql("UPDATE code_reading SET text = :text WHERE provision = :ref AND text IS NULL")
_PLACE = Sql(
    "INSERT INTO code_provision (ref, document, parent, kind, title, place)"
    " VALUES (:ref, :document, :parent, :kind, :title, :place)"
)
_INDEX = Sql(
    "INSERT INTO code_search (rowid, heading, body) VALUES (:id, :heading, :body)",
    postgresql="INSERT INTO code_search (id, words) VALUES (:id,"
    " setweight(to_tsvector('english', :heading), 'A') || to_tsvector('english', :body))",
)

_UNREAD = Sql(
    "SELECT t.id FROM code_text t JOIN code_provision p ON p.ref = t.provision"
    " WHERE p.document = :document AND t.at = :at AND NOT t.is_summary"
    " AND NOT EXISTS (SELECT 1 FROM code_reading r WHERE r.text = t.id)"
)
_UNINDEX = Sql(
    "DELETE FROM code_search WHERE rowid = :id", postgresql="DELETE FROM code_search WHERE id = :id"
)


def place(
    connection: Connection, ref: str, *, title: str = "", kind: str = "clause", parent: str = ""
) -> None:
    """Have a row for ``ref`` and for what it lies in by its name; one that is there stays as it is."""
    if _PLACED.row(connection, {"ref": ref}) is not None:
        return
    parent = parent or parent_of(ref)
    if parent and _PLACED.row(connection, {"ref": parent}) is None:
        place(connection, parent, kind="part")
    above = _PLACED.row(connection, {"ref": parent})
    document = ref if above is None or above[1] == "" else str(above[0])
    row = {
        "ref": ref, "document": document or document_of(ref), "parent": parent,
        "kind": kind, "title": title, "place": place_of(ref),
    }  # fmt: skip
    _PLACE.run(connection, row)


def is_written(connection: Connection, ref: str, at: datetime) -> bool:
    """Whether ``ref`` is part of the Code at a moment."""
    return _COVERING.row(connection, {"ref": ref, "at": to_micros(at)}) is not None


class TextAt(NamedTuple):
    """What a provision reads at a moment, but for its words."""

    heading: str
    source: str
    is_summary: bool


def text_at(connection: Connection, ref: str, at: datetime) -> TextAt | None:
    """What ``ref`` reads at a moment; None where no text is held."""
    row = _TEXT.row(connection, {"ref": ref, "at": to_micros(at)})
    return None if row is None else TextAt(row[0], row[1], bool(row[2]))


def own_texts(connection: Connection, document: str, at: datetime) -> set[str]:
    """What of a document reads a text at a moment that is no summary of ours."""
    return {row[0] for row in _OWN.rows(connection, {"document": document, "at": to_micros(at)})}


def text_row(
    ref: str, heading: str, body: str, *, source: str, at: datetime, is_summary: bool = False
) -> dict[str, Any]:
    """A text of ``ref`` that ``source`` has from ``at`` on, as it is stored."""
    return {
        "provision": ref, "heading": heading, "body": body, "source": source, "is_summary": is_summary,
        "at": at,
    }  # fmt: skip


def keep_texts(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """Store texts, and find them by their words from now on; their numbers, in the same order."""
    numbered = insert(text).returning(text.c.id, sort_by_parameter_order=True)
    numbers = list(connection.scalars(numbered, rows))
    words = [
        {"id": number, "heading": row["heading"], "body": row["body"]}
        for number, row in zip(numbers, rows, strict=True)
    ]
    _INDEX.many(connection, words)
    return numbers


def drop_text(connection: Connection, number: int | None) -> None:
    """Forget a text that no reading has."""
    _UNINDEX.run(connection, {"id": number})
    connection.execute(delete(text).where(text.c.id == number))


def drop_unread(connection: Connection, document: str, at: datetime) -> None:
    """Forget the texts of a document from ``at`` on that others of the same moment took the place of."""
    for (number,) in _UNREAD.rows(connection, {"document": document, "at": to_micros(at)}):
        drop_text(connection, number)


def give_text(connection: Connection, ref: str, number: int) -> None:
    """Put a text in the readings of ``ref`` that have none."""
    _GIVE.run(connection, {"ref": ref, "text": number})


def begin(
    connection: Connection,
    ref: str,
    at: datetime,
    *,
    event: int | None,
    text_id: int | None,
    until: datetime | None = None,
) -> None:
    """A new reading of ``ref`` from ``at`` on: by ``event`` or none, with a text or the one it had before.

    ``until`` ends it where no reading follows sooner; without it, it stands until the next.
    """
    key, moment = {"ref": ref}, to_micros(at)
    row = _COVERING.row(connection, {**key, "at": moment})
    if row is None:
        following = _NEXT.row(connection, {**key, "at": moment})
        end = following[0] if following and following[0] is not None else FOREVER
        end = min(end, to_micros(until)) if until else end
        _INSERT.run(connection, {**key, "since": moment, "until": end, "event": event, "text": text_id})
        return
    since, end, was_event, was_text = row
    values = {"event": event, "text": was_text if text_id is None else text_id}
    if since == moment:
        values["event"] = was_event if event is None else event
        _REPLACE.run(connection, {**key, "since": since, **values})
    else:
        _CUT.run(connection, {**key, "since": since, "at": moment})
        _INSERT.run(connection, {**key, "since": moment, "until": end, **values})
    if text_id is not None:
        _read_on(connection, ref, moment, was_text, text_id)


def _read_on(connection: Connection, ref: str, after: int, old: int | None, new: int) -> None:
    """Put the new text for the old one in the later readings that only carried it."""
    for since, text_id, verb in _LATER.rows(connection, {"ref": ref, "at": after}):
        if text_id != old or verb in BEGINNING:
            return
        _RETEXT.run(connection, {"ref": ref, "since": since, "text": new})


def end(connection: Connection, ref: str, at: datetime) -> None:
    """End ``ref`` and all within it at ``at``; a later designation or text of its own stays."""
    for (each,) in _BELOW.rows(connection, {"ref": ref}):
        end_one(connection, each, at)


def end_one(connection: Connection, ref: str, at: datetime) -> None:
    """End ``ref`` alone at ``at``."""
    moment = to_micros(at)
    row = _COVERING.row(connection, {"ref": ref, "at": moment})
    if row is None:
        return
    since, _, _, was_text = row
    for later, text_id, verb in _LATER.rows(connection, {"ref": ref, "at": moment}):
        if text_id != was_text or verb in BEGINNING:
            break
        _DROP.run(connection, {"ref": ref, "since": later})
    if since == moment:
        _DROP.run(connection, {"ref": ref, "since": since})
    else:
        _CUT.run(connection, {"ref": ref, "since": since, "at": moment})
