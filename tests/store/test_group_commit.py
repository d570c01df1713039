"""Many coroutines, one writer: results after the commit, failures to their own cause."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from gbsmart.store import GroupCommit, Sql, Store, open_store
from gbsmart.store.group_commit import WriterClosed

INSERT = Sql("INSERT INTO number(n) VALUES (:n)")


def total(connection: sa.Connection) -> int:
    return int(connection.execute(sa.text("SELECT count(*) FROM number")).scalar_one())


def count(store: Store) -> int:
    with store.reading() as connection:
        return total(connection)


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


def test_a_unit_may_raise_anything(store: Store) -> None:
    def unit(_connection: sa.Connection) -> int:
        return next(iter(()))

    async def run() -> None:
        async with GroupCommit(store) as writer:
            with pytest.raises(RuntimeError, match="StopIteration"):
                await asyncio.wait_for(writer.submit(unit), 5)
            assert await asyncio.wait_for(writer.submit(insert(1)), 5) == 2

    asyncio.run(run())


def test_nobody_waits_for_a_writer_that_has_ended(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    def ends_it(_seconds: float, _units: int) -> None:
        raise LookupError("a defect of ours")

    async def run() -> None:
        writer = GroupCommit(store, committed=ends_it)
        for number in (1, 2):
            with pytest.raises(WriterClosed):
                await asyncio.wait_for(writer.submit(insert(number)), 5)
        assert not writer.is_open
        await writer.close()

    asyncio.run(run())
    assert "a defect of ours" in caplog.text


def test_who_no_longer_waits_for_the_end_does_not_prevent_it(store: Store) -> None:
    async def run() -> None:
        writer = GroupCommit(store)
        waiting = asyncio.ensure_future(writer.submit(insert(1)))
        await asyncio.sleep(0)
        closing = asyncio.ensure_future(writer.close())
        await asyncio.sleep(0)
        closing.cancel()
        assert await asyncio.wait_for(waiting, 5) == 2
        await asyncio.wait_for(writer.close(), 5)

    asyncio.run(run())


@contextmanager
def written_by_another(file: Path) -> Iterator[None]:
    """Another process, in the middle of a transaction."""
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    yield
    other.execute("ROLLBACK")
    other.close()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A SQLite database with the table; transactions wait 0.2 s for another process."""
    url = f"sqlite:///{tmp_path / 'a.db'}"
    store = open_store(url)
    with store.transaction() as connection:
        connection.exec_driver_sql("CREATE TABLE number(n BIGINT PRIMARY KEY)")
    store.close()
    return tmp_path / "a.db"


@pytest.fixture
def impatient(file: Path) -> Iterator[Store]:
    store = open_store(f"sqlite:///{file}", busy_timeout=0.2)
    yield store
    store.close()


def test_a_unit_waits_for_another_process_as_long_as_a_transaction_does(file: Path, impatient: Store) -> None:
    async def run() -> None:
        with written_by_another(file):  # a writer opens all the same
            writer = GroupCommit(impatient)
            units = (writer.submit(insert(n)) for n in range(3))
            async with asyncio.timeout(5):
                outcomes = await asyncio.gather(*units, return_exceptions=True)
            assert all(isinstance(outcome, impatient.broken) for outcome in outcomes)
        assert await writer.submit(insert(4)) == 8
        await writer.close()

    asyncio.run(run())


def test_a_reading_that_was_left_open_does_not_stop_the_writer(impatient: Store) -> None:
    left: list[object] = []

    def unit(connection: sa.Connection) -> None:
        rows = connection.exec_driver_sql("SELECT n FROM number")
        left.append((rows, rows.fetchone()))

    def write() -> None:
        with impatient.transaction() as connection:
            INSERT.run(connection, {"n": 1000})

    async def run() -> None:
        async with GroupCommit(impatient) as writer:
            await asyncio.gather(*(writer.submit(insert(n)) for n in range(500)))
            await writer.submit(unit)
            await asyncio.to_thread(write)  # what the reading sees is no longer the newest
            assert await asyncio.wait_for(writer.submit(insert(501)), 5) == 1002

    asyncio.run(run())


def test_what_was_acknowledged_is_kept_where_a_neighbour_filled_the_disk(impatient: Store) -> None:
    def fill(connection: sa.Connection) -> None:
        connection.exec_driver_sql("PRAGMA max_page_count=20")
        connection.exec_driver_sql("CREATE TABLE large(x)")
        connection.exec_driver_sql("INSERT INTO large VALUES (zeroblob(1000000))")

    async def run() -> None:
        async with GroupCommit(impatient) as writer:
            units = writer.submit(insert(1)), writer.submit(fill), writer.submit(insert(3))
            first, filled, third = await asyncio.gather(*units, return_exceptions=True)
        assert isinstance(filled, impatient.broken)
        assert [first, third, count(impatient)] == [2, 6, 2]

    asyncio.run(run())


def test_a_reading_sees_what_was_done_before_it(store: Store) -> None:
    async def run() -> None:
        async with GroupCommit(store) as writer:
            for n in range(3):
                await writer.submit(insert(n))
                assert await writer.read(total) == n + 1
            with pytest.raises(ZeroDivisionError):
                await writer.read(lambda _: 1 // 0)
            assert await writer.submit(insert(3)) == 6
        assert await writer.read(total) == 4  # also when the writer has closed

    asyncio.run(run())


def test_a_reading_leaves_nothing_behind(store: Store) -> None:
    async def run() -> None:
        async with GroupCommit(store) as writer:
            await writer.read(lambda connection: INSERT.run(connection, {"n": 1}))
            assert await writer.read(total) == 0

    asyncio.run(run())


def test_a_reading_waits_for_no_other_process(file: Path, impatient: Store) -> None:
    async def run() -> None:
        async with GroupCommit(impatient) as writer:
            with written_by_another(file):
                assert await writer.read(total) == 0

    asyncio.run(run())


def test_a_reading_that_is_kept_out_is_waited_for_elsewhere(impatient: Store) -> None:
    tried: list[str] = []

    def look(connection: sa.Connection) -> int:
        tried.append(threading.current_thread().name)
        if len(tried) == 1:  # as SQLite does while another process mends the file
            problem = sqlite3.OperationalError("database is locked")
            problem.sqlite_errorname = "SQLITE_BUSY_RECOVERY"
            raise problem
        return total(connection)

    async def run() -> None:
        async with GroupCommit(impatient) as writer:
            assert await writer.read(look) == 0

    asyncio.run(run())
    first, second = tried
    assert first == threading.main_thread().name != second
