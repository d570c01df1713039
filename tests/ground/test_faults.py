"""Faults on demand: what a switch may be told, whom it strikes, and that a seed repeats."""

from __future__ import annotations

import logging
import random
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gbsmart.ground import (
    NO_FAULTS,
    Eui64,
    Fault,
    Faults,
    InvalidValue,
    Kind,
    ManualClock,
    NotFound,
    Parameter,
)
from gbsmart.ground.fault import read_duration, read_switch, show_duration

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
METER, OTHER = Eui64.parse("00-DB-12-34-56-78-90-A0"), Eui64.parse("00-DB-12-34-56-78-90-A1")
DEVICE = Parameter("device", Kind.EUI64, "only this device")
KIND = Parameter("kind", Kind.TEXT, "only this type")
LATE = Fault(
    "late", "a test", "it is late",
    (
        Parameter("seconds", Kind.DURATION, "how late", timedelta(seconds=2), greatest=60),
        Parameter("way", Kind.CHOICE, "which way", "there", choices=("there", "back")),
    ),
    (DEVICE, KIND),
)  # fmt: skip
DEAD = Fault("dead", "a test", "it is dead", keys=(DEVICE,), standing=True)


def register(seed: int = 1) -> Faults:
    return Faults((LATE, DEAD), ManualClock(START), seed)


def struck(faults: Faults, devices: Iterable[Eui64]) -> list[bool]:
    return [faults.strike(LATE, device=each) is not None for each in devices]


def test_nothing_strikes_that_is_not_on() -> None:
    faults = register()
    assert struck(faults, [METER] * 3) == [False] * 3
    assert faults.counters()["late"] == (0, 0)
    assert NO_FAULTS.strike(LATE, device=METER) is None
    with pytest.raises(NotFound):
        NO_FAULTS.on("late")


def test_what_is_on_strikes_counts_logs_and_is_remembered(caplog: pytest.LogCaptureFixture) -> None:
    faults = register()
    faults.on("late", {"seconds": "1.5"})
    with caplog.at_level(logging.WARNING):
        strike = faults.strike(LATE, device=METER, about="request 1", detail="late by 1.5s")
    assert strike is not None
    assert strike["seconds"] == timedelta(seconds=1.5)
    assert strike["way"] == "there"  # the default
    assert faults.counters()["late"] == (1, 1)
    (hit,) = faults.hits()
    assert (hit.fault, hit.at, hit.about, hit.where) == ("late", START, "request 1", {"device": str(METER)})
    assert f"fault late strikes request 1 (device={METER}) late by 1.5s" in caplog.text


def test_it_is_narrowed_to_what_it_is_told() -> None:
    faults = register()
    faults.on("late", {"device": str(METER)})
    assert struck(faults, [METER, OTHER, METER]) == [True, False, True]
    assert faults.counters()["late"] == (2, 2)


def test_every_nth_and_at_most_so_often_are_counted_for_each_key() -> None:
    faults = register()
    faults.on("late", {"every": 2, "times": "1"})
    assert struck(faults, [METER, OTHER, METER, OTHER, METER, METER]) == [
        False, False, True, True, False, False,
    ]  # fmt: skip


def test_at_most_so_often_in_all() -> None:
    faults = register()
    faults.on("late", {"total": 2})
    assert struck(faults, [METER, OTHER, METER, OTHER]) == [True, True, False, False]


def test_it_ends_by_itself_on_the_clock() -> None:
    clock = ManualClock(START)
    faults = Faults((LATE, DEAD), clock)
    faults.on("dead", {"lasting": "4h"})
    assert faults.strike(DEAD, device=METER)
    clock.advance(hours=4)
    assert faults.strike(DEAD, device=METER) is None


