"""What the library was given of what we ship, and as it then was: so that a later release can mend it.

A row that still is as it was given is brought up to date; one that somebody changed since is his or hers.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Column, Connection, String, Table, delete, insert, select

from gbsmart.store import metadata

seeded = Table(
    "code_seeded",
    metadata,
    Column("kind", String(20), primary_key=True),
    Column("key", String(200), primary_key=True),
    Column("digest", String(64), nullable=False),
    Column("held", BigInteger),
)


_WHOLE = "whole"


class Given(NamedTuple):
    """A shipped thing as it was given: its digest, and the number of its row, where that has one."""

    digest: str
    held: int | None = None


def digest(values: Any) -> str:
    """What tells a shipped thing from the same after a correction."""
    return hashlib.sha256(json.dumps(values, default=str).encode()).hexdigest()


def given(connection: Connection, kind: str) -> dict[str, Given]:
    """What was given of a kind, by key."""
    rows = connection.execute(select(seeded).where(seeded.c.kind == kind))
    return {row.key: Given(row.digest, row.held) for row in rows}


def note(connection: Connection, kind: str, now: Mapping[str, Given]) -> None:
    """Keep that these were given, in the place of what was noted of the kind."""
    connection.execute(delete(seeded).where(seeded.c.kind == kind))
    if now:
        rows = [
            {"kind": kind, "key": key, "digest": each.digest, "held": each.held} for key, each in now.items()
        ]
        connection.execute(insert(seeded), rows)


def is_given(connection: Connection, kind: str, digest_now: str) -> bool:
    """Whether the whole of a kind was given as it is shipped now."""
    whole = select(seeded.c.digest).where(seeded.c.kind == _WHOLE, seeded.c.key == kind)
    return connection.execute(whole).scalar() == digest_now


def note_whole(connection: Connection, kind: str, digest_now: str) -> None:
    """Keep that the whole of a kind was given as it is shipped now."""
    connection.execute(delete(seeded).where(seeded.c.kind == _WHOLE, seeded.c.key == kind))
    connection.execute(insert(seeded).values(kind=_WHOLE, key=kind, digest=digest_now))


class Changes(NamedTuple):
    """What is to be done so that what was given becomes what is shipped: keys of each, in shipped order."""

    added: list[str]
    changed: list[str]
    gone: list[str]

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.gone)


def changes(was: Mapping[str, Given], now: Mapping[str, str]) -> Changes:
    """Of the digests that are shipped ``now``, what was not given so."""
    return Changes(
        [key for key in now if key not in was],
        [key for key in now if key in was and was[key].digest != now[key]],
        [key for key in was if key not in now],
    )
