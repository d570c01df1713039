"""The verbs of the register of consultations, each in the caller's transaction.

What is written keeps the rules: a step is one of :mod:`~gbsmart.codebook.consultations.states`; a link joins
things that can stand so to one another; a consultation concludes when each of its topics has; and a topic
concludes with what it does to the Code, or with saying that it does nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select, update

from gbsmart.codebook.consultations import reading
from gbsmart.codebook.consultations import tables as t
from gbsmart.codebook.consultations.addresses import check_id
from gbsmart.codebook.consultations.laying import Recess, count_laying
from gbsmart.codebook.consultations.model import (
    Consultation,
    ConsultationKind,
    Correction,
    Dated,
    Document,
    DocumentKind,
    Effect,
    Happened,
    Move,
    NotPossible,
    Outcome,
    Question,
    Relation,
    Relationship,
    Thing,
    Topic,
)
from gbsmart.codebook.consultations.shipped import known_until, recesses
from gbsmart.codebook.consultations.states import CONSULTATION, TOPIC, UNDECIDED
from gbsmart.ground import InvalidValue, NotFound
from gbsmart.ground.transitions import Machine

_DOC, _CON = Thing.DOCUMENT, Thing.CONSULTATION
_CODE = frozenset({Thing.CODE, Thing.LICENCE, Thing.VERSION})
JOINS: dict[Relation, tuple[frozenset[Thing], frozenset[Thing]]] = {
    Relation.CONSULTS_ON: (frozenset({_DOC, _CON}), _CODE | {_DOC, _CON}),
    Relation.RESPONDS_TO: (frozenset({_DOC, _CON}), frozenset({_CON})),
    Relation.AMENDS: (frozenset({_DOC}), _CODE | {_DOC}),
    Relation.INCORPORATES: (frozenset({_DOC}), frozenset({_CON})),
    Relation.SUPERSEDES: (frozenset({_DOC, _CON}), frozenset({_DOC, _CON})),
    Relation.CORRECTS: (frozenset({_DOC}), frozenset({_DOC, _CON})),
    Relation.DRAFTS: (frozenset({_DOC}), frozenset({Thing.CODE})),
    Relation.COMBINES: (frozenset({_DOC}), frozenset({_CON})),
    Relation.LAID: (frozenset({_DOC}), frozenset({_CON})),
    Relation.DIRECTS: (frozenset({_DOC}), frozenset({Thing.CODE})),
    Relation.UPDATES: (frozenset({_DOC}), frozenset({_CON})),
}
"""What each relation can join: its sources and its targets."""
_NEEDED = {"settle text": Effect.CHANGE, "leave the code": Effect.NO_CHANGE, "move": Effect.MOVED}
"""The outcome without which a step of a topic makes no sense."""


def add_consultation(connection: Connection, new: Consultation, topics: Iterable[str], now: datetime) -> None:
    """Enter a consultation, planned, with its topics; raises :class:`InvalidValue` for one that is there."""
    if reading.is_held(connection, Thing.CONSULTATION, new.id):
        raise InvalidValue(f"there is a consultation {new.id} already", field="id")
    if new.parent:
        reading.consultation(connection, new.parent)
    if not new.title.strip():
        raise InvalidValue("it is missing", field="title")
    values = {
        "id": new.id, "parent": new.parent, "title": new.title, "kind": new.kind.value,
        "state": CONSULTATION.initial, "opened": new.opened.text, "opened_basis": new.opened.basis.value,
        "closes_at": new.closes_at, "organisation": new.organisation, "url": new.url,
        "summary": new.summary, "body": new.body, "source": new.source, "content_id": None,
        "note": new.note, "changed_at": now,
    }  # fmt: skip
    connection.execute(insert(t.consultation).values(values))
    for name in topics:
        add_topic(connection, new.id, name)


def planned(name: str, title: str, *, parent: str = "", closes_at: datetime | None = None) -> Consultation:
    """A consultation of one's own that is planned; one that follows from another is a further one."""
    kind = ConsultationKind.FURTHER if parent else ConsultationKind.CONSULTATION
    return Consultation(
        name, title, kind, CONSULTATION.initial, parent=parent, closes_at=closes_at, source="own"
    )


