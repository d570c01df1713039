"""A running system used through its pages: with the keyboard, in light and dark, wide and narrow.

Every page is held against WCAG 2.2 AA by axe-core, and nothing may be blocked by the pages' own policy.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal

from gbsmart.assembly import FREE_PORTS, Settings, System
from gbsmart.console.explaining import EXAMPLE
from gbsmart.keys import KeyUse

from .looking import assert_sound, in_scheme, keep, tab, unseen_focus, violations

pytestmark = [pytest.mark.chromium, pytest.mark.xdist_group("browsing")]
REFUSED = "90-B3-D5-1F-30-02-00-00"
"""A network operator: it may not disable a supply."""


class Running:
    """A system with a few requests behind it, and its console's address."""

    def __init__(self, system: System, portal: BlockingPortal) -> None:
        self.system, self.portal = system, portal
        self.url = system.url("Console")
        home = system.street_plan[0]
        self.hub, self.meter, self.gas = home.chf, home.esme, home.gsme
        user = system.demonstrator
        self.read = str(portal.call(user.read, self.meter).exchange.original.request_id)
        self.critical = str(portal.call(user.request, "7.2", self.meter).exchange.original.request_id)
        portal.call(user.request, "7.1", self.meter)
        self.certificate = system.keys.user(system.clock, user.user_id).certificate(
            user.user_id, KeyUse.DIGITAL_SIGNATURE
        )


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    settings = Settings(data=tmp_path_factory.mktemp("s") / "data", wake_interval=0.2, homes=2, **FREE_PORTS)  # type: ignore[arg-type]
    with start_blocking_portal("asyncio") as portal:
        system = System(settings)
        with portal.wrap_async_context_manager(system):
            yield Running(system, portal)


PAGES = {
    "overview": "/",
    "homes": "/homes",
    "home": "/homes/{hub}",
    "device": "/devices/{meter}",
    "requests": "/requests",
    "requests-wrong": "/requests?q=user:90+devise:00",
    "journey": "/requests/{read}",
    "journey-critical": "/requests/{critical}",
    "send": "/send",
    "send-device": "/send?device={meter}",
    "send-reading": "/send/4.1.1",
    "send-tariff": "/send/1.1.1",
    "send-schedule": "/send/6.14.2",
    "users": "/users",
    "governance": "/governance",
    "procedures": "/governance/procedures",
    "procedure": "/governance/procedures/modification-proposal",
    "bodies": "/governance/bodies",
    "body": "/governance/bodies/panel",
    "obligations": "/governance/obligations?party=SUP1",
    "licences": "/governance/licences",
    "readiness": "/governance/readiness?at=2016-11-07",
    "systems": "/governance/systems",
    "code": "/code",
    "code-versions": "/code/versions",
    "code-terms": "/code/terms",
    "code-version": "/code/versions/5.0",
    "code-provision": "/code/H4@2016-11-08",
    "code-search": "/code/search?q=weighted+votes",
    "code-compare": "/code/compare?from=4.17&to=5.0",
    "code-applicable": "/code/applicable?specification=SMETS2&on=2018-02-01",
    "parties": "/parties",
    "party": "/parties/SUP1",
    "sign-in": "/sign-in?next=/parties",
    "clock": "/clock",
    "legend": "/legend",
    "explain": "/explain?message={example}",
    "explain-certificate": "/explain?message={pem}",
    "reference": "/reference?q=balance",
    "reference-use-case": "/reference/use-cases/ECS17b",
    "reference-request": "/reference/service-requests/1.1.1",
    "error": "/nowhere",
}
ANSWERS_WITH_AN_ERROR = {"requests-wrong", "error"}


def address(running: Running, path: str) -> str:
    from urllib.parse import quote

    names = {name: quote(str(getattr(running, name))) for name in ("hub", "meter", "read", "critical")}
    pem = quote(running.certificate.to_pem())
    return running.url + path.format(**names, example=quote(EXAMPLE), pem=pem)


@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_accessible_and_sound(browser: Any, running: Running, name: str) -> None:
    with tab(browser, "light") as page:
        page.goto(address(running, PAGES[name]))
        if name in ANSWERS_WITH_AN_ERROR:
            page.complaints.clear()  # of the status, which is meant
        for scheme in ("light", "dark"):
            in_scheme(page, scheme)
            page.set_viewport_size({"width": 1200, "height": 800})
            keep(page, f"system-{name}")
            assert violations(page) == []
            if scheme == "light":
                assert unseen_focus(page) == []
            assert_sound(page)
            page.set_viewport_size({"width": 390, "height": 800})
            keep(page, f"system-{name}-narrow")
            assert_sound(page)


