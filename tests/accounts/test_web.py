"""Signing in over HTTP, and what other wings' pages can rely on."""

from __future__ import annotations

import asyncio
import time

import pytest
import structlog
from sqlalchemy import URL, update
from starlette.testclient import TestClient

from gbsmart import accounts
from gbsmart.accounts import Reception, attempts, sessions
from gbsmart.accounts.tables import account as table
from gbsmart.accounts.web import way_back
from gbsmart.ground import ManualClock, SystemClock
from gbsmart.store import Store

from .conftest import HERE, NOW, PASSWORD, PASSWORDS, csrf, sign_in


@pytest.fixture
def store_url(sqlite_url: URL) -> URL:
    """The statements are tested on both databases; what stands above them on one."""
    return sqlite_url


def test_everybody_reads_and_the_head_says_who_is_signed_in(web: TestClient) -> None:
    page = web.get("/deed?a=1")
    assert "nobody" in page.text
    assert 'href="/sign-in?next=%2Fdeed%3Fa%3D1"' in page.text
    sign_in(web)
    page = web.get("/deed")
    assert '<a class="who" href="/account">Alice</a>' in page.text
    assert page.headers["cache-control"] == "no-store"


def test_the_cookie_is_for_this_site_and_not_for_scripts(web: TestClient) -> None:
    given = {"name": "alice", "password": PASSWORD}
    cookie = web.post("/sign-in", data=given).headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "path=/" in cookie
    assert "secure" not in cookie
    for client, headers in (
        (TestClient(web.app, "https://console.example", follow_redirects=False), {}),
        (web, {"x-forwarded-proto": "https"}),
    ):
        assert "secure" in client.post("/sign-in", data=given, headers=headers).headers["set-cookie"].lower()


def test_whoever_must_sign_in_comes_back(web: TestClient) -> None:
    sent = web.get("/private?page=2")
    assert sent.status_code == 303
    assert sent.headers["location"] == "/sign-in?next=%2Fprivate%3Fpage%3D2"
    assert 'name="next" value="/private?page=2"' in web.get(sent.headers["location"]).text
    given = {"name": "alice", "password": PASSWORD, "next": "/private?page=2"}
    assert web.post("/sign-in", data=given).headers["location"] == "/private?page=2"


@pytest.mark.parametrize(
    "path",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "evil",
        "",
        "/a\nb",
        "/ä",
    ],
)
def test_nobody_is_sent_to_another_site(web: TestClient, path: str) -> None:
    assert way_back(path) == "/"
    given = {"name": "alice", "password": PASSWORD, "next": path}
    assert web.post("/sign-in", data=given).headers["location"] == "/"


def test_a_program_is_told_to_sign_in(web: TestClient) -> None:
    for path in ("/private.json", "/private"):
        answer = web.get(path, headers={"accept": "application/json"})
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"


def test_what_is_wrong_is_not_told(web: TestClient, store: Store) -> None:
    with store.transaction() as connection:
        accounts.close(connection, "olga", at=NOW, by="test")
    answers = {
        web.post("/sign-in", data={"name": name, "password": password}).text.replace(name, "NAME")
        for name, password in (("alice", "wrong"), ("nobody", "wrong"), ("olga", PASSWORD))
    }
    assert len(answers) == 1
    assert "do not belong together" in answers.pop()


@pytest.mark.parametrize("name", ["alice", "nobody"])
def test_what_is_wrong_is_not_told_by_how_long_it_takes(store: Store, people: None, name: str) -> None:
    floor = 0.3
    reception = Reception(store, SystemClock(), PASSWORDS, failing_takes=floor)
    began = time.monotonic()
    assert asyncio.run(reception.sign_in(name, "wrong")) is None
    assert time.monotonic() - began >= floor - 0.01
    assert (asyncio.run(reception.sign_in(name, PASSWORD)) is None) is (name == "nobody")


