"""How far a database's schema is, told without Alembic: a start that finds nothing to do loads none of it.

A wing's scripts are ``<wing>/migrations/<wing>_<n>.py``, one after the other; the database keeps the
names of those it has come to (:mod:`gbsmart.store.migration` runs them).
"""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import Connection

_HOUSE = Path(__file__).parent.parent
_COME_TO = sa.table("alembic_version", sa.column("version_num"))


def places() -> list[Path]:
    """The ``migrations`` folders of the wings that have tables."""
    return sorted(place for place in _HOUSE.glob("*/migrations") if place.is_dir())


def newest() -> dict[str, str]:
    """The last script of each wing that has any."""
    last: dict[str, str] = {}
    for place in places():
        wing = place.parent.name
        numbers = [int(script.stem.removeprefix(f"{wing}_")) for script in place.glob(f"{wing}_*.py")]
        if numbers:
            last[wing] = f"{wing}_{max(numbers)}"
    return last


def is_newest(connection: Connection, *wings: str) -> bool:
    """Whether every script of the named wings (default: all) has been run."""
    if not sa.inspect(connection).has_table(_COME_TO.name):
        return False
    last = newest()
    come_to = set(connection.scalars(sa.select(_COME_TO.c.version_num)))
    return all(last.get(wing) in come_to for wing in wings or last)
