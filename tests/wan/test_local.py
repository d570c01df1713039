"""The hubs of a street in one process: buffering, redelivery, sleepy meters and faults."""

from __future__ import annotations

import asyncio
import socket
import sqlite3
from collections.abc import Callable, Coroutine, Sequence
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from gbsmart.gbcs.envelope import Message
from gbsmart.ground import Eui64
from gbsmart.wan import LocalWan, Parcel, WanClient, WanDown, WanLost, WanServer, buffer, connection
from gbsmart.wan.connection import Connection
from gbsmart.wan.frames import Frame, Kind, read_frame, read_parcels, write_parcels
from gbsmart.wan.tables import State, wan_parcel

from ..devices.town import START, Town


class Dcc:
    def __init__(self) -> None:
        self.parcels: list[Parcel] = []
        self.refuses = 0

    async def receive(self, parcels: Sequence[Parcel]) -> None:
        if self.refuses:
            self.refuses -= 1
            raise WanDown("not now")
        self.parcels += parcels

    @property
    def answers(self) -> list[Parcel]:
        """The responses: whatever a meter refuses, it tells its supplier of in an alert."""
        return [each for each in self.parcels if not each.alert]

    async def answered(self, count: int) -> None:
        await until(lambda: len(self.answers) >= count)

    async def has(self, count: int) -> list[Parcel]:
        await until(lambda: len(self.parcels) >= count)
        return self.parcels


async def until(holds: Callable[[], bool]) -> None:
    """Wait for what is to happen; a test that waits in vain fails."""
    for _ in range(2_000):
        if holds():
            return
        await asyncio.sleep(0.005)
    raise AssertionError("it did not happen")


def held(town: Town) -> dict[str, State]:
    """What the hubs hold of commands: the state of every one."""
    with town.store.reading() as connection:
        rows = connection.execute(select(wan_parcel.c.transport_id, wan_parcel.c.state))
        return {name: State(state) for name, state in rows if not name.startswith("alert-")}


async def settled() -> None:
    """Let whatever is going on come to its end."""
    for _ in range(20):
        await asyncio.sleep(0.005)


def running(test: Callable[[Town, Dcc, LocalWan], Coroutine[Any, Any, None]]) -> Callable[[], None]:
    async def run() -> None:
        town, dcc = Town(2), Dcc()
        async with LocalWan(town.street, town.clock, dcc) as wan:
            await test(town, dcc, wan)

    def wrapped() -> None:
        asyncio.run(run())

    wrapped.__name__ = test.__name__
    return wrapped


def parcel(town: Town, name: str, number: int, device: Eui64 | None = None, **values: Any) -> Parcel:
    device = device or town.esme
    hub = town.street.hub_of(device)
    assert hub is not None
    return Parcel(hub, device, f"t{number}", town.command(name, values, device, number))


@running
async def test_a_response_bears_its_commands_transport_id(town: Town, dcc: Dcc, wan: LocalWan) -> None:
    assert await wan.send([parcel(town, "ECS17b", 1), parcel(town, "ECS43", 2)]) == []
    first, second = await dcc.has(2)
    assert (first.transport_id, second.transport_id) == ("t1", "t2")
    assert town.read(first.octets).success


@running
async def test_a_repeated_delivery_gets_the_stored_response(town: Town, dcc: Dcc, wan: LocalWan) -> None:
    command = parcel(town, "ECS43", 1)
    await wan.send([command, command])
    (first,) = await dcc.has(1)
    await wan.send([command])
    again = (await dcc.has(2))[1]
    assert again == first
    assert len(town.street.log(town.esme, "event")) == 1
    assert town.street.log(town.esme, "security") == []


@running
async def test_unknown_hubs_and_hubs_that_are_off_are_named(town: Town, dcc: Dcc, wan: LocalWan) -> None:
    lost = parcel(town, "ECS17b", 1)._replace(hub=Eui64(bytes(8)))
    off = parcel(town, "ECS17b", 2, town.plans[1].esme)
    good = parcel(town, "ECS17b", 3)
    wan.switch_hub(town.plans[1].hub, on=False)
    assert await wan.send([lost, off, good]) == ["t1", "t2"]
    assert (await dcc.has(1))[0].transport_id == "t3"
    wan.switch_hub(town.plans[1].hub, on=True)
    assert await wan.send([off]) == []
    assert (await dcc.has(2))[1].transport_id == "t2"


