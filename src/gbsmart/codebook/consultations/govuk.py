"""Consultations of gov.uk, imported from the JSON of its content API.

The address ``https://www.gov.uk/api/content/government/consultations/...`` gives what a page holds. An import
is repeated as often as one likes: the same page changes what was imported before. What kind of document an
attachment is, the page does not say: it is guessed from the title, and marked as guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Connection, select, update

from gbsmart.codebook.consultations import guessing, reading, service
from gbsmart.codebook.consultations import tables as t
from gbsmart.codebook.consultations.model import (
    GOVERNMENT,
    Basis,
    Consultation,
    ConsultationKind,
    Dated,
    Document,
    DocumentKind,
    Relation,
    Relationship,
    Thing,
)
from gbsmart.codebook.consultations.plain_text import links_of, text_of
from gbsmart.codebook.consultations.states import CONSULTATION, ENDED
from gbsmart.ground import InvalidValue
from gbsmart.ground.working_days import civil_day

SITE = "https://www.gov.uk"
_ASSETS = "https://assets.publishing.service.gov.uk"
_TYPES = {"consultation": "", "open_consultation": "open", "closed_consultation": "closed",
          "consultation_outcome": "concluded"}  # fmt: skip
_WAY = (("open", "open"), ("close", "closed"), ("analyse", "analysing"), ("conclude", "concluded"))
"""The steps of a consultation that is not concluded in parts, with the state after each."""
_CONTENT_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z")


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file or page that a consultation on gov.uk has."""

    key: str
    title: str
    url: str
    media_type: str
    part: str
    """Which part of the page lists it: consultation, feedback or outcome."""


