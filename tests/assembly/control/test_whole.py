"""The system as a whole through the control API: reset, seed, snapshots, homes."""

from __future__ import annotations

import asyncio

import pytest
from httpx import AsyncClient
from tests.assembly.conftest import Start, requests_in

from gbsmart.assembly import System
from gbsmart.assembly.control import BASE
from gbsmart.assembly.plan import IMPORT_SUPPLIER
from gbsmart.ground import Eui64
from gbsmart.user import AsyncUser

pytestmark = pytest.mark.anyio


async def reading(api: AsyncClient, device: str) -> dict[str, int]:
    answer = await api.post("/read", json={"device": device, "variant": "4.1.1"})
    assert answer.status_code == 200, answer.text
    return {name: each["value"] for name, each in answer.json()["values"].items()}


async def test_what_runs(api: AsyncClient, system: System) -> None:
    told = (await api.get("/system")).json()
    assert told["addresses"]["DCC"] == system.url("DCC")
    assert told["homes"][0]["esme"] == str(system.street_plan[0].esme)
    assert {each["id"] for each in told["users"] if each["keys_here"]} == set(map(str, system.users))


async def test_a_reset_system_is_as_on_its_first_day(api: AsyncClient, system: System) -> None:
    esme, keys = system.street_plan[0].esme, system.keys
    await system.user.request("7.2", esme)
    system.wan.switch_device(esme, alive=False)
    before = system.addresses

    answer = await api.post("/reset", json={})

    assert answer.status_code == 200, answer.text
    assert (system.addresses, system.keys) == (before, keys)
    assert requests_in(system) == []
    assert (await api.get("/homes")).json()["homes"][0]["esme"] == str(esme)
    assert system.street.home(system.street_plan[0].chf).devices["ESME"].state.supply.name == "ON"
    assert (await reading(api, str(esme)))["active_import"] > 0  # and the meter lives again


async def test_another_seed_makes_other_homes(api: AsyncClient, system: System) -> None:
    esme = str(system.street_plan[0].esme)
    first = (await reading(api, esme))["active_import"]
    assert (await api.post("/seed", json={"seed": 99})).json()["seed"] == 99
    other = (await reading(api, esme))["active_import"]
    assert abs(other - first) > 1000
    # a reset keeps it; the first seed again makes the first homes
    assert (await api.post("/reset", json={})).json()["seed"] == 99
    await api.post("/seed", json={"seed": 1})
    assert abs((await reading(api, esme))["active_import"] - first) < 100


async def test_a_snapshot_is_taken_and_restored(api: AsyncClient, system: System) -> None:
    esme = system.street_plan[0].esme
    first = await system.user.read(esme)
    system.wan.switch_device(system.street_plan[0].gsme, alive=False)
    assert (await api.put("/snapshots/before", json={})).json() == {"snapshots": ["before"]}

    await system.user.request("7.2", esme)
    system.wan.switch_device(system.street_plan[0].gsme, alive=True)
    assert len(requests_in(system)) == 2
    assert (await api.post("/snapshots/before/restore", json={})).status_code == 200

    assert requests_in(system) == [str(first.exchange.original.request_id)]
    assert system.street.home(system.street_plan[0].chf).devices["ESME"].state.supply.name == "ON"
    (dead,) = system.faults.switches()
    assert (dead.fault.name, dead.given) == ("device-dead", {"device": system.street_plan[0].gsme})
    await system.user.request("7.2", esme)  # the supplier's counters, and the meter's, agree

    assert (await api.delete("/snapshots/before")).json() == {"snapshots": []}
    gone = await api.post("/snapshots/before/restore", json={})
    assert (gone.status_code, gone.json()["kind"]) == (404, "NotFound")


async def test_homes_come_and_go(api: AsyncClient, system: System) -> None:
    (new,) = (await api.post("/homes", json={"count": 1})).json()["homes"]
    assert new["number"] == 2
    assert (await reading(api, new["esme"]))["active_import"] > 0

    left = (await api.delete("/homes/2")).json()
    assert [each["number"] for each in left["homes"]] == [1]
    refused = await api.post("/read", json={"device": new["esme"]})
    assert refused.json()["response_code"].startswith("E")
    # the number is not given again
    assert (await api.post("/homes", json={})).json()["homes"][0]["number"] == 3
    assert (await api.delete("/homes/7")).status_code == 404
    # and a reset has the homes of the settings
    assert (await api.post("/reset", json={})).json()["homes_in_all"] == 1


