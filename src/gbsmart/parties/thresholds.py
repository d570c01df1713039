"""Anomaly thresholds that a User sets for itself (SEC Section G6, Appendix AA).

How many of its Service Requests, or Signed Pre-Commands, of one variant or of all may come within a
period: above the warning value the User is told, above the quarantine value the excess is held. The
DCC keeps them; it does not act on them yet.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import Connection, delete, insert, select

from gbsmart.duis import service
from gbsmart.ground import Eui64, InvalidValue
from gbsmart.parties.model import User
from gbsmart.parties.tables import anomaly_threshold

ALL = "ALL"
"""For the communications of every variant together."""


class Counted(StrEnum):
    """What a threshold counts."""

    SERVICE_REQUEST = "service request"
    SIGNED_PRE_COMMAND = "signed pre-command"


class Threshold(NamedTuple):
    """One limit on what comes in a User's name within ``period``; for ever, or between two moments."""

    variant: str
    counted: Counted
    period: timedelta
    warning: int
    quarantine: int
    since: datetime | None = None
    until: datetime | None = None


def check(user: User, threshold: Threshold) -> None:
    """Raise :class:`InvalidValue` for a threshold that no User could mean, or not this one.

    And :class:`~gbsmart.ground.NotFound` for a variant that there is none of.
    """
    field = f"thresholds.{threshold.variant}"
    if not 0 < threshold.warning <= threshold.quarantine:
        raise InvalidValue("needs 0 < warning <= quarantine", field=field)
    if threshold.period < timedelta(minutes=1):
        raise InvalidValue("counts over a minute at least", field=field)
    if threshold.since and threshold.until and threshold.until <= threshold.since:
        raise InvalidValue("ends before it begins", field=field)
    if threshold.variant == ALL:
        return
    facts = service(threshold.variant)
    if threshold.counted is Counted.SIGNED_PRE_COMMAND and not facts.critical:
        raise InvalidValue("there are no Signed Pre-Commands of a request that is not critical", field=field)
    if not facts.roles & user.roles:
        raise InvalidValue(f"{user.id} has no role for it", field=field)


def set_thresholds(connection: Connection, user: User, thresholds: Iterable[Threshold]) -> None:
    """Put a whole set of thresholds in the place of a User's earlier one; raises as :func:`check`.

    Two for the same variant, communications, period and beginning are refused too.
    """
    wanted = list(thresholds)
    for one in wanted:
        check(user, one)
    named = [(one.variant, one.counted, one.period, one.since) for one in wanted]
    if len(set(named)) < len(named):
        raise InvalidValue("two thresholds limit the same", field="thresholds")
    connection.execute(delete(anomaly_threshold).where(anomaly_threshold.c.user_id == user.id))
    rows = [
        {
            "user_id": user.id, "place": place, "variant": one.variant, "counted": one.counted.value,
            "period_seconds": int(one.period.total_seconds()), "warning": one.warning,
            "quarantine": one.quarantine, "since": one.since, "until": one.until,
        }
        for place, one in enumerate(wanted)
    ]  # fmt: skip
    if rows:
        connection.execute(insert(anomaly_threshold), rows)


def thresholds_of(connection: Connection, user: Eui64) -> Sequence[Threshold]:
    """The thresholds of a User, in the order in which it gave them."""
    table = anomaly_threshold
    wanted = select(table).where(table.c.user_id == user).order_by(table.c.place)
    return [
        Threshold(
            row.variant, Counted(row.counted), timedelta(seconds=row.period_seconds), row.warning,
            row.quarantine, row.since, row.until,
        )
        for row in connection.execute(wanted)
    ]  # fmt: skip
