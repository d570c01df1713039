"""What commands change on an electricity meter beside its tariff: debts, loads, limits, logs, behaviours."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from gbsmart.devices import Supply, boost
from gbsmart.devices.consumption import Register
from gbsmart.gbcs.days import WEEKDAYS
from gbsmart.gbcs.gbz.zcl import write_time
from gbsmart.ground import NEVER, NOW, DayMonth, InvalidValue

from .test_prepayment import CUT_OFF, Fuel, until
from .town import LOAD_CONTROLLER, NETWORK_OPERATOR, START, SUPPLIER, Town, town_with

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
SUSPENDED = 0x8F83
LIMIT_PASSED, ARMED_BY_LIMIT, ENABLED_AGAIN = 0x8F01, 0x8F33, 0x8F34
EVERY_DAY, NO_DATE = "1111111", DayMonth()


class Meter(Fuel):
    """The electricity meter of a town."""

    def __init__(self, town: Town | None = None) -> None:
        super().__init__(town or Town(), electricity=True)

    def value(self, use_case: str, name: str, **values: Any) -> Any:
        """One value of a reading that succeeds."""
        outcome = self.ask(use_case, **values)
        assert outcome.success, outcome
        return outcome.values[name]

    def log(self, use_case: str, name: str) -> list[Any]:
        """A log, from two days before the town's beginning on."""
        rows: list[Any] = self.value(
            use_case, name, read_log_period={"start": START - 2 * DAY, "end": self.town.clock.now() + HOUR}
        )
        return rows

    def wait(self, span: timedelta) -> list[int]:
        """Let time pass; the codes of the alerts that it brought."""
        return [code for code, _ in until(self, self.town.clock.now() + span)]


@pytest.fixture
def meter() -> Meter:
    return Meter()


def debts(meter: Meter) -> tuple[int, int, int]:
    held = meter.ask("ECS19").values["prepayment_balances"]
    return held["time_debt_register_1"], held["time_debt_register_2"], held["payment_debt_register"]


NO_RATE = {"scale": -5, "charge": 0}
RECOVERY = {
    "debt_recovery_rate_1": NO_RATE, "debt_recovery_rate_2": NO_RATE, "debt_recovery_per_payment": 0,
    "debt_recovery_period_1": 86_400, "debt_recovery_period_2": 3_600,
    "payment_debt_register": 0, "time_debt_register_1": 0, "time_debt_register_2": 0,
}  # fmt: skip


# --- debts and credit ---


def test_debts_are_recovered_by_time_and_by_payments(meter: Meter) -> None:
    meter.prepayment()
    meter.adjust(10_000_000)
    assert meter.ask(
        "ECS07",
        **{
            **RECOVERY, "debt_recovery_rate_1": {"scale": -4, "charge": 5_000},  # 50 p a day
            "debt_recovery_per_payment": 2_500, "payment_debt_register": 400_000,
            "time_debt_register_1": 1_000_000, "time_debt_register_2": 7_000,
        },
    ).success  # fmt: skip
    assert debts(meter) == (1_000_000, 7_000, 400_000)
    meter.wait(2 * DAY)
    assert debts(meter) == (900_000, 7_000, 400_000)
    before, *_ = meter.read()
    meter.top_up(1, pence=1_000)
    after, *_ = meter.read()
    assert debts(meter)[2] == 400_000 - 250_000  # a quarter of ten pounds
    assert 0 < after - before <= 750_000


def test_payments_recover_no_more_in_a_week_than_the_cap(meter: Meter) -> None:
    meter.prepayment()
    meter.ask("ECS08a", **{**spared(), "debt_recovery_rate_cap": 3})
    meter.ask("ECS07", **{**RECOVERY, "debt_recovery_per_payment": 5_000, "payment_debt_register": 900_000})
    meter.top_up(1, pence=1_000)
    assert debts(meter)[2] == 600_000
    meter.top_up(2, pence=1_000)
    assert debts(meter)[2] == 600_000
    meter.wait(8 * DAY)
    meter.top_up(3, pence=1_000)
    assert debts(meter)[2] == 300_000


def test_a_debt_is_never_less_than_nothing(meter: Meter) -> None:
    meter.prepayment()
    meter.ask("ECS07", **{**RECOVERY, "time_debt_register_1": -5})
    assert debts(meter) == (0, 0, 0)


def test_emergency_credit_is_lent_on_a_command_where_it_is_offered(meter: Meter) -> None:
    meter.prepayment()
    meter.adjust(10_000_000)
    assert not meter.ask("ECS09").success
    meter.reset()
    meter.adjust(50_000)
    assert meter.ask("ECS09").success
    assert meter.read()[1] == 500_000


