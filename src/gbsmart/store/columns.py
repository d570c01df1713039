"""The MetaData that every wing's tables join, and the column types of the Code's values.

Chosen for speed and sameness on both databases: an EUI-64 is its 8 octets, a moment is an integer
count of microseconds since 1970 in UTC, a 64-bit unsigned counter is the signed integer of the same
bits. The types convert to and from Python values in SQLAlchemy statements; named SQL
(:class:`gbsmart.store.Sql`) works on the stored form, through :func:`to_micros` and its inverse.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import BigInteger, Dialect, Integer, LargeBinary, MetaData
from sqlalchemy.types import TypeDecorator

from gbsmart.ground import Eui64, InvalidValue

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_SIGN, _SPAN = 1 << 63, 1 << 64

Identity = BigInteger().with_variant(Integer, "sqlite")
"""The type of a primary key that the database numbers: 64 bits on both databases."""


def to_micros(moment: datetime) -> int:
    """Microseconds since 1970 in UTC; raises :class:`InvalidValue` for a moment without a zone."""
    if moment.tzinfo is None:
        raise InvalidValue(f"{moment!r} has no time zone: moments are stored in UTC")
    return (moment - EPOCH) // _MICROSECOND


def from_micros(micros: int) -> datetime:
    """The aware UTC moment that :func:`to_micros` wrote."""
    return EPOCH + timedelta(microseconds=micros)


def to_signed(counter: int) -> int:
    """The signed 64-bit integer with the bits of ``counter`` (0 to 2^64-1)."""
    if not 0 <= counter < _SPAN:
        raise InvalidValue(f"{counter} is not a 64-bit unsigned counter")
    return counter - _SPAN if counter >= _SIGN else counter


def from_signed(stored: int) -> int:
    """The counter that :func:`to_signed` wrote."""
    return stored + _SPAN if stored < 0 else stored


class Eui(TypeDecorator[Eui64]):
    """An EUI-64 as its 8 octets."""

    impl = LargeBinary(8)
    cache_ok = True

    def process_bind_param(self, value: Eui64 | None, _dialect: Dialect) -> bytes | None:
        """To its octets."""
        return None if value is None else bytes(value)

    def process_result_value(self, value: bytes | None, _dialect: Dialect) -> Eui64 | None:
        """From its octets."""
        return None if value is None else Eui64(value)


class Moment(TypeDecorator[datetime]):
    """An aware UTC moment as microseconds since 1970."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> int | None:
        """To microseconds."""
        return None if value is None else to_micros(value)

    def process_result_value(self, value: int | None, _dialect: Dialect) -> datetime | None:
        """From microseconds."""
        return None if value is None else from_micros(value)


class Counter(TypeDecorator[int]):
    """A counter of 0 to 2^64-1 (GBCS originator counter) as the signed integer of the same bits.

    Its stored order is right below 2^63, which holds every counter made from a clock; compare for
    equality only where a larger one may occur.
    """

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: int | None, _dialect: Dialect) -> int | None:
        """To a signed integer."""
        return None if value is None else to_signed(value)

    def process_result_value(self, value: int | None, _dialect: Dialect) -> int | None:
        """From a signed integer."""
        return None if value is None else from_signed(value)
