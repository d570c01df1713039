"""The last payments into a meter: top-ups, and what of them went towards the payment debt (SMETS 4.6.3)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, NamedTuple

from gbsmart.devices.history import History
from gbsmart.devices.memory import Memory

_TOP_UPS: Final = History("payments/top-ups", 3, 5)
_COLLECTIONS: Final = History("payments/collections", 2, 10)
"""How many of each a meter remembers."""
_HALF: Final = 10**10
"""Twenty digits are kept as two numbers of ten."""
_CAPPED_FOR: Final = timedelta(days=7)


class Paid(NamedTuple):
    """A top-up, in millipence."""

    moment: datetime
    amount: int
    digits: str


class Collected(NamedTuple):
    """What a top-up gave towards the payment debt, and what of that debt remained, in millipence."""

    moment: datetime
    amount: int
    outstanding: int


def note_top_up(memory: Memory, moment: datetime, amount: int, digits: str) -> None:
    """Remember a top-up that was accepted."""
    _TOP_UPS.add(memory, [(moment, (amount, *divmod(int(digits), _HALF)))])


def note_collection(memory: Memory, moment: datetime, amount: int, outstanding: int) -> None:
    """Remember what a top-up gave towards the payment debt."""
    _COLLECTIONS.add(memory, [(moment, (amount, outstanding))])


def top_ups(memory: Memory) -> list[Paid]:
    """The last top-ups, oldest first."""
    return [
        Paid(moment, amount, f"{high:010}{low:010}") for moment, (amount, high, low) in _TOP_UPS.rows(memory)
    ]


def collections(memory: Memory) -> list[Collected]:
    """The last payments towards the payment debt, oldest first."""
    return [Collected(moment, *numbers) for moment, numbers in _COLLECTIONS.rows(memory)]


def collected_lately(memory: Memory, moment: datetime) -> int:
    """What payments have recovered in the week before a moment, which is what a cap is for (assumed)."""
    return sum(each.amount for each in collections(memory) if each.moment > moment - _CAPPED_FOR)
