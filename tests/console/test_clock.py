"""The clock's page: it shows the time, moves it and changes its speed, and says what is wrong with a wish."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from gbsmart.console import console_app
from gbsmart.console.sources import LedgerJourneys
from gbsmart.ground import InvalidValue

from .conftest import OneHome

pytestmark = pytest.mark.anyio

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
DUE = START + timedelta(hours=3)


class Keeper:
    """A clock that stands at a moment; one thing falls due."""

    def __init__(self) -> None:
        self.moment, self.speed = START, 1.0

    def now(self) -> datetime:
        return self.moment

    def set_speed(self, speed: float) -> None:
        self.speed = speed

    async def next_due(self) -> datetime | None:
        return DUE if self.moment < DUE else None

    async def travel(self, to: datetime) -> int:
        if to < self.moment:
            raise InvalidValue("a clock does not run back", field="clock")
        passed = int(self.moment < DUE <= to)
        self.moment = to
        return passed


@pytest.fixture
def keeper() -> Keeper:
    return Keeper()


@pytest.fixture
async def browser(journeys: LedgerJourneys, keeper: Keeper) -> AsyncIterator[httpx.AsyncClient]:
    app = console_app(OneHome(), journeys, timekeeper=keeper)
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(
        transport=transport, base_url="http://console", follow_redirects=True
    ) as found:
        yield found


async def test_the_clock_is_shown_on_every_page(browser: httpx.AsyncClient, keeper: Keeper) -> None:
    keeper.speed = 60.0
    for path in ("/", "/requests", "/clock"):
        assert "2026-03-01 12:00 UTC 60 times as fast" in (await browser.get(path)).text
    twin = (await browser.get("/clock.json")).json()
    assert twin == {
        "now": "2026-03-01T12:00:00Z", "speed": 60.0, "next_due": "2026-03-01T15:00:00Z", "errors": {},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("to", "moment", "moments"),
    [
        ("+1d", START + timedelta(days=1), 1),
        ("2026-03-01T13:00", START + timedelta(hours=1), 0),
        ("2026-03-01T14:00+01:00", START + timedelta(hours=1), 0),
        ("due", DUE, 1),
    ],
)
async def test_the_system_travels(
    browser: httpx.AsyncClient, keeper: Keeper, to: str, moment: datetime, moments: int
) -> None:
    page = await browser.post("/clock", data={"to": to})
    assert keeper.moment == moment
    assert f"stood still at {moments} moment" in page.text
    again = await browser.get(str(page.url))  # as when the page is loaded again: nothing moves
    assert again.status_code == 200
    assert keeper.moment == moment


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({"to": "yesterday"}, "neither a date and time nor a time from now"),
        ({"to": "2020-01-01"}, "does not run back"),
        ({"speed": "fast"}, "is not a number"),
        ({"speed": "-1"}, "a number from 0 to"),
        ({"speed": "nan"}, "a number from 0 to"),
    ],
)
async def test_what_cannot_be_done_is_said_at_its_input(
    browser: httpx.AsyncClient, keeper: Keeper, form: dict[str, str], says: str
) -> None:
    answer = await browser.post("/clock", data=form)
    assert answer.status_code == 400
    assert says in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert (keeper.moment, keeper.speed) == (START, 1.0)


async def test_nothing_may_fall_due(browser: httpx.AsyncClient, keeper: Keeper) -> None:
    keeper.moment = DUE
    assert "nothing falls due" in (await browser.post("/clock", data={"to": "due"})).text


async def test_the_speed_is_set(browser: httpx.AsyncClient, keeper: Keeper) -> None:
    await browser.post("/clock", data={"speed": "3600"})
    assert keeper.speed == 3600.0


async def test_without_a_timekeeper_there_is_no_clock_page(journeys: LedgerJourneys) -> None:
    transport = httpx.ASGITransport(console_app(OneHome(), journeys))
    async with httpx.AsyncClient(transport=transport, base_url="http://console") as browser:
        assert (await browser.get("/clock")).status_code == 404
        assert "/clock" not in (await browser.get("/")).text
