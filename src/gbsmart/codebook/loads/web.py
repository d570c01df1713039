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
from gbsmart.web import Interface, Operation, Takes, part_response

_T = TypeVar("_T")
BASE = "/code/v1/texts"
MOST = 1000
"""Loads of a part, unless fewer are asked for."""


class Compare(Takes):
    """Two states of the Code, each a version, a date or a date and time, and what of it."""

    before: str = Field(min_length=1, max_length=40)
    after: str = Field(min_length=1, max_length=40)
    ref: str = Field(CODE, min_length=1, max_length=80)


class CompareAs(Compare):
    """The same, and in which format."""

    form: Literal["text", "md", "html", "docx"]


class SomeLoads(Takes):
    """Which part of the list of loads."""

    after: int = Field(0, ge=0, lt=2**31, description="go on after this number: the next link says where")
    limit: int = Field(MOST, ge=1, le=10 * MOST, description="loads of this part")


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

    def some(asked: SomeLoads, request: Request) -> Response:
        found = read(lambda connection: loads(connection, after=asked.after, limit=asked.limit + 1))
        shown = found[: asked.limit]
        return part_response(shown, str(shown[-1].id) if len(found) > len(shown) else "", request)

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
            Operation(
                "loads", "GET", "/loads", "Every load, the newest first. In parts: the header Link leads to "
                "the next.", SomeLoads, list[Load], some,
            ),
            Operation("load", "GET", "/loads/{number}", "One load.", OneLoad, Load, one),
        ),
        statuses={},
    )  # fmt: skip
