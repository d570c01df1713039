"""What an electricity meter's tariff registers read: its import, spread by the switching table (SMETS 5.7.5).

Like everything a meter measures they are a function of time: of the consumption and of the switching
tables that were in force when. Of the latter the meter keeps a history: whenever a table comes into force,
and now and then so that no answer has to begin years ago, it notes what the registers read and the table.
Before the first note all import counts in register 1.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Final, TypeAlias, cast

from gbsmart.devices import billing, electricity_secondary
from gbsmart.devices.consumption import Register
from gbsmart.devices.cosem import server_of
from gbsmart.devices.device import Device
from gbsmart.devices.memory import Memory
from gbsmart.devices.meter import DAY, Meter
from gbsmart.devices.tariff import SwitchingTable
from gbsmart.gbcs.dlms.objects.attribute import Attribute
from gbsmart.gbcs.dlms.objects.logs import BLOCK_REGISTERS, BLOCKS, TOU_REGISTERS
from gbsmart.gbcs.dlms.objects.tariff import BLOCK_ACTION, DAYS, SEASONS, SPECIAL_DAYS, THRESHOLDS, WEEKS
from gbsmart.gbcs.gbz.zcl import write_time
from gbsmart.store import from_micros, to_micros

_PREFIX: Final = "registers/"
_CALENDAR: Final = (SEASONS, WEEKS, DAYS, SPECIAL_DAYS)
_TABLES: Final = (*_CALENDAR, *THRESHOLDS)
Tables: TypeAlias = "tuple[SwitchingTable, Sequence[Sequence[int]]]"
"""Which register counts when, and from where on each block of each TOU."""
_REACH: Final = timedelta(days=400)
"""How long notes are kept: longer than any log of these registers."""
_APART: Final = timedelta(days=27)


@dataclass(slots=True)
class Readings:
    """The registers at one moment (Wh). ``used`` is what counts towards the blocks of each TOU."""

    tou: list[int] = field(default_factory=lambda: [0] * TOU_REGISTERS)
    blocks: list[list[int]] = field(default_factory=lambda: [[0] * BLOCK_REGISTERS for _ in range(BLOCKS)])
    used: list[int] = field(default_factory=lambda: [0] * BLOCK_REGISTERS)

    def add(self, action: int, amount: int, thresholds: Sequence[Sequence[int]]) -> None:
        """Count ``amount`` in the register that the switching table's action names."""
        if 1 <= action <= TOU_REGISTERS:
            self.tou[action - 1] += amount
        elif BLOCK_ACTION < action <= BLOCK_ACTION + BLOCK_REGISTERS:
            self._add_to_blocks(action - BLOCK_ACTION - 1, amount, thresholds)

    def _add_to_blocks(self, tou: int, amount: int, thresholds: Sequence[Sequence[int]]) -> None:
        limits = [*thresholds[tou], None][:BLOCKS]
        for block, limit in enumerate(limits):
            if limit is not None and self.used[tou] >= limit:
                continue
            part = amount if limit is None else min(amount, limit - self.used[tou])
            self.blocks[block][tou] += part
            self.used[tou] += part
            amount -= part
            if not amount:
                return

    def row(self, moment: datetime, total: int) -> dict[str, Any]:
        """An entry of a log of registers."""
        blocks = {f"block_{number}": list(each) for number, each in enumerate(self.blocks, 1)}
        return {"time": write_time(moment), "active_import": total, "tou": list(self.tou), **blocks}


def rows(device: Device, moments: Sequence[datetime]) -> list[dict[str, Any]]:
    """What the registers read at each of ``moments``, which rise."""
    meter = cast("Meter", device.state)
    found: list[dict[str, Any]] = []
    twin = electricity_secondary.is_twin(device)
    for moment, readings in _at(device, meter, moments):
        row = readings.row(moment, meter.reads(Register.ACTIVE_IMPORT, moment))
        if twin:
            row["secondary_active_import"] = electricity_secondary.reads(meter, moment)
            row["secondary_tou"] = electricity_secondary.tou(device, moment)
        found.append(row)
    return found


def used(device: Device, moment: datetime) -> list[int]:
    """What counts towards the blocks of each TOU (Wh) in this billing period, or since it was reset."""
    [(_, readings)] = list(_at(device, cast("Meter", device.state), [moment]))
    return readings.used


def reset_blocks(device: Device, moment: datetime) -> None:
    """Have the blocks begin anew: what counts towards them is nothing from ``moment`` on."""
    note(device, moment)
    slot = f"{_PREFIX}{to_micros(moment):016x}"
    held = json.loads(device.memory.get(slot) or b"")
    anew = {**held, "used": [0] * BLOCK_REGISTERS}
    device.memory.put(slot, json.dumps(anew, separators=(",", ":")).encode())


