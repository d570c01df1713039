"""Many coroutines, one writer: results after the commit, failures to their own cause."""

from __future__ import annotations

import asyncio
import threading

import pytest
import sqlalchemy as sa

from gbsmart.store import GroupCommit, Sql, Store
from gbsmart.store.group_commit import WriterClosed

INSERT = Sql("INSERT INTO number(n) VALUES (:n)")


def count(store: Store) -> int:
    with store.reading() as connection:
        return int(connection.execute(sa.text("SELECT count(*) FROM number")).scalar_one())


@pytest.fixture(autouse=True)
def _table(store: Store) -> None:
    with store.transaction() as connection:
        connection.execute(sa.text("CREATE TABLE number(n BIGINT PRIMARY KEY)"))


def insert(n: int) -> object:
    def unit(connection: sa.Connection) -> int:
        INSERT.run(connection, {"n": n})
        if n < 0:
            raise ValueError(n)
        return n * 2

    return unit


def test_units_share_commits_and_return_their_results(store: Store) -> None:
    async def run() -> None:
        async with GroupCommit(store) as writer:
            doubled = await asyncio.gather(*(writer.submit(insert(n)) for n in range(500)))
            assert doubled == [n * 2 for n in range(500)]
            assert count(store) == 500
            assert writer.units == 500
            assert writer.batches < 50

    asyncio.run(run())


def test_a_failing_unit_harms_no_other(store: Store) -> None:
    async def run() -> None:
        async with GroupCommit(store) as writer:
            work = [1, 2, -3, 4, 2, 5]  # -3 raises after its insert; the second 2 breaks the key
            outcomes = await asyncio.gather(*(writer.submit(insert(n)) for n in work), return_exceptions=True)
        assert [isinstance(outcome, Exception) for outcome in outcomes] == [
            False,
            False,
            True,
            False,
            True,
            False,
        ]
        assert isinstance(outcomes[2], ValueError)
        assert count(store) == 4

    asyncio.run(run())


def test_a_cancelled_caller_does_not_stop_the_writer(store: Store) -> None:
    async def run() -> None:
        async with GroupCommit(store) as writer:
            waiting = asyncio.ensure_future(writer.submit(insert(1)))
            await asyncio.sleep(0)
            waiting.cancel()
            assert await writer.submit(insert(2)) == 4

    asyncio.run(run())
    assert count(store) == 2


def test_a_full_backlog_makes_callers_wait_not_fail(store: Store) -> None:
    async def run() -> None:
        async with GroupCommit(store, backlog=3, largest_batch=2) as writer:
            await asyncio.gather(*(writer.submit(insert(n)) for n in range(40)))

    asyncio.run(run())
    assert count(store) == 40


def test_closing_finishes_the_work_and_refuses_more(store: Store) -> None:
    async def run() -> None:
        writer = GroupCommit(store)
        waiting = [asyncio.ensure_future(writer.submit(insert(n))) for n in range(10)]
        await asyncio.sleep(0)
        await writer.close()
        assert await asyncio.gather(*waiting) == [n * 2 for n in range(10)]
        with pytest.raises(WriterClosed):
            await writer.submit(insert(99))

    asyncio.run(run())


def test_while_another_thread_writes_the_loop_goes_on_and_the_unit_waits(store: Store) -> None:
    holds, may_end = threading.Event(), threading.Event()

    def hold() -> None:
        with store.transaction() as connection:
            INSERT.run(connection, {"n": 1})
            holds.set()
            assert may_end.wait(10)

    async def run() -> list[int]:
        async with GroupCommit(store) as writer:
            holding = asyncio.ensure_future(asyncio.to_thread(hold))
            await asyncio.to_thread(holds.wait)
            waiting = asyncio.ensure_future(writer.submit(insert(2)))
            await asyncio.sleep(0.05)  # nothing on this loop is held up
            may_end.set()
            await holding
            return [await waiting, count(store)]

    assert asyncio.run(run()) == [4, 2]
