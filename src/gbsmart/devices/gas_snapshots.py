"""The snapshots of a gas meter: registers and balances at midnights, ends of periods, changes (SMETS 4.6.3).

At the end of a billing period and before a change of tariff or payment mode a meter takes one and keeps it:
the last twelve of each. Those of midnights follow from the home, the tariff and the account.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple, cast

from gbsmart.devices import gas_registers
from gbsmart.devices.accounting import Balances
from gbsmart.devices.consumption import Register
from gbsmart.devices.device import Device
from gbsmart.devices.exchange import CannotDo
from gbsmart.devices.gas_prepayment import ACCOUNTING
from gbsmart.devices.gas_registers import BLOCKS, DAYS, TIERS
from gbsmart.devices.history import History, midnights
from gbsmart.devices.meter import Meter
from gbsmart.devices.zcl import Answers, Request, Status
from gbsmart.gbcs.gbz import commands as c
from gbsmart.gbcs.gbz.zcl import read_time, write_time

DAILY, END_OF_PERIOD, CHANGE_OF_TARIFF, CHANGE_OF_MODE = 1 << 0, 1 << 1, 1 << 3, 1 << 13
"""Causes of snapshots; which bit a change of payment mode sets is assumed."""
_CHANGES: Final = CHANGE_OF_TARIFF | CHANGE_OF_MODE | 1 << 14
_KEPT: Final = 12
_WIDTH: Final = 2 + TIERS + BLOCKS + len(Balances._fields)
_ENDS: Final = History("snapshots/periods", _WIDTH, _KEPT)
_CHANGED: Final = History("snapshots/changes", _WIDTH, _KEPT)


class Taken(NamedTuple):
    """A snapshot: when and why. ``kept`` are its numbers, None where they follow from what is known."""

    moment: datetime
    cause: int
    kept: tuple[int, ...] | None = None


def keep(device: Device, cause: int, moment: datetime) -> None:
    """Take a snapshot and keep it; there is one of each change, whatever parts it comes in."""
    history = _ENDS if cause == END_OF_PERIOD else _CHANGED
    if any(each.moment == moment and each.numbers[0] == cause for each in history.rows(device.memory)[-2:]):
        return
    numbers = (
        cause, _total(device, moment), *gas_registers.readings(device, moment).numbers,
        *ACCOUNTING.balances(device, moment),
    )  # fmt: skip
    history.add(device.memory, [(moment, numbers)])


def registers(device: Device, moment: datetime, cause: int) -> dict[str, Any]:
    """What the registers of a gas meter read now, as the alert at the end of a period holds it."""
    numbers = gas_registers.readings(device, moment).numbers
    return {
        "snapshot_id": 0, "snapshot_time": moment, "total_snapshots_found": 1, "snapshot_cause": cause,
        "current_summation_delivered": _total(device, moment),
        "tiers": list(numbers[:TIERS]), "blocks": list(numbers[TIERS:]),
    }  # fmt: skip


def get_snapshot(request: Request) -> Answers:
    """What the registers read at one of the snapshots asked for."""
    device = request.subject.device
    taken, head = _wanted(request, _taken(request))
    if taken.kept is None:
        total, numbers = _total(device, taken.moment), gas_registers.daily(device, [taken.moment])[0]
    else:
        total, numbers = taken.kept[1], taken.kept[2 : 2 + TIERS + BLOCKS]
    answer = {
        **head,
        "current_summation_delivered": total,
        "tiers": [{"tier_summation": each} for each in numbers[:TIERS]],
        "blocks": [{"block_summation": each} for each in numbers[TIERS:]],
    }
    return [(c.PUBLISH_SNAPSHOT, answer)]


def get_prepay_snapshot(request: Request) -> Answers:
    """Balances and debts at one of the snapshots asked for; of midnights those since the account is known."""
    device = request.subject.device
    known = [each for each in _taken(request) if _balances(device, each) is not None]
    taken, head = _wanted(request, known)
    held = _balances(device, taken)
    assert held is not None
    answer = {
        **head,
        "accumulated_debt": held.accumulated_debt,
        "type_1_debt_remaining": held.time_debt_1,
        "type_2_debt_remaining": held.time_debt_2,
        "type_3_debt_remaining": held.payment_debt,
        "emergency_credit_remaining": held.emergency_credit,
        "credit_remaining": held.meter_balance,
    }
    return [(c.PUBLISH_PREPAY_SNAPSHOT, answer)]


def _balances(device: Device, taken: Taken) -> Balances | None:
    if taken.kept is None:
        return ACCOUNTING.balances_at(device, taken.moment)
    return Balances(*taken.kept[-len(Balances._fields) :])


def _wanted(request: Request, found: Sequence[Taken]) -> tuple[Taken, Mapping[str, Any]]:
    """The snapshot at the place asked for, and how an answer about it begins."""
    offset = request.values["snapshot_offset"]
    if offset >= len(found):
        raise CannotDo(Status.NOT_FOUND, f"there is no snapshot {offset}")
    taken = found[offset]
    return taken, {
        "snapshot_id": offset, "snapshot_time": write_time(taken.moment),
        "total_snapshots_found": len(found), "snapshot_cause": taken.cause,
    }  # fmt: skip


def _taken(request: Request) -> list[Taken]:
    """The snapshots of the causes and the period asked for, earliest first (the order is assumed)."""
    values, (device, moment) = request.values, request.subject
    cause = values["snapshot_cause"]
    found: list[Taken] = []
    if cause & DAILY:
        found += [Taken(at, DAILY) for at in midnights(None, moment, DAYS)]
    if cause & END_OF_PERIOD:
        found += _kept(device, _ENDS)
    if cause & _CHANGES:
        found += _kept(device, _CHANGED)
    earliest, latest = read_time(values["earliest_start_time"]), values["latest_end_time"]
    return sorted(
        each
        for each in found
        if earliest <= each.moment <= moment and write_time(each.moment) <= latest
    )  # fmt: skip


def _kept(device: Device, history: History) -> list[Taken]:
    return [Taken(row.moment, row.numbers[0], row.numbers) for row in history.rows(device.memory)]


def _total(device: Device, moment: datetime) -> int:
    return cast("Meter", device.state).reads(Register.GAS_VOLUME, moment)
