"""Opening the database, and transactions on it.

SQLite runs in WAL mode with one writer at a time: writers in this process queue on a lock, writers
of other processes on SQLite's own, up to ``busy_timeout``. PostgreSQL runs at READ COMMITTED, where
every statement sees what was committed before it began (the lanes rely on that).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Any, TypeVar, cast

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError
from sqlalchemy.pool import QueuePool, StaticPool

from gbsmart.ground import Blame, GbsmartError, InvalidValue
from gbsmart.store import revisions
from gbsmart.store.contention import ATTEMPTS, StoreBusy, is_kept_out, is_transient


class Durability(StrEnum):
    """What committed work survives; each value is SQLite's ``synchronous`` setting.

    ``POWER_LOSS``: every commit reaches the disk (SQLite FULL; PostgreSQL synchronous commit).
    ``PROCESS_DEATH``: work survives ``kill -9`` of any process of ours, but the last commits may be
    lost when the machine (or the PostgreSQL server) goes down; commits cost about a tenth.
    """

    POWER_LOSS = "FULL"
    PROCESS_DEATH = "NORMAL"


class StoreUnreachable(GbsmartError):
    """The database does not answer, does not let us in, or is a file that cannot be opened."""

    blame = Blame.WORLD


_REACH = "Check that the database server runs and that its URL is right."


T = TypeVar("T")


class Turns:
    """Transactions one after another, in one thread, on a SQLite connection that stays open.

    To SQLAlchemy they are one long transaction, whose begin and end cost more than a few statements. Those
    that read are on it too: it has just written what they look for, and another connection would drop the
    pages that it knows at every commit.
    """

    def __init__(self, connection: Connection, one_writer: threading.RLock) -> None:
        self._connection = connection
        self._one_writer = one_writer
        self._driver = cast("Any", connection.connection.dbapi_connection)
        self._driver.execute("ROLLBACK")  # the long one
        (patience,) = self._driver.execute("PRAGMA busy_timeout").fetchone()
        self._patience = float(patience) / 1000
        self._kept_out_since: float | None = None
        self._driver.execute("PRAGMA busy_timeout=0")

    def read(self, work: Callable[[Connection], T]) -> T:
        """What ``work`` finds in one that only reads, between two that write.

        Raises the driver's error where another process lets nobody read just now.
        """
        self._driver.execute("BEGIN")  # deferred: the snapshot is taken by the first reading
        try:
            return work(self._connection)
        finally:
            self._driver.execute("ROLLBACK")

    def begin(self) -> bool:
        """Begin one that writes; False, at once, where another thread or another process writes just now.

        Raises the driver's error once another process has done so for as long as a transaction waits.
        """
        if not self._one_writer.acquire(blocking=False):
            return False
        try:
            self._driver.execute("BEGIN IMMEDIATE")
        except BaseException as problem:
            self._one_writer.release()
            if is_kept_out(problem) and not self._is_out_of_patience():
                return False
            raise
        self._kept_out_since = None
        return True

    def _is_out_of_patience(self) -> bool:
        now = time.monotonic()
        if self._kept_out_since is None:
            self._kept_out_since = now
        return self._kept_out_since + self._patience <= now

    @contextmanager
    def ending(self) -> Iterator[Connection]:
        """The one that was begun: committed at the end of the block, rolled back on any error."""
        try:
            yield self._connection
            self._driver.execute("COMMIT")
        except BaseException:
            if self._driver.in_transaction:  # SQLite ends it by itself where the disk is full
                self._driver.execute("ROLLBACK")
            raise
        finally:
            self._one_writer.release()


class Store:
    """One database: transactions, readings and migrations. Made by :func:`open_store`."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._one_writer = threading.RLock() if engine.dialect.name == "sqlite" else None
        self._memory = isinstance(engine.pool, StaticPool)

    @property
    def dialect(self) -> str:
        """``sqlite`` or ``postgresql``."""
        return self.engine.dialect.name

    @property
    def broken(self) -> tuple[type[Exception], ...]:
        """The errors with which the database, or the way to it, fails (not our own, raised in a block)."""
        driver = cast("Any", self.engine.dialect.loaded_dbapi)
        return (DBAPIError, driver.Error, StoreBusy)

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """A transaction that writes: committed at the end of the block, rolled back on any error."""
        if self._one_writer is None:
            with self.engine.begin() as connection:
                yield connection
            return
        with self._one_writer, self.engine.begin() as connection:
            yield connection

    def perform(self, work: Callable[[Connection], T]) -> T:
        """What ``work`` gives, in such a transaction of its own; again where another was in its way.

        Two that wait for each other are no defect of either: the database ends one, and it is repeated. So
        ``work`` must not commit, and must have no effect outside the database. Raises :class:`StoreBusy`
        where that does not help, and where another process keeps SQLite too long.
        """
        tried = 0
        while True:
            tried += 1
            try:
                with self.transaction() as connection:
                    return work(connection)
            except self.broken as problem:
                if is_transient(problem) and tried < ATTEMPTS:
                    continue
                if is_transient(problem) or is_kept_out(problem):  # who was kept out has waited already
                    raise StoreBusy("others are writing the same just now", remedy="Try again.") from problem
                raise

    @contextmanager
    def turns(self) -> Iterator[Turns | None]:
        """Such transactions one after another in the caller's own thread; None where they would wait.

        A SQLite file is in this process, and a thread would cost more than a reading, or a small writing.
        """
        if self._memory or self._one_writer is None:
            yield None
            return
        opened = self.engine.connect().execution_options(gbsmart_reading=True)  # waits for no writer to open
        with opened as connection, connection.begin():
            connection.detach()  # it is not what the pool's others are: it never waits for a writer
            yield Turns(connection, self._one_writer)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that only reads: it never waits for a writer, and sees one snapshot on SQLite."""
        if self._memory:
            with self.transaction() as connection:
                yield connection
            return
        with self.engine.connect().execution_options(gbsmart_reading=True) as connection:
            yield connection

    def migrate(self, *wings: str) -> None:
        """Bring the schema to the newest version of the named wings (default: every wing).

        A store of its own, such as a street of emulated homes, names its wings. Safe to call from many
        processes at once. Raises :class:`StoreUnreachable` where no database answers.
        """
        try:
            self.engine.connect().close()
        except OperationalError as problem:
            where = self.engine.url.render_as_string(hide_password=True)
            reason = str(problem.orig).partition("\n")[0]
            raise StoreUnreachable(f"{where} cannot be opened: {reason}", remedy=_REACH) from None
        with self.transaction() as connection:
            if not revisions.is_newest(connection, *wings):
                from gbsmart.store import migration  # and with it Alembic, which takes a tenth of a start

                migration.upgrade(connection, *wings)

    def close(self) -> None:
        """Give back every connection."""
        self.engine.dispose()


_KINDS = "Write sqlite:///FILE or postgresql+psycopg://USER@HOST/DATABASE."


def open_store(
    url: str | URL,
    *,
    durability: Durability = Durability.POWER_LOSS,
    busy_timeout: float = 30.0,
    connections: int = 8,
) -> Store:
    """Open ``sqlite:///file.db``, ``sqlite://`` (memory, tests only) or ``postgresql+psycopg://...``.

    ``busy_timeout`` is how long (seconds) a SQLite transaction waits for another process's writer;
    ``connections`` bounds the pool. The schema is left as it is: call :meth:`Store.migrate`.
    Raises :class:`InvalidValue` for another kind of URL.
    """
    try:
        where = make_url(url)
    except ArgumentError:
        # not repeated in the message: what was meant as a URL may hold a password
        raise InvalidValue("not the URL of a database", field="url", remedy=_KINDS) from None
    backend = where.get_backend_name()
    if backend == "sqlite":
        return Store(_sqlite(where, durability, busy_timeout, connections))
    if backend == "postgresql":
        return Store(_postgresql(where, durability, connections))
    raise InvalidValue(f"{backend} is not a store", field="url", remedy=_KINDS)


def _sqlite(where: URL, durability: Durability, busy_timeout: float, connections: int) -> Engine:
    memory = where.database in (None, "", ":memory:")
    arguments: dict[str, Any] = {
        "check_same_thread": False,
        "timeout": busy_timeout,
        "cached_statements": 512,
    }
    if memory:
        engine = create_engine(where, connect_args=arguments, poolclass=StaticPool)
    else:
        engine = create_engine(where, connect_args=arguments, poolclass=QueuePool, pool_size=connections)

    @event.listens_for(engine, "connect")
    def prepare(driver: Any, _record: object) -> None:
        driver.isolation_level = None  # the driver must not begin transactions behind our back
        # Of a new file. A message has several KB: in smaller pages a commit is more writes, and with those of
        # 16 KiB it costs more than with those of 4 once a file holds tens of thousands of requests.
        driver.execute("PRAGMA page_size=8192")
        driver.execute("PRAGMA journal_mode=WAL")
        driver.execute(f"PRAGMA synchronous={durability.value}")
        driver.execute("PRAGMA foreign_keys=ON")
        driver.execute("PRAGMA temp_store=MEMORY")
        # 64 MiB of log before it goes to the file: what changes all the time is written there once.
        driver.execute("PRAGMA wal_autocheckpoint=8000")
        driver.execute("PRAGMA cache_size=-65536")
        driver.execute("PRAGMA mmap_size=268435456")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A deferred transaction that turns to writing can fail at once with SQLITE_BUSY; one that says
        # so from the start waits its turn.
        reading = connection.get_execution_options().get("gbsmart_reading", False)
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine


def _postgresql(where: URL, durability: Durability, connections: int) -> Engine:
    commit = "on" if durability is Durability.POWER_LOSS else "off"
    options = f"-c synchronous_commit={commit} -c timezone=UTC"
    return create_engine(
        where.set(drivername="postgresql+psycopg"),
        isolation_level="READ COMMITTED",
        connect_args={"options": options},
        pool_size=connections,
        max_overflow=connections,
        pool_pre_ping=True,
    )
