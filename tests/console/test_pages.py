"""What each page says, as HTML and as JSON."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest

from gbsmart.console import Address, console_app
from gbsmart.console.documents import read_pasted
from gbsmart.console.explaining import EXAMPLE
from gbsmart.console.filtering import FIELDS
from gbsmart.console.homes import describe
from gbsmart.console.legend import spelled
from gbsmart.console.model import HomeView
from gbsmart.console.sources import LedgerJourneys
from gbsmart.console.words import cost_rate, elapsed, energy, money, power, price, volume
from gbsmart.devices import Alarm, Notice
from gbsmart.ground import Eui64, InvalidValue
from gbsmart.web import Site

from .conftest import ACB, ENABLE, HUB, KEYS, METER, NOW, READ, OneHome, OnlyElectricity, command

pytestmark = pytest.mark.anyio


def browser_of(journeys: LedgerJourneys, **options: Any) -> httpx.AsyncClient:
    homes = options.pop("homes", None) or OneHome()
    app = console_app(
        homes, journeys, addresses=[Address("DCC", "http://127.0.0.1:8079", "takes requests")], **options
    )
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://console")


@pytest.fixture
async def browser(journeys: LedgerJourneys) -> AsyncIterator[httpx.AsyncClient]:
    async with browser_of(journeys, keyring=KEYS, acb=ACB) as found:
        yield found


async def test_the_overview_leads_everywhere(browser: httpx.AsyncClient) -> None:
    page = (await browser.get("/")).text
    for target in (f"/homes/{HUB}", f"/requests/{READ}", "/explain", "/requests", "http://127.0.0.1:8079"):
        assert target in page
    twin = (await browser.get("/index.json")).json()
    assert twin["addresses"] == [{"name": "DCC", "url": "http://127.0.0.1:8079", "purpose": "takes requests"}]
    assert [line["id"] for line in twin["requests"]] == [str(ENABLE), str(READ)]


@pytest.mark.parametrize(
    ("wanted", "total"), [("", 1), ("home 1", 1), (str(METER), 1), (METER.compact[:9], 1), ("home 2", 0)]
)
async def test_homes_are_found_by_name_and_by_device(
    browser: httpx.AsyncClient, wanted: str, total: int
) -> None:
    answer = await browser.get("/homes", params={"q": wanted})
    assert (f"/homes/{HUB}" in answer.text) is bool(total)
    assert (await browser.get("/homes.json", params={"q": wanted})).json()["total"] == total


async def test_a_home_shows_what_its_meters_show(browser: httpx.AsyncClient) -> None:
    view = await OneHome().home(HUB)
    page = (await browser.get(f"/homes/{METER}")).text  # any device leads to its home
    for text in (energy(view.electricity_wh), power(view.power_w), "24.50 p/kWh", "Armed", "17:54:10 UTC"):
        assert text in page
    assert page.count("<svg") == 3  # the sign of the house, and two plots
    assert page.count('class="bar"') == len(view.electricity_today) + len(view.gas_today) == 2 * 35
    twin = (await browser.get(f"/homes/{HUB}.json")).json()
    assert twin["electricity_wh"] == view.electricity_wh
    assert twin["electricity_today"][0] == {
        "start": "2026-01-15T00:00:00Z", "amount": view.electricity_today[0].amount,
    }  # fmt: skip


async def test_a_home_shows_its_display_and_its_prepayment(browser: httpx.AsyncClient) -> None:
    page = (await browser.get(f"/homes/{HUB}")).text
    for text in (
        "£2.24",
        "£20.20",
        "6.20 p/kWh",
        "£0.53",
        "£12.34",
        "\N{MINUS SIGN}£0.07",
        "Auxiliary load",
        ">Off<",
    ):
        assert text in page, text
    assert "Something &lt;happened&gt;" in page
    assert "UTRN" not in page  # nobody is here to type one in
    assert "calendar" in page  # what the meter holds until tomorrow


async def test_what_a_privacy_pin_hides_is_on_no_page(journeys: LedgerJourneys) -> None:
    """The page of a meter behind its PIN says so, and its twin has nothing; gas is shown as before."""
    open_view = await OneHome().home(HUB)
    async with browser_of(journeys, homes=BehindPin()) as browser:
        page = (await browser.get(f"/homes/{HUB}")).text
        twin = (await browser.get(f"/homes/{HUB}.json")).json()
    assert energy(open_view.electricity_wh) not in page
    assert power(open_view.power_w) not in page
    assert page.count("behind the PIN") == 10  # tiles, plot and screen
    assert page.count('class="bar"') == len(open_view.gas_today)
    assert (twin["electricity_wh"], twin["electricity_today"], twin["behind_pin"]) == (None, [], ["ESME"])
    assert '00:00</th><td class="number"></td>' in page, "gas has its half-hours all the same"


async def test_a_home_shows_what_its_displays_show_and_its_meters_sound(journeys: LedgerJourneys) -> None:
    async with browser_of(journeys, homes=Alarmed()) as browser:
        page = (await browser.get(f"/homes/{HUB}")).text
    assert "17:30 GSME: Emergency credit became available" in page
    assert "17:42 ESME: Low credit, sounding" in page


class BehindPin(OneHome):
    """The same home, whose electricity meter has a privacy PIN."""

    async def home(self, eui: Eui64) -> HomeView:
        view = await super().home(eui)
        assert view.screen is not None
        screen = view.screen.electricity._replace(today=None, this_week=None, this_month=None)
        return replace(
            view, electricity_wh=None, power_w=None, electricity_today=(), behind_pin=("ESME",),
            screen=view.screen._replace(power_w=None, electricity=screen),
        )  # fmt: skip


class Alarmed(OneHome):
    """The same home, in which something is shown and something sounds."""

    async def home(self, eui: Eui64) -> HomeView:
        shown = Notice(NOW.replace(hour=17, minute=30), 0x8119, "Emergency credit became available")
        heard = Notice(NOW.replace(hour=17, minute=42), 0x810D, "Low credit")
        view = await super().home(eui)
        return replace(view, notices=(("GSME", shown),), alarms=(Alarm("ESME", heard, sounds=True),))


async def test_a_device_has_a_page(browser: httpx.AsyncClient) -> None:
    page = (await browser.get(f"/devices/{METER}")).text
    for text in ("8F0C", f"/send?device={METER}", "calendar", f"/requests/{READ}"):
        assert text in page, text
    twin = (await browser.get(f"/devices/{METER}.json")).json()
    assert (twin["kind"], twin["log"][0]["code"]) == ("ESME", "8F0C")
    assert [line["id"] for line in twin["requests"]] == [str(ENABLE), str(READ)]
    assert (await browser.get("/devices/00-00-00-00-00-00-00-01")).status_code == 404


async def test_a_home_without_gas_says_nothing_of_gas(journeys: LedgerJourneys) -> None:
    async with browser_of(journeys, homes=OnlyElectricity()) as browser:
        page = (await browser.get(f"/homes/{HUB}")).text
    assert 'id="gas"' not in page


async def test_an_unknown_home_is_an_error_page(browser: httpx.AsyncClient) -> None:
    stranger = "00-00-00-00-00-00-00-01"
    for path in (f"/homes/{stranger}", f"/homes/{stranger}/events"):
        answer = await browser.get(path)
        assert answer.status_code == 404
        assert stranger in answer.text
    assert (await browser.get("/homes/not-an-id")).status_code == 400


async def test_the_stream_of_a_home_sends_what_the_page_shows(journeys: LedgerJourneys) -> None:
    """Two updates, one refresh apart; taken from the endpoint, for the stream has no end."""
    from starlette.requests import Request

    from gbsmart.console.homes import HomePages

    homes = OneHome()
    pages = HomePages(
        homes,
        journeys,
        timedelta(seconds=0.2),
        Site("t", (), ["gbsmart.console"], filters={"spelled": spelled}),
    )
    scope = {"type": "http", "method": "GET", "path": "/", "headers": [], "path_params": {"id": str(HUB)}}
    answer: Any = await pages.events(Request(scope))
    parts = answer.body_iterator
    assert await anext(parts) == b"retry: 3000\n\n"
    first = await anext(parts)
    assert first.startswith(b"event: update\ndata: {")
    assert energy((await homes.home(HUB)).electricity_wh).encode() in first
    waiting = asyncio.ensure_future(anext(parts))
    for _ in range(20):  # let the stream reach its sleep
        await asyncio.sleep(0)
    assert not waiting.done()
    homes.at = NOW + timedelta(hours=1)
    assert energy((await homes.home(HUB)).electricity_wh).encode() in await waiting
    await parts.aclose()


async def test_the_ledger_lists_requests_newest_first(browser: httpx.AsyncClient) -> None:
    twin = (await browser.get("/requests.json")).json()
    assert [(line["variant"], line["outcome"] or line["state"]) for line in twin["requests"]] == [
        ("7.1", "refused"), ("4.1.1", "answered"),
    ]  # fmt: skip
    assert twin["older"] is None
    place = twin["requests"][0]["id"]
    older = (await browser.get("/requests.json", params={"before": place})).json()
    assert [line["id"] for line in older["requests"]] == [str(READ)]
    assert (await browser.get("/requests?before=x")).status_code == 400


async def test_the_ledger_is_filtered(browser: httpx.AsyncClient) -> None:
    twin = (await browser.get("/requests.json", params={"q": "state:refused code:E2"})).json()
    assert [line["id"] for line in twin["requests"]] == [str(ENABLE)]
    page = (await browser.get("/requests", params={"q": "variant:4.8"})).text
    assert "No Service Request is let through by this filter." in page
    for field in FIELDS:  # the help is made from the declaration
        assert f"<code>{field.name}:</code>" in page


async def test_a_wrong_filter_is_shown_with_the_place(browser: httpx.AsyncClient) -> None:
    answer = await browser.get("/requests", params={"q": "user:90 devise:00"})
    assert answer.status_code == 400
    assert "At letter 9" in answer.text
    assert "\n        ^^^^^^</pre>" in answer.text
    assert "Did you mean device:?" in answer.text
    assert 'value="user:90 devise:00"' in answer.text  # to be mended where it was typed
    fault = (await browser.get("/requests.json", params={"q": "user:90 devise:00"})).json()["fault"]
    assert (fault["position"], fault["length"]) == (8, 6)
    assert (await browser.get("/requests/events", params={"q": "devise:00"})).status_code == 400


async def test_the_journey_of_a_reading(browser: httpx.AsyncClient) -> None:
    twin = (await browser.get(f"/requests/{READ}.json")).json()
    assert [(step["name"], step["sender"], step["receiver"]) for step in twin["steps"]] == [
        ("Service Request", "User", "DCC"),
        ("acknowledgement", "DCC", "User"),
        ("queued", "DCC", "DCC"),
        ("Command", "DCC", "Device"),
        ("Response", "Device", "DCC"),
        ("delivery pending", "DCC", "DCC"),
    ]
    request, acknowledgement, sent, came, outcome = twin["documents"]
    assert "4.1.1" in request["xml"]
    assert "I99" in acknowledgement["xml"]
    assert (sent["kind"], sent["messages"][0]["form"], sent["messages"][0]["mac"]) == (
        "gbcs",
        "ECS17b",
        "valid",
    )
    for document in (came, outcome):
        (message,) = document["messages"]
        assert message["mac"] == "valid"
        (opened,) = message["opened"]
        assert any(row["value"] == "4231072" for row in opened["rows"])
    assert twin["values"] == {
        "active_import": {"value": 4_231_072, "unit": "Wh"},
        "reactive_import": {"value": twin["values"]["reactive_import"]["value"], "unit": "varh"},
    }
    assert twin["sealed_values"] is False
    page = (await browser.get(f"/requests/{READ}")).text
    assert "<dt>Active import</dt><dd>4,231,072 Wh</dd>" in page
    assert page.index("What it brought") < page.index("The journey")
    assert 'class="sequence"' in page
    assert 'href="#document-2"' in page
    assert 'id="document-2"' in page
    assert "25.4 s" in page


async def test_the_journey_of_a_refusal(browser: httpx.AsyncClient) -> None:
    page = (await browser.get(f"/requests/{ENABLE}")).text
    assert "IS &lt;not&gt; eligible for 7.1" in page
    assert "refusal E2" in page
    assert "What it brought" not in page
    assert '<span class="state bad">refused</span>' in page


async def test_without_keys_the_console_opens_nothing(journeys: LedgerJourneys) -> None:
    async with browser_of(journeys) as browser:
        twin = (await browser.get(f"/requests/{READ}.json")).json()
        page = (await browser.get(f"/requests/{READ}")).text
    (message,) = twin["documents"][3]["messages"]
    assert message["opened"] == []
    assert (twin["values"], twin["sealed_values"]) == ({}, True)
    assert "sealed to its User" in page
    assert message["mac"] == ""


async def test_a_request_that_never_was(browser: httpx.AsyncClient) -> None:
    assert (await browser.get(f"/requests/{READ._replace(counter=5)}")).status_code == 404
    assert (await browser.get("/requests/nonsense")).status_code == 400


# --- explain ---


@pytest.mark.parametrize("form", ["hex", "spaced hex", "base64", "xml"])
async def test_a_pasted_message_is_explained(browser: httpx.AsyncClient, form: str) -> None:
    octets = command().encode()
    text = {
        "hex": octets.hex(),
        "spaced hex": octets.hex(":").upper() + "\n",
        "base64": base64.encodebytes(octets).decode(),
        "xml": f"<a><b>{base64.b64encode(octets).decode()}</b></a>",
    }[form]
    for answer in (
        await browser.get("/explain", params={"message": text}),
        await browser.post("/explain", data={"message": text}),
    ):
        assert answer.status_code == 200
        assert "ECS17b command" in answer.text
        assert "MAC valid" in answer.text
    twin = (await browser.get("/explain.json", params={"message": text})).json()
    assert twin["messages"][0]["octets"] == octets.hex()
    assert ("<b>" in twin["xml"]) is (form == "xml")


async def test_the_largest_document_is_sent_by_the_form(browser: httpx.AsyncClient) -> None:
    form = (await browser.get("/explain")).text
    assert 'method="post"' in form
    largest = f"<a>{'<b/>' * 16_000}</a>"
    assert (await browser.post("/explain", data={"message": largest})).status_code == 200
    assert "longer than 65,536 octets" in (await browser.post("/explain", data={"message": 2 * largest})).text
    assert (await browser.post("/explain", data={"message": 10 * largest})).status_code == 400


async def test_the_example_is_a_whole_message(browser: httpx.AsyncClient) -> None:
    assert EXAMPLE.split()[0] in (await browser.get("/explain")).text
    (message,) = (await browser.get("/explain.json", params={"message": EXAMPLE})).json()["messages"]
    assert (message["form"], message["fault"]) == ("ECS42", None)


@pytest.mark.parametrize("text", ["%", "abc", "<a", "<!DOCTYPE a><a/>"])
async def test_what_cannot_be_read_is_said_kindly(browser: httpx.AsyncClient, text: str) -> None:
    answer = await browser.get("/explain", params={"message": text})
    assert answer.status_code in (200, 400)
    assert 'role="alert"' in answer.text


async def test_what_was_pasted_is_shown_as_text(browser: httpx.AsyncClient) -> None:
    answer = await browser.get("/explain", params={"message": "</textarea><script>alert(1)</script>"})
    assert "<script>alert" not in answer.text


@pytest.mark.parametrize(
    ("text", "octets"),
    [("DF 09", b"\xdf\x09"), ("0xDF,0x09", b"\xdf\x09"), ("3wk=", b"\xdf\x09"), ("<a/>", b"<a/>")],
)
async def test_pasted_text_is_read_by_its_looks(text: str, octets: bytes) -> None:
    assert read_pasted(text) == octets


@pytest.mark.parametrize("text", ["", "   ", "DF0", "hello world!", "é"])
async def test_other_text_is_refused(text: str) -> None:
    with pytest.raises(InvalidValue):
        read_pasted(text)


# --- words ---


async def test_numbers_are_written_for_people() -> None:
    assert energy(4_231_072) == "4,231.072 kWh"
    assert volume(812) == "0.812 m³"
    assert (power(999), power(3_149)) == ("999 W", "3.1 kW")
    assert price(24_500) == "24.50 p/kWh"
    assert (money(123_456_789), money(-7_999)) == ("£1,234.56", "\N{MINUS SIGN}£0.07")
    assert cost_rate(1_000, 24_500) == "24.50 p an hour at this rate"
    times = [0.812, 4.25, 200, 7_500, 97_200]
    assert [elapsed(timedelta(seconds=time)) for time in times] == [
        "812 ms", "4.2 s", "3 min 20 s", "2 h 5 min", "1 day 3 h",
    ]  # fmt: skip
    assert describe((), "Wh") == "No half-hour of today is over yet."
