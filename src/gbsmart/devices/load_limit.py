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
from gbsmart.devices.cosem import FAMILY, CosemServer, Source, View, reset_at
from gbsmart.devices.device import Device, Routine
from gbsmart.devices.exchange import LogEntry, Reaction
from gbsmart.devices.meter import HALF_HOUR, Meter, Supply
from gbsmart.gbcs.dlms.apdu import Ref
from gbsmart.gbcs.dlms.objects.configuration import (
    LOAD_LIMIT_COUNTER,
    LOAD_LIMIT_COUNTER_UNIT,
    LOAD_LIMIT_DISABLES_SUPPLY,
    LOAD_LIMIT_PERIOD,
    LOAD_LIMIT_POWER_THRESHOLD,
    LOAD_LIMIT_RESTORATION_PERIOD,
)
from gbsmart.gbcs.gbz.zcl import read_time, write_time
from gbsmart.ground import InvalidValue

ROUTINE: Final = "LOADLIMIT"
_PASSED, _RESTORE = f"{ROUTINE}:passed", f"{ROUTINE}:restore"
_LOOK: Final = f"{ROUTINE}:look"
ABOVE_LIMIT, ARMED_BY_LIMIT, ENABLED_AGAIN = 0x8F01, 0x8F33, 0x8F34
"""Alert codes (GBCS 16.2)."""
_AHEAD: Final = timedelta(days=7)
_COUNTED: Final = "load-limit/passed"
_NO_UNIT: Final = 255
UNLIMITED: Final = 0xFFFFFFFF


def _read(device: Device, attribute: Any, now: datetime) -> Any:
    return cast("CosemServer", device.servers[FAMILY]).read(device, attribute, now)


def plan(device: Device, now: datetime) -> None:
    """Hold the moment at which the limit is passed next; look again in a week where it is not."""
    for what in (_PASSED, _LOOK):
        schedule.withdraw(device.memory, what)
    limit = _read(device, LOAD_LIMIT_POWER_THRESHOLD, now)
    if limit == UNLIMITED:
        return
    meter = cast("Meter", device.state)
    try:
        coming = list(meter.half_hours(Register.ACTIVE_IMPORT, now, now + _AHEAD))
    except InvalidValue:  # the end of what is known of the home
        return
    moment = next((each.start for each in coming if each.amount * 2 > limit and each.start > now), None)
    if moment is None:
        schedule.hold(device.memory, now + _AHEAD, _LOOK, b"")
        return
    period = timedelta(seconds=_read(device, LOAD_LIMIT_PERIOD, now))
    schedule.hold(device.memory, moment + min(period, HALF_HOUR), _PASSED, b"")


def _routine(device: Device, moment: datetime, reaction: Reaction) -> None:
    """What was held for this moment: the limit is passed, the supply comes back, or it is looked again."""
    meter = cast("Meter", device.state)
    if device.memory.get(_RESTORING) is not None:
        if moment < read_time(device.memory.number(_RESTORING)):
            return
        device.memory.drop(_RESTORING)
        if meter.supply is Supply.ARMED:
            with device.changing(moment, reaction, at_once=True):
                meter.switch(Supply.ON, moment)
            _say(device, ENABLED_AGAIN, moment, reaction)
    elif meter.supply is Supply.ON and _is_passed(device, moment):
        _pass(device, moment, reaction)
    if device.memory.get(_RESTORING) is None:
        plan(device, moment)


_RESTORING: Final = "load-limit/restoring"


def _is_passed(device: Device, moment: datetime) -> bool:
    start = moment - timedelta(
        minutes=moment.minute % 30, seconds=moment.second, microseconds=moment.microsecond
    )
    if start == moment:
        start -= HALF_HOUR
    used = cast("Meter", device.state).home.used(Register.ACTIVE_IMPORT, start, start + HALF_HOUR)
    return bool(used * 2 > _read(device, LOAD_LIMIT_POWER_THRESHOLD, moment))


def _pass(device: Device, moment: datetime, reaction: Reaction) -> None:
    device.memory.put(_COUNTED, (device.memory.get(_COUNTED) or b"") + write_time(moment).to_bytes(4, "big"))
    _say(device, ABOVE_LIMIT, moment, reaction)
    if not _read(device, LOAD_LIMIT_DISABLES_SUPPLY, moment):
        return
    meter = cast("Meter", device.state)
    with device.changing(moment, reaction, at_once=True):
        meter.switch(Supply.OFF, moment)
        meter.switch(Supply.ARMED, moment)
    _say(device, ARMED_BY_LIMIT, moment, reaction)
    back = moment + timedelta(seconds=_read(device, LOAD_LIMIT_RESTORATION_PERIOD, moment))
    device.memory.put_number(_RESTORING, write_time(back))
    schedule.hold(device.memory, back, _RESTORE, b"")


def _say(device: Device, code: int, moment: datetime, reaction: Reaction) -> None:
    reaction.alerts.append(device.alert(code, FAMILY, moment, {}))
    reaction.log.append(LogEntry(moment, "event", code))


def _counter(view: View) -> int:
    """How often it was passed since the counter was reset."""
    octets = view.device.memory.get(_COUNTED) or b""
    passed = [read_time(int.from_bytes(octets[at : at + 4], "big")) for at in range(0, len(octets), 4)]
    since = reset_at(view.device.memory, LOAD_LIMIT_COUNTER.ref)
    return sum(since is None or each >= since for each in passed)


SOURCES: Final[Mapping[Ref, Source]] = {
    LOAD_LIMIT_COUNTER.ref: _counter,
    LOAD_LIMIT_COUNTER_UNIT.ref: lambda _view: {"scaler": 0, "unit": _NO_UNIT},
}
ROUTINES: Final[Mapping[str, Routine]] = {ROUTINE: _routine}
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
