"""The Code's library for programs, under ``/code/v1/library``: anybody may read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, TypeVar

from pydantic import Field
from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response

from gbsmart.codebook import telling as tell
from gbsmart.codebook.defining import term, terms
from gbsmart.codebook.model import Erratum
from gbsmart.codebook.searching import search, unmarked
from gbsmart.codebook.service import (
    errata,
    history,
    known_ref,
    moment_asked,
    provisions_at,
    version_at,
    version_named,
    versions,
)
from gbsmart.codebook.version_control import version_row
from gbsmart.store import Store
from gbsmart.web import Interface, Operation, Takes, csv_table

_T = TypeVar("_T")
BASE = "/code/v1/library"
_AT = "a date, a date and time, or a version; without it now"


_OF_VERSION = (
    "version", "implementation_date", "kind", "legal_basis", "decision_date", "base_version", "modifications",
    "activated", "designated", "redesignated", "sections", "schedules", "appendices", "appendices_inferred",
    "schedules_inferred", "reason", "notes",
)  # fmt: skip
_OF_TERM = ("term", "definition", "source", "since", "until", "uses", "used_by", "provisions")


class At(Takes):
    """As at when."""

    at: str = Field("", max_length=40, description=_AT)


class Number(Takes):
    """Which version."""

    number: str = Field(max_length=20)


class Ref(At):
    """Which provision, and as at when; ``in_force`` asks for what then applies only."""

    ref: str = Field(max_length=80)
    in_force: bool = False


class Contents(At):
    """Of which document (without it of the whole Code), and as at when."""

    document: str = Field("", max_length=80)
    in_force: bool = False


class OfRef(Takes):
    """Which provision."""

    ref: str = Field(max_length=80)


class Words(At):
    """Words that are all to be found."""

    words: str = Field(max_length=400)
    most: int = Field(50, ge=1, le=1000)


class Name(At):
    """Which term."""

    name: str = Field(max_length=120)


class Nothing(Takes):
    """An operation that needs no value."""


def _table(columns: Sequence[str], rows: list[dict[str, Any]]) -> Response:
    return Response(csv_table(columns, rows), media_type="text/csv")


def interface(store: Callable[[], Store], now: Callable[[], datetime]) -> Interface:
    """The interface, declared."""

    def read(question: Callable[[Connection], _T]) -> _T:
        with store().reading() as connection:
            return question(connection)

    def when(connection: Connection, asked: At) -> datetime:
        return moment_asked(connection, asked.at) if asked.at else now()

    def list_versions(asked: At, _request: Request) -> list[dict[str, Any]]:
        def ask(connection: Connection) -> list[dict[str, Any]]:
            found = [version_at(connection, when(connection, asked))] if asked.at else versions(connection)
            return [version_row(each) for each in found]

        return read(ask)

    def versions_csv(asked: At, request: Request) -> Response:
        return _table(_OF_VERSION, list_versions(asked, request))

    def one_version(asked: Number, _request: Request) -> dict[str, Any]:
        def ask(connection: Connection) -> dict[str, Any]:
            found = version_named(connection, asked.number)
            return {**version_row(found), "events": [tell.event(each) for each in found.events]}

        return read(ask)

    def contents(asked: Contents, _request: Request) -> list[dict[str, Any]]:
        def ask(connection: Connection) -> list[dict[str, Any]]:
            document = known_ref(connection, asked.document) if asked.document else None
            moment = when(connection, asked)
            found = provisions_at(connection, moment, document, in_force=asked.in_force)
            return [{**tell.line(each), "parent": each.parent} for each in found]

        return read(ask)

    def provision(asked: Ref, _request: Request) -> dict[str, Any]:
        return read(
            lambda connection: tell.whole(
                connection, asked.ref, when(connection, asked), in_force=asked.in_force
            )
        )

    def events(asked: OfRef, _request: Request) -> list[dict[str, Any]]:
        return read(lambda connection: [tell.event(each) for each in history(connection, asked.ref)])

    def find(asked: Words, _request: Request) -> list[dict[str, Any]]:
        def ask(connection: Connection) -> list[dict[str, Any]]:
            hits = search(connection, asked.words, when(connection, asked), most=asked.most)
            return [{**each._asdict(), "snippet": unmarked(each.snippet)} for each in hits]

        return read(ask)

    def all_terms(asked: At, _request: Request) -> list[dict[str, Any]]:
        return read(
            lambda connection: [tell.term(each) for each in terms(connection, when(connection, asked))]
        )

    def terms_csv(asked: At, request: Request) -> Response:
        return _table(_OF_TERM, all_terms(asked, request))

    def one_term(asked: Name, _request: Request) -> dict[str, Any]:
        return read(lambda connection: tell.term(term(connection, asked.name, when(connection, asked))))

    objects = list[dict[str, Any]]
    return Interface(
        BASE,
        "The library of the Smart Energy Code",
        "Versions, provisions as at any date, what happened to them, words and defined terms.",
        (
            Operation("list_versions", "GET", "/versions", "The versions; with at the one that stands then.",
                      At, objects, list_versions),
            Operation("versions_csv", "GET", "/versions.csv", "The same as CSV.", At, None, versions_csv,
                      media_type="text/csv"),
            Operation("show_version", "GET", "/versions/{number}", "One version with its events.",
                      Number, dict[str, Any], one_version),
            Operation("list_provisions", "GET", "/provisions", "The contents at a date.",
                      Contents, objects, contents),
            Operation("show_provision", "GET", "/provisions/{ref}", "A provision at a date.",
                      Ref, dict[str, Any], provision),
            Operation("list_events", "GET", "/events/{ref}", "What happened to a provision.",
                      OfRef, objects, events),
            Operation("search", "GET", "/search", "Provisions by their words.", Words, objects, find),
            Operation("list_terms", "GET", "/terms", "The defined terms.", At, objects, all_terms),
            Operation("terms_csv", "GET", "/terms.csv", "The same as CSV.", At, None, terms_csv,
                      media_type="text/csv"),
            Operation("show_term", "GET", "/terms/{name}", "One term, and where it is used.",
                      Name, dict[str, Any], one_term),
            Operation("list_errata", "GET", "/errata", "Slips of the printed Code.", Nothing, list[Erratum],
                      lambda _asked, _request: read(errata)),
        ),
        {},
    )  # fmt: skip
