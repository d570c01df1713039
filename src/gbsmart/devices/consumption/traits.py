"""What a seed decides about a home, once: how much it uses, when, and on what roof."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Final, NamedTuple, TypeVar

from gbsmart.devices.consumption.climate import NORMAL_DEGREE_DAYS, YEAR_SPREAD_PERMILLE
from gbsmart.devices.consumption.shapes import Habit, Meter
from gbsmart.devices.consumption.units import litres_from_wh
from gbsmart.ground import InvalidValue

MICRO: Final = 1_000_000

_Choice = TypeVar("_Choice")


class TypicalRange(NamedTuple):
    """Low, medium and high annual use in Wh, and how far one year may stray from the long run."""

    low: int
    medium: int
    high: int
    margin_permille: int

    def quantile(self, chance: int) -> int:
        """The annual Wh of a home ``chance`` / 2**32 of the way through the homes of Britain.

        Half the homes lie on each side of the medium, evenly. The ends are drawn in by the margin, so
        that no single year of any home leaves the published range.
        """
        low = self.low * (1_000 + self.margin_permille) // 1_000
        high = self.high * (1_000 - self.margin_permille) // 1_000
        half = 1 << 31
        if chance < half:
            return low + (self.medium - low) * chance // half
        return self.medium + (high - self.medium) * (chance - half) // half


TYPICAL: Final = {
    # Ofgem's Typical Domestic Consumption Values of October 2023.
    Meter.ELECTRICITY: TypicalRange(1_800_000, 2_700_000, 4_100_000, 12),
    Meter.GAS: TypicalRange(7_500_000, 11_500_000, 17_000_000, YEAR_SPREAD_PERMILLE + 10),
}

# All of these are assumed: plausible spreads, chosen so that the seasons come out as they do in GB.
_HEAT_SHARE_PERMILLE: Final = {Meter.ELECTRICITY: (80, 150), Meter.GAS: (740, 850)}
_WEEKEND_UPLIFT_PERMILLE: Final = {Meter.ELECTRICITY: (0, 160), Meter.GAS: (0, 120)}
_AWAY_DAYS: Final = (0, 0, 7, 7, 10, 14)
_HABITS: Final = (Habit.OUT_BY_DAY, Habit.OUT_BY_DAY, Habit.AT_HOME, Habit.AT_HOME, Habit.UP_LATE)
_SOLAR_HOMES_PERMILLE: Final = 60
_SOLAR_WP: Final = (1_500, 4_000)
_EXPORTED_PERMILLE: Final = (350, 550)
_LAG_PERMILLE: Final = (120, 330)  # reactive import per active import
_LEAD_VAR: Final = (4, 18)  # what filters and idle electronics give back all day
_VOLTAGE_OFFSET_DECIVOLTS: Final = (-40, 40)

_DAYS_PER_YEAR: Final = (1_461, 4)


class Rates(NamedTuple):
    """What one meter counts, in millionths of its unit, for each of what drives it."""

    per_day: int
    per_weekend_day: int
    per_degree_day: int
    per_sun: int


@dataclass(frozen=True, slots=True)
class Traits:
    """The fixed facts of a home. Two homes of one seed and one roof are the same home."""

    seed: int
    solar_wp: int
    key: bytes = field(compare=False, repr=False)
    annual_electricity_wh: int = field(compare=False)
    annual_gas_wh: int = field(compare=False)
    habit: Habit = field(compare=False)
    away_days: int = field(compare=False)
    lag_permille: int = field(compare=False)
    lead_var: int = field(compare=False)
    voltage_offset_decivolts: int = field(compare=False)
    rates: dict[Meter, Rates] = field(compare=False, repr=False)


class _Draw:
    """Chances taken in a fixed order from the octets of one digest; a new one goes at the end."""

    def __init__(self, octets: bytes) -> None:
        self._octets = octets
        self._at = 0

    def chance(self) -> int:
        """The next 32 bits."""
        self._at += 4
        return int.from_bytes(self._octets[self._at - 4 : self._at], "big")

    def between(self, low: int, high: int) -> int:
        """A whole number from ``low`` to ``high``."""
        return low + (self.chance() * (high - low + 1) >> 32)

    def one_of(self, choices: tuple[_Choice, ...]) -> _Choice:
        """One of ``choices``."""
        return choices[self.between(0, len(choices) - 1)]


def _heated(draw: _Draw, meter: Meter, annual: int) -> Rates:
    """Rates that add up, over a normal year, to ``annual`` millionths of the meter's unit."""
    heat = annual * draw.between(*_HEAT_SHARE_PERMILLE[meter]) // 1_000
    days, of = _DAYS_PER_YEAR
    per_day = (annual - heat) * of // days
    uplift = per_day * draw.between(*_WEEKEND_UPLIFT_PERMILLE[meter]) // 1_000
    return Rates(per_day - uplift * 2 // 7, uplift, heat // NORMAL_DEGREE_DAYS, 0)


def traits_of(seed: int, solar_wp: int | None) -> Traits:
    """What ``seed`` (0 to 2**64 - 1; a Device ID will do) decides.

    ``solar_wp`` is the peak power of the panels in W; ``None`` lets the seed decide (six homes in a
    hundred have some).

    :raises InvalidValue: the seed is not an unsigned 64-bit number, or the panels are not 0 to 100 kW.
    """
    if not 0 <= seed < 1 << 64:
        raise InvalidValue(f"{seed} is not an unsigned 64-bit number", field="seed")
    if solar_wp is not None and not 0 <= solar_wp <= 100_000:
        raise InvalidValue(f"{solar_wp} W is not 0 to 100,000", field="solar_wp")
    seeded = seed.to_bytes(8, "big")
    draw = _Draw(hashlib.blake2b(seeded, digest_size=64, person=b"gbsmart home").digest())
    electricity = TYPICAL[Meter.ELECTRICITY].quantile(draw.chance())
    gas = TYPICAL[Meter.GAS].quantile(draw.chance())
    rates = {
        Meter.ELECTRICITY: _heated(draw, Meter.ELECTRICITY, electricity * MICRO),
        Meter.GAS: _heated(draw, Meter.GAS, litres_from_wh(gas * MICRO)),
    }
    habit = draw.one_of(_HABITS)
    away_days = draw.one_of(_AWAY_DAYS)
    lag = draw.between(*_LAG_PERMILLE)
    lead = draw.between(*_LEAD_VAR)
    offset = draw.between(*_VOLTAGE_OFFSET_DECIVOLTS)
    has_roof = draw.between(0, 999) < _SOLAR_HOMES_PERMILLE
    roof = draw.between(*_SOLAR_WP)
    exported = draw.between(*_EXPORTED_PERMILLE)
    peak = (roof if has_roof else 0) if solar_wp is None else solar_wp
    # mWh of sun per W, times W, times thousandths exported, is millionths of a Wh.
    rates[Meter.EXPORT] = Rates(0, 0, 0, peak * exported)
    return Traits(
        seed=seed,
        solar_wp=peak,
        key=hashlib.blake2b(seeded, digest_size=32, person=b"gbsmart chance").digest(),
        annual_electricity_wh=electricity,
        annual_gas_wh=gas,
        habit=habit,
        away_days=away_days,
        lag_permille=lag,
        lead_var=lead,
        voltage_offset_decivolts=offset,
        rates=rates,
    )
