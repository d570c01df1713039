"""The console of a running system, used through its pages as a browser would."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from gbsmart.assembly import System
from gbsmart.assembly.plan import IMPORT_SUPPLIER, NETWORK_OPERATOR
from gbsmart.duis.services import declared
from gbsmart.gbcs.utrn import ValueClass

from .conftest import Start

pytestmark = pytest.mark.anyio


@pytest.fixture
async def running(start: Start) -> AsyncIterator[tuple[System, httpx.AsyncClient]]:
    async with start() as system, httpx.AsyncClient(base_url=system.url("Console"), timeout=30) as browser:
        yield system, browser


async def settled(browser: httpx.AsyncClient, path: str) -> dict[str, Any]:
    """The journey once its outcome has reached the User."""
    for _ in range(200):
        twin: dict[str, Any] = (await browser.get(f"{path}.json")).json()
        if twin["request"]["state"] in ("delivered", "completed", "refused"):
            return twin
        await asyncio.sleep(0.05)
    raise AssertionError(twin["request"])


@pytest.mark.parametrize(
    ("variant", "state"), [("4.1.1", "delivered"), ("7.2", "delivered"), ("8.2", "completed")]
)
async def test_a_form_sends_a_request_the_users_own_way(
    running: tuple[System, httpx.AsyncClient], variant: str, state: str
) -> None:
    """A reading, a critical request (transformed, correlated, signed again), and one to the DCC itself."""
    system, browser = running
    meter = system.street_plan[0].esme
    form = {"do": "send", "user:": str(IMPORT_SUPPLIER), "device:": str(meter)}
    if variant == "8.2":
        form |= {"~0:chosen": "device_id", "device_id": str(meter)}
    answer = await browser.post(f"/send/{variant}", data=form)
    assert answer.status_code == 303, answer.text
    twin = await settled(browser, answer.headers["location"])
    assert (twin["request"]["variant"], twin["request"]["state"]) == (variant, state)
    assert twin["request"]["originator"] == str(IMPORT_SUPPLIER)


async def test_what_the_dcc_refuses_is_told_by_its_journey(
    running: tuple[System, httpx.AsyncClient],
) -> None:
    system, browser = running
    form = {"do": "send", "user:": str(NETWORK_OPERATOR), "device:": str(system.street_plan[0].esme)}
    answer = await browser.post("/send/7.2", data=form)
    twin = await settled(browser, answer.headers["location"])
    assert (twin["request"]["outcome"], twin["request"]["code"]) == ("refused", "E2")


async def test_a_preview_is_the_document_and_uses_up_nothing(
    running: tuple[System, httpx.AsyncClient],
) -> None:
    system, browser = running
    meter = str(system.street_plan[0].esme)
    form = {
        "do": "preview", "user:": str(IMPORT_SUPPLIER), "device:": meter, "execution_date_time": "+1h",
    }  # fmt: skip
    twin = (await browser.post("/send/4.1.1.json", data=form)).json()
    assert "<sr:ExecutionDateTime>" in twin["xml"]
    assert meter in twin["xml"]
    assert (await browser.get("/requests.json")).json()["requests"] == []


async def test_errors_stand_at_their_inputs(running: tuple[System, httpx.AsyncClient]) -> None:
    _, browser = running
    form = {
        "do": "send", "user:": str(IMPORT_SUPPLIER), "device:": "nonsense",
        "restriction_date_time": "31 January",
    }  # fmt: skip
    answer = await browser.post("/send/3.2", data=form)
    assert answer.status_code == 400
    twin = (await browser.post("/send/3.2.json", data=form)).json()
    assert set(twin["errors"]) == {"device:", "restriction_date_time"}
    assert 'id="restriction_date_time-wrong"' in answer.text
    assert 'value="31 January"' in answer.text  # to be mended where it was typed
    missing = await browser.post("/send/8.2.json", data={"do": "send", "user:": str(IMPORT_SUPPLIER)})
    assert missing.json()["errors"] == {"uprn": "needs a value"}
    assert (await browser.get("/requests.json")).json()["requests"] == []


async def test_rows_are_added_and_removed_without_script(running: tuple[System, httpx.AsyncClient]) -> None:
    _, browser = running
    path = "elec_tariff_elements.special_days.special_days"
    page = (await browser.get("/send/1.1.1")).text
    assert f'name="{path}:count" value="0"' in page
    more = (await browser.post("/send/1.1.1", data={"do": f"add:{path}", f"{path}:count": "0"})).text
    assert f'name="{path}:count" value="1"' in more
    assert f'name="{path}.0.referenced_day_name"' in more
    less = (await browser.post("/send/1.1.1", data={"do": f"drop:{path}", f"{path}:count": "1"})).text
    assert f'name="{path}:count" value="0"' in less


async def test_a_request_is_asked_again_from_its_journey(running: tuple[System, httpx.AsyncClient]) -> None:
    system, browser = running
    form = {"do": "send", "user:": str(IMPORT_SUPPLIER), "device:": str(system.street_plan[0].gsme)}
    sent = (await browser.post("/send/4.1.1", data=form)).headers["location"].rpartition("/")[2]
    again = (await browser.get("/send/4.1.1.json", params={"like": sent})).json()["values"]
    assert again["device:"] == str(system.street_plan[0].gsme)


async def test_another_site_cannot_send(running: tuple[System, httpx.AsyncClient]) -> None:
    system, browser = running
    form = {"do": "send", "user:": str(IMPORT_SUPPLIER), "device:": str(system.street_plan[0].esme)}
    for headers in ({"origin": "http://evil.example"}, {"sec-fetch-site": "cross-site"}):
        assert (await browser.post("/send/4.1.1", data=form, headers=headers)).status_code == 403
    assert (await browser.get("/requests.json")).json()["requests"] == []


async def test_a_utrn_is_typed_in_at_the_ppmid(running: tuple[System, httpx.AsyncClient]) -> None:
    system, browser = running
    home = system.street_plan[0]
    path = f"/homes/{home.chf}"
    utrn, _ = await system.user.make_utrn(home.gsme, 12, ValueClass.POUNDS)
    done = await browser.post(path, data={"utrn": utrn})
    assert done.status_code == 303, done.text
    page = (await browser.get(done.headers["location"])).text
    assert "£12.00 credited at the GSME" in page
    again = await browser.post(path, data={"utrn": utrn})
    assert again.status_code == 400
    assert "The GSME refused it: it was entered before" in again.text
    assert f'value="{utrn}"' in again.text


async def test_every_variant_has_a_form(running: tuple[System, httpx.AsyncClient]) -> None:
    _, browser = running
    listed = (await browser.get("/send.json")).json()["groups"]
    variants = [each["variant"] for group in listed.values() for each in group]
    assert len(variants) == 129
    for variant in variants:
        answer = await browser.get(f"/send/{variant}")
        assert answer.status_code == 200, variant


async def test_the_clocks_page_takes_the_system_to_a_later_moment(
    running: tuple[System, httpx.AsyncClient],
) -> None:
    system, browser = running
    before = system.clock.now()
    answer = await browser.post("/clock", data={"to": "+2d"})
    assert answer.status_code == 303
    assert system.clock.now() >= before + timedelta(days=2)
    await browser.post("/clock", data={"speed": "0"})
    assert system.clock.speed == 0


async def test_every_declared_variant_is_sent_from_its_form_and_decided(
    running: tuple[System, httpx.AsyncClient],
) -> None:
    """Filled in with its own examples: the road takes it, and its journey is told.

    A device that another is to meet must be in the inventory: the User looks it up.
    """
    system, browser = running
    other = str(system.street_plan[0].esme)
    journeys = dict[str, str]()
    for variant in declared():
        form = (await browser.post(f"/send/{variant}.json", data={"do": "example"})).json()["values"]
        form |= {"other_device_id": other} if "other_device_id" in form else {}
        answer = await browser.post(f"/send/{variant}", data={**form, "do": "send"})
        assert answer.status_code == 303, (variant, answer.text)
        journeys[variant] = answer.headers["location"]
    for variant, journey in journeys.items():
        twin = await settled(browser, journey)
        assert twin["request"]["variant"] == variant
        assert twin["request"]["code"][:1] in ("I", "E", "N")
