"""Readings made anew: from what is shipped, and on top of that from what people did to the library.

Events and texts are the truth and readings are derived from them; where a shipped event is put right they
are derived again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, delete, select

from gbsmart.codebook.model import BEGINNING, REWORDING, Verb
from gbsmart.codebook.readings import begin, end, end_one, own_texts
from gbsmart.codebook.references import CODE
from gbsmart.codebook.tables import event, loading, reading, text
from gbsmart.store import to_micros


class Dated(NamedTuple):
    """An event by its number, and from when it has effect."""

    event: int
    effective: datetime
    verb: Verb
    target: str


class Own(NamedTuple):
    """What people did: their events, texts from a moment on, and the documents that they loaded."""

    events: Sequence[Dated]
    texts: Sequence[tuple[str, datetime, int]]
    loadings: Sequence[tuple[str, datetime]]


def own(connection: Connection, shipped: Collection[int]) -> Own:
    """What people did, told from the readings that stand; ``shipped`` are the numbers of our own events."""
    happened = connection.execute(select(event).order_by(event.c.effective, event.c.id))
    began = (
        select(reading.c.provision, reading.c.since, reading.c.text)
        .join(text, text.c.id == reading.c.text)
        .where(~text.c.is_summary)
    )
    at = {
        row.id: row.at for row in connection.execute(select(text.c.id, text.c.at).where(~text.c.is_summary))
    }
    return Own(
        [
            Dated(row.id, row.effective, Verb(row.verb), row.target)
            for row in happened
            if row.id not in shipped and row.target
        ],
        [
            (row.provision, at[row.text], row.text)
            for row in connection.execute(began)
            if row.since == to_micros(at[row.text])
        ],
        [(row.document, row.at) for row in connection.execute(select(loading))],
    )


def clear(connection: Connection) -> None:
    """Forget every reading."""
    connection.execute(delete(reading))


def read_shipped(
    connection: Connection, happened: Sequence[Dated], parents: Iterable[tuple[str, str]]
) -> None:
    """What begins and ends by events; then parts, which begin with what they lie in; then amendments."""
    for each in happened:
        if each.verb in BEGINNING and each.target:
            begin(connection, each.target, each.effective, event=each.event, text_id=None)
        elif each.verb is Verb.DELETED:
            end(connection, each.target, each.effective)
    began = {each.target: each.effective for each in reversed(happened) if each.verb in BEGINNING}
    for ref, parent in parents:
        if ref not in began and parent in began and parent != CODE:
            began[ref] = began[parent]
            begin(connection, ref, began[ref], event=None, text_id=None)
    for each in happened:
        if each.verb in REWORDING - BEGINNING:
            begin(connection, each.target, each.effective, event=each.event, text_id=None)


def read_own(connection: Connection, done: Own) -> None:
    """What people did, in the order of the moments from which it has effect."""
    events: defaultdict[datetime, list[Dated]] = defaultdict(list)
    texts: defaultdict[datetime, dict[str, int]] = defaultdict(dict)
    loaded: defaultdict[datetime, list[str]] = defaultdict(list)
    for each in done.events:
        events[each.effective].append(each)
    for ref, at, number in done.texts:
        texts[at][ref] = number
    for document, at in done.loadings:
        loaded[at].append(document)
    for at in sorted({*events, *texts, *loaded}):
        for each in events[at]:
            if each.verb in REWORDING:
                begin(connection, each.target, at, event=each.event, text_id=None)
            elif each.verb is Verb.DELETED:
                end(connection, each.target, at)
        for document in loaded[at]:
            for gone in sorted(own_texts(connection, document, at) - texts[at].keys()):
                end_one(connection, gone, at)
        for ref, number in texts[at].items():
            begin(connection, ref, at, event=None, text_id=number)