def plan(
    connection: Connection, new: Consultation, topics: Iterable[str], questions: Sequence[str], now: datetime
) -> None:
    """Enter a consultation with its topics and questions; raises as :func:`add_consultation`.

    Its id stands in addresses, and is held to :data:`~gbsmart.codebook.consultations.addresses.ID`.
    """
    check_id(new.id)
    add_consultation(connection, new, topics, now)
    set_questions(connection, new.id, questions)


def add_topic(connection: Connection, consultation: str, name: str) -> None:
    """Enter a topic; one that is there already is left alone."""
    of = t.consultation_topic
    places = connection.execute(select(of.c.name, of.c.place).where(of.c.consultation == consultation)).all()
    if not name.strip():
        raise InvalidValue("it is missing", field="topic")
    if name in {row.name for row in places}:
        return
    place = 1 + max((row.place for row in places), default=0)
    values = {"consultation": consultation, "name": name, "place": place, "state": TOPIC.initial}
    connection.execute(insert(of).values(values))


def set_questions(connection: Connection, consultation: str, questions: Sequence[str]) -> None:
    """Number and enter the questions of a consultation, in the place of earlier ones.

    Raises :class:`NotPossible` once it is open: answers name the numbers.
    """
    found = reading.consultation(connection, consultation)
    if found.state != CONSULTATION.initial:
        raise NotPossible(f"{consultation} is {found.state}: its questions stand")
    of = t.consultation_question
    connection.execute(delete(of).where(of.c.consultation == consultation))
    for each in (Question(number, text) for number, text in enumerate(questions, 1)):
        connection.execute(insert(of).values(consultation=consultation, number=each.number, text=each.text))


def add_outcome(connection: Connection, consultation: str, topic: str, outcome: Outcome) -> None:
    """Enter what came of a topic; the same target again replaces what was said of it."""
    _topic(connection, consultation, topic)
    if outcome.target_kind is Thing.CONSULTATION:
        reading.consultation(connection, outcome.target)
    if not outcome.target.strip():
        raise InvalidValue("it is missing", field="outcome")
    of = t.consultation_outcome
    key = {
        "consultation": consultation, "topic": topic, "target_kind": outcome.target_kind.value,
        "target": outcome.target,
    }  # fmt: skip
    connection.execute(delete(of).where(*(of.c[name] == value for name, value in key.items())))
    values = {"effect": outcome.effect.value, "basis": outcome.basis.value, "note": outcome.note}
    connection.execute(insert(of).values(**key, **values))


def step(
    connection: Connection,
    consultation: str,
    event: str,
    on: Dated,
    now: datetime,
    *,
    note: str = "",
    actor: str = "",
) -> Happened:
    """Let ``event`` happen to a consultation; raises :class:`NotPossible`, and then nothing has changed."""
    found = reading.consultation(connection, consultation)
    target = _target(CONSULTATION, found.state, event, consultation)
    topics = reading.topics_of(connection, consultation)
    undecided = [each.name for each in topics if each.state == UNDECIDED]
    if event.startswith("conclude") and event != "conclude in part" and undecided:
        raise NotPossible(
            f"{consultation} cannot conclude: {undecided[0]!r} is still under consultation",
            remedy="Conclude each topic first, or conclude in part.",
        )
    if event == "conclude in part" and len(undecided) == len(topics):
        raise NotPossible(f"{consultation} cannot conclude in part: none of its topics has concluded")
    _check_closing(found, event, on)
    changes: dict[str, object] = {"state": target, "changed_at": now}
    if event == "open":
        changes |= {"opened": on.text, "opened_basis": on.basis.value}
    table = t.consultation
    statement = update(table).where(table.c.id == consultation, table.c.state == found.state)
    if not connection.execute(statement.values(changes)).rowcount:
        raise NotPossible(f"{consultation} has changed meanwhile", remedy="Look at it again.")
    return _enter(connection, consultation, Happened("", event, found.state, target, on, note, actor), now)


