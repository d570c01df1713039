"""The library on its pages, for programs, and on the command line."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from gbsmart import codebook
from gbsmart.cli.app import run
from gbsmart.codebook import pages
from gbsmart.ground import ManualClock
from gbsmart.store import open_store
from gbsmart.web import Site

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    store = open_store(f"sqlite:///{tmp_path_factory.mktemp('code')}/code.db")
    store.migrate("codebook")
    with store.transaction() as connection:
        codebook.seed(connection)
    site = Site("gbsmart", [], [pages.TEMPLATES])
    pages.place(site, store, ManualClock(NOW))
    with TestClient(site.app()) as client:
        yield client
    store.close()


@pytest.mark.parametrize(
    ("path", "shows"),
    [
        ("/code", "Slips of the printed Code"),
        ("/code/versions", "51 consolidated versions"),
        ("/code/versions/4.8", "SEC X5.4"),
        ("/code/contents?at=5.0", "Alt HAN Arrangements"),
        ("/code/contents?at=2010-01-01", "There was no Code."),
        ("/code/search?q=weighted+votes", "<mark>votes</mark>"),
        ("/code/search?q=supplier+nominated+agents", "Supplier Nominated Agents"),
        ("/code/search?q=H2", 'href="/code/H2">H2</a> is a provision of the Code'),
        ("/code/search?q=zzz", "Try fewer words"),
        ("/code/terms", "Change Board"),
        ("/code/terms/Change%20Board", "Modification Proposal"),
        ("/code/H4", "Summary:"),
        ("/code/H4@2016-11-07", "not yet in force"),
        ("/code/D6.3@2016-08-17", "SECMP0017"),
        ("/code/H4.8@2016-11-08", "H4.8 is not held by itself"),
        ("/code/Schedule-8", "GB Companion Specification"),
        ("/code/Z@2015-01-01", "not part of the Code"),
        (
            "/code/H@2012-01-01",
            "is not part of the Code on 2012-01-01. It has been part of it since 2013-09-23.",
        ),
        ("/code/C3", "in the plain summary of April 2026"),
    ],
)
def test_pages_show(client: TestClient, path: str, shows: str) -> None:
    page = client.get(path)
    assert page.status_code == 200
    assert shows in page.text


def test_a_page_has_its_values_as_json(client: TestClient) -> None:
    assert client.get("/code/H2@2016-06-05.json").json()["status"] == "not yet in force"
    assert client.get("/code/H2@2016-06-06.json").json()["in_force"] is True
    told = client.get("/code/H4.8@2016-11-08", headers={"accept": "application/json"}).json()
    assert (told["ref"], told["asked"], told["version"]) == ("H4", "H4.8", "5.0")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/code/Q7", 404),
        ("/code/H4@yesterday", 400),
        ("/code/versions/9.9", 404),
        ("/code/terms/nothing", 404),
        ("/code/H4@99999-01-01", 400),
    ],
)
def test_what_is_not_there_is_said_so(client: TestClient, path: str, status: int) -> None:
    assert client.get(path).status_code == status
    assert client.get(f"{path}.json").status_code == status


def test_what_a_page_was_asked_is_not_taken_for_markup(client: TestClient) -> None:
    page = client.get("/code/search", params={"q": "<script>alert(1)</script>"})
    assert "<script>alert" not in page.text


def test_programs_read_the_same(client: TestClient) -> None:
    base = "/code/v1/library"
    assert len(client.get(f"{base}/versions").json()) == 51
    assert [each["version"] for each in client.get(f"{base}/versions?at=2016-08-17").json()] == ["4.14"]
    version = client.get(f"{base}/versions/4.15").json()
    assert {each["target"] for each in version["events"]} == {"Appendix J", "D6.3", "D6.4"}
    assert client.get(f"{base}/provisions/H2?at=2016-06-05").json()["in_force"] is False
    assert client.get(f"{base}/provisions/H2?at=2016-06-05&in_force=true").status_code == 404
    in_z = client.get(f"{base}/provisions?at=4.14&document=Z").json()
    assert in_z[0]["ref"] == "Z"
    assert client.get(f"{base}/provisions?at=4.13&document=Z").json() == []
    assert client.get(f"{base}/events/H2").json()[-1]["effective"] == "2018-11-01"
    assert client.get(f"{base}/search?words=weighted").json()[0]["ref"] == "Z1"
    assert client.get(f"{base}/terms/panel").json()["term"] == "Panel"
    assert len(client.get(f"{base}/terms").json()) >= 120
    table = csv.DictReader(client.get(f"{base}/versions.csv?at=2016-08-18").text.splitlines())
    assert [(row["version"], row["modifications"]) for row in table] == [("4.15", "SECMP0017")]
    assert "\r\nPanel,The body" in client.get(f"{base}/terms.csv").text
    assert client.get(f"{base}/errata").json()[0]["place"] == "4.6"
    assert client.get(f"{base}/openapi.json").json()["openapi"] == "3.1.0"


def _json(capsys: pytest.CaptureFixture[str], tmp_path: Path, *arguments: str) -> object:
    assert run(["code", *arguments, "--data", str(tmp_path / "none"), "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_commands_need_no_system(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    rows = _json(capsys, tmp_path, "versions")
    assert isinstance(rows, list)
    assert len(rows) == 51
    assert rows[0]["implementation_date"] == "2013-09-23"
    assert not (tmp_path / "none").exists()
    shown = _json(capsys, tmp_path, "show", "D6.3", "--at", "2016-08-17")
    assert isinstance(shown, dict)
    assert (shown["version"], shown["changed_by"]) == ("4.14", "amended by SECMP0017 (version 4.15)")
    found = _json(capsys, tmp_path, "search", "weighted", "votes")
    assert isinstance(found, list)
    assert [each["ref"] for each in found] == ["Z1"]
    defined = _json(capsys, tmp_path, "terms", "Panel")
    assert isinstance(defined, dict)
    assert defined["source"] == "C2"
    told = _json(capsys, tmp_path, "timeline", "H2")
    assert isinstance(told, list)
    assert ("4.11", "activated") in {(each["version"], each["verb"]) for each in told}


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["versions"], "4.15  2016-08-18"),
        (["versions", "--at", "2016-08-17"], "4.14"),
        (["show", "--at", "4.13"], "Schedule 7"),
        (["show", "H4.8", "--at", "2016-11-08"], "H4.8 is not held by itself"),
        (["show", "H4@2016-11-08"], "as at 2016-11-08, version 5.0"),
        (["show", "H4", "--at", "8 November 2016"], "as at 2016-11-08, version 5.0"),
        (["terms", "change", "board"], "used by"),
        (["search", "weighted"], "The Alt HAN Forum"),
        (["search", "zzz"], "Nothing is found: all words"),
        (["terms"], "Voting Group"),
        (["timeline", "Z"], "designated"),
    ],
)
def test_commands_speak_to_people(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, arguments: list[str], says: str
) -> None:
    assert run(["code", *arguments, "--data", str(tmp_path)]) == 0
    assert says in capsys.readouterr().out


def test_a_reference_that_is_not_there_names_the_nearest(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert run(["code", "show", "Schedule 80", "--data", str(tmp_path)]) == 1
    assert "Schedule 8" in capsys.readouterr().err
