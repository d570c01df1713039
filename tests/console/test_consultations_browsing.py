"""The pages of the register of consultations in a browser, at desk and at phone."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
import uvicorn

from gbsmart.codebook.consultations import TEMPLATES, CodeVersion, fill, place, service
from gbsmart.codebook.consultations.model import Basis, Consultation, ConsultationKind, Dated
from gbsmart.ground import ManualClock
from gbsmart.store import open_store
from gbsmart.web import Link, Site

from .looking import assert_sound, keep, unseen_focus, violations

pytestmark = [pytest.mark.chromium, pytest.mark.xdist_group("chromium")]
NOW = datetime(2015, 3, 2, tzinfo=UTC)
VERSIONS = (CodeVersion("2.1", date(2014, 4, 6)), CodeVersion("4.3", date(2015, 7, 1)))


@pytest.fixture
def address(sqlite_url: Any) -> Iterator[str]:
    """A site of the register, one of its consultations open, that really listens."""
    store = open_store(sqlite_url)
    with store.transaction() as connection:
        fill(connection, NOW)
        new = Consultation("C-OWN", "Support materials", ConsultationKind.CONSULTATION, "planned")
        service.add_consultation(connection, new, ["handover"], NOW)
        service.set_questions(connection, "C-OWN", ["Are the materials clear?"])
        service.step(connection, "C-OWN", "open", Dated("2015-03-02", Basis.RECORDED), NOW)
    site = Site("gbsmart", [Link("/code/consultations", "Consultations")], [TEMPLATES])
    place(site, store, ManualClock(NOW), lambda _connection: VERSIONS)
    server = uvicorn.Server(uvicorn.Config(site.app(), port=0, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.02)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join()
    store.close()


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("consultations", ""),
        ("consultation", "/C-ADD"),
        ("consultation-open", "/C-OWN"),
        ("consultations-timeline", "/timeline"),
    ],
)
def test_pages_look_sound(page: Any, address: str, name: str, path: str) -> None:
    page.goto(f"{address}/code/consultations{path}")
    for width in (1200, 390):
        page.set_viewport_size({"width": width, "height": 800})
        keep(page, f"{name}-{width}")
        assert_sound(page)
        assert violations(page) == []
    assert unseen_focus(page) == []


def test_a_response_is_lodged_with_the_keyboard(page: Any, address: str) -> None:
    page.goto(f"{address}/code/consultations/C-OWN")
    page.get_by_label("Name", exact=True).fill("Ada")
    page.get_by_label("Contact").fill("ada@example.org")
    page.get_by_label("Agree", exact=True).press("Space")
    page.get_by_label("Evidence").fill("They are.")
    page.get_by_role("button", name="Lodge the response").press("Enter")
    assert "taken in as number" in page.get_by_role("status").inner_text()
    assert_sound(page)


def test_the_drawing_leads_to_what_it_shows(page: Any, address: str) -> None:
    page.goto(f"{address}/code/consultations/timeline")
    page.locator("svg.timeline a[href$='C-SEC2']").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/C-SEC2")
