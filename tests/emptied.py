"""A PostgreSQL database that one test after another finds as if it were new.

To make and drop one for each test took the server a half to a whole second of processor time, more than
most of these tests; to empty it takes a fiftieth of one.
"""

from __future__ import annotations

from sqlalchemy import URL, inspect

from gbsmart.store import Store

_REVISIONS = "alembic_version"
_END_OTHERS = """SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()"""


class EmptiedDatabase:
    """A migrated database of this process. That a migration writes no rows is a test of the store's."""

    def __init__(self, store: Store) -> None:
        self._engine = store.engine
        with store.reading() as connection:
            ordered = inspect(connection).get_sorted_table_and_fkc_names()
            self._revisions = connection.exec_driver_sql(f"TABLE {_REVISIONS}").scalars().all()
        self._tables = [name for name, _ in reversed(ordered) if name is not None]
        """Those that refer to others come first."""

    @property
    def url(self) -> URL:
        """Where it is."""
        return self._engine.url

    def empty(self) -> None:
        """End what a test left open in it, and leave no row, no table and no counted number of its."""
        statements = [
            _END_OTHERS,
            *(f'DELETE FROM "{table}"' for table in self._tables),
            "SELECT setval(oid, 1, false) FROM pg_class WHERE relkind = 'S'",
            *(f"INSERT INTO {_REVISIONS} VALUES ('{revision}')" for revision in self._revisions),
        ]
        with self._engine.begin() as connection:
            added = set(inspect(connection).get_table_names()) - set(self._tables)
            statements += (f'DROP TABLE "{table}"' for table in added)
            connection.exec_driver_sql(";".join(statements))
