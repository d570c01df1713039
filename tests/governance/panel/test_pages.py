"""The pages of bodies: seats, terms, meetings and decisions, each with its JSON twin, and the registers."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from typing import Any

import pytest
from starlette.testclient import TestClient
from tests.governance.stage import Stage

from gbsmart.governance.pages import place
from gbsmart.procedures import NewDocument
from gbsmart.web import Site


@pytest.fixture
def http(stage: Stage) -> TestClient:
    stage.person("ann")
    stage.open("appointment", "ofgem", body="panel", seat="chair", holder="Pat <Hall>", until="2025-01-08")
    case = stage.open("nomination", "smart", body="panel", seat="dcc-1", nominee="Ann Smith", account="ann")
    stage.act(case.reference, "accept", "pat")
    meeting = stage.open("meeting", "sec", body="panel", held_at="2024-01-09T10:00:00Z", agenda=["Risks"])
    paper = NewDocument("Paper", "Risks", b"Many.")
    stage.act(
        meeting.reference, "paper", "sec", documents=[paper], item="Risks", paper="Risks", label="White"
    )
    stage.wait_until(datetime(2024, 1, 9, 10, tzinfo=UTC))
    stage.act(meeting.reference, "open", "sec", present=["chair", "dcc-1"])
    stage.act(meeting.reference, "put", "sec", title="Risks noted", resolution="Note them.")
    stage.act(meeting.reference, "give_action", "sec", action="List them", owner="Ann", due_on="2024-02-01")
    site = Site("gbsmart", [], ["gbsmart.governance"])
    links = place(site, stage.store, stage.clock)
    assert ("/governance/bodies", "Panel and committees") in links
    return TestClient(site.app())


def test_a_body_has_a_page_with_seats_meetings_and_decisions(http: TestClient) -> None:
    told = http.get("/governance/bodies/panel.json").json()
    seats: dict[str, Any] = {each["seat"]: each for each in told["seats"]}
    assert next(iter(seats)) == "chair"
    assert (seats["dcc-1"]["holder"], seats["large-supplier-1"]["holder"]) == ("Ann Smith", None)
    (meeting,) = told["meetings"]
    assert meeting["title"] == "SEC Panel: meeting on 09 January 2024"
    assert (meeting["state"], meeting["late_papers"], meeting["quorum"]["quorate"]) == ("in_session", 1, True)
    assert [each["title"] for each in told["decisions"]] == ["Risks noted"]
    assert [each["owner"] for each in told["actions"]] == ["Ann"]
    page = http.get("/governance/bodies/panel").text
    assert "Pat &lt;Hall&gt;" in page
    assert "1 late" in page
    assert '<a href="/governance/cases/PDR001">PDR001</a>' in page
    assert http.get("/governance/bodies/parliament").status_code == 404


def test_who_sat_on_it_on_a_day(http: TestClient) -> None:
    later = http.get("/governance/bodies.json", params={"at": "2025-06-01"}).json()["bodies"]
    panel = next(each for each in later if each["name"] == "panel")
    assert (panel["in_post"], panel["seats"]) == (1, 13)
    assert "Security Sub-Committee" in http.get("/governance/bodies").text


def test_programs_read_bodies_and_take_registers_away(http: TestClient) -> None:
    base = "/governance/v1/bodies"
    assert {"tabasc", "opsg", "pfcg"} <= {each["name"] for each in http.get(base).json()}
    assert http.get(f"{base}/ssc").json()["composition"]["Supplier"] == 8
    terms = list(csv.DictReader(http.get(f"{base}/terms.csv").text.splitlines()))
    assert {(each["body"], each["holder"]) for each in terms} == {
        ("panel", "Pat <Hall>"),
        ("panel", "Ann Smith"),
    }
    shares = list(csv.DictReader(http.get(f"{base}/shares.csv").text.splitlines()))
    assert [each["party"] for each in shares] == ["BIG1", "BIG2", "HUGE", "TINY", "VAST", "WIRE"]
    assert http.get(f"{base}/openapi.json").json()["info"]["title"] == "Bodies of the Code"
