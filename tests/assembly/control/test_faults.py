"""Faults of a running system, switched on over HTTP, met by a User, and seen in the API and the commands."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from httpx import AsyncClient
from tests.assembly.conftest import Start, requests_in

from gbsmart.assembly import FREE_PORTS, Settings, System
from gbsmart.assembly.faults import ALL, OF_THE_STREET
from gbsmart.assembly.plan import IMPORT_SUPPLIER
from gbsmart.assembly.street import StreetServer
from gbsmart.cli.app import run
from gbsmart.ground import InvalidValue, NotFound
from gbsmart.user import AsyncUser, NoResponse, Patience, Unreachable

pytestmark = pytest.mark.anyio


async def on(api: AsyncClient, fault: str, **given: Any) -> dict[str, Any]:
    answer = await api.post("/faults", json={"fault": fault, "given": given})
    assert answer.status_code == 200, answer.text
    switch: dict[str, Any] = answer.json()
    return switch


async def counters(api: AsyncClient, fault: str) -> tuple[int, int]:
    listed = (await api.get("/faults")).json()["faults"]
    return next((each["met"], each["hits"]) for each in listed if each["name"] == fault)


async def test_every_fault_is_listed_with_what_it_may_be_told(api: AsyncClient) -> None:
    listed = (await api.get("/faults")).json()
    assert [each["name"] for each in listed["faults"]] == [each.name for each in ALL]
    assert listed["on"] == []
    late = next(each for each in listed["faults"] if each["name"] == "acknowledgement-late")
    assert late["settings"][0] == {
        "name": "seconds", "kind": "duration", "range": "0s to 1d", "default": "5s",
        "meaning": "how late", "part": "parameter",
    }  # fmt: skip


async def test_a_read_is_lost_on_the_wan_counted_and_remembered(api: AsyncClient, system: System) -> None:
    esme = str(system.street_plan[0].esme)
    switch = await on(api, "wan-loss", device=esme, direction="to-device", times=1)
    assert switch["given"] == {"device": esme, "direction": "to-device", "times": "1"}
    with pytest.raises(NoResponse) as lost:  # N13: one message ends the request all the same
        await system.user.read(esme)
    await system.user.read(esme)
    assert await counters(api, "wan-loss") == (2, 1)
    (hit,) = (await api.get("/faults/hits", params={"fault": "wan-loss"})).json()["hits"]
    assert hit["where"]["device"] == esme
    assert hit["about"] == str(lost.value.request_id)
    assert (await api.get("/faults/hits", params={"about": hit["about"]})).json()["hits"] == [hit]


async def test_a_users_client_repeats_what_was_lost_and_nothing_is_done_twice(
    api: AsyncClient, system: System
) -> None:
    """The real client, over HTTP: the acknowledgement is lost, it asks again, the reading comes once."""
    await on(api, "acknowledgement-lost", times=1)
    await on(api, "delivery-duplicated")
    esme = system.street_plan[0].esme
    answer = await system.user.read(esme)
    assert "active_import" in answer.values["import_registers"]
    assert await counters(api, "acknowledgement-lost") == (2, 1)
    assert await counters(api, "delivery-duplicated") == (1, 1)
    assert requests_in(system) == [str(answer.exchange.original.request_id)]


async def test_what_is_wrong_is_refused_by_name(api: AsyncClient) -> None:
    for asked, status, word in (
        ({"fault": "gremlins"}, 404, "gremlins"),
        ({"fault": "wan-loss", "given": {"share": "2"}}, 422, "share"),
        ({"fault": "wan-loss", "given": {"colour": "red"}}, 422, "colour"),
        ({}, 422, "fault"),
    ):
        refused = await api.post("/faults", json=asked)
        assert refused.status_code == status, refused.text
        assert word in refused.text
    assert (await api.delete("/faults/99")).status_code == 404
    assert (await api.get("/faults/hits", params={"fault": "gremlins"})).status_code == 404


async def test_switching_off_and_clearing(api: AsyncClient) -> None:
    first = await on(api, "wan-delay", seconds="1s")
    await on(api, "wan-delay", seconds="2s")
    await on(api, "hub-off")
    left = (await api.delete(f"/faults/{first['number']}")).json()["on"]
    assert [each["fault"] for each in left] == ["wan-delay", "hub-off"]
    assert [each["fault"] for each in (await api.delete("/faults/wan-delay")).json()["on"]] == ["hub-off"]
    assert (await api.delete("/faults")).json()["on"] == []


async def test_a_reset_has_no_faults_and_a_snapshot_has_those_it_was_taken_with(
    api: AsyncClient, system: System
) -> None:
    await on(api, "acknowledgement-late", seconds="250ms")
    await api.put("/snapshots/late", json={})
    await api.post("/reset", json={})
    assert (await api.get("/faults")).json()["on"] == []
    await api.post("/snapshots/late/restore", json={})
    (again,) = (await api.get("/faults")).json()["on"]
    assert (again["fault"], again["given"]) == ("acknowledgement-late", {"seconds": "250ms"})
    await system.user.read(system.street_plan[0].esme)
    assert await counters(api, "acknowledgement-late") == (1, 1)


async def test_the_same_seed_gives_the_same_faults(api: AsyncClient, system: System) -> None:
    once = Patience(attempts=1)
    keys = system.keys.user(system.clock, IMPORT_SUPPLIER)
    user = AsyncUser(system.url("DCC"), IMPORT_SUPPLIER, keys, receive=None, patience=once)

    async def lost() -> list[bool]:
        await api.delete("/faults")
        await on(api, "http-status", status="500", share="0.5")
        told = []
        for _ in range(12):
            try:
                await user.send(user.draft("8.2", device_id=system.street_plan[0].esme))
            except Unreachable:
                told.append(True)
            else:
                told.append(False)
        return told

    async with user:
        first = await lost()
        assert True in first
        assert False in first
        assert await lost() == first


async def test_faults_are_switched_on_as_a_system_starts(start: Start) -> None:
    async with start(fault=("acknowledgement-late:seconds=10ms", "hub-off:lasting=1ms"), seed=5) as system:
        assert system.faults.seed == 5
        assert [each.shown() for each in system.faults.switches()] == [
            {"seconds": "10ms"}, {"lasting": "1ms"},
        ]  # fmt: skip
    for wrong, error in (("gremlins", NotFound), ("hub-off:share=1", InvalidValue)):
        with pytest.raises(error):
            System(Settings(fault=(wrong,), **FREE_PORTS))  # type: ignore[arg-type]


async def test_a_street_of_its_own_has_its_own_faults(tmp_path: Path) -> None:
    server = StreetServer(Settings(data=tmp_path, street_port=0, fault=("device-dead",)))
    assert list(server.faults.declared) == [each.name for each in OF_THE_STREET]
    assert server.faults.awake


async def test_the_commands(system: System, capsys: pytest.CaptureFixture[str]) -> None:
    console = system.url("Console")

    async def said(*arguments: str, code: int = 0) -> str:
        assert await asyncio.to_thread(run, ["faults", *arguments, "--console", console]) == code
        return capsys.readouterr().out

    assert "Nothing is on." in await said("list")
    assert "1  wan-delay:seconds=50ms  met 0, struck 0" in await said("on", "wan-delay:seconds=50ms")
    await system.user.read(system.street_plan[0].esme)
    assert "wan-delay" in await said("hits")
    listed = await said("list", "wan-delay")
    assert "how late" in listed
    assert "met 2, struck 2" in listed
    assert json.loads(await said("list", "--json"))["on"][0]["fault"] == "wan-delay"
    assert "Nothing is on." in await said("off", "wan-delay")
    assert "Nothing is on." in await said("clear")
    assert "Nothing has been struck." in await said("hits")
    await said("on", "gremlins", code=1)
    await said("on", "wan-delay:soon", code=1)
    assert await asyncio.to_thread(run, ["faults", "list", "--console", "http://127.0.0.1:9"]) == 4
