"""What the register of consultations is asked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, Select, Table, or_, select

from gbsmart.codebook.consultations import tables as t
from gbsmart.codebook.consultations.model import (
    Basis,
    Consultation,
    ConsultationKind,
    Correction,
    Dated,
    Document,
    DocumentKind,
    Effect,
    Form,
    Happened,
    Move,
    Outcome,
    Question,
    Relation,
    Relationship,
    Thing,
    Topic,
    Whole,
)
from gbsmart.ground import NotFound


def consultations(
    connection: Connection, *, state: str = "", topic: str = "", words: str = ""
) -> list[Consultation]:
    """The consultations in the order in which they opened; those of a state, a topic, a word of the title.

    ``topic`` and ``words`` are looked for within names, in either case of letters.
    """
    wanted: Select[Any] = select(t.consultation)
    if state:
        wanted = wanted.where(t.consultation.c.state == state)
    if words:
        wanted = wanted.where(
            or_(*(column.icontains(words, autoescape=True) for column in _IN_WORDS)),
        )
    if topic:
        having = select(t.consultation_topic.c.consultation).where(
            t.consultation_topic.c.name.icontains(topic, autoescape=True)
        )
        wanted = wanted.where(t.consultation.c.id.in_(having))
    order = (t.consultation.c.opened == "", t.consultation.c.opened, t.consultation.c.id)
    return [_consultation(row) for row in connection.execute(wanted.order_by(*order))]


_IN_WORDS = (t.consultation.c.id, t.consultation.c.title, t.consultation.c.summary)


def consultation(connection: Connection, name: str) -> Consultation:
    """The consultation of this id; raises :class:`NotFound`."""
    row = connection.execute(select(t.consultation).where(t.consultation.c.id == name)).one_or_none()
    if row is None:
        raise NotFound(
            f"there is no consultation {name!r}", remedy="gbsmart code consultations list names them."
        )
    return _consultation(row)


def whole(connection: Connection, name: str) -> Whole:
    """A consultation with everything that belongs to it; raises :class:`NotFound`."""
    found = consultation(connection, name)
    history = histories(connection, name)
    documents = documents_of(connection, name)
    ends = [(Thing.CONSULTATION, name), *((Thing.DOCUMENT, each.id) for each in documents)]
    joined = links(connection)
    mine = set(ends)
    children = (
        select(t.consultation.c.id).where(t.consultation.c.parent == name).order_by(t.consultation.c.id)
    )
    return Whole(
        found,
        topics=_topics(connection, history, name).get(name, ()),
        documents=tuple(documents),
        history=tuple(history.get((name, ""), ())),
        links=tuple(each for each in joined if (each.source_kind, each.source) in mine),
        back=tuple(
            each
            for each in joined
            if (each.target_kind, each.target) in mine and (each.source_kind, each.source) not in mine
        ),
        questions=tuple(questions_of(connection, name)),
        corrections=tuple(corrections(connection, [each.id for each in documents])),
        moves=tuple(each for each in moves(connection) if each.consultation == name),
        children=tuple(connection.scalars(children)),
    )


def topics_of(connection: Connection, name: str) -> tuple[Topic, ...]:
    """The topics of a consultation, with what came of each."""
    return _topics(connection, histories(connection, name), name).get(name, ())


def topics(connection: Connection) -> dict[str, tuple[Topic, ...]]:
    """The topics of every consultation that has any."""
    return _topics(connection, histories(connection))


Histories = Mapping[tuple[str, str], Sequence[Happened]]
"""What happened to a consultation and a topic of it, in order; to the consultation itself under ""."""


def _topics(connection: Connection, history: Histories, name: str = "") -> dict[str, tuple[Topic, ...]]:
    outcomes: defaultdict[tuple[str, str], list[Outcome]] = defaultdict(list)
    of = t.consultation_outcome
    for row in connection.execute(_of(of, name).order_by(of.c.target_kind.desc())):
        outcomes[row.consultation, row.topic].append(
            Outcome(Effect(row.effect), Thing(row.target_kind), row.target, Basis(row.basis), row.note)
        )
    found: defaultdict[str, list[Topic]] = defaultdict(list)
    topic = t.consultation_topic
    for row in connection.execute(_of(topic, name).order_by(topic.c.place)):
        key = (row.consultation, row.name)
        found[row.consultation].append(
            Topic(row.name, row.state, tuple(outcomes[key]), tuple(history.get(key, ())))
        )
    return {consultation: tuple(those) for consultation, those in found.items()}


def histories(connection: Connection, name: str = "") -> Histories:
    """What happened to a consultation and each of its topics; without a name, to all."""
    event = t.consultation_event
    found: defaultdict[tuple[str, str], list[Happened]] = defaultdict(list)
    for row in connection.execute(_of(event, name).order_by(event.c.id)):
        dated = Dated(row.dated, Basis(row.basis))
        found[row.consultation, row.topic].append(
            Happened(row.topic, row.event, row.source, row.target, dated, row.note, row.actor)
        )
    return dict(found)


def _of(table: Table, consultation: str) -> Select[Any]:
    """The rows of a consultation; without a name, of all."""
    wanted = select(table)
    return wanted.where(table.c.consultation == consultation) if consultation else wanted


def documents_of(connection: Connection, name: str = "") -> list[Document]:
    """The documents of a consultation, or of all, in the order of their pages."""
    of = t.consultation_document
    wanted = _of(of, name).order_by(of.c.consultation, of.c.place)
    return [_document(row) for row in connection.execute(wanted)]


def document(connection: Connection, name: str) -> Document:
    """The document of this id; raises :class:`NotFound`."""
    of = t.consultation_document
    row = connection.execute(select(of).where(of.c.id == name)).one_or_none()
    if row is None:
        raise NotFound(f"there is no document {name!r}")
    return _document(row)


def pair_of(document: Document, among: Iterable[Document]) -> Document | None:
    """The change-marked document of a clean one, and the other way round, where both are published."""
    if document.form is Form.UNSAID:
        return None
    for other in among:
        if (
            other.id != document.id
            and other.form not in (Form.UNSAID, document.form)
            and other.kind is document.kind
            and other.text == document.text
            and other.consultation == document.consultation
        ):
            return other
    return None


def trace(connection: Connection, reference: str) -> list[tuple[Consultation, Topic]]:
    """The topics that led to ``reference``: a provision, document or version of the Code."""
    of = t.consultation_outcome
    wanted = select(of.c.consultation, of.c.topic).where(of.c.target == reference)
    inside = [each.consultation for each in moved_from(connection, reference)]
    hits = {(row.consultation, row.topic) for row in connection.execute(wanted)}
    found = []
    of_each = topics(connection)
    for each in consultations(connection):
        for topic in of_each.get(each.id, ()):
            moved_here = each.id in inside and any(
                outcome.effect is Effect.MOVED and outcome.target_kind is Thing.CODE
                for outcome in topic.outcomes
            )
            if (each.id, topic.name) in hits or moved_here:
                found.append((each, topic))
    return found


def links(connection: Connection) -> list[Relationship]:
    """Every link of the register."""
    of = t.consultation_link
    return [
        Relationship(
            Thing(row.source_kind), row.source, Relation(row.relation), Thing(row.target_kind), row.target
        )
        for row in connection.execute(select(of).order_by(of.c.id))
    ]


def corrections(connection: Connection, documents: Iterable[str] | None = None) -> list[Correction]:
    """The errata: all, or those that one of ``documents`` makes or needs."""
    of = t.consultation_correction
    wanted = select(of)
    if documents is not None:
        named = list(documents)
        wanted = wanted.where(or_(of.c.erratum.in_(named), of.c.corrects.in_(named)))
    rows = connection.execute(wanted.order_by(of.c.erratum, of.c.corrects, of.c.term))
    return [
        Correction(row.erratum, row.corrects, row.term, row.provision, row.status, row.note) for row in rows
    ]


def moves(connection: Connection) -> list[Move]:
    """The provisions that went into subsidiary documents."""
    of = t.consultation_move
    rows = connection.execute(select(of).order_by(of.c.first, of.c.destination))
    return [
        Move(
            row.first, row.last, row.destination, row.consultation, row.document, row.version,
            Basis(row.basis), row.note,
        )
        for row in rows
    ]  # fmt: skip


def moved_from(connection: Connection, reference: str) -> list[Move]:
    """Where the provision ``reference`` went; where it is a document, what went into it."""
    return [
        each
        for each in moves(connection)
        if each.destination == reference or _between(each.first, reference, each.last)
    ]


def questions_of(connection: Connection, name: str) -> list[Question]:
    """The numbered questions of a consultation."""
    of = t.consultation_question
    wanted = select(of).where(of.c.consultation == name).order_by(of.c.number)
    return [Question(row.number, row.text) for row in connection.execute(wanted)]


def is_held(connection: Connection, kind: Thing, name: str) -> bool:
    """Whether the register holds this; of the Code, licences and directions it knows the names alone."""
    if kind not in (Thing.CONSULTATION, Thing.DOCUMENT):
        return bool(name)
    of = t.consultation if kind is Thing.CONSULTATION else t.consultation_document
    return connection.execute(select(of.c.id).where(of.c.id == name)).one_or_none() is not None


def _between(first: str, reference: str, last: str) -> bool:
    """Whether a clause such as H5.34 or H5.34(a) lies from H5.33 to H5.40."""
    stem, _, low = first.rpartition(".")
    own, _, number = reference.rpartition(".")
    digits = number.partition("(")[0]
    high = last.rpartition(".")[2]
    return own == stem and digits.isdigit() and int(low) <= int(digits) <= int(high)


def _consultation(row: Row[Any]) -> Consultation:
    return Consultation(
        id=row.id, title=row.title, kind=ConsultationKind(row.kind), state=row.state, parent=row.parent,
        opened=Dated(row.opened, Basis(row.opened_basis)), closes_at=row.closes_at,
        organisation=row.organisation, url=row.url, summary=row.summary, body=row.body, source=row.source,
        note=row.note,
    )  # fmt: skip


def _document(row: Row[Any]) -> Document:
    return Document(
        id=row.id, consultation=row.consultation, title=row.title, kind=DocumentKind(row.kind),
        annex=row.annex, form=Form(row.form), text=row.text, dated=Dated(row.dated, Basis(row.basis)),
        media_type=row.media_type, respondents=row.respondents, url=row.url, listed=row.listed,
        kind_guessed=row.kind_guessed, note=row.note,
    )  # fmt: skip
