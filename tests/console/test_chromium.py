"""The pages in a browser: how they look, and whether a keyboard is enough."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
import uvicorn

from gbsmart.console import Address, console_app
from gbsmart.console.explaining import EXAMPLE
from gbsmart.console.sources import LedgerJourneys
from gbsmart.dcc import ledger
from gbsmart.dcc.model import NewRequest, RequestKey
from gbsmart.store import Store

from .conftest import (
    ACB,
    HUB,
    KEYS,
    METER,
    NOW,
    READ,
    SUPPLIER,
    OneHome,
    request_document,
    response,
)
from .looking import assert_sound, keep

pytestmark = [pytest.mark.chromium, pytest.mark.xdist_group("chromium")]

ADDRESSES = [
    Address("DCC User Interface", "http://127.0.0.1:8079", "takes Service Requests"),
    Address("SMKI Repository", "http://127.0.0.1:8083", "finds and returns certificates"),
    Address("Console", "http://127.0.0.1:8080", "these pages"),
]


@pytest.fixture
def address(journeys: LedgerJourneys) -> Iterator[str]:
    """A console that really listens, on a port of its own."""
    app = console_app(OneHome(), journeys, addresses=ADDRESSES, keyring=KEYS, acb=ACB)
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    app.state.closing.set()
    server.should_exit = True
    thread.join()


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("overview", "/"),
        ("home", f"/homes/{HUB}"),
        ("requests", "/requests"),
        ("journey", f"/requests/{READ}"),
        ("explain", f"/explain?message={response(4_231_072).encode().hex()}"),
        ("explain-fault", f"/explain?message={response(4_231_072).encode().hex()[:-180]}00"),
    ],
)
def test_pages_look_sound(page: Any, address: str, name: str, path: str) -> None:
    page.goto(address + path)
    keep(page, name)
    assert_sound(page)
    page.set_viewport_size({"width": 390, "height": 800})
    keep(page, f"{name}-narrow")
    assert_sound(page)


def test_a_step_leads_to_what_was_said(page: Any, address: str) -> None:
    page.goto(f"{address}/requests/{READ}")
    page.locator("svg.sequence a").nth(3).focus()
    page.keyboard.press("Enter")
    assert page.url.endswith("#document-3")
    page.locator("#document-3 .octet-view summary").focus()
    page.keyboard.press("Enter")
    assert page.locator("#document-3 table.rows").first.is_visible()
    keep(page, "journey-open")
    assert_sound(page)


def test_a_journey_under_way_shows_what_comes_of_it_without_a_hand(
    page: Any, address: str, story: Store
) -> None:
    key = RequestKey(METER, SUPPLIER, 1002)
    with story.transaction() as connection:
        ledger.receive(connection, NewRequest(key, "4.1.1", 1, request_document(key, "4.1.1", 1, {}), NOW))
    page.goto(f"{address}/requests/{key}")
    assert "Look again" in page.locator("main").inner_text()
    assert_sound(page)
    with story.transaction() as connection:
        ledger.advance(connection, key, "refuse", at=NOW, code="E2", detail="not eligible")
    expect = pytest.importorskip("playwright.sync_api").expect
    expect(page.locator("h1 + p")).to_contain_text("refused")
    expect(page.locator("[data-under-way]")).to_have_count(0)


def test_an_unknown_page_looks_sound(page: Any, address: str) -> None:
    page.goto(f"{address}/nowhere")
    keep(page, "error")
    assert page.locator("h1").inner_text() == "No such page"


def test_a_message_is_explained_by_keyboard_alone(page: Any, address: str) -> None:
    page.goto(f"{address}/explain")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")  # skips to the content
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "message"
    page.keyboard.insert_text(EXAMPLE)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.tagName") == "BUTTON"
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "ECS42" in page.locator(".explanation-heading").inner_text()
    row = page.locator("table.rows td.offset a").nth(5)
    row.focus()
    marked = page.locator(".octets a.marked")
    assert marked.count() == 1
    assert marked.get_attribute("href") == f"#{page.locator('table.rows tr.marked').get_attribute('id')}"
    keep(page, "explain-focused")
    assert_sound(page)


def test_pointing_at_octets_marks_their_row(page: Any, address: str) -> None:
    page.goto(f"{address}/explain?message={EXAMPLE}")
    page.locator(".octets a").nth(4).hover()
    assert page.locator("table.rows tr.marked").count() == 1
    page.mouse.move(0, 0)
    assert page.locator("table.rows tr.marked").count() == 0


def test_a_home_stays_up_to_date_without_reloading(page: Any, address: str) -> None:
    page.goto(f"{address}/homes/{HUB}")
    expect = pytest.importorskip("playwright.sync_api").expect
    expect(page.locator("[data-live-state]")).to_have_text("live")
    page.evaluate("document.querySelector('[data-value=power]').textContent = 'stale'")
    expect(page.locator("[data-value=power]")).not_to_have_text("stale")
    assert_sound(page)


def test_everything_can_be_read_without_script(browser: Any, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/homes/{HUB}")
    assert page.locator("svg.plot rect").count() == 70
    page.goto(f"{address}/requests/{READ}")
    assert page.locator("details").count() > 4
    context.close()
