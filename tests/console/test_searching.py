"""Filters as SQL: what they find, and that no table is read whole for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from benchmarks.large_ledger import fill
from sqlalchemy import URL, Connection, text

from gbsmart.console.filtering import FIELDS, read_filter
from gbsmart.console.searching import CONDITIONS, find, turned_away
from gbsmart.dcc import ledger
from gbsmart.dcc.model import RequestKey
from gbsmart.devices.home import HomePlan
from gbsmart.ground import Eui64
from gbsmart.store import Store, open_store

NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)
COUNT = 400


def homes() -> list[HomePlan]:
    euis = [
        [Eui64(bytes([0, 0xDB, number, kind, 0, 0, 0, 0])) for kind in range(4)] for number in range(1, 9)
    ]
    return [HomePlan(*each, number) for number, each in enumerate(euis)]


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, list[RequestKey]]]:
    store = open_store(URL.create("sqlite", database=str(tmp_path_factory.mktemp("ledger") / "s.db")))
    store.migrate()
    keys = fill(store, homes(), COUNT)
    with store.transaction() as connection:
        ledger.append(connection, keys[3], "note", at=NOW, detail="not eligible for that")
    yield store, keys
    store.close()


def found(
    store: Store, filter_: str, limit: int = COUNT, before: RequestKey | None = None
) -> list[RequestKey]:
    with store.reading() as connection:
        rows = find(connection, read_filter(filter_, NOW), limit, before)
    return [RequestKey(row.device, row.originator, row.counter) for row in rows]


def test_all_come_newest_first(filled: tuple[Store, list[RequestKey]]) -> None:
    store, keys = filled
    assert found(store, "") == keys[::-1]


def test_pages_meet_without_gap_or_overlap(filled: tuple[Store, list[RequestKey]]) -> None:
    store, keys = filled
    seen: list[RequestKey] = []
    while page := found(store, "state:delivered", 7, seen[-1] if seen else None):
        seen += page
    assert seen == [key for at, key in reversed(list(enumerate(keys))) if at % 50]


def test_requests_of_one_moment_are_paged_too(tmp_path: Path) -> None:
    store = open_store(URL.create("sqlite", database=str(tmp_path / "s.db")))
    store.migrate()
    fill(store, homes(), 20)
    with store.transaction() as connection:
        connection.execute(text("UPDATE request SET received_at = 5"))
    whole = found(store, "")
    assert [*found(store, "", 10), *found(store, "", 10, whole[9])] == whole
    store.close()


@pytest.mark.parametrize(
    ("filter_", "expected"),
    [
        ("state:refused", lambda at, key: at % 50 == 0),
        ("-state:refused", lambda at, key: at % 50 != 0),
        ("code:E2", lambda at, key: at % 50 == 0),
        ("code:E*", lambda at, key: at % 50 == 0 or at == 7),
        ("code:E40,I0 variant:7.1", lambda at, key: at % 10 == 5 and at % 50),
        ("variant:7", lambda at, key: at % 10 in (5, 6)),
        ("kind:non-device", lambda at, key: at % 10 == 9),
        ("user:90-B3-D5-1F-30-02", lambda at, key: key.originator == Eui64.parse("90-B3-D5-1F-30-02-00-00")),
        ("-user:90-B3-D5-1F-30-02", lambda at, key: key.originator != Eui64.parse("90-B3-D5-1F-30-02-00-00")),
        ("device:00DB03", lambda at, key: bytes(key.device)[2] == 3),
        ("since:100s", lambda at, key: at >= COUNT - 100),
        ("since:100s until:50s", lambda at, key: COUNT - 100 <= at < COUNT - 50),
        ('detail:"NOT eligible"', lambda at, key: at == 3),
        ('-detail:eligible since:399s', lambda at, key: at not in (0, 3)),
        ("supply", lambda at, key: at % 10 in (5, 6)),
        ("00-DB-05", lambda at, key: bytes(key.device)[2] == 5),
        ("e40", lambda at, key: at == 7),
        ("399", lambda at, key: at == 399),
        ("100%", lambda at, key: False),
    ],
)  # fmt: skip
def test_a_filter_lets_through_what_it_says(
    filled: tuple[Store, list[RequestKey]], filter_: str, expected: object
) -> None:
    store, keys = filled
    assert callable(expected)
    assert found(store, filter_) == [key for at, key in reversed(list(enumerate(keys))) if expected(at, key)]


def test_one_request_is_found_by_its_id(filled: tuple[Store, list[RequestKey]]) -> None:
    store, keys = filled
    assert found(store, f"id:{keys[9]}") == [keys[9]]


def test_every_field_is_understood() -> None:
    assert set(CONDITIONS) == {"", *(field.name for field in FIELDS)}


@pytest.mark.parametrize(
    ("filter_", "index"),
    [
        ("", "ix_request_received"),
        ("state:refused", "ix_request_received"),
        ("since:1h", "ix_request_received"),
        ("variant:7.1", "ix_request_variant"),
        ("code:E*", "ix_request_unusual"),
        ("code:E40 kind:critical", "ix_request_unusual"),
    ],
)
def test_a_page_is_found_by_an_index(
    filled: tuple[Store, list[RequestKey]], filter_: str, index: str
) -> None:
    assert index in plan(filled[0], filter_)
    assert "SCAN request USING" in plan(filled[0], filter_) or "SEARCH request" in plan(filled[0], filter_)


def test_words_of_events_are_looked_for_where_there_are_words(filled: tuple[Store, list[RequestKey]]) -> None:
    assert "ix_event_said" in plan(filled[0], "detail:eligible")


def test_what_was_turned_away_is_found_by_an_index(filled: tuple[Store, list[RequestKey]]) -> None:
    """However many events there are: few documents are turned away, and they are asked for newest first."""
    found = plan_of(filled[0], lambda connection: turned_away(connection, 50), "FROM event")
    assert found == "SCAN event USING INDEX ix_event_turned_away"


def plan(store: Store, filter_: str) -> str:
    """How SQLite finds a page."""
    return plan_of(store, lambda connection: find(connection, read_filter(filter_, NOW), 50), "FROM request")


def plan_of(store: Store, work: Callable[[Connection], object], asked: str) -> str:
    """How SQLite finds what the statement with ``asked`` in it asks for."""
    from sqlalchemy import event

    said: list[tuple[str, tuple[object, ...]]] = []

    def listen(_c: object, _cursor: object, statement: str, values: tuple[object, ...], *_: object) -> None:
        said.append((statement, values))

    event.listen(store.engine, "before_cursor_execute", listen)
    try:
        with store.reading() as connection:
            work(connection)
    finally:
        event.remove(store.engine, "before_cursor_execute", listen)
    statement, values = next(each for each in said if asked in each[0])
    with store.reading() as connection:
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        return "\n".join(row[3] for row in rows)
