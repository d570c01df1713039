"""Instructions that a device holds until their moment: future-dated activation (GBCS 9.2.2.6).

Each is a slot of memory named by its moment, so that the names sort as the moments do.
"""

from __future__ import annotations

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


def due(memory: Memory, now: datetime) -> list[tuple[datetime, str, bytes]]:
    """Take the instructions whose moment has come, earliest first, as (moment, what, instruction)."""
    taken: list[tuple[datetime, str, bytes]] = []
    for slot in memory.under(PREFIX):
        moment = moment_of(slot)
        if moment > now:
            break
        octets = memory.get(slot)
        assert octets is not None
        memory.drop(slot)
        taken.append((moment, slot.split("/", 2)[2], octets))
    return taken
