"""One writer that commits the work of many coroutines together.

A Service Request is acknowledged only after it is durable, and a durable commit costs about half a
millisecond however little it holds. So coroutines hand small units of work to one writer; it runs all
that are waiting in one transaction and wakes their coroutines after the COMMIT. Before each it waits a
few milliseconds: what arrives together, or was set going together by the last, is committed together.

A SQLite file is in this process, and its writer works on the event loop itself: a thread beside it
would take the interpreter from the loop and give it back at every statement, which costs more than the
statements. Who only reads does so between two batches, on the writer's own connection. A database server is
waited for in a thread; while one batch is on its way the next gathers.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from operator import itemgetter
from types import TracebackType
from typing import Any, NamedTuple, Self, TypeVar

from sqlalchemy import Connection

from gbsmart.ground import GbsmartError
from gbsmart.store.contention import is_kept_out, is_transient
from gbsmart.store.database import Store

T = TypeVar("T")

_log = logging.getLogger(__name__)

_STOPPED = "a unit of work raised StopIteration"
_LOOK_AGAIN = 0.002  # seconds, where another process or thread is writing

LINGER = 0.003
"""Seconds that the writer waits, before each commit, for others to share it."""


class WriterClosed(GbsmartError):
    """The writer has been closed and takes no more work."""


class _TransactionEnded(Exception):
    """The database itself ended the transaction that units shared."""


class _Unit(NamedTuple):
    key: bytes
    work: Callable[[Connection], Any]
    future: asyncio.Future[Any]


class _Outcome(NamedTuple):
    value: Any = None
    error: BaseException | None = None


class GroupCommit:
    """Runs units of work in shared transactions; use as ``async with GroupCommit(store) as writer``.

    It belongs to the event loop on which it was made. A unit is a small function of a connection. It must
    not commit, and must have no effect outside the database, since it is run again when a neighbour in its
    batch fails. ``largest_batch`` bounds the units of one transaction, ``backlog`` those waiting, after
    which :meth:`submit` waits for room; ``linger`` is how many seconds it waits, before each, for company.
    """

    def __init__(
        self,
        store: Store,
        *,
        largest_batch: int = 500,
        backlog: int = 20_000,
        linger: float = LINGER,
        committed: Callable[[float, int], None] | None = None,
    ) -> None:
        """``committed`` is told of each shared commit: its seconds, and how many units it held."""
        self._committed = committed
        self.linger = linger
        self.batches = 0
        self.units = 0
        self._asked = 0
        self._store = store
        self._largest = largest_batch
        self._backlog = backlog
        self._waiting: deque[_Unit] = deque()
        self._work, self._room = asyncio.Event(), asyncio.Event()
        self._closing = False
        self._open = ExitStack()
        self._turns = self._open.enter_context(store.turns())
        self._thread = self._open.enter_context(ThreadPoolExecutor(1, thread_name_prefix="gbsmart-writer"))
        self._task = asyncio.get_running_loop().create_task(self._serve(), name="writer")

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def submit(self, work: Callable[[Connection], T], *, key: bytes = b"") -> T:
        """Run ``work`` and return its result once it is durable.

        ``key`` is the device concerned: the units of a batch run in the order of their keys, those of
        one key as they came. Two writers then lock the rows of devices in one order and do not meet in
        a deadlock. (One that happens all the same is tried again.)

        Whatever ``work`` raises is raised here and leaves nothing behind; other units are unharmed.
        A caller that is cancelled while waiting does not undo its unit. Raises :class:`WriterClosed`.
        """
        self._asked += 1
        try:
            while len(self._waiting) >= self._backlog and not self._closing:
                self._room.clear()
                await self._room.wait()
            if self._closing:
                raise WriterClosed("the writer is closed")
            future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
            self._waiting.append(_Unit(key, work, future))
            self._work.set()
            return await future
        finally:
            self._asked -= 1

    async def read(self, work: Callable[[Connection], T]) -> T:
        """What ``work`` finds in one transaction that only reads: all that was submitted before and is done.

        It takes no turn among the units, and may be run again: it has no effect. Raises what it raises.
        """
        if self._turns is not None and self.is_open:
            try:
                return self._turns.read(work)
            except self._store.broken as problem:
                if not is_kept_out(problem):
                    raise
        return await asyncio.to_thread(self._look, work)  # where it can be waited for

    def _look(self, work: Callable[[Connection], T]) -> T:
        with self._store.reading() as connection:
            return work(connection)

    @property
    def is_open(self) -> bool:
        """Whether it takes work: not closed, nor ended by a defect."""
        return not self._closing

    @property
    def is_busy(self) -> bool:
        """Whether anybody waits for a unit of work to be durable."""
        return self._asked > 0

    async def close(self) -> None:
        """Commit what is waiting, then stop."""
        self._closing = True
        self._work.set()
        self._room.set()
        await asyncio.wait([self._task])  # who no longer waits for the end does not prevent it

    async def _serve(self) -> None:
        batch: list[_Unit] = []
        try:
            while not (self._closing and not self._waiting):
                self._work.clear()
                if not self._waiting:
                    await self._work.wait()
                await asyncio.sleep(self.linger)
                if batch := self._take():
                    _answer(batch, await self._commit(batch))
        except Exception:  # noqa: BLE001 a defect of ours: there is nobody else to tell
            _log.exception("the writer has ended")
        finally:  # whatever ended it, nobody may wait for ever
            self._closing = True
            self._room.set()
            lost = [*batch, *self._waiting]
            _answer(lost, [_Outcome(error=WriterClosed("the writer has ended"))] * len(lost))
            self._open.close()

    def _take(self) -> list[_Unit]:
        waiting = self._waiting
        batch = [waiting.popleft() for _ in range(min(len(waiting), self._largest))]
        self._room.set()
        return sorted(batch, key=itemgetter(0))  # stable

    async def _commit(self, batch: Sequence[_Unit]) -> Sequence[_Outcome]:
        self.batches += 1
        self.units += len(batch)
        begun = time.perf_counter()
        try:
            if self._turns is None:
                outcomes = await self._in_thread(self._together, batch)
            else:
                while not self._turns.begin():
                    await asyncio.sleep(_LOOK_AGAIN)
                with self._turns.ending() as connection:
                    outcomes = [_Outcome(unit.work(connection)) for unit in batch]
        except Exception as error:  # noqa: BLE001 whatever it is goes to the unit that caused it
            if is_kept_out(error) or (len(batch) == 1 and not is_transient(error)):
                return [_Outcome(error=error)] * len(batch)
            return await self._in_thread(self._apart, batch)
        if self._committed is not None:
            self._committed(time.perf_counter() - begun, len(batch))
        return outcomes

    async def _in_thread(
        self, work: Callable[[Sequence[_Unit]], Sequence[_Outcome]], batch: Sequence[_Unit]
    ) -> Sequence[_Outcome]:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work, batch)

    def _together(self, batch: Sequence[_Unit]) -> Sequence[_Outcome]:
        try:
            with self._store.transaction() as connection:
                return [_Outcome(unit.work(connection)) for unit in batch]
        except StopIteration as problem:  # the future of a thread does not take it
            raise RuntimeError(_STOPPED) from problem

    def _apart(self, batch: Sequence[_Unit]) -> Sequence[_Outcome]:
        """The batch again, each unit in its own savepoint, so that a failure stays with its cause."""
        outcomes: list[_Outcome] = []
        try:
            with self._store.transaction() as connection:
                for unit in batch:
                    outcomes.append(_in_savepoint(unit, connection))
                    if outcomes[-1].error is not None and _has_ended(connection):
                        raise _TransactionEnded
        except _TransactionEnded:
            return [self._alone(unit) for unit in batch]
        except Exception as error:  # noqa: BLE001
            outcomes = [_Outcome(error=error)] * len(batch)
        return [
            self._alone(unit) if is_transient(outcome.error) else outcome
            for unit, outcome in zip(batch, outcomes, strict=True)
        ]

    def _alone(self, unit: _Unit) -> _Outcome:
        """A unit that met a deadlock, or whose transaction a neighbour ended, in ones of its own."""
        try:
            return _Outcome(self._store.perform(unit.work))
        except Exception as error:  # noqa: BLE001
            return _Outcome(error=error)


def _in_savepoint(unit: _Unit, connection: Connection) -> _Outcome:
    try:
        with connection.begin_nested():
            return _Outcome(unit.work(connection))
    except Exception as error:  # noqa: BLE001
        return _Outcome(error=error)


def _has_ended(connection: Connection) -> bool:
    """Whether the transaction is no more: SQLite ends it, with all that it held, where the disk is full."""
    driver: Any = connection.connection.dbapi_connection
    return connection.dialect.name == "sqlite" and not driver.in_transaction


def _answer(batch: Sequence[_Unit], outcomes: Sequence[_Outcome]) -> None:
    for unit, outcome in zip(batch, outcomes, strict=True):
        if unit.future.done():  # its caller was cancelled
            continue
        if outcome.error is None:
            unit.future.set_result(outcome.value)
        elif isinstance(outcome.error, StopIteration):  # which no future takes
            unit.future.set_exception(RuntimeError(_STOPPED))
        else:
            unit.future.set_exception(outcome.error)
