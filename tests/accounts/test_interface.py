"""Accounts for programs."""

from __future__ import annotations

import pytest
from sqlalchemy import URL
from starlette.testclient import TestClient

from gbsmart import accounts
from gbsmart.store import Store

from .conftest import NOW, PASSWORD, sign_in

REST = "/governance/v1/accounts"


@pytest.fixture
def store_url(sqlite_url: URL) -> URL:
    return sqlite_url


def token(store: Store, name: str) -> dict[str, str]:
    with store.transaction() as connection:
        secret = accounts.issue_token(
            connection, name, "test", at=NOW, by=name, random=lambda size: name.encode().ljust(size)
        )
    return {"authorization": f"Bearer {secret}"}


def test_a_token_tells_whose_it_is(web: TestClient, store: Store) -> None:
    assert web.get(f"{REST}/me").status_code == 401
    assert web.get(f"{REST}/me", headers=token(store, "alice")).json() == {
        "name": "alice", "person": "Alice", "capacities": ["party:SUP1"], "closed": False,
    }  # fmt: skip


def test_operators_manage_accounts(web: TestClient, store: Store) -> None:
    olga = token(store, "olga")
    new = {"name": "bob", "person": "Bob", "capacities": ["authority"], "password": PASSWORD}
    assert web.post(REST, json={**new, "password": "short"}, headers=olga).json()["field"] == "password"
    added = web.post(REST, json=new, headers=olga)
    assert (added.status_code, added.json()["capacities"]) == (201, ["authority"])
    where = f"{REST}/bob/capacities"
    assert web.put(f"{where}/party:A", json={}, headers=olga).json()["capacities"] == ["authority", "party:A"]
    assert web.delete(f"{where}/authority", headers=olga).json()["capacities"] == ["party:A"]
    assert [each["by"] for each in web.get(f"{REST}/bob", headers=olga).json()["history"]] == ["olga"] * 4
    assert web.delete(f"{REST}/bob/access", headers=olga).json()["closed"] is False
    assert web.get(f"{REST}/bob", headers=olga).json()["history"][-1]["event"] == "access ended"
    assert web.delete(f"{REST}/bob", headers=olga).json()["closed"] is True
    assert len(web.get(REST, headers=olga).json()["accounts"]) == 3


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", ""),
        ("POST", ""),
        ("GET", "/olga"),
        ("DELETE", "/olga"),
        ("DELETE", "/olga/access"),
        ("PUT", "/olga/capacities/authority"),
    ],
)
def test_nobody_else_does(web: TestClient, store: Store, method: str, path: str) -> None:
    body = {"name": "eve", "person": "Eve", "password": PASSWORD} if method == "POST" else {}
    given = {} if method in ("GET", "DELETE") else {"json": body}
    assert web.request(method, REST + path, **given).status_code == 401
    alice = token(store, "alice")
    assert web.request(method, REST + path, headers=alice, **given).status_code == 403


def test_a_cookie_acts_only_with_the_sessions_mark(web: TestClient) -> None:
    mark = sign_in(web, "olga")
    assert web.get(REST).status_code == 200
    assert web.delete(f"{REST}/alice").status_code == 403
    assert web.delete(f"{REST}/alice", headers={"x-csrf-token": mark}).status_code == 200
