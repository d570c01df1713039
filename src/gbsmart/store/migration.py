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
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal

import sqlalchemy as sa
from alembic import op
from alembic.autogenerate import compare_metadata, produce_migrations, render_python_code
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from gbsmart.store.revisions import places

PARTITIONS = 16
"""How many hash partitions a table that grows with the traffic has on PostgreSQL."""

_SCRIPT = '''"""{wing}, {number}."""

import sqlalchemy as sa
from alembic import op

revision = "{wing}_{number}"
down_revision = {before}
branch_labels = {branch}
depends_on = None


def upgrade() -> None:
    """Bring the schema here from the revision before."""
    {body}
'''

_HOUSE = Path(__file__).parent.parent
_PARTITION = re.compile(r".+_part\d+\Z")
_FULL_TEXT = re.compile(r".+_search(?:_[a-z]+)?\Z")
_MIGRATION_LOCK = 0x6762736D617274  # an advisory lock of our own: two processes never migrate at once


def upgrade(connection: Connection, *wings: str) -> None:
    """Run every script not yet run, of the named wings (default: all), in the caller's transaction."""
    upgrade_to(connection, *([f"{wing}@head" for wing in wings] or ["heads"]))


def upgrade_to(connection: Connection, *revisions: str) -> None:
    """The same up to the named ``revisions`` (``dcc_1``): the schema as an older gbsmart left it."""
    if not places():
        return
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_MIGRATION_LOCK)))
    config, script = _scripts()
    for target in revisions:

        def steps(revision: Any, _context: Any, target: str = target) -> Any:
            return script._upgrade_revs(target, revision)  # Alembic's own recipe for use from code

        with EnvironmentContext(config, script, fn=steps, destination_rev=target) as environment:
            environment.configure(connection=connection)
            environment.run_migrations()


def differences(connection: Connection, metadata: sa.MetaData) -> list[Any]:
    """What the tables declare and the migrated schema lacks, or the other way round; [] when equal.

    The wings whose tables are to be compared must have been imported.
    """
    return list(compare_metadata(_comparison(connection), metadata))


def draft(connection: Connection, wing: str, number: int, tables: Iterable[sa.Table]) -> str:
    """The script that brings a wing's tables to what they declare, to be read before it is kept.

    ``tables`` are those of the wing's ``tables.py``. Save the script as
    ``<wing>/migrations/<wing>_<number>.py``. Types are written as they are stored.
    """
    mine = {table.name: table for table in tables}
    metadata = next(iter(mine.values())).metadata
    context = MigrationContext.configure(
        connection,
        opts={
            "include_object": lambda _object, name, kind, _reflected, _other: kind != "table" or name in mine,
            "compare_type": True,
        },
    )
    steps = produce_migrations(context, metadata).upgrade_ops
    body = "" if steps is None else render_python_code(steps, render_item=_stored_type)
    return _SCRIPT.format(
        wing=wing,
        number=number,
        before=f'"{wing}_{number - 1}"' if number > 1 else "None",
        branch=f'("{wing}",)' if number == 1 else "None",
        body="\n".join(line for line in body.splitlines() if not line.lstrip().startswith("#")).strip(),
    )


def _stored_type(kind: str, column_type: Any, _context: object) -> str | Literal[False]:
    if kind == "type" and isinstance(column_type, sa.types.TypeDecorator):
        return f"sa.{column_type.impl_instance!r}"
    return False


def partition_by_device(table: str, *, partitions: int = PARTITIONS) -> None:
    """Create the hash partitions of ``table``, made with ``postgresql_partition_by="HASH (device)"``.

    For use in a migration script; does nothing on SQLite. The key of the table must contain ``device``.
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


def _comparison(connection: Connection) -> MigrationContext:
    return MigrationContext.configure(
        connection, opts={"include_name": _is_declared, "compare_type": True, "compare_server_default": False}
    )


def _is_declared(name: str | None, kind: str, _parents: object) -> bool:
    """Whether a table is one that wings declare.

    Partitions are none of their own: their indexes come and go with the parent's. A full-text index
    (``<table>_search``) is each database's own kind of table, which no declaration says.
    """
    if kind != "table" or name is None:
        return True
    return not _PARTITION.match(name) and not _FULL_TEXT.match(name)
