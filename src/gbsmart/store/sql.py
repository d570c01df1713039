"""Hot statements as named SQL, executed on the driver itself.

SQLAlchemy's expression language costs some 50 microseconds a statement; the way of a Service Request
has many. A :class:`Sql` is written once with ``:name`` parameters and runs on the transaction's own
driver connection in a tenth of that. Values are given and returned in stored form
(:mod:`gbsmart.store.columns`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection

_PARAMETER = re.compile(r"(?<![:\w]):([a-z_]\w*)")

Row = tuple[Any, ...]


class Sql:
    """One statement, fixed when the module is loaded.

    ``postgresql`` is its text there where the two databases differ, and ``lock`` what is added there
    alone (``FOR UPDATE SKIP LOCKED``; SQLite has one writer and needs none). ``fragments`` are constant
    pieces, such as a list of columns, put in at ``{name}``, each a text or one for either database;
    values go in as ``:name`` parameters only.
    ``batch`` is what :meth:`many` runs on PostgreSQL, once, with each parameter the array of its values
    (``unnest(:device::bytea[])``): one round trip and one plan for all rows.
    Driver errors are not wrapped: write ``ON CONFLICT`` where a conflict is an expected answer.
    """

    __slots__ = ("_batch", "_texts")

    def __init__(
        self,
        text: str,
        *,
        postgresql: str | None = None,
        lock: str = "",
        batch: str = "",
        **fragments: str | Mapping[str, str],
    ) -> None:
        sqlite, other = (
            {name: piece if isinstance(piece, str) else piece[database] for name, piece in fragments.items()}
            for database in ("sqlite", "postgresql")
        )
        self._texts = {
            "sqlite": text.format(**sqlite),
            "postgresql": _for_psycopg(f"{postgresql or text} {lock}".strip().format(**other)),
        }
        self._batch = _for_psycopg(batch.format(**other))

    # Each goes to the driver by itself: a call between would cost as much as what SQLite does.

    def rows(self, connection: Connection, parameters: Mapping[str, object]) -> list[Row]:
        """Run it and return every row."""
        driver: Any = connection.connection.dbapi_connection
        found: list[Row] = driver.execute(self._texts[connection.dialect.name], parameters).fetchall()
        return found

    def row(self, connection: Connection, parameters: Mapping[str, object]) -> Row | None:
        """Run it and return its first row, or None."""
        driver: Any = connection.connection.dbapi_connection
        found: Row | None = driver.execute(self._texts[connection.dialect.name], parameters).fetchone()
        return found

    def run(self, connection: Connection, parameters: Mapping[str, object]) -> int:
        """Run it and return how many rows it touched."""
        driver: Any = connection.connection.dbapi_connection
        return int(driver.execute(self._texts[connection.dialect.name], parameters).rowcount)

    def many(self, connection: Connection, parameters: Iterable[Mapping[str, object]]) -> int:
        """Run it once per mapping, as one batch; returns how many rows were touched in all."""
        batch = list(parameters)
        if not batch:
            return 0
        driver: Any = connection.connection.dbapi_connection
        if self._batch and connection.dialect.name == "postgresql":
            arrays = {name: [row[name] for row in batch] for name in batch[0]}
            return int(driver.execute(self._batch, arrays).rowcount)
        cursor = driver.cursor()
        try:
            cursor.executemany(self._texts[connection.dialect.name], batch)
            return int(cursor.rowcount)
        finally:
            cursor.close()


def _for_psycopg(text: str) -> str:
    return _PARAMETER.sub(r"%(\1)s", text.replace("%", "%%"))
