"""Transactions, column types and named SQL, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from gbsmart.ground import Eui64, InvalidValue
from gbsmart.store import (
    Counter,
    Durability,
    Eui,
    Moment,
    Sql,
    Store,
    StoreBusy,
    from_micros,
    open_store,
    to_micros,
)
from gbsmart.store.contention import ATTEMPTS

METER = Eui64.parse("00-DB-12-34-56-78-90-A0")
CANCELLED = datetime(3000, 12, 31, tzinfo=UTC)

things = sa.Table(
    "thing",
    sa.MetaData(),
    sa.Column("device", Eui, primary_key=True),
    sa.Column("counter", Counter),
    sa.Column("at", Moment),
)


@pytest.fixture
def table(store: Store) -> sa.Table:
    things.create(store.engine)
    return things


@pytest.mark.parametrize("counter", [0, 1, 3 << 32, (1 << 63) - 1, 1 << 63, (1 << 64) - 1])
def test_values_come_back_as_they_went(store: Store, table: sa.Table, counter: int) -> None:
    with store.transaction() as connection:
        connection.execute(table.insert().values(device=METER, counter=counter, at=CANCELLED))
    with store.reading() as connection:
        row = connection.execute(sa.select(table)).one()
    assert row == (METER, counter, CANCELLED)
    assert type(row.device) is Eui64


def test_a_failed_transaction_leaves_nothing(store: Store, table: sa.Table) -> None:
    def fail() -> None:
        with store.transaction() as connection:
            connection.execute(table.insert().values(device=METER))
            raise RuntimeError("half way")

    with pytest.raises(RuntimeError, match="half way"):
        fail()
    with store.reading() as connection:
        assert connection.execute(sa.select(table)).all() == []


def test_named_sql_runs_in_the_same_transaction(store: Store, table: sa.Table) -> None:
    insert = Sql("INSERT INTO thing(device, counter) VALUES (:device, :counter)")
    select = Sql("SELECT device, counter FROM thing WHERE device = :device")
    with store.transaction() as connection:
        assert insert.run(connection, {"device": METER, "counter": 7}) == 1
        assert connection.execute(sa.select(table.c.counter)).scalar_one() == 7
        ((device, counter),) = select.rows(connection, {"device": METER})
        assert (bytes(device), counter) == (METER, 7)
        assert select.row(connection, {"device": Eui64(bytes(8))}) is None


def test_named_sql_runs_a_batch(store: Store, table: sa.Table) -> None:
    insert = Sql("INSERT INTO thing(device) VALUES (:device) ON CONFLICT DO NOTHING")
    devices = [Eui64(number.to_bytes(8, "big")) for number in (1, 2, 3, 3)]
    with store.transaction() as connection:
        assert insert.many(connection, ({"device": device} for device in devices)) == 3
        assert insert.many(connection, []) == 0


def test_a_batch_touches_the_rows_it_names(store: Store, table: sa.Table) -> None:
    insert = Sql("INSERT INTO thing(device, counter) VALUES (:device, :counter)")
    change = Sql(
        "UPDATE thing SET counter = :counter WHERE device = :device",
        batch="UPDATE thing SET counter = v.counter FROM unnest(:device::bytea[], :counter::bigint[])"
        " AS v(device, counter) WHERE thing.device = v.device",
    )
    devices = [Eui64(number.to_bytes(8, "big")) for number in (1, 2, 3)]
    with store.transaction() as connection:
        insert.many(connection, ({"device": device, "counter": 0} for device in devices))
        changes = [{"device": devices[0], "counter": 10}, {"device": devices[2], "counter": None}]
        assert change.many(connection, changes) == 2
        rows = connection.execute(sa.select(table.c.counter).order_by(table.c.device))
        assert list(rows.scalars()) == [10, 0, None]


def test_moments_need_a_zone() -> None:
    with pytest.raises(InvalidValue):
        to_micros(datetime(2026, 1, 1))  # noqa: DTZ001
    assert from_micros(to_micros(CANCELLED)) == CANCELLED


def test_sqlite_syncs_as_it_is_told(tmp_path: object) -> None:
    for durability, level in ((Durability.POWER_LOSS, 2), (Durability.PROCESS_DEATH, 1)):
        store = open_store(f"sqlite:///{tmp_path}/{durability}.db", durability=durability)
        with store.reading() as connection:
            assert connection.exec_driver_sql("PRAGMA synchronous").scalar_one() == level
            assert connection.exec_driver_sql("PRAGMA journal_mode").scalar_one() == "wal"
        store.close()


def test_a_memory_store_keeps_what_is_written() -> None:
    store = open_store("sqlite://")
    things.create(store.engine)
    with store.transaction() as connection:
        connection.execute(things.insert().values(device=METER))
    with store.reading() as connection:
        assert connection.execute(sa.select(things.c.device)).scalar_one() == METER
    store.close()


def test_other_databases_are_refused() -> None:
    with pytest.raises(InvalidValue, match="mysql"):
        open_store("mysql://localhost/x")


def met(state: str) -> OperationalError:
    """As the driver says that another transaction was in the way, or something else of the database's."""

    class Met(Exception):
        sqlstate = state

    return OperationalError("", {}, Met())


@pytest.mark.parametrize("state", ["40001", "40P01", "55P03"])
def test_work_is_repeated_where_another_was_in_its_way(store: Store, table: sa.Table, state: str) -> None:
    problems = [met(state), met(state)]

    def work(connection: sa.Connection) -> str:
        connection.execute(table.insert().values(device=METER, counter=1, at=CANCELLED))
        if problems:
            raise problems.pop()
        return "done"

    assert store.perform(work) == "done"
    with store.reading() as connection:
        assert len(connection.execute(sa.select(table)).all()) == 1


def test_work_is_not_repeated_for_ever_and_not_for_what_is_its_own_fault(store: Store) -> None:
    tried: list[str] = []

    def work(state: str) -> Callable[[sa.Connection], None]:
        def unit(_connection: sa.Connection) -> None:
            tried.append(state)
            raise met(state)

        return unit

    with pytest.raises(StoreBusy):
        store.perform(work("40P01"))
    with pytest.raises(OperationalError):
        store.perform(work("22003"))
    assert tried == ["40P01"] * ATTEMPTS + ["22003"]


def test_work_that_another_process_keeps_out_of_sqlite_is_told_to_come_back(sqlite_url: sa.URL) -> None:
    store, other = open_store(sqlite_url, busy_timeout=0.05), open_store(sqlite_url)
    with other.transaction(), pytest.raises(StoreBusy):
        store.perform(lambda _connection: None)
    store.close()
    other.close()
