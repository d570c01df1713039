"""What meters log and tell of themselves, laid out as in the public test messages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from gbsmart.devices.consumption import Home, Register
from gbsmart.gbcs import codec
from gbsmart.gbcs.envelope import Message
from gbsmart.gbcs.form import Outcome
from gbsmart.gbcs.gbz.zcl import read_time
from gbsmart.ground import NOW, DayMonth
from gbsmart.keys import MemoryKeyring, import_folder

from .test_billing import switching_table, tariff
from .test_gsme import tariff as gas_tariff
from .town import NETWORK_OPERATOR, START, SUPPLIER, Town, town_with

PERIOD = {"start": START - timedelta(days=2), "end": START}
LOG = {"read_log_period": PERIOD}
EVENT = {"issuer_event_id": START}
DAY, HALF_HOUR = timedelta(days=1), timedelta(minutes=30)
TODAY = START.replace(hour=0, minute=0)
VOLTS = range(217, 254)


@pytest.fixture
def town() -> Town:
    return Town()


def outline(value: Any) -> Any:
    """What kind of values there are under which names; of a list, those of its first element.

    The secondary element of twin element meters, which these are not, is left out.
    """
    if isinstance(value, dict):
        return {name: outline(each) for name, each in value.items() if "secondary" not in name}
    if isinstance(value, list):
        return [outline(value[0])] if value else []
    return type(value).__name__


SCENARIOS = (
    ("3.4_ECS16", "SUCCESS", {"supplier_name": "gbsmart", "supplier_telephone_number": "0800 123"}),
    ("3.4_GCS44", "SUCCESS",
     {**EVENT, "supplier_name": "gbsmart", "supplier_telephone_number": "0800 123"}),
    ("4.2_ECS17a", "SUCCESS", {}),
    ("4.6.1_ECS21a", "TWIN_SUCCESS", LOG),
    ("4.6.1_GCS16a", "SUCCESS", PERIOD),
    ("4.8.1_ECS22b", "SINGLE_SUCCESS", LOG),
    ("4.8.1_GCS17", "SUCCESS", {"start": PERIOD["start"], "number_of_samples": 97}),
    ("4.10_ECS23", "SUCCESS", LOG),
    ("4.10_ECS23b", "SUCCESS", LOG),
    ("4.10_GCS18", "SUCCESS", {}),
    ("4.11.1_GCS21f", "SUCCESS", {}),
    ("6.8_ECS30", "SUCCESS", {"billing_calendar": []}),
    ("6.8_ECS30a", "SUCCESS", {"billing_calendar": []}),
    ("6.8_GCS25", "SUCCESS",
     {**EVENT, "billing_period_start": START + DAY, "billing_periodicity": 0x23}),
    ("6.8_GCS25a", "SUCCESS",
     {**EVENT, "billing_period_start": START + DAY, "billing_periodicity": 0x23, "billing_periods": 6}),
    ("7.3_ECS44", "SUCCESS", {}),
    ("7.3_GCS39", "SUCCESS", EVENT),
    ("7.4_ECS45", "SUCCESS", {}),
    ("7.4_GCS33", "SUCCESS", {}),
)  # fmt: skip


@pytest.mark.parametrize(("folder", "scenario", "values"), SCENARIOS, ids=[each[0] for each in SCENARIOS])
def test_answers_are_laid_out_as_the_public_ones(
    corpus: Path, folder: str, scenario: str, values: dict[str, Any]
) -> None:
    town = town_with(folder.partition("_")[2])
    (found,) = (corpus / "rtds" / folder).glob(f"*_{scenario}_RESPONSE_GBCS.HEX")
    theirs = Message.parse(bytes.fromhex(found.read_text().strip()))
    ring = MemoryKeyring(town.clock)
    ring.add_set(import_folder(corpus / "keystore"))
    expected = codec.read(theirs, ring)
    assert expected is not None
    name = folder.partition("_")[2]
    device = town.gsme if name.startswith("GCS") else town.esme
    if name == "GCS21f":
        day = DayMonth(month=12, day=25)
        wanted = {**gas_tariff(NOW, 5_000), "special_days": [{"date": day, "day": 1}]}
        assert town.ask("GCS01a", wanted, town.gsme, 1).success
    asker = NETWORK_OPERATOR if name == "ECS17a" else SUPPLIER
    (reaction,) = town.give((device, town.command(name, values, device, 1_000, asker)))
    assert reaction.response is not None, reaction.log
    ours = Message.parse(reaction.response)
    assert (ours.header.date_time is None) == (theirs.header.date_time is None)
    outcome: Outcome = town.read(reaction.response)
    assert outcome.success
    assert {*outcome.results} == {*expected.values.results} == {0}
    assert outline(outcome.values) == outline(expected.values.values)


def test_export_is_the_solar_panels(town: Town) -> None:
    meter = town.street.device(town.esme).state
    meter.home = Home(town.plans[0].seed, solar_wp=4_000)
    values = town.ask("ECS17a", {}, town.esme, 1, NETWORK_OPERATOR).values
    assert values["active_export"] == meter.home.register(Register.ACTIVE_EXPORT, START) > 0
    assert values["reactive_export"] == meter.home.register(Register.REACTIVE_EXPORT, START)


def test_the_daily_read_log_holds_the_registers_at_midnight(town: Town) -> None:
    home = Home(town.plans[0].seed)
    wanted = {"read_log_period": {"start": START - timedelta(days=99), "end": START}}
    log = town.ask("ECS21a", wanted, town.esme, 1).values["daily_read_log"]
    assert [read_time(row["time"]) for row in log] == [TODAY - DAY * n for n in reversed(range(31))]
    assert [row["active_import"] for row in log] == [
        home.register(Register.ACTIVE_IMPORT, read_time(row["time"])) for row in log
    ]
    assert [row["tou"][0] for row in log] == [row["active_import"] for row in log]


def test_the_daily_read_log_remembers_the_tables_of_their_days(town: Town) -> None:
    home = Home(town.plans[0].seed)
    town.ask("ECS01a", tariff(switching_table([(0, 2), (7, 1)])), town.esme, 1)
    changed = START + timedelta(days=10)
    town.clock.set(changed)
    town.ask("ECS01a", tariff(switching_table([(0, 3)])), town.esme, 2)
    town.clock.set(START + timedelta(days=20))
    wanted = {"read_log_period": {"start": START - DAY, "end": town.clock.now()}}
    log = {row["time"]: row for row in town.ask("ECS21a", wanted, town.esme, 3).values["daily_read_log"]}
    rows = [log[time] for time in sorted(log)]
    assert all(sum(row["tou"]) == row["active_import"] for row in rows)
    for before, after in pairwise(rows):
        assert all(old <= new for old, new in zip(before["tou"], after["tou"], strict=True))
        day = read_time(before["time"])
        night = home.electricity_wh(day, day + timedelta(hours=7))
        in_night = after["tou"][1] - before["tou"][1]
        assert in_night == (night if START < day < changed - DAY else in_night)
    assert rows[-1]["tou"][2] == home.electricity_wh(changed, read_time(rows[-1]["time"]))


def test_voltage_by_phase(town: Town) -> None:
    values = town.ask("ECS23b", LOG, town.esme, 1, NETWORK_OPERATOR).values
    again = town.ask("ECS23b", LOG, town.esme, 2, SUPPLIER).values
    assert again == values, "a home's voltage is what it was, whoever asks"
    logs = [values[f"phase_{phase}_voltage_profile"] for phase in (1, 2, 3)]
    assert {len(log) for log in logs} == {96}
    assert all(row["voltage"] in VOLTS for log in logs for row in log)
    assert len({tuple(row["voltage"] for row in log) for log in logs}) == 3
    assert len({row["voltage"] for row in logs[0]}) > 3, "evenings pull it down"
    far = {"read_log_period": {"start": START - timedelta(days=400), "end": START}}
    assert len(town.ask("ECS23", far, town.esme, 3).values["phase_1_voltage_profile"]) == 4_320


def test_a_log_without_entries_is_no_refusal(town: Town) -> None:
    future = {"start": START + DAY, "end": START + 2 * DAY}
    snapshots = town.ask("GCS16a", future, town.gsme, 1)
    samples = town.ask("GCS17", {"start": future["start"], "number_of_samples": 4}, town.gsme, 2)
    profile = town.ask("ECS22b", {"read_log_period": future}, town.esme, 3)
    assert snapshots.success
    assert samples.success
    assert profile.success
    assert "snapshots" not in snapshots.values
    assert {row["status"] for row in snapshots.values["answers"]} == {0x8B}
    assert profile.values["active_import_profile"] == []


def test_the_price_of_gas_in_force_is_the_tiers(town: Town) -> None:
    week = dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday"), 1)
    wanted = {
        **gas_tariff(START, 5_000),
        "weeks": [{"week": 1, **week, "saturday": 2, "sunday": 2}],
        "days": [{"day": 1, "schedule": [{"start": 0, "tier": 1}]},
                 {"day": 2, "schedule": [{"start": 0, "tier": 3}]}],
        "prices": {1: 5_000, 2: 6_000, 3: 7_000, 4: 8_000},
    }  # fmt: skip
    town.ask("GCS01a", wanted, town.gsme, 1)
    for moment, price, tier in (
        (datetime(2020, 3, 2, 12, tzinfo=UTC), 5_000, 1),
        (datetime(2020, 3, 7, 12, tzinfo=UTC), 7_000, 3),
    ):
        town.clock.set(moment)
        values = town.ask("GCS21f", {}, town.gsme, tier + 10).values
        assert values["active_price"] == price
        assert values["active_price_trailing_digit_and_tier"] == 0x50 | tier
        assert [row["day"] for row in values["days"]] == [1, 2]
        assert values["season_tables"][0]["seasons"] == wanted["seasons"]
    blocks = {**wanted, "block_tariff": True, "thresholds": [10_000, 20_000, 30_000], "thresholds_in_use": 3}
    town.ask("GCS01a", {**blocks, "prices": {0: 9_000, 1: 1, 2: 1, 3: 1}}, town.gsme, 20)
    assert town.ask("GCS21f", {}, town.gsme, 21).values["active_price"] == 9_000


def test_arming_is_told_and_only_where_it_changes_something(town: Town) -> None:
    for number, (device, arm, off, values) in enumerate(
        ((town.esme, "ECS44", "ECS43", {}), (town.gsme, "GCS39", "GCS32", EVENT))
    ):
        counter = 10 * number
        names = (arm, off, arm, arm)
        said = []
        for step, name in enumerate(names, counter + 1):
            (reaction,) = town.give((device, town.command(name, values, device, step)))
            said.append([town.read(alert)["alert_code"] for alert in reaction.alerts])
        assert said == [[], [], [0x8F32], []]