def spared(*turns: tuple[str, time]) -> dict[str, Any]:
    """A non-disablement calendar of every day."""
    return {
        "non_disablement_special_days": [], "max_meter_balance": 0, "max_credit_threshold": 0,
        "debt_recovery_rate_cap": 0, "debt_recovery_rate_cap_period": 604_800,
        "low_credit_threshold": 0, "emergency_credit_limit": 0, "emergency_credit_threshold": 0,
        "execution_date_time": NOW,
        "non_disablement_schedule": [
            {
                "action": action, "time": at, "days_of_week": EVERY_DAY, "special_days": "",
                "start": NO_DATE, "end": NO_DATE,
            }
            for action, at in turns
        ],
    }  # fmt: skip


def test_a_supply_without_credit_is_disabled_when_the_friendly_hours_are_over(meter: Meter) -> None:
    friendly = spared(("START", time(10, tzinfo=UTC)), ("STOP", time(17, tzinfo=UTC)))
    assert meter.ask("ECS08a", **friendly).success
    meter.reset()
    meter.prepayment()
    meter.adjust(-1_000)
    assert meter.supply is Supply.ON
    assert CUT_OFF not in meter.wait(4 * HOUR)
    assert meter.supply is Supply.ON
    assert CUT_OFF in meter.wait(HOUR)  # the town begins at ten past twelve
    assert meter.supply is Supply.OFF


# --- blocks ---


def test_each_block_of_a_tariff_has_its_price(meter: Meter) -> None:
    """One TOU with blocks up to 3,000 and 8,000 Wh, at 10, 20 and 40 p/kWh."""
    limits = [3_000, 8_000, 0xFFFFFFFF]
    meter.adjust(100_000_000)
    meter.prepayment()
    table = {
        "seasons": [{"name": "S", "start": DayMonth(month=1, day=1), "week": 1}],
        "weeks": [{"week": 1, **dict.fromkeys(WEEKDAYS, 1)}],
        "days": [{"day": 1, "schedule": [{"start": time(0, tzinfo=UTC), "action": 101}]}],
        "special_days": [], "currency_is_gbp": True,
        **{f"thresholds_{number}": limits for number in range(1, 9)},
        "standing_charge": {"scale": -5, "charge": 0},
        "import_tariff": {"scale": -5, "prices": {0xA1: 10_000, 0xB1: 20_000, 0xC1: 32_000}},
        "execution_date_time": NOW,
    }  # fmt: skip
    assert meter.ask("ECS01a", **table).success
    assert meter.value("ECS24", "active_tariff_price") == 10_000
    before, *_ = meter.read()
    home = meter.town.street.device(meter.device).state
    meter.wait(3 * DAY)
    used = home.reads(Register.ACTIVE_IMPORT, START + 3 * DAY) - home.reads(Register.ACTIVE_IMPORT, START)
    assert used > 8_000
    after, *_ = meter.read()
    wanted = (3_000 * 10_000 + 5_000 * 20_000 + (used - 8_000) * 32_000) // 1_000
    # a price changes at the second in which a block is passed, so a little of it is charged at the other
    assert abs((before - after) - wanted) < 20
    assert meter.value("ECS24", "active_tariff_price") == 32_000
    counted = meter.value("ECS17e", "tariff_block_registers")
    assert [counted[f"block_{number}"][0] for number in range(1, 5)] == [3_000, 5_000, used - 8_000, 0]
    assert meter.ask("ECS05").success
    assert meter.value("ECS24", "active_tariff_price") == 10_000


# --- loads ---


def switches(meter: Meter) -> list[bool]:
    held = meter.ask("ECS61a").values
    return [held[f"auxiliary_load_control_switch_{number}_state"] for number in range(1, 6)]


def test_a_load_is_switched_for_some_minutes_and_returns_to_its_calendar() -> None:
    meter = Meter(town_with("ECS47Activate"))
    assert switches(meter) == [False] * 5
    assert meter.ask("ECS47Activate", controller=2, duration=30).success
    assert switches(meter) == [False, True, False, False, False]
    meter.wait(timedelta(minutes=31))
    assert switches(meter) == [False] * 5
    meter.ask("ECS47Activate", controller=1, duration=600)
    meter.ask("ECS47Reset", controller=1)
    assert switches(meter) == [False] * 5
    switched = [row["switch_number_and_action"] for row in meter.log("ECS35f", "auxiliary_controller_log")]
    assert switched == [0x0211, 0x0111, 0x0120]  # the words of the commands, as in the test messages


