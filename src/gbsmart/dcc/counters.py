"""Originator counters of the DCC's own parties (the ACB's, above all): they rise towards each device."""

from __future__ import annotations

from sqlalchemy import Connection

from gbsmart.ground import Eui64
from gbsmart.store import Sql

_TAKE = Sql(
    "INSERT INTO originator_counter(device, originator, last) VALUES (:device, :originator, :first)"
    " ON CONFLICT (device, originator) DO UPDATE"
    " SET last = {greatest}(originator_counter.last + :count, excluded.last) RETURNING last",
    greatest={"sqlite": "MAX", "postgresql": "GREATEST"},
)


def take(
    connection: Connection, device: Eui64, originator: Eui64, *, count: int = 1, floor: int = 1
) -> range:
    """The next ``count`` originator counters of a DCC party towards a device, each used once for ever.

    They rise, and none is below ``floor`` (a clock in milliseconds keeps them above those of an
    earlier database). Below 2^63.
    """
    parameters = {"device": device, "originator": originator, "first": floor + count - 1, "count": count}
    row = _TAKE.row(connection, parameters)
    assert row is not None
    return range(row[0] - count + 1, row[0] + 1)
