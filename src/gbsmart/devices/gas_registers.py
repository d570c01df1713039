"""The tariff registers of a gas meter: four time-of-use tiers, or four blocks (SMETS 4.6.3, 4.6.4).

A meter notes what its registers read whenever its tariff changes, with what they read at the midnights and
ends of billing periods until then; from the note on they follow from the home and the tariff in force. Before
the first note all counts in the first tier. Volumes are in dm3.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Final, cast

from gbsmart.devices import billing
from gbsmart.devices.consumption import Register
from gbsmart.devices.consumption.units import litres_from_wh
from gbsmart.devices.device import Device
from gbsmart.devices.gas_calendars import switching_table
from gbsmart.devices.history import History, midnights
from gbsmart.devices.meter import Meter
from gbsmart.devices.tariff import reached
from gbsmart.devices.zcl import FAMILY, Subject, ZclServer, kept
from gbsmart.gbcs.gbz import commands as c
from gbsmart.gbcs.gbz.commands.price import BLOCK_SCHEME
from gbsmart.store import from_micros, to_micros

TIERS, BLOCKS = 4, 4
DAYS: Final = 31
"""How many midnights the daily read log holds."""
_SLOT: Final = "gas/registers"
DAILY: Final = History("gas/registers/daily", TIERS + BLOCKS, DAYS)
_KILOJOULES, _CORRECTED = 3, 5
"""Places that the conversion expects: MJ/m3 in thousandths, the correction in 10^-5."""


@dataclass(slots=True)
class Readings:
    """The registers at a moment. ``used`` is what counts towards the blocks of this billing period."""

    at: datetime
    tiers: list[int] = field(default_factory=lambda: [0] * TIERS)
    blocks: list[int] = field(default_factory=lambda: [0] * BLOCKS)
    used: int = 0

    @property
    def numbers(self) -> tuple[int, ...]:
        """Tiers, then blocks."""
        return (*self.tiers, *self.blocks)

    def add_to_blocks(self, amount: int, limits: Sequence[int]) -> None:
        """Count an amount in the blocks that it falls into."""
        for block, limit in enumerate([*limits, None][:BLOCKS]):
            part = amount if limit is None else min(amount, max(0, limit - self.used))
            self.blocks[block] += part
            self.used += part
            amount -= part


def readings(device: Device, moment: datetime) -> Readings:
    """What the registers read at a moment since the tariff last changed."""
    counted = _noted(device, moment)
    if in_blocks(device):
        _count_blocks(device, counted, moment)
    else:
        _count_tiers(device, counted, moment)
    counted.at = moment
    return counted


def daily(device: Device, moments: Sequence[datetime]) -> list[tuple[int, ...]]:
    """Tiers and blocks at midnights, which may lie before the tariff last changed."""
    past = dict(DAILY.rows(device.memory))
    return [past[at] if at in past else readings(device, at).numbers for at in moments]


def note(device: Device, moment: datetime) -> None:
    """Note what the registers read, before what they count by changes."""
    octets = device.memory.get(_SLOT)
    since = None if octets is None else from_micros(json.loads(octets)["at"])
    if since is not None and since >= moment:
        return
    passed = [(at, readings(device, at).numbers) for at in midnights(since, moment, DAYS)]
    now = readings(device, moment)
    DAILY.add(device.memory, passed)
    plain = {"at": to_micros(moment), "tiers": now.tiers, "blocks": now.blocks, "used": now.used}
    device.memory.put(_SLOT, json.dumps(plain, separators=(",", ":")).encode())


def _noted(device: Device, moment: datetime) -> Readings:
    octets = device.memory.get(_SLOT)
    if octets is None:
        found = Readings(moment)
        found.tiers[0] = _meter(device).reads(Register.GAS_VOLUME, moment)
        return found
    held = json.loads(octets)
    return Readings(from_micros(held["at"]), held["tiers"], held["blocks"], held["used"])


def _count_tiers(device: Device, counted: Readings, until: datetime) -> None:
    if until <= counted.at:
        return
    meter, tier = _meter(device), 1
    at, before = counted.at, meter.reads(Register.GAS_VOLUME, counted.at)
    for moment, following in switching_table(device).switches(at, until):
        if moment > at:
            after = meter.reads(Register.GAS_VOLUME, moment)
            counted.tiers[min(tier, TIERS) - 1] += after - before
            at, before = moment, after
        tier = following or tier


def _count_blocks(device: Device, counted: Readings, until: datetime) -> None:
    """Blocks begin anew at the end of a billing period."""
    if until <= counted.at:
        return
    meter, limits = _meter(device), limits_of(device, until)
    before = meter.reads(Register.GAS_VOLUME, counted.at)
    ends = [end for end in billing.ends(device.memory) if counted.at < end <= until]
    for end in ends:
        after = meter.reads(Register.GAS_VOLUME, end)
        counted.add_to_blocks(after - before, limits)
        counted.used, before = 0, after
    counted.add_to_blocks(meter.reads(Register.GAS_VOLUME, until) - before, limits)


# --- blocks ---


def in_blocks(device: Device) -> bool:
    """Whether the tariff in force is one of blocks."""
    tariff = kept(device, c.PUBLISH_TARIFF_INFORMATION)
    return tariff is not None and tariff["tariff_type_charging_scheme"] == BLOCK_SCHEME


def limits_of(device: Device, moment: datetime) -> list[int]:
    """What may be used (dm3) in a billing period before the next block begins, for each threshold in use.

    Thresholds are of energy; the calorific value in force converts them, for the whole period (assumed).
    """
    tariff = kept(device, c.PUBLISH_TARIFF_INFORMATION)
    in_use = min(BLOCKS - 1, tariff["number_of_block_thresholds_in_use"] if tariff else 0)
    multiplier, divisor = _read(device, moment, "threshold_multiplier", "threshold_divisor")
    names = [f"block_{number}_threshold" for number in range(1, in_use + 1)]
    calorific, correction = conversion(device, moment)
    return [
        litres_from_wh(
            each * multiplier * 1_000 // max(1, divisor),
            calorific_value=max(1, calorific), volume_correction=max(1, correction),
        )
        for each in _read(device, moment, *names)
    ]  # fmt: skip


def conversion(device: Device, moment: datetime) -> tuple[int, int]:
    """The calorific value in kJ/m3 and the correction of volume in parts per 100,000."""
    return _placed(device, moment, "calorific_value", _KILOJOULES), _placed(
        device, moment, "conversion_factor", _CORRECTED
    )


def blocks_from(device: Device, start: datetime, end: datetime) -> Iterator[tuple[datetime, int]]:
    """From when on which block (from 1) is used between two moments; the first is at ``start``."""
    limits = limits_of(device, start)
    at, used = start, readings(device, start).used
    for period_ends in [*(each for each in billing.ends(device.memory) if start < each <= end), end]:
        first = sum(limit <= used for limit in limits)
        yield at, first + 1
        used_at_end = used + _between(device, at, period_ends)
        for block, limit in enumerate(limits[first:], first + 2):
            if used_at_end >= limit:
                yield reached(partial(_between, device), limit - used, at, period_ends), block
        at, used = period_ends, 0


def _between(device: Device, start: datetime, end: datetime) -> int:
    meter = _meter(device)
    return meter.reads(Register.GAS_VOLUME, end) - meter.reads(Register.GAS_VOLUME, start)


def _meter(device: Device) -> Meter:
    return cast("Meter", device.state)


def _read(device: Device, moment: datetime, *names: str) -> list[int]:
    server, subject = cast("ZclServer", device.servers[FAMILY]), Subject(device, moment)
    return [int(server.read(subject, name)) for name in names]


def _placed(device: Device, moment: datetime, name: str, wanted: int) -> int:
    """A value whose decimals stand in its trailing digit, with ``wanted`` decimals."""
    value, digit = _read(device, moment, name, f"{name}_trailing_digit")
    return value * int(10**wanted) // int(10 ** (digit >> 4))
