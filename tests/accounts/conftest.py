"""A site with a page of its own where people sign in, and somebody who can."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from starlette.requests import Request
from starlette.testclient import TestClient

from gbsmart import accounts
from gbsmart.accounts import CHEAP, Account, Capacity, Passwords, acting_form, pages, require, signed_in
from gbsmart.ground import ManualClock
from gbsmart.store import Store
from gbsmart.web import Link, Page, Site

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
PASSWORD = "two meters and a hub"
PASSWORDS = Passwords(CHEAP)
HERE = "http://console.example"


async def _deed(request: Request) -> Page:
    """A page of another wing: everybody reads it, a Party acts."""
    if request.method == "POST":
        await acting_form(request, accounts.Role.PARTY, "SUP1")
    reader = signed_in(request)
    model = {"title": "Deed", "reason": reader.name if reader else "nobody"}
    return Page("Deed", "error.html", model)


async def _private(request: Request) -> Page:
    return Page("Private", "error.html", {"title": "Private", "reason": require(request).name})


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOW)


@pytest.fixture
def site(store: Store, clock: ManualClock) -> Site:
    site = Site("gbsmart", [Link("/", "Overview")], ["gbsmart.accounts"])
    site.page("/", _deed)
    site.page("/deed", _deed, methods=("GET", "POST"))
    site.page("/private", _private, methods=("GET", "POST"))
    pages.place(site, store, clock, PASSWORDS, failing_takes=0)
    return site


@pytest.fixture
def people(store: Store) -> None:
    """Alice acts for a Party, Olga operates the system."""
    with store.transaction() as connection:
        for name, capacity in (("alice", "party:SUP1"), ("olga", "operator")):
            new = Account(name, name.title(), frozenset({Capacity.parse(capacity)}))
            accounts.add_account(connection, new, PASSWORDS.kept(PASSWORD), at=NOW, by="test")


@pytest.fixture
def web(site: Site, people: None) -> TestClient:
    return TestClient(site.app(), HERE, follow_redirects=False)


def sign_in(web: TestClient, name: str = "alice", password: str = PASSWORD, **more: str) -> str:
    """Sign in; what the forms of the session carry."""
    answer = web.post("/sign-in", data={"name": name, "password": password, **more})
    assert answer.status_code == 303, answer.text
    return csrf(web)


def csrf(web: TestClient) -> str:
    found = re.search(r'name="csrf" value="(\w+)"', web.get("/account").text)
    assert found
    return found[1]
