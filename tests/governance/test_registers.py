"""Modifications, releases and committees as tables and feeds."""

from __future__ import annotations

import csv
import io
from xml.etree import ElementTree

from sqlalchemy import URL
from tests.governance.conftest import START
from tests.governance.modifications.cast import SEATS, Cast
from tests.governance.stage import Stage

from gbsmart.ground.clock import ManualClock
from gbsmart.procedures.web import BASE
from gbsmart.store import open_store


def test_modifications_releases_and_committees_are_taken_away(sqlite_url: URL) -> None:
    store = open_store(sqlite_url)
    stage = Stage(store, ManualClock(START))
    cast = Cast(stage)
    reference = cast.proposal()
    cast.consider(reference)
    release = stage.open(
        "release", "secretary", title="June 2024 SEC Release", month="June", year=2024
    ).reference

    def table(name: str) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(stage.http.get(f"{BASE}/{name}.csv").text)))

    (proposal,) = table("modifications")
    assert (proposal["reference"], proposal["path"], proposal["state"]) == (
        reference, "self-governance", "report",
    )  # fmt: skip
    assert proposal["proposer"] == "party:SUP1"
    (planned,) = stage.read("/releases")
    assert (planned["reference"], planned["release_date"][:7]) == (release, "2024-06")
    members = {each["seat"] for each in table("committees") if each["body"] == "change-board"}
    assert members >= set(SEATS)
    for name in ("modifications", "releases"):
        feed = ElementTree.fromstring(stage.http.get(f"{BASE}/{name}.atom").content)
        assert len(feed.findall("{http://www.w3.org/2005/Atom}entry")) == 1
    assert f"{BASE}/modifications.csv" in stage.read("/openapi.json")["paths"]
    store.close()
