"""What a supplier says to the consumer (3.1), shown until it is acknowledged or somebody else lives there."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from gbsmart.devices.consumer import Action, check_meter
from gbsmart.devices.device import Device
from gbsmart.devices.events import report
from gbsmart.devices.exchange import EVENT, Reaction
from gbsmart.devices.memory import Memory
from gbsmart.store import to_micros

ACKNOWLEDGED: Final = 0x81A6
"""Alert and event code (GBCS 16.2)."""
_SAID, _READ = "message/said", "message/read"


def note(memory: Memory, now: datetime) -> None:
    """The supplier says something to the consumer."""
    memory.put_number(_SAID, to_micros(now))
    memory.drop(_READ)


def is_shown(memory: Memory, restriction: datetime | None) -> bool:
    """Whether what was said last is shown: it was not acknowledged, and said to those who live there now."""
    said_before = restriction is not None and memory.number(_SAID) < to_micros(restriction)
    return not said_before and memory.get(_READ) is None


def acknowledge() -> Action[bool]:
    """Acknowledge the message of a meter's supplier on a display, which hides it; False where none waits.

    Raises :class:`InvalidValue` for what is no meter.
    """

    def action(device: Device, now: datetime, reaction: Reaction) -> bool:
        check_meter(device, "message")
        if not device.memory.number(_SAID) or device.memory.get(_READ) is not None:
            return False
        device.memory.put_number(_READ, to_micros(now))
        report(device, ACKNOWLEDGED, now, reaction, EVENT)
        return True

    return action
