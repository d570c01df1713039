"""What a User must not forget: its counters and every message it was sent (one small SQLite file).

Counters rise for ever, across restarts and between processes that share the file; a message is stored
before its delivery is confirmed, and only once however often it is delivered.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import NamedTuple

from gbsmart.ground import Eui64, InvalidValue

_TABLES = """
CREATE TABLE IF NOT EXISTS counter (
    user TEXT NOT NULL, space TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (user, space)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS message (
    number INTEGER PRIMARY KEY, user TEXT NOT NULL, identity TEXT NOT NULL, request_id TEXT,
    received_at TEXT NOT NULL, document BLOB NOT NULL, UNIQUE (user, identity)
);
CREATE INDEX IF NOT EXISTS message_request ON message (user, request_id);
"""
_ORDINARY, _TOP_UP = "ordinary", "top-up"
_MOST = (1 << 64) - 1


class Kept(NamedTuple):
    """One stored message: its place in the order of arrival, when it came, and its octets."""

    number: int
    received_at: datetime
    document: bytes


class Journal:
    """The memory of one or several Users, in ``path`` or (``None``) for this process only."""

    def __init__(self, path: Path | None = None) -> None:
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = Lock()
        self._connection = sqlite3.connect(
            path or ":memory:", isolation_level=None, check_same_thread=False, timeout=30
        )
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = FULL")
        self._connection.executescript(_TABLES)

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def next_counter(self, user: Eui64, now: datetime) -> int:
        """The counter of the next request: Unix milliseconds, but always above the one before."""
        return self._rise(user, _ORDINARY, int(now.timestamp() * 1000), 1)

    def next_top_up_counter(self, user: Eui64, device: Eui64) -> int:
        """The counter of a device's next top-up: the UTRN counter in the high 32 bits, zero in the low.

        It counts from 1 for each device, because a UTRN holds only its last ten bits and the device takes
        the rest from those that it has seen (GBCS 14; DUIS 2.2).
        """
        return self._rise(user, f"{_TOP_UP} {device.compact}", 1 << 32, 1 << 32)

    def advance_past(self, user: Eui64, counter: int) -> None:
        """Take note of an ordinary counter that was used elsewhere: the next is above it."""
        self._rise(user, _ORDINARY, counter, 0)

    def keep(
        self, user: Eui64, identity: str, request_id: str | None, at: datetime, document: bytes
    ) -> int | None:
        """Store a message durably; its number, or ``None`` where it is stored already."""
        with self._transaction():
            row = self._connection.execute(
                "INSERT INTO message (user, identity, request_id, received_at, document) "
                "VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING number",
                (user.compact, identity, request_id, at.astimezone(UTC).isoformat(), document),
            ).fetchone()
        return None if row is None else int(row[0])

    def about(self, user: Eui64, request_id: str) -> list[Kept]:
        """The messages about one request, in the order of arrival."""
        return self._read(
            "SELECT number, received_at, document FROM message "
            "WHERE user = ? AND request_id = ? ORDER BY number",
            (user.compact, request_id),
        )

    def after(self, user: Eui64, number: int, most: int = 100) -> list[Kept]:
        """The messages that arrived after ``number``, oldest first, at most so many."""
        return self._read(
            "SELECT number, received_at, document FROM message "
            "WHERE user = ? AND number > ? ORDER BY number LIMIT ?",
            (user.compact, number, most),
        )

    def last_number(self, user: Eui64) -> int:
        """The number of the newest message, 0 where there is none."""
        with self._lock:
            row = self._connection.execute(
                "SELECT max(number) FROM message WHERE user = ?", (user.compact,)
            ).fetchone()
        return int(row[0] or 0)

    def _read(self, query: str, values: tuple[str | int, ...]) -> list[Kept]:
        with self._lock:
            rows = self._connection.execute(query, values).fetchall()
        return [Kept(number, datetime.fromisoformat(at), bytes(document)) for number, at, document in rows]

    def _rise(self, user: Eui64, space: str, floor: int, step: int) -> int:
        with self._transaction():
            row = self._connection.execute(
                "SELECT value FROM counter WHERE user = ? AND space = ?", (user.compact, space)
            ).fetchone()
            # as text: SQLite's integers end at 2^63 and top-up counters do not
            value = floor if row is None else max(int(row[0]) + step, floor)
            if value > _MOST:
                raise InvalidValue("the counter has reached 2^64", field="counter")
            self._connection.execute(
                "INSERT INTO counter VALUES (?, ?, ?) "
                "ON CONFLICT (user, space) DO UPDATE SET value = excluded.value",
                (user.compact, space, str(value)),
            )
        return value

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")
