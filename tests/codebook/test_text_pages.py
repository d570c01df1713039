"""The pages of comparisons and of loads, and their JSON twins."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from gbsmart.codebook import pages as library
from gbsmart.codebook import seed, terms
from gbsmart.codebook.correcting import correct
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


HOSTILE = "<script>alert('x')</script>\"><img src=x onerror=alert(1)>{{ 7*7 }}"


def test_no_text_that_somebody_loads_is_taken_for_markup(tmp_path: Path) -> None:
    """Wherever pages show it: headings, clauses, terms, what was left out, snippets, marks, files."""
    store = open_store(f"sqlite:///{tmp_path}/code.db")
    store.migrate("codebook")
    with store.transaction() as connection:
        seed(connection)
        for words, year in (("Old", 2014), ("New", 2016)):
            text = (
                f"H4 {HOSTILE}\n\nH4.1 {words} word {HOSTILE}.\n\nH4.2 See H4.9{HOSTILE}\n\n"
                f'"Evil <script>alert" means {words} {HOSTILE}\n\n(c) {HOSTILE}'
            )
            prepared = prepare([TextFile(f"{HOSTILE}.txt", text.encode())], "H")
            keep(connection, prepared, at=datetime(year, 1, 1, tzinfo=UTC), now=NOW, partial=True)
        correct(connection, "H4.1", "New", f"Newer{HOSTILE}", at=NOW)
        of_term = next(each for each in terms(connection, NOW) if "script" in each.term).term
    site = Site("The Code", [], ["gbsmart.codebook"])
    pages.place(site, store, ManualClock(NOW))
    library.place(site, store, ManualClock(NOW))
    shown = [
        "/code", "/code/contents", "/code/H4.1", "/code/H4", "/code/search?q=word", "/code/terms",
        f"/code/terms/{quote(of_term, safe='')}", "/code/loads", "/code/loads/1", "/code/versions",
        "/code/compare?from=2014-02-01&to=2026-02-01&ref=H",
        "/code/compare/file.html?from=2014-02-01&to=2026-02-01",
    ]  # fmt: skip
    with TestClient(site.app()) as client:
        for path in shown:
            page = client.get(path)
            assert page.status_code == 200, path
            for mark in ("<script>alert", "<img src=x", "<del><script", ">49<"):
                assert mark not in page.text, path
            assert "alert" in page.text or path == "/code/versions", path
    store.close()


def test_the_name_of_a_file_can_be_sent_whatever_the_provision_is_called(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path}/code.db")
    store.migrate("codebook")
    with store.transaction() as connection:
        text = 'H4.1 Here:\n\n"\u039bambda Day" means a day.'
        keep(connection, prepare([TextFile("h.txt", text.encode())], "H"), at=NOW, now=NOW)
    site = Site("The Code", [], ["gbsmart.codebook"])
    pages.place(site, store, ManualClock(NOW))
    asked = {"from": "2026-01-01", "to": "2026-01-02", "ref": "H4.1:\u039bambdaDay"}
    with TestClient(site.app()) as client:
        file = client.get("/code/compare/file.md", params=asked)
    assert file.headers["content-disposition"] == (
        'attachment; filename="H4.1__ambdaDay-2026-01-01-to-2026-01-02.md"'
    )
    store.close()
