"""DCC schedules: what the DCC reads for a User again and again (Service Reference 5, DUIS 7.6).

A schedule is executed on its start date and then daily, weekly or every so many months (on the last day
of a shorter month), at its execution time, until its end date. All its dates and times are UTC, as
everything in DUIS: through the summer a schedule runs an hour later by the clock on the wall.
"""

from __future__ import annotations

import calendar
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from sqlalchemy import Connection

from gbsmart import duis
from gbsmart.dcc import messages
from gbsmart.dcc.model import SCHEDULE, RequestKey, states_before, target_of
from gbsmart.duis.schedules import Frequency
from gbsmart.ground import Eui64
from gbsmart.store import Sql, from_micros, to_micros
from gbsmart.store.columns import from_signed, to_signed

MOST = 99
"""Active schedules of one User for one device (E050109; the answer of 5.2 holds no more)."""

_EVERY = {
    Frequency.MONTHLY: 1, Frequency.QUARTERLY: 3, Frequency.HALF_YEARLY: 6, Frequency.YEARLY: 12,
}  # fmt: skip
"""In months."""
_DAYS = {Frequency.DAILY: 1, Frequency.WEEKLY: 7}
_SPREAD = int(timedelta(hours=6).total_seconds())
_STRIDE = 7919  # a prime: neighbours are far apart


class Schedule(NamedTuple):
    """A schedule as stored: ``request`` is the 5.1 that created it, ``runs`` how often it was executed."""

    id: int
    device: Eui64
    user: Eui64
    request: RequestKey
    content: bytes
    state: str
    runs: int
    next_at: datetime | None


_COLUMNS = "id, device, user_id, target, counter, content, state, runs, next_at"
_ADD = Sql(
    "INSERT INTO dsp_schedule(device, user_id, target, counter, content, state, runs)"
    " VALUES (:device, :user, :target, :counter, :content, '{active}', 0) RETURNING id",
    active=SCHEDULE.initial,
)
_SET_NEXT = Sql(
    "UPDATE dsp_schedule SET runs = :runs, next_at = :next WHERE id = :id AND state = '{active}'",
    active=SCHEDULE.initial,
)
_END = {
    event: Sql(
        "UPDATE dsp_schedule SET state = '{target}', next_at = NULL WHERE id = :id AND state IN ({states})",
        target=target_of(SCHEDULE, event),
        states=states_before(SCHEDULE, event),
    )
    for event in ("delete", "remove", "end")
}
_FIND = Sql("SELECT {columns} FROM dsp_schedule WHERE id = :id", columns=_COLUMNS)
_OF_DEVICE = Sql(
    "SELECT {columns} FROM dsp_schedule WHERE device = :device AND user_id = :user AND state = '{active}'"
    " ORDER BY id",
    columns=_COLUMNS,
    active=SCHEDULE.initial,
)
_DUE = Sql(
    "SELECT {columns} FROM dsp_schedule WHERE state = '{active}' AND next_at <= :now"
    " ORDER BY next_at, id LIMIT :limit",
    columns=_COLUMNS,
    active=SCHEDULE.initial,
    lock="FOR UPDATE SKIP LOCKED",
)
_NEXT_DUE = Sql(
    "SELECT min(next_at) FROM dsp_schedule WHERE state = '{active}' AND next_at > :now",
    active=SCHEDULE.initial,
)
_NOTE_RUN = Sql(
    "INSERT INTO schedule_run(device, originator, counter, schedule)"
    " VALUES (:device, :originator, :counter, :schedule)"
)
_OF_RUN = Sql(
    "SELECT schedule FROM schedule_run WHERE device = :device AND originator = :originator"
    " AND counter = :counter"
)


def details(connection: Connection, schedule: Schedule) -> duis.Values:
    """What is read and when, as the User said it."""
    octets = messages.content_of(connection, schedule.request.device, schedule.content)
    values = duis.parse_request(octets).message.values
    assert values is not None
    return values


def day_of(values: duis.Values, run: int) -> date:
    """The day of the execution number ``run``, counted from 0."""
    start: date = values["schedule_start_date"]
    frequency = Frequency(values["schedule_frequency"])
    if frequency in _DAYS:
        return start + timedelta(days=run * _DAYS[frequency])
    months = start.month - 1 + run * _EVERY[frequency]
    year, month = start.year + months // 12, months % 12 + 1
    return date(year, month, min(start.day, calendar.monthrange(year, month)[1]))