def test_a_filter_is_typed_and_mended(page: Any, running: Running) -> None:
    page.goto(f"{running.url}/requests")
    page.get_by_role("searchbox").focus()
    page.keyboard.type("kind:critical state:delivred")
    page.keyboard.press("Enter")
    alert = page.get_by_role("alert")
    assert "At letter 21" in alert.inner_text()
    page.complaints.clear()
    page.get_by_role("searchbox").fill("kind:critical state:delivered variant:7.2")
    page.keyboard.press("Enter")
    page.wait_for_url("**variant*")
    assert page.locator("tbody#rows tr").count() == 1
    page.locator("tbody#rows a").first.focus()
    page.keyboard.press("Enter")
    assert page.locator("h1").inner_text() == "7.2 Disable Supply"
    assert_sound(page)


def test_the_ledger_shows_a_new_request_without_reloading(page: Any, running: Running) -> None:
    expect = pytest.importorskip("playwright.sync_api").expect
    page.goto(f"{running.url}/requests?q=variant:4.1.1")
    expect(page.locator("[data-live-state]")).to_have_text("live")
    rows = page.locator("tbody#rows tr")
    before = rows.count()
    running.portal.call(running.system.demonstrator.read, running.meter)
    expect(rows).to_have_count(before + 1)
    assert_sound(page)


