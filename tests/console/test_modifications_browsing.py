"""A modification on each path in a browser, from proposal to the next version: every act on a page, by its
actor, and a screenshot after each (``build/screenshots/modification-*``)."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
import uvicorn
from sqlalchemy import URL
from tests.governance.conftest import START
from tests.governance.modifications.cast import Cast
from tests.governance.modifications.stories import STORIES, implemented
from tests.governance.stage import MACHINE, Stage

from gbsmart import accounts
from gbsmart.accounts import CHEAP, Passwords
from gbsmart.accounts import pages as sign_in_pages
from gbsmart.ground.clock import ManualClock
from gbsmart.procedures import Act, Case, Desk, Kind, NewDocument, Refused
from gbsmart.procedures import pages as case_pages
from gbsmart.store import Store, open_store
from gbsmart.web import Link, Site

from .looking import AXE, assert_sound, keep, tab, violations

pytestmark = [pytest.mark.chromium, pytest.mark.xdist_group("modifications")]  # beside the others
PASSWORD = "two meters and a hub"
CASES = "/governance/cases"


class Screen(Stage):
    """A stage on which everybody acts on pages, in a tab of his or her own; setting up needs none."""

    def __init__(self, store: Store, browser: Any, name: str) -> None:
        super().__init__(store, ManualClock(START))
        self.url = ""
        self.by_page = False
        self._browser, self._name, self._number = browser, name, 0
        self._open: dict[str, tuple[Any, Any]] = {}
        self._kept = Passwords(CHEAP).kept(PASSWORD)

    def app(self) -> Any:
        """The pages."""
        links = [Link("/", "Overview")]
        site = Site("gbsmart", links, ["gbsmart.accounts", "gbsmart.procedures"])
        sign_in_pages.place(site, self.store, MACHINE, Passwords(CHEAP))
        links.append(case_pages.place(site, Desk(self.store, self.procedures, self.clock)))
        return site.app()

    def person(self, name: str, *capacities: str) -> str:
        super().person(name, *capacities)
        with self.store.transaction() as connection:
            accounts.set_password(connection, name, self._kept, at=MACHINE.now(), by="test")
        return name

    def open(
        self, procedure: str, by: str, *, reason: str = "",
        documents: Sequence[NewDocument] = (), **given: Any,
    ) -> Case:  # fmt: skip
        if not self.by_page:
            return super().open(procedure, by, reason=reason, documents=documents, **given)
        page = self._page(by)
        page.goto(f"{self.url}/governance/procedures/{procedure}/open")
        form = page.locator("form.card")
        self._fill(form, self.procedures[procedure].opening, given, reason, documents)
        self._send(page, form, f"{procedure}-opened")
        return self.case(page.url.rpartition("/")[2])

    def act(
        self, reference: str, act: str, by: str, *, reason: str = "",
        documents: Sequence[NewDocument] = (), seen: int | None = None, **given: Any,
    ) -> Case:  # fmt: skip
        page = self._page(by)
        page.goto(f"{self.url}{CASES}/{reference}")
        form = page.locator(f'form:has(input[name="do"][value="{act}"])')
        declared = self.procedures[self.case(reference).procedure].act(act)
        assert declared is not None
        fold = form.locator("xpath=ancestor::details[1]")
        if fold.get_attribute("open") is None:
            fold.locator("summary").first.click()
        self._fill(form, declared, given, reason, documents)
        self._send(page, form, act)
        return self.case(reference)

    def vote(self, reference: str, ballot: str, by: str, choice: str, reason: str = "") -> None:
        page = self._page(by)
        page.goto(f"{self.url}{CASES}/{reference}")
        form = page.locator(f'form.vote:has(input[name="ballot"][value="{ballot}"])')
        form.get_by_label(choice, exact=True).check()
        form.locator('[name="reason"]').fill(reason)
        self._send(page, form, f"vote-of-{by}")

    def look(self, reference: str) -> None:
        """See the case as everybody does, on a narrow screen too."""
        with tab(self._browser, "dark") as page:
            page.goto(f"{self.url}{CASES}/{reference}")
            for table in page.locator('[aria-label^="Table: count of Change Board"] table').all():
                headings = [each.lower() for each in table.locator("th").all_inner_texts()]
                assert headings == ["constituency", "approve", "reject", "abstain", "outcome"]
                assert table.locator("tbody tr").count() == 5
            for width, suffix in ((1200, ""), (390, "-narrow")):
                page.set_viewport_size({"width": width, "height": 800})
                keep(page, f"modification-{self._name}{suffix}")
                assert_sound(page)
            if AXE.is_file():
                assert violations(page) == []

    def leave(self) -> None:
        """Close every tab."""
        for _, context in self._open.values():
            context.__exit__(None, None, None)

    def _page(self, by: str) -> Any:
        if by not in self._open:
            context = tab(self._browser, "light")
            page = context.__enter__()
            page.goto(f"{self.url}/sign-in?next=/governance/desk")
            page.get_by_label("Account").fill(by)
            page.get_by_label("Password").fill(PASSWORD)
            page.get_by_role("button", name="Sign in").click()
            page.wait_for_url(f"{self.url}/governance/desk")
            self._open[by] = page, context
        return self._open[by][0]

    def _fill(
        self, form: Any, act: Act, given: dict[str, Any], reason: str, documents: Sequence[NewDocument]
    ) -> None:
        kinds = {each.name: each.kind for each in act.takes}
        for name, value in given.items():
            field = f'[name="given.{name}"]'
            match kinds[name]:
                case Kind.YES_NO:
                    form.locator(field).set_checked(value)
                case Kind.CHOICES:
                    for choice in value:
                        form.locator(f'{field}[value="{choice}"]').check()
                case Kind.CHOICE:
                    form.locator(field).select_option(value)
                case Kind.LINES:
                    form.locator(field).fill("\n".join(value))
                case _:
                    form.locator(field).fill(str(value))
        for document in documents:
            self._attach(form, act, document)
        if reason:
            form.locator('[name="reason"]').fill(reason)

    @staticmethod
    def _attach(form: Any, act: Act, document: NewDocument) -> None:
        file = {"name": f"{document.title}.txt", "mimeType": document.media_type, "buffer": document.octets}
        if document.kind in act.documents:
            form.locator(f'[name="document.{document.kind}"]').set_input_files(file)
            return
        form.locator("summary", has_text="Another document").click()
        form.locator('[name="kind"]').fill(document.kind)
        form.locator('[name="document."]').set_input_files(file)

    def _send(self, page: Any, form: Any, what: str) -> None:
        with page.expect_navigation():
            form.get_by_role("button").last.click()
        self._number += 1
        keep(page, f"modification-{self._name}-{self._number:02}-{what}", whole=False)
        if page.get_by_role("alert").count():
            raise Refused(page.get_by_role("alert").inner_text())
        assert_sound(page)


@pytest.fixture
def screen(request: pytest.FixtureRequest, browser: Any, sqlite_url: URL) -> Iterator[Screen]:
    store = open_store(sqlite_url)
    screen = Screen(store, browser, request.node.callspec.params["path"])
    config = uvicorn.Config(screen.app(), port=0, log_level="warning", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.02)
    screen.url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    yield screen
    screen.leave()
    server.should_exit = True
    thread.join()
    store.close()


@pytest.mark.timeout(300)
@pytest.mark.parametrize("path", STORIES)
def test_a_modification_is_made_on_pages(screen: Screen, path: str) -> None:
    cast = Cast(screen)
    screen.by_page = True
    reference = STORIES[path](cast)
    implemented(cast, reference)
    screen.look(reference)