def step_topic(
    connection: Connection,
    consultation: str,
    topic: str,
    event: str,
    on: Dated,
    now: datetime,
    *,
    outcomes: Iterable[Outcome] = (),
    also_recesses: Sequence[Recess] = (),
    note: str = "",
    actor: str = "",
) -> Happened:
    """Let ``event`` happen to a topic, with what comes of it; raises :class:`NotPossible` where it cannot.

    ``also_recesses`` are those of Parliament that the register does not know.
    """
    found = _topic(connection, consultation, topic)
    target = _target(TOPIC, found.state, event, f"the topic {topic!r}")
    _check_analysed(reading.consultation(connection, consultation), found, event)
    for each in outcomes:
        add_outcome(connection, consultation, topic, each)
    found = _topic(connection, consultation, topic)
    if event == "conclude" and not found.outcomes:
        raise NotPossible(
            f"{topic!r} cannot conclude without what it does to the Code",
            remedy="Name the provision, version or direction; or say that there is no change.",
        )
    needed = _NEEDED.get(event)
    if needed and needed not in {each.effect for each in found.outcomes}:
        raise NotPossible(f"{topic!r} has no outcome of the kind {needed.value!r}")
    if event.startswith("commence") and Thing.VERSION not in {each.target_kind for each in found.outcomes}:
        raise NotPossible(f"{topic!r} comes into force in a version of the Code, and none is named")
    if event == "make":
        _check_laid(found, on, also_recesses)
    of = t.consultation_topic
    statement = update(of).where(
        of.c.consultation == consultation, of.c.name == topic, of.c.state == found.state
    )
    if not connection.execute(statement.values(state=target)).rowcount:
        raise NotPossible(f"{topic!r} has changed meanwhile", remedy="Look at it again.")
    happened = Happened(topic, event, found.state, target, on, note, actor)
    return _enter(connection, consultation, happened, now)


def add_document(connection: Connection, new: Document) -> None:
    """Enter a document of a consultation; raises :class:`InvalidValue` for an id that is taken."""
    reading.consultation(connection, new.consultation)
    if reading.is_held(connection, Thing.DOCUMENT, new.id):
        raise InvalidValue(f"there is a document {new.id} already", field="id")
    of = t.consultation_document
    last = connection.scalar(select(func.max(of.c.place)).where(of.c.consultation == new.consultation))
    connection.execute(insert(of).values(id=new.id, place=(last or 0) + 1, **document_columns(new)))


def change_document(connection: Connection, changed: Document) -> None:
    """Replace what is held of a document."""
    of = t.consultation_document
    connection.execute(update(of).where(of.c.id == changed.id).values(**document_columns(changed)))


def document_columns(value: Document) -> dict[str, object]:
    """What is stored of a document, but for its id and its place."""
    return {
        "consultation": value.consultation, "title": value.title, "kind": value.kind.value,
        "kind_guessed": value.kind_guessed, "annex": value.annex, "form": value.form.value,
        "text": value.text, "dated": value.dated.text, "basis": value.dated.basis.value,
        "media_type": value.media_type, "respondents": value.respondents, "url": value.url,
        "listed": value.listed, "note": value.note,
    }  # fmt: skip


def link(connection: Connection, new: Relationship) -> None:
    """Enter a link; one that is there already is left alone.

    Raises :class:`InvalidValue` for things that cannot stand so to one another, and
    :class:`~gbsmart.ground.NotFound` for an end that the register does not hold.
    """
    sources, targets = JOINS[new.relation]
    if new.source_kind not in sources or new.target_kind not in targets:
        raise InvalidValue(
            f"a {new.source_kind.value} {new.relation.value} no {new.target_kind.value}", field="relation"
        )
    if (new.source_kind, new.source) == (new.target_kind, new.target):
        raise InvalidValue(f"{new.source} cannot be linked to itself", field="target")
    if new.relation is Relation.SUPERSEDES and new.source_kind is not new.target_kind:
        raise InvalidValue("a thing supersedes another of its kind", field="target")
    for kind, name in ((new.source_kind, new.source), (new.target_kind, new.target)):
        if not reading.is_held(connection, kind, name):
            raise NotFound(f"there is no {kind.value} {name!r}")
    of = t.consultation_link
    values = {
        "source_kind": new.source_kind.value, "source": new.source, "relation": new.relation.value,
        "target_kind": new.target_kind.value, "target": new.target,
    }  # fmt: skip
    same = select(of.c.id).where(*(of.c[name] == value for name, value in values.items()))
    if connection.execute(same).one_or_none() is None:
        connection.execute(insert(of).values(values))


