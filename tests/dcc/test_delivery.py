"""Delivery to Users: until taken, in order, and never one at the cost of another."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import URL

from gbsmart import parties
from gbsmart.dcc import outbox
from gbsmart.ground import Eui64
from gbsmart.store import open_store

if TYPE_CHECKING:
    from conftest import Scene

pytestmark = pytest.mark.anyio

SUPPLIER = Eui64.parse("90-B3-D5-1F-30-01-00-00")
NETWORK = Eui64.parse("90-B3-D5-1F-30-02-00-00")
START = datetime(2026, 3, 1, 12, tzinfo=UTC)


async def test_a_service_that_fails_gets_the_message_again(scene: Scene) -> None:
    mailbox = scene.mailboxes[SUPPLIER]
    mailbox.status = 500
    requests = [scene.request() for _ in range(3)]
    for request in requests:
        await scene.send(request)
    await scene.pass_time(seconds=30)
    assert 2 <= mailbox.refused < 10  # the wait grows
    mailbox.status = 204
    await scene.pass_time(minutes=2)
    await scene.until(lambda: all(scene.state(one) == "delivered" for one in requests))
    assert [one.request_id for one in scene.mail()] == [one.request_id for one in requests]


async def test_a_dead_service_does_not_hold_up_others(scene: Scene) -> None:
    with scene.store.transaction() as connection:
        user = parties.user(connection, SUPPLIER)
        parties.change_user(connection, replace(user, receive_addresses=("http://127.0.0.1:9/",)))
    dead, alive = scene.request(), scene.by(NETWORK, scene.request())
    await scene.send(dead)
    await scene.send(alive)
    await scene.until(lambda: scene.state(alive) == "delivered")
    assert scene.state(dead) == "answered"
    with scene.store.transaction() as connection:
        parties.change_user(connection, user)
    await scene.pass_time(minutes=1)
    await scene.until(lambda: scene.state(dead) == "delivered")


async def test_the_alternate_address_is_tried(scene: Scene) -> None:
    with scene.store.transaction() as connection:
        user = parties.user(connection, SUPPLIER)
        both = ("http://127.0.0.1:9/", *user.receive_addresses)
        parties.change_user(connection, replace(user, receive_addresses=both))
    request = scene.request()
    await scene.send(request)
    await scene.until(lambda: scene.state(request) == "answered")
    await scene.pass_time(seconds=5)
    await scene.until(lambda: scene.state(request) == "delivered")


async def test_a_service_whose_answer_never_ends_has_taken_the_message(scene: Scene) -> None:
    """Its status says so; what follows is not read, and does not fill the memory."""
    sent = 0

    async def answer(asked: asyncio.StreamReader, said: asyncio.StreamWriter) -> None:
        nonlocal sent
        await asked.readuntil(b"\r\n\r\n")
        said.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000000\r\n\r\n")
        with suppress(ConnectionError):
            while sent < 500_000_000:
                said.write(bytes(1_000_000))
                await said.drain()
                sent += 1_000_000
        said.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as service:
        port = service.sockets[0].getsockname()[1]
        with scene.store.transaction() as connection:
            user = parties.user(connection, SUPPLIER)
            there = (f"http://127.0.0.1:{port}/",)
            parties.change_user(connection, replace(user, receive_addresses=there))
        request = scene.request()
        await scene.send(request)
        await scene.until(lambda: scene.state(request) == "delivered")
    assert sent < 100_000_000


async def test_what_nobody_takes_is_retained(scene: Scene) -> None:
    scene.mailboxes[SUPPLIER].status = 503
    request = scene.request()
    await scene.send(request)
    await scene.until(lambda: scene.state(request) == "answered")
    await scene.pass_time(hours=23)
    assert scene.state(request) == "answered"
    for _ in range(100):
        if scene.state(request) == "retained":
            break
        await scene.pass_time(minutes=30)
    assert scene.state(request) == "retained"
    stored = scene.stored(request)
    assert stored is not None
    assert stored.outcome == "answered"


def test_a_lease_outlasts_a_clock_that_is_moved(sqlite_url: URL) -> None:
    """A day passes on the DCC's clock while a slow service takes its seconds of the machine's time."""
    store = open_store(sqlite_url)
    wall = datetime(2030, 1, 1, tzinfo=UTC)
    with store.transaction() as connection:
        outbox.put(connection, SUPPLIER, "alert", "1", b"message", device=NETWORK, at=START)

    def claim(*, now: datetime, wall: datetime) -> list[outbox.Waiting]:
        with store.transaction() as connection:
            until = wall + timedelta(seconds=60)
            return outbox.claim(connection, SUPPLIER, now=now, wall=wall, until=until, limit=2)

    assert len(claim(now=START, wall=wall)) == 1
    assert claim(now=START + timedelta(days=1), wall=wall + timedelta(seconds=59)) == []
    assert len(claim(now=START, wall=wall + timedelta(seconds=60))) == 1
    store.close()


@pytest.mark.postgresql
def test_two_workers_keep_one_users_messages_in_order(postgresql_url: URL) -> None:
    """The second waits for what the first is claiming, and then finds that it is not due."""
    at, until = START, START + timedelta(seconds=30)
    store = open_store(postgresql_url)
    with store.transaction() as connection:
        for number in range(4):
            content = f"message {number}".encode()
            outbox.put(connection, SUPPLIER, "alert", str(number), content, device=NETWORK, at=at)

    def claim() -> list[outbox.Waiting]:
        with store.transaction() as connection:
            return outbox.claim(connection, SUPPLIER, now=at, wall=at, until=until, limit=2)

    with ThreadPoolExecutor(1) as other:
        with store.transaction() as connection:
            first = outbox.claim(connection, SUPPLIER, now=at, wall=at, until=until, limit=2)
            second = other.submit(claim)
            with pytest.raises(TimeoutError):
                second.result(0.2)
        assert [one.content for one in first] == [b"message 0", b"message 1"]
        assert second.result() == []
    store.close()


async def test_a_clock_that_runs_ahead_delivers_all_the_same(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even where claiming the messages took longer than the lease is."""
    claim = outbox.claim

    def claim_slowly(*arguments: Any, **limits: Any) -> list[outbox.Waiting]:
        scene.clock.advance(minutes=5)
        return claim(*arguments, **limits)

    monkeypatch.setattr(outbox, "claim", claim_slowly)
    requests = [scene.request() for _ in range(3)]
    for request in requests:
        await scene.send(request)
    await scene.until(lambda: all(scene.state(one) == "delivered" for one in requests))


async def test_a_slow_service_is_not_sent_to_beyond_the_lease(scene: Scene) -> None:
    """What was not begun within it is given back: another worker may take it over then."""
    requests = [scene.request() for _ in range(5)]
    scene.mailboxes[SUPPLIER].on_taking = lambda: scene.wall.advance(seconds=20)
    for request in requests:
        await scene.send(request)
    await scene.until(lambda: all(scene.state(one) == "delivered" for one in requests))
    assert [one.request_id for one in scene.mail()] == [one.request_id for one in requests]
