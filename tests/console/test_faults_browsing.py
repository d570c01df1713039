"""The pages of faults in a browser: switched on and off with the keyboard alone, held against WCAG 2.2 AA."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
import uvicorn

from gbsmart.console import console_app
from gbsmart.console.sources import LedgerJourneys
from gbsmart.dcc.faults import FAULTS, HTTP_STATUS
from gbsmart.ground import Faults, ManualClock

from .conftest import METER, NOW, READ, SUPPLIER, OneHome
from .looking import AXE, assert_sound, keep, unseen_focus, violations

pytestmark = [pytest.mark.chromium, pytest.mark.xdist_group("faults_browsing")]


@pytest.fixture
def faults() -> Faults:
    """Something is on, and has struck."""
    found = Faults(FAULTS, ManualClock(NOW), seed=7)
    found.on("receiver-down", {"user": SUPPLIER, "lasting": "4h"})
    found.on("http-status", {"status": "429"})
    found.strike(HTTP_STATUS, about=str(READ), user=SUPPLIER, device=METER, variant="4.1.1")
    return found


@pytest.fixture
def address(journeys: LedgerJourneys, faults: Faults) -> Iterator[str]:
    app = console_app(OneHome(), journeys, faults=faults)
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.02)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    app.state.closing.set()
    server.should_exit = True
    thread.join()


@pytest.mark.parametrize(("name", "path"), [("faults", "/faults"), ("fault", "/faults/http-status")])
def test_the_pages_look_sound(page: Any, address: str, name: str, path: str) -> None:
    page.goto(address + path)
    keep(page, name)
    assert_sound(page)
    assert unseen_focus(page, 12) == []
    if AXE.exists():
        assert violations(page) == []
    page.set_viewport_size({"width": 390, "height": 800})
    keep(page, f"{name}-narrow")
    assert_sound(page)


def test_a_fault_is_switched_on_and_off_by_keyboard_alone(page: Any, address: str, faults: Faults) -> None:
    page.goto(f"{address}/faults/delivery-duplicated")
    page.get_by_label("copies").focus()
    page.keyboard.type("3")
    page.keyboard.press("Enter")
    off = page.get_by_role("button", name="Switch off delivery-duplicated (3)")
    off.wait_for()
    assert faults.switches()[-1].shown() == {"copies": "3"}
    off.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/faults")
    assert [each.fault.name for each in faults.switches()] == ["receiver-down", "http-status"]
    assert_sound(page)