@running
async def test_the_whole_wan_down(town: Town, dcc: Dcc, wan: LocalWan) -> None:
    wan.down = True
    with pytest.raises(WanDown):
        await wan.send([parcel(town, "ECS17b", 1)])


@running
async def test_a_gas_meter_answers_when_it_wakes(town: Town, dcc: Dcc, wan: LocalWan) -> None:
    asleep_until = town.street.next_contact(town.gsme, START)
    assert START < asleep_until <= START + timedelta(minutes=30)
    await wan.send([parcel(town, "GCS13a", 1, town.gsme), parcel(town, "GCS13a", 2, town.gpf)])
    assert (await dcc.has(1))[0].transport_id == "t2"  # the proxy answers at once
    await settled()
    assert len(dcc.parcels) == 1
    town.clock.set(asleep_until)
    assert (await dcc.has(2))[1].transport_id == "t1"


@running
async def test_a_dead_device_says_nothing_until_it_lives_again(town: Town, dcc: Dcc, wan: LocalWan) -> None:
    wan.switch_device(town.esme, alive=False)
    assert await wan.send([parcel(town, "ECS43", 1)]) == []
    await settled()
    assert dcc.parcels == []
    wan.switch_device(town.esme, alive=True)
    town.clock.advance(seconds=10)
    assert (await dcc.has(1))[0].transport_id == "t1"


@running
async def test_a_home_that_is_taken_away_holds_up_no_other(town: Town, dcc: Dcc, wan: LocalWan) -> None:
    """What waited at its hub is met with silence, and the next home answers."""
    wan.switch_device(town.esme, alive=False)
    await wan.send([parcel(town, "ECS43", 1)])
    town.street.dissolve(town.plans[0].hub)
    left = Town(2, store=town.store, enrol=False, clock=town.clock)
    async with LocalWan(left.street, town.clock, dcc) as again:
        await again.send([parcel(left, "ECS43", 2, left.plans[1].esme)])
        assert (await dcc.has(1))[0].transport_id == "t2"
        await settled()
        assert held(left)["t1"] is State.SILENT


@running
async def test_a_refused_command_is_never_answered(town: Town, dcc: Dcc, wan: LocalWan) -> None:
    command = parcel(town, "ECS43", 1)
    broken = command._replace(octets=command.octets[:-1] + bytes((command.octets[-1] ^ 1,)))
    await wan.send([broken])
    await until(lambda: wan.executed == 1)
    await wan.send([broken])
    await settled()
    assert dcc.answers == []
    assert [each.alert for each in dcc.parcels] == [True]
    assert len(town.street.log(town.esme, "security")) == 1


@running
async def test_a_hub_forgets_what_was_done_with_a_day_ago(town: Town, dcc: Dcc, wan: LocalWan) -> None:
    command = parcel(town, "ECS43", 2)
    broken = command._replace(transport_id="t1", octets=command.octets[:-1] + b"\0")
    wan.switch_device(town.gpf, alive=False)
    await wan.send([parcel(town, "GCS13a", 3, town.gpf), broken, command])
    await dcc.answered(1)
    await until(lambda: wan.executed == 2)
    await until(lambda: held(town) == {"t1": State.SILENT, "t2": State.TAKEN, "t3": State.WAITING})
    town.clock.advance(hours=23)
    await wan.send([parcel(town, "ECS17b", 4)])
    await dcc.answered(2)
    assert {"t1", "t2", "t3", "t4"} == held(town).keys()
    town.clock.advance(hours=2)
    await wan.send([parcel(town, "ECS17b", 5)])
    await dcc.answered(3)
    assert {"t3", "t4", "t5"} == held(town).keys()


