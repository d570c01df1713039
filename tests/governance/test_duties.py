"""What licences and the Code ask of whom, and what DCC Live needed, for programs and on pages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient
from tests.governance.conftest import START

from gbsmart import codebook, parties
from gbsmart.duis import UserRole
from gbsmart.governance.duties import licence_conditions
from gbsmart.governance.pages import place
from gbsmart.ground import Eui64
from gbsmart.ground.clock import ManualClock
from gbsmart.parties import Details, Licence, Party, User
from gbsmart.store import Store
from gbsmart.web import Site

BASE = "/governance/v1/duties"


@pytest.fixture
def http(store: Store) -> Iterator[TestClient]:
    with store.transaction() as connection:
        codebook.seed(connection)
        for signifier, licences, premises in (
            ("SUP1", {Licence.ELECTRICITY_SUPPLY, Licence.GAS_SUPPLY}, 300_000),
            ("NET1", {Licence.ELECTRICITY_DISTRIBUTION}, 0),
            ("OTH1", set(), 0),
            ("DCC", {Licence.SMART_METER_COMMUNICATION}, 0),
        ):
            details = Details(
                registered_name=signifier, licences=frozenset(licences), domestic_premises=premises
            )
            party = Party(signifier, signifier)
            parties.accede(connection, party, details, at=START - timedelta(days=9), by="test")
        user = User(Eui64.parse("90-B3-D5-1F-30-01-00-00"), "SUP1", frozenset({UserRole.IMPORT_SUPPLIER}))
        parties.add_user(connection, user)
    site = Site("gbsmart", [], ["gbsmart.governance"])
    place(site, store, ManualClock(START))
    with TestClient(site.app()) as client:
        yield client


def rows(http: TestClient, path: str) -> list[dict[str, Any]]:
    answer = http.get(f"{BASE}{path}")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()
    return found


@pytest.mark.system("S239", "S240")
def test_each_licence_condition_leads_to_the_code_and_to_who_holds_the_licence(http: TestClient) -> None:
    dcc = rows(http, "/licences?licence=smart-meter-communication")
    assert {"22", "19", "36"} <= {each["condition"] for each in dcc}
    assert all(each["holders"] == ["DCC"] for each in dcc)
    by = {(each["licence"], each["condition"]): each for each in rows(http, "/licences")}
    assert by["gas-supply", "44A"]["holders"] == ["SUP1"]
    assert by["electricity-distribution", "41"]["holders"] == ["NET1"]
    assert by["gas-transportation", "18A"]["holders"] == []
    answer = http.get(f"{BASE}/licences?licence=fishing")
    assert (answer.status_code, answer.json()["field"]) == (422, "licence")
    page = http.get("/governance/licences").text
    assert "Charging Statement" in page
    assert '<a href="/code/X5">' in page


def test_every_condition_leads_to_provisions_that_there_are(store: Store) -> None:
    with store.transaction() as connection:
        codebook.seed(connection)
        at = codebook.moment_of("2018-12-31")
        for each in licence_conditions():
            for ref in each.provisions:
                codebook.provision_at(connection, ref, at)


def test_a_party_sees_what_it_owes_by_licence_category_and_as_a_user(http: TestClient) -> None:
    under = {party: {each["under"] for each in rows(http, f"/obligations?party={party}")} for party in (
        "SUP1", "NET1", "OTH1", "DCC",
    )}  # fmt: skip
    assert {"electricity-supply licence, condition 51", "F5", "H4", "M6"} <= under["SUP1"]
    assert "E2" in under["NET1"]
    assert "E2" not in under["SUP1"]
    assert "H4" not in under["OTH1"]
    assert {"H13", "D11"} <= under["DCC"]
    assert http.get(f"{BASE}/obligations?party=NOBODY").status_code == 404
    assert "Correlates each Pre-Command" in http.get("/governance/obligations?party=SUP1").text


@pytest.mark.system("S202")
def test_what_dcc_live_needed_was_in_force_from_8_november_2016(http: TestClient) -> None:
    before = {each["ref"]: each for each in rows(http, "/readiness?at=2016-11-07")}
    after = {each["ref"]: each for each in rows(http, "/readiness?at=2016-11-08")}
    assert {"F3", "H4", "Schedule 8", "Appendix AB"} <= set(before)
    assert before["H4"]["standing"] == "not yet in force"
    assert before["Schedule 8"]["standing"] == "not part of the Code"
    assert all(each["ready"] for each in after.values())
    page = http.get("/governance/readiness?at=2016-11-07").text
    assert "not yet in force" in page