@given(st.integers(0, 2**32), st.lists(st.sampled_from([METER, OTHER]), max_size=60), st.randoms())
def test_the_same_seed_gives_the_same_faults_however_tasks_interleave(
    seed: int, devices: list[Eui64], order: random.Random
) -> None:
    """What strikes a device, and what is drawn, does not depend on what came in between."""
    mixed = list(devices)
    order.shuffle(mixed)

    def story(arriving: list[Eui64]) -> dict[Eui64, list[Any]]:
        faults = register(seed)
        faults.on("late", {"share": "0.5"})
        told: dict[Eui64, list[Any]] = {METER: [], OTHER: []}
        for each in arriving:
            strike = faults.strike(LATE, device=each)
            told[each].append(None if strike is None else strike.draw(1_000))
        return told

    assert story(devices) == story(mixed)


def test_another_seed_gives_others_and_a_share_is_about_that_share() -> None:
    def pattern(seed: int) -> list[bool]:
        faults = register(seed)
        faults.on("late", {"share": 0.25})
        return struck(faults, [METER] * 1_000)

    assert pattern(1) == pattern(1) != pattern(2)
    assert 200 < sum(pattern(1)) < 300


def test_cleared_it_begins_anew() -> None:
    faults = register()
    faults.on("late", {"share": "0.5"})
    first = struck(faults, [METER] * 50)
    faults.clear()
    assert not faults.awake
    assert (faults.hits(), faults.counters()["late"], faults.switches()) == ([], (0, 0), [])
    faults.on("late", {"share": "0.5"})
    assert struck(faults, [METER] * 50) == first


def test_one_switch_or_all_of_a_fault_are_switched_off() -> None:
    faults = register()
    one, two = faults.on("late", {"device": METER}), faults.on("late", {"device": OTHER})
    assert faults.off(str(one.number)) == 1
    assert struck(faults, [METER, OTHER]) == [False, True]
    assert faults.switches() == [two]
    assert faults.off("late") == 1
    assert faults.off("late") == 0
    with pytest.raises(NotFound):
        faults.off("7")


def test_what_is_decided_and_has_no_effect_is_no_hit() -> None:
    faults = register()
    faults.on("late")
    strike = faults.decide(LATE, device=METER)
    assert strike is not None
    assert faults.counters()["late"] == (1, 0)
    strike.record()
    strike.record()
    assert faults.counters()["late"] == (1, 1)


def test_a_standing_fault_is_recorded_once_for_each_thing_it_holds_up() -> None:
    faults = register()
    faults.on("dead", {"device": METER})
    for _ in range(5):
        assert faults.strike(DEAD, device=METER, about="parcel 1")
    assert faults.strike(DEAD, device=METER, about="parcel 2")
    assert faults.counters()["dead"] == (2, 2)


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"seconds": "soon"}, "seconds"),
        ({"seconds": "2m"}, "seconds"),  # more than 60 s
        ({"way": "up"}, "way"),
        ({"device": "me"}, "device"),
        ({"share": "1.5"}, "share"),
        ({"share": "nan"}, "share"),
        ({"every": "0"}, "every"),
        ({"times": True}, "times"),
        ({"kind": "a\nb"}, "kind"),
        ({"colour": "red"}, "colour"),
        ({"share": "0.5", "every": "2"}, "share"),
    ],
)
def test_what_it_cannot_be_told_is_refused_by_name(told: dict[str, Any], field: str) -> None:
    faults = register()
    with pytest.raises(InvalidValue) as refused:
        faults.on("late", told)
    assert refused.value.field == field
    assert not faults.awake


def test_a_standing_fault_takes_no_share() -> None:
    with pytest.raises(InvalidValue, match="share"):
        register().on("dead", {"share": "0.5"})


@given(st.integers(0, 10**13))
def test_a_duration_is_read_as_it_is_shown(micros: int) -> None:
    duration = timedelta(microseconds=micros)
    assert read_duration(show_duration(duration)) == duration


def test_a_switch_is_read_from_a_command_line() -> None:
    assert read_switch("late") == ("late", {})
    assert read_switch("late:seconds=90s, share=0.5") == ("late", {"seconds": "90s", "share": "0.5"})
    with pytest.raises(InvalidValue, match="param=value"):
        read_switch("late:soon")