def test_places_rise_though_everything_was_forgotten() -> None:
    town = Town()
    moments = [START, START + timedelta(days=3)]
    with town.store.transaction() as connection:
        for place, moment in enumerate(moments, start=1):
            alert = Parcel(town.plans[0].hub, town.esme, f"alert-{place}", b"", alert=True)
            buffer.hold_alerts(connection, [alert], place, moment)
            buffer.taken(connection, [alert.transport_id], moment)
        assert buffer.forget(connection, START + timedelta(days=9)) == 1
        *_, last = buffer.reopen(connection)
    assert last == 2


@running
async def test_alerts_come_up_on_their_day(town: Town, dcc: Dcc, wan: LocalWan) -> None:
    from ..devices.test_gsme import tariff

    later = START + timedelta(days=1)
    await wan.send([parcel(town, "GCS01a", 1, town.gsme, **tariff(later, 7_000))])
    await settled()
    town.clock.advance(minutes=30)
    await dcc.has(1)
    town.clock.set(later)
    alerts = (await dcc.has(5))[1:]
    assert all(each.alert for each in alerts)
    assert len({each.transport_id for each in alerts}) == 4
    assert {Message.parse(each.octets).header.originator for each in alerts} == {town.gsme}


@pytest.mark.parametrize("durable", [False, True])
def test_a_batch_whose_commit_failed_is_executed_once(durable: bool) -> None:
    """A commit that raises may be durable all the same: then its response is in the store alone."""

    async def run() -> None:
        town, dcc = Town(), Dcc()
        async with LocalWan(town.street, town.clock, dcc) as wan:
            execute = wan._execute

            def fail(*arguments: Any) -> Any:
                wan._execute = execute  # type: ignore[method-assign]
                if durable:
                    execute(*arguments)
                raise sqlite3.OperationalError("disk I/O error")

            wan._execute = fail  # type: ignore[method-assign]
            await wan.send([parcel(town, "ECS43", 1)])
            await settled()
            assert dcc.parcels == []
            town.clock.advance(seconds=3)
            (answer,) = await dcc.has(1)
            assert Message.parse(answer.octets).header.originator == town.esme
            await settled()
            assert held(town) == {"t1": State.TAKEN}

    asyncio.run(run())


def test_a_store_that_stays_broken_for_a_while_loses_nothing() -> None:
    async def run() -> None:
        town, dcc = Town(), Dcc()
        async with LocalWan(town.street, town.clock, dcc) as wan:
            undo, failures = town.street.undo, iter([True, True])

            def fail_to_undo() -> None:
                if next(failures, False):
                    raise sqlite3.OperationalError("disk I/O error")
                undo()

            def fail(*_: Any) -> Any:
                del wan._execute
                raise sqlite3.OperationalError("disk I/O error")

            wan._execute, town.street.undo = fail, fail_to_undo  # type: ignore[method-assign]
            await wan.send([parcel(town, "ECS43", 1)])
            for _ in range(4):
                await settled()
                town.clock.advance(seconds=3)
            await dcc.has(1)

    asyncio.run(run())


def test_the_wan_takes_the_time_it_is_told_to() -> None:
    async def run() -> None:
        town, dcc = Town(), Dcc()
        async with LocalWan(town.street, town.clock, dcc, latency=lambda: timedelta(seconds=3)) as wan:
            await wan.send([parcel(town, "ECS43", 1)])
            await settled()
            assert dcc.parcels == []
            town.clock.advance(seconds=3)
            await dcc.has(1)

    asyncio.run(run())


def test_what_was_open_is_open_after_a_restart() -> None:
    async def run() -> None:
        town, dcc = Town(), Dcc()
        async with LocalWan(town.street, town.clock, latency=lambda: timedelta(seconds=3)) as wan:
            await wan.send([parcel(town, "ECS43", 1)])
            town.clock.advance(seconds=4)
            await settled()
            await wan.send([parcel(town, "ECS42", 2)])
        town.clock.advance(seconds=4)
        async with LocalWan(town.street, town.clock, dcc):
            assert [each.transport_id for each in await dcc.has(2)] == ["t1", "t2"]

    asyncio.run(run())


