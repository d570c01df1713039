"""Logs of numbers in a device's memory."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from gbsmart.devices import payments
from gbsmart.devices.history import History, midnights
from gbsmart.devices.memory import Memory

START = datetime(2026, 3, 1, 12, 10, tzinfo=UTC)
NUMBER = st.integers(-(2**63), 2**63 - 1)


@given(rows=st.lists(st.tuples(NUMBER, NUMBER), max_size=30), at_once=st.integers(1, 7))
def test_a_full_log_forgets_its_oldest_rows(rows: list[tuple[int, int]], at_once: int) -> None:
    log, memory = History("log", 2, 10), Memory()
    dated = [(START + timedelta(hours=number), row) for number, row in enumerate(rows)]
    for first in range(0, len(dated), at_once):
        log.add(memory, dated[first : first + at_once])
    assert [(row.moment, row.numbers) for row in log.rows(memory)] == dated[-10:]


def test_nothing_to_keep_is_no_change() -> None:
    memory = Memory()
    History("log", 1, 5).add(memory, [])
    assert memory.take_changes() == {}


def test_midnights_passed_are_those_after_the_last_up_to_now() -> None:
    midnight = START.replace(hour=0, minute=0)
    day = timedelta(days=1)
    assert list(midnights(START, START + day * 2, 31)) == [midnight + day, midnight + day * 2]
    assert list(midnights(midnight, midnight, 31)) == []
    assert list(midnights(None, START, 3)) == [midnight - day * 2, midnight - day, midnight]


def test_a_utrn_keeps_its_leading_noughts() -> None:
    memory = Memory()
    payments.note_top_up(memory, START, 1_000_000, "00012345678900000001")
    assert payments.top_ups(memory) == [payments.Paid(START, 1_000_000, "00012345678900000001")]


def test_what_payments_have_recovered_counts_for_a_week() -> None:
    memory = Memory()
    for days in (0, 3, 8):
        payments.note_collection(memory, START + timedelta(days=days), 100, 0)
    assert payments.collected_lately(memory, START + timedelta(days=8)) == 200
