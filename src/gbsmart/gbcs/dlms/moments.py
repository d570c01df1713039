"""COSEM dates and times as values of the domain (GBCS section 5; DLMS Blue Book 4.1.6).

A date-time is twelve octets: year, month, day, weekday, hour, minute, second, hundredths, deviation,
clock status. The DCC writes weekday FF, hundredths 00, deviation 8000 and status FF, all in UTC.
"""

from __future__ import annotations

from datetime import UTC, datetime, time

from gbsmart.gbcs.days import read_day, write_day
from gbsmart.gbcs.dlms.shapes import OCTETS, U32, Iso
from gbsmart.gbcs.gbz.zcl import read_time, write_time
from gbsmart.ground import NEVER, NOW, DayMonth, InvalidValue, When

NOW_OCTETS = bytes.fromhex("0000000000000000008000FF")
NEVER_OCTETS = bytes.fromhex("FFFFFFFFFFFFFFFFFF8000FF")
_TAIL = b"\x80\x00\xff"
_ANY_YEAR = 0xFFFF


def read_date_time(octets: bytes) -> datetime:
    """Twelve octets as an aware UTC date-time; raises ``ValueError`` for wildcards or other forms.

    The weekday, the hundredths and the clock status (last octet) are not part of the moment.
    """
    if len(octets) != 12 or octets[9:11] != b"\x80\x00":
        raise ValueError(octets.hex())
    year = int.from_bytes(octets[:2], "big")
    return datetime(year, octets[2], octets[3], octets[5], octets[6], octets[7], tzinfo=UTC)


def write_date_time(moment: datetime, status: int = 0xFF) -> bytes:
    """An aware date-time as the twelve octets that the DCC sends; ``status`` is the clock status.

    Raises :class:`InvalidValue` without a time zone: it would be taken for the time of this machine.
    """
    if moment.tzinfo is None:
        raise InvalidValue("a date-time needs a time zone")
    utc = moment.astimezone(UTC)
    date = utc.year.to_bytes(2, "big") + bytes((utc.month, utc.day, 0xFF))
    return date + bytes((utc.hour, utc.minute, utc.second, 0)) + b"\x80\x00" + bytes((status,))


def _read_dated(octets: bytes) -> datetime:
    moment = read_date_time(octets)
    if _write_dated(moment) != octets:
        raise ValueError(octets.hex())
    return moment


def _write_dated(moment: datetime) -> bytes:
    octets = write_date_time(moment)
    return octets[:4] + bytes((moment.astimezone(UTC).isoweekday(),)) + octets[5:]


def _read_when(octets: bytes) -> When:
    if octets == NOW_OCTETS:
        return NOW
    if octets == NEVER_OCTETS:
        return NEVER
    moment = read_date_time(octets)
    if write_date_time(moment) != octets:
        raise ValueError(octets.hex())
    return moment


def _write_when(when: When) -> bytes:
    if when is NOW:
        return NOW_OCTETS
    if when is NEVER:
        return NEVER_OCTETS
    if not isinstance(when, datetime):
        raise TypeError(when)
    return write_date_time(when)


def _read_past(octets: bytes) -> When | None:
    if octets in (b"", NEVER_OCTETS):
        return NEVER if octets else None
    return read_date_time(octets)


def _write_past(moment: When | None) -> bytes:
    if moment is None or moment is NEVER:
        return b"" if moment is None else NEVER_OCTETS
    if not isinstance(moment, datetime):
        raise TypeError(moment)
    return write_date_time(moment)


def read_day_month(octets: bytes) -> DayMonth:
    """Five octets (year, month, day, weekday; FF for any) as a date with wildcards."""
    if len(octets) != 5:
        raise ValueError(octets.hex())
    year = int.from_bytes(octets[:2], "big")
    return read_day(None if year == _ANY_YEAR else year, octets[2:])


def write_day_month(date: DayMonth) -> bytes:
    """A date with wildcards as five octets; raises :class:`InvalidValue` for what is none."""
    if date.year is not None and not 0 <= date.year < _ANY_YEAR:
        raise InvalidValue(f"{date.year} is not a year that a DLMS date can hold")
    year = _ANY_YEAR if date.year is None else date.year
    return year.to_bytes(2, "big") + write_day(date)


def _read_season_start(octets: bytes) -> tuple[DayMonth, time]:
    if len(octets) != 12 or octets[9:] != _TAIL:
        raise ValueError(octets.hex())
    return read_day_month(octets[:5]), _read_time(octets[5:9])


def _write_season_start(start: tuple[DayMonth, time]) -> bytes:
    date, moment = start
    return write_day_month(date) + _write_time(moment) + _TAIL


def _read_time(octets: bytes) -> time:
    hour, minute, second, hundredths = octets
    if hundredths:
        raise ValueError(octets.hex())
    return time(hour, minute, second, tzinfo=UTC)


def _write_time(moment: time) -> bytes:
    return bytes((moment.hour, moment.minute, moment.second, 0))


DATE_TIME = Iso("date-time", OCTETS, read_date_time, write_date_time)
PAST = Iso("date-time of what may not have been", OCTETS, _read_past, _write_past)
"""An unspecified date-time is NEVER, an empty octet-string None."""
DATED = Iso("date-time with its weekday", OCTETS, _read_dated, _write_dated)
WHEN = Iso("date-time, now or never", OCTETS, _read_when, _write_when)
DAY_MONTH = Iso("date with wildcards", OCTETS, read_day_month, write_day_month)
SEASON_START = Iso(
    "season start: a date with wildcards, and a time", OCTETS, _read_season_start, _write_season_start
)
SECONDS = Iso("seconds since 2000", U32, read_time, write_time)
TIME_OF_DAY = Iso("time of day", OCTETS, _read_time, _write_time)
