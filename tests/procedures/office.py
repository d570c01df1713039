"""An office with the pages of cases and people who sign in, for tests with and without a browser."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import URL
from starlette.testclient import TestClient
from tests.procedures.painting import PROCEDURES, START

from gbsmart import accounts
from gbsmart.accounts import CHEAP, Account, Capacity, Passwords
from gbsmart.accounts import pages as sign_in_pages
from gbsmart.ground.clock import ManualClock
from gbsmart.procedures import Desk, Procedures
from gbsmart.procedures import pages as case_pages
from gbsmart.store import open_store
from gbsmart.web import Link, Site

PASSWORD = "two meters and a hub"
PEOPLE = {
    "ann": "party:SUP1", "ben": "party:SUP2", "sec": "code-administrator",
    "member1": "committee-member:seat-1", "member2": "committee-member:seat-2",
}  # fmt: skip
GREEN = {"title": "A <green> office", "colour": "green", "litres": "12"}


class Office:
    """A site with the pages of cases, and people who sign in on it."""

    def __init__(self, url: URL, run: Procedures = PROCEDURES) -> None:
        self.store = open_store(url)
        self.clock = ManualClock(START)
        self.desk = Desk(self.store, run, self.clock)
        passwords = Passwords(CHEAP)
        kept = passwords.kept(PASSWORD)
        with self.store.transaction() as connection:
            for name, capacity in PEOPLE.items():
                new = Account(name, name.title(), frozenset({Capacity.parse(capacity)}))
                accounts.add_account(connection, new, kept, at=START, by="test")
        links = [Link("/", "Overview")]
        site = Site("gbsmart", links, ["gbsmart.accounts", "gbsmart.procedures"])
        sign_in_pages.place(site, self.store, self.clock, passwords)
        links.append(case_pages.place(site, self.desk))
        self.app = site.app()

    def browser(self, name: str = "") -> Browser:
        return Browser(self.app, name)

    def account(self, name: str) -> Account:
        with self.store.reading() as connection:
            return accounts.account(connection, name)


class Browser:
    """Somebody at a page: signed in where a name is given."""

    def __init__(self, app: Any, name: str) -> None:
        self.http = TestClient(app, "http://console.example", follow_redirects=False)
        self.mark = ""
        if name:
            self.http.post("/sign-in", data={"name": name, "password": PASSWORD})
            found = re.search(r'name="csrf" value="(\w+)"', self.http.get("/account").text)
            assert found
            self.mark = found[1]

    def page(self, path: str, status: int = 200) -> str:
        answer = self.http.get(path)
        assert answer.status_code == status, answer.text
        return answer.text

    def twin(self, path: str) -> Any:
        return self.http.get(f"{path}.json").json()

    def send(self, path: str, status: int = 303, files: Any = None, **fields: Any) -> Any:
        data = {"csrf": self.mark, **fields}
        # as the page's own form: with files, even where none was chosen
        answer = self.http.post(path, data=data, files=files or {"document.": ("", b"")})
        assert answer.status_code == status, answer.text
        return answer
