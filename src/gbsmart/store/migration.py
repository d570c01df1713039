"""Migrations: every wing keeps its own history, Alembic runs them all.

A wing with tables has a folder ``migrations/`` of Alembic scripts beside its ``tables.py``; its first
script starts a branch of its own (``down_revision = None``), so wings grow without touching each
other's files. The folders are found by looking, not by importing: the store knows no wing. A script
spells its tables out and never imports ``tables.py``: history does not change when the tables do.
:func:`draft` writes the next script's body; :func:`differences` is the test that none is missing.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata, produce_migrations, render_python_code
from alembic.config import Config
from alembic.operations import Operations
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

PARTITIONS = 16
"""How many hash partitions a table that grows with the traffic has on PostgreSQL."""

_HOUSE = Path(__file__).parent.parent
_PARTITION = re.compile(r".+_part\d+\Z")
_MIGRATION_LOCK = 0x6762736D617274  # an advisory lock of our own: two processes never migrate at once


def upgrade(connection: Connection) -> None:
    """Run every script not yet run, of every wing, within the caller's transaction."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_MIGRATION_LOCK)))
    if not places():
        return
    config, script = _scripts()

    def steps(revision: Any, _context: Any) -> Any:
        return script._upgrade_revs("heads", revision)  # Alembic's own recipe for use from code

    with EnvironmentContext(config, script, fn=steps, destination_rev="heads") as environment:
        environment.configure(connection=connection)
        environment.run_migrations()


def differences(connection: Connection, metadata: sa.MetaData) -> list[Any]:
    """What the tables declare and the migrated schema lacks, or the other way round; [] when equal.

    The wings whose tables are to be compared must have been imported.
    """
    return list(compare_metadata(_comparison(connection), metadata))


def draft(connection: Connection, metadata: sa.MetaData) -> str:
    """The body of ``upgrade()`` that would bring this schema to what the tables declare."""
    steps = produce_migrations(_comparison(connection), metadata).upgrade_ops
    return "" if steps is None else render_python_code(steps)


def partition_by_device(op: Operations, table: str, *, partitions: int = PARTITIONS) -> None:
    """Create the hash partitions of ``table``, made with ``postgresql_partition_by="HASH (device)"``.

    Does nothing on SQLite. The key of such a table must contain ``device``.
    """
    if op.get_bind().dialect.name != "postgresql":
        return
    for part in range(partitions):
        op.execute(
            f'CREATE TABLE "{table}_part{part}" PARTITION OF "{table}" '
            f"FOR VALUES WITH (MODULUS {partitions}, REMAINDER {part})"
        )


def _scripts() -> tuple[Config, ScriptDirectory]:
    config = Config()
    config.set_main_option("script_location", str(_HOUSE / "store").replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    folders = os.pathsep.join(str(folder) for folder in places())
    config.set_main_option("version_locations", folders.replace("%", "%%"))
    return config, ScriptDirectory.from_config(config)


def places() -> list[Path]:
    """The ``migrations`` folders of the wings that have tables."""
    return sorted(place for place in _HOUSE.glob("*/migrations") if place.is_dir())


def _comparison(connection: Connection) -> MigrationContext:
    return MigrationContext.configure(
        connection, opts={"include_name": _is_declared, "compare_type": True, "compare_server_default": False}
    )


def _is_declared(name: str | None, kind: str, _parents: object) -> bool:
    """Partitions are not tables of their own: their indexes come and go with the parent's."""
    return not (kind == "table" and name is not None and _PARTITION.match(name))
