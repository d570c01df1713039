"""The account by itself: what is charged, in what order it is paid, and when something happens."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from gbsmart.devices.money import DAY, HORIZON, MICRO, Account, Debt, Event, Terms

START = datetime(2026, 1, 15, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)


def per_hour(millipence: int) -> Any:
    """Consumption that costs so much every hour."""
    return lambda start, end: millipence * MICRO * ((end - start) // timedelta(seconds=1)) // 3_600


def terms(**wanted: Any) -> Terms:
    flat = {"prices": lambda start, _end: [(start, 10_000)], "cost": per_hour(10_000)}
    return Terms(**{"prepayment": True, **flat, **wanted})


def account(pence: int, **wanted: Any) -> Account:
    return Account(START, balance=pence * 1_000 * MICRO, **wanted)


def pence(micropence: int) -> int:
    return micropence // (1_000 * MICRO)


def test_consumption_and_standing_charge_are_taken_from_the_balance() -> None:
    held = account(1_000)
    held.advance(START + DAY, terms(standing_charge=53_000))
    assert pence(held.balance) == 1_000 - 240 - 53


@given(st.lists(st.integers(1, 400_000), max_size=8))
def test_it_does_not_matter_how_often_one_looks(steps: list[int]) -> None:
    how = terms(standing_charge=29_000, debts=(Debt(5_000, HOUR), Debt(70_000, DAY)))
    often, once = (account(50, debts=[10**9, 10**9, 0]) for _ in range(2))
    moment = START
    for seconds in steps:
        moment += timedelta(seconds=seconds * 9)
        often.advance(moment, how)
    once.advance(moment, how)
    # a second is the least that this consumption counts; the rest is exact
    assert often.debts == once.debts
    assert abs(often.balance - once.balance) <= len(steps) * 10_000


def test_credit_mode_has_a_balance_of_its_own_where_the_meter_has_two() -> None:
    gas = account(1_000)
    gas.advance(START + HOUR, terms(prepayment=False, one_balance=False))
    assert (pence(gas.balance), pence(gas.bill)) == (1_000, -10)
    electricity = account(1_000)
    electricity.advance(START + HOUR, terms(prepayment=False))
    assert (pence(electricity.balance), pence(electricity.bill)) == (990, 0)


def test_credit_that_runs_out_is_foreseen_to_the_second() -> None:
    held = account(100)
    assert held.next_event(terms()) == (START + HOUR * 10, Event.CUT_OFF)
    assert held.next_event(terms(disablement_threshold=-50_000)) == (START + HOUR * 15, Event.CUT_OFF)


def test_what_comes_later_than_the_horizon_is_looked_for_then() -> None:
    assert account(100_000).next_event(terms()) == (START + HORIZON, None)
    assert account(-1).next_event(terms(prepayment=False)) is None


def test_warnings_come_in_the_order_of_their_levels() -> None:
    how = terms(low_credit=60_000, emergency_limit=500_000, emergency_threshold=30_000)
    held = account(100)
    seen = []
    while (coming := held.next_event(how)) is not None and coming[1] is not None:
        held.advance(coming[0], how)
        held.noted.add(coming[1])
        seen.append(((coming[0] - START) // HOUR, coming[1]))
        if coming[1] is Event.CUT_OFF:
            break
    assert seen == [(4, Event.LOW_CREDIT), (7, Event.EMERGENCY_OFFERED), (10, Event.CUT_OFF)]


def test_emergency_credit_pays_when_the_balance_is_down_and_is_paid_back_first() -> None:
    how = terms(emergency_limit=50_000)
    held = account(20, emergency=50_000 * MICRO)
    held.advance(START + HOUR * 4, how)
    assert (pence(held.balance), pence(held.emergency), pence(held.lent)) == (0, 30, 20)
    held.top_up(5_000, how)
    assert (pence(held.balance), pence(held.lent)) == (0, 15)
    held.top_up(100_000, how)
    assert (pence(held.balance), held.lent, held.emergency) == (85, 0, 0)


def test_debts_wait_while_emergency_credit_is_used_where_the_supplier_wants_it() -> None:
    how = terms(cost=per_hour(0), standing_charge=10_000, suspend_debt_emergency=True, emergency_limit=50_000)
    held = account(0, emergency=50_000 * MICRO, noted={Event.EMERGENCY_IN_USE})
    held.advance(START + DAY * 2, how)
    assert (pence(held.emergency), pence(held.accumulated)) == (50, 20)
    held.top_up(50_000, how)
    assert (pence(held.balance), held.accumulated) == (30, 0)


def test_a_debt_is_collected_by_the_hour_to_its_end() -> None:
    how = terms(cost=per_hour(0), debts=(Debt(3_000, HOUR), Debt()))
    held = account(100, debts=[10_000 * MICRO, 0, 0])
    assert held.next_event(how) == (START + HOUR * 4, None)
    held.advance(START + HOUR * 9, how)
    assert (pence(held.balance), held.debts[0]) == (90, 0)


def test_no_debt_is_collected_while_the_supply_is_cut_off_where_the_supplier_wants_it() -> None:
    how = terms(cost=per_hour(0), debts=(Debt(3_000, HOUR), Debt()), suspend_debt_disabled=True)
    held = account(0, debts=[10_000 * MICRO, 0, 0])
    held.advance(START + HOUR * 2, how._replace(supplied=False))
    assert (held.balance, pence(held.debts[0])) == (0, 10)


def test_a_share_of_each_payment_goes_to_the_payment_debt() -> None:
    held = account(0, debts=[0, 0, 20_000 * MICRO])
    held.top_up(100_000, terms(debt_share=1_000))
    assert (pence(held.balance), pence(held.debts[2])) == (90, 10)
    held.top_up(1_000_000, terms(debt_share=1_000))
    assert (pence(held.balance), held.debts[2]) == (90 + 990, 0)


def test_what_no_longer_holds_may_happen_again() -> None:
    how = terms(low_credit=60_000)
    held = account(50, noted={Event.LOW_CREDIT, Event.CUT_OFF})
    held.look_again(how)
    assert held.noted == {Event.LOW_CREDIT}
    held.look_again(how._replace(prepayment=False))
    assert held.noted == set()


def test_as_stored_and_back() -> None:
    held = account(7, lent=3, debts=[1, 2, 3], noted={Event.CUT_OFF})
    assert Account.of_plain(held.as_plain()) == held
    assert Account.of_plain(replace(held, noted=set()).as_plain()).noted == set()


def test_a_copy_of_an_account_is_equal_and_its_own() -> None:
    noted = {Event.LOW_CREDIT}
    account = Account(START, 1, 2, 3, 4, 5, [6, 7, 8], noted)
    copied = account.copy()
    assert copied == account
    copied.debts[0], copied.noted = 0, copied.noted | {Event.CUT_OFF}
    copied.noted.add(Event.EMERGENCY_IN_USE)
    assert (account.debts, account.noted) == ([6, 7, 8], {Event.LOW_CREDIT})