def test_the_calendar_of_auxiliary_loads_switches_them() -> None:
    meter = Meter(town_with("ECS46c"))

    def entry(at: int, on: bool) -> dict[str, Any]:
        return {
            "action": {"controller": 1, "switch_on": on}, "time": time(at, tzinfo=UTC),
            "days_of_week": EVERY_DAY, "special_days": "", "start": NO_DATE, "end": NO_DATE,
        }  # fmt: skip

    meter.ask(
        "ECS46c", auxiliary_special_days=[], auxiliary_schedule=[entry(9, True), entry(15, False)],
        execution_date_time=NOW,
    )  # fmt: skip
    assert switches(meter)[0] is True
    meter.wait(4 * HOUR)
    assert switches(meter)[0] is False


def test_a_level_is_commanded_between_two_moments_and_limited(meter: Meter) -> None:
    def told(use_case: str, level: int, start: Any = NOW, end: Any = None) -> Any:
        meter.counter += 1
        values = {
            "controller": 1, "start_date_time": start, "end_date_time": end or START + 2 * HOUR,
            "commanded_state_level": level, "input_from_controlled_load": False,
        }  # fmt: skip
        sender = SUPPLIER if use_case == "ECS47a" else LOAD_CONTROLLER
        return meter.town.ask(use_case, values, meter.device, meter.counter, sender)

    def state() -> Any:
        return meter.value("ECS61e", "auxiliary_controller_1_state_and_associated_information")

    assert told("ECS47a", 80).success
    assert state() == '{"outputState": 80, "inputState": 0}'
    assert told("ECS47e", 30).success
    assert state() == '{"outputState": 30, "inputState": 0}'
    assert told("ECS47e", 30, NEVER, NEVER).success
    assert state() == '{"outputState": 80, "inputState": 0}'
    meter.wait(3 * HOUR)
    assert state() == '{"outputState": 0, "inputState": 0}'


def test_a_limit_is_told_when_it_begins_and_when_it_ends(meter: Meter) -> None:
    values = {
        "controller": 1, "start_date_time": NOW, "end_date_time": START + HOUR,
        "commanded_state_level": 30, "input_from_controlled_load": False,
    }  # fmt: skip
    command = meter.town.command("ECS47e", values, meter.device, 1, LOAD_CONTROLLER)
    (reaction,) = meter.town.give((meter.device, command))
    (limited,) = [meter.town.read(each) for each in reaction.alerts]
    assert (limited["alert_code"], limited["controller"], limited["level"]) == (0x8F86, 0x11, 30)
    assert meter.wait(2 * HOUR) == [0x8F87]


def test_the_boost_button_switches_on_what_the_supplier_says() -> None:
    meter = Meter(Town(variant="ADE", gbcs_version="3.2"))  # later ones know levels, not switches

    def press() -> bool:
        with meter.town.street.store.transaction() as connection:
            action = boost(timedelta(minutes=45))
            done, _ = meter.town.street.perform(connection, meter.device, action, meter.town.clock.now())
        meter.town.street.committed()
        return done

    assert not press()
    meter.ask("ECS62", boost_function_control_2=True)
    assert press()
    assert switches(meter) == [False, True, False, False, False]
    start = write_time(START)
    assert meter.log("ECS61c", "boost_function_event_log") == [
        {"boost_start": start, "boost_end": start + 45 * 60}
    ]
    meter.wait(HOUR)
    assert switches(meter) == [False] * 5


def test_a_meter_without_a_boost_button_says_so(meter: Meter) -> None:
    assert (
        meter.value(
            "ECS61c", "boost_function_availability", read_log_period={"start": START - DAY, "end": START}
        )
        is False
    )
    with meter.town.street.store.transaction() as connection, pytest.raises(InvalidValue, match="no boost"):
        meter.town.street.perform(connection, meter.device, boost(HOUR), START)


# --- the load limit ---


def test_a_home_that_draws_more_than_its_limit_is_cut_off_for_a_while(meter: Meter) -> None:
    assert meter.ask(
        "ECS28a", load_limit_disables_supply=True, load_limit_power_threshold=1, load_limit_period=60,
        load_limit_restoration_period=600, execution_date_time=NOW,
    ).success  # fmt: skip
    told = meter.wait(timedelta(minutes=25))
    assert told[:2] == [LIMIT_PASSED, ARMED_BY_LIMIT]
    assert meter.supply is Supply.ARMED
    assert ENABLED_AGAIN in meter.wait(timedelta(minutes=11))
    assert meter.supply is Supply.ON
    assert meter.value("ECS27", "load_limit_counter") == 1
    assert meter.ask("ECS28b").success
    assert meter.value("ECS27", "load_limit_counter") == 0