def test_guessing_takes_longer_and_longer(web: TestClient, clock: ManualClock) -> None:
    for _ in range(attempts.FREE + 1):
        assert web.post("/sign-in", data={"name": "alice", "password": "wrong"}).status_code == 401
    assert web.post("/sign-in", data={"name": "alice", "password": PASSWORD}).status_code == 401
    clock.set(clock.now() + attempts.FIRST_REST)
    sign_in(web)


def test_whoever_knows_a_name_does_not_lock_its_holder_out(web: TestClient, clock: ManualClock) -> None:
    web.post("/sign-out", data={"csrf": sign_in(web)})
    stranger = TestClient(web.app, HERE, follow_redirects=False)
    for _ in range(10):  # a wrong guess after each rest
        clock.set(clock.now() + attempts.LONGEST_REST)
        stranger.post("/sign-in", data={"name": "alice", "password": "wrong"})
    assert stranger.post("/sign-in", data={"name": "alice", "password": PASSWORD}).status_code == 401
    given = {
        "csrf": sign_in(web),
        "do": "password",
        "current": PASSWORD,
        "password": "three meters and a hub",
    }
    assert web.post("/account", data=given).status_code == 303


def test_nor_on_a_machine_where_the_holder_never_signed_in(web: TestClient) -> None:
    for _ in range(attempts.FREE + 2):
        web.post("/sign-in", data={"name": "alice", "password": "wrong"})
    given = {"name": "alice", "password": PASSWORD}
    assert web.post("/sign-in", data=given).status_code == 401, "where it was guessed"
    elsewhere = TestClient(web.app, HERE, follow_redirects=False, client=("192.0.2.1", 50000))
    assert elsewhere.post("/sign-in", data=given).status_code == 303


def test_a_known_browser_is_no_signed_in_one_and_each_account_has_its_own(web: TestClient) -> None:
    given = {"name": "alice", "password": PASSWORD}
    cookies = [each.lower() for each in web.post("/sign-in", data=given).headers.get_list("set-cookie")]
    (known,) = [each for each in cookies if each.startswith("gbsmart_browser_alice=")]
    assert "httponly" in known
    assert "samesite=lax" in known
    assert f"max-age={180 * 24 * 3600};" in known
    sign_in(web, "olga")
    assert {"gbsmart_browser_alice", "gbsmart_browser_olga"} <= web.cookies.keys()
    del web.cookies["gbsmart_session"]
    assert web.get("/private").status_code == 303


def test_an_attempt_is_logged_without_the_password(web: TestClient) -> None:
    with structlog.testing.capture_logs() as logged:
        web.post("/sign-in", data={"name": "alice", "password": "a secret that is wrong"})
        sign_in(web)
    assert [each["account"] for each in logged] == ["alice"]
    assert "secret" not in str(logged)


def test_a_session_ends_by_the_clock_and_by_signing_out(web: TestClient, clock: ManualClock) -> None:
    token = sign_in(web)
    cookie = web.cookies["gbsmart_session"]
    assert web.post("/sign-out", data={"csrf": token}).headers["location"] == "/"
    assert "gbsmart_session" not in web.cookies
    web.cookies.set("gbsmart_session", cookie)
    assert web.get("/private").status_code == 303, "it ended on the server too"
    web.cookies.clear()
    sign_in(web)
    clock.set(clock.now() + sessions.IDLE)
    assert web.get("/private").status_code == 303


def test_signing_in_ends_the_session_before(web: TestClient) -> None:
    sign_in(web)
    before = web.cookies["gbsmart_session"]
    sign_in(web, "olga")
    web.cookies.set("gbsmart_session", before, domain="console.example")
    assert web.get("/private").status_code == 303


# --- acting ---


def test_a_form_of_our_own_page_acts(web: TestClient) -> None:
    assert web.post("/deed", data={"csrf": sign_in(web)}).status_code == 200


@pytest.mark.parametrize("given", [{}, {"csrf": ""}, {"csrf": "0" * 64}, {"csrf": "ä"}])
def test_a_form_without_the_sessions_mark_is_refused(web: TestClient, given: dict[str, str]) -> None:
    sign_in(web)
    answer = web.post("/deed", data={"x": "y", **given})
    assert answer.status_code == 403
    assert "not of your session" in answer.text


