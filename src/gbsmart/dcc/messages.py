"""The octets of messages: stored once, under the device they are to or from, and referred to by digest.

Every function works in the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection

from gbsmart.ground import Eui64, NotFound
from gbsmart.store import Sql, to_micros

_KEEP = Sql(
    "INSERT INTO message(device, digest, content, stored_at) VALUES (:device, :digest, :content, :at)"
    " ON CONFLICT DO NOTHING"
)
_CONTENT = Sql("SELECT content FROM message WHERE device = :device AND digest = :digest")


def digest_of(content: bytes) -> bytes:
    """The digest by which rows refer to octets."""
    return sha256(content).digest()


def keep(connection: Connection, device: Eui64, content: bytes, *, at: datetime) -> bytes:
    """Store octets once, and return the digest by which rows refer to them."""
    digest = digest_of(content)
    _KEEP.run(connection, _row(device, digest, content, to_micros(at)))
    return digest


def keep_all(connection: Connection, messages: Iterable[tuple[Eui64, bytes]], *, at: datetime) -> list[bytes]:
    """Store the octets of many devices' messages as one batch; their digests, in order."""
    now = to_micros(at)
    rows = [_row(device, digest_of(content), content, now) for device, content in messages]
    _KEEP.many(connection, rows)
    return [row["digest"] for row in rows]


def keep_digested(
    connection: Connection, device: Eui64, messages: Mapping[bytes, bytes], *, at: datetime
) -> None:
    """Store octets, by their digests, of one device's messages."""
    now = to_micros(at)
    _KEEP.many(connection, [_row(device, digest, content, now) for digest, content in messages.items()])


def keep_once(connection: Connection, device: Eui64, content: bytes, *, at: datetime) -> bytes | None:
    """Store octets and return their digest; None where the device's same octets were stored before.

    What a device says twice it said once: its counter rises from alert to alert.
    """
    digest = digest_of(content)
    return digest if _KEEP.run(connection, _row(device, digest, content, to_micros(at))) else None


def content_of(connection: Connection, device: Eui64, digest: bytes) -> bytes:
    """The octets of a digest; raises :class:`NotFound`."""
    row = _CONTENT.row(connection, {"device": device, "digest": digest})
    if row is None:
        raise NotFound(f"no message {digest.hex()[:12]} of {device}")
    return bytes(row[0])


def _row(device: Eui64, digest: bytes, content: bytes, at: int) -> dict[str, Any]:
    return {"device": device, "digest": digest, "content": content, "at": at}
