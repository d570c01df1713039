"""What a gas meter remembers and does beyond its tariff: logs, snapshots, tiers, blocks, friendly hours."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from gbsmart.devices import Supply, firmware, gas_events, identity, open_cover, restore_supply
from gbsmart.devices.consumption import Home, Register, wh_from_litres
from gbsmart.gbcs.utrn import ValueClass, make_utrn
from gbsmart.ground import NEVER, NOW, DayMonth

from .town import ACB, START, SUPPLIER, Town

EVENT = {"issuer_event_id": START}
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
OBEYED, NOT_OBEYED = 0x8161, 0x8162
ACTIONED, CLEARED, OFFERED, CUT_OFF, SUSPENDED = 0x8154, 0x8F52, 0x8119, 0x8F0F, 0x8F83
EVENT_LOG, SECURITY_LOG, METERS_EVENT_LOG, METERS_SECURITY_LOG = 3, 4, 6, 7
ALWAYS = {"start": START - DAY * 365, "end": START + DAY * 365}


class GasMeter:
    """The gas meter of a town, asked in its own use cases."""

    def __init__(self) -> None:
        self.town = Town()
        self.counter = 0

    def ask(self, use_case: str, *, proxy: bool = False, **values: Any) -> Any:
        self.counter += 1
        device = self.town.gpf if proxy else self.town.gsme
        return self.town.ask(use_case, {**EVENT, **values}, device, self.counter)

    def wait(self, time: timedelta) -> list[int]:
        """Let time pass; the alerts."""
        end = self.town.clock.now() + time
        said: list[int] = []
        while (due := self.town.street.next_due()) is not None and due <= end:
            self.town.clock.set(max(due, self.town.clock.now()))
            with self.town.street.store.transaction() as connection:
                alerts = self.town.street.activate(connection, self.town.clock.now())
            self.town.street.committed()
            said += [self.town.read(octets)["alert_code"] for _, octets in alerts]
        self.town.clock.set(end)
        return said

    def prepayment(self, balance: int) -> None:
        no = {"suspend_debt_disabled": False, "suspend_debt_emergency": False}
        assert self.ask("GCS40b").success
        assert self.ask("GCS40a", adjustment=balance).success
        assert self.ask("GCS03", debt_suspension=no, disablement_threshold=0, execution_date_time=NOW).success

    def top_up(self, number: int, pence: int) -> str:
        digits = make_utrn(self.town.outside, SUPPLIER, self.town.gsme, number << 32, pence, ValueClass.PENCE)
        assert self.town.ask("CS01b", {"utrn": digits}, self.town.gsme, number << 32).success
        return digits

    @property
    def home(self) -> Home:
        return Home(self.town.plans[0].seed)

    @property
    def supply(self) -> Supply:
        state: Supply = self.town.street.device(self.town.gsme).state.supply
        return state


@pytest.fixture
def meter() -> GasMeter:
    return GasMeter()


WEEK = dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"), 1)
CALENDAR = {
    "seasons": [{"start": DayMonth(month=1, day=1), "week": 1}],
    "weeks": [{"week": 1, **WEEK}],
    "special_days": [],
}


def tariff(*, blocks: bool, schedule: list[dict[str, int]], **values: Any) -> dict[str, Any]:
    return {
        **CALENDAR, "execution_date_time": NOW, "days": [{"day": 1, "schedule": schedule}],
        "block_tariff": blocks, "thresholds_in_use": 3 if blocks else 0, "currency": 826,
        "standing_charge": 0, "thresholds": None, **values,
    }  # fmt: skip


NIGHT_AND_DAY = tariff(
    blocks=False,
    schedule=[{"start": 0, "tier": 2}, {"start": 420, "tier": 1}],
    prices={1: 8_000, 2: 4_000, 3: 0, 4: 0},
)


# --- event logs ---


def entries(meter: GasMeter, name: str, log: int, **how: Any) -> list[tuple[int, int]]:
    found = meter.ask(name, log_id=log, **ALWAYS, **how).values
    return [(row["log_id"], row["log_code"]) for row in found.get("log_entries", [])]


def test_the_event_log_tells_which_commands_were_carried_out(meter: GasMeter) -> None:
    assert entries(meter, "CS10a", EVENT_LOG) == [], "none before this one"
    found = meter.ask("CS10a", log_id=EVENT_LOG, **ALWAYS).values["log_entries"]
    assert found == [
        {"log_id": 3, "log_code": ACTIONED, "timestamp": START, "other_information": b"\x00\x14"}
    ]


def test_the_proxy_has_the_meters_logs_beside_its_own(meter: GasMeter) -> None:
    meter.ask("GCS13a")
    meter.wait(HOUR)
    assert entries(meter, "CS10a", METERS_EVENT_LOG, proxy=True) == [(6, ACTIONED)]
    assert entries(meter, "CS10a", EVENT_LOG, proxy=True) == [(3, ACTIONED)]
    assert entries(meter, "CS10b", METERS_SECURITY_LOG, proxy=True) == []
    assert not meter.ask("CS10a", log_id=METERS_EVENT_LOG, **ALWAYS).success, "a meter has no other's log"


def test_a_cleared_event_log_begins_anew_and_the_security_log_says_so(meter: GasMeter) -> None:
    meter.ask("GCS13a")
    meter.wait(HOUR)
    assert meter.ask("CS11").values["cleared_event_logs"] == 1 << EVENT_LOG
    assert entries(meter, "CS10a", EVENT_LOG) == [(3, ACTIONED)], "that it was cleared is all that it says"
    assert entries(meter, "CS10b", SECURITY_LOG) == [(4, CLEARED)]


def test_a_full_log_forgets_its_oldest_entry(meter: GasMeter) -> None:
    for number in range(gas_events.ENTRIES + 5):
        meter.wait(timedelta(minutes=1))
        assert meter.ask("GCS46").success, number
    assert len(entries(meter, "CS10a", EVENT_LOG)) == gas_events.ENTRIES


def test_what_is_done_at_an_event_is_the_suppliers_choice(meter: GasMeter) -> None:
    before = meter.ask("GCS20r").values["event_settings"]
    silent = [{"event_configuration": 0, "event_codes": [ACTIONED, OFFERED]}]
    assert meter.ask("GCS20", event_settings=silent).success
    after = {
        row["event_code"]: row["event_configuration"] for row in meter.ask("GCS20r").values["event_settings"]
    }
    assert {row["event_code"] for row in before} == set(after)
    assert {code for code, how in after.items() if how == 0} == {ACTIONED, OFFERED}
    meter.wait(HOUR)
    logged = len(entries(meter, "CS10a", EVENT_LOG))
    assert len(entries(meter, "CS10a", EVENT_LOG)) == logged, "commands leave no entries any more"
    meter.prepayment(2_000)
    assert OFFERED not in meter.wait(DAY)
    assert not meter.ask(
        "GCS20", event_settings=[{"event_configuration": 0, "event_codes": [CUT_OFF]}]
    ).success


# --- prepayment ---


def test_emergency_credit_is_lent_where_it_is_offered(meter: GasMeter) -> None:
    assert not meter.ask("GCS06").success
    meter.prepayment(1_000)
    assert meter.ask("GCS06").success
    meter.wait(HOUR)
    assert meter.ask("GCS14").values["emergency_credit_remaining"] > 0
    assert not meter.ask("GCS06").success, "it is lent once"


def test_the_last_five_top_ups_are_told_newest_first(meter: GasMeter) -> None:
    meter.prepayment(0)
    made = []
    for number in range(1, 8):
        meter.wait(HOUR)
        made.append((meter.top_up(number, 100 * number), 100_000 * number))
    rows = meter.town.ask("GCS15e", {"start": START, "end": NEVER}, meter.town.gsme, 9 << 32).values[
        "log_entries"
    ]
    assert [(row["utrn"], row["amount"]) for row in rows] == list(reversed(made))[:5]
    later = {"start": meter.town.clock.now() + HOUR, "end": NEVER}
    assert "log_entries" not in meter.town.ask("GCS15e", later, meter.town.gsme, 10 << 32).values


def test_payments_recover_debt_up_to_a_cap(meter: GasMeter) -> None:
    meter.prepayment(0)
    assert meter.ask(
        "GCS04", time_debt_register_1=0, debt_recovery_rate_1=0, debt_recovery_rate_period_1=1,
        time_debt_register_2=0, debt_recovery_rate_2=0, debt_recovery_rate_period_2=1,
        payment_debt_register=1_000_000, debt_recovery_per_payment=5_000,
    ).success  # fmt: skip
    assert meter.ask("GCS05", **prepayment_terms(debt_recovery_rate_cap=150_000)).success
    for number in range(1, 4):
        meter.wait(HOUR)
        meter.top_up(number, 200)
    log = {"start": START, "end": START + DAY}
    rows = meter.town.ask("GCS15d", log, meter.town.gsme, 9 << 32).values["log_entries"]
    assert [(row["amount"], row["outstanding_debt"], row["debt_type"]) for row in rows] == [
        (100_000, 900_000, 2), (50_000, 850_000, 2),
    ]  # fmt: skip
    meter.wait(DAY * 8)
    meter.top_up(10, 200)
    values = meter.town.ask("GCS14", {}, meter.town.gsme, 11 << 32).values
    assert values["debt_amount_3"] == 750_000, "another week, another cap"


def prepayment_terms(**values: Any) -> dict[str, Any]:
    return {
        **CALENDAR, "days": [{"day": 1, "schedule": [{"start": 0, "non_disablement": False}]}],
        "max_meter_balance": 0, "max_credit_threshold": 0, "debt_recovery_rate_cap": 0,
        "low_credit_threshold": 0, "emergency_credit_limit": 0, "emergency_credit_threshold": 0,
        "execution_date_time": NOW, **values,
    }  # fmt: skip


def test_a_supply_without_credit_is_disabled_when_the_friendly_hours_are_over(meter: GasMeter) -> None:
    hours = [{"start": 600, "non_disablement": True}, {"start": 1_020, "non_disablement": False}]
    assert meter.ask("GCS05", **prepayment_terms(days=[{"day": 1, "schedule": hours}])).success
    meter.prepayment(1_000)
    assert SUSPENDED in meter.wait(HOUR)
    assert meter.supply is Supply.ON
    assert {CUT_OFF, SUSPENDED}.isdisjoint(meter.wait(3 * HOUR))
    assert CUT_OFF in meter.wait(HOUR), "the town begins at ten past twelve"
    assert meter.supply is Supply.OFF


# --- registers ---


def test_tiers_count_what_is_used_in_their_hours(meter: GasMeter) -> None:
    before = meter.home.register(Register.GAS_VOLUME, START)
    assert meter.ask("GCS01a", **NIGHT_AND_DAY).success
    meter.wait(timedelta(days=3))
    held = meter.ask("GCS13c").values
    tiers = [held[f"current_tier_{tier}_summation_delivered"] for tier in range(1, 5)]
    midnight = START.replace(hour=0, minute=0)
    nights = [midnight + DAY * number for number in (1, 2, 3)]
    in_night = sum(meter.home.gas_litres(night, night + 7 * HOUR) for night in nights)
    assert tiers[1:] == [in_night, 0, 0]
    assert sum(tiers) == meter.home.register(Register.GAS_VOLUME, meter.town.clock.now())
    assert tiers[0] > before


def test_a_daily_snapshot_says_what_the_tiers_were_before_the_tariff_changed(meter: GasMeter) -> None:
    meter.ask("GCS01a", **NIGHT_AND_DAY)
    meter.wait(timedelta(days=3))
    asked = {"start": START, "end": START + DAY * 3}
    before = meter.ask("GCS16a", **asked).values["snapshots"]
    meter.ask(
        "GCS01a",
        **tariff(blocks=False, schedule=[{"start": 0, "tier": 4}], prices=dict.fromkeys(range(1, 5), 1)),
    )
    meter.wait(timedelta(days=3))
    assert meter.ask("GCS16a", **asked).values["snapshots"] == before
    changes = meter.ask("GCS15b", **ALWAYS).values["snapshots"]
    assert [row["snapshot_cause"] for row in changes] == [0x0008, 0x0008]
    assert changes[1]["snapshot_time"] == START + DAY * 3
    assert sum(changes[1]["tiers"]) == changes[1]["current_summation_delivered"]


def test_blocks_are_charged_and_counted_one_after_the_other(meter: GasMeter) -> None:
    wh = 20_000
    blocks = tariff(
        blocks=True, schedule=[{"start": 0, "tier": 1}], thresholds=[wh, 10 * wh, 10**9],
        prices={0: 9_000, 1: 5_000, 2: 1_000, 3: 1},
    )  # fmt: skip
    assert meter.ask("GCS01a", **blocks).success
    assert meter.ask("GCS21f").values["active_price"] == 9_000
    calendar = {"billing_period_start": START + DAY * 20, "billing_periodicity": 0x21, "billing_periods": 20}
    assert meter.ask("GCS25a", **calendar).success
    meter.wait(timedelta(days=19))
    price = meter.ask("GCS21f").values["active_price"]
    held = meter.ask("GCS13b").values
    counters = [held[f"current_no_tier_block_{block}_summation_delivered"] for block in range(1, 5)]
    used = meter.home.gas_litres(START, meter.town.clock.now())
    assert sum(counters) == used
    assert counters[0] * 39_500 * 1.02264 / 3_600 == pytest.approx(wh, rel=0.01)
    assert price == (5_000 if counters[2] == 0 else 1_000)
    meter.wait(timedelta(days=1, minutes=1))
    assert meter.ask("GCS21f").values["active_price"] == 9_000, "a new period begins with the first block"


def test_what_is_used_is_charged_at_the_price_of_its_block(meter: GasMeter) -> None:
    meter.prepayment(500_000_000)
    prices = {0: 9_000, 1: 5_000, 2: 1_000, 3: 0}
    limits = [30_000, 90_000, 150_000]
    blocks = tariff(blocks=True, schedule=[{"start": 0, "tier": 1}], thresholds=limits, prices=prices)
    assert meter.ask("GCS01a", **blocks).success
    meter.wait(timedelta(days=20))
    wh = [
        wh_from_litres(meter.home.register(Register.GAS_VOLUME, at)) for at in (START, meter.town.clock.now())
    ]
    used, expected = wh[1] - wh[0], 0
    for price, low, high in zip(prices.values(), (0, *limits), (*limits, used), strict=True):
        expected += price * max(0, min(used, high) - low) // 1_000
    assert used > limits[-1], "all four blocks are reached"
    charged = 500_000_000 - meter.ask("GCS60a").values["credit_remaining"]
    litre = 11_000 // 1_000
    assert charged == pytest.approx(expected, abs=3 * litre * 9_000 // 1_000 + 100)


# --- snapshots of balances ---


def test_balances_at_midnights_are_what_they_were_then(meter: GasMeter) -> None:
    meter.prepayment(50_000_000)
    meter.wait(timedelta(days=2))
    asked = {"start": START, "end": START + DAY * 2}
    before = meter.ask("GCS16b", **asked).values["prepayment_snapshots"]
    assert [row["snapshot_time"].hour for row in before] == [0, 0]
    meter.ask("GCS40a", adjustment=1_000_000)
    meter.wait(DAY)
    assert meter.ask("GCS16b", **asked).values["prepayment_snapshots"] == before


def test_the_end_of_a_period_and_a_change_of_mode_leave_snapshots(meter: GasMeter) -> None:
    meter.prepayment(50_000_000)
    calendar = {"billing_period_start": START + DAY, "billing_periodicity": 0x21, "billing_periods": 1}
    assert meter.ask("GCS25a", **calendar).success
    meter.wait(timedelta(days=15))
    values = meter.ask("GCS15c", **ALWAYS).values
    assert len(values["snapshots"]) == len(values["prepayment_snapshots"]) == 12, "the last twelve are kept"
    assert values["prepayment_snapshots"][-1]["snapshot_time"] == START + DAY * 15
    levels = [row["meter_balance"] for row in values["prepayment_snapshots"]]
    assert levels == sorted(levels, reverse=True)
    mode = meter.ask("GCS15b", **ALWAYS).values["prepayment_snapshots"]
    assert [(row["snapshot_cause"], row["meter_balance"]) for row in mode] == [(0x2000, 50_000_000)]


# --- supply ---

COVER_REMOVED, LOCKED, TOO_MUCH_FLOW = 0x8F74, 0x81BE, 0x81BF
GAS_FLOW = {"stabilisation_period": 10, "measurement_period": 60, "supply_depletion_state": 3}


def do(meter: GasMeter, action: Any) -> tuple[Any, list[int]]:
    """Let the consumer do something; what came of it, and the alerts."""
    town = meter.town
    with town.street.store.transaction() as connection:
        done, alerts = town.street.perform(connection, town.gsme, action, town.clock.now())
    town.street.committed()
    return done, [town.read(octets)["alert_code"] for octets in alerts]


def test_a_supply_is_not_restored_while_too_much_gas_flows(meter: GasMeter) -> None:
    assert meter.ask("GCS24a", uncontrolled_gas_flow_rate=5_000, supply_tamper_state=3, **GAS_FLOW).success
    meter.ask("GCS32")
    meter.ask("GCS39")
    assert do(meter, restore_supply(flow=600)) == (False, [TOO_MUCH_FLOW])
    assert meter.supply is Supply.ARMED
    assert do(meter, restore_supply(flow=400)) == (True, [OBEYED])
    assert meter.supply is Supply.ON


def test_a_meter_that_is_opened_locks_its_supply_where_it_is_told_to(meter: GasMeter) -> None:
    assert do(meter, open_cover()) == (False, [COVER_REMOVED])
    assert meter.supply is Supply.ON
    assert meter.ask("GCS24a", uncontrolled_gas_flow_rate=0, supply_tamper_state=0, **GAS_FLOW).success
    assert do(meter, open_cover()) == (True, [COVER_REMOVED, LOCKED])
    assert meter.supply is Supply.OFF
    assert do(meter, restore_supply()) == (False, [NOT_OBEYED])


# --- sampling and clock ---


def test_the_network_data_log_begins_when_it_is_told_to(meter: GasMeter) -> None:
    assert len(meter.ask("GCS18").values["samples"]) == 41
    started = meter.town.ask("GCS31", EVENT, meter.town.gsme, 1, ACB)
    assert started.values["sample_id"] == 2
    assert meter.ask("GCS18").values["samples"] == []
    meter.wait(HOUR)
    values = meter.ask("GCS18").values
    assert values["sample_start_time"] == START
    assert len(values["samples"]) == 10
    assert sum(values["samples"]) == meter.home.gas_litres(START, START + HOUR)
    meter.wait(DAY)
    assert len(meter.ask("GCS18").values["samples"]) == 41, "it stops when it is full"


def test_firmware_that_is_activated_is_the_version_that_is_read(meter: GasMeter) -> None:
    town, image = meter.town, bytes(range(32))
    device = town.street.device(town.gsme)
    firmware.load(device.memory, image, b"\x09\x08\x07\x06")
    before = meter.ask("GCS38").values["current_meter_id"]
    activated = town.ask(
        "CS06", {"firmware_hash": image, "counter": 50, "execution_date_time": None}, town.gsme, 50
    )  # fmt: skip
    assert activated.success
    after = town.ask("GCS38", {}, town.gsme, 51).values["current_meter_id"]
    assert (before, after) == (identity.MAKES["GSME"].firmware, b"\x09\x08\x07\x06")


def test_a_clock_is_set_within_the_range_that_is_given(meter: GasMeter) -> None:
    def set_within(start: datetime, end: datetime) -> Any:
        return meter.ask("GCS28", current_date_time=start, latest_date_time=end)

    assert set_within(START - HOUR, START + HOUR).values == {"device_time": START, "clock_status": 0}
    assert not set_within(START + HOUR, START + 2 * HOUR).success
