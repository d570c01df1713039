"""The registers of a home as one rising function of time, in millionths of Wh (or of a litre of gas).

A day's total is a difference of closed sums (days, weekend days, degree-days, sunshine) plus a shift
between neighbouring days, so any moment of ninety years costs the same. Only the half-hours of the one
day and the minutes of the one half-hour that hold the moment are drawn.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from itertools import accumulate, pairwise
from operator import mul
from typing import Final, NamedTuple

from gbsmart.devices.consumption.civil_time import (
    HALF_HOUR,
    MINUTE,
    calendar_date,
    is_weekend,
    locate,
    weekend_days_before,
)
from gbsmart.devices.consumption.climate import climate
from gbsmart.devices.consumption.shapes import (
    CLOUD_NOISE,
    EXPORTING_MINUTE,
    HALF_HOUR_NOISE,
    IMPORTING_MINUTE,
    MINUTE_NOISE,
    Habit,
    Meter,
    day_shape,
    may_export,
)
from gbsmart.devices.consumption.traits import Traits

_SHIFT_PERMILLE: Final = 150  # of the lesser of two days that may move over the midnight between them
_AWAY_SAVES_PERMILLE: Final = 700
_FIRST_AWAY_DAY: Final = (151, 228)  # of the year: the schools' summer
_HALF_HOURS: Final = 0  # streams of chance, beside the meter's number
_MINUTES: Final = 1


def _chance(traits: Traits, meter: Meter, stream: int, day: int, slot: int = 0) -> bytes:
    """64 octets of chance that belong to one home, meter, day and half-hour."""
    message = bytes((meter, stream, slot)) + day.to_bytes(4, "big")
    return hashlib.blake2b(message, key=traits.key).digest()


def _levels(traits: Traits, meter: Meter, days: Iterable[int]) -> list[int]:
    """The register at the start of each of ``days``, were the people of the home never away."""
    per_day, per_weekend_day, per_degree_day, per_sun = traits.rates[meter]
    levels = []
    for day in days:
        weather = climate(calendar_date(day).year)
        at = day - weather.first_day
        if meter is Meter.EXPORT:
            levels.append(per_sun * weather.sun[at])
        else:
            weekend = per_weekend_day * weekend_days_before(day)
            levels.append(per_day * day + weekend + per_degree_day * weather.degree_days[at])
    return levels


@lru_cache(maxsize=4096)
def _absence(traits: Traits, meter: Meter, year: int) -> tuple[int, int, int, int]:
    """The first and last day away in ``year``, the level at the first, and all that is saved."""
    first_day = climate(year).first_day
    low, high = _FIRST_AWAY_DAY
    drawn = int.from_bytes(_chance(traits, Meter.ELECTRICITY, _HALF_HOURS, first_day)[60:62], "big")
    leaves = first_day + low + drawn % (high - low)
    returns = leaves + traits.away_days
    before, after = _levels(traits, meter, (leaves, returns))
    return leaves, returns, before, (after - before) * _AWAY_SAVES_PERMILLE // 1_000


def _settled(traits: Traits, meter: Meter, days: range) -> list[int]:
    """The register at the start of each of ``days``, but for the shift over midnight.

    What a holiday saves is spread over the days of its year, so that years keep their totals.
    """
    levels = _levels(traits, meter, days)
    if not traits.away_days or meter is Meter.EXPORT:
        return levels
    return [_less_absence(traits, meter, day, level) for day, level in zip(days, levels, strict=True)]


def _less_absence(traits: Traits, meter: Meter, day: int, level: int) -> int:
    """The ``level`` at the start of ``day`` for people who go away in the summer of its year."""
    year = calendar_date(day).year
    leaves, returns, level_then, saved = _absence(traits, meter, year)
    weather = climate(year)
    spread = saved * (day - weather.first_day) // (len(weather.degree_days) - 1)
    if day >= returns:
        return level + spread - saved
    if day > leaves:
        return level + spread - (level - level_then) * _AWAY_SAVES_PERMILLE // 1_000
    return level + spread


def _shift(chance: bytes, day: int, before: int, after: int) -> int:
    """How much of the use around the midnight that starts ``day`` falls on its other side."""
    if day <= 0:  # the register starts from nought
        return 0
    return min(before, after) * _SHIFT_PERMILLE * (chance[62] + chance[63] - 255) // 255_000


class _Day(NamedTuple):
    """A day of a register: where it starts, what it adds, and how that is spread over the half-hours."""

    start: int
    total: int
    shares: list[int]
    """The sums of the weights up to each half-hour, from nought to the whole."""

    def at(self, slot: int) -> int:
        """The register at the start of the half-hour ``slot``."""
        return self.start + self.total * self.shares[slot] // self.shares[-1]


@lru_cache(maxsize=2048)
def _day(traits: Traits, meter: Meter, day: int) -> _Day:
    """The ``day`` of the register of ``meter``."""
    levels = _settled(traits, meter, range(max(day - 1, 0), day + 3))
    if day == 0:
        levels.insert(0, 0)
    uses = [after - before for before, after in pairwise(levels)]
    chance = _chance(traits, meter, _HALF_HOURS, day)
    tomorrow = _chance(traits, meter, _HALF_HOURS, day + 1)
    start = levels[1] + _shift(chance, day, uses[0], uses[1])
    total = levels[2] + _shift(tomorrow, day + 1, uses[1], uses[2]) - start
    habit = Habit.WEEKEND if is_weekend(day) else traits.habit
    shape = day_shape(meter, habit, day, solar=traits.solar_wp > 0)
    noise = CLOUD_NOISE if meter is Meter.EXPORT else HALF_HOUR_NOISE
    return _Day(start, total, list(accumulate(map(mul, shape, chance.translate(noise)), initial=0)))


def _minutes(traits: Traits, meter: Meter, day: int, slot: int) -> bytes:
    """The weights of the 30 minutes of a half-hour."""
    panels = traits.solar_wp > 0 and meter is not Meter.GAS
    if not (panels and may_export(day, slot)):
        return _chance(traits, meter, _MINUTES, day, slot)[:30].translate(MINUTE_NOISE)
    # Import and export read one digest, with at least one minute for each.
    drawn = b"\x00\xff" + _chance(traits, Meter.ELECTRICITY, _MINUTES, day, slot)[:28]
    return drawn.translate(IMPORTING_MINUTE if meter is Meter.ELECTRICITY else EXPORTING_MINUTE)


def cumulative(traits: Traits, meter: Meter, moment: datetime) -> int:
    """All that ``meter`` has counted from 1 January 2010 to ``moment``, in millionths; it never falls.

    :raises InvalidValue: ``moment`` has no time zone or is outside 2010 to 2100.
    """
    day, elapsed = locate(moment)
    slot, rest = divmod(elapsed, HALF_HOUR)
    today = _day(traits, meter, day)
    start = today.at(slot)
    if not rest:
        return start
    use = today.at(slot + 1) - start
    if not use:
        return start
    weights = _minutes(traits, meter, day, slot)
    minute, rest = divmod(rest, MINUTE)
    done = sum(weights[:minute]) * MINUTE + weights[minute] * rest
    return start + use * done // (sum(weights) * MINUTE)
