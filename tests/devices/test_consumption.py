"""A home's consumption: additive to the Wh, seasonal, peaked in the evening, and the same for ever."""

from __future__ import annotations

import doctest
import statistics
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gbsmart.devices import consumption
from gbsmart.devices.consumption import Home, Register, litres_from_wh, wh_from_litres
from gbsmart.devices.consumption.civil_time import (
    EPOCH,
    HORIZON,
    local_half_hours,
    locate,
    weekend_days_before,
)
from gbsmart.devices.consumption.climate import climate
from gbsmart.ground import InvalidValue

LONDON = ZoneInfo("Europe/London")
HALF_HOUR = timedelta(minutes=30)
BOTH_FUELS = pytest.mark.parametrize("register", [Register.ACTIVE_IMPORT, Register.GAS_VOLUME])

seeds = st.integers(0, 2**64 - 1)
moments = st.datetimes(EPOCH.replace(tzinfo=None), HORIZON.replace(tzinfo=None), timezones=st.just(UTC))
homes = st.builds(Home, seeds, st.sampled_from([None, 0, 3_600]))


def utc(year: int, month: int = 1, day: int = 1, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


def local(day: date, hour: float = 0) -> datetime:
    """``hour`` o'clock on ``day`` in London, in UTC."""
    whole = int(hour)
    wall = datetime(day.year, day.month, day.day, whole, int(60 * (hour - whole)), tzinfo=LONDON)
    return wall.astimezone(UTC)


@pytest.fixture(scope="module", autouse=True)
def _weather_of_the_century() -> None:
    """Computed once, so that no example pays for it."""
    climate(2101)


@cache
def thousand_homes() -> tuple[Home, ...]:
    return tuple(Home(seed) for seed in range(1_000))


def daily_mean(home: Home, register: Register, start: datetime, end: datetime) -> float:
    return home.used(register, start, end) / ((end - start) / timedelta(days=1))


def winter_to_summer(home: Home, register: Register, year: int) -> float:
    """The daily mean of December to February over that of the June to August that follow."""
    winter = daily_mean(home, register, utc(year - 1, 12), utc(year, 3))
    return winter / daily_mean(home, register, utc(year, 6), utc(year, 9))


class TestRegisters:
    @given(homes, st.sampled_from(Register), st.tuples(moments, moments, moments))
    def test_spans_that_meet_add_up_exactly(
        self, home: Home, register: Register, times: tuple[datetime, datetime, datetime]
    ) -> None:
        a, b, c = sorted(times)
        assert home.used(register, a, b) + home.used(register, b, c) == home.used(register, a, c)

    @given(
        homes,
        st.sampled_from(Register),
        moments,
        st.timedeltas(timedelta(0), timedelta(hours=1)),
    )
    def test_they_never_run_back(
        self, home: Home, register: Register, start: datetime, step: timedelta
    ) -> None:
        assert home.used(register, start, min(start + step, HORIZON)) >= 0

    @pytest.mark.parametrize("register", Register)
    def test_they_start_from_nought_and_fit_in_32_bits_for_ninety_years(self, register: Register) -> None:
        for home in thousand_homes()[:50]:
            assert home.register(register, EPOCH) == 0
            assert home.register(register, HORIZON) < 2**32

    def test_they_count_without_a_jump_at_any_second_of_two_days(self) -> None:
        home = Home(3, solar_wp=4_000)
        readings = [
            home.register(Register.ACTIVE_IMPORT, utc(2026, 3, 28, 12) + timedelta(seconds=10 * n))
            for n in range(2 * 8_640)
        ]
        steps = [b - a for a, b in pairwise(readings)]
        assert min(steps) >= 0
        assert max(steps) <= 64  # 23 kW, the fuse of a home, is 64 Wh in ten seconds

    def test_half_hours_are_the_differences_of_the_register(self) -> None:
        home, start, end = Home(11), utc(2026, 10, 24), utc(2026, 10, 27)
        entries = list(home.half_hours(Register.ACTIVE_IMPORT, start, end))
        assert len(entries) == 3 * 48
        assert [entry.start for entry in entries] == [start + n * HALF_HOUR for n in range(144)]
        assert sum(entry.amount for entry in entries) == home.electricity_wh(start, end)
        assert entries[30].amount == home.electricity_wh(start + 30 * HALF_HOUR, start + 31 * HALF_HOUR)

    def test_a_moment_is_the_same_in_every_time_zone(self) -> None:
        home, moment = Home(5), utc(2026, 7, 1, 12, 17)
        for register in Register:
            assert home.register(register, moment) == home.register(register, moment.astimezone(LONDON))

    def test_the_hour_that_comes_twice_is_told_apart(self) -> None:
        first = datetime(2026, 10, 25, 1, 30, tzinfo=LONDON)
        used = Home(5).electricity_wh(first, first.replace(fold=1))
        assert used == Home(5).electricity_wh(utc(2026, 10, 25, 0, 30), utc(2026, 10, 25, 1, 30)) > 0


class TestRefusals:
    @pytest.mark.parametrize("moment", [datetime(2026, 1, 1), utc(2009, 12, 31), utc(2101, 1, 2)])  # noqa: DTZ001
    @pytest.mark.parametrize("register", Register)
    def test_moments_without_a_zone_or_out_of_range(self, register: Register, moment: datetime) -> None:
        with pytest.raises(InvalidValue, match="moment"):
            Home(1).register(register, moment)

    def test_a_span_that_ends_before_it_starts(self) -> None:
        with pytest.raises(InvalidValue, match="end"):
            Home(1).electricity_wh(utc(2026, 1, 2), utc(2026))

    def test_a_profile_that_starts_between_half_hours(self) -> None:
        with pytest.raises(InvalidValue, match="start"):
            list(Home(1).half_hours(Register.GAS_VOLUME, utc(2026, 1, 1, 0, 7), utc(2026, 1, 2)))

    @pytest.mark.parametrize("seed", [-1, 2**64])
    def test_seeds_that_are_not_64_bits(self, seed: int) -> None:
        with pytest.raises(InvalidValue, match="seed"):
            Home(seed)


class TestTheSameHomeForEver:
    """These values are promises: a change here changes every recorded home."""

    @pytest.mark.parametrize(
        ("seed", "electricity_wh", "gas_wh", "habit", "solar_wp"),
        [
            (0, 2_396_465, 8_046_352, "at home", 0),
            (1, 3_211_705, 11_264_916, "at home", 0),
            (7, 3_550_114, 12_424_551, "up late", 0),
            (10, 4_039_995, 14_018_356, "up late", 0),
            (0x90B3D51F30010000, 3_231_522, 14_233_378, "out by day", 2_930),
            (0xFFFFFFFFFFFFFFFF, 2_579_877, 9_106_455, "at home", 0),
        ],
    )
    def test_traits(self, seed: int, electricity_wh: int, gas_wh: int, habit: str, solar_wp: int) -> None:
        home = Home(seed)
        assert home.annual_electricity_wh == electricity_wh
        assert home.annual_gas_wh == gas_wh
        assert home.habit.value == habit
        assert home.traits.solar_wp == solar_wp

    @pytest.mark.parametrize(
        ("seed", "moment", "readings"),
        [
            (1, utc(2010, 1, 2), (10_334, 1_220, 1_271, 168, 6_186)),
            (1, utc(2026, 1, 1), (51_400_810, 21_392_317, 6_322_299, 981_792, 16_087_314)),
            (1, utc(2026, 6, 15, 11, 59), (52_931_415, 22_051_065, 6_510_564, 1_009_595, 16_674_650)),
            (7, utc(2028, 2, 29, 18, 30), (64_566_170, 21_055_405, 16_399_807, 2_388_157, 20_293_243)),
            (
                0x90B3D51F30010000,
                utc(2026, 10, 25, 1, 15),
                (54_285_207, 25_942_348, 11_182_752, 1_179_082, 21_237_469),
            ),
            (
                0xFFFFFFFFFFFFFFFF,
                utc(2100, 12, 31, 23, 45),
                (234_754_985, 140_086_596, 77_469_145, 4_786_126, 73_833_029),
            ),
        ],
    )
    def test_registers(self, seed: int, moment: datetime, readings: tuple[int, ...]) -> None:
        home = Home(seed, solar_wp=3_600)
        assert tuple(home.register(register, moment) for register in Register) == readings

    def test_a_winter_day_by_half_hours(self) -> None:
        entries = Home(7).half_hours(Register.ACTIVE_IMPORT, utc(2026, 1, 5), utc(2026, 1, 6))
        assert [entry.amount for entry in entries] == [
            127, 197, 151, 112, 99, 82, 71, 105, 80, 95, 223, 136,
            137, 190, 141, 241, 472, 254, 156, 166, 155, 166, 234, 224,
            223, 108, 109, 156, 183, 253, 285, 315, 245, 341, 443, 461,
            550, 468, 315, 376, 364, 251, 206, 759, 219, 403, 257, 309,
        ]  # fmt: skip

    def test_power_and_voltage(self) -> None:
        home, at = Home(7), utc(2026, 1, 5, 18, 25)
        assert (home.import_power_w(at), home.gas_flow_litres_per_hour(at)) == (720, 342)
        assert [home.voltage_decivolts(at + timedelta(minutes=n)) for n in range(5)] == [
            2345,
            2347,
            2341,
            2350,
            2351,
        ]

    def test_the_order_of_questions_does_not_matter(self) -> None:
        late = [Home(9).register(Register.GAS_VOLUME, utc(year)) for year in range(2100, 2010, -1)]
        early = [Home(9).register(Register.GAS_VOLUME, utc(year)) for year in range(2011, 2101)]
        assert early == late[::-1]

    def test_the_example_in_the_documentation_is_true(self) -> None:
        assert doctest.testmod(consumption).failed == 0


class TestTheHomesOfBritain:
    def test_annual_electricity_spreads_over_the_published_range(self) -> None:
        totals = [home.electricity_wh(utc(2026), utc(2027)) / 1_000 for home in thousand_homes()]
        low, median, high = statistics.quantiles(totals, n=4)
        assert 1_800 <= min(totals) < 1_900
        assert 4_000 < max(totals) <= 4_100
        assert 2_150 < low < 2_350
        assert 2_600 < median < 2_800
        assert 3_250 < high < 3_550

    def test_annual_gas_spreads_over_the_published_range(self) -> None:
        totals = [wh_from_litres(home.gas_litres(utc(2026), utc(2027))) / 1_000 for home in thousand_homes()]
        low, median, high = statistics.quantiles(totals, n=4)
        assert 7_500 <= min(totals) < 8_000
        assert 16_200 < max(totals) <= 17_000
        assert 9_200 < low < 10_000
        assert 11_100 < median < 11_900
        assert 13_500 < high < 14_500

    @given(seeds, st.integers(2010, 2100))
    def test_no_year_of_any_home_leaves_the_range(self, seed: int, year: int) -> None:
        home, start, end = Home(seed), utc(year), utc(year + 1)
        assert 1_800_000 <= home.electricity_wh(start, end) <= 4_100_000
        assert 7_500_000 <= wh_from_litres(home.gas_litres(start, end)) <= 17_000_000

    def test_years_differ_as_their_weather_does(self) -> None:
        home = Home(1)
        years = [home.gas_litres(utc(year), utc(year + 1)) for year in range(2010, 2100)]
        assert statistics.mean(years) == pytest.approx(litres_from_wh(home.annual_gas_wh), rel=0.01)
        assert 0.005 < statistics.stdev(years) / statistics.mean(years) < 0.02

    def test_gas_in_winter_is_more_than_four_times_that_in_summer_in_every_home(self) -> None:
        ratios = [winter_to_summer(home, Register.GAS_VOLUME, 2026) for home in thousand_homes()]
        assert min(ratios) > 4
        assert max(ratios) < 14

    @given(seeds, st.integers(2011, 2100))
    def test_gas_in_winter_is_more_than_four_times_that_in_summer_in_every_year(
        self, seed: int, year: int
    ) -> None:
        assert winter_to_summer(Home(seed), Register.GAS_VOLUME, year) > 4

    def test_electricity_in_winter_is_about_a_third_more_than_in_summer(self) -> None:
        ratios = [winter_to_summer(home, Register.ACTIVE_IMPORT, 2026) for home in thousand_homes()]
        assert 1.25 < statistics.mean(ratios) < 1.4
        assert min(ratios) > 1.1

    def test_few_homes_export_and_those_mostly_in_summer(self) -> None:
        exports = [home.electricity_export_wh(utc(2026), utc(2027)) for home in thousand_homes()]
        assert 30 < sum(export > 0 for export in exports) < 90
        assert max(exports) < 2_500_000
        panels = Home(4, solar_wp=3_600)
        summer = panels.electricity_export_wh(utc(2026, 6), utc(2026, 9))
        assert summer > 3 * panels.electricity_export_wh(utc(2025, 12), utc(2026, 3)) > 0


class TestTheDay:
    @BOTH_FUELS
    @pytest.mark.parametrize(
        "first",
        [
            date(2026, 1, 5),
            date(2026, 3, 15),  # a fortnight before and after the clocks go forward
            date(2026, 3, 30),
            date(2026, 7, 6),
            date(2026, 10, 11),  # and back
            date(2026, 10, 26),
        ],
    )
    def test_the_evening_from_five_to_eight_is_the_peak(self, register: Register, first: date) -> None:
        """Over two weeks of every home: its three-hour block of 17:00 to 20:00, London time."""
        days = [first + timedelta(days=n) for n in range(14)]
        for home in thousand_homes()[:25]:
            blocks = {
                hour: sum(home.used(register, local(day, hour), local(day, hour + 3)) for day in days)
                for hour in (2, 5, 8, 11, 14, 17, 20)
            }
            assert max(blocks, key=blocks.__getitem__) == 17
            assert blocks[17] / (sum(blocks.values())) > 0.18

    def test_people_who_work_away_use_less_by_day_than_at_the_weekend(self) -> None:
        out = [home for home in thousand_homes() if home.habit.value == "out by day"][:30]
        monday, saturday = date(2026, 2, 2), date(2026, 2, 7)

        def noons(home: Home, first: date, days: int) -> float:
            dates = [first + timedelta(weeks=w, days=d) for w in range(8) for d in range(days)]
            return sum(home.electricity_wh(local(d, 10), local(d, 15)) for d in dates) / len(dates)

        weekdays = sum(noons(home, monday, 5) for home in out)
        assert 1.5 < sum(noons(home, saturday, 2) for home in out) / weekdays < 2.5

    def test_the_sun_does_not_shine_at_night(self) -> None:
        home = Home(4, solar_wp=3_600)
        assert home.electricity_export_wh(utc(2026, 6, 9, 22), utc(2026, 6, 10, 3)) == 0
        assert home.electricity_export_wh(utc(2026, 6, 10, 10), utc(2026, 6, 10, 14)) > 500

    def test_days_differ_but_none_is_empty(self) -> None:
        home = Home(2)
        days = [
            daily_mean(home, Register.ACTIVE_IMPORT, utc(2026, 2, n), utc(2026, 2, n + 1))
            for n in range(1, 28)
        ]
        assert 0.05 < statistics.stdev(days) / statistics.mean(days) < 0.3
        assert min(days) > 0.5 * statistics.mean(days)


class TestTheCalendar:
    @given(moments)
    def test_civil_days_agree_with_the_time_zone_database(self, moment: datetime) -> None:
        if moment.year > 2037:  # some databases stop there
            moment = moment.replace(year=2037, day=min(moment.day, 28))
        at = locate(moment)
        wall = moment.astimezone(LONDON)
        midnight = datetime(wall.year, wall.month, wall.day, tzinfo=LONDON).astimezone(UTC)
        assert at.day == (wall.date() - date(2010, 1, 1)).days
        assert timedelta(microseconds=at.microsecond) == moment - midnight

    @pytest.mark.parametrize(
        ("day", "half_hours"), [(date(2026, 3, 29), 46), (date(2026, 10, 25), 50), (date(2026, 6, 1), 48)]
    )
    def test_the_days_of_the_clock_changes(self, day: date, half_hours: int) -> None:
        slots = local_half_hours((day - date(2010, 1, 1)).days)
        start, end = local(day), local(day + timedelta(days=1))
        assert len(slots) == half_hours == (end - start) // HALF_HOUR
        for n, slot in enumerate(slots):
            wall = (start + n * HALF_HOUR).astimezone(LONDON)
            assert slot == wall.hour * 2 + wall.minute // 30
        for register in (Register.ACTIVE_IMPORT, Register.GAS_VOLUME):
            entries = list(Home(6).half_hours(register, start, end))
            assert len(entries) == half_hours
            assert all(entry.amount > 0 or register is Register.GAS_VOLUME for entry in entries)
            assert sum(entry.amount for entry in entries) == Home(6).used(register, start, end) > 0

    @BOTH_FUELS
    def test_a_leap_day_is_a_day_like_its_neighbours(self, register: Register) -> None:
        for home in thousand_homes()[:50]:
            leap = home.used(register, utc(2028, 2, 29), utc(2028, 3, 1))
            around = (
                home.used(register, utc(2028, 2, 22), utc(2028, 2, 29))
                + home.used(register, utc(2028, 3, 1), utc(2028, 3, 8))
            ) / 14
            assert 0.5 < leap / around < 1.9

    def test_weekend_days_are_counted(self) -> None:
        first = date(2010, 1, 1)
        counted = 0
        for day in range(800):
            assert weekend_days_before(day) == counted
            counted += (first + timedelta(days=day)).weekday() >= 5


class TestPower:
    @given(homes, moments)
    def test_power_is_what_the_register_gains_in_its_minute(self, home: Home, moment: datetime) -> None:
        minute = moment.replace(second=0, microsecond=0)
        if minute >= HORIZON:
            return
        gained = home.electricity_wh(minute, minute + timedelta(minutes=1)) * 60
        assert abs(home.import_power_w(moment) - gained) <= 60

    @given(homes, moments.filter(lambda moment: moment < HORIZON - timedelta(minutes=1)))
    def test_it_stays_below_the_fuse_and_never_runs_both_ways(self, home: Home, moment: datetime) -> None:
        imported, exported = home.import_power_w(moment), home.export_power_w(moment)
        assert 0 <= imported < 23_000
        assert 0 <= exported <= home.traits.solar_wp
        assert imported == 0 or exported == 0
        assert home.gas_flow_litres_per_hour(moment) < 6_000  # a U6 meter

    @given(homes, moments)
    def test_voltage_stays_within_the_statutory_limits(self, home: Home, moment: datetime) -> None:
        assert 2_162 <= home.voltage_decivolts(moment) <= 2_530

    def test_voltage_is_around_240_and_lower_in_the_evening(self) -> None:
        evening, night = (
            statistics.mean(
                home.mean_voltage_decivolts(local(date(2026, 1, 7), hour), local(date(2026, 1, 7), hour + 1))
                for home in thousand_homes()[:100]
            )
            for hour in (18, 3)
        )
        assert 2_350 < evening < night - 30 < 2_450

    def test_a_mean_voltage_needs_a_span_of_at_most_a_day(self) -> None:
        for end in (utc(2026), utc(2026, 1, 3)):
            with pytest.raises(InvalidValue, match="end"):
                Home(1).mean_voltage_decivolts(utc(2026), end)


class TestGasUnits:
    def test_a_cubic_metre_holds_about_eleven_and_a_quarter_kwh(self) -> None:
        assert wh_from_litres(1_000) == 11_220  # 39.5 x 1.02264 / 3.6 = 11.2206
        assert wh_from_litres(1_000, calorific_value=38_000, volume_correction=100_000) == 10_555

    @given(st.integers(0, 10**12))
    def test_there_and_back_loses_less_than_a_litre(self, wh: int) -> None:
        assert 0 <= wh - wh_from_litres(litres_from_wh(wh)) <= 12
