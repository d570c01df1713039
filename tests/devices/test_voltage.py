"""A network operator sets thresholds of the voltage: what passes them is counted, logged and told."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest

from gbsmart.devices.inspection import raise_alert
from gbsmart.gbcs.envelope import Message
from gbsmart.gbcs.gbz.zcl import read_time

from .town import NETWORK_OPERATOR, START, SUPPLIER, Town

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
UNREACHED = {
    name: value
    for limit, volts in (
        ("extreme_over_voltage", 280), ("extreme_under_voltage", 150),
        ("voltage_sag", 180), ("voltage_swell", 270),
    )
    for name, value in ((f"rms_{limit}_threshold", volts), (f"rms_{limit}_measurement_period", 60))
}  # fmt: skip


class Network:
    """The meter of a town, asked by its network operator."""

    def __init__(self, variant: str = "A") -> None:
        self.town = Town(variant=variant)
        self.counter = 0
        self.phases = (1, 2, 3) if variant == "C" else (1,)

    def ask(self, use_case: str, **values: Any) -> Any:
        self.counter += 1
        outcome = self.town.ask(use_case, values, self.town.esme, self.counter, NETWORK_OPERATOR)
        assert outcome.success, outcome
        return outcome.values

    def set(self, *, over: int = 260, under: int = 200, period: int = 1_800, **limits: int) -> None:
        values = {
            name: value
            for phase in self.phases
            for name, value in (
                (f"phase_{phase}_over_voltage_threshold", over),
                (f"phase_{phase}_under_voltage_threshold", under),
                (f"phase_{phase}_voltage_period", period),
            )
        }
        self.ask("ECS29d" if len(self.phases) > 1 else "ECS29c", **values, **{**UNREACHED, **limits})

    def profile(self, span: timedelta = DAY) -> Any:
        now = self.town.clock.now()
        log = {"read_log_period": {"start": now - span, "end": now}}
        return self.ask("ECS23b" if len(self.phases) > 1 else "ECS23", **log)

    def wait(self, span: timedelta) -> list[tuple[int, bytes]]:
        """Let time pass: the codes of the alerts, and the alerts."""
        town, end, said = self.town, self.town.clock.now() + span, []
        while (due := town.street.next_due()) is not None and due <= end:
            town.clock.set(max(due, town.clock.now()))
            with town.street.store.transaction() as connection:
                alerts = town.street.activate(connection, town.clock.now())
            town.street.committed()
            said += [(town.read(octets)["alert_code"], octets) for _, octets in alerts]
        town.clock.set(end)
        return said


@pytest.fixture
def network() -> Network:
    return Network()


def middle(network: Network) -> int:
    """A voltage that a home is above of for one part of the day, and below for another."""
    volts = sorted(row["voltage"] for row in network.profile()["phase_1_voltage_profile"])
    return int(volts[len(volts) // 2])


def test_a_voltage_within_its_thresholds_is_no_event(network: Network) -> None:
    network.set()
    assert network.wait(2 * DAY) == []
    assert network.town.street.next_due() is None, "the meter foresees that nothing happens"


def test_each_time_a_threshold_is_passed_is_told_counted_and_logged(network: Network) -> None:
    threshold = middle(network)
    network.set(over=threshold)
    told = network.wait(DAY)
    values = network.profile()
    above = [row["voltage"] > threshold for row in values["phase_1_voltage_profile"] if later(row)]
    rises = above[0] + sum(now and not before for before, now in pairwise(above))
    codes = [code for code, _ in told]
    assert rises == codes.count(0x8002) > 0
    assert values["phase_1_over_voltage_counter"] == rises
    assert codes == [(0x8002, 0x8085)[number % 2] for number in range(len(codes))], "they take turns"
    logged = [row.code for row in network.town.street.log(network.town.esme, "power")]
    assert logged == codes


def later(row: Any) -> bool:
    """Whether an entry is of a period that was over after the thresholds were set."""
    return bool(read_time(row["time"]) > START - timedelta(minutes=30))


def test_a_voltage_below_is_told_as_well(network: Network) -> None:
    network.set(under=middle(network))
    codes = {code for code, _ in network.wait(DAY)}
    assert codes == {0x8006, 0x8089}


@pytest.mark.parametrize(
    ("limit", "begins", "ends"),
    [
        ("extreme_over_voltage", 0x8020, 0x808D), ("extreme_under_voltage", 0x8028, 0x8095),
        ("voltage_sag", 0x802C, 0x8099), ("voltage_swell", 0x8024, 0x8091),
    ],
)  # fmt: skip
def test_limits_are_watched_over_their_own_periods(
    network: Network, limit: str, begins: int, ends: int
) -> None:
    network.set(**{f"rms_{limit}_threshold": middle(network), f"rms_{limit}_measurement_period": 1_800})
    assert {code for code, _ in network.wait(DAY)} == {begins, ends}


def test_the_alert_goes_to_the_network_operator(network: Network) -> None:
    network.set(over=middle(network))
    (_, alert), *_ = network.wait(DAY)
    assert Message.parse(alert).header.recipient == NETWORK_OPERATOR != SUPPLIER


def test_an_outage_is_for_the_network_operator_too(network: Network) -> None:
    town = network.town
    with town.street.store.transaction() as connection:
        _, (alert,) = town.street.perform(connection, town.esme, raise_alert(0x8F36), START)
    assert Message.parse(alert).header.recipient == NETWORK_OPERATOR


def test_an_alert_that_the_network_operator_does_not_want_is_only_counted(network: Network) -> None:
    network.ask("ECS25b", network_operator_wan_alerts_changes={0x8002: False, 0x8085: False})
    network.ask("ECS25b3", network_operator_logging_changes={0x8085: False})
    network.set(over=middle(network))
    assert network.wait(DAY) == []
    assert network.profile()["phase_1_over_voltage_counter"] > 0
    assert {row.code for row in network.town.street.log(network.town.esme, "power")} == {0x8002}


def test_counters_begin_anew_when_they_are_reset(network: Network) -> None:
    network.set(over=middle(network))
    network.wait(DAY)
    assert network.profile()["phase_1_over_voltage_counter"] > 0
    network.town.clock.advance(seconds=5)
    network.ask("ECS29e")
    assert network.profile()["phase_1_over_voltage_counter"] == 0


def test_phases_are_told_apart() -> None:
    network = Network("C")
    network.set(over=middle(network))
    codes = {code for code, _ in network.wait(2 * DAY)}
    assert codes & {0x8003, 0x8004, 0x8005}
    assert not codes & {0x8002, 0x8085}, "those are of single phase meters"


def test_the_profile_is_of_the_period_that_is_set(network: Network) -> None:
    assert len(network.profile(HOUR)["phase_1_voltage_profile"]) == 2
    network.set(period=600)
    values = network.profile(HOUR)
    assert len(values["phase_1_voltage_profile"]) == 7
    assert values["phase_1_voltage_period"] == 600


def test_a_threshold_that_is_taken_away_is_watched_no_more(network: Network) -> None:
    network.set(over=middle(network))
    network.wait(timedelta(minutes=1))
    network.set()
    network.wait(timedelta(minutes=1))
    assert network.wait(2 * DAY) == []
