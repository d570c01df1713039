"""Many workers on the same lanes: no command is taken twice, every lane keeps its order."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from multiprocessing.connection import Connection as Pipe

import pytest
from sqlalchemy import URL

from gbsmart.dcc import lanes
from gbsmart.dcc.lanes import Built, Claim
from gbsmart.dcc.model import RequestKey
from gbsmart.ground import Eui64
from gbsmart.store import Durability, Store, open_store

T0 = datetime(2026, 1, 1, tzinfo=UTC)
LEASE = timedelta(days=1)
SUPPLIER = Eui64.parse("90-B3-D5-1F-30-01-00-00")

Sent = list[tuple[int, int]]


def device(number: int) -> Eui64:
    return Eui64((0x00DB123400000000 + number).to_bytes(8, "big"))


def fill(store: Store, devices: int, each: int, first: int = 1) -> None:
    with store.transaction() as connection:
        for counter in range(first, first + each):
            for number in range(devices):
                key = RequestKey(device(number), SUPPLIER, counter)
                lanes.enqueue(connection, key, SUPPLIER, at=T0)


def claim(store: Store, token: str, limit: int, now: datetime = T0) -> Claim:
    with store.transaction() as connection:
        return lanes.claim(connection, token, now=now, until=now + LEASE, limit=limit, depth=2)


def build(store: Store, held: Claim, name: str) -> None:
    octets = [
        Built(one.key, one.key.counter, T0 + LEASE, f"{name}".encode())
        for one in held.commands
        if not one.is_built
    ]
    with store.transaction() as connection:
        lanes.build(connection, held, octets, at=T0)


def finish(store: Store, held: Claim) -> Sent:
    with store.transaction() as connection:
        lanes.finish(connection, held, [one.key for one in held.commands], at=T0)
    return [(int.from_bytes(one.key.device[4:], "big"), one.key.counter) for one in held.commands]


def drain(store: Store, name: str, limit: int, patience: int = 3) -> Sent:
    """A worker: rounds until it found nothing ``patience`` times running. What it sent, in order."""
    sent: Sent = []
    idle = 0
    for number in count():
        held = claim(store, f"{name}:{number}", limit)
        if not held.lanes:
            idle += 1
            if idle == patience:
                return sent
            continue
        idle = 0
        build(store, held, name)
        sent += finish(store, held)
    return sent


def assert_each_once_in_order(journals: list[Sent], devices: int, each: int) -> None:
    every = [command for journal in journals for command in journal]
    assert len(every) == len(set(every))
    assert set(every) == {(number, counter) for number in range(devices) for counter in range(1, each + 1)}
    for journal in journals:
        by_device = defaultdict(list)
        for number, counter in journal:
            by_device[number].append(counter)
        assert all(counters == sorted(counters) for counters in by_device.values())


@pytest.mark.parametrize("limit", [1, 7])
def test_threads_share_lanes(store: Store, limit: int) -> None:
    devices, each, workers = 12, 10, 6
    fill(store, devices, each)
    journals: list[Sent] = [[] for _ in range(workers)]

    def work(number: int) -> None:
        journals[number] = drain(store, f"w{number}", limit)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    journals.append(drain(store, "last", 100))
    assert_each_once_in_order(journals, devices, each)


def test_work_that_keeps_coming_is_all_done(store: Store) -> None:
    """Workers claim while requests are being queued: no lane falls asleep with work in it."""
    devices, each = 5, 40
    done = threading.Event()
    tokens = count()
    journals: list[Sent] = [[], []]

    def produce() -> None:
        for counter in range(1, each + 1):
            fill(store, devices, 1, first=counter)
        done.set()

    def work(number: int) -> None:
        while not done.is_set():
            journals[number] += drain(store, f"w{number}:{next(tokens)}", limit=3, patience=1)

    threads = [threading.Thread(target=produce), *(threading.Thread(target=work, args=(n,)) for n in (0, 1))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    journals.append(drain(store, "last", 100))
    assert_each_once_in_order(journals, devices, each)


def fork(work: Callable[[Pipe], None]) -> tuple[int, Pipe]:
    """A process that does ``work`` and ends at once; its id, and where to hear from it."""
    here, there = multiprocessing.Pipe(duplex=False)
    process = os.fork()
    if process == 0:
        try:
            work(there)
        finally:
            os._exit(0)  # leave nothing of the parent's to be cleaned up twice
    there.close()
    return process, here


def test_processes_share_lanes(store_url: URL) -> None:
    devices, each, workers = 20, 10, 3
    store = open_store(store_url)
    fill(store, devices, each)
    store.close()

    def work(results: Pipe) -> None:
        mine = open_store(store_url, durability=Durability.PROCESS_DEATH)
        results.send(drain(mine, f"process {os.getpid()}", 5))

    processes = [fork(work) for _ in range(workers)]
    journals: list[Sent] = [pipe.recv() for _, pipe in processes]
    for process, _ in processes:
        os.waitpid(process, 0)
    journals.append(drain(store, "last", 100))
    store.close()
    assert_each_once_in_order(journals, devices, each)


def test_a_killed_worker_loses_nothing_and_its_octets_are_sent(store_url: URL) -> None:
    """Killed with SIGKILL between the durable build and the sending, even without a synced disk."""
    store = open_store(store_url)
    fill(store, devices=4, each=2)
    store.close()

    def work(ready: Pipe) -> None:
        mine = open_store(store_url, durability=Durability.PROCESS_DEATH)
        held = claim(mine, "dead:0", 100)
        build(mine, held, "dead")
        ready.send(len(held.commands))
        signal.pause()

    process, ready = fork(work)
    assert ready.recv() == 8
    os.kill(process, signal.SIGKILL)
    os.waitpid(process, 0)
    assert claim(store, "early", 100).lanes == ()
    held = claim(store, "heir", 100, now=T0 + LEASE)
    assert [command.content for command in held.commands] == [b"dead"] * 8
    journal = finish(store, held)
    store.close()
    assert_each_once_in_order([journal], devices=4, each=2)
