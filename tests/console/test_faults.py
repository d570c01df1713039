"""The pages of faults: listed, switched on by a form, counted, switched off."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from gbsmart.console import console_app
from gbsmart.console.sources import LedgerJourneys
from gbsmart.dcc.faults import FAULTS, HTTP_STATUS
from gbsmart.ground import Faults, ManualClock

from .conftest import METER, NOW, READ, SUPPLIER, OneHome

pytestmark = pytest.mark.anyio


@pytest.fixture
def faults() -> Faults:
    return Faults(FAULTS, ManualClock(NOW), seed=7)


@pytest.fixture
async def browser(journeys: LedgerJourneys, faults: Faults) -> AsyncIterator[httpx.AsyncClient]:
    app = console_app(OneHome(), journeys, faults=faults)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://console") as found:
        yield found


async def test_every_fault_is_listed_with_what_one_sees_of_it(browser: httpx.AsyncClient) -> None:
    page = (await browser.get("/faults")).text
    twin = (await browser.get("/faults.json")).json()
    assert [each["name"] for each in twin["faults"]] == [each.name for each in FAULTS]
    for each in FAULTS:
        assert f'href="/faults/{each.name}"' in page
    assert "Nothing is on." in page
    assert "seed (7)" in page
    assert 'href="/faults"' in (await browser.get("/")).text


async def test_a_form_switches_a_fault_on(browser: httpx.AsyncClient, faults: Faults) -> None:
    page = (await browser.get("/faults/http-status")).text
    for text in ('<label for="status">', "<option selected>503", '<label for="share">', "only this User"):
        assert text in page
    answer = await browser.post(
        "/faults/http-status", data={"status": "429", "user": str(SUPPLIER), "share": "", "times": "2"}
    )
    assert answer.status_code == 303
    assert answer.headers["location"] == "/faults/http-status"
    (switch,) = faults.switches()
    assert switch.shown() == {"status": "429", "user": str(SUPPLIER), "times": "2"}
    page = (await browser.get("/faults/http-status")).text
    assert 'aria-label="Switch off http-status (1)"' in page


async def test_what_is_wrong_is_said_beside_its_field(browser: httpx.AsyncClient, faults: Faults) -> None:
    answer = await browser.post("/faults/http-status", data={"status": "503", "share": "a lot"})
    assert answer.status_code == 400
    assert 'id="share-wrong"' in answer.text
    assert 'value="a lot"' in answer.text
    assert not faults.awake
    assert (await browser.get("/faults/gremlins")).status_code == 404


async def test_hits_lead_to_their_requests(browser: httpx.AsyncClient, faults: Faults) -> None:
    faults.on("http-status")
    assert faults.strike(HTTP_STATUS, about=str(READ), user=SUPPLIER, device=METER, detail="<turned away>")
    page = (await browser.get("/faults")).text
    assert f'href="/requests/{READ}"' in page
    assert "&lt;turned away&gt;" in page
    (hit,) = (await browser.get("/faults.json")).json()["hits"]
    assert (hit["fault"], hit["about"]) == ("http-status", str(READ))


async def test_faults_are_switched_off_one_by_one_or_all(browser: httpx.AsyncClient, faults: Faults) -> None:
    first, _, _ = (faults.on(name) for name in ("http-status", "http-status", "receiver-down"))
    assert (await browser.post("/faults", data={"off": str(first.number)})).status_code == 303
    assert [each.fault.name for each in faults.switches()] == ["http-status", "receiver-down"]
    assert (await browser.post("/faults", data={"off": "99"})).status_code == 400
    assert (await browser.post("/faults", data={"clear": "all"})).status_code == 303
    assert not faults.awake


async def test_a_page_of_another_site_cannot_switch(browser: httpx.AsyncClient, faults: Faults) -> None:
    answer = await browser.post(
        "/faults/http-status", data={"status": "503"}, headers={"Origin": "http://elsewhere.example"}
    )
    assert answer.status_code == 403
    assert not faults.awake
