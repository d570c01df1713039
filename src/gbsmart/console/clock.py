"""The page that shows the system's clock, and lets people take the system to a later moment."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from gbsmart.console.lexicon import moment_of
from gbsmart.console.model import Timekeeper
from gbsmart.ground import GbsmartError, InvalidValue
from gbsmart.web import Event, Link, Page, Site, event_stream, read_form

_PATH = "/clock"
SPEEDS = (0.0, 1.0, 10.0, 60.0, 600.0, 3600.0)
"""What the page offers; any other is taken too."""
_STEPS = (("+30m", "half an hour"), ("+1d", "a day"), ("+1w", "a week"), ("+31d", "a month"))
_TICK = timedelta(seconds=1)


class ClockPages:
    """``/clock``: what time it is, what falls due next, and the way to a later moment."""

    def __init__(self, clock: Timekeeper, site: Site) -> None:
        self._clock = clock
        self._site = site

    def status(self) -> Link:
        """What every page shows: the time, and how fast it goes unless that is as usual."""
        speed = "" if self._clock.speed == 1 else f" {pace(self._clock.speed)}"
        return Link(_PATH, f"{self._clock.now():%Y-%m-%d %H:%M} UTC{speed}")

    async def page(self, request: Request) -> Page:
        """The page; a form that is sent to it moves the clock or changes its speed."""
        errors: dict[str, str] = {}
        form: dict[str, str] = {}
        if request.method == "POST":
            form = await read_form(request)
            try:
                query = await self._act(form)
                return Page("Clock", "clock.html", await self._model(), location=f"{_PATH}{query}")
            except InvalidValue as wrong:
                errors["speed" if "speed" in form else "to"] = wrong.reason
            except GbsmartError as problem:
                errors[""] = str(problem)
        model = {**await self._model(), "errors": errors}
        extra = {
            "form": form,
            "went": _went(request),
            "steps": _STEPS,
            "speeds": [(speed, pace(speed)) for speed in SPEEDS],
            "values": values(self._clock.now(), self._clock.speed, model["next_due"]),
        }
        return Page("Clock", "clock.html", model, extra, status=400 if errors else 200)

    async def events(self, request: Request) -> Response:
        """``/clock/events``: the texts of the page, every second."""
        return event_stream(self._updates(), self._site.closing)

    async def _updates(self) -> AsyncIterator[Event]:
        while True:
            due = await self._clock.next_due()
            yield Event("update", {"text": values(self._clock.now(), self._clock.speed, due), "html": {}})
            await asyncio.sleep(_TICK.total_seconds())  # for the person who looks: in real time

    async def _act(self, form: dict[str, str]) -> str:
        if "speed" in form:
            self._clock.set_speed(_speed(form["speed"]))
            return ""
        began = self._clock.now()
        to = await self._clock.next_due() if form.get("to") == "due" else moment_of(form.get("to", ""), began)
        if to is None:
            raise InvalidValue("nothing falls due", field="to")
        moments = await self._clock.travel(to)
        return f"?{urlencode({'began': began.isoformat(), 'moments': moments})}"

    async def _model(self) -> dict[str, object]:
        return {
            "now": self._clock.now(),
            "speed": self._clock.speed,
            "next_due": await self._clock.next_due(),
        }


def _speed(text: str) -> float:
    try:
        speed = float(text)
    except ValueError:
        raise InvalidValue(f"{text!r} is not a number", field="speed") from None
    if not 0 <= speed < 1e6:
        raise InvalidValue("is a number from 0 to 1,000,000", field="speed")
    return speed


def _went(request: Request) -> tuple[datetime, str] | None:
    """The journey that brought the page here, if one did."""
    began, moments = request.query_params.get("began", ""), request.query_params.get("moments", "")
    try:
        return datetime.fromisoformat(began), moments if moments.isdecimal() else "0"
    except ValueError:
        return None


def values(now: datetime, speed: float, due: object) -> dict[str, str]:
    """The texts of the page, by the name under which it holds each."""
    return {
        "now": f"{now:%Y-%m-%d %H:%M:%S}",
        "speed": pace(speed),
        "due": f"{due:%Y-%m-%d %H:%M:%S}" if isinstance(due, datetime) else "nothing",
    }


def pace(speed: float) -> str:
    """How fast a clock runs, in words."""
    named = {0.0: "held still", 1.0: "as fast as time"}
    return named.get(speed, f"{speed:g} times as fast")
