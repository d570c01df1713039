"""What a meter remembers of the prices that were in force before its tariff changed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from gbsmart.devices.memory import Memory
from gbsmart.devices.money import Terms
from gbsmart.devices.tariff_history import KEPT_FOR, Charge, note, noted

START = datetime(2026, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)


def at(day: int) -> datetime:
    return START + DAY * day


def terms(price: int, standing_charge: int = 0) -> Terms:
    """One price at all times."""
    return Terms(False, lambda start, end: [(start, price)], lambda start, end: 0, standing_charge)


def test_charges_are_noted_from_one_change_to_the_next() -> None:
    memory = Memory()
    note(memory, terms(20), at(0))
    note(memory, terms(30, 5), at(1))
    note(memory, terms(40), at(2))
    assert noted(memory) == (
        at(2),
        (Charge(at(0) - KEPT_FOR, 20, 0), Charge(at(0), 30, 5), Charge(at(1), 40, 0)),
    )


def test_a_charge_that_stays_is_noted_once() -> None:
    memory = Memory()
    for day in range(3):
        note(memory, terms(20), at(day))
    note(memory, terms(30), at(3))
    assert noted(memory) == (at(3), (Charge(at(0) - KEPT_FOR, 20, 0), Charge(at(2), 30, 0)))


def test_what_was_over_too_long_ago_is_forgotten() -> None:
    memory = Memory()
    for day, price in enumerate((20, 30, 40)):
        note(memory, terms(price), at(day))
    note(memory, terms(50), at(0) + KEPT_FOR)
    assert [each.price for each in noted(memory).charges] == [30, 40, 50]
    note(memory, terms(60), at(1) + KEPT_FOR)
    assert [each.price for each in noted(memory).charges] == [40, 50, 60]
    note(memory, terms(70), at(90))
    assert noted(memory) == (at(90), (Charge(at(90) - KEPT_FOR, 70, 0),))


def test_the_past_is_not_noted_again() -> None:
    memory = Memory()
    note(memory, terms(20), at(5))
    note(memory, terms(30), at(5))
    note(memory, terms(30), at(4))
    assert noted(memory) == (at(5), (Charge(at(5) - KEPT_FOR, 20, 0),))
