"""Backups of a data folder, taken while the system runs, and data folders of an older gbsmart."""

from __future__ import annotations

import asyncio
import json
import stat
import tarfile
from pathlib import Path

import pytest
from sqlalchemy import MetaData, inspect, select, text

from gbsmart.assembly import Settings, System
from gbsmart.assembly.backup import MANIFEST, back_up, put_back
from gbsmart.cli.app import run
from gbsmart.dcc import ledger
from gbsmart.dcc.model import RequestKey
from gbsmart.duis import RequestId
from gbsmart.ground import InvalidValue
from gbsmart.store import Store, migration, open_store

from .conftest import Start

pytestmark = pytest.mark.anyio


def key_of(request_id: RequestId) -> RequestKey:
    return RequestKey(request_id.target, request_id.originator, request_id.counter)


def is_known(store: Store, key: RequestKey) -> bool:
    with store.reading() as connection:
        return ledger.find(connection, key) is not None


async def test_a_backup_of_a_running_system_goes_on_where_it_was(start: Start, tmp_path: Path) -> None:
    out, back = tmp_path / "backup.tar.gz", tmp_path / "back"
    async with start(response_wait=30.0) as system:
        user, esme = system.user, system.street_plan[0].esme
        before = await user.read(esme)
        known = key_of(before.exchange.request.request_id)
        busy = [asyncio.create_task(user.read(esme)) for _ in range(20)]
        await asyncio.to_thread(back_up, system.settings, out)
        await asyncio.gather(*busy)
        last = user.draft("4.1.1", esme).request_id.counter
        keys = system.keys
    assert stat.S_IMODE(out.stat().st_mode) == 0o600

    put_back(out, back)
    assert stat.S_IMODE((back / "keys" / "keys.key").stat().st_mode) == 0o600
    async with start(data=back, response_wait=30.0) as restored:
        assert {e.certificate for e in restored.keys.devices} == {e.certificate for e in keys.devices}
        assert is_known(restored.store, known)
        again = await restored.user.read(esme)
        assert again.exchange.request.request_id.counter > last
        assert again.quantities["active_import"] >= before.quantities["active_import"]


@pytest.fixture
def taken(tmp_path: Path) -> Path:
    """A backup of a small data folder."""
    settings = Settings(data=tmp_path / "small")
    settings.data.mkdir()
    (settings.data / "note").write_text("something")
    store = open_store(settings.database_url)
    store.migrate("parties")
    store.close()
    out = tmp_path / "taken.tar.gz"
    back_up(settings, out)
    return out


def changed(archive: Path, name: str, octets: bytes | None) -> Path:
    """The archive with one file of other octets, or without it."""
    other = archive.with_name("changed.tar.gz")
    folder = archive.with_name("unpacked")
    with tarfile.open(archive) as tar:
        tar.extractall(folder, filter="data")
        names = tar.getnames()
    if octets is None:
        names.remove(name)
    else:
        (folder / name).write_bytes(octets)
    with tarfile.open(other, "w:gz") as tar:
        for each in names:
            tar.add(folder / each, each)
    return other


@pytest.mark.parametrize(
    ("name", "octets", "said"),
    [
        ("note", b"something else", "not as it was taken"),
        ("note", None, "note is missing"),
        (MANIFEST, None, "does not begin with"),
        (MANIFEST, b'{"format": 2, "files": {}}', "its format is 2"),
        (MANIFEST, b'{"format": 1, "files": {}}', "does not belong"),
        (MANIFEST, b"[]", "no backup"),
    ],
)
def test_a_backup_that_was_changed_is_refused(
    taken: Path, tmp_path: Path, name: str, octets: bytes | None, said: str
) -> None:
    with pytest.raises(InvalidValue, match=said):
        put_back(changed(taken, name, octets), tmp_path / "back")
    assert not (tmp_path / "back").exists()
    assert not list(tmp_path.glob(".back-*"))


def test_half_a_backup_is_refused(taken: Path, tmp_path: Path) -> None:
    half = tmp_path / "half.tar.gz"
    half.write_bytes(taken.read_bytes()[:-200])
    with pytest.raises(InvalidValue, match="damaged"):
        put_back(half, tmp_path / "back")


def test_a_damaged_database_is_refused(taken: Path, tmp_path: Path) -> None:
    """Also where the damage came before the backup was taken, and the checksum is right."""
    settings = Settings(data=tmp_path / "worse")
    put_back(taken, settings.data)
    octets = bytearray((settings.data / "dcc.db").read_bytes())
    page = int.from_bytes(octets[16:18])
    octets[page : 2 * page] = b"\xff" * page
    (settings.data / "dcc.db").write_bytes(octets)
    out = tmp_path / "worse.tar.gz"
    back_up(settings, out)
    with pytest.raises(InvalidValue, match=r"dcc\.db is"):
        put_back(out, tmp_path / "back")


