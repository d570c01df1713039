"""The pages of comparisons and of loads, and their JSON twins."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from gbsmart.codebook.loads import TextFile, keep, pages, prepare
from gbsmart.codebook.texts import View, read_text
from gbsmart.ground import ManualClock
from gbsmart.store import open_store
from gbsmart.web import Site

NOW = datetime(2026, 1, 1, tzinfo=UTC)
FIRST = "SECTION H: SERVICES\n\nH4.1 The DCC shall answer <b>.\n\nH4.2 It keeps its answers. See H4.9."


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    store = open_store(f"sqlite:///{tmp_path}/code.db")
    store.migrate("codebook")
    with store.transaction() as connection:
        for text, year in ((f"{FIRST}\n\n(c) What?", 2014), (FIRST.replace("shall", "may"), 2016)):
            prepared = prepare([TextFile("h.txt", text.encode())])
            keep(connection, prepared, at=datetime(year, 1, 1, tzinfo=UTC), now=NOW, partial=True)
    site = Site("The Code", [], ["gbsmart.codebook"])
    pages.place(site, store, ManualClock(NOW))
    with TestClient(site.app()) as client:
        yield client
    store.close()


ASKED = {"from": "2014-02-01", "to": "2016-02-01", "ref": "H4"}


def test_the_page_asks_and_shows(client: TestClient) -> None:
    assert '<label for="from">From</label>' in client.get("/code/compare").text
    page = client.get("/code/compare", params=ASKED).text
    assert "<h1>H4: 2014-02-01 to 2016-02-01</h1>" in page
    assert (
        'The DCC <del><span class="unseen">[removed: </span>shall<span class="unseen">]</span></del>'
        '<ins><span class="unseen">[added: </span>may<span class="unseen">]</span></ins> answer &lt;b&gt;.'
    ) in page
    assert "1 changed." in page


def test_its_twin_has_the_same_as_data(client: TestClient) -> None:
    twin = client.get("/code/compare.json", params=ASKED).json()
    assert [(each["ref"], each["fate"]) for each in twin["differences"]] == [("H4.1", "changed")]
    assert {"act": "removed", "text": "shall"} in twin["differences"][0]["text"]


def test_it_comes_as_a_file(client: TestClient) -> None:
    word = client.get("/code/compare/file.docx", params=ASKED)
    assert word.headers["content-disposition"] == 'attachment; filename="H4-2014-02-01-to-2016-02-01.docx"'
    assert "H4.1 The DCC shall answer <b>." in [
        each.text for each in read_text(word.content, "h.docx", View.OLD).paragraphs
    ]
    assert "<del>shall</del><ins>may</ins>" in client.get("/code/compare/file.md", params=ASKED).text
    assert client.get("/code/compare/file.exe", params=ASKED).status_code == 400


@pytest.mark.parametrize(
    ("asked", "status"),
    [({**ASKED, "from": "soon"}, 400), ({**ASKED, "ref": "Q77"}, 404), ({**ASKED, "to": "99.9"}, 404)],
)
def test_what_cannot_be_compared_is_told(client: TestClient, asked: dict[str, str], status: int) -> None:
    assert client.get("/code/compare", params=asked).status_code == status


def test_loads_show_what_they_left_out(client: TestClient) -> None:
    assert len(client.get("/code/loads.json").json()["loads"]) == 2
    page = client.get("/code/loads/1").text
    assert "line 7</td><td><strong>no place:</strong> no sub-paragraph before it leads to (c) in H4.2" in page
    assert "H4.9 there is no H4.9" in page
    twin = client.get("/code/loads/1.json").json()
    assert twin["refs"] == ["H", "H4", "H4.1", "H4.2"]
    assert client.get("/code/loads/9").status_code == 404
    assert client.get(f"/code/loads/{2**70}").status_code == 404
