"""What keeps the register over HTTP does what the command line does, and only for who may."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import URL
from starlette.testclient import TestClient
from tests.codebook.consultations.govuk_page import opened

from gbsmart import accounts
from gbsmart.accounts import Account, Capacity
from gbsmart.accounts import pages as sign_in
from gbsmart.codebook.consultations import interface
from gbsmart.codebook.consultations.addresses import TAKEN
from gbsmart.ground import ManualClock
from gbsmart.store import Store, open_store
from gbsmart.web import Site

BASE = "/code/v1/consultations"
NOW = datetime(2015, 3, 2, 9, tzinfo=UTC)
PLANNED = {"id": "C-OWN", "title": "Support", "topics": ["handover"], "questions": ["Are they clear?"]}
PEOPLE = {"ada": "code-administrator", "olga": "operator", "sos": "secretary-of-state", "pete": "party:SUP1"}
CHANGES: list[tuple[str, dict[str, Any]]] = [
    ("", PLANNED), ("/import", {"content": {}}),
    ("/corrections", {"erratum": "a", "corrects": "b", "term": "c"}),
    ("/C-OWN/steps", {"event": "open"}), ("/C-OWN/documents", {"document": "D", "title": "T"}),
    ("/C-OWN/publication", {}),
]  # fmt: skip


@pytest.fixture
def store(sqlite_url: URL) -> Iterator[Store]:
    store = open_store(sqlite_url)
    with store.transaction() as connection:
        for name, capacity in PEOPLE.items():
            held = frozenset({Capacity.parse(capacity)})
            accounts.add_account(connection, Account(name, name, held), "", at=NOW, by="olga")
    yield store
    store.close()


@pytest.fixture
def web(store: Store) -> TestClient:
    return _web(store, NOW)


def _web(store: Store, now: datetime) -> TestClient:
    clock, site = ManualClock(now), Site("gbsmart", [], ["gbsmart.accounts"])
    sign_in.place(site, store, clock)
    site.interface(interface(lambda: store, clock.now, lambda _connection: ()))
    return TestClient(site.app())


def token(store: Store, name: str) -> dict[str, str]:
    with store.transaction() as connection:
        secret = accounts.issue_token(
            connection, name, "test", at=NOW, by=name, random=lambda size: name.encode().ljust(size)
        )
    return {"authorization": f"Bearer {secret}"}


@pytest.mark.parametrize(("path", "given"), CHANGES)
def test_only_who_keeps_the_register_changes_it(
    web: TestClient, store: Store, path: str, given: dict[str, Any]
) -> None:
    assert web.post(BASE + path, json=given).status_code == 401
    assert web.post(BASE + path, json=given, headers=token(store, "pete")).status_code == 403
    assert web.get(BASE).json() == {"consultations": []}


@pytest.mark.parametrize("name", ["ada", "olga", "sos"])
def test_a_consultation_from_planning_to_conclusion(web: TestClient, store: Store, name: str) -> None:
    headers = token(store, name)

    def post(path: str, **given: Any) -> Any:
        answer = web.post(f"{BASE}/C-OWN{path}", json=given, headers=headers)
        assert answer.is_success, answer.text
        return answer.json()

    assert web.post(BASE, json=PLANNED, headers=headers).json()["state"] == "planned"
    post(
        "/documents", document="D-1", title="Draft Appendix H", kind="subsidiary document draft", on="2015-02"
    )
    assert post("/steps", event="open")["actor"] == name
    given = {"name": "Ada", "contact": "ada@example.org", "answers": [{"question": 1, "stance": "agree"}]}
    assert web.post(f"{BASE}/C-OWN/responses", json=given).status_code == 201
    post("/steps", event="close", on="2015-04-01")
    assert post("/publication") == {"consultation": "C-OWN", "published": 1}
    post("/steps", event="analyse")
    outcome = {"effect": "change", "target_kind": "code", "target": "Appendix H"}
    post("/steps", event="conclude", topic="handover", outcomes=[outcome])
    assert post("/steps", event="conclude")["target"] == "concluded"
    whole = web.get(f"{BASE}/C-OWN").json()
    assert [each["id"] for each in whole["documents"]] == ["D-1"]
    assert whole["topics"][0]["outcomes"][0]["target"] == "Appendix H"


def test_no_id_hides_behind_an_address_of_the_register(web: TestClient, store: Store) -> None:
    fixed = {path.removeprefix(f"{BASE}/").partition("/")[0] for path in _paths(web)} - {"{id}", ""}
    assert fixed | {"openapi.json"} == TAKEN
    headers = token(store, "ada")
    for name in sorted(TAKEN):
        refused = web.post(BASE, json={**PLANNED, "id": name}, headers=headers)
        assert (refused.status_code, refused.json()["field"]) == (422, "id")


def _paths(web: TestClient) -> list[str]:
    return list(web.get(f"{BASE}/openapi.json").json()["paths"])


def test_a_step_that_cannot_be_is_refused(web: TestClient, store: Store) -> None:
    headers = token(store, "ada")
    web.post(BASE, json=PLANNED, headers=headers)
    refused = web.post(f"{BASE}/C-OWN/steps", json={"event": "conclude"}, headers=headers)
    assert (refused.status_code, refused.json()["kind"]) == (409, "NotPossible")
    assert web.get(f"{BASE}/C-OWN").json()["consultation"]["state"] == "planned"


def test_an_erratum_is_entered(web: TestClient, store: Store) -> None:
    headers = token(store, "ada")
    web.post(BASE, json=PLANNED, headers=headers)
    for name, kind in (("D-1", "legal text"), ("D-2", "erratum")):
        given = {"document": name, "title": name, "kind": kind}
        assert web.post(f"{BASE}/C-OWN/documents", json=given, headers=headers).status_code == 201
    given = {"erratum": "D-2", "corrects": "D-1", "term": "Party"}
    assert web.post(f"{BASE}/corrections", json=given, headers=headers).status_code == 200
    assert [each["term"] for each in web.get(f"{BASE}/corrections").json()] == ["Party"]


def test_a_page_of_govuk_is_imported(web: TestClient, store: Store) -> None:
    headers = token(store, "ada")
    done = web.post(f"{BASE}/import", json={"content": opened()}, headers=headers).json()
    assert done["new"]
    assert web.get(f"{BASE}/{done['consultation']}").status_code == 200
    again = web.post(f"{BASE}/import", json={"content": opened()}, headers=headers).json()
    assert not again["new"]


def test_the_description_says_that_a_token_is_needed(web: TestClient) -> None:
    paths = web.get(f"{BASE}/openapi.json").json()["paths"]
    for path, _ in CHANGES:
        assert paths[BASE + path.replace("C-OWN", "{id}")]["post"]["security"] == [{"token": []}]


def test_today_is_londons(store: Store) -> None:
    """Half past midnight in summer is still the day before in UTC."""
    web = _web(store, datetime(2015, 4, 30, 23, 30, tzinfo=UTC))
    headers = token(store, "ada")
    web.post(BASE, json=PLANNED, headers=headers)
    assert web.post(f"{BASE}/C-OWN/steps", json={"event": "open"}, headers=headers).json()["on"] == {
        "text": "2015-05-01", "basis": "recorded",
    }  # fmt: skip