async def test_a_home_is_fitted_as_it_is_asked_for(api: AsyncClient, system: System) -> None:
    fitted = {"meter": "B", "sapc": True, "export": True}
    (home,) = (await api.post("/homes", json=fitted)).json()["homes"]
    assert (home["meter"], len(home["export_mpan"])) == ("B", 13)
    listed = {each["device_id"]: each for each in await system.user.inventory(home["esme"])}
    twin, alone = (listed[Eui64.parse(home[each])] for each in ("esme", "sapc"))
    assert (twin["esme_variant"], twin["export_mpan"]) == ("B", home["export_mpan"])
    assert (alone["device_type"], alone["esme_variant"]) == ("ESME", "AG")
    for device in (home["esme"], home["sapc"]):
        credentials = await system.user.request("6.24.2", device, credential_type="Digital Signature")
        assert credentials.outcome is not None
        assert credentials.outcome.success
    refused = await api.post("/homes", json={"meter": "Z"})
    assert (refused.status_code, refused.json()["field"]) == (422, "meter")


async def test_added_homes_are_there_after_a_restart(start: Start) -> None:
    async with start() as system, AsyncClient(base_url=f"{system.url('Console')}{BASE}", timeout=60) as api:
        await api.post("/homes", json={"count": 2})
        await api.delete("/homes/1")
    async with start() as system:
        assert [home.number for home in system.street_plan] == [2, 3]
        assert (await system.user.read(system.street_plan[1].esme)).response_code == "I0"


async def test_a_reset_while_requests_run_loses_none_silently(api: AsyncClient, system: System) -> None:
    """Each request is acknowledged or refused; afterwards the system is fresh, and works."""
    keyring = system.keys.user(system.clock, IMPORT_SUPPLIER)
    esme = system.street_plan[0].esme
    async with AsyncUser(system.url("DCC"), IMPORT_SUPPLIER, keyring, receive=None) as adapter:
        sending = [asyncio.create_task(adapter.send(adapter.draft("4.1.1", esme))) for _ in range(30)]
        resets = [asyncio.create_task(api.post("/reset", json={})) for _ in range(3)]
        assert [(await each).status_code for each in resets] == [200] * 3
        for each in await asyncio.gather(*sending):
            assert each.acknowledgement.response_code == "I99"
    assert (await reading(api, str(esme)))["active_import"] > 0


async def test_who_waits_is_told_that_the_system_was_reset(api: AsyncClient, system: System) -> None:
    unknown = f"{IMPORT_SUPPLIER}:{system.street_plan[0].esme}:1"
    waiting = asyncio.create_task(api.get(f"/requests/{unknown}/wait", params={"seconds": 60}))
    await asyncio.sleep(0.2)
    assert (await api.post("/reset", json={})).status_code == 200
    cut = await waiting
    assert (cut.status_code, cut.json()["kind"], cut.headers["retry-after"]) == (503, "Interrupted", "1")


async def test_homes_in_another_process_are_not_reset(start: Start) -> None:
    async with (
        start(street="127.0.0.1:1") as system,
        AsyncClient(base_url=f"{system.url('Console')}{BASE}") as api,
    ):
        for method, path in (("POST", "/reset"), ("PUT", "/snapshots/x"), ("POST", "/homes")):
            refused = await api.request(method, path, json={})
            assert (refused.status_code, refused.json()["kind"]) == (422, "NotHere")
            assert "another process, at 127.0.0.1:1" in refused.json()["message"]
        assert (await api.get("/system")).status_code == 200


async def test_homes_that_are_added_at_once_are_all_there(api: AsyncClient, system: System) -> None:
    """Each of those who add looks at what the others have added."""
    before = len(system.street_plan)
    added = await asyncio.gather(*(api.post("/homes", json={"count": 1}) for _ in range(3)))
    numbers = {home["number"] for each in added for home in each.json()["homes"]}
    assert len(numbers) == 3
    assert len(system.street_plan) == before + 3
