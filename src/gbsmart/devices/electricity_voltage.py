"""The voltage of an ESME: its profile, its thresholds, what is counted and told when it passes one (SMETS
5.7.4, 5.7.5; GBCS 16.2).

The voltage of a home is a function of time, so the meter foresees when a threshold is passed and holds that
moment. The mean over the measurement period is held against every threshold, that of extremes, swells and
sags too (assumed). The network operator is told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache, partial
from heapq import heapify, heapreplace
from typing import Any, Final, NamedTuple, cast

from gbsmart.devices import identity, schedule
from gbsmart.devices.consumption import LEAST_VOLTS, MOST_VOLTS
from gbsmart.devices.cosem import Source, Written, read
from gbsmart.devices.device import Device, Routine
from gbsmart.devices.events import report
from gbsmart.devices.exchange import POWER, Reaction
from gbsmart.devices.meter import Meter
from gbsmart.devices.selection import View
from gbsmart.devices.tally import Tally
from gbsmart.gbcs.dlms.apdu import Ref
from gbsmart.gbcs.dlms.objects.attribute import Attribute
from gbsmart.gbcs.dlms.objects.voltage import (
    OVER_VOLTAGE,
    OVER_VOLTAGE_THRESHOLD,
    UNDER_VOLTAGE,
    UNDER_VOLTAGE_THRESHOLD,
    VOLTAGE_LIMITS,
    VOLTAGE_PERIOD,
    VOLTAGE_PROFILE,
)
from gbsmart.gbcs.gbz.zcl import write_time

ROUTINE: Final = "VOLTAGE"
_LOOK: Final = f"{ROUTINE}:look"
_ENTRIES: Final = 4_320
_INITIAL_PERIOD: Final = 1_800
"""Seconds over which the voltage is averaged until a network operator sets another period (assumed)."""
_SHORTEST: Final = 60
"""The voltage of an emulated home is steady within a minute."""
_STEPS: Final = 1_000
"""How many periods, of all that it watches, a meter looks ahead at once."""
_EPOCH: Final = datetime.fromisoformat("2000-01-01T00:00:00+00:00")


class Watch(NamedTuple):
    """One way in which the voltage of a phase may be out of bounds.

    ``begins`` and ``ends`` are the alert codes of a single phase meter; those of the phases of another follow
    them in order. ``counter`` counts how often it began.
    """

    name: str
    above: bool
    thresholds: Mapping[int, Attribute]
    periods: Mapping[int, Attribute]
    begins: int
    ends: int
    counters: Mapping[int, tuple[Attribute, Attribute]] | None = None


_PHASES: Final = (1, 2, 3)
_POLYPHASE: Final = "C"


def _limit(name: str, number: int, above: bool, begins: int, ends: int) -> Watch:
    """A limit that holds for all phases, by its place among the limits."""
    threshold, period = VOLTAGE_LIMITS[2 * number : 2 * number + 2]
    return Watch(name, above, dict.fromkeys(_PHASES, threshold), dict.fromkeys(_PHASES, period), begins, ends)


WATCHES: Final = (
    Watch("over", True, OVER_VOLTAGE_THRESHOLD, VOLTAGE_PERIOD, 0x8002, 0x8085, OVER_VOLTAGE),
    Watch("under", False, UNDER_VOLTAGE_THRESHOLD, VOLTAGE_PERIOD, 0x8006, 0x8089, UNDER_VOLTAGE),
    _limit("extreme over", 0, above=True, begins=0x8020, ends=0x808D),
    _limit("extreme under", 1, above=False, begins=0x8028, ends=0x8095),
    _limit("sag", 2, above=False, begins=0x802C, ends=0x8099),
    _limit("swell", 3, above=True, begins=0x8024, ends=0x8091),
)


class _Guard(NamedTuple):
    """A watch over one phase, with the threshold and the period that are set."""

    watch: Watch
    phase: int
    threshold: int
    period: timedelta

    @property
    def slot(self) -> str:
        return f"voltage/{self.watch.name}/{self.phase}"

    def is_out(self, volts: int) -> bool:
        """Whether a mean over its period is out of bounds."""
        return volts > self.threshold if self.watch.above else volts < self.threshold


def _next_change(device: Device, known: Sequence[tuple[_Guard, bool]], moment: datetime) -> datetime:
    """When a guard is next otherwise than it is known to be, at the latest when to look again.

    All are looked at in the order of time, so that none is looked at beyond the first change.
    """
    ends = [(_last(moment, guard.period) + guard.period, place) for place, (guard, _) in enumerate(known)]
    heapify(ends)
    volts = lru_cache(maxsize=len(known))(partial(_volts, device))  # guards of one phase mostly share periods
    for _ in range(_STEPS):
        at, place = ends[0]
        guard, is_out = known[place]
        if guard.is_out(volts(guard.phase, at, guard.period)) != is_out:
            break
        heapreplace(ends, (at + guard.period, place))
    return ends[0][0]


def _last(moment: datetime, period: timedelta) -> datetime:
    return moment - (moment - _EPOCH) % period


def _volts(device: Device, phase: int, moment: datetime, period: timedelta) -> int:
    return cast("Meter", device.state).home.voltage(phase, moment, period)


def _period(device: Device, attribute: Attribute, moment: datetime) -> timedelta:
    return timedelta(seconds=max(_SHORTEST, read(device, attribute, moment) or _INITIAL_PERIOD))


def _guards(device: Device, moment: datetime) -> Iterator[_Guard]:
    """The watches that may be passed at all: a threshold of nought was never set."""
    phases = _PHASES if _POLYPHASE in identity.variant_of(device) else _PHASES[:1]
    for watch in WATCHES:
        for phase in phases:
            threshold = read(device, watch.thresholds[phase], moment)
            if threshold and (threshold < MOST_VOLTS if watch.above else threshold > LEAST_VOLTS):
                yield _Guard(watch, phase, threshold, _period(device, watch.periods[phase], moment))


def look(device: Device, moment: datetime, reaction: Reaction) -> None:
    """Tell of every threshold that is passed otherwise than before, and hold the moment of the next."""
    guards = list(_guards(device, moment))
    known = {each.slot for each in guards}
    for slot in device.memory.under("voltage/"):
        if slot not in known and not slot.startswith(_COUNT):
            device.memory.drop(slot)  # what is no longer watched is not out of bounds
    now_known: list[tuple[_Guard, bool]] = []
    for each in guards:
        volts = _volts(device, each.phase, _last(moment, each.period), each.period)
        is_out, was_out = each.is_out(volts), device.memory.get(each.slot) is not None
        if is_out and not was_out:
            device.memory.put(each.slot, b"\x01")
            if (tally := _BEGUN.get((each.watch.name, each.phase))) is not None:
                tally.add(device.memory)
        elif was_out and not is_out:
            device.memory.drop(each.slot)
        if is_out != was_out:
            _tell(device, each, is_out, moment, reaction)
        now_known.append((each, is_out))
    schedule.withdraw(device.memory, _LOOK)
    if now_known:
        schedule.hold(device.memory, _next_change(device, now_known, moment), _LOOK, b"")


def _tell(device: Device, guard: _Guard, is_out: bool, moment: datetime, reaction: Reaction) -> None:
    code = guard.watch.begins if is_out else guard.watch.ends
    if _POLYPHASE in identity.variant_of(device):
        code += guard.phase
    report(device, code, moment, reaction, POWER)


# --- what is counted ---

_COUNT: Final = "voltage/count/"


_BEGUN: Final[Mapping[tuple[str, int], Tally]] = {
    (watch.name, phase): Tally(f"{_COUNT}{watch.name}/{phase}", *counter)
    for watch in WATCHES
    for phase, counter in (watch.counters or {}).items()
}
"""How often it began, by the name of the watch and the phase."""


# --- what is read ---


def _profile(phase: int) -> Source:
    def source(view: View) -> list[dict[str, int]]:
        period = _period(view.device, VOLTAGE_PERIOD[phase], view.moment)
        last = _last(view.moment, period)
        first = last - period * _ENTRIES
        if view.period is not None:
            first = max(first, view.period.start + (-(view.period.start - _EPOCH) % period))
            last = min(last, view.period.end)
        if view.since is not None:
            first = max(first, view.since + (-(view.since - _EPOCH) % period))
        count = (last - first) // period + 1 if first <= last else 0
        moments = [first + period * number for number in range(min(count, _ENTRIES))]
        return [{"time": write_time(at), "voltage": _volts(view.device, phase, at, period)} for at in moments]

    return source


def _look_soon(device: Device, _value: Any, moment: datetime) -> None:
    """Look when everything that the command sets is in force."""
    schedule.hold(device.memory, moment, _LOOK, b"")


SOURCES: Final[Mapping[Ref, Source]] = {
    **{each.ref: _profile(phase) for phase, each in VOLTAGE_PROFILE.items()},
    **{ref: source for each in _BEGUN.values() for ref, source in each.sources.items()},
}
INITIAL: Final[Mapping[Ref, Any]] = {each.ref: _INITIAL_PERIOD for each in VOLTAGE_PERIOD.values()}
WRITTEN: Final[Mapping[Ref, Written]] = {
    each.written_at: _look_soon
    for watch in WATCHES
    for phase in _PHASES
    for each in (watch.thresholds[phase], watch.periods[phase])
}
ROUTINES: Final[Mapping[str, Routine]] = {ROUTINE: look}
