"""A home as its meters see it: registers, half-hours, power and voltage at any moment."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from typing import Final, NamedTuple

from gbsmart.devices.consumption.civil_time import EPOCH, HALF_HOUR, MINUTE, in_utc, locate
from gbsmart.devices.consumption.climate import splitmix64
from gbsmart.devices.consumption.profile import cumulative
from gbsmart.devices.consumption.shapes import Habit, Meter
from gbsmart.devices.consumption.traits import MICRO, Traits, traits_of
from gbsmart.ground import InvalidValue

_HALF_HOUR: Final = timedelta(minutes=30)
_NOMINAL_DECIVOLTS: Final = 2_400
_LEAST_DECIVOLTS: Final = 2_162
_MOST_DECIVOLTS: Final = 2_530
LEAST_VOLTS, MOST_VOLTS = ((each + 5) // 10 for each in (_LEAST_DECIVOLTS, _MOST_DECIVOLTS))
"""Between which a phase always is: a threshold beyond them is never passed."""
_PHASE_OFFSET_DECIVOLTS: Final = {1: 0, 2: -7, 3: 9}
_VOLTAGE_SAMPLES: Final = 6

# How the evening's load pulls the street's voltage down and the night lifts it, hour by hour, in 0.1 V.
_SAG_DECIVOLTS: Final = (
    14, 16, 18, 18, 16, 12, 4, -4, -6, -2, 0, 2, 2, 2, 0, -6, -16, -26, -28, -24, -16, -8, 0, 8,
)  # fmt: skip


class Register(Enum):
    """A register of the home's meters and the unit that it counts in.

    Reactive import follows active import at the home's own lag; reactive export is a small steady lead.
    """

    ACTIVE_IMPORT = "Wh"
    ACTIVE_EXPORT = "Wh exported"
    REACTIVE_IMPORT = "varh"
    REACTIVE_EXPORT = "varh exported"
    GAS_VOLUME = "dm3"


class HalfHour(NamedTuple):
    """One entry of a profile data log: what a register counted in a half-hour."""

    start: datetime
    amount: int


def log_entries(reads: Callable[[datetime], int], at: datetime, end: datetime) -> Iterator[HalfHour]:
    """The half-hours from ``at`` on that are over by ``end``, by what a register reads."""
    if at + _HALF_HOUR > end:
        return
    before = reads(at)
    while (after := at + _HALF_HOUR) <= end:
        reading = reads(after)
        yield HalfHour(at, reading - before)
        at, before = after, reading


@dataclass(frozen=True, slots=True)
class Home:
    """The home of ``seed``: the same home for ever, on every machine.

    ``seed`` is an unsigned 64-bit number, so the Device ID of a meter serves. ``solar_wp`` is the peak
    power of its panels in W: nought for none, ``None`` to let the seed decide.

    Every moment is an aware datetime from 2010 to 2100; registers start from nought on 1 January 2010.

    :raises InvalidValue: the seed or the panels are out of range.
    """

    seed: int
    solar_wp: int | None = None
    traits: Traits = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "traits", traits_of(self.seed, self.solar_wp))

    @property
    def annual_electricity_wh(self) -> int:
        """The Wh of active import of a normal year."""
        return self.traits.annual_electricity_wh

    @property
    def annual_gas_wh(self) -> int:
        """The Wh of gas of a normal year."""
        return self.traits.annual_gas_wh

    @property
    def habit(self) -> Habit:
        """When its people are in, from Monday to Friday."""
        return self.traits.habit

    def register(self, register: Register, moment: datetime) -> int:
        """What ``register`` reads at ``moment``, in whole units of ``register.value``.

        :raises InvalidValue: ``moment`` has no time zone or is outside 2010 to 2100.
        """
        match register:
            case Register.ACTIVE_IMPORT:
                return cumulative(self.traits, Meter.ELECTRICITY, moment) // MICRO
            case Register.ACTIVE_EXPORT:
                return self._exported(moment) // MICRO
            case Register.REACTIVE_IMPORT:
                active = cumulative(self.traits, Meter.ELECTRICITY, moment)
                return active * self.traits.lag_permille // (1_000 * MICRO)
            case Register.REACTIVE_EXPORT:
                microseconds = (in_utc(moment) - EPOCH) // timedelta(microseconds=1)
                return self.traits.lead_var * microseconds // (2 * HALF_HOUR)
            case Register.GAS_VOLUME:
                return cumulative(self.traits, Meter.GAS, moment) // MICRO

    def used(self, register: Register, start: datetime, end: datetime) -> int:
        """What ``register`` counts from ``start`` to ``end``: exactly additive over spans that meet.

        :raises InvalidValue: ``end`` is before ``start``, or as :meth:`register`.
        """
        start, end = in_utc(start), in_utc(end)
        if end < start:
            raise InvalidValue(f"{end} is before {start}", field="end")
        return self.register(register, end) - self.register(register, start)

    def electricity_wh(self, start: datetime, end: datetime) -> int:
        """The active import from ``start`` to ``end`` in Wh."""
        return self.used(Register.ACTIVE_IMPORT, start, end)

    def electricity_export_wh(self, start: datetime, end: datetime) -> int:
        """The active export from ``start`` to ``end`` in Wh: nought where there are no panels."""
        return self.used(Register.ACTIVE_EXPORT, start, end)

    def gas_litres(self, start: datetime, end: datetime) -> int:
        """The gas from ``start`` to ``end`` in litres (dm3, 0.001 m3)."""
        return self.used(Register.GAS_VOLUME, start, end)

    def half_hours(self, register: Register, start: datetime, end: datetime) -> Iterator[HalfHour]:
        """The entries of a profile data log from ``start`` (on a half-hour, UTC) up to ``end``.

        :raises InvalidValue: ``start`` is not on a half-hour, or as :meth:`register`.
        """
        at, end = in_utc(start), in_utc(end)
        if (at - EPOCH) % _HALF_HOUR:
            raise InvalidValue(f"{start} is not on a half-hour", field="start")
        return log_entries(lambda moment: self.register(register, moment), at, end)

    def import_power_w(self, moment: datetime) -> int:
        """The active power import in W: the mean over the minute of ``moment``."""
        return self._power(Meter.ELECTRICITY, moment)

    def export_power_w(self, moment: datetime) -> int:
        """The active power export in W: the mean over the minute of ``moment``."""
        return self._power(Meter.EXPORT, moment)

    def gas_flow_litres_per_hour(self, moment: datetime) -> int:
        """The flow of gas in litres an hour: the mean over the minute of ``moment``."""
        return self._power(Meter.GAS, moment)

    def voltage_decivolts(self, moment: datetime) -> int:
        """The RMS voltage in 0.1 V: steady within a minute, around 240 V, always within 216.2 to 253.0 V.

        (The Electricity Safety, Quality and Continuity Regulations 2002, regulation 27: 230 V +10 % -6 %.)
        """
        day, elapsed = locate(moment)
        minute = elapsed // MINUTE
        bits = splitmix64((self.seed ^ 0x7017_A6E0_0000_0000) + day * 1_500 + minute)
        street = splitmix64((self.seed ^ 0x57_4EE7_0000_0000) + day * 50 + elapsed // HALF_HOUR)
        sag = _SAG_DECIVOLTS[elapsed // (2 * HALF_HOUR) % 24]
        return (
            _NOMINAL_DECIVOLTS
            + self.traits.voltage_offset_decivolts
            + sag
            + (street % 21 - 10)
            + (bits % 13 - 6)
        )

    def mean_voltage_decivolts(self, start: datetime, end: datetime) -> int:
        """The average RMS voltage in 0.1 V over the minutes from ``start`` to ``end``, at most a day.

        :raises InvalidValue: the span is empty or longer than a day.
        """
        start, end = in_utc(start), in_utc(end)
        if not timedelta() < end - start <= timedelta(days=1):
            raise InvalidValue("the span is not between nought and a day", field="end")
        minutes = range(max(1, (end - start) // timedelta(minutes=1)))
        return sum(self.voltage_decivolts(start + timedelta(minutes=n)) for n in minutes) // len(minutes)

    def voltage(self, phase: int, moment: datetime, over: timedelta) -> int:
        """The average RMS voltage of a phase (1 to 3) in V over the time up to ``moment``.

        Taken from six moments of it, which differ as much as all of them do. The phases of a street differ by
        the same few tenths all the time.

        :raises InvalidValue: as :func:`in_utc`.
        """
        step = over / _VOLTAGE_SAMPLES
        taken = [self.voltage_decivolts(moment - step * number) for number in range(_VOLTAGE_SAMPLES)]
        mean = sum(taken) // len(taken) + _PHASE_OFFSET_DECIVOLTS[phase]
        return (min(_MOST_DECIVOLTS, max(_LEAST_DECIVOLTS, mean)) + 5) // 10

    def _exported(self, moment: datetime) -> int:
        if self.traits.solar_wp:
            return cumulative(self.traits, Meter.EXPORT, moment)
        in_utc(moment)  # the same errors as for a home with panels
        return 0

    def _power(self, meter: Meter, moment: datetime) -> int:
        starts = in_utc(moment).replace(second=0, microsecond=0)
        ends = starts + timedelta(minutes=1)
        in_minute = cumulative(self.traits, meter, ends) - cumulative(self.traits, meter, starts)
        return in_minute * 60 // MICRO