@dataclass(frozen=True, slots=True)
class Page:
    """A consultation as gov.uk gives it, checked."""

    content_id: str
    path: str
    title: str
    summary: str
    state: str
    opened: datetime | None
    closes: datetime | None
    concluded: datetime | None
    body: str
    organisation: str
    attachments: tuple[Attachment, ...]
    updates: tuple[tuple[datetime, str], ...]


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did."""

    consultation: str
    new: bool
    documents_new: int
    documents_changed: int
    documents_gone: int


def read_page(content: object) -> Page:
    """The consultation in a content item; raises :class:`InvalidValue` naming what is wrong and where."""
    if not isinstance(content, Mapping):
        raise InvalidValue("not a JSON object", field="content")
    kind = _text(content, "document_type", 60)
    if kind not in _TYPES or content.get("schema_name", "consultation") != "consultation":
        raise InvalidValue(
            f"{kind!r} is no consultation", field="document_type", remedy=f"One of {', '.join(_TYPES)}."
        )
    details = content.get("details")
    if not isinstance(details, Mapping):
        raise InvalidValue("it is missing", field="details")
    content_id = _text(content, "content_id", 40)
    if not _CONTENT_ID.match(content_id):
        raise InvalidValue(f"{content_id!r} is no UUID", field="content_id")
    path = _text(content, "base_path", 900)
    if not path.startswith("/"):
        raise InvalidValue("it begins with /", field="base_path")
    outcome = text_of(_maybe(details, "final_outcome_detail"))
    feedback = text_of(_maybe(details, "public_feedback_detail"))
    body = [text_of(_maybe(details, "body")), feedback, outcome]
    concluded = _moment(details, "details", "final_outcome_publication_date")
    return Page(
        content_id=content_id,
        path=path,
        title=_text(content, "title", 500),
        summary=text_of(_maybe(content, "description")),
        state=_TYPES[kind],
        opened=_moment(details, "details", "opening_date"),
        closes=_moment(details, "details", "closing_date"),
        concluded=concluded or _moment(content, "", "public_updated_at"),
        body="\n\n".join(each for each in body if each),
        organisation=_organisations(content),
        attachments=tuple(_attachments(details)),
        updates=tuple(_updates(details)),
    )


def import_page(connection: Connection, content: object, now: datetime, *, into: str = "") -> Imported:
    """Bring a consultation of gov.uk into the register, or up to date there.

    ``into`` names a consultation of the register that it is, where the register has it from elsewhere:
    documents with the same titles are then the same documents. Raises as :func:`read_page`, and
    :class:`~gbsmart.ground.NotFound` for an unknown ``into``.
    """
    page = read_page(content)
    of = t.consultation
    known = connection.scalar(select(of.c.id).where(of.c.content_id == page.content_id))
    if known and into and known != into:
        raise InvalidValue(f"this page is {known} already", field="as")
    name = known or into or page.path.rpartition("/")[2][:160]
    is_new = not reading.is_held(connection, Thing.CONSULTATION, name)
    if is_new:
        if into:
            reading.consultation(connection, into)  # raises
        new = Consultation(name, page.title, ConsultationKind.CONSULTATION, "planned", source="gov.uk")
        service.add_consultation(connection, new, (), now)
    _describe(connection, name, page, now)
    _advance(connection, name, page, now)
    counts = _take_documents(connection, name, page)
    return Imported(name, is_new, *counts)


def _describe(connection: Connection, name: str, page: Page, now: datetime) -> None:
    of = t.consultation
    values: dict[str, object] = {
        "content_id": page.content_id, "url": SITE + page.path, "summary": page.summary, "body": page.body,
        "organisation": page.organisation[:500], "changed_at": now,
    }  # fmt: skip
    if reading.consultation(connection, name).source == "gov.uk":
        values["title"] = page.title
    if page.closes:
        values["closes_at"] = page.closes
    if page.opened:
        values |= {"opened": civil_day(page.opened).isoformat(), "opened_basis": Basis.SOURCE.value}
    connection.execute(update(of).where(of.c.id == name).values(values))


def _advance(connection: Connection, name: str, page: Page, now: datetime) -> None:
    """Take the consultation as far as the page says, and not back."""
    state = reading.consultation(connection, name).state
    if not page.state or state in ENDED:
        return
    moments = {"open": page.opened, "close": page.closes, "conclude": page.concluded}
    order = [CONSULTATION.initial, *(after for _, after in _WAY)]
    here = {"revised": "open", "part concluded": "analysing"}.get(state, state)
    for event, after in _WAY[order.index(here) : order.index(page.state)]:
        if state == "part concluded":
            service.step(connection, name, "resume", Dated(), now, note="Imported.")
        if after == "concluded" and _undecided(connection, name):
            return  # which of its topics have concluded the page does not say
        moment = moments.get(event)
        on = Dated(civil_day(moment).isoformat(), Basis.SOURCE) if moment else Dated()
        service.step(connection, name, event, on, now, note="Imported from gov.uk.")


def _undecided(connection: Connection, name: str) -> bool:
    return any(each.state == "under consultation" for each in reading.topics_of(connection, name))


def _take_documents(connection: Connection, name: str, page: Page) -> tuple[int, int, int]:
    held = {each.id: each for each in reading.documents_of(connection, name)}
    titles = {_plain(each.title): each for each in held.values() if not each.url}
    seen: set[str] = set()
    new = changed = 0
    for fresh in [*_documents(name, page), *_page_updates(name, page)]:
        known = held.get(fresh.id) or titles.get(_plain(fresh.title))
        if known is None:
            service.add_document(connection, fresh)
            _link(connection, fresh)
            seen.add(fresh.id)
            new += 1
            continue
        seen.add(known.id)
        merged = _merged(known, fresh)
        if merged != known:
            service.change_document(connection, merged)
            changed += 1
    gone = [each for each in held.values() if each.url and each.id not in seen and each.listed != "no longer"]
    for each in gone:
        service.change_document(connection, replace(each, listed="no longer"))
    return new, changed, len(gone)


def _merged(known: Document, fresh: Document) -> Document:
    """What was known of a document, with what the page says anew; a kind that was not guessed stays."""
    if not known.kind_guessed:
        return replace(known, url=fresh.url, media_type=fresh.media_type or known.media_type, listed="page")
    return replace(fresh, id=known.id)


def _documents(name: str, page: Page) -> Iterable[Document]:
    for each in page.attachments:
        kind = guessing.kind_of(each.title)
        if each.part == "outcome" and kind in (DocumentKind.OTHER, DocumentKind.CONSULTATION_DOCUMENT):
            kind = DocumentKind.GOVERNMENT_RESPONSE
        elif each.part == "feedback" and kind is DocumentKind.OTHER:
            kind = DocumentKind.RESPONSES
        whose = guessing.respondents_of(each.title) if kind is DocumentKind.RESPONSES else ""
        yield Document(
            f"{name}:{each.key}"[:400], name, each.title, kind, annex=guessing.annex_of(each.title),
            form=guessing.form_of(each.title), media_type=each.media_type, respondents=whose, url=each.url,
            kind_guessed=True,
        )  # fmt: skip


def _page_updates(name: str, page: Page) -> Iterable[Document]:
    for moment, note in page.updates:
        title = f"Page update: {note}".strip()[:500]
        on = Dated(civil_day(moment).isoformat(), Basis.SOURCE)
        yield Document(
            f"{name}:update-{moment:%Y%m%dT%H%M%S}", name, title, DocumentKind.PAGE_UPDATE, dated=on,
            media_type="text/html", url=SITE + page.path,
        )  # fmt: skip


def _link(connection: Connection, new: Document) -> None:
    """How a document stands to its consultation, where its kind says it."""
    relation = Relation.CONSULTS_ON if new.kind is DocumentKind.CONSULTATION_DOCUMENT else None
    if new.kind in GOVERNMENT or new.kind is DocumentKind.RESPONSES:
        relation = Relation.RESPONDS_TO
    elif new.kind is DocumentKind.PAGE_UPDATE:
        relation = Relation.UPDATES
    if relation is not None:
        ends = (Thing.DOCUMENT, new.id, relation, Thing.CONSULTATION, new.consultation)
        service.link(connection, Relationship(*ends))


def _attachments(details: Mapping[str, Any]) -> Iterable[Attachment]:
    named = {key: part for part, names in _PARTS.items() for key in _names(details, f"{names}_attachments")}
    listed = _list(details, "attachments")
    taken: set[str] = set()
    for place, each in enumerate(listed):
        where = f"details.attachments.{place}"
        if not isinstance(each, Mapping):
            raise InvalidValue("not an object", field=where)
        title, url = _text(each, "title", 500, where), _address(_text(each, "url", 1000, where), where)
        key = str(each.get("id") or each.get("filename") or url.rpartition("/")[2])[:200]
        if key not in taken:
            taken.add(key)
            kind = str(
                each.get("content_type") or ("text/html" if each.get("attachment_type") == "html" else "")
            )
            yield Attachment(key, title, url, kind[:100], named.get(key, "consultation"))
    if listed:
        return
    for part, names in _PARTS.items():  # as gov.uk gave them until 2020: pieces of HTML
        for html in _list(details, "documents" if part == "consultation" else f"{names}_documents"):
            for href, words in links_of(str(html)):
                key = href.rpartition("/")[2][:200]
                if key and "." in key and not href.startswith(("#", "mailto:")) and key not in taken:
                    taken.add(key)
                    address = _address(href, f"details.{names}_documents")
                    kind = {"pdf": "application/pdf", "zip": "application/zip"}.get(
                        key.rpartition(".")[2], ""
                    )
                    yield Attachment(key, words[:500], address, kind, part)


_PARTS = {"consultation": "featured", "feedback": "public_feedback", "outcome": "final_outcome"}


def _updates(details: Mapping[str, Any]) -> Iterable[tuple[datetime, str]]:
    for place, each in enumerate(_list(details, "change_history")):
        where = f"details.change_history.{place}"
        if not isinstance(each, Mapping):
            raise InvalidValue("not an object", field=where)
        moment = _moment(each, where, "public_timestamp")
        if moment is None:
            raise InvalidValue("it is missing", field=f"{where}.public_timestamp")
        yield moment, text_of(_maybe(each, "note"))


def _organisations(content: Mapping[str, Any]) -> str:
    links = content.get("links")
    found = links.get("organisations") if isinstance(links, Mapping) else None
    names = [each.get("title") for each in found or () if isinstance(each, Mapping)]
    return "; ".join(str(each) for each in names if each)


def _address(url: str, where: str) -> str:
    """A whole address of the web: a page of gov.uk leaves out its own host."""
    whole = (
        (_ASSETS if url.startswith("/government/uploads/") else SITE) + url if url.startswith("/") else url
    )
    parts = urlsplit(whole)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise InvalidValue(f"{url!r} is no address of the web", field=f"{where}.url")
    return whole[:1000]


def _text(content: Mapping[str, Any], name: str, longest: int, where: str = "") -> str:
    value = content.get(name)
    field = f"{where}.{name}" if where else name
    if not isinstance(value, str) or not value.strip():
        raise InvalidValue("it is missing", field=field)
    if len(value) > longest or "\0" in value:
        raise InvalidValue(f"at most {longest} letters, and no NUL", field=field)
    return value.strip()


def _maybe(content: Mapping[str, Any], name: str) -> str:
    value = content.get(name)
    return value.replace("\0", "") if isinstance(value, str) else ""


def _list(content: Mapping[str, Any], name: str) -> list[Any]:
    value = content.get(name)
    if value is None:
        return []
    if not isinstance(value, list):
        raise InvalidValue("not a list", field=f"details.{name}")
    return value


def _names(details: Mapping[str, Any], name: str) -> list[str]:
    return [each for each in _list(details, name) if isinstance(each, str)]


def _moment(content: Mapping[str, Any], where: str, name: str) -> datetime | None:
    value = content.get(name)
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(str(value))
        if moment.tzinfo is None:
            raise ValueError
    except ValueError:
        field = f"{where}.{name}" if where else name
        raise InvalidValue(f"{value!r} is no moment with a zone", field=field) from None
    return moment


def _plain(title: str) -> str:
    return re.sub(r"\W+", " ", title).strip().casefold()
