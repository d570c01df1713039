"""Comparisons and loads over HTTP, for programs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from gbsmart.codebook.loads import TextFile, keep, prepare
from gbsmart.codebook.loads.web import interface
from gbsmart.codebook.texts import read_text
from gbsmart.ground import ManualClock
from gbsmart.store import open_store

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ASKED = {"before": "2014-02-01", "after": "2016-02-01", "ref": "H"}


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    store = open_store(f"sqlite:///{tmp_path}/code.db")
    store.migrate("codebook")
    with store.transaction() as connection:
        for word, year in (("shall", 2014), ("may", 2016)):
            prepared = prepare(
                [TextFile("h.md", f"# Section H: Services\n\nH4.1 The DCC {word} answer.".encode())]
            )
            keep(connection, prepared, at=datetime(year, 1, 1, tzinfo=UTC), now=NOW)
    with TestClient(Starlette(routes=interface(lambda: store, ManualClock(NOW)).routes())) as client:
        yield client
    store.close()


def test_a_comparison_is_data(client: TestClient) -> None:
    found = client.get("/code/v1/texts/comparison", params=ASKED).json()
    assert [(each["ref"], each["fate"]) for each in found["differences"]] == [("H4.1", "changed")]
    assert found["from"] == {"asked": "2014-02-01", "moment": "2014-02-01T00:00:00Z"}


def test_or_a_file(client: TestClient) -> None:
    text = client.get("/code/v1/texts/comparison/text", params=ASKED)
    assert "The DCC [-shall-]{+may+} answer." in text.text
    word = client.get("/code/v1/texts/comparison/docx", params=ASKED)
    assert read_text(word.content, "h.docx").change_marked


def test_loads_are_listed_and_shown(client: TestClient) -> None:
    assert [each["id"] for each in client.get("/code/v1/texts/loads").json()] == [2, 1]
    assert client.get("/code/v1/texts/loads/1").json()["refs"] == ["H", "H4", "H4.1"]


def test_loads_come_in_parts(client: TestClient) -> None:
    first = client.get("/code/v1/texts/loads?limit=1")
    assert [each["id"] for each in first.json()] == [2]
    assert first.headers["link"] == '</code/v1/texts/loads?limit=1&after=2>; rel="next"'
    last = client.get(first.links["next"]["url"])
    assert [each["id"] for each in last.json()] == [1]
    assert "link" not in last.headers


@pytest.mark.parametrize(
    ("path", "status", "field"),
    [
        ("/loads/77", 404, ""),
        ("/loads/none", 422, "number"),
        ("/loads?limit=0", 422, "limit"),
        ("/loads?after=soon", 422, "after"),
        ("/comparison?before=2014-02-01", 422, "after"),
        ("/comparison?before=soon&after=2016-01-01", 422, "at"),
        ("/comparison?before=2014-02-01&after=2016-01-01&ref=Q77", 404, ""),
        ("/comparison/odt?before=2014-02-01&after=2016-01-01", 422, "form"),
    ],
)
def test_what_cannot_be_is_a_problem(client: TestClient, path: str, status: int, field: str) -> None:
    answer = client.get(f"/code/v1/texts{path}")
    assert (answer.status_code, answer.json()["field"]) == (status, field)


def test_it_describes_itself(client: TestClient) -> None:
    described = client.get("/code/v1/texts/openapi.json").json()
    assert set(described["paths"]) == {
        f"/code/v1/texts{path}" for path in ("/comparison", "/comparison/{form}", "/loads", "/loads/{number}")
    }
