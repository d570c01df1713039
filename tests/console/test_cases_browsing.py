"""Cases in a browser: people sign in, open one, act and vote, by mouse and by keyboard, wide and narrow."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from sqlalchemy import URL
from tests.procedures.office import PASSWORD, Office

from .looking import AXE, assert_sound, keep, tab, unseen_focus, violations

pytestmark = [pytest.mark.chromium, pytest.mark.xdist_group("chromium")]


class Served:
    """An office that really listens."""

    def __init__(self, office: Office, url: str) -> None:
        self.office, self.url = office, url

    def sign_in(self, page: Any, name: str) -> None:
        page.goto(f"{self.url}/sign-in?next=/governance/desk")
        page.get_by_label("Account").fill(name)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(f"{self.url}/governance/desk")


@pytest.fixture
def served(sqlite_url: URL) -> Iterator[Served]:
    office = Office(sqlite_url)
    config = uvicorn.Config(office.app, port=0, log_level="warning", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield Served(office, f"http://127.0.0.1:{port}")
    server.should_exit = True
    thread.join()
    office.store.close()


def look(page: Any, name: str) -> None:
    """Keep how it looks, wide and narrow, and hold it against WCAG."""
    for width, suffix in ((1200, ""), (390, "-narrow")):
        page.set_viewport_size({"width": width, "height": 800})
        keep(page, f"{name}{suffix}")
        assert_sound(page)
    if AXE.is_file():
        assert violations(page) == []
    assert unseen_focus(page) == []
    page.set_viewport_size({"width": 1200, "height": 800})


def test_a_case_from_sign_in_to_a_vote_by_two(browser: Any, served: Served, tmp_path: Path) -> None:
    card = tmp_path / "card.png"
    card.write_bytes(b"\x89PNG")
    with tab(browser, "light") as ann, tab(browser, "light") as sec:
        served.sign_in(ann, "ann")
        ann.get_by_role("link", name="Open a case").click()
        look(ann, "procedures")
        ann.get_by_role("link", name="Open: Painting of the office").click()
        look(ann, "open-case")
        ann.get_by_label("Title", exact=True).fill("A green office")
        ann.get_by_label("Colour").select_option("black")
        ann.get_by_label("Litres").fill("12")
        ann.get_by_role("button", name="Propose a colour").click()
        assert "not seemly" in ann.get_by_role("alert").inner_text()
        assert ann.get_by_label("Title", exact=True).input_value() == "A green office"
        ann.complaints.clear()  # the browser reports the refusal's status too
        ann.get_by_label("Colour").select_option("green")
        ann.get_by_role("button", name="Propose a colour").click()
        ann.wait_for_url("**/governance/cases/P001")
        served.sign_in(sec, "sec")
        sec.get_by_role("link", name="P001").first.click()
        look(sec, "case")
        sec.get_by_label("Sample", exact=True).set_input_files(card)
        sec.get_by_label("Reason").fill("It dried well.")
        sec.get_by_role("button", name="Show a sample").click()
        assert "voting" in sec.locator("h1 + .lead").inner_text()
        for name in ("member1", "member2"):
            with tab(browser, "dark") as member:
                served.sign_in(member, name)
                member.get_by_role("link", name="The colour").click()
                member.get_by_label("approve", exact=True).check()
                member.locator("#vote-colour-reason").fill("It suits the light.")
                member.get_by_role("button", name="Vote").click()
                member.get_by_role("cell", name="It suits the light.").first.wait_for()
                look(member, f"case-voting-{name}")
        sec.reload()
        sec.get_by_role("button", name="Count the votes").click()
        assert "approved" in sec.locator("h1 + .lead").inner_text()
        ann.goto(f"{served.url}/governance/desk")
        look(ann, "my-desk")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_reads(browser: Any, served: Served, scheme: str) -> None:
    office = served.office.browser("ann")
    office.send(
        "/governance/procedures/painting/open",
        **{"given.title": "A white office", "given.colour": "white", "given.litres": "3"},
    )
    with tab(browser, scheme) as page:
        for name, path in (
            ("governance", "/governance"), ("procedure", "/governance/procedures/painting"),
            ("case-read", "/governance/cases/P001"),
        ):  # fmt: skip
            page.goto(served.url + path)
            look(page, name)
        page.locator("summary", has_text="The whole machine").click()
        keep(page, "case-machine")
        page.emulate_media(media="print")
        keep(page, "case-print")


def test_an_act_is_done_by_keyboard_alone(browser: Any, served: Served) -> None:
    ann = served.office.browser("ann")
    ann.send(
        "/governance/procedures/painting/open",
        **{"given.title": "A white office", "given.colour": "white", "given.litres": "3"},
    )
    with tab(browser, "light") as page:
        served.sign_in(page, "ann")
        page.goto(f"{served.url}/governance/cases/P001")
        summary = page.locator("summary", has_text="Comment")
        summary.focus()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        page.keyboard.insert_text("Lovely.")
        for _ in range(6):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.tagName") == "BUTTON":
                break
        with page.expect_navigation():
            page.keyboard.press("Enter")
        assert "Lovely." in page.locator(".story").inner_text()
        assert_sound(page)