def note(device: Device, moment: datetime) -> None:
    """Note what the registers read and the switching table that is in force from ``moment`` on.

    Of the parts of a table that come into force at one moment the first reads the registers.
    """
    memory = device.memory
    slot = f"{_PREFIX}{to_micros(moment):016x}"
    noted = memory.get(slot)
    if noted is None:
        [(_, readings)] = list(_at(device, cast("Meter", device.state), [moment], before=True))
        content = {"tou": readings.tou, "blocks": readings.blocks, "used": readings.used}
    else:
        content = json.loads(noted)
    server = server_of(device)
    tables = {each.name: server.octets(device, each, moment).hex() for each in _TABLES}
    memory.put(slot, json.dumps({**content, "tables": tables}, separators=(",", ":")).encode())
    if noted is None:
        _forget(memory, moment)


def _forget(memory: Memory, moment: datetime) -> None:
    """Forget the notes that no log can ask for, now that there is one of ``moment``.

    Logs ask for midnights and for the ends of billing periods: of the notes between two of those only the
    last counts, so a table that changes all the time fills no memory.
    """
    *older, last = [slot for slot in memory.under(_PREFIX) if _moment(slot) < moment] or [""]
    for slot in older:
        if _moment(slot) < moment - _REACH:
            memory.drop(slot)
    if last and not _is_logged(memory, _moment(last), moment):
        memory.drop(last)


def _is_logged(memory: Memory, start: datetime, end: datetime) -> bool:
    """Whether a midnight or the end of a billing period lies from ``start`` on before ``end``."""
    midnight = end.replace(hour=0, minute=0, second=0, microsecond=0)
    if midnight == end:
        midnight -= DAY
    return start <= midnight or any(start <= each < end for each in billing.ends(memory))


def note_now_and_then(device: Device, moment: datetime) -> None:
    """As :func:`note`, where the last note is long ago."""
    slots = device.memory.under(_PREFIX)
    if slots and moment - _moment(slots[-1]) > _APART:
        note(device, moment)


def _at(
    device: Device, meter: Meter, moments: Sequence[datetime], *, before: bool = False
) -> Iterator[tuple[datetime, Readings]]:
    """The registers at rising ``moments``; ``before``: without a note of the very first moment.

    The readings of one moment are those of the next, which counts on from them.
    """
    notes = [(_moment(slot), slot) for slot in device.memory.under(_PREFIX)]
    counting: Counting | None = None
    noted = ""
    for moment in moments:
        past = [each for each in notes if (each[0] < moment if before else each[0] <= moment)]
        if not past:
            readings = Readings()
            readings.tou[0] = meter.reads(Register.ACTIVE_IMPORT, moment)
            yield moment, readings
            continue
        if counting is None or past[-1][1] != noted:
            start, noted = past[-1]
            counting = Counting(device, meter, start, noted)
        counting.go_on(moment)
        yield moment, counting.readings


class Counting:
    """What was noted, and what has been used since by the table noted with it."""

    def __init__(self, device: Device, meter: Meter, start: datetime, slot: str) -> None:
        octets = device.memory.get(slot)
        assert octets is not None
        noted = _noted(octets)
        if noted.tables is None:
            noted.tables = _tables(device, noted.held["tables"])
        self._table, self._thresholds = noted.tables
        blocks = [each.copy() for each in noted.held["blocks"]]
        self.readings = Readings(noted.held["tou"].copy(), blocks, noted.held["used"].copy())
        self._ends = billing.ends(device.memory)
        self._meter = meter
        self._at, self._reading, self._action = start, meter.reads(Register.ACTIVE_IMPORT, start), 1

    def go_on(self, moment: datetime) -> None:
        """Count what is used up to ``moment``; blocks begin anew at the end of a billing period."""
        resets = {end for end in self._ends if self._at < end <= moment}
        for until, following in self._table.switches(self._at, moment, sorted(resets)):
            if until > self._at:
                after = self._meter.reads(Register.ACTIVE_IMPORT, until)
                self.readings.add(self._action, after - self._reading, self._thresholds)
                self._at, self._reading = until, after
            if until in resets:
                self.readings.used = [0] * BLOCK_REGISTERS
            self._action = following or self._action


@dataclass(slots=True)
class _Noted:
    """What a note holds, and its tables once they were read: shared, and not to be changed."""

    held: Mapping[str, Any]
    tables: Tables | None = None


@lru_cache(maxsize=4096)
def _noted(octets: bytes) -> _Noted:
    """A note is read for every change of the tariff until there is another."""
    return _Noted(json.loads(octets))


def _tables(device: Device, held: Mapping[str, str]) -> Tables:
    server = server_of(device)

    def read(attribute: Attribute) -> Any:
        return server.value(device, attribute, bytes.fromhex(held[attribute.name]))

    return SwitchingTable.shared(*map(read, _CALENDAR)), [read(each) for each in THRESHOLDS]


def _moment(slot: str) -> datetime:
    return from_micros(int(slot[len(_PREFIX) :], 16))
