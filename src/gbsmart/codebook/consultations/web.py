"""The register for programs, under ``/code/v1/consultations``: anybody may read, and lodge a response.

What keeps it is in :mod:`~gbsmart.codebook.consultations.keeping_web`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response as HttpResponse

from gbsmart.codebook.consultations import intake, reading
from gbsmart.codebook.consultations.addresses import REST
from gbsmart.codebook.consultations.exporting import as_atom, as_csv
from gbsmart.codebook.consultations.keeping_web import operations
from gbsmart.codebook.consultations.laying import Laying, Recess, count_laying, recesses_of
from gbsmart.codebook.consultations.model import (
    Answer,
    Consultation,
    Correction,
    Document,
    Move,
    NewResponse,
    NotPossible,
    Response,
    Stance,
    Topic,
    Whole,
)
from gbsmart.codebook.consultations.shipped import known_until, recesses
from gbsmart.codebook.consultations.timeline import CodeVersion, Timeline, timeline
from gbsmart.ground import InvalidValue
from gbsmart.store import Store
from gbsmart.web import Interface, Operation, Takes

T = TypeVar("T")
Versions = Callable[[Connection], Sequence[CodeVersion]]
"""Tells the versions of the Code, the first one first."""


@dataclass(frozen=True, slots=True)
class Listed:
    """The consultations that a filter lets through."""

    consultations: tuple[Consultation, ...]


@dataclass(frozen=True, slots=True)
class Responses:
    """What was lodged with a consultation: how many, how many of these confidential, and those published."""

    received: int
    confidential: int
    published: tuple[Response, ...]


@dataclass(frozen=True, slots=True)
class Lodged:
    """The number under which a response was taken in."""

    number: int


@dataclass(frozen=True, slots=True)
class Led:
    """A topic of a consultation that led to a provision, document or version of the Code."""

    consultation: str
    title: str
    topic: Topic


@dataclass(frozen=True, slots=True)
class Traced:
    """Where a provision comes from: the topics that led to it, whether it moved, the documents about it."""

    ref: str
    topics: tuple[Led, ...]
    moves: tuple[Move, ...]
    documents: tuple[Document, ...]
    """Those that consult on it, draft, amend or direct it."""


class Nothing(Takes):
    """An operation that need not be told anything."""


class Filter(Takes):
    """Which consultations."""

    state: str = Field("", description="the state it is in")
    topic: str = Field("", description="what a topic of it is called, or a part of that")
    q: str = Field("", description="a part of its title, its id or its summary")


class One(Takes):
    """Which consultation."""

    id: str


class Ref(Takes):
    """Which provision, document or version of the Code."""

    ref: str


class Laid(Takes):
    """When a draft was laid; ``recess`` are periods that the register does not know."""

    laid: date
    recess: str = Field("", description="ROSE..RETURNED, several with commas between", max_length=1000)


class AnswerGiven(BaseModel):
    """An answer to a numbered question."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    question: int
    stance: Stance
    evidence: str = ""


class ResponseGiven(Takes):
    """A response to a consultation; one that is confidential says why."""

    id: str
    name: str
    contact: str = Field(description="not published")
    organisation: str = ""
    confidential: bool = False
    reason: str = ""
    answers: tuple[AnswerGiven, ...]


def counted(laid: date, also: Sequence[Recess]) -> Laying:
    """The count of the 40 days, with the recesses that are known and ``also`` these."""
    until = max([known_until(), *(each.returned for each in also)])
    return count_laying(laid, [*recesses(), *also], until)


def traced(connection: Connection, ref: str) -> Traced:
    """Where ``ref`` comes from: a provision, document or version of the Code."""
    reference = ref.strip()
    if not reference:
        raise InvalidValue("it is missing", field="ref")
    led = tuple(Led(each.id, each.title, topic) for each, topic in reading.trace(connection, reference))
    moves = tuple(reading.moved_from(connection, reference))
    about = {each.source for each in reading.links(connection) if each.target == reference}
    about |= {each.document for each in moves}
    documents = tuple(each for each in reading.documents_of(connection) if each.id in about)
    return Traced(reference, led, moves, documents)