def test_over_tcp_both_ways() -> None:
    async def run() -> None:
        town, dcc = Town(), Dcc()
        async with (
            LocalWan(town.street, town.clock) as wan,
            WanServer(wan) as server,
            WanClient("127.0.0.1", server.port, town.clock, dcc) as client,
        ):
            await client.connected()
            lost = parcel(town, "ECS17b", 1)._replace(hub=Eui64(bytes(8)))
            assert await client.send([lost, parcel(town, "ECS43", 2)]) == ["t1"]
            assert (await dcc.has(1))[0].transport_id == "t2"
            wan.down = True
            with pytest.raises(WanDown):
                await client.send([parcel(town, "ECS42", 3)])

    asyncio.run(run())


def test_a_connection_that_times_out_has_ended() -> None:
    async def run() -> None:
        reader = asyncio.StreamReader()
        reader.set_exception(TimeoutError("the other side has vanished"))
        assert await read_frame(reader) is None

    asyncio.run(run())


@pytest.mark.parametrize("error", [ConnectionResetError("reset"), RuntimeError("the handler is closed")])
def test_a_connection_that_breaks_under_a_question_is_lost(error: Exception) -> None:
    """The other side has died, and this one writes before it hears of it: by either event loop's error."""

    async def run() -> None:
        async with WanServer(LocalWan(Town().street, Town().clock)) as server:
            reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
            connection = Connection(reader, writer, answer=lambda frame: asyncio.sleep(0, frame))

            async def broken(_frame: Frame) -> None:
                raise error

            connection._write = broken  # type: ignore[method-assign]
            with pytest.raises(WanLost, match=str(error)):
                await connection.ask(Kind.SEND, b"")
            connection.close()

    asyncio.run(run())


@pytest.mark.parametrize("error", [OSError("no such socket any more"), ValueError("a defect")])
def test_a_street_that_dies_as_it_is_connected_to_is_connected_to_again(
    monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    async def run() -> None:
        town = Town()
        probe = connection._notice_silence

        def fail_once(_socket: object) -> None:
            monkeypatch.setattr(connection, "_notice_silence", probe)
            raise error

        async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.read()
            writer.close()

        async with await asyncio.start_server(accept, "127.0.0.1", 0) as street:
            port = street.sockets[0].getsockname()[1]
            monkeypatch.setattr(connection, "_notice_silence", fail_once)
            async with WanClient("127.0.0.1", port, town.clock) as client:
                await until(lambda: connection._notice_silence is probe)
                await settled()
                town.clock.advance(seconds=2)
                await asyncio.wait_for(client.connected(), 5)

    asyncio.run(run())


def test_a_connection_that_is_over_already_only_ends() -> None:
    """As uvloop has it where the other side was gone before anybody looked: there is no socket."""

    class Gone:
        def get_extra_info(self, _name: str) -> None:
            return None

        def close(self) -> None:
            return None

    async def run() -> None:
        reader = asyncio.StreamReader()
        reader.feed_eof()
        gone = Connection(reader, Gone(), answer=lambda frame: asyncio.sleep(0, frame))  # type: ignore[arg-type]
        await gone.serve()
        assert gone.closed

    asyncio.run(run())


def test_a_quiet_connection_is_probed() -> None:
    async def run() -> None:
        town = Town()
        async with LocalWan(town.street, town.clock) as wan, WanServer(wan) as server:
            reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
            connection = Connection(reader, writer, answer=lambda frame: asyncio.sleep(0, frame))
            options = writer.get_extra_info("socket")
            assert options.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
            connection.close()

    asyncio.run(run())


def test_nobody_there() -> None:
    async def run() -> None:
        async with WanClient("127.0.0.1", 1, Town().clock) as client:
            with pytest.raises(WanDown):
                await client.send([])

    asyncio.run(run())


def test_parcels_survive_the_wire() -> None:
    parcels = [Parcel(Eui64(b"hhhhhhhh"), Eui64(b"dddddddd"), "name", b"octets", alert=True)] * 3
    assert read_parcels(write_parcels(parcels)) == parcels
