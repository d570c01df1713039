"""The migrations build exactly the tables that the wings declare."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import pytest
from sqlalchemy import inspect

from gbsmart.store import Store, metadata, migration, open_store, revisions


def test_migrating_again_changes_nothing(store: Store) -> None:
    before = set(inspect(store.engine).get_table_names())
    store.migrate()
    assert set(inspect(store.engine).get_table_names()) == before


def test_what_is_newest_is_known_without_alembic(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    _, scripts = migration._scripts()
    assert set(revisions.newest().values()) == set(scripts.get_heads())
    monkeypatch.setattr(migration, "upgrade", None)
    store.migrate()
    with store.transaction() as connection:
        connection.exec_driver_sql(
            "UPDATE alembic_version SET version_num = 'dcc_1' WHERE version_num LIKE 'dcc%%'"
        )
        assert not revisions.is_newest(connection)
        assert not revisions.is_newest(connection, "parties", "dcc")
        assert revisions.is_newest(connection, "parties")


def test_the_schema_is_what_the_wings_declare(store: Store) -> None:
    for folder in revisions.places():
        if not list(folder.glob("*.py")):
            continue
        importlib.import_module(f"gbsmart.{folder.parent.name}.tables")
    with store.reading() as connection:
        assert migration.differences(connection, metadata) == []


def test_a_store_may_hold_some_wings_only(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path}/parties.db")
    store.migrate("parties")
    assert set(inspect(store.engine).get_table_names()) == {
        "alembic_version",
        "anomaly_threshold",
        "party",
        "party_accession",
        "party_details",
        "party_identifier",
        "party_standing",
        "party_suspension",
        "rdp_signifier",
        "sec_user",
        "signing_certificate",
        "user_role",
    }
    store.migrate("parties", "registration")
    store.migrate()
    assert {"responsibility", "smi_device", "lane"} <= set(inspect(store.engine).get_table_names())
    store.close()


@pytest.mark.postgresql
@pytest.mark.parametrize("store_url", ["postgresql"], indirect=True)
def test_large_tables_are_partitioned_by_device(store: Store) -> None:
    keys = "SELECT partrelid::regclass::text, pg_get_partkeydef(partrelid) FROM pg_partitioned_table"
    with store.reading() as connection:
        partitioned = {row[0]: row[1] for row in connection.exec_driver_sql(keys)}
    assert set(partitioned.values()) <= {"HASH (device)"}


def test_migrations_write_no_rows_but_their_own(store: Store) -> None:
    with store.reading() as connection:
        tables = set(inspect(connection).get_table_names()) - {"alembic_version"}
        filled = [
            table
            for table in tables
            if connection.exec_driver_sql(f'SELECT EXISTS (SELECT 1 FROM "{table}")').scalar()
        ]
    assert [table for table in filled if not re.search(r"_search_(data|config)\Z", table)] == []
