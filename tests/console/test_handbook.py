"""The reference in the console: every Service Request and use case has a page, linked and found by words."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from gbsmart.console.sources import LedgerJourneys
from gbsmart.duis import service_requests
from gbsmart.handbook.use_cases import names

from .conftest import ACB, KEYS, READ
from .test_pages import browser_of

pytestmark = pytest.mark.anyio


@pytest.fixture
async def browser(journeys: LedgerJourneys) -> AsyncIterator[httpx.AsyncClient]:
    async with browser_of(journeys, keyring=KEYS, acb=ACB) as found:
        yield found


async def test_everything_is_listed_and_leads_to_its_page(browser: httpx.AsyncClient) -> None:
    listed = (await browser.get("/reference.json")).json()
    assert [each["name"] for each in listed["service_requests"]] == list(service_requests())
    assert [each["name"] for each in listed["use_cases"]] == list(names().values())
    page = (await browser.get("/reference")).text
    assert 'href="/reference/service-requests/1.1.1"' in page
    assert 'href="/reference/use-cases/CS06-alert"' in page
    assert all(each["purpose"] for kind in ("service_requests", "use_cases") for each in listed[kind])


async def test_every_service_request_has_a_page(browser: httpx.AsyncClient) -> None:
    for variant in service_requests():
        answer = await browser.get(f"/reference/service-requests/{variant}")
        assert answer.status_code == 200, variant
        assert "An example" in answer.text, variant
    twin = (await browser.get("/reference/service-requests/1.1.1.json")).json()
    assert (twin["variant"], twin["body"]["element"]) == ("1.1.1", "UpdateImportTariffPrimaryElement")


@pytest.mark.parametrize("address", ["ECS17b", "GCS01a", "CS02a", "ECS68", "CS06-alert", "PECS01", "ecs24"])
async def test_a_use_case_has_a_page(browser: httpx.AsyncClient, address: str) -> None:
    answer = await browser.get(f"/reference/use-cases/{address}")
    assert answer.status_code == 200
    twin = (await browser.get(f"/reference/use-cases/{address}.json")).json()
    assert twin["purpose"] in answer.text.replace("&#39;", "'")
    assert ("octets, field by field" in answer.text) == bool(twin["examples"])


async def test_pages_lead_to_each_other(browser: httpx.AsyncClient) -> None:
    request = (await browser.get("/reference/service-requests/4.1.1")).text
    assert 'href="/reference/use-cases/ECS17b"' in request
    assert 'href="/reference/use-cases/GCS13a"' in request
    message = (await browser.get("/reference/use-cases/ECS17b")).text
    assert 'href="/reference/service-requests/4.1.1"' in message
    assert 'href="/reference/service-requests/4.1.1"' in (await browser.get(f"/requests/{READ}")).text
    assert 'href="/reference/service-requests/4.1.1"' in (await browser.get("/requests")).text


@pytest.mark.parametrize(
    ("words", "first"),
    [("ECS17b", "ECS17b"), ("0027", "ECS17b"), ("disablement threshold", "1.6"), ("7.1", "7.1")],
)
async def test_pages_are_found_by_words(browser: httpx.AsyncClient, words: str, first: str) -> None:
    found = (await browser.get("/reference.json", params={"q": words})).json()
    listed = [each["name"] for each in (*found["use_cases"], *found["service_requests"])]
    assert first in listed
    assert found["count"] == len(listed) < 60
    assert f"{found['count']} found" in (await browser.get("/reference", params={"q": words})).text


async def test_what_is_not_there_is_said(browser: httpx.AsyncClient) -> None:
    assert (await browser.get("/reference/use-cases/ECS999")).status_code == 404
    assert (await browser.get("/reference/service-requests/99.1")).status_code == 404
    nothing = (await browser.get("/reference.json", params={"q": "xyzzy"})).json()
    assert nothing["count"] == 0
