"""The clock that everything runs on: read, moved forward, made faster or slower."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from gbsmart.assembly.control.model import Asked, Moment, Nothing, Operation, Told
from gbsmart.assembly.travel import travel

if TYPE_CHECKING:
    from gbsmart.assembly.system import System


class Clock(Told):
    """The clock."""

    now: datetime
    speed: float = Field(description="how many of its seconds pass in a real one; 0 stands still")


class Advance(Asked):
    """How far to go forward."""

    by: Annotated[
        timedelta,
        Field(
            ge=timedelta(0),
            description="ISO 8601 (P1D, PT30M), or a number of seconds; 0: until what is under way has ended",
        ),
    ]


class Setting(Asked):
    """Where to go."""

    now: Annotated[Moment, Field(description="a later moment, in ISO 8601")]


class Speed(Asked):
    """How fast the clock runs."""

    speed: Annotated[float, Field(ge=0, le=1e6, allow_inf_nan=False)]


def _told(system: System) -> Clock:
    return Clock(now=system.clock.now(), speed=system.clock.speed)


async def read(system: System, _: Nothing) -> Clock:
    """The clock now."""
    return _told(system)


async def advance(system: System, asked: Advance) -> Clock:
    """Go forward; everything that falls due on the way happens, in its order."""
    return await _go(system, asked.by)


async def go_to(system: System, asked: Setting) -> Clock:
    """Go forward to a moment, as :func:`advance` does."""
    return await _go(system, asked.now)


async def _go(system: System, to: datetime | timedelta) -> Clock:
    await travel(system, to)
    return _told(system)


async def set_speed(system: System, asked: Speed) -> Clock:
    """Have the clock run faster, slower, or not at all."""
    system.clock.speed = asked.speed
    return _told(system)


OPERATIONS = (
    Operation("clock read", "GET", "/clock", "The clock now.", Nothing, Clock, read),
    Operation(
        "clock advance", "POST", "/clock/advance", "Go forward; what falls due on the way happens.",
        Advance, Clock, advance, in_turn=True,
    ),
    Operation(
        "clock set", "PUT", "/clock", "Go forward to a moment; what falls due on the way happens.",
        Setting, Clock, go_to, in_turn=True,
    ),
    Operation(
        "clock speed", "PUT", "/clock/speed", "Have the clock run faster, slower, or not at all.",
        Speed, Clock, set_speed, in_turn=True,
    ),
)  # fmt: skip
