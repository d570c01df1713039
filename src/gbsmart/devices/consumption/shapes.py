"""How a home's day is spread over its half-hours: by meter, habit, month and day of the week.

The hourly weights are ours, drawn after the well-known domestic load shapes (night low, morning rise,
evening peak between 17:00 and 20:00) [assumed]. Only their proportions matter.
"""

from __future__ import annotations

from enum import Enum, IntEnum
from functools import lru_cache
from typing import Final

from gbsmart.devices.consumption.civil_time import (
    calendar_date,
    local_half_hours,
    utc_half_hour_of_midnight,
)


class Meter(IntEnum):
    """What is metered. The number separates the streams of chance and never changes."""

    ELECTRICITY = 1
    GAS = 2
    EXPORT = 3


class Habit(Enum):
    """When the people of a home are in."""

    OUT_BY_DAY = "out by day"
    AT_HOME = "at home"
    UP_LATE = "up late"
    WEEKEND = "weekend"  # everyone's Saturday and Sunday


# Each row is the winter's day, hour by hour from midnight, then the summer's.
_ROWS: Final = {
    (Meter.ELECTRICITY, Habit.OUT_BY_DAY): (
        "32 28 26 26 26 30 46 72 62 40 36 36 38 38 38 46 78 112 122 114 96 80 62 44",
        "34 30 28 27 27 31 46 62 52 38 36 36 40 40 38 46 66 88 92 86 76 74 64 46",
    ),
    (Meter.ELECTRICITY, Habit.AT_HOME): (
        "32 28 26 26 26 29 40 58 66 64 62 64 72 68 62 70 92 116 122 112 94 78 60 44",
        "34 30 28 27 27 30 40 54 60 60 58 60 68 64 58 62 76 92 94 86 76 74 62 46",
    ),
    (Meter.ELECTRICITY, Habit.UP_LATE): (
        "52 40 32 28 26 26 34 52 56 48 46 46 50 50 50 58 82 112 122 118 104 92 82 68",
        "54 42 32 28 27 27 34 46 50 46 46 46 50 50 48 54 70 92 96 92 80 78 76 66",
    ),
    (Meter.ELECTRICITY, Habit.WEEKEND): (
        "36 31 28 26 26 27 32 44 62 74 76 76 82 80 72 74 92 114 118 108 92 78 62 48",
        "38 33 30 28 27 28 33 44 58 66 66 68 74 70 62 62 74 92 94 88 74 72 64 50",
    ),
    (Meter.GAS, Habit.OUT_BY_DAY): (
        "6 5 5 6 12 40 95 108 80 40 28 24 24 24 30 55 95 120 122 112 94 70 35 14",
        "3 2 2 2 4 16 60 76 55 30 20 18 26 20 16 22 44 82 86 72 44 32 18 8",
    ),
    (Meter.GAS, Habit.AT_HOME): (
        "8 6 6 7 12 32 76 98 92 74 66 62 62 62 66 76 98 118 120 110 92 70 40 18",
        "3 2 2 2 4 14 48 68 60 42 32 28 34 28 24 28 48 82 86 70 44 32 20 9",
    ),
    (Meter.GAS, Habit.UP_LATE): (
        "20 10 6 6 8 20 56 90 86 56 42 38 38 38 42 62 96 118 122 114 100 88 66 40",
        "10 4 2 2 3 10 40 62 58 36 26 24 30 24 22 26 46 80 86 74 48 40 34 22",
    ),
    (Meter.GAS, Habit.WEEKEND): (
        "10 7 6 6 9 18 44 80 100 98 84 76 72 70 72 80 98 118 120 110 92 72 46 22",
        "4 3 2 2 3 8 24 52 70 62 46 38 42 34 28 30 48 82 86 70 46 34 22 12",
    ),
}

# How far each month, January first, is towards the winter's shape, in twelfths.
_WINTERNESS: Final = (12, 11, 8, 4, 1, 0, 0, 0, 3, 7, 11, 12)