# --- registers ---


def test_the_tariff_registers_hold_what_was_imported(meter: Meter) -> None:
    home = meter.town.street.device(meter.device).state
    meter.wait(DAY)
    now = meter.town.clock.now()
    matrix = meter.value("ECS17d", "tariff_tou_registers")["tou"]
    assert sum(matrix) == home.reads(Register.ACTIVE_IMPORT, now)


def test_a_twin_element_meter_has_a_register_for_its_second_element() -> None:
    twin = Meter(Town(variant="B"))
    read = twin.value("ECS17b", "import_registers")
    assert read["secondary_active_import"] == read["active_import"] // 4
    assert sum(twin.value("ECS17d", "tariff_tou_registers")["secondary_tou"]) == read["active_import"] // 4


def test_the_highest_half_hour_is_kept_until_it_is_reset(meter: Meter) -> None:
    def highest() -> int:
        found = meter.town.ask("ECS18b", {}, meter.device, meter.counter + 500, NETWORK_OPERATOR)
        meter.counter += 1
        value: int = found.values["max_demand_active_energy_import"]
        return value

    assert highest() > 0
    outcome = meter.town.ask(
        "ECS57", {"reset_maximum_demand_import": True}, meter.device, meter.counter + 500, NETWORK_OPERATOR
    )
    assert outcome.success
    meter.counter += 1
    assert highest() == 0


# --- logs and behaviours ---


def test_the_event_log_tells_what_was_done_and_can_be_cleared(meter: Meter) -> None:
    meter.ask("ECS38", randomised_offset_limit=0)
    codes = [row["code"] for row in meter.log("ECS35a", "event_log")]
    assert codes == [0x8154]
    cleared = START + timedelta(minutes=1)
    meter.town.clock.set(cleared)
    assert meter.ask("ECS15a").success
    (row,) = meter.log("ECS35a", "event_log")  # the command that cleared it
    assert row["time"] == write_time(cleared)
    assert [row["code"] for row in meter.log("ECS35b", "security_log")] == [0x8F52]


def test_a_full_log_has_lost_its_oldest_entries(meter: Meter) -> None:
    for _ in range(103):
        meter.ask("ECS38", randomised_offset_limit=0)
    assert len(meter.log("ECS35a", "event_log")) == 100


def test_a_supplier_chooses_of_which_events_it_is_told(meter: Meter) -> None:
    told = meter.value("ECS25r1", "supplier_wan_alerts")
    assert 0x810D in told
    assert meter.ask("ECS25a", supplier_wan_alerts_changes={0x810D: False}).success
    assert 0x810D not in meter.value("ECS25r1", "supplier_wan_alerts")
    assert len(meter.value("ECS25r1", "supplier_wan_alerts")) == len(told) - 1


def test_an_event_that_nobody_wants_to_hear_of_is_neither_told_nor_logged(meter: Meter) -> None:
    assert meter.ask("ECS25a", supplier_wan_alerts_changes={0x8119: False}).success
    assert meter.ask("ECS25a3", supplier_logging_changes={0x8154: False}).success
    before = len(meter.log("ECS35a", "event_log"))
    meter.reset()
    meter.adjust(2_000)
    meter.prepayment()
    meter.top_up(50, 100)
    assert 0x8119 not in meter.wait(2 * HOUR)
    meter.counter = 60 << 32
    entries = meter.log("ECS35a", "event_log")
    assert 0x8154 not in [row["code"] for row in entries[before:]]


# --- the clock ---


def test_the_clock_is_set_within_the_range_that_is_given(meter: Meter) -> None:
    inside = {"start": START - HOUR, "end": START + HOUR}
    outcome = meter.ask("ECS70", valid_time_range=inside)
    assert outcome.success
    assert (outcome.values["device_time"], outcome.values["time_status"]) == (START, 0)
    outside = {"start": datetime(2019, 1, 1, tzinfo=UTC), "end": datetime(2019, 2, 1, tzinfo=UTC)}
    assert not meter.ask("ECS70", valid_time_range=outside).success


def test_who_sends_them_matters(meter: Meter) -> None:
    command = meter.town.command("ECS38", {"randomised_offset_limit": 0}, meter.device, 1, NETWORK_OPERATOR)
    (reaction,) = meter.town.give((meter.device, command))
    assert reaction.response is None
    assert SUPPLIER != NETWORK_OPERATOR