def test_the_mark_of_another_session_is_refused(web: TestClient) -> None:
    other = TestClient(web.app, HERE, follow_redirects=False)
    stranger = sign_in(other, "olga")
    sign_in(web)
    assert web.post("/deed", data={"csrf": stranger}).status_code == 403


@pytest.mark.parametrize(
    "headers", [{"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}, {"origin": "null"}]
)
def test_a_form_of_another_site_is_refused_even_with_the_mark(
    web: TestClient, headers: dict[str, str]
) -> None:
    token = sign_in(web)
    assert web.post("/deed", data={"csrf": token}, headers=headers).status_code == 403


def test_nobody_acts_without_signing_in_nor_in_another_role(web: TestClient) -> None:
    assert web.post("/deed", data={}).status_code == 303
    answer = web.post("/deed", data={"csrf": sign_in(web, "olga")})
    assert answer.status_code == 403
    assert "does not act as party:SUP1" in answer.text


def test_what_only_requires_an_account_still_needs_the_mark_to_act(web: TestClient) -> None:
    token = sign_in(web)
    assert web.get("/private").status_code == 200
    assert web.post("/private").status_code == 403
    assert web.post("/private", headers={"x-csrf-token": token}).status_code == 200


def test_a_token_acts_without_a_mark_and_wins_over_a_cookie(
    web: TestClient, store: Store, clock: ManualClock
) -> None:
    with store.transaction() as connection:
        secret = accounts.issue_token(
            connection, "alice", "reports", at=NOW, by="alice", random=lambda n: bytes(range(n))
        )
    sign_in(web, "olga")
    bearer = {"authorization": f"Bearer {secret}"}
    assert web.post("/deed", data={}, headers=bearer).status_code == 200
    assert web.get("/private.json", headers=bearer).json()["reason"] == "alice"
    assert web.get("/private.json", headers={"authorization": "Bearer gbs_wrong"}).status_code == 401
    clock.set(clock.now() + sessions.TOKEN)
    assert web.get("/private.json", headers=bearer).status_code == 401


# --- the pages of accounts ---


def test_a_token_is_issued_shown_once_and_withdrawn(web: TestClient) -> None:
    mark = sign_in(web)
    shown = web.post("/account.json", data={"csrf": mark, "do": "token", "label": "reports", "days": "7"})
    secret = shown.json()["secret"]
    assert secret.startswith("gbs_")
    assert secret not in web.get("/account").text
    (token,) = web.get("/account.json").json()["tokens"]
    assert web.get("/private.json", headers={"authorization": f"Bearer {secret}"}).status_code == 200
    web.post("/account", data={"csrf": mark, "do": "withdraw", "token": str(token["id"])})
    assert web.get("/account.json").json()["tokens"] == []


def test_a_token_prolongs_nothing_by_itself(web: TestClient) -> None:
    """Whoever finds a token that ends tomorrow must not make one that lasts a year of it."""
    mark = sign_in(web)
    shown = web.post("/account.json", data={"csrf": mark, "do": "token", "label": "reports", "days": "1"})
    bearer = {"authorization": f"Bearer {shown.json()['secret']}"}
    web.cookies.clear()
    for given in (
        {"do": "token", "label": "more", "days": "366"}, {"do": "withdraw", "token": "1"},
        {"do": "password", "current": PASSWORD, "password": "three meters and a hub"},
    ):  # fmt: skip
        answer = web.post("/account.json", data=given, headers=bearer)
        assert answer.status_code == 403, answer.text
    told = web.get("/account.json", headers=bearer).json()
    assert [each["label"] for each in told["tokens"]] == ["reports"]


def test_a_new_password_needs_the_old_one_and_ends_every_session(web: TestClient) -> None:
    mark, new = sign_in(web), "three meters and a hub"
    given = {"csrf": mark, "do": "password", "current": "wrong", "password": new}
    assert web.post("/account", data=given).status_code == 400
    assert web.post("/account", data={**given, "current": PASSWORD, "password": "short"}).status_code == 400
    answer = web.post("/account", data={**given, "current": PASSWORD})
    assert answer.headers["location"] == "/sign-in"
    assert web.get("/account").status_code == 303
    sign_in(web, password=new)


def test_all_access_is_ended_by_its_holder_and_by_an_operator(web: TestClient) -> None:
    mark = sign_in(web)
    shown = web.post("/account.json", data={"csrf": mark, "do": "token", "label": "reports", "days": "7"})
    bearer = {"authorization": f"Bearer {shown.json()['secret']}"}
    assert web.get("/private.json", headers=bearer).status_code == 200
    assert web.post("/account", data={"csrf": mark, "do": "end"}).headers["location"] == "/sign-in"
    assert web.get("/private.json", headers=bearer).status_code == 401
    assert web.get("/private").status_code == 303
    other = TestClient(web.app, HERE, follow_redirects=False)
    sign_in(web)
    given = {"csrf": sign_in(other, "olga"), "do": "end"}
    assert other.post("/accounts/alice", data=given).status_code == 303
    assert web.get("/private").status_code == 303


def test_choosing_a_bad_password_is_no_failed_attempt(web: TestClient) -> None:
    sign_in(web)
    for new in ["short"] * 8:
        given = {"csrf": csrf(web), "do": "password", "current": PASSWORD, "password": new}
        assert "12 to 200" in web.post("/account", data=given).text
    given = {"csrf": csrf(web), "do": "password", "current": PASSWORD, "password": "three hubs and a meter"}
    assert web.post("/account", data=given).status_code == 303


def test_operators_add_accounts_and_change_them(web: TestClient) -> None:
    mark = sign_in(web, "olga")
    given = {"csrf": mark, "name": "bob", "person": "Bob", "capacities": "authority", "password": PASSWORD}
    assert web.post("/accounts", data={**given, "capacities": "king"}).status_code == 400
    assert web.post("/accounts", data={**given, "name": "alice"}).status_code == 400
    assert web.post("/accounts", data=given).headers["location"] == "/accounts/bob"

    def change(**form: str) -> int:
        return web.post("/accounts/bob", data={"csrf": mark, **form}).status_code

    assert change(do="grant", capacity="secretary-of-state") == 303
    assert change(do="revoke", capacity="authority") == 303
    assert change(do="password", password="another sentence") == 303
    assert change(do="dance") == 400
    told = web.get("/accounts/bob.json").json()
    assert told["capacities"] == ["secretary-of-state"]
    assert {each["by"] for each in told["history"]} == {"olga"}
    other = TestClient(web.app, HERE, follow_redirects=False)
    sign_in(other, "bob", "another sentence")
    assert change(do="close") == 303
    assert other.get("/account").status_code == 303
    assert web.get("/accounts/nobody").status_code == 404
    assert "bob" in web.get("/accounts").text


def test_only_operators_see_accounts(web: TestClient) -> None:
    mark = sign_in(web)
    assert web.get("/accounts").status_code == 403
    assert web.get("/accounts/olga").status_code == 403
    assert web.post("/accounts", data={"csrf": mark, "name": "x"}).status_code == 403
    assert web.post("/accounts/olga", data={"csrf": mark, "do": "close"}).status_code == 403


def test_an_operators_form_without_the_mark_changes_nothing(web: TestClient) -> None:
    sign_in(web, "olga")
    assert web.post("/accounts/alice", data={"do": "close"}).status_code == 403
    assert not web.get("/accounts/alice.json").json()["closed"]


def test_an_account_that_rests_does_so_in_every_browser_that_it_does_not_know(
    web: TestClient, store: Store
) -> None:
    with store.transaction() as connection:
        connection.execute(update(table).values(rests_until=NOW + attempts.LONGEST_REST))
    assert web.post("/sign-in", data={"name": "alice", "password": PASSWORD}).status_code == 401


def test_the_mark_changes_with_the_session(web: TestClient) -> None:
    first = sign_in(web)
    web.post("/sign-out", data={"csrf": first})
    sign_in(web)
    assert csrf(web) != first
