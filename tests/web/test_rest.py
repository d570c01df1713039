"""An interface is made of its declared operations: routes, refusals, description."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient

from gbsmart.ground import GbsmartError, NotFound
from gbsmart.web import Interface, Operation, Takes


class Full(GbsmartError):
    """No room."""


@dataclass(frozen=True)
class Shelf:
    name: str
    since: date
    books: tuple[str, ...]


class One(Takes):
    name: str


class Put(Takes):
    name: str
    book: str
    count: int = 1


def show(asked: One, _request: Request) -> Shelf:
    if asked.name != "a":
        raise NotFound(f"there is no shelf {asked.name!r}", remedy="Ask for a.")
    return Shelf("a", date(2015, 7, 1), ("Code",))


def put(asked: Put, _request: Request) -> Shelf:
    if asked.book == "defect":
        raise RuntimeError
    if asked.count > 5:
        raise Full("the shelf is full")
    return Shelf(asked.name, date(2015, 7, 1), (asked.book,) * asked.count)


SHELVES = Interface(
    "/shelves/v1", "Shelves", "Where books stand.",
    (
        Operation("show_shelf", "GET", "/{name}", "One shelf.", One, Shelf, show),
        Operation("put_book", "POST", "/{name}", "Put a book.", Put, Shelf, put, status=201),
        Operation(
            "list_shelf", "GET", "/{name}/text", "A list.", One, None,
            lambda _asked, _request: PlainTextResponse("Code"), media_type="text/plain",
        ),
    ),
    {Full: 409},
)  # fmt: skip


@pytest.fixture
def shelves() -> TestClient:
    return TestClient(Starlette(routes=SHELVES.routes()))


def test_an_operation_takes_its_values_from_path_and_body(shelves: TestClient) -> None:
    assert shelves.get("/shelves/v1/a").json() == {"name": "a", "since": "2015-07-01", "books": ["Code"]}
    made = shelves.post("/shelves/v1/b", json={"book": "x", "count": 2})
    assert (made.status_code, made.json()["books"]) == (201, ["x", "x"])
    assert shelves.get("/shelves/v1/a/text").text == "Code"


@pytest.mark.parametrize(
    ("sent", "status", "field", "message"),
    [
        ({"book": "x", "count": 6}, 409, "", "the shelf is full"),
        ({"count": 1}, 422, "book", "book: it is missing"),
        ({"book": "x", "colour": "red"}, 422, "colour", "colour: this is not taken here"),
        ({"book": "x", "name": "c"}, 422, "name", "name: it stands in the path"),
        ([1], 422, "body", "body: the body is no JSON object"),
    ],
)
def test_a_refusal_says_what_is_wrong_and_where(
    shelves: TestClient, sent: Any, status: int, field: str, message: str
) -> None:
    answer = shelves.post("/shelves/v1/b", json=sent)
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert (answer.status_code, problem["status"]) == (status, status)
    assert (problem["field"], problem["message"]) == (field, message)


def test_refusals_that_are_no_fault_of_the_values(shelves: TestClient) -> None:
    assert shelves.get("/shelves/v1/z").status_code == 404
    assert shelves.post("/shelves/v1/b", content=b"x").json()["field"] == "content-type"
    assert shelves.post("/shelves/v1/b", json={"book": "defect"}).json()["kind"] == "Defect"


def test_the_description_has_every_operation_and_every_value(shelves: TestClient) -> None:
    told = shelves.get("/shelves/v1/openapi.json").json()
    assert told["openapi"] == "3.1.0"
    shown, made = told["paths"]["/shelves/v1/{name}"]["get"], told["paths"]["/shelves/v1/{name}"]["post"]
    assert shown["parameters"] == [
        {"name": "name", "in": "path", "required": True, "schema": {"title": "Name", "type": "string"}}
    ]
    body = made["requestBody"]["content"]["application/json"]["schema"]
    assert (set(body["properties"]), body["required"]) == ({"book", "count"}, ["book"])
    reference = made["responses"]["201"]["content"]["application/json"]["schema"]["$ref"]
    shelf = told["components"]["schemas"][reference.rpartition("/")[2]]
    assert set(shelf["properties"]) == {"name", "since", "books"}


def test_no_value_has_the_character_nul(shelves: TestClient) -> None:
    for refused in (
        shelves.get("/shelves/v1/a%00"), shelves.post("/shelves/v1/a", json={"book": "a\0b"}),
    ):  # fmt: skip
        assert refused.status_code == 422
        assert "the character NUL" in refused.json()["message"]
