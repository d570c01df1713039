"""The account of a meter: kept in its memory, charged as time passes, topped up, and told of in alerts.

What differs between electricity and gas is declared in an :class:`Accounting`; everything else, from the
first charge to the closing of the supply and the credit that arms it again, is the same (SMETS 4.6, 5.6).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, NamedTuple, cast

from gbsmart.devices import payments, schedule, tariff_history
from gbsmart.devices.credentials import UTRN_CACHE, UTRN_FLOOR, cell
from gbsmart.devices.device import Device, Routine
from gbsmart.devices.events import report
from gbsmart.devices.exchange import EVENT, Exchange, Reaction
from gbsmart.devices.history import History, midnights
from gbsmart.devices.meter import SUPPLY_ARMED, Meter, Supply
from gbsmart.devices.money import LARGEST, MICRO, Account, Event, Terms
from gbsmart.devices.tariff_history import Charge
from gbsmart.gbcs.utrn import SeenCounters, TopUp, check_utrn, is_for
from gbsmart.ground import InvalidValue
from gbsmart.keys import KeyUse, RemotePartyRole
from gbsmart.store import to_micros

ROUTINE: Final = "MONEY"
_NEXT: Final = f"{ROUTINE}:next"
_SLOT: Final = "account"
_SPARED: Final = "account-spared"
_TOP_UP_CELL: Final = cell(RemotePartyRole.SUPPLIER, KeyUse.TOP_UP)

CREDIT_ADDED_LOCALLY, EMERGENCY_ACTIVATED, EMERGENCY_ARMS = 0x810E, 0x81AB, 0x8168
DEBTS_PAID: Final = (0x81A7, 0x81A8, 0x81A9)
ENTRY_SUSPENDED, LOCKED_OUT = 0x81C4, 0x81C5
_OF_EVENTS: Final[Mapping[Event, int]] = {
    Event.LOW_CREDIT: 0x810D,
    Event.EMERGENCY_OFFERED: 0x8119,
    Event.EMERGENCY_EXHAUSTED: 0x81AA,
    Event.CUT_OFF: 0x8F0F,
}
DISABLEMENT_SUSPENDED: Final = 0x8F83
"""Alert codes (GBCS 16.2)."""


def _never_spared(_device: Device, _moment: datetime) -> None:
    return None


class Refusal(NamedTuple):
    """Why digits gave no credit, and the alert that says so (None: none does)."""

    reason: str
    alert: int | None = None


_DUPLICATE: Final = Refusal("it was entered before", 0x8F51)
_REFUSALS: Final[Mapping[TopUp, Refusal]] = {
    TopUp.NOT_A_UTRN: Refusal("its digits are no UTRN"),
    TopUp.DUPLICATE: _DUPLICATE,
    TopUp.TOO_OLD: Refusal("its counter is below all that are remembered", _DUPLICATE.alert),
    TopUp.NOT_AUTHENTIC: Refusal("it is not authentic", 0x8F63),
    TopUp.UNUSED_VALUE_CLASS: Refusal("its value has no known unit", 0x8F63),
}
"""Which alert a UTRN that is too old or has an unknown unit brings is assumed."""
_TOO_MUCH: Final = Refusal("it exceeds the greatest credit that may be added at once", 0x8F5B)
_TOO_RICH: Final = Refusal("the balance would exceed the greatest that is allowed", 0x8F47)

_LOCKED: Final = Refusal("entry by hand is suspended", LOCKED_OUT)

MOST_WRONG: Final = 5
LOCKED_FOR: Final = timedelta(minutes=10)
"""So many wrong entries in a row by hand suspend entry for so long (assumed)."""
_WRONG, _LOCKED_UNTIL = "utrn-wrong", "utrn-locked"


class Credited(NamedTuple):
    """What became of a top-up: the amount and the balance after it, in millipence, or why it was refused."""

    amount: int = 0
    balance: int = 0
    refusal: Refusal | None = None

    @property
    def accepted(self) -> bool:
        """Whether credit was added."""
        return self.refusal is None


class Balances(NamedTuple):
    """The account as it is read, in millipence. ``bill`` is positive where money is owed (gas)."""

    meter_balance: int
    emergency_credit: int
    accumulated_debt: int
    time_debt_1: int
    time_debt_2: int
    payment_debt: int
    bill: int


_DAILY: Final = History("account/midnights", len(Balances._fields), 31)
"""The balances at the last midnights."""


@dataclass(frozen=True)
class Accounting:
    """The account of one type of meter.

    ``prepays`` says whether a meter is in prepayment mode, ``terms`` reads from its objects all that is set.
    ``spared_until`` is the end of the period without disablement that a moment lies in, None where it lies
    in none.
    """

    prepays: Callable[[Device, datetime], bool]
    terms: Callable[[Device, datetime], Terms]
    spared_until: Callable[[Device, datetime], datetime | None] = _never_spared

    @property
    def routines(self) -> Mapping[str, Routine]:
        """What the device does of its own accord at the moments that the account plans."""
        return {ROUTINE: self.routine}

    # --- reading ---

    def at(self, device: Device, moment: datetime) -> Account:
        """The account at a moment, by the terms in force then; nothing is remembered."""
        account = _kept(device, moment).copy()
        account.advance(moment, self.terms(device, moment))
        return account

    def balances(self, device: Device, moment: datetime) -> Balances:
        """What is read of it."""
        return _rounded(self.at(device, moment))

    def balances_at(self, device: Device, midnight: datetime) -> Balances | None:
        """What they were at one of the last midnights; None of a time that nothing is known of."""
        for row in _DAILY.rows(device.memory):
            if row.moment == midnight:
                return Balances(*row.numbers)
        known = midnight >= self.kept_since(device, midnight)
        return self.balances(device, midnight) if known else None

    def kept_since(self, device: Device, moment: datetime) -> datetime:
        """The earliest moment at which the balances are still known."""
        return _kept(device, moment).at

    def charges(self, device: Device, since: datetime, until: datetime) -> list[Charge]:
        """What was charged between two moments, by the tariffs that were in force then."""
        return tariff_history.charges(device.memory, self.terms(device, until), since, until)

    # --- what happens ---

    def settle(self, device: Device, moment: datetime, reaction: Reaction | None = None) -> Account:
        """Charge everything up to a moment by the terms in force until then, and remember it.

        Whoever changes terms, supply or balance settles before and calls :meth:`resume` after.
        """
        before = _kept(device, moment)
        if before.at == moment:
            return before.copy()
        terms = self.terms(device, moment)
        tariff_history.note(device.memory, terms, moment)
        self._note_midnights(device, before, moment, terms)
        account = before.copy()
        account.advance(moment, terms)
        _keep(device, account)
        if reaction is not None:
            self._report_debts(device, before, account, moment, reaction)
        return account

    def _note_midnights(self, device: Device, before: Account, until: datetime, terms: Terms) -> None:
        """Remember the balances at the midnights passed, by the terms that held then."""
        if before.at.date() == until.date():
            return
        account = before.copy()
        passed: list[tuple[datetime, Balances]] = []
        for at in midnights(before.at, until, _DAILY.most):
            account.advance(at, terms)
            passed.append((at, _rounded(account)))
        _DAILY.add(device.memory, passed)

    def resume(self, device: Device, moment: datetime, reaction: Reaction, arms: int = SUPPLY_ARMED) -> None:
        """Go on after a change: report what holds now, arm the supply if it may be, plan what comes.

        ``arms`` is the alert that says so.
        """
        account = self.settle(device, moment, reaction)
        if not (account.noted or self.prepays(device, moment)):
            schedule.withdraw(device.memory, _NEXT)
            return
        was_cut_off = Event.CUT_OFF in account.noted
        account.look_again(self.terms(device, moment))
        if was_cut_off and Event.CUT_OFF not in account.noted and _meter(device).supply is Supply.OFF:
            _meter(device).switch(Supply.ARMED, moment)
            report(device, arms, moment, reaction, EVENT)
        self._go_on(device, account, moment, reaction)

    def routine(self, device: Device, moment: datetime, reaction: Reaction) -> None:
        """What was planned for this moment."""
        self._go_on(device, self.settle(device, moment, reaction), moment, reaction)

    def _go_on(self, device: Device, account: Account, moment: datetime, reaction: Reaction) -> None:
        schedule.withdraw(device.memory, _NEXT)
        while (coming := account.next_event(self.terms(device, moment))) is not None:
            at, event = coming
            if at > moment or event is None:
                schedule.hold(device.memory, at, _NEXT, b"")
                break
            if event is Event.CUT_OFF and self._is_spared(device, moment, reaction):
                break
            account.noted.add(event)
            if event is Event.CUT_OFF:
                _meter(device).switch(Supply.OFF, moment)
            if event in _OF_EVENTS:
                report(device, _OF_EVENTS[event], moment, reaction, EVENT)
        _keep(device, account)

    def _is_spared(self, device: Device, moment: datetime, reaction: Reaction) -> bool:
        """Whether a period without disablement keeps the supply on; it is looked at again when it ends.

        What else may happen meanwhile is looked for then too (assumed).
        """
        until = self.spared_until(device, moment)
        if until is None:
            device.memory.drop(_SPARED)
            return False
        schedule.hold(device.memory, until, _NEXT, b"")
        if device.memory.number(_SPARED) != to_micros(until):  # told once for each period
            device.memory.put_number(_SPARED, to_micros(until))
            report(device, DISABLEMENT_SUSPENDED, moment, reaction, EVENT)
        return True

    def _report_debts(
        self, device: Device, before: Account, after: Account, moment: datetime, reaction: Reaction
    ) -> None:
        for had, has, code in zip(before.debts, after.debts, DEBTS_PAID, strict=True):
            if had and not has:
                report(device, code, moment, reaction, EVENT)

    # --- what is done to it ---

    def change(
        self, device: Device, moment: datetime, reaction: Reaction, change: Callable[[Account], None]
    ) -> None:
        """Change the account in any way; raises :class:`InvalidValue` where a balance would not fit."""
        account = self.settle(device, moment, reaction)
        before = account.copy()
        change(account)
        for each in (account.balance, account.bill, *account.debts):
            if not -LARGEST - 1 <= each // MICRO <= LARGEST:
                raise InvalidValue(f"the balance would be {each // MICRO}, beyond what a meter can hold")
        self._report_debts(device, before, account, moment, reaction)
        _keep(device, account)
        self.resume(device, moment, reaction)

    def top_up(
        self, device: Device, digits: str, moment: datetime, reaction: Reaction, counter: int | None = None
    ) -> Credited:
        """Add credit for a genuine UTRN; refuse any other, which is then not used up.

        ``counter`` is the UTRN counter that the message it came in was sent under; without one it is
        taken for nearest to the highest accepted (GBCS 14).
        """
        terms = self.terms(device, moment)
        seen = _seen(device)
        supplier = device.credentials.in_cell(_TOP_UP_CELL)
        if supplier is None or supplier.holder is None:
            return Credited(refusal=Refusal("the meter has no key to check it with"))
        check = check_utrn(digits, device.credentials, supplier.holder, device.eui, seen, counter)
        if check.outcome is not TopUp.GENUINE:
            return self._refused(device, _REFUSALS[check.outcome], moment, reaction)
        assert check.utrn is not None
        assert check.utrn.pence is not None
        assert check.counter is not None
        amount = check.utrn.pence * MICRO
        if terms.greatest_top_up and amount > terms.greatest_top_up:
            return self._refused(device, _TOO_MUCH, moment, reaction)
        greatest = min(terms.greatest_balance or LARGEST, LARGEST)
        if self.balances(device, moment).meter_balance + amount > greatest:
            return self._refused(device, _TOO_RICH, moment, reaction)
        _remember(device, seen.accept(check.counter >> 32))
        recovered = payments.collected_lately(device.memory, moment)
        owed = self.settle(device, moment, reaction).debts[2]
        self.change(device, moment, reaction, lambda account: account.top_up(amount, terms, recovered))
        after = self.balances(device, moment)
        payments.note_top_up(device.memory, moment, amount, _digits(digits))
        if collected := owed // MICRO - after.payment_debt:
            payments.note_collection(device.memory, moment, collected, after.payment_debt)
        return Credited(amount, after.meter_balance)

    def recognises(self, device: Device, digits: str) -> bool:
        """Whether a UTRN was made for this meter: its MAC can be checked by no other."""
        supplier = device.credentials.in_cell(_TOP_UP_CELL)
        if supplier is None or supplier.holder is None:
            return False
        keys, holder = device.credentials, supplier.holder
        return is_for(check_utrn(digits, keys, holder, device.eui, _seen(device)), keys, holder, device.eui)

    def _refused(self, device: Device, refusal: Refusal, moment: datetime, reaction: Reaction) -> Credited:
        if refusal.alert is not None:
            report(device, refusal.alert, moment, reaction)
        return Credited(refusal=refusal)

    def enter(self, device: Device, digits: str, moment: datetime, reaction: Reaction) -> Credited:
        """A top-up typed in by hand: as :meth:`top_up`, but wrong digits again and again suspend entry."""
        memory = device.memory
        if to_micros(moment) < memory.number(_LOCKED_UNTIL):
            return self._refused(device, _LOCKED, moment, reaction)
        found = self.top_up(device, digits, moment, reaction)
        if found.accepted:
            memory.drop(_WRONG)
            report(device, CREDIT_ADDED_LOCALLY, moment, reaction, EVENT)
            return found
        wrong = memory.number(_WRONG) + 1
        memory.put_number(_WRONG, wrong)
        if wrong >= MOST_WRONG:
            memory.drop(_WRONG)
            memory.put_number(_LOCKED_UNTIL, to_micros(moment + LOCKED_FOR))
            report(device, ENTRY_SUSPENDED, moment, reaction, EVENT)
        return found

    def activate_emergency_credit(self, device: Device, moment: datetime, reaction: Reaction) -> bool:
        """Lend emergency credit where it is offered; whether it was."""
        account = self.settle(device, moment, reaction)
        if Event.EMERGENCY_OFFERED not in account.noted or account.emergency or account.lent:
            return False
        account.emergency = self.terms(device, moment).emergency_limit * MICRO
        _keep(device, account)
        report(device, EMERGENCY_ACTIVATED, moment, reaction, EVENT)
        self.resume(device, moment, reaction, EMERGENCY_ARMS)
        return True


def _rounded(account: Account) -> Balances:
    amounts = (account.balance, account.emergency, account.accumulated, *account.debts, -account.bill)
    return Balances(*(max(-LARGEST - 1, min(LARGEST, each // MICRO)) for each in amounts))


def _digits(typed: str) -> str:
    return "".join(each for each in typed if each.isdigit())


def counter_of(exchange: Exchange) -> int:
    """The UTRN counter of a top-up command: the high half of its originator counter."""
    return exchange.header.counter >> 32


def _kept(device: Device, moment: datetime) -> Account:
    """The account as it was kept last: shared, and not to be changed.

    Until one is, it is that of a meter whose supplier settled the balance when the month began (assumed).
    """
    octets = device.memory.get(_SLOT)
    return Account(_month_of(moment)) if octets is None else _read(octets)


def _read(octets: bytes) -> Account:
    account = _LATELY.get(octets)
    return Account.of_plain(json.loads(octets)) if account is None else account


def _keep(device: Device, account: Account) -> None:
    octets = _encode(account.as_plain()).encode()
    device.memory.put(_SLOT, octets)
    if len(_LATELY) >= _MOST_LATELY:
        _LATELY.clear()
    _LATELY[octets] = account.copy()


_encode: Final = json.JSONEncoder(separators=(",", ":")).encode
_MOST_LATELY: Final = 4_096
_LATELY: Final[dict[bytes, Account]] = {}
"""Accounts as they were kept of late, by their octets: not to be changed. Most are soon looked at again."""


def _meter(device: Device) -> Meter:
    return cast("Meter", device.state)


def _month_of(moment: datetime) -> datetime:
    return moment.replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def _seen(device: Device) -> SeenCounters:
    """The UTRN counters that the device has accepted."""
    octets = device.memory.get(UTRN_CACHE) or b""
    accepted = tuple(int.from_bytes(octets[at : at + 4], "big") for at in range(0, len(octets), 4))
    return SeenCounters(device.memory.number(UTRN_FLOOR), accepted)


def _remember(device: Device, seen: SeenCounters) -> None:
    device.memory.put(UTRN_CACHE, b"".join(each.to_bytes(4, "big") for each in seen.accepted))
