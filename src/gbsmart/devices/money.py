"""What a supply costs and what pays for it: balances at any moment from a checkpoint (SMETS 5.5.7, 5.6.3).

Consumption is a function of time, so money is too: an :class:`Account` is kept as it was at one moment, and
:meth:`Account.advance` says what it is at any later one by the :class:`Terms` in force. What happens of its
own accord (credit runs low, supply is cut off) is found by :meth:`Account.next_event`.

Amounts are whole micropence inside (a thousandth of a millipence: the price of a kWh in millipence is the
price of a Wh in micropence) and whole millipence outside. The order in which charges are met is assumed
where SMETS leaves it open: the meter balance down to the disablement threshold, then emergency credit, then
the meter balance below the threshold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, Final, NamedTuple

from gbsmart.store import from_micros, to_micros

MICRO: Final = 1_000
"""Micropence in a millipence."""
LARGEST: Final = (1 << 31) - 1
"""The most that a balance can be, in millipence."""
DAY: Final = timedelta(days=1)
HORIZON: Final = DAY * 31
"""How far ahead an event is looked for; then it is looked for again."""
_SECOND: Final = timedelta(seconds=1)


class Debt(NamedTuple):
    """How a time-based debt is recovered: an amount (millipence) at the end of every period (UTC)."""

    amount: int = 0
    period: timedelta = DAY


class Terms(NamedTuple):
    """What a meter charges by and what it allows, as it is set. Money is in millipence, 0 for no limit.

    ``prices`` says from when on which price of a kWh holds between two moments, ``cost`` what consumption
    between them costs (micropence); ``supplied`` whether the supply is on or waits to be restored, so that
    it can still be cut off.
    """

    prepayment: bool
    prices: Callable[[datetime, datetime], Iterable[tuple[datetime, int]]]
    cost: Callable[[datetime, datetime], int]
    standing_charge: int = 0
    supplied: bool = True
    disablement_threshold: int = 0
    suspend_debt_disabled: bool = False
    suspend_debt_emergency: bool = False
    low_credit: int = 0
    emergency_limit: int = 0
    emergency_threshold: int = 0
    greatest_balance: int = 0
    greatest_top_up: int = 0
    debts: tuple[Debt, Debt] = (Debt(), Debt())
    debt_share: int = 0
    """Of each top-up for the payment-based debt, in 0.01 %."""
    debt_cap: int = 0
    """The most that payments recover in a week."""
    one_balance: bool = True
    """Whether credit mode and prepayment mode count in the same balance (electricity) or each in its own."""


class Event(Enum):
    """What happens to an account of its own accord."""

    LOW_CREDIT = "combined credit is below the low credit threshold"
    EMERGENCY_OFFERED = "emergency credit has become available"
    EMERGENCY_IN_USE = "emergency credit is being used"
    EMERGENCY_EXHAUSTED = "emergency credit is exhausted"
    CUT_OFF = "credit is below the disablement threshold"


@dataclass(slots=True)
class Account:
    """Balances and debts (micropence) at the moment ``at``.

    ``bill`` is the balance of credit mode where a meter has one for each mode. ``emergency`` is what is left
    of activated emergency credit, ``lent`` what of it was used and is to be paid back. ``debts`` are time
    debts 1 and 2 and the payment debt. ``noted`` are the events that hold since they were last reported.
    """

    at: datetime
    balance: int = 0
    bill: int = 0
    emergency: int = 0
    lent: int = 0
    accumulated: int = 0
    debts: list[int] = field(default_factory=lambda: [0, 0, 0])
    noted: set[Event] = field(default_factory=set)

    def copy(self) -> Account:
        """One like it, to be changed without changing it."""
        return Account(  # settling copies several, and dataclasses.replace takes its time
            self.at, self.balance, self.bill, self.emergency, self.lent, self.accumulated,
            list(self.debts), set(self.noted),
        )  # fmt: skip

    # --- as stored ---

    def as_plain(self) -> dict[str, Any]:
        """As plain data."""
        noted = sorted(each.name for each in self.noted)
        plain = {name: getattr(self, name) for name in self.__slots__}
        return {**plain, "at": to_micros(self.at), "debts": list(self.debts), "noted": noted}

    @classmethod
    def of_plain(cls, plain: dict[str, Any]) -> Account:
        """From what :meth:`as_plain` gave."""
        noted = {Event[name] for name in plain["noted"]}
        return cls(**{**plain, "at": from_micros(plain["at"]), "noted": noted})

    # --- time ---

    def advance(self, until: datetime, terms: Terms) -> None:
        """Charge what has come due by ``until``; nothing is charged twice, and no event is looked for."""
        if until <= self.at:
            return
        energy, standing, debts = self._due(until, terms)
        if not terms.prepayment:
            if terms.one_balance:
                self.balance -= energy + standing
            else:
                self.bill -= energy + standing
        else:
            for number, collected in enumerate(debts):
                self.debts[number] -= collected
            fixed = standing + sum(debts)
            if self._accumulates(terms):
                self.accumulated += fixed
                fixed = 0
            self._pay(energy + fixed, terms)
        self.at = until

    def _due(self, until: datetime, terms: Terms) -> tuple[int, int, list[int]]:
        """Consumption, standing charge and time debts from ``at`` to ``until``."""
        standing = terms.standing_charge * MICRO * _boundaries(self.at, until, DAY)
        debts = [0, 0]
        if terms.prepayment and (terms.supplied or not terms.suspend_debt_disabled):
            debts = [
                min(remaining, each.amount * MICRO * _boundaries(self.at, until, each.period))
                for remaining, each in zip(self.debts, terms.debts, strict=False)
            ]
        return terms.cost(self.at, until), standing, debts

    def _accumulates(self, terms: Terms) -> bool:
        """Whether standing charge and debts wait in the accumulated debt while emergency credit is used."""
        return terms.suspend_debt_emergency and self.emergency > 0 and Event.EMERGENCY_IN_USE in self.noted

    def _pay(self, amount: int, terms: Terms) -> None:
        from_balance = min(amount, max(0, self._headroom(terms)))
        borrowed = min(amount - from_balance, self.emergency)
        self.emergency -= borrowed
        self.lent += borrowed
        self.balance -= amount - borrowed

    def _headroom(self, terms: Terms) -> int:
        return self.balance - terms.disablement_threshold * MICRO

    # --- events ---

    def next_event(self, terms: Terms) -> tuple[datetime, Event | None] | None:
        """The first moment from ``at`` on when something happens of its own accord, and what.

        A moment without an event means: look again then (a time debt is collected to its end, or the
        :data:`HORIZON` is reached). None where nothing can happen.
        """
        if not terms.prepayment:
            return None
        levels = [each for each in self._levels(terms) if each[1] not in self.noted]
        if levels and levels[0][0] <= 0:
            return self.at, levels[0][1]
        end = self.at + HORIZON
        found = self._reaches(levels[0][0], end, terms) if levels else None
        quiet = min((end, *self._debts_paid(terms)))
        return (quiet, None) if found is None or quiet < found else (found, levels[0][1])

    def _levels(self, terms: Terms) -> list[tuple[int, Event]]:
        """How much must be charged for each event that can come by charging, least first."""
        headroom = self._headroom(terms)
        found: list[tuple[int, Event]] = []
        if terms.low_credit:
            found.append((self.balance + self.emergency - terms.low_credit * MICRO, Event.LOW_CREDIT))
        if terms.emergency_limit and not (self.emergency or self.lent):
            found.append((self.balance - terms.emergency_threshold * MICRO, Event.EMERGENCY_OFFERED))
        if self.emergency:
            found.append((headroom, Event.EMERGENCY_IN_USE))
        if self.lent or self.emergency:
            found.append((headroom + self.emergency, Event.EMERGENCY_EXHAUSTED))
        if terms.supplied:
            found.append((headroom + self.emergency, Event.CUT_OFF))
        order = list(Event)
        return sorted(found, key=lambda each: (max(0, each[0]), order.index(each[1])))

    def _debts_paid(self, terms: Terms) -> list[datetime]:
        """When each time debt will be collected to its end."""
        return [
            _boundary(self.at, how.period, -(-remaining // (how.amount * MICRO)))
            for remaining, how in zip(self.debts, terms.debts, strict=False)
            if remaining and how.amount and (terms.supplied or not terms.suspend_debt_disabled)
        ]

    def _reaches(self, amount: int, end: datetime, terms: Terms) -> datetime | None:
        """The first second by which ``amount`` of the credit has been charged, within a horizon."""
        ahead = Account(self.at, debts=list(self.debts), emergency=self.emergency, noted=set(self.noted))
        left = amount
        while ahead.at < end:
            day = min(end, ahead.at + DAY)
            charged = ahead._charged(day, terms)
            if charged >= left:
                return ahead._second(left, day, terms)
            left -= charged
            for number, collected in enumerate(ahead._due(day, terms)[2]):
                ahead.debts[number] -= collected
            ahead.at = day
        return None

    def _charged(self, until: datetime, terms: Terms) -> int:
        energy, standing, debts = self._due(until, terms)
        return energy if self._accumulates(terms) else energy + standing + sum(debts)

    def _second(self, amount: int, until: datetime, terms: Terms) -> datetime:
        low, high = 0, -(-(until - self.at) // _SECOND)
        while high - low > 1:
            middle = (low + high) // 2
            if self._charged(min(until, self.at + _SECOND * middle), terms) >= amount:
                high = middle
            else:
                low = middle
        return min(until, self.at + _SECOND * high)

    def look_again(self, terms: Terms) -> None:
        """Forget the noted events that no longer hold, so that they are reported when they come again."""
        levels = self._levels(terms._replace(supplied=True)) if terms.prepayment else ()
        self.noted &= {event for amount, event in levels if amount <= 0}

    # --- payments ---

    def top_up(self, amount: int, terms: Terms, recovered: int = 0) -> None:
        """Credit ``amount`` (millipence).

        A share goes to the payment debt, as far as what payments have ``recovered`` lately leaves room under
        the cap; then what has accumulated and what was lent is paid back; the rest is the meter balance's.
        """
        rest = amount * MICRO
        share = min(self.debts[2], rest * terms.debt_share // 10_000)
        if terms.debt_cap:
            share = min(share, max(0, terms.debt_cap - recovered) * MICRO)
        self.debts[2] -= share
        rest -= share
        repaid = min(rest, self.accumulated)
        self.accumulated -= repaid
        rest -= repaid
        returned = min(rest, self.lent)
        self.lent -= returned
        if returned and not self.lent:
            self.emergency = 0
        self.balance += rest - returned


def _boundaries(start: datetime, end: datetime, period: timedelta) -> int:
    """How many ends of periods (counted from midnight UTC) lie after ``start`` up to ``end``."""
    return (end - _EPOCH) // period - (start - _EPOCH) // period


def _boundary(start: datetime, period: timedelta, count: int) -> datetime:
    """The ``count``-th end of a period after ``start``."""
    return _EPOCH + ((start - _EPOCH) // period + count) * period


_EPOCH: Final = from_micros(0)
