"""Devices through the control API: what they hold, setting it, alerts."""

from __future__ import annotations

from typing import Any

import pytest
from httpx import AsyncClient

from gbsmart.assembly import System
from gbsmart.gbcs.alert_codes import alert_codes

pytestmark = pytest.mark.anyio


async def state(api: AsyncClient, device: Any) -> dict[str, Any]:
    answer = await api.get(f"/devices/{device}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_every_device_shows_what_it_holds(api: AsyncClient, system: System) -> None:
    home = system.street_plan[0]
    for device, kind in home.devices:
        found = await state(api, device)
        assert (found["kind"], found["hub"], found["alive"]) == (kind, str(home.chf), True)
    meter = (await state(api, home.esme))["values"]
    assert meter["import_registers"]["measured"]
    assert meter["import_tariff"]["value"]["prices"]["1"] == 24_500
    gas, proxy = [(await state(api, each))["values"] for each in (home.gsme, home.gpf)]
    assert gas["standing_charge"]["value"] == proxy["standing_charge"]["value"]
    assert proxy["standing_charge"]["measured"]  # the proxy only mirrors it


async def test_what_is_set_is_what_the_next_request_finds(api: AsyncClient, system: System) -> None:
    home = system.street_plan[0]
    tariff = (await state(api, home.esme))["values"]["import_tariff"]["value"]
    tariff["prices"]["1"] = 31_000
    changed = await api.patch(f"/devices/{home.esme}", json={"values": {"import_tariff": tariff}})
    assert changed.status_code == 200, changed.text
    assert changed.json()["values"]["active_tariff_price"]["value"] == 31_000

    changed = await api.patch(f"/devices/{home.gsme}", json={"values": {"calorific_value": 401}})
    assert changed.json()["values"]["calorific_value"]["value"] == 401

    changed = await api.patch(f"/devices/{home.esme}", json={"supply": "off"})
    assert changed.json()["supply"] == "off"
    await system.user.request("7.1", home.esme)
    assert (await state(api, home.esme))["supply"] == "on"
    stays = await api.patch(f"/devices/{home.esme}", json={"supply": "armed"})
    assert (stays.status_code, stays.json()["kind"]) == (409, "Conflict")


async def test_whatever_can_be_set_may_be_set_to_what_it_is(api: AsyncClient, system: System) -> None:
    home = system.street_plan[0]
    for device in (home.esme, home.gsme):
        before = await state(api, device)
        values = before["values"].items()
        held = {n: v["value"] for n, v in values if not v["measured"] and v["value"] is not None}
        assert len(held) > 15
        same = await api.patch(f"/devices/{device}", json={"values": held})
        assert same.status_code == 200, same.text
        after = same.json()["values"]
        assert {name: after[name]["value"] for name in held} == held


async def test_a_dead_device_does_not_answer(api: AsyncClient, system: System) -> None:
    esme = system.street_plan[0].esme
    assert not (await api.patch(f"/devices/{esme}", json={"alive": False})).json()["alive"]
    silent = await api.post("/read", json={"device": str(esme)})
    assert (silent.status_code, silent.json()["timed_out"]) == (504, True)
    assert (await api.patch(f"/devices/{esme}", json={"alive": True})).json()["alive"]
    assert (await api.post("/read", json={"device": str(esme)})).status_code == 200


async def test_a_log(api: AsyncClient, system: System) -> None:
    esme = system.street_plan[0].esme
    await system.user.request("7.2", esme)
    entries = (await api.get(f"/devices/{esme}/log", params={"log": "event"})).json()["entries"]
    assert "8154" in {each["code"] for each in entries}
    assert len((await api.get(f"/devices/{esme}/log", params={"limit": 1})).json()["entries"]) == 1


async def test_an_alert_goes_the_genuine_way_to_the_supplier(api: AsyncClient, system: System) -> None:
    esme = system.street_plan[0].esme
    raised = await api.post(f"/devices/{esme}/alerts", json={"code": "8F3F"})
    assert raised.status_code == 200, raised.text
    async for message in system.user.messages(since=0):
        opened = await system.user.open(message)  # its signature is checked
        assert message.alert_code == "8F3F"
        assert opened is not None
        assert opened.values["alert_code"] == 0x8F3F
        break


async def test_every_alert_code_that_a_type_of_device_raises(api: AsyncClient, system: System) -> None:
    """Each is raised, or it is said that it cannot be: a form is not declared, or content is needed."""
    home = system.street_plan[0]
    raised, refused = set[int](), dict[int, str]()
    for kind, device in (("ESME", home.esme), ("GSME", home.gsme), ("CHF", home.chf), ("GPF", home.gpf)):
        for code, row in alert_codes().items():
            if kind not in row.raised_by.split():
                continue
            answer = await api.post(f"/devices/{device}/alerts", json={"code": f"{code:04X}"})
            if answer.status_code == 200:
                raised.add(code)
            else:
                assert answer.status_code in (404, 422), answer.text
                refused[code] = answer.json()["message"]
    left = {f"{code:04X}": text for code, text in refused.items() if code not in raised}
    assert len(raised) > 150, left
    assert all("declared" in text or "give it" in text for text in left.values()), left


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"values": {"no_such_thing": 1}}, "no_such_thing"),
        ({"values": {"import_registers": {}}}, "import_registers"),
        ({"values": {"standing_charge": "much"}}, "standing_charge"),
        ({"values": {"standing_charge": None}}, "standing_charge"),
        ({"values": {"standing_charge": {"scale": 1}}}, "standing_charge"),
        ({"values": {"seasons": [{"name": 5}]}}, "seasons"),
        ({"supply": "half"}, "supply"),
    ],
)
async def test_what_a_device_cannot_be(
    change: dict[str, Any], field: str, api: AsyncClient, system: System
) -> None:
    esme = system.street_plan[0].esme
    before = await state(api, esme)
    refused = await api.patch(f"/devices/{esme}", json=change)
    assert refused.status_code == 422, refused.text
    assert refused.json()["field"].startswith(field)
    assert (await state(api, esme))["values"]["standing_charge"] == before["values"]["standing_charge"]


@pytest.mark.parametrize("path", ["", "/log"])
async def test_a_device_of_another_street(path: str, api: AsyncClient) -> None:
    assert (await api.get(f"/devices/00-DB-12-34-C0-FF-FF-00{path}")).status_code == 404


@pytest.mark.parametrize("value", [None, True, 1.5, 1 << 70, "x", {"a": 1}])
async def test_a_value_of_another_kind_is_refused(value: object, api: AsyncClient, system: System) -> None:
    """A list, a mapping and a list of mappings stand there."""
    meter = f"/devices/{system.street_plan[0].esme}"
    before = (await api.get(meter)).json()["values"]
    for name in ("seasons", "special_days", "thresholds_1", "billing_calendar"):
        refused = await api.patch(meter, json={"values": {name: value}})
        assert refused.status_code == 422, refused.text
        assert refused.json()["field"].startswith(name)
    after = (await api.get(meter)).json()["values"]
    assert {name: after[name] for name in ("seasons", "special_days")} == {
        name: before[name] for name in ("seasons", "special_days")
    }
