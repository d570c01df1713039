"""The load limit of an ESME: what happens when more power is drawn than the supplier allows (SMETS 5.5.5).

The mean power of a half-hour is held against the threshold, for what a home uses is a function of time;
a shorter measurement period changes nothing but the moment (assumed). Each time it is passed it is counted
and told. Where the load limit disables the supply, that is armed at once and enabled again after the
restoration period.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final, cast

from gbsmart.devices import schedule
from gbsmart.devices.consumption import Register
from gbsmart.devices.cosem import Source, read
from gbsmart.devices.device import Device, Routine
from gbsmart.devices.events import report
from gbsmart.devices.exchange import EVENT, Reaction
from gbsmart.devices.meter import HALF_HOUR, Meter, Supply
from gbsmart.devices.tally import Tally
from gbsmart.gbcs.dlms.apdu import Ref
from gbsmart.gbcs.dlms.objects.configuration import (
    LOAD_LIMIT_COUNTER,
    LOAD_LIMIT_COUNTER_UNIT,
    LOAD_LIMIT_DISABLES_SUPPLY,
    LOAD_LIMIT_PERIOD,
    LOAD_LIMIT_POWER_THRESHOLD,
    LOAD_LIMIT_RESTORATION_PERIOD,
)
from gbsmart.ground import InvalidValue
from gbsmart.store import from_micros

ROUTINE, _RESTORING = "LOADLIMIT", "LOADLIMITEND"
_LOOK, _RESTORE = f"{ROUTINE}:look", f"{_RESTORING}:restore"
ABOVE_LIMIT, ARMED_BY_LIMIT, ENABLED_AGAIN = 0x8F01, 0x8F33, 0x8F34
"""Alert codes (GBCS 16.2)."""
_AHEAD: Final = timedelta(days=7)
_PASSED: Final = Tally("load-limit/passed", LOAD_LIMIT_COUNTER, LOAD_LIMIT_COUNTER_UNIT)
"""How often the limit was passed."""
UNLIMITED: Final = 0xFFFFFFFF


def _meter(device: Device) -> Meter:
    return cast("Meter", device.state)


def plan(device: Device, now: datetime) -> None:
    """Hold the moment at which the limit is passed next; look again in a week where it is not."""
    schedule.withdraw(device.memory, _LOOK)
    limit = read(device, LOAD_LIMIT_POWER_THRESHOLD, now)
    if limit == UNLIMITED:
        return
    period = min(timedelta(seconds=read(device, LOAD_LIMIT_PERIOD, now)), HALF_HOUR)
    try:
        coming = _meter(device).half_hours(Register.ACTIVE_IMPORT, now, now + _AHEAD)
        passed = (each.start + period for each in coming if each.amount * 2 > limit and each.start > now)
        schedule.hold(device.memory, next(passed, now + _AHEAD), _LOOK, b"")
    except InvalidValue:  # the end of what is known of the home
        return


def _look(device: Device, moment: datetime, reaction: Reaction) -> None:
    """The limit is passed at this moment, unless the supply is off or another limit was set meanwhile."""
    if _meter(device).supply is Supply.ON and _is_passed(device, moment):
        _pass(device, moment, reaction)
    plan(device, moment)


def _is_passed(device: Device, moment: datetime) -> bool:
    """Whether the half-hour that is running, or has just ended, draws more than the limit."""
    start = moment - (moment - _MIDNIGHT) % HALF_HOUR
    if start == moment:
        start -= HALF_HOUR
    used = _meter(device).home.used(Register.ACTIVE_IMPORT, start, start + HALF_HOUR)
    return bool(used * 2 > read(device, LOAD_LIMIT_POWER_THRESHOLD, moment))


_MIDNIGHT: Final = from_micros(0)


def _pass(device: Device, moment: datetime, reaction: Reaction) -> None:
    _PASSED.add(device.memory)
    report(device, ABOVE_LIMIT, moment, reaction, EVENT)
    if not read(device, LOAD_LIMIT_DISABLES_SUPPLY, moment):
        return
    with device.changing(moment, reaction, at_once=True):
        _meter(device).switch(Supply.OFF, moment)
        _meter(device).switch(Supply.ARMED, moment)
    report(device, ARMED_BY_LIMIT, moment, reaction, EVENT)
    back = moment + timedelta(seconds=read(device, LOAD_LIMIT_RESTORATION_PERIOD, moment))
    schedule.hold(device.memory, back, _RESTORE, b"")


def _restore(device: Device, moment: datetime, reaction: Reaction) -> None:
    """Enable the supply again, unless something else has changed it meanwhile."""
    if _meter(device).supply is Supply.ARMED:
        with device.changing(moment, reaction, at_once=True):
            _meter(device).switch(Supply.ON, moment)
        report(device, ENABLED_AGAIN, moment, reaction, EVENT)


SOURCES: Final[Mapping[Ref, Source]] = _PASSED.sources
ROUTINES: Final[Mapping[str, Routine]] = {ROUTINE: _look, _RESTORING: _restore}
ACTIVATED: Final[Mapping[Ref, Callable[[Device, datetime], None]]] = {
    each.activation: plan
    for each in (LOAD_LIMIT_POWER_THRESHOLD, LOAD_LIMIT_PERIOD)
    if each.activation is not None
}
INITIAL: Final[Mapping[Ref, Any]] = {
    LOAD_LIMIT_POWER_THRESHOLD.ref: UNLIMITED,
    LOAD_LIMIT_PERIOD.ref: 60,
    LOAD_LIMIT_RESTORATION_PERIOD.ref: 1_800,
    LOAD_LIMIT_DISABLES_SUPPLY.ref: False,
}
"""No limit until the supplier sets one."""
