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