def test_a_request_is_sent_by_keyboard_alone(page: Any, running: Running) -> None:
    page.goto(f"{running.url}/homes/{running.hub}")
    page.get_by_role("link", name="Send a request to the ESME").focus()
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Read Instantaneous Import Registers").first.focus()
    page.keyboard.press("Enter")
    assert page.get_by_label("Device").input_value() == str(running.meter)
    page.get_by_label("Execution Date Time").focus()
    page.keyboard.press("Enter")  # shows what would be sent, and sends nothing
    assert "ReadInstantaneousImportRegisters" in page.locator("pre.xml").inner_text()
    keep(page, "system-send-preview")
    page.get_by_role("button", name="Send", exact=True).focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/requests/**")
    assert page.locator("h1").inner_text() == "4.1.1 Read Instantaneous Import Registers"
    assert_sound(page)


def test_errors_of_a_form_are_led_to(page: Any, running: Running) -> None:
    page.goto(f"{running.url}/send/3.2")
    page.get_by_label("Restriction Date Time").fill("next Tuesday")
    page.get_by_role("button", name="Send", exact=True).click()
    # the page's script runs after it loads; until it has a body, nothing in it is active
    page.wait_for_function("document.activeElement?.id === 'problems'")
    keep(page, "system-send-wrong")
    page.complaints.clear()  # of the status 400, which is meant
    page.locator("#problems a").first.focus()
    page.keyboard.press("Enter")
    wrong = page.get_by_label("Restriction Date Time")
    assert wrong.get_attribute("aria-invalid") == "true"
    assert wrong.input_value() == "next Tuesday"
    wrong.fill("+1d")
    page.get_by_role("button", name="Show as XML", exact=True).last.click()
    assert "RestrictionDateTime" in page.locator("pre.xml").inner_text()
    assert_sound(page)


def test_a_choice_shows_the_branch_that_is_chosen(page: Any, running: Running) -> None:
    page.goto(f"{running.url}/send/1.1.1")
    gas = page.get_by_role("radio", name="Gas Tariff Elements")
    electricity = page.locator("[name='elec_tariff_elements.currency_units']")
    assert electricity.is_visible()
    gas.check()
    assert not electricity.is_visible()
    page.get_by_role("radio", name="Elec Tariff Elements").check()
    page.get_by_role("button", name="Add Special Day").click()
    added = page.locator("[name='elec_tariff_elements.special_days.special_days.0.referenced_day_name']")
    added.wait_for()
    page.wait_for_function(
        "document.activeElement.name?.includes('special_days.0')"
    )  # the keyboard goes on there
    assert_sound(page)


def test_a_long_form_is_seen_at_once_and_opens_where_something_is_needed(page: Any, running: Running) -> None:
    """Of 1.1.1 the first group that lacks something is open, the others say in a line what they need."""
    page.goto(f"{running.url}/send/1.1.1?device={running.meter}")
    groups = page.locator("details.fold:visible")
    lines = [each.inner_text() for each in groups.locator("> summary").all()]
    assert lines[:3] == [
        "Day Profiles 1 to 16, 3 to fill in",
        "Week Profiles 1 to 4, 8 to fill in",
        "Seasons 1 to 4, 5 to fill in",
    ]
    assert [each.get_attribute("open") is not None for each in groups.all()] == [
        True,
        *[False] * (len(lines) - 1),
    ]
    keep(page, "system-send-folded")
    assert page.evaluate("document.documentElement.scrollHeight") < 2_600
    week = page.get_by_label("Week Name").first
    assert not week.is_visible()
    page.locator("summary:visible", has_text="Week Profiles").focus()
    page.keyboard.press("Enter")
    assert week.is_visible()
    page.get_by_role("button", name="Fill in examples").click()
    page.locator("details.fold:visible > summary", has_text="filled in").first.wait_for()
    assert page.locator("details.fold[open]").count() == 0
    page.get_by_role("button", name="Show as XML", exact=True).last.click()
    assert "WeekProfile" in page.locator("pre.xml").inner_text()  # what is folded is sent all the same
    assert_sound(page)


def test_a_group_with_something_wrong_in_it_is_open(page: Any, running: Running) -> None:
    page.goto(f"{running.url}/send/1.1.1?device={running.meter}")
    page.get_by_role("button", name="Fill in examples").click()
    page.locator("details.fold:visible > summary", has_text="filled in").first.wait_for()
    page.locator("summary:visible", has_text="Week Profiles").click()
    page.get_by_label("Week Name").first.fill("many")
    page.get_by_role("button", name="Show as XML", exact=True).last.click()
    page.locator("#problems").wait_for()
    page.complaints.clear()  # of the status 400, which is meant
    assert page.get_by_label("Week Name").first.is_visible()
    assert [each.inner_text() for each in page.locator("details.fold[open] > summary").all()] == [
        "Week Profiles 1 to 4, filled in"
    ]
    assert_sound(page)


def test_the_clock_is_moved(page: Any, running: Running) -> None:
    page.goto(f"{running.url}/clock")
    before = page.locator("header .status").inner_text()
    page.get_by_role("button", name="On by a day").click()
    page.wait_for_url("**moments=**")
    assert page.get_by_role("status").is_visible()
    assert page.locator("header .status").inner_text() > before
    assert_sound(page)


def test_evidence_is_downloaded(page: Any, running: Running, tmp_path: Any) -> None:
    page.goto(f"{running.url}/requests/{running.critical}")
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Evidence").click()
    file = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(file)
    with zipfile.ZipFile(file) as pack:
        manifest = json.loads(pack.read("manifest.json"))
        assert manifest["requests"][0]["id"] == running.critical
        assert {name.rpartition("/")[2] for name in pack.namelist()} >= {
            "02-pre-command.xml", "03-signed-pre-command.xml", "05-command.bin", "06-response.bin",
        }  # fmt: skip


def test_the_octets_of_a_journey_open_and_their_tree_too(page: Any, running: Running) -> None:
    page.goto(f"{running.url}/requests/{running.read}")
    for summary in page.locator("#document-3 > details > summary").all():
        summary.focus()
        page.keyboard.press("Enter")
    assert page.locator("#document-3 .tree").first.is_visible()
    assert page.locator("#document-3 table.rows").first.is_visible()
    keep(page, "system-journey-open")
    assert_sound(page)


def test_a_journey_prints_without_the_frame(browser: Any, running: Running) -> None:
    with tab(browser, "light") as page:
        page.goto(f"{running.url}/requests/{running.critical}")
        page.emulate_media(media="print")
        assert not page.locator("header.site").is_visible()
        assert not page.get_by_role("link", name="Ask again").is_visible()
        keep(page, "system-journey-print")
        assert_sound(page)


def test_forms_work_without_script(browser: Any, running: Running) -> None:
    """Also the groups of a long one, which the browser folds and opens by itself."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{running.url}/send/7.1?device={running.meter}")
    page.get_by_role("button", name="Send", exact=True).click()
    assert page.locator("h1").inner_text() == "7.1 Enable Supply"
    page.goto(f"{running.url}/send/1.1.1")
    page.locator("summary:visible", has_text="Seasons").click()
    assert page.get_by_label("Season Name").first.is_visible()
    context.close()