def test_the_commands(taken: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data, out = tmp_path / "small", tmp_path / "again.tar.gz"
    assert run(["backup", str(out), "--data", str(data), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["database"] == "here"
    assert run(["restore", str(out), "--data", str(data)]) == 1
    assert "holds something already" in capsys.readouterr().err
    assert run(["restore", str(out), "--data", str(tmp_path / "new"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["files"] == 2
    assert run(["backup", str(out), "--data", str(data), "--database", "postgresql+psycopg://db/x"]) == 0
    assert "pg_dump" in capsys.readouterr().out


OLDER = ("parties_1", "registration_1", "inventory_1", "dcc_1")
"""The schema of the first gbsmart that kept data."""


def as_of_older(newer: Path, older: Path) -> int:
    """The rows of a database in the schema of an older gbsmart; how many there are.

    Columns that came later are left out.
    """
    source, target = open_store(f"sqlite:///{newer}"), open_store(f"sqlite:///{older}")
    with target.transaction() as connection:
        migration.upgrade_to(connection, *OLDER)
    old, new = MetaData(), MetaData()
    old.reflect(target.engine)
    new.reflect(source.engine)
    rows = 0
    with source.reading() as there, target.transaction() as here:
        here.execute(text("PRAGMA defer_foreign_keys = ON"))
        for table in old.sorted_tables:
            if table.name == "alembic_version" or table.name not in new.tables:
                continue
            now = new.tables[table.name]
            shared = [now.c[column.name] for column in table.c if column.name in now.c]
            found = [dict(row._mapping) for row in there.execute(select(*shared))]
            rows += len(found)
            if found:
                here.execute(table.insert(), found)
    source.close()
    target.close()
    return rows


async def test_an_older_data_folder_is_brought_up_to_date_and_serves(start: Start, tmp_path: Path) -> None:
    async with start(response_wait=30.0) as system:
        esme = system.street_plan[0].esme
        first = await system.user.read(esme)
        await system.user.request("7.2", esme)
        data = system.settings.data
    older = tmp_path / "older.db"
    assert as_of_older(data / "dcc.db", older) > 20
    for part in data.glob("dcc.db*"):
        part.unlink()
    older.rename(data / "dcc.db")
    with open_store(f"sqlite:///{data / 'dcc.db'}").reading() as connection:
        versions = set(connection.execute(text("SELECT version_num FROM alembic_version")).scalars())
    assert versions == set(OLDER)

    async with start(data=data, response_wait=30.0) as migrated:
        assert is_known(migrated.store, key_of(first.exchange.request.request_id))
        tables = set(inspect(migrated.store.engine).get_table_names())
        assert {"request", "event", "delivery"} <= tables
        assert (await migrated.user.read(esme)).response_code == "I0"
        await migrated.user.request("7.1", esme)
    await nothing_is_missing(migrated)


async def nothing_is_missing(system: System) -> None:
    """The schema is the newest of every wing that a DCC has."""
    fresh = open_store(f"sqlite:///{system.settings.data / 'fresh.db'}")
    fresh.migrate("parties", "registration", "inventory", "dcc")
    grown = open_store(system.settings.database_url)
    seen = [inspect(store.engine) for store in (fresh, grown)]
    for table in seen[0].get_table_names():
        columns = [{column["name"] for column in each.get_columns(table)} for each in seen]
        indexes = [{index["name"] for index in each.get_indexes(table)} for each in seen]
        assert columns[0] == columns[1], table
        assert indexes[0] == indexes[1], table
    fresh.close()
    grown.close()


def test_keys_that_are_elsewhere_take_the_place_of_those_in_the_data_folder(tmp_path: Path) -> None:
    """A data folder may still hold the keys that it was first started with."""
    data, keys = tmp_path / "data", tmp_path / "keys"
    for folder, text_ in ((data / "keys", "old"), (keys, "used")):
        folder.mkdir(parents=True)
        (folder / "keys.key").write_text(text_)
    back_up(Settings(data=data, key_folder=keys), tmp_path / "out.tar.gz")
    put_back(tmp_path / "out.tar.gz", tmp_path / "back")
    assert (tmp_path / "back" / "keys" / "keys.key").read_text() == "used"


def test_a_key_folder_named_in_another_way_is_backed_up_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data" / "keys").mkdir(parents=True)
    (tmp_path / "data" / "keys" / "keys.key").write_text("used")
    settings = Settings(data=Path("data"), key_folder=tmp_path / "data" / "keys")
    assert list(back_up(settings, tmp_path / "out.tar.gz")["files"]) == ["keys/keys.key"]
    put_back(tmp_path / "out.tar.gz", tmp_path / "back")
