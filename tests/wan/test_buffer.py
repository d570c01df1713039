"""What hubs hold, in the store."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from gbsmart.ground import Eui64
from gbsmart.store import Store, migration, open_store
from gbsmart.wan import Parcel, buffer
from gbsmart.wan.buffer import Waiting
from gbsmart.wan.tables import State, wan_parcel

NOW = datetime(2026, 4, 1, tzinfo=UTC)
HUB, DEVICE = Eui64(b"hub....1"), Eui64(b"device.1")


def parcel(name: str, octets: bytes = b"command") -> Parcel:
    return Parcel(HUB, DEVICE, name, octets)


def test_a_parcel_keeps_its_command_until_it_is_answered(store: Store) -> None:
    later = NOW + timedelta(hours=1)
    waiting = [Waiting(later, place, parcel(f"t{place}")) for place in (1, 2, 3)]
    with store.transaction() as connection:
        assert buffer.hold(connection, waiting) == 3
        buffer.answer(connection, [("t1", b"response"), ("t2", None)], NOW)
        assert buffer.reopen(connection) == ([waiting[2]], [parcel("t1", b"response")], 3)
        rows = connection.execute(select(wan_parcel.c.transport_id, wan_parcel.c.command, wan_parcel.c.state))
        assert {name: (command, state) for name, command, state in rows} == {
            "t1": (b"", State.ANSWERED),
            "t2": (b"", State.SILENT),
            "t3": (b"command", State.WAITING),
        }


def test_what_an_older_release_held_is_held(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path}/homes.db")
    held = [
        ("t3", 1, State.WAITING, b"command", None),
        ("t2", 2, State.ANSWERED, b"command", b"response"),
        ("t1", 3, State.TAKEN, b"command", b"response"),
        ("alert-4", 4, State.ANSWERED, None, b"alert"),
    ]
    try:
        with store.transaction() as connection:
            migration.upgrade_to(connection, "wan_1")
            names = ("transport_id", "place", "state", "command", "response")
            common = {"hub": HUB, "device": DEVICE, "due": NOW}
            rows = [{**common, **dict(zip(names, each, strict=True))} for each in held]
            connection.execute(wan_parcel.insert(), rows)
        store.migrate("wan")
        with store.reading() as connection:
            waiting, upward, place = buffer.reopen(connection)
            commands = connection.execute(select(wan_parcel.c.command).order_by(wan_parcel.c.place)).scalars()
            assert list(commands) == [b"command", b"", b"", None]
        assert waiting == [Waiting(NOW, 1, parcel("t3"))]
        assert upward == [parcel("t2", b"response"), parcel("alert-4", b"alert")._replace(alert=True)]
        assert place == 4
    finally:
        store.close()


@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
def test_parcels_of_many_devices_stand_side_by_side(store: Store) -> None:
    """In the file they are in the order of their coming, and not of their names."""
    with store.transaction() as connection:
        names = ["c", "a", "b"]
        buffer.hold(connection, [Waiting(NOW, at, parcel(name)) for at, name in enumerate(names)])
        assert connection.exec_driver_sql("SELECT transport_id FROM wan_parcel ORDER BY rowid").all() == [
            (name,) for name in names
        ]
