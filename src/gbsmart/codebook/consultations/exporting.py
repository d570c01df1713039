"""The register for other programs: CSV, and Atom for readers of news. (JSON is the REST interface's.)"""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from io import StringIO
from xml.etree import ElementTree as ET

from sqlalchemy import Connection

from gbsmart.codebook.consultations import reading
from gbsmart.codebook.consultations.addresses import REGISTER
from gbsmart.codebook.consultations.model import Relationship, Thing
from gbsmart.codebook.consultations.timeline import timeline

COLUMNS = (
    "id", "parent", "title", "kind", "date", "date_basis", "closes_at", "state", "annex", "form", "text",
    "media_type", "respondents", "relations", "topics", "url", "kind_guessed", "note",
)  # fmt: skip
_ATOM = "http://www.w3.org/2005/Atom"
_MOST_NEWS = 100


def as_csv(connection: Connection) -> str:
    """Every consultation and every document, a row each; ``parent`` of a document is its consultation."""
    links = reading.links(connection)
    out = StringIO()
    writer = csv.DictWriter(out, COLUMNS, restval="", lineterminator="\r\n")
    writer.writeheader()
    for each in reading.consultations(connection):
        writer.writerow(
            {
                "id": each.id, "parent": each.parent, "title": _cell(each.title), "kind": each.kind.value,
                "date": each.opened.text, "date_basis": each.opened.basis.value, "state": each.state,
                "closes_at": each.closes_at.astimezone(UTC).isoformat() if each.closes_at else "",
                "topics": _cell("; ".join(topic.name for topic in reading.topics_of(connection, each.id))),
                "relations": _relations(links, Thing.CONSULTATION, each.id), "url": each.url,
                "note": _cell(each.note),
            }
        )  # fmt: skip
    for doc in reading.documents_of(connection):
        writer.writerow(
            {
                "id": doc.id, "parent": doc.consultation, "title": _cell(doc.title), "kind": doc.kind.value,
                "date": doc.dated.text, "date_basis": doc.dated.basis.value, "annex": doc.annex,
                "form": doc.form.value, "text": doc.text, "media_type": doc.media_type,
                "respondents": _cell(doc.respondents), "url": doc.url, "note": _cell(doc.note),
                "relations": _relations(links, Thing.DOCUMENT, doc.id),
                "kind_guessed": "yes" if doc.kind_guessed else "no",
            }
        )  # fmt: skip
    return out.getvalue()


def _cell(text: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def _relations(links: list[Relationship], kind: Thing, name: str) -> str:
    mine = (each for each in links if (each.source_kind, each.source) == (kind, name))
    return "; ".join(f"{each.relation.value} {each.target}" for each in mine)


def as_atom(connection: Connection, at: Callable[[str], str]) -> str:
    """What happened last, as an Atom feed; ``at`` makes a whole address of a path of this site."""
    feed = ET.Element("feed", xmlns=_ATOM)
    entries = list(reversed(timeline(connection).entries))[:_MOST_NEWS]
    _add(feed, "id", at(REGISTER))
    _add(feed, "title", "Consultations on the Smart Energy Code")
    _add(feed, "updated", _moment(entries[0].on.last) if entries else "1970-01-01T00:00:00Z")
    ET.SubElement(feed, "link", rel="self", href=at(f"{REGISTER}.atom"))
    ET.SubElement(feed, "link", rel="alternate", href=at(REGISTER))
    author = ET.SubElement(feed, "author")
    _add(author, "name", "gbsmart")
    seen: set[str] = set()
    for each in entries:
        ident = (
            f"{at(each.href)}{'&' if '#' in each.href else '#'}{each.kind.replace(' ', '-')}-{each.on.text}"
        )
        if ident in seen:
            continue
        seen.add(ident)
        entry = ET.SubElement(feed, "entry")
        _add(entry, "id", ident)
        _add(entry, "title", each.text)
        _add(entry, "updated", _moment(each.on.last))
        ET.SubElement(entry, "link", rel="alternate", href=at(each.href))
        ET.SubElement(entry, "category", term=each.kind)
    return ET.tostring(feed, encoding="unicode", xml_declaration=True)


def _moment(day: date) -> str:
    return datetime.combine(day, time.min, UTC).isoformat().replace("+00:00", "Z")


def _add(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = text
