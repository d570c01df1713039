"""Money at the meters through the control API: a home runs out of credit, and helps itself."""

from __future__ import annotations

import pytest
from httpx import AsyncClient

from gbsmart.assembly import System

pytestmark = pytest.mark.anyio
PREPAYMENT = {"suspend_debt_disabled": False, "suspend_debt_emergency": False, "disablement_threshold": 0}


@pytest.mark.parametrize("kind", ["esme", "gsme"])
async def test_a_home_without_credit_tops_itself_up(api: AsyncClient, system: System, kind: str) -> None:
    """The UTRN is typed in at the PPMID, which finds the meter; a second time at the meter itself."""
    device, ppmid = getattr(system.street_plan[0], kind), system.street_plan[0].ppmid
    await system.user.request("1.5", device, prepayment_mode={"reset_meter_balance": True})
    await system.user.request("1.6", device, prepayment=PREPAYMENT)

    async def account() -> dict[str, object]:
        answer = await api.get(f"/meters/{device}/account")
        assert answer.status_code == 200, answer.text
        found: dict[str, object] = answer.json()
        return found

    assert {name: (await account())[name] for name in ("prepayment", "supply", "emergency_credit")} == {
        "prepayment": True, "supply": "off", "emergency_credit": 0,
    }  # fmt: skip
    assert (await api.post(f"/meters/{device}/emergency-credit", json={})).json() == {"done": True}
    assert (await account())["emergency_credit"] == 500_000
    made = (await api.post(f"/meters/{device}/utrns", json={"value": 30, "pounds": True})).json()
    entered = await api.post(f"/meters/{ppmid}/top-ups", json={"utrn": made["utrn"]})
    assert entered.json() == {"meter": str(device), "accepted": True, "amount": 3_000_000, "refusal": ""}
    again = (await api.post(f"/meters/{device}/top-ups", json={"utrn": made["utrn"]})).json()
    assert (again["accepted"], again["refusal"]) == (False, "it was entered before")
    at_the_ppmid = (await api.post(f"/meters/{ppmid}/top-ups", json={"utrn": made["utrn"]})).json()
    assert at_the_ppmid == {**again, "meter": str(device)}
    assert (await api.post(f"/meters/{device}/supply", json={})).json() == {"done": True}
    assert (await api.post(f"/meters/{device}/supply", json={})).json() == {"done": False}
    assert (await account())["supply"] == "on"


async def test_what_has_no_account_is_said_so(api: AsyncClient, system: System) -> None:
    gpf = system.street_plan[0].gpf
    for answer in (await api.get(f"/meters/{gpf}/account"), await api.post(f"/meters/{gpf}/supply", json={})):
        assert answer.status_code >= 400, answer.text
        assert "no " in answer.json()["message"]
    missing = await api.get("/meters/00-00-00-00-00-00-00-01/account")
    assert missing.status_code == 404


async def test_a_gas_meter_loses_its_power_and_gets_a_new_battery(api: AsyncClient, system: System) -> None:
    device = system.street_plan[0].gsme
    flow = {"uncontrolled_gas_flow_rate_decimal": 0, "stabilisation_period": 1, "measurement_period": 1}
    locked = {"supply_tamper_state": "Unchanged", "supply_depletion_state": "Locked"}
    await system.user.request("6.7", device, **flow, **locked)

    async def state() -> dict[str, object]:
        answer = await api.get(f"/meters/{device}/state")
        assert answer.status_code == 200, answer.text
        found: dict[str, object] = answer.json()
        return found

    assert {name: (await state())[name] for name in ("supply", "battery_days")} == {
        "supply": "on", "battery_days": 3_650,
    }  # fmt: skip
    assert (await api.post(f"/meters/{device}/battery/depletion", json={})).json() == {"done": True}
    assert {name: (await state())[name] for name in ("supply", "battery_days")} == {
        "supply": "off", "battery_days": 0,
    }  # fmt: skip
    assert (await api.post(f"/meters/{device}/battery", json={})).json() == {"done": False}
    assert (await state())["battery_days"] == 3_650
    held = (await api.get(f"/devices/{device}")).json()
    assert held["supply"] == "off"
    log = (await api.get(f"/devices/{device}/log")).json()["entries"]
    assert {"8F1D", "8F82", "8F73", "81A1"} <= {each["code"] for each in log}
    refused = await api.post(f"/meters/{system.street_plan[0].esme}/battery/depletion", json={})
    assert (refused.status_code, refused.json()["field"]) == (422, "device")


@pytest.mark.parametrize("kind", ["esme", "gsme"])
async def test_a_privacy_pin_is_set_entered_and_ended(
    api: AsyncClient, system: System, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    device = getattr(system.street_plan[0], kind)

    async def reading() -> object:
        return (await api.get(f"/meters/{device}/state")).json()["reading"]

    async def press(what: str, pin: str) -> object:
        return (await api.post(f"/meters/{device}/{what}", json={"pin": pin})).json()["done"]

    assert isinstance(await reading(), int)
    assert await press("pin", "8642") is True
    assert await reading() is None
    assert await press("pin/entry", "8643") is False
    assert await press("pin/entry", "8642") is True
    assert isinstance(await reading(), int)
    assert await press("pin", "9753") is True
    assert await reading() is None
    page = await api.get(f"/devices/{device}")
    assert page.json()["values"]["privacy_pin_protection"]["value"] is True
    await system.user.request("3.5", device)
    assert isinstance(await reading(), int)
    wrong = await api.post(f"/meters/{device}/pin", json={"pin": "97531"})
    assert wrong.status_code == 422
    for said in (page.text, wrong.text, caplog.text, (await api.get(f"/devices/{device}/log")).text):
        assert not any(pin in said for pin in ("8642", "9753"))


async def test_a_meter_that_is_tampered_with_says_so(api: AsyncClient, system: System) -> None:
    device = system.street_plan[0].esme
    tampering = {"way": "terminal cover"}
    assert (await api.post(f"/meters/{device}/tampering", json=tampering)).json() == {"done": False}
    assert (await api.get(f"/meters/{device}/state")).json()["tampering"] == ["terminal cover"]
    assert (await api.post(f"/meters/{device}/tampering/end", json=tampering)).json() == {"done": True}
    assert (await api.get(f"/meters/{device}/state")).json()["tampering"] == []
    for wrong, field in (({"way": "hammer"}, "way"), ({"way": "tilt"}, "device")):
        refused = await api.post(f"/meters/{device}/tampering", json=wrong)
        assert (refused.status_code, refused.json()["field"]) == (422, field)
