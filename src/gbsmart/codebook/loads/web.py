"""Comparisons and loads for programs, under ``/code/v1/texts``: anybody may read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, TypeVar

from pydantic import Field
from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response

from gbsmart.codebook.comparing import FORMATS, Compared, compare_states, told, written
from gbsmart.codebook.loads.model import Load
from gbsmart.codebook.loads.service import load_of, loads
from gbsmart.codebook.references import CODE
from gbsmart.ground import Clock
from gbsmart.store import Store
from gbsmart.web import Interface, Operation, Takes

_T = TypeVar("_T")
BASE = "/code/v1/texts"


class Compare(Takes):
    """Two states of the Code, each a version, a date or a date and time, and what of it."""

    before: str = Field(min_length=1, max_length=40)
    after: str = Field(min_length=1, max_length=40)
    ref: str = Field(CODE, min_length=1, max_length=80)


class CompareAs(Compare):
    """The same, and in which format."""

    form: Literal["text", "md", "html", "docx"]


class Nothing(Takes):
    """An operation that needs no value."""


class OneLoad(Takes):
    """A load by its number."""

    number: int = Field(ge=1, lt=2**31)


def interface(store: Callable[[], Store], clock: Clock) -> Interface:
    """The operations, on the library that ``store`` gives."""

    def read(question: Callable[[Connection], _T]) -> _T:
        with store().reading() as connection:
            return question(connection)

    def compared(asked: Compare) -> Compared:
        return read(lambda connection: compare_states(connection, asked.before, asked.after, asked.ref))

    def compare(asked: Compare, _request: Request) -> dict[str, Any]:
        return told(compared(asked))

    def compare_as(asked: CompareAs, _request: Request) -> Response:
        return Response(written(compared(asked), asked.form, clock.now()), media_type=FORMATS[asked.form])

    def every(_asked: Nothing, _request: Request) -> list[Load]:
        return read(loads)

    def one(asked: OneLoad, _request: Request) -> Load:
        return read(lambda connection: load_of(connection, asked.number))

    return Interface(
        base=BASE,
        title="Texts of the Code",
        text="What changed between two states of the Code, word by word, and what people loaded of its text.",
        operations=(
            Operation("compare", "GET", "/comparison", "What changed.", Compare, dict[str, Any], compare),
            Operation(
                "compareAs", "GET", "/comparison/{form}", "What changed, as a file.", CompareAs, None,
                compare_as, media_type="application/octet-stream",
            ),
            Operation("loads", "GET", "/loads", "Every load, the newest first.", Nothing, list[Load], every),
            Operation("load", "GET", "/loads/{number}", "One load.", OneLoad, Load, one),
        ),
        statuses={},
    )  # fmt: skip
