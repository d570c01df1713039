"""The gate between what comes in and a system that is being rebuilt."""

from __future__ import annotations

import asyncio

import pytest
from httpx import ASGITransport, AsyncClient
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp

from gbsmart.assembly.gate import Doorway, Gate, Interrupted, NotStanding
from gbsmart.assembly.plan import IMPORT_SUPPLIER
from gbsmart.user import AsyncUser

from .conftest import Start, requests_in

pytestmark = pytest.mark.anyio


async def test_who_closes_the_gate_is_alone() -> None:
    gate, told = Gate(), list[str]()
    may_leave = asyncio.Event()

    async def visitor(name: str) -> None:
        async with gate.passing():
            told.append(f"{name} in")
            await may_leave.wait()
            told.append(f"{name} out")

    first = asyncio.create_task(visitor("first"))
    await asyncio.sleep(0)

    async def builder() -> None:
        async with gate.closed():
            told.append("alone")
            await asyncio.sleep(0)
            told.append("done")

    building = asyncio.create_task(builder())
    await asyncio.sleep(0)
    second = asyncio.create_task(visitor("second"))
    await asyncio.sleep(0)
    assert told == ["first in"]
    may_leave.set()
    await asyncio.gather(first, building, second)
    assert told == ["first in", "first out", "alone", "done", "second in", "second out"]


async def test_who_only_waits_is_cut_off_and_told() -> None:
    gate = Gate()

    async def waits_for_ever() -> None:
        async with gate.passing(cut=True):
            await asyncio.Event().wait()

    waiting = asyncio.create_task(waits_for_ever())
    await asyncio.sleep(0)
    async with gate.closed():
        with pytest.raises(Interrupted, match="rebuilt meanwhile"):
            await waiting


async def test_who_is_cancelled_by_another_is_not_told_of_a_rebuilding() -> None:
    gate = Gate()

    async def waits_for_ever() -> None:
        async with gate.passing(cut=True):
            await asyncio.Event().wait()

    waiting = asyncio.create_task(waits_for_ever())
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting


async def test_who_outstays_the_patience_does_not_hold_the_builder_up() -> None:
    gate = Gate(patience=0.05)
    stay = asyncio.Event()

    async def stays() -> None:
        async with gate.passing():
            await stay.wait()

    staying = asyncio.create_task(stays())
    await asyncio.sleep(0)
    async with gate.closed():
        with pytest.raises(Interrupted, match="being rebuilt"):
            async with gate.passing():
                pass
        stay.set()
        await staying


async def test_a_door_answers_503_while_it_is_closed_too_long_or_nothing_stands() -> None:
    gate = Gate(patience=0.05)
    standing: list[ASGIApp] = [PlainTextResponse("here")]

    def behind() -> ASGIApp:
        if not standing:
            raise NotStanding("nothing stands")
        return standing[0]

    async with AsyncClient(transport=ASGITransport(Doorway(gate, behind)), base_url="http://door") as client:
        assert (await client.get("/")).text == "here"
        async with gate.closed():
            closed = await client.get("/")
        assert (closed.status_code, closed.headers["retry-after"]) == (503, "1")
        standing.clear()
        assert (await client.get("/")).status_code == 503


async def test_a_rebuilt_system_has_its_addresses_its_keys_and_what_its_folder_holds(start: Start) -> None:
    async with start() as system:
        addresses, esme = system.addresses, system.street_plan[0].esme
        before = await system.user.read(esme)
        async with system.rebuilding():
            with pytest.raises(NotStanding):
                _ = system.user
        assert system.addresses == addresses
        after = await system.user.read(esme)
        assert after.quantities["active_import"].value >= before.quantities["active_import"].value
        assert len(requests_in(system)) == 2


async def test_requests_that_come_while_it_is_rebuilt_are_answered_after(start: Start) -> None:
    async with start() as system:
        keyring = system.keys.user(system.clock, IMPORT_SUPPLIER)
        async with AsyncUser(system.url("DCC"), IMPORT_SUPPLIER, keyring, receive=None) as adapter:
            draft = adapter.draft("4.1.1", system.street_plan[0].esme)
            async with system.rebuilding():
                sending = asyncio.create_task(adapter.send(draft))
                await asyncio.sleep(0.1)
                assert not sending.done()
            assert (await sending).acknowledgement.response_code == "I99"
        journey = await system.journeys.journey(str(draft.request_id))
        assert journey.request.variant == "4.1.1"
