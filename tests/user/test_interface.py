"""What the DCC says over HTTP beside its documents: where to go instead, and when to come back."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gbsmart.duis import WebService
from gbsmart.user import DccInterface, Patience, UnexpectedAnswer
from gbsmart.web.hosting import address_of, bind, serving

QUICK = Patience(
    http=5, attempts=4, first_delay=timedelta(seconds=1), growth=10, longest_delay=timedelta(seconds=60)
)


class Sleepless:
    """A clock that is always where one would sleep until; it notes how long that would have been."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 1, 1, tzinfo=UTC)
        self.slept: list[float] = []

    def now(self) -> datetime:
        return self.moment

    async def sleep_until(self, moment: datetime, *, idle: bool = False) -> None:
        self.slept.append((moment - self.moment).total_seconds())
        self.moment = moment


def talk(*answers: tuple[int, dict[str, str]]) -> tuple[bytes, list[float]]:
    """What a User gets of a DCC that answers in turn (200 after the last), and how long it slept between."""
    left = list(answers)
    clock = Sleepless()

    async def answer(request: Request) -> Response:
        status, headers = left.pop(0) if left else (200, {})
        return Response(await request.body(), status, headers)

    async def main() -> bytes:
        listening = bind("127.0.0.1", 0, "the DCC")
        paths = ("/api/v1/serviceD", "/elsewhere")
        app = Starlette(routes=[Route(path, answer, methods=["POST"]) for path in paths])
        async with serving((app, listening)):
            interface = DccInterface(address_of(listening), clock, QUICK)
            try:
                return await interface.post(WebService.NON_DEVICE, b"<document/>")
            finally:
                await interface.close()

    return asyncio.run(main()), clock.slept


def test_delays_grow_up_to_the_longest() -> None:
    assert talk(*[(503, {})] * 3) == (b"<document/>", [1, 10, 60])


@pytest.mark.parametrize(
    ("asked", "slept"),
    [
        ("7", 7),
        ("0", 1),
        ("600", 60),
        ("999999999999999999", 60),
        ("9" * 5000, 60),
        ("-5", 1),
        ("\u00b2", 1),
        ("Wed, 01 Jan 2031 00:00:00 GMT", 1),
    ],
)
def test_the_dcc_is_left_alone_as_long_as_it_asks_within_bounds(asked: str, slept: float) -> None:
    assert talk((503, {"Retry-After": asked})) == (b"<document/>", [slept])


def test_a_redirection_is_followed_with_the_same_octets() -> None:
    assert talk((307, {"Location": "/elsewhere"})) == (b"<document/>", [])


def test_a_redirection_to_what_is_no_address_is_said_so() -> None:
    with pytest.raises(UnexpectedAnswer, match=r"redirects to 'http://\[x', which is no address"):
        talk((307, {"Location": "http://[x"}))
