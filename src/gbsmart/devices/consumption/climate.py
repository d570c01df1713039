"""The weather that all emulated homes share: degree-days and sunshine, one sum per civil day.

Sums since the epoch are kept per year (two numbers a day, 2010 to 2101 at most), so any span costs two
look-ups. Monthly normals are rounded from public climate and solar-yield averages for central
England [assumed]; the spells of weather on top of them are a fixed sequence of hashes.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Final, NamedTuple

from gbsmart.devices.consumption.civil_time import EPOCH_ORDINAL, FIRST_YEAR, calendar_date

_MASK: Final = (1 << 64) - 1

# Mean air temperature of each month, January first, in thousandths of a degree Celsius.
_TEMPERATURE: Final = (
    4_700, 5_000, 6_700, 9_000, 12_000, 14_800, 16_800, 16_500, 14_100, 10_800, 7_400, 4_900,
)  # fmt: skip
# Mean daily yield of solar panels in each month, in mWh per W of peak power: about 900 Wh/W in a year.
_SUN: Final = (
    810, 1_500, 2_480, 3_530, 3_900, 4_000, 3_900, 3_390, 2_670, 1_710, 970, 650,
)  # fmt: skip
_HEATING_BASE: Final = 14_000  # people light the boiler below a daily mean of 14 degrees
_SPELL_DAYS: Final = 6

NORMAL_DEGREE_DAYS: Final = 1_700_000
"""Degree-days of a normal year, in thousandths of a degree."""

YEAR_SPREAD_PERMILLE: Final = 20
"""How far a mild or a harsh year lies from the normal one."""


def splitmix64(value: int) -> int:
    """The SplitMix64 mix of ``value``: 64 well-mixed bits, the same on every machine."""
    value = (value + 0x9E3779B97F4A7C15) & _MASK
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & _MASK
    return value ^ (value >> 31)


class Climate(NamedTuple):
    """One year's sums since the epoch, at the start of each of its days and at its end."""

    first_day: int
    degree_days: tuple[int, ...]
    sun: tuple[int, ...]


def _interpolated(months: tuple[int, ...], day: date) -> int:
    """The normal of ``day``, on the line between the middles of two months."""
    if day.day < 15:
        before, after, along = day.month - 2, day.month - 1, day.day + 15
    else:
        before, after, along = day.month - 1, day.month % 12, min(day.day - 15, 30)
    return (months[before] * (30 - along) + months[after] * along) // 30


def _bell(bits: int, octets: int) -> int:
    """A bell-shaped value around nought: the sum of ``octets`` octets of ``bits`` less its mean, doubled."""
    return 2 * sum(bits.to_bytes(8, "big")[:octets]) - 255 * octets


def _anomaly(day: int) -> int:
    """How much warmer than normal ``day`` is, in thousandths of a degree: spells, and a daily swing."""
    knot, along = divmod(day, _SPELL_DAYS)
    here, there = (_bell(splitmix64(0x5E11_0000_0000 + k), 4) for k in (knot, knot + 1))
    spell = (here * (_SPELL_DAYS - along) + there * along) * 8 // _SPELL_DAYS
    return spell + 4 * _bell(splitmix64(0xDA11_0000_0000 + day), 2)


def _degree_days(day: int) -> int:
    return max(0, _HEATING_BASE - _interpolated(_TEMPERATURE, calendar_date(day)) - _anomaly(day))


def _sunshine(day: int) -> int:
    """The yield of ``day`` in mWh per W of peak power: on average the normal, more often clear than dull."""
    bits = splitmix64(0x5C11_0000_0000 + day)
    clearness = 150 + max(bits % 1_276, (bits >> 32) % 1_276)
    return _interpolated(_SUN, calendar_date(day)) * clearness // 1_000


@lru_cache(maxsize=128)
def climate(year: int) -> Climate:
    """The sums of ``year``. The first call for a late year also computes those before it."""
    first = date(year, 1, 1).toordinal() - EPOCH_ORDINAL
    days = range(first, date(year + 1, 1, 1).toordinal() - EPOCH_ORDINAL)
    warm, sun = 0, 0
    if year > FIRST_YEAR:
        before = climate(year - 1)
        warm, sun = before.degree_days[-1], before.sun[-1]
    spread = splitmix64(0x4EA4_0000_0000 + year) % (2 * YEAR_SPREAD_PERMILLE + 1) - YEAR_SPREAD_PERMILLE
    total = NORMAL_DEGREE_DAYS * (1_000 + spread) // 1_000
    raw = _running([_degree_days(day) for day in days])
    return Climate(
        first,
        tuple(warm + part * total // raw[-1] for part in raw),
        tuple(sun + part for part in _running([_sunshine(day) for day in days])),
    )


def _running(values: list[int]) -> list[int]:
    sums = [0]
    for value in values:
        sums.append(sums[-1] + value)
    return sums