def moment_of(values: duis.Values, schedule: int, run: int) -> datetime | None:
    """When execution ``run`` is due; None after the end date.

    Where the User named no time, the DCC spreads its load: a time of the first six hours of the day, by
    the schedule's id [assumed].
    """
    day, last = day_of(values, run), values.get("schedule_end_date")
    if last is not None and day > last:
        return None
    named: time | None = values.get("schedule_execution_start_time")
    if named is not None:
        return datetime.combine(day, named)
    return datetime.combine(day, time(tzinfo=UTC)) + timedelta(seconds=schedule * _STRIDE % _SPREAD)


def add(connection: Connection, request: RequestKey, values: duis.Values, content: bytes) -> int:
    """Enter the schedule that a 5.1 asks for; its id. ``content`` is the digest of the 5.1."""
    row = _ADD.row(
        connection,
        {
            "device": values["device_id"],
            "user": request.originator,
            "target": request.device,
            "counter": to_signed(request.counter),
            "content": content,
        },
    )
    assert row is not None
    number = int(row[0])
    _set_next(connection, number, 0, moment_of(values, number, 0))
    return number


def find(connection: Connection, schedule: int) -> Schedule | None:
    """The schedule of an id, whatever became of it; or None."""
    row = _FIND.row(connection, {"id": schedule})
    return None if row is None else _schedule(row)


def active(connection: Connection, device: Eui64, user: Eui64) -> list[Schedule]:
    """A User's schedules for a device that still run, oldest first."""
    return [_schedule(row) for row in _OF_DEVICE.rows(connection, {"device": device, "user": user})]


def due(connection: Connection, *, now: datetime, limit: int = 200) -> list[Schedule]:
    """Schedules with an execution due, earliest first, locked on PostgreSQL."""
    return [_schedule(row) for row in _DUE.rows(connection, {"now": to_micros(now), "limit": limit})]


def next_due(connection: Connection, *, now: datetime) -> datetime | None:
    """When the next execution of any schedule is due, after ``now``."""
    (micros,) = _NEXT_DUE.rows(connection, {"now": to_micros(now)})[0]
    return None if micros is None else from_micros(micros)


def note_run(connection: Connection, schedule: Schedule, key: RequestKey, values: duis.Values) -> None:
    """Note that the request ``key`` is an execution; the schedule goes on to the next, or ends."""
    _NOTE_RUN.run(connection, {**_key(key), "schedule": schedule.id})
    runs = schedule.runs + 1
    _set_next(connection, schedule.id, runs, moment_of(values, schedule.id, runs))


def end(connection: Connection, schedule: int, event: str) -> bool:
    """End a schedule: ``delete`` (5.3), ``remove`` (by the DCC) or ``end``; False where it had ended."""
    return _END[event].run(connection, {"id": schedule}) == 1


def of_run(connection: Connection, key: RequestKey) -> Schedule | None:
    """The schedule of which a request is an execution; None for a User's own request."""
    row = _OF_RUN.row(connection, _key(key))
    return None if row is None else find(connection, int(row[0]))


def _set_next(connection: Connection, schedule: int, runs: int, moment: datetime | None) -> None:
    next_at = None if moment is None else to_micros(moment)
    _SET_NEXT.run(connection, {"id": schedule, "runs": runs, "next": next_at})
    if moment is None:
        end(connection, schedule, "end")


def _key(key: RequestKey) -> dict[str, object]:
    return {"device": key.device, "originator": key.originator, "counter": to_signed(key.counter)}


def _schedule(row: tuple[object, ...]) -> Schedule:
    number, device, user, target, counter, content, state, runs, next_at = row
    assert isinstance(number, int)
    assert isinstance(counter, int)
    assert isinstance(runs, int)
    assert isinstance(device, bytes)
    assert isinstance(user, bytes)
    assert isinstance(target, bytes)
    assert isinstance(content, bytes)
    assert next_at is None or isinstance(next_at, int)
    return Schedule(
        number,
        Eui64(device),
        Eui64(user),
        RequestKey(Eui64(target), Eui64(user), from_signed(counter)),
        content,
        str(state),
        runs,
        None if next_at is None else from_micros(next_at),
    )