# The UTC half-hours of sunrise and sunset in the middle of each month, in central England.
_DAYLIGHT: Final = (
    (16, 33), (14, 35), (12, 37), (10, 39), (9, 40), (8, 42),
    (8, 41), (10, 39), (11, 37), (13, 35), (15, 32), (16, 32),
)  # fmt: skip

_OWN_SUN_PERCENT: Final = 60  # of a noon's import that the panels of a home replace; little of its evening's

# The weight that each value of a random octet gives a half-hour: mostly even, sometimes a cooked meal.
HALF_HOUR_NOISE: Final = bytes(40 + octet // 4 + (60 if octet > 230 else 0) for octet in range(256))

# The weight it gives a half-hour of export: passing clouds.
CLOUD_NOISE: Final = bytes(60 + octet // 3 for octet in range(256))

# The weight it gives a minute: mostly what stands on, sometimes a kettle or a burner.
MINUTE_NOISE: Final = bytes(
    30 if octet < 160 else 45 if octet < 224 else 80 if octet < 248 else 150 for octet in range(256)
)

# Where a home may export, its minutes are parted: a single-phase meter never runs both ways at once.
_PARTED_AT: Final = 96
IMPORTING_MINUTE: Final = bytes(
    MINUTE_NOISE[octet * 256 // _PARTED_AT] if octet < _PARTED_AT else 0 for octet in range(256)
)
EXPORTING_MINUTE: Final = bytes(180 + octet // 4 if octet >= _PARTED_AT else 0 for octet in range(256))


def _sunlit(month: int, utc_half_hour: int) -> int:
    """The strength of the sun over a panel, nought at night, about 300 at a June noon."""
    rise, fall = _DAYLIGHT[month - 1]
    return max(0, (2 * (utc_half_hour - rise) + 1) * (2 * (fall - utc_half_hour) - 1)) // 4


@lru_cache(maxsize=1024)
def _wall_clock_shape(meter: Meter, habit: Habit, month: int) -> tuple[int, ...]:
    """The weights of the 48 half-hours of an ordinary day, on lines between the middles of the hours."""
    winter, summer = ([int(weight) for weight in row.split()] for row in _ROWS[meter, habit])
    much = _WINTERNESS[month - 1]
    hours = [w * much + s * (12 - much) for w, s in zip(winter, summer, strict=True)]
    shape: list[int] = []
    for hour, weight in enumerate(hours):
        shape += [3 * weight + hours[hour - 1], 3 * weight + hours[(hour + 1) % 24]]
    return tuple(shape)


@lru_cache(maxsize=1024)
def _shape(
    meter: Meter, habit: Habit, month: int, slots: tuple[int, ...], utc_start: int, solar: bool
) -> tuple[int, ...]:
    sun = [_sunlit(month, (utc_start + slot) % 48) for slot in range(len(slots))]
    if meter is Meter.EXPORT:
        return tuple(sun)
    wall = _wall_clock_shape(meter, habit, month)
    if not solar or meter is Meter.GAS:
        return tuple(wall[slot] for slot in slots)
    noon = 100 * max(sun) ** 3
    return tuple(
        wall[slot] * (noon - _OWN_SUN_PERCENT * light**3) // noon
        for slot, light in zip(slots, sun, strict=True)
    )


@lru_cache(maxsize=4096)
def day_shape(meter: Meter, habit: Habit, day: int, *, solar: bool) -> tuple[int, ...]:
    """The weights of the 46, 48 or 50 real half-hours of the civil ``day``, before chance."""
    month = calendar_date(day).month
    return _shape(meter, habit, month, local_half_hours(day), utc_half_hour_of_midnight(day), solar)


def may_export(day: int, slot: int) -> bool:
    """Whether the sun is up in the real half-hour ``slot`` of ``day``."""
    month = calendar_date(day).month
    return _sunlit(month, (utc_half_hour_of_midnight(day) + slot) % 48) > 0
