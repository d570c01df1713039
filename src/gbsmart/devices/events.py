"""What a device does at an event beside its log: it tells its party, shows it in the home, sounds an alarm
(SMETS 4.4.4, 5.7.4.3; GBCS 16.2).

Which events are told, logged, shown and sounded is what parties have set (:class:`Wishes`). What was shown
and sounded is remembered, for displays and for whoever stands before the meter.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from gbsmart.devices.device import Device
from gbsmart.devices.exchange import SECURITY, LogEntry, Reaction
from gbsmart.devices.history import History
from gbsmart.gbcs.alert_codes import alert_codes

EVENT_LOG_CLEARED: Final = 0x8F52
"""Alert and event code (GBCS 16.2)."""
SOUNDS_FOR: Final = timedelta(minutes=1)
"""How long an alarm sounds (assumed)."""
_SHOWN, _SOUNDED = History("events/shown", 1, 10), History("events/sounded", 1, 10)
_FAMILIES: Final = ("DLMS", "GBZ")
"""The families in which a device tells of events."""


class Notice(NamedTuple):
    """An event that was shown in the home, or sounded at the meter."""

    moment: datetime
    code: int
    name: str


def report(device: Device, code: int, moment: datetime, reaction: Reaction, log: str = SECURITY) -> None:
    """Log an event, and tell of it by an alert that says no more than its code.

    Only devices of the types that raise it, in their GBCS version, tell of it, and as its party wishes.
    """
    reaction.log.append(LogEntry(moment, log, code))
    family = next((each for each in _FAMILIES if each in device.servers), None)
    if family is not None and device.raises(code) and device.wishes.told(device, code, moment):
        reaction.alerts.append(device.alert(code, family, moment, {}))


def feel(device: Device, entries: Iterable[LogEntry]) -> None:
    """Show and sound, of what is being logged, the events for which a party has set it."""
    wishes = device.wishes
    for each in entries:
        for wanted, history in ((wishes.shown, _SHOWN), (wishes.sounded, _SOUNDED)):
            if wanted(device, each.code, each.moment):
                history.add(device.memory, [(each.moment, [each.code])])


def shown(device: Device, now: datetime, since: datetime | None = None) -> tuple[Notice, ...]:
    """The last events that a meter has shown on the displays of its home, oldest first."""
    return _notices(_SHOWN, device, now, since)


def sounded(device: Device, now: datetime) -> Notice | None:
    """What a meter last sounded for, if anything."""
    return next(reversed(_notices(_SOUNDED, device, now, None)), None)


def is_sounding(device: Device, now: datetime) -> bool:
    """Whether its alarm sounds."""
    last = sounded(device, now)
    return last is not None and now < last.moment + SOUNDS_FOR


def _notices(history: History, device: Device, now: datetime, since: datetime | None) -> tuple[Notice, ...]:
    return tuple(
        Notice(row.moment, code, alert_codes()[code].name)
        for row in history.rows(device.memory)
        if row.moment <= now and (since is None or row.moment >= since)
        for code in row.numbers
    )