def interface(store: Callable[[], Store], now: Callable[[], datetime], versions: Versions) -> Interface:
    """The interface, declared."""

    def read(ask: Callable[[Connection], T]) -> T:
        with store().reading() as connection:
            return ask(connection)

    def listed(asked: Filter, _request: Request) -> Listed:
        def ask(connection: Connection) -> Listed:
            found = reading.consultations(connection, state=asked.state, topic=asked.topic, words=asked.q)
            return Listed(tuple(found))

        return read(ask)

    def one(asked: One, _request: Request) -> Whole:
        return read(lambda connection: reading.whole(connection, asked.id))

    def responses(asked: One, _request: Request) -> Responses:
        def ask(connection: Connection) -> Responses:
            reading.consultation(connection, asked.id)
            received, confidential = intake.count(connection, asked.id)
            return Responses(received, confidential, tuple(intake.published(connection, asked.id)))

        return read(ask)

    def lodge(asked: ResponseGiven, _request: Request) -> Lodged:
        answers = tuple(Answer(each.question, each.stance, each.evidence) for each in asked.answers)
        new = NewResponse(
            asked.name, asked.contact, asked.organisation, asked.confidential, asked.reason, answers
        )
        with store().transaction() as connection:
            return Lodged(intake.lodge(connection, asked.id, new, now()))

    def atom(_asked: Nothing, request: Request) -> HttpResponse:
        base = str(request.base_url).rstrip("/")
        feed = read(lambda connection: as_atom(connection, lambda path: base + path))
        return HttpResponse(feed, media_type="application/atom+xml")

    return Interface(
        REST,
        "Consultations on the Smart Energy Code",
        "What was consulted on before the Code was changed, and what became of it. Anybody may read, and"
        " lodge a response to a consultation that is open; who keeps the register sends a token.",
        (
            Operation(
                "list_consultations", "GET", "", "Consultations, as they opened.", Filter, Listed, listed
            ),
            Operation(
                "consultation_timeline", "GET", "/timeline", "All that happened, in the order of time.",
                Nothing, Timeline,
                lambda _asked, _request: read(lambda connection: timeline(connection, versions(connection))),
            ),
            Operation(
                "list_corrections", "GET", "/corrections", "Errata and the definitions they put right.",
                Nothing, tuple[Correction, ...],
                lambda _asked, _request: read(reading.corrections),
            ),
            Operation(
                "trace_provision", "GET", "/trace", "The topics that led to a provision, and where it moved.",
                Ref, Traced,
                lambda asked, _request: read(lambda connection: traced(connection, asked.ref)),
            ),
            Operation(
                "count_laying", "GET", "/laying", "The 40 days of a draft before Parliament.", Laid, Laying,
                lambda asked, _request: counted(asked.laid, recesses_of(asked.recess)),
            ),
            Operation(
                "export_csv", "GET", "/export.csv", "The register as CSV.", Nothing, None,
                lambda _asked, _request: HttpResponse(read(as_csv), media_type="text/csv"),
                media_type="text/csv",
            ),
            Operation(
                "export_atom", "GET", "/export.atom", "What happened last, as Atom.", Nothing, None, atom,
                media_type="application/atom+xml",
            ),
            Operation("show_consultation", "GET", "/{id}", "One consultation, whole.", One, Whole, one),
            Operation(
                "list_responses", "GET", "/{id}/responses", "The responses that are published.", One,
                Responses, responses,
            ),
            Operation(
                "lodge_response", "POST", "/{id}/responses", "Lodge a response to an open consultation.",
                ResponseGiven, Lodged, lodge, status=201,
            ),
            *operations(store, now),
        ),
        {NotPossible: 409},
    )  # fmt: skip
