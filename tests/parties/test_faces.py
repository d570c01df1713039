"""The register of Parties on pages, as files, and for programs."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime, timedelta

import pytest
from lxml import etree
from sqlalchemy import URL
from starlette.testclient import TestClient

from gbsmart import accounts, parties
from gbsmart.accounts import CHEAP, Account, Capacity, Passwords
from gbsmart.accounts import pages as account_pages
from gbsmart.ground import ManualClock
from gbsmart.parties import Contact, Details, IdentifierKind, Licence, Party, Right
from gbsmart.parties import pages as party_pages
from gbsmart.store import Store
from gbsmart.web import Link, Site

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
START = datetime(2016, 1, 4, 9, tzinfo=UTC)
PASSWORD = "two meters and a hub"
REST = "/governance/v1/parties"
ATOM = {"a": "http://www.w3.org/2005/Atom"}


@pytest.fixture
def store_url(sqlite_url: URL) -> URL:
    """The statements are tested on both databases; what stands above them on one."""
    return sqlite_url


@pytest.fixture(autouse=True)
def _registered(store: Store) -> None:
    gas = frozenset({Licence.GAS_SUPPLY})
    contact = Contact("invoices", "Ivy", "ivy@one.example")
    one = Details("One plc", "01", licences=gas, notices_address="n@one.example", contacts=(contact,))
    dcc = Details("Smart DCC Ltd", licences=frozenset({Licence.SMART_METER_COMMUNICATION}))
    with store.transaction() as connection:
        parties.accede(connection, Party("ONE", "First"), one, at=START, by="test", original=True)
        parties.accede(connection, Party("DCC", "Smart DCC"), dcc, at=START, by="test")
        late = Details("=Late Ltd")
        parties.accede(connection, Party("LATE", "=Late"), late, at=NOW - timedelta(days=1), by="test")
        parties.issue_range(connection, "ONE", IdentifierKind.USER, count=2, at=START)
        parties.suspend_rights(connection, "LATE", [Right.ELECTIONS], at=NOW, reason="unpaid", case="D-1")
        passwords = Passwords(CHEAP)
        for name, capacity in (("alice", "party:ONE"), ("lars", "party:LATE"), ("carl", "arbitrator")):
            account = Account(name, name.title(), frozenset({Capacity.parse(capacity)}))
            accounts.add_account(connection, account, passwords.kept(PASSWORD), at=NOW, by="test")


@pytest.fixture
def web(store: Store) -> TestClient:
    clock = ManualClock(NOW)
    site = Site("gbsmart", [Link("/", "Overview")], ["gbsmart.accounts", "gbsmart.parties"])
    account_pages.place(site, store, clock, Passwords(CHEAP))
    party_pages.place(site, store, clock)
    return TestClient(site.app(), "http://console.example", follow_redirects=False)


def sign_in(web: TestClient, name: str) -> str:
    web.post("/sign-in", data={"name": name, "password": PASSWORD})
    found = re.search(r'name="csrf" value="(\w+)"', web.get("/account").text)
    assert found
    return found[1]


def token(store: Store, name: str) -> dict[str, str]:
    with store.transaction() as connection:
        secret = accounts.issue_token(
            connection, name, "test", at=NOW, by=name, random=lambda size: name.encode().ljust(size)
        )
    return {"authorization": f"Bearer {secret}"}


def test_everybody_reads_the_register_as_at_any_day(web: TestClient) -> None:
    page = web.get("/parties")
    assert page.status_code == 200
    assert "small-supplier" in page.text
    assert "outside the categories" in page.text
    told = web.get("/parties.json?at=2020-01-01").json()
    assert [each["signifier"] for each in told["parties"]] == ["DCC", "ONE"]
    told = web.get("/parties.json?category=other-sec-party&q=LATE").json()
    assert [each["signifier"] for each in told["parties"]] == ["LATE"]
    assert web.get("/parties?at=yesterday").status_code == 400
    assert web.get("/parties/NOBODY").status_code == 404


def test_a_party_is_shown_with_its_suspended_rights(web: TestClient) -> None:
    page = web.get("/parties/LATE").text
    assert "elections" in page
    assert "D-1" in page
    assert web.get("/parties/LATE.json?at=2026-03-01").json()["suspended_rights"] == []


def test_identifiers_were_confidential_until_version_5_1(web: TestClient) -> None:
    """S178."""
    assert "identifiers" not in web.get("/parties/ONE.json?at=2016-12-13").json()
    assert len(web.get("/parties/ONE.json?at=2016-12-14").json()["identifiers"]) == 1
    assert web.get(f"{REST}/ONE").json()["identifiers"][0]["first"] == "90-B3-D5-1F-40-00-00-00"


def test_whom_to_write_to_is_for_parties_and_who_administers(web: TestClient, store: Store) -> None:
    assert "ivy@one.example" not in web.get("/parties/ONE").text
    assert "contacts" not in web.get(f"{REST}/ONE").json()
    sign_in(web, "lars")
    assert "ivy@one.example" in web.get("/parties/ONE").text
    web.cookies.clear()
    assert "contacts" not in web.get(f"{REST}/ONE", headers=token(store, "carl")).json()


def test_who_is_a_party_no_longer_sees_its_own_contacts_and_nobody_elses(
    web: TestClient, store: Store
) -> None:
    of_another = {"headers": token(store, "lars")}
    assert "contacts" in web.get(f"{REST}/ONE", **of_another).json()
    with store.transaction() as connection:
        for event in ("give notice of withdrawal", "withdraw"):
            parties.change_state(connection, "LATE", event, at=NOW, reason="It moves on.", case="W-1")
    assert "contacts" not in web.get(f"{REST}/ONE", **of_another).json()
    listed = {each["signifier"]: "contacts" in each for each in web.get(REST, **of_another).json()["parties"]}
    assert listed == {"DCC": False, "LATE": True, "ONE": False}
    sign_in(web, "lars")
    assert "ivy@one.example" not in web.get("/parties/ONE").text
    assert "contacts" not in web.get("/parties/ONE.json").json()
    assert "contacts" not in web.get("/parties/ONE.json?at=2026-03-01").json(), "by asking for the day before"


def test_why_rights_are_suspended_is_not_for_everybody(web: TestClient, store: Store) -> None:
    public = web.get(f"{REST}/LATE").json()
    assert [each["right"] for each in public["suspended_rights"]] == ["elections"]
    assert "unpaid" not in web.get(f"{REST}/LATE", headers=token(store, "alice")).text
    for path in ("/parties", "/parties.json", "/parties.csv", "/parties.atom", "/parties/LATE", REST):
        assert "unpaid" not in web.get(path).text, path
    assert "unpaid" in web.get(f"{REST}/LATE", headers=token(store, "lars")).text


def test_a_party_keeps_its_own_details_true(web: TestClient) -> None:
    """S180."""
    mark = sign_in(web, "alice")
    assert "Keep these details true" in web.get("/parties/ONE").text
    given = {
        "csrf": mark, "registered_name": "One (GB) plc", "company_number": "01",
        "domestic_premises": "300,000",
        "licence-gas-supply": "on", "notices_channel": "post", "contacts": "faults: Fred, f@one.example\n",
    }  # fmt: skip
    assert web.post("/parties/ONE", data={**given, "domestic_premises": "many"}).status_code == 400
    assert web.post("/parties/ONE", data=given).status_code == 303
    told = web.get("/parties/ONE.json").json()
    assert told["categories"] == ["large-supplier"]
    assert told["contacts"] == ["faults: Fred, f@one.example"]
    assert told["changes"][-1]["by"] == "alice"
    assert web.get("/parties/ONE.json?at=2020-01-01").json()["registered_name"] == "One plc"


def test_nobody_else_changes_them(web: TestClient) -> None:
    assert web.post("/parties/ONE", data={}).status_code == 303, "to sign in"
    mark = sign_in(web, "lars")
    assert "Keep these details true" not in web.get("/parties/ONE").text
    assert web.post("/parties/ONE", data={"csrf": mark, "registered_name": "Mine"}).status_code == 403
    sign_in(web, "alice")
    assert web.post("/parties/ONE", data={"registered_name": "Forged"}).status_code == 403, "no mark"
    assert web.get("/parties/ONE.json").json()["registered_name"] == "One plc"


def test_the_register_is_exported(web: TestClient) -> None:
    """S179: the categories stand in the file, too."""
    answer = web.get("/parties.csv?at=2026-03-02")
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert {row["signifier"]: row["categories"] for row in rows} == {
        "DCC": "", "LATE": "other-sec-party", "ONE": "small-supplier",
    }  # fmt: skip
    assert rows[1]["name"] == "'=Late", "a spreadsheet must not compute it"
    feed = etree.fromstring(web.get("/parties.atom").content)
    assert feed.xpath("a:entry/a:title/text()", namespaces=ATOM)[0] == "=Late (LATE)"
    assert feed.xpath("a:entry/a:link/@href", namespaces=ATOM)[0] == "http://console.example/parties/LATE"


def test_programs_read_and_change_with_a_token(web: TestClient, store: Store) -> None:
    assert [each["signifier"] for each in web.get(REST).json()["parties"]] == ["DCC", "LATE", "ONE"]
    groups = web.get(f"{REST}/voting-groups/small-supplier").json()["voting_groups"]
    assert groups == [{"name": "ONE", "category": "small-supplier", "members": ["ONE"]}]
    bodies = web.get(f"{REST}/consumer-bodies?at=2014-01-01").json()["consumer_bodies"]
    assert [each["name"] for each in bodies if each["named"]] == ["National Consumer Council"]
    change = {"address": "1 Meter Row", "contacts": []}
    assert web.patch(f"{REST}/ONE", json=change).status_code == 401
    assert web.patch(f"{REST}/ONE", json=change, headers=token(store, "lars")).status_code == 403
    alice = token(store, "alice")
    assert web.patch(f"{REST}/ONE", json=change, headers=alice).json()["address"] == "1 Meter Row"
    wrong = web.patch(f"{REST}/ONE", json={"licences": ["fishing"]}, headers=alice)
    assert (wrong.status_code, wrong.json()["field"]) == (422, "licences")
    taken = web.patch(f"{REST}/ONE", json={"licences": ["smart-meter-communication"]}, headers=alice)
    assert (taken.status_code, taken.json()["kind"]) == (403, "NotAllowed"), "nobody makes itself the DCC"
    assert web.get(f"{REST}/NOBODY").status_code == 404
    described = web.get(f"{REST}/openapi.json").json()
    assert described["openapi"] == "3.1.0"
    assert set(described["paths"][f"{REST}/{{signifier}}"]) == {"get", "patch"}


def test_the_dcc_is_a_party_outside_the_categories(web: TestClient) -> None:
    """S249."""
    told = web.get(f"{REST}/DCC").json()
    assert told["dcc"] is True
    assert told["categories"] == []