def correct(connection: Connection, new: Correction) -> None:
    """Enter which definition an erratum puts right; the same again replaces its status.

    Raises :class:`InvalidValue` where the document is no erratum or addendum.
    """
    erratum = reading.document(connection, new.erratum)
    reading.document(connection, new.corrects)
    if erratum.kind not in (DocumentKind.ERRATUM, DocumentKind.ADDENDUM):
        raise InvalidValue(f"{new.erratum} is a {erratum.kind.value}", field="erratum")
    of = t.consultation_correction
    key = {"erratum": new.erratum, "corrects": new.corrects, "term": new.term}
    connection.execute(delete(of).where(*(of.c[name] == value for name, value in key.items())))
    values = {"provision": new.provision, "status": new.status, "note": new.note}
    connection.execute(insert(of).values(**key, **values))
    link(
        connection,
        Relationship(Thing.DOCUMENT, new.erratum, Relation.CORRECTS, Thing.DOCUMENT, new.corrects),
    )


def move(connection: Connection, new: Move) -> None:
    """Enter that provisions went into a subsidiary document (SEC X5); the same again replaces it."""
    reading.consultation(connection, new.consultation)
    of = t.consultation_move
    key = {"first": new.first, "last": new.last, "destination": new.destination}
    connection.execute(delete(of).where(*(of.c[name] == value for name, value in key.items())))
    values = {
        "consultation": new.consultation, "document": new.document, "version": new.version,
        "basis": new.basis.value, "note": new.note,
    }  # fmt: skip
    connection.execute(insert(of).values(**key, **values))


def _target(machine: Machine, state: str, event: str, what: str) -> str:
    found = machine.step(state, event)
    if found is not None:
        return found.target
    events = {each.event for each in machine.transitions}
    if event not in events:
        raise InvalidValue(
            f"{event!r} is no step of a {machine.name}", field="event",
            remedy=f"Its steps are {', '.join(sorted(events))}.",
        )  # fmt: skip
    possible = sorted({each.event for each in machine.transitions if each.source == state})
    raise NotPossible(
        f"{what} is {state}: it cannot {event}",
        remedy=f"It can {', or '.join(possible)}." if possible else "It has ended.",
    )


def _topic(connection: Connection, consultation: str, name: str) -> Topic:
    reading.consultation(connection, consultation)
    for each in reading.topics_of(connection, consultation):
        if each.name == name:
            return each
    raise NotFound(f"{consultation} has no topic {name!r}")


def _check_analysed(found: Consultation, topic: Topic, event: str) -> None:
    if topic.state == UNDECIDED and found.state != "analysing":
        raise NotPossible(
            f"{topic.name!r} cannot {event}: {found.id} is {found.state}",
            remedy="Its topics are decided while it is analysing.",
        )


def _check_closing(found: Consultation, event: str, on: Dated) -> None:
    if event == "close" and on.known and found.opened.known and on.last < found.opened.first:
        raise InvalidValue(f"{found.id} opened on {found.opened}", field="on")


def _check_laid(topic: Topic, on: Dated, also: Sequence[Recess]) -> None:
    """That the 40 days are over, where both days are known to the day."""
    laid = next(each.on for each in reversed(topic.history) if each.event == "lay")
    if laid.exact is None or on.exact is None:
        return
    known = [*recesses(), *also]
    until = max([known_until(), *(each.returned for each in also)])
    count = count_laying(laid.exact, known, until)
    if on.exact < count.may_be_made:
        raise NotPossible(
            f"{topic.name!r} was laid on {laid}: its 40 days end on {count.last_day}",
            remedy=f"It can be made on {count.may_be_made} or later.",
        )


def _enter(connection: Connection, consultation: str, happened: Happened, now: datetime) -> Happened:
    connection.execute(
        insert(t.consultation_event).values(
            consultation=consultation, topic=happened.topic, event=happened.event, source=happened.source,
            target=happened.target, dated=happened.on.text, basis=happened.on.basis.value,
            actor=happened.actor, note=happened.note, entered_at=now,
        )
    )  # fmt: skip
    return happened
