"""Instructions that a device holds until their moment: future-dated activation (GBCS 9.2.2.6).

Each is a slot of memory named by its moment, so that the names sort as the moments do.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from gbsmart.devices.memory import Memory
from gbsmart.store import from_micros, to_micros

PREFIX: Final = "due/"


def hold(memory: Memory, moment: datetime, what: str, instruction: bytes) -> None:
    """Hold an instruction until ``moment``, in the place of one held for the same ``what``."""
    withdraw(memory, what)
    memory.put(f"{PREFIX}{to_micros(moment):016x}/{what}", instruction)


def withdraw(memory: Memory, what: str) -> bool:
    """Forget the instruction held for ``what``; says whether there was one."""
    held = [slot for slot in memory.under(PREFIX) if slot.split("/", 2)[2] == what]
    for slot in held:
        memory.drop(slot)
    return bool(held)


def moment_of(slot: str) -> datetime:
    """When the instruction of a due slot is to be carried out."""
    return from_micros(int(slot[len(PREFIX) : len(PREFIX) + 16], 16))


def held(memory: Memory) -> list[tuple[datetime, str]]:
    """Every instruction that waits for its moment, earliest first, by what it is held for."""
    return [(moment_of(slot), slot.split("/", 2)[2]) for slot in sorted(memory.under(PREFIX))]


def due(memory: Memory, now: datetime) -> Iterator[tuple[datetime, str, bytes]]:
    """Take the instructions whose moment has come, earliest first, as (moment, what, instruction).

    One that is held meanwhile, and is due too, is among them: what comes again and again is caught up on.
    """
    while (slots := memory.under(PREFIX)) and (moment := moment_of(slots[0])) <= now:
        octets = memory.get(slots[0])
        assert octets is not None
        memory.drop(slots[0])
        yield moment, slots[0].split("/", 2)[2], octets
