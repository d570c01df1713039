"""Signing in and acting in a browser, with the keyboard; and what a page of another site cannot do."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.responses import HTMLResponse
from starlette.routing import Route
from starlette.types import ASGIApp

from gbsmart import accounts, parties
from gbsmart.accounts import CHEAP, Account, Capacity, Passwords
from gbsmart.accounts import pages as account_pages
from gbsmart.ground import SystemClock
from gbsmart.parties import Details, Licence, Party
from gbsmart.parties import pages as party_pages
from gbsmart.store import Store
from gbsmart.web import Link, Site

from .looking import AXE, assert_sound, keep, unseen_focus, violations

pytestmark = [pytest.mark.chromium, pytest.mark.xdist_group("chromium")]
PASSWORD = "two meters and a hub"


@contextmanager
def serving(app: ASGIApp) -> Iterator[str]:
    """An application that really listens, on a port of its own; its address."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.02)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join()


@pytest.fixture
def address(story: Store) -> Iterator[str]:
    """A site with accounts and the register of Parties; Alice acts for one, Olga operates."""
    clock, passwords = SystemClock(), Passwords(CHEAP)
    with story.transaction() as connection:
        held = Details("One plc", licences=frozenset({Licence.GAS_SUPPLY}))
        parties.accede(connection, Party("ONE", "First"), held, at=clock.now(), by="test")
        for name, capacity in (("alice", "party:ONE"), ("olga", "operator")):
            account = Account(name, name.title(), frozenset({Capacity.parse(capacity)}))
            accounts.add_account(connection, account, passwords.kept(PASSWORD), at=clock.now(), by="test")
    site = Site("gbsmart", [Link("/parties", "Parties")], ["gbsmart.accounts", "gbsmart.parties"])
    account_pages.place(site, story, clock, passwords)
    party_pages.place(site, story, clock)
    with serving(site.app()) as listening:
        yield listening


def sign_in(page: Any, name: str) -> None:
    page.get_by_label("Account").focus()
    page.keyboard.type(name)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")


def test_a_party_signs_in_where_it_was_and_keeps_its_details_true(page: Any, address: str) -> None:
    page.goto(f"{address}/parties/ONE")
    page.get_by_role("link", name="Sign in").click()
    sign_in(page, "alice")
    page.wait_for_url("**/parties/ONE")
    assert page.get_by_role("link", name="Alice").is_visible()
    page.get_by_label("Registered name").fill("One (GB) plc")
    page.get_by_role("button", name="Save").click()
    page.wait_for_url("**/parties/ONE")
    assert page.get_by_text("One (GB) plc").count() == 1
    assert "registered name" in page.locator("main").inner_text()
    assert_sound(page)


def test_a_wrong_password_is_told_and_mended(page: Any, address: str) -> None:
    page.goto(f"{address}/sign-in")
    page.get_by_label("Account").fill("alice")
    page.get_by_label("Password").fill("wrong")
    page.keyboard.press("Enter")
    assert "do not belong together" in page.get_by_role("alert").inner_text()
    page.complaints.clear()  # of the status, which is meant
    assert page.get_by_label("Account").input_value() == "alice"
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Alice").click()
    page.get_by_role("button", name="Sign out").click()
    assert page.get_by_role("link", name="Sign in").is_visible()
    page.goto(f"{address}/account")
    assert page.url.endswith("/sign-in?next=%2Faccount")


def test_an_operator_adds_an_account_and_takes_a_capacity_away(page: Any, address: str) -> None:
    page.goto(f"{address}/sign-in?next=/accounts")
    sign_in(page, "olga")
    page.wait_for_url(f"{address}/accounts")
    page.get_by_label("Account", exact=True).fill("bob")
    page.get_by_label("Person").fill("Bob Byte")
    page.get_by_label("Acts as").fill("authority panel-chair")
    page.get_by_label("First password").fill(PASSWORD)
    page.get_by_role("button", name="Add").click()
    page.wait_for_url("**/accounts/bob")
    page.get_by_role("button", name="Revoke authority").click()
    assert page.get_by_role("button", name="Revoke authority").count() == 0
    assert page.get_by_role("button", name="Revoke panel-chair").is_visible()
    assert_sound(page)


def test_the_pages_of_accounts_are_accessible(page: Any, address: str) -> None:
    if not AXE.is_file():
        pytest.skip("needs axe-core: npm install in .interop, of tests/interop/package.json")
    page.goto(f"{address}/sign-in")
    sign_in(page, "olga")
    page.wait_for_url(lambda url: "sign-in" not in url)
    page.complaints.clear()  # this site has no first page
    for path in ("/account", "/accounts", "/accounts/alice", "/parties/ONE"):
        page.goto(address + path)
        keep(page, f"accounts{path.replace('/', '-')}")
        assert violations(page) == []
        assert unseen_focus(page) == []
        assert_sound(page)
        page.set_viewport_size({"width": 390, "height": 800})
        assert_sound(page)
        page.set_viewport_size({"width": 1200, "height": 800})


def test_a_form_on_another_site_does_nothing(page: Any, address: str) -> None:
    """The browser is signed in; the other site is the same machine's under another name."""
    page.goto(f"{address}/sign-in?next=/parties/ONE")
    sign_in(page, "alice")
    page.wait_for_url(f"{address}/parties/ONE")

    async def trap(_request: Any) -> HTMLResponse:
        return HTMLResponse(
            f'<form method="post" action="{address}/parties/ONE">'
            '<input name="registered_name" value="Stolen">'
            "<button>Win</button></form>"
        )

    with serving(Starlette(routes=[Route("/", trap)])) as other:
        page.goto(other.replace("127.0.0.1", "localhost"))
        with page.expect_response(f"{address}/parties/ONE") as answered:
            page.get_by_role("button", name="Win").click(no_wait_after=True)
        assert answered.value.status == 403
    page.goto(f"{address}/parties/ONE")
    assert "Stolen" not in page.locator("main").inner_text()
