"""The register for other programs: CSV, and Atom for readers of news. (JSON is the REST interface's.)"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time
from typing import Any
from zlib import crc32

from sqlalchemy import Connection

from gbsmart.codebook.consultations import reading
from gbsmart.codebook.consultations.addresses import REGISTER
from gbsmart.codebook.consultations.model import Consultation, Document, Relationship, Thing
from gbsmart.codebook.consultations.timeline import Entry, timeline
from gbsmart.web import FeedEntry, atom_feed, csv_table

COLUMNS = (
    "id", "parent", "title", "kind", "date", "date_basis", "closes_at", "state", "annex", "form", "text",
    "media_type", "respondents", "relations", "topics", "url", "kind_guessed", "note",
)  # fmt: skip


def as_csv(connection: Connection) -> str:
    """Every consultation and every document, a row each; ``parent`` of a document is its consultation."""
    return csv_table(COLUMNS, _rows(connection))


def _rows(connection: Connection) -> Iterator[dict[str, Any]]:
    links = reading.links(connection)
    topics = reading.topics(connection)
    for each in reading.consultations(connection):
        names = [topic.name for topic in topics.get(each.id, ())]
        yield _consultation(each, names) | {"relations": _relations(links, Thing.CONSULTATION, each.id)}
    for doc in reading.documents_of(connection):
        yield _document(doc) | {"relations": _relations(links, Thing.DOCUMENT, doc.id)}


def _consultation(found: Consultation, topics: list[str]) -> dict[str, Any]:
    return {
        "id": found.id, "parent": found.parent, "title": found.title, "kind": found.kind,
        "date": found.opened.text, "date_basis": found.opened.basis, "state": found.state,
        "closes_at": found.closes_at, "topics": topics, "url": found.url, "note": found.note,
    }  # fmt: skip


def _document(found: Document) -> dict[str, Any]:
    return {
        "id": found.id, "parent": found.consultation, "title": found.title, "kind": found.kind,
        "date": found.dated.text, "date_basis": found.dated.basis, "annex": found.annex,
        "form": found.form, "text": found.text, "media_type": found.media_type,
        "respondents": found.respondents, "url": found.url, "note": found.note,
        "kind_guessed": "yes" if found.kind_guessed else "no",
    }  # fmt: skip


def _relations(links: list[Relationship], kind: Thing, name: str) -> list[str]:
    mine = (each for each in links if (each.source_kind, each.source) == (kind, name))
    return [f"{each.relation.value} {each.target}" for each in mine]


def as_atom(connection: Connection, at: Callable[[str], str]) -> bytes:
    """What happened last, as an Atom feed; ``at`` makes a whole address of a path of this site."""
    newest_first = reversed(timeline(connection).entries)
    entries = (_news(each, at) for each in newest_first)
    return atom_feed(at(REGISTER), "Consultations on the Smart Energy Code", at(REGISTER), entries)


def _news(entry: Entry, at: Callable[[str], str]) -> FeedEntry:
    """An entry; two of one kind on one day differ in their words, so these are in what it is known by."""
    said = f"{crc32(entry.text.encode()):08x}"
    known_by = f"{entry.consultation}:{entry.kind.replace(' ', '-')}:{entry.on.text}:{said}"
    moment = datetime.combine(entry.on.last, time.min, UTC)
    return FeedEntry(
        f"urn:gbsmart:consultation:{known_by}", entry.text, moment, "", at(entry.href), entry.kind
    )
