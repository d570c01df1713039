"""Section A as people and programs ask: which text prevails, which specification applies, and from when."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient
from tests.governance.conftest import START

from gbsmart.cli.app import run
from gbsmart.codebook import pages, seed
from gbsmart.codebook.pages import TEMPLATES
from gbsmart.ground.clock import ManualClock
from gbsmart.store import Store
from gbsmart.web import Site

BASE = "/code/v1"


@pytest.fixture
def web(store: Store) -> TestClient:
    with store.transaction() as connection:
        seed(connection)
    site = Site("gbsmart", [], [TEMPLATES])
    pages.place(site, store, ManualClock(START))
    return TestClient(site.app())


def _json(capsys: pytest.CaptureFixture[str], tmp_path: Path, *arguments: str) -> Any:
    assert run(["code", *arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


@pytest.mark.system("S183")
def test_a_higher_text_prevails(capsys: pytest.CaptureFixture[str], tmp_path: Path, web: TestClient) -> None:
    told = _json(capsys, tmp_path, "prevails", "Appendix AC", "H5")
    assert told["ref"] == "H5"
    asked = web.get(f"{BASE}/interpretation/prevailing?one=Schedule 8&other=DCC Licence 22").json()
    assert asked["ref"] == "DCC Licence 22"
    assert web.get(f"{BASE}/interpretation/prevailing?one=7&other=H").status_code == 422


@pytest.mark.system("S184")
def test_the_specification_that_applies_on_a_day_is_told(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, web: TestClient
) -> None:
    told = _json(capsys, tmp_path, "applicable", "SMETS2", "--on", "2018-01-31")
    assert [(each["version"], each["gbcs"]) for each in told] == [("2.0", ["1.0", "1.1"])]
    path = f"{BASE}/interpretation/applicable"
    rows = web.get(path, params={"specification": "SMETS1", "on": "2018-12-06"}).json()
    assert [(each["installable"], each["maintainable"]) for each in rows] == [(False, True)]
    page = web.get("/code/applicable?specification=CHTS&on=2018-02-01").text
    assert "CHTS 1.2" in page
    assert "CHTS 1.3" not in page
    assert web.get("/code/applicable?on=yesterday").status_code == 400
    assert run(["code", "applicable", "SMETS9"]) == 1
    assert "There are SMETS1" in capsys.readouterr().err


@pytest.mark.system("S224")
def test_what_was_in_force_at_designation_is_listed(web: TestClient) -> None:
    written = {each["ref"] for each in web.get(f"{BASE}/library/provisions?at=2013-09-23").json()}
    in_force = {
        each["ref"] for each in web.get(f"{BASE}/library/provisions?at=2013-09-23&in_force=true").json()
    }
    assert {"C2", "D1", "X2", "J1"} <= in_force < written
    assert {"H1", "H4", "H15"} <= written - in_force


@pytest.mark.system("S231")
def test_subsidiary_documents_are_held_each_with_its_version_and_status(web: TestClient) -> None:
    at = {day: {each["ref"]: each for each in web.get(f"{BASE}/library/provisions?at={day}").json()}
          for day in ("2016-11-07", "2018-12-05")}  # fmt: skip
    assert "Appendix AB" not in at["2016-11-07"]
    assert "Appendix AK" in at["2018-12-05"]
    assert {"GBCS 2.1", "DUIS 2.0", "SMETS2 3.0"} <= set(at["2018-12-05"])
    events = web.get(f"{BASE}/library/events/Appendix-AC").json()
    assert [each["version"] for each in events if each["verb"] == "re-designated"] == ["5.2", "5.9"]


@pytest.mark.system("S182")
def test_terms_are_searched_by_version(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, web: TestClient
) -> None:
    assert _json(capsys, tmp_path, "terms", "Panel", "--data", str(tmp_path / "none"))["source"] == "C2"
    early = {each["term"] for each in web.get(f"{BASE}/library/terms?at=2013-09-23").json()}
    late = {each["term"] for each in web.get(f"{BASE}/library/terms?at=6.3").json()}
    assert early < late


@pytest.mark.system("S253")
def test_summaries_in_plain_words_lead_to_the_provisions(web: TestClient) -> None:
    page = web.get("/code/H4@2018-12-05").text
    assert "a summary in our words, not the text of the Code" in page
    twin = web.get("/code/H4@2018-12-05.json").json()
    assert twin["ref"] == "H4"
    assert twin["text"]


def test_the_systems_of_the_code_are_listed(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    told = _json(capsys, tmp_path, "systems")
    assert len(told) == 85
    assert {each["status"] for each in told} == {"running", "named"}
    assert all(each["link"] and each["test"] for each in told if each["status"] == "running")
    assert run(["code", "systems", "--area", "reform"]) == 0
    assert "S247" in capsys.readouterr().out
    assert run(["code", "systems", "--area", "fishing"]) == 1
