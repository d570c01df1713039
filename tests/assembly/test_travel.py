"""Time travel of a running system: everything at its own moment, in order, whatever the distance."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from gbsmart.assembly import System
from gbsmart.assembly.plan import IMPORT_SUPPLIER
from gbsmart.assembly.travel import NotSettled, travel
from gbsmart.dcc import RequestKey, ledger
from gbsmart.ground import InvalidValue, NotFound
from gbsmart.user import Exchange, Received

from .conftest import Start

pytestmark = pytest.mark.anyio
BEGINS = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
async def system(start: Start) -> AsyncIterator[System]:
    async with start(clock_start=BEGINS, wake_interval=1800, response_wait=60) as running:
        running.clock.speed = 0
        yield running


async def sent(system: System, execution: datetime) -> Exchange:
    """A reading of the electricity meter that the DCC holds until its moment."""
    meter = system.street_plan[0].esme
    return await system.user.send(system.user.draft("4.1.1", meter, execution_date_time=execution))


def events(system: System, exchange: Exchange) -> list[tuple[str, datetime]]:
    named = exchange.request.request_id
    key = RequestKey(named.target, named.originator, named.counter)
    with system.store.reading() as connection:
        return [(event.name, event.at) for event in ledger.history(connection, key)]


def inbox(system: System, exchange: Exchange) -> list[Received]:
    return system.user.inbox.about(exchange.request.request_id)


async def test_what_the_dcc_holds_happens_at_its_own_moment_and_in_order(system: System) -> None:
    first_moment = system.clock.now() + timedelta(days=5)
    second = await sent(system, first_moment + timedelta(days=10))
    first = await sent(system, first_moment)
    journey = await travel(system, first_moment + timedelta(days=20))
    assert journey.moments == 2
    assert system.clock.now() == journey.ended == first_moment + timedelta(days=20)
    for exchange, moment in ((first, first_moment), (second, first_moment + timedelta(days=10))):
        later = [(name, at) for name, at in events(system, exchange) if at > BEGINS + timedelta(days=1)]
        assert later == [(name, moment) for name in ("fall due", "dispatch", "respond", "deliver")]
        (message,) = inbox(system, exchange)
        assert (message.response_code, message.at) == ("I0", moment)


async def test_a_journey_ends_before_what_is_later(system: System) -> None:
    moment = system.clock.now() + timedelta(days=5)
    exchange = await sent(system, moment)
    assert (await travel(system, moment - timedelta(microseconds=1))).moments == 0
    assert not inbox(system, exchange)
    await travel(system, moment)
    assert len(inbox(system, exchange)) == 1


async def test_a_sleepy_meter_answers_when_it_wakes(system: System) -> None:
    began = system.clock.now()
    exchange = await system.user.send(system.user.draft("4.1.1", system.street_plan[0].gsme))
    await travel(system, began + timedelta(hours=1))
    (message,) = inbox(system, exchange)
    assert began < message.at <= began + timedelta(minutes=30)


async def test_a_program_that_sleeps_on_the_clock_wakes_at_its_moment(system: System) -> None:
    """So a script plays its part on the way: here it asks for a reading each noon."""
    noon = BEGINS + timedelta(hours=12)
    moments: list[datetime] = []

    async def ask_each_noon() -> None:
        for day in range(3):
            await system.clock.sleep_until(noon + timedelta(days=day))
            answer = await system.user.read(system.street_plan[0].esme)
            moments.extend(message.at for message in answer.messages)

    script = asyncio.create_task(ask_each_noon())
    await asyncio.sleep(0)
    await travel(system, BEGINS + timedelta(days=4))
    await asyncio.wait_for(script, 10)
    assert moments == [noon + timedelta(days=day) for day in range(3)]


async def test_the_clock_runs_on_as_it_ran_before(system: System) -> None:
    system.clock.speed = 20
    await travel(system, system.clock.now() + timedelta(days=1))
    assert system.clock.speed == 20


async def test_where_the_clock_cannot_go(system: System) -> None:
    with pytest.raises(InvalidValue, match="does not run back"):
        await travel(system, BEGINS - timedelta(days=1))
    with pytest.raises(InvalidValue, match="no time zone"):
        await travel(system, datetime(2027, 1, 1))  # noqa: DTZ001


async def test_a_street_elsewhere_has_a_clock_of_its_own(start: Start) -> None:
    async with start(street="127.0.0.1:9") as system:
        with pytest.raises(NotFound, match="another process"):
            await travel(system, system.clock.now() + timedelta(days=1))


async def test_a_service_that_is_down_is_tried_on_the_way_until_the_message_is_retained(start: Start) -> None:
    receive = {str(IMPORT_SUPPLIER): "http://127.0.0.1:9/"}
    async with start(clock_start=BEGINS, receive=receive) as system:
        system.clock.speed = 0
        exchange = await sent(system, BEGINS + timedelta(days=1))
        journey = await travel(system, BEGINS + timedelta(days=3))
        assert journey.moments > 200  # tries, minutes apart
        name, at = events(system, exchange)[-1]
        assert name == "give up delivery"
        assert timedelta(days=2) <= at - BEGINS < timedelta(days=2, minutes=10)


async def test_a_service_that_does_not_answer_holds_the_clock_up(start: Start) -> None:
    async def swallow(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        await reader.read()

    server = await asyncio.start_server(swallow, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    receive = {str(IMPORT_SUPPLIER): f"http://127.0.0.1:{port}/"}
    async with server, start(clock_start=BEGINS, receive=receive) as system:
        system.clock.speed = 0
        moment = BEGINS + timedelta(days=1)
        await sent(system, moment)
        with pytest.raises(NotSettled, match="has not come to rest at 2026-01-02"):
            await travel(system, BEGINS + timedelta(days=3), patience=timedelta(milliseconds=500))
        assert system.clock.now() == moment
