"""The page kit: JSON twins, plots, diagrams, events, and colours that can be read."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from enum import Enum
from importlib import resources
from xml.etree import ElementTree

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request

from gbsmart.ground import Blame, Eui64, GbsmartError, InvalidValue, NotFound
from gbsmart.web import Arrow, Bar, Event, Link, Page, Plot, Site, as_json, bar_chart, sequence_diagram
from gbsmart.web.plot import axis_marks

METER = Eui64.parse("00-DB-12-34-56-78-90-A0")
SVG = "{http://www.w3.org/2000/svg}"


class Colour(Enum):
    RED = "red"


@dataclass
class Reading:
    device: Eui64
    at: datetime
    wh: int
    note: str | None = None


def test_a_view_model_has_a_json_twin() -> None:
    model = {"r": Reading(METER, datetime(2026, 1, 1, tzinfo=UTC), 7), "c": Colour.RED, "d": Decimal("1.50")}
    assert as_json(model) == {
        "r": {"device": str(METER), "at": "2026-01-01T00:00:00Z", "wh": 7, "note": None},
        "c": "red",
        "d": "1.50",
    }
    with pytest.raises(TypeError):
        as_json(object())


# --- plots ---


@given(st.integers(0, 10**9))
def test_an_axis_has_a_few_round_marks_that_hold_the_largest_value(most: int) -> None:
    marks = axis_marks(most)
    assert marks[0] == 0
    assert marks[-1] >= most
    assert 2 <= len(marks) <= 8
    step = marks[1]
    assert marks == list(range(0, marks[-1] + step, step))
    assert str(step).rstrip("0") in ("1", "2", "5")


def test_a_plot_is_described_for_those_who_cannot_see_it() -> None:
    plot = Plot("Used <today>", "Seven Wh.", "Wh", (Bar("00:00", 7, tick=True), Bar("00:30", None)))
    svg = ElementTree.fromstring(bar_chart(plot, "p"))
    assert svg.get("role") == "img"
    assert svg.get("aria-labelledby") == "p-title p-text"
    assert svg.findtext(f"{SVG}title") == "Used <today>"
    assert svg.findtext(f"{SVG}desc") == "Seven Wh."
    bars = svg.findall(f"{SVG}rect")
    assert [bar.findtext(f"{SVG}title") for bar in bars] == ["00:00: 7 Wh"]


def test_bars_stay_inside_the_plot() -> None:
    plot = Plot("t", "d", "Wh", tuple(Bar(str(n), n * n) for n in range(48)))
    svg = ElementTree.fromstring(bar_chart(plot, "p"))
    _, _, width, height = map(float, str(svg.get("viewBox")).split())
    for bar in svg.findall(f"{SVG}rect"):
        x, y, w, h = (float(bar.get(name, "nan")) for name in ("x", "y", "width", "height"))
        assert x >= 0
        assert x + w <= width
        assert y >= 0
        assert y + h <= height


def test_a_sequence_diagram_shows_parties_as_they_appear() -> None:
    arrows = [
        Arrow("User", "DCC", "ask", "0 ms", href="#a"),
        Arrow("DCC", "DCC", "queue"),
        Arrow("DCC", "Meter", "<do>"),
    ]
    svg = ElementTree.fromstring(sequence_diagram("T", "D", arrows, "s"))
    parties = [text.text for text in svg.iter(f"{SVG}text") if text.get("class") == "party"]
    assert parties == ["User", "DCC", "Meter"]
    assert next(svg.iter(f"{SVG}a")).get("href") == "#a"
    assert any(text.text == "<do>" for text in svg.iter(f"{SVG}text"))


def test_an_event_is_one_line_of_data() -> None:
    assert Event("update", {"text": "a\nb"}).encode() == b'event: update\ndata: {"text":"a\\nb"}\n\n'


# --- colours ---


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    r, g, b = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def palettes() -> dict[str, dict[str, str]]:
    css = resources.files("gbsmart.web").joinpath("static", "style.css").read_text()
    roots = re.findall(r":root\s*\{(.*?)\}", css, re.DOTALL)
    colours = [dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})", root)) for root in roots]
    return {"light": colours[0], "dark": {**colours[0], **colours[1]}}


TEXT = 4.5
SHAPE = 3.0
PAIRS = [
    *(("text", ground, TEXT) for ground in ("ground", "surface", "sunken")),
    *(("muted", ground, TEXT) for ground in ("ground", "surface", "sunken")),
    *(("accent", ground, TEXT) for ground in ("ground", "surface", "sunken")),
    ("on-accent", "accent", TEXT),
    ("on-mark", "mark", TEXT),
    ("good", "surface", TEXT),
    ("good", "ground", TEXT),
    ("bad", "surface", TEXT),
    ("bad", "bad-ground", TEXT),
    *(("good", ground, TEXT) for ground in ("sunken",)),
    *((colour, ground, TEXT) for colour in ("tag", "literal", "muted") for ground in ("sunken", "surface")),
    ("edge", "surface", SHAPE),
    ("bar", "surface", SHAPE),
]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("front", "back", "least"), PAIRS)
def test_colours_have_the_contrast_of_wcag_aa(scheme: str, front: str, back: str, least: float) -> None:
    palette = palettes()[scheme]
    assert contrast(palette[front], palette[back]) >= least


def test_every_colour_of_the_style_sheet_is_named_in_the_palette() -> None:
    css = resources.files("gbsmart.web").joinpath("static", "style.css").read_text()
    rules = re.sub(r":root\s*\{.*?\}", "", css, flags=re.DOTALL)
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b", rules) == []
    named = palettes()["light"]
    assert set(re.findall(r"var\(--([\w-]+)\)", rules)) <= {*named, "sans", "mono"}


def test_nothing_comes_from_another_host() -> None:
    for place in ("static", "templates"):
        for file in resources.files("gbsmart.web").joinpath(place).iterdir():
            links = re.findall(r"(?:src|href|url|import)\W{1,3}(https?:)?//", file.read_text())
            assert links == [], file.name


# --- sites ---


class Elsewhere(GbsmartError):
    blame = Blame.WORLD


async def hello(request: Request) -> Page:
    name = request.query_params.get("name", "")
    if name == "nobody":
        raise NotFound("nobody is not here")
    if name == "bad":
        raise InvalidValue("is bad", field="name")
    if name == "later":
        raise Elsewhere("the database is away")
    if name == "broken":
        raise RuntimeError("secret")
    return Page("Hello <you>", "error.html", {"title": "Hi", "reason": name, "status": 200})


def client() -> httpx.AsyncClient:
    site = Site("test", [Link("/", "Start")])
    site.page("/", hello)
    transport = httpx.ASGITransport(site.app(), raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://console")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def browser() -> AsyncIterator[httpx.AsyncClient]:
    async with client() as found:
        yield found


@pytest.mark.anyio
async def test_a_page_is_html_or_json_by_accept_or_by_address(browser: httpx.AsyncClient) -> None:
    html = await browser.get("/?name=<b>", headers={"accept": "text/html,application/json;q=0.1"})
    assert html.headers["content-type"].startswith("text/html")
    assert "&lt;b&gt;" in html.text
    assert "<title>Hello &lt;you&gt; · test</title>" in html.text
    assert 'href="/index.json?name=%3Cb%3E"' in html.text
    for twin in (
        await browser.get("/?name=x", headers={"accept": "application/json"}),
        await browser.get("/index.json?name=x"),
    ):
        assert twin.json() == {"title": "Hi", "reason": "x", "status": 200}


@pytest.mark.anyio
@pytest.mark.parametrize(("name", "status"), [("nobody", 404), ("bad", 400), ("later", 503), ("broken", 500)])
async def test_errors_are_pages_too(browser: httpx.AsyncClient, name: str, status: int) -> None:
    page = await browser.get("/", params={"name": name})
    assert page.status_code == status
    assert ("retry-after" in page.headers) is (status == 503)
    assert "<h1>" in page.text
    assert "secret" not in page.text
    twin = await browser.get("/index.json", params={"name": name})
    assert twin.status_code == status
    assert twin.json()["status"] == status


@pytest.mark.anyio
async def test_every_answer_forbids_other_hosts(browser: httpx.AsyncClient) -> None:
    for path in ("/", "/nowhere", "/static/style.css", "/static/live.js"):
        answer = await browser.get(path)
        assert answer.headers["content-security-policy"].startswith("default-src 'none'")
        assert answer.headers["x-content-type-options"] == "nosniff"
    assert (await browser.get("/nowhere")).status_code == 404


@pytest.mark.anyio
@pytest.mark.parametrize("path", ["/meters/a%00", "/?q=%00"])
async def test_an_address_with_the_character_nul_is_refused(browser: httpx.AsyncClient, path: str) -> None:
    answer = await browser.get(path)
    assert answer.status_code == 400
    assert "NUL" in answer.text
    assert "default-src" in answer.headers["content-security-policy"]
