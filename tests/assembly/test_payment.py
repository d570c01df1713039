"""Prices, balances, payment modes and top-ups, all the way: User, DCC, hub, meter and back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from gbsmart.assembly import System
from gbsmart.assembly.plan import NETWORK_OPERATOR
from gbsmart.assembly.street import LocalStreet
from gbsmart.assembly.travel import travel
from gbsmart.devices import Supply
from gbsmart.gbcs.utrn import ValueClass
from gbsmart.ground import NEVER, Eui64
from gbsmart.user import DeviceRefused, Refused

from .conftest import Start

pytestmark = pytest.mark.anyio
EXECUTED = 0x8F66
LATER = timedelta(seconds=20)
CUT_OFF, ARMED, ADDED_LOCALLY, DUPLICATE = 0x8F0F, 0x8F32, 0x810E, 0x8F51
KINDS = ["ESME", "GSME"]
PREPAYMENT = {"suspend_debt_disabled": True, "suspend_debt_emergency": False, "disablement_threshold": 0}


@pytest.fixture
async def system(start: Start) -> AsyncIterator[System]:
    async with start() as running:
        yield running


def meter(system: System, kind: str) -> Eui64:
    home = system.street_plan[0]
    return home.esme if kind == "ESME" else home.gsme


def supply(system: System, kind: str) -> Supply:
    state: Supply = system.street.home(system.street_plan[0].chf).devices[kind].state.supply
    return state


async def balance(system: System, kind: str) -> int:
    """The meter balance as 4.3 reads it, in millipence."""
    answer = await system.user.request("4.3", meter(system, kind))
    assert answer.outcome is not None
    assert answer.outcome.success
    held: int = (
        answer.values["prepayment_balances"]["meter_balance"]
        if kind == "ESME"
        else answer.values["credit_remaining"]
    )
    return held


async def settle(system: System, kind: str, amount: int) -> None:
    """Nothing is owed, and ``amount`` is in credit (1.5)."""
    for how in ({"reset_meter_balance": True}, {"adjust_meter_balance": amount}):
        answer = await system.user.request("1.5", meter(system, kind), prepayment_mode=how)
        assert answer.outcome is not None
        assert answer.outcome.success


def prices(kind: str, price: int) -> dict[str, Any]:
    if kind == "ESME":
        tariff = {register: price if register == 1 else 0 for register in range(1, 49)}
        elements = {
            "standing_charge": 53, "standing_charge_scale": -2, "price_scale": -5, "tou_tariff": tariff,
        }  # fmt: skip
        return {"price_elements": {"electricity_price_elements": elements}}
    elements = {
        "currency_units": "GBP", "standing_charge": 29_000,
        "tou_tariff": dict.fromkeys(range(1, 5), price),
    }  # fmt: skip
    return {"price_elements": {"gas_price_elements": elements}}


async def told(system: System, *wanted: int) -> None:
    """Wait until the supplier was sent alerts with these codes."""
    missing = set(wanted)
    async with asyncio.timeout(20):
        async for message in system.user.messages(since=0):
            opened = await system.user.open(message)
            if opened is not None:
                missing.discard(opened.values.get("alert_code", 0))
            if not missing:
                return


def road(system: System) -> LocalStreet:
    assert isinstance(system.road, LocalStreet)
    return system.road


# --- 1.2.1 ---


@pytest.mark.parametrize("kind", KINDS)
async def test_prices_now_later_and_never(system: System, kind: str) -> None:
    device = meter(system, kind)
    answer = await system.user.request("1.2.1", device, **prices(kind, 9_999))
    assert answer.outcome is not None
    assert answer.outcome.success
    later = system.clock.now().replace(microsecond=0) + LATER
    exchange = await system.user.send(
        system.user.draft("1.2.1", device, **prices(kind, 9_000), execution_date_time=later)
    )
    await travel(system, later)
    held = await system.user.answer(exchange)
    assert {each.values["alert_code"] for each in held.alerts} == {EXECUTED}
    assert len(held.alerts) == 2
    far = system.clock.now().replace(microsecond=0) + timedelta(days=9)
    await system.user.send(system.user.draft("1.2.1", device, **prices(kind, 1), execution_date_time=far))
    cancelled = await system.user.request("1.2.1", device, **prices(kind, 1), execution_date_time=NEVER)
    assert cancelled.outcome is not None
    assert cancelled.outcome.success
    due = system.street.home(system.street_plan[0].chf).devices[kind].memory.under("due/")
    assert not [slot for slot in due if "MONEY" not in slot and "BILLING" not in slot]


# --- 1.5, 1.6, 2.2 and 4.3 ---


@pytest.mark.parametrize("kind", KINDS)
async def test_a_home_in_prepayment(system: System, kind: str) -> None:
    device = meter(system, kind)
    await settle(system, kind, 10_000_000)
    before = await balance(system, kind)
    assert 9_000_000 < before <= 10_000_000

    answer = await system.user.request("1.6", device, prepayment=PREPAYMENT)
    assert answer.outcome is not None
    assert answer.outcome.success
    topped_up = await system.user.top_up(device, 25, ValueClass.POUNDS)
    assert topped_up.outcome is not None
    assert topped_up.outcome.success
    assert before + 2_400_000 < await balance(system, kind) <= before + 2_500_000

    # as many pounds too few: the supply stops, and a top-up at the meter arms it again
    await system.user.request("1.5", device, prepayment_mode={"adjust_meter_balance": -15_000_000})
    assert supply(system, kind) is Supply.OFF
    digits, _ = await system.user.make_utrn(device, 40, ValueClass.POUNDS)
    credited = await road(system).top_up(device, digits)
    assert (credited.accepted, credited.amount) == (True, 4_000_000)
    assert supply(system, kind) is Supply.ARMED
    assert await road(system).restore_supply(device)
    assert supply(system, kind) is Supply.ON
    again = await road(system).top_up(device, digits)
    assert not again.accepted
    await told(system, CUT_OFF, ARMED, ADDED_LOCALLY, DUPLICATE)


@pytest.mark.parametrize("kind", KINDS)
async def test_a_payment_mode_for_later(system: System, kind: str) -> None:
    device = meter(system, kind)
    await settle(system, kind, 10_000_000)
    later = system.clock.now().replace(microsecond=0) + LATER
    exchange = await system.user.send(
        system.user.draft("1.6", device, prepayment=PREPAYMENT, execution_date_time=later)
    )
    await travel(system, later)
    held = await system.user.answer(exchange)
    assert {each.values["alert_code"] for each in held.alerts} == {EXECUTED}
    back = await system.user.request("1.6", device, credit=True)
    assert back.outcome is not None
    assert back.outcome.success
    never = await system.user.request("1.6", device, credit=True, execution_date_time=NEVER)
    assert never.outcome is not None
    assert never.outcome.success


async def test_a_top_up_that_is_not_genuine_is_refused(system: System) -> None:
    esme, gsme = meter(system, "ESME"), meter(system, "GSME")
    digits, counter = await system.user.make_utrn(gsme, 500)
    forged = await system.user.send(system.user.draft("2.2", esme, counter=counter, utrn=digits))
    with pytest.raises(DeviceRefused):
        await system.user.answer(forged)
    digits, counter = await system.user.make_utrn(esme, 500)
    wrong = await system.user.send(system.user.draft("2.2", gsme, counter=counter, utrn=digits))
    with pytest.raises(DeviceRefused) as refused:
        await system.user.answer(wrong)
    assert refused.value.response.values["result_type"] == 1


async def test_only_a_supplier_asks_for_money(system: System) -> None:
    operator = system.users[NETWORK_OPERATOR]
    for variant, fields in (
        ("4.3", {}), ("2.2", {"utrn": "7" * 20}), ("1.5", {"credit_mode": {"reset_meter_balance": True}}),
    ):  # fmt: skip
        with pytest.raises(Refused) as refused:
            await operator.request(variant, meter(system, "ESME"), **fields)
        assert refused.value.response_code == "E2"


async def test_the_proxy_answers_for_the_gas_meter(system: System) -> None:
    await settle(system, "GSME", 700_000)
    await asyncio.sleep(0.5)  # until the gas meter has been awake again
    answer = await system.user.request("4.3", system.street_plan[0].gpf)
    assert answer.values["credit_remaining"] == 700_000
