"""The privacy PIN of a meter: four digits of the consumer's, without which nobody is shown what a home uses
(SMETS 4.5.2, 5.6.2).

The consumer sets it at the meter. While it protects, the meter's own display and, for its fuel, the displays
of the home (assumed) hide consumption until it is entered. A supplier can end the protection (3.5), and set
none over the WAN. The PIN itself is not kept, only a digest: it is in no page, log or state.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from hmac import compare_digest
from typing import Final

from gbsmart.devices.consumer import NOT_OBEYED, OBEYED, Action, check_meter
from gbsmart.devices.device import Device
from gbsmart.devices.events import report
from gbsmart.devices.exchange import EVENT, Reaction
from gbsmart.ground import InvalidValue
from gbsmart.store import from_micros, to_micros

_WHAT: Final = "privacy PIN"
_DIGITS: Final = 4
_PIN, _OPEN = "privacy/pin", "privacy/open-until"
OPEN_FOR: Final = timedelta(minutes=5)
"""How long what is protected is shown after the PIN was entered (assumed)."""


def set_pin(pin: str) -> Action[bool]:
    """Protect what a meter shows by a PIN, or by another; False while the one in force was not entered.

    An empty one ends the protection. Raises :class:`InvalidValue` for what is no PIN, and for what is no
    meter.
    """

    def action(device: Device, now: datetime, reaction: Reaction) -> bool:
        check_meter(device, _WHAT)
        done = not is_locked(device, now)
        if done:
            keep(device, pin)
            device.memory.put_number(_OPEN, to_micros(now))
        report(device, OBEYED if done else NOT_OBEYED, now, reaction, EVENT)
        return done

    return action


def enter_pin(pin: str) -> Action[bool]:
    """Enter the PIN: what it protects is shown for a while; False where it is another."""

    def action(device: Device, now: datetime, reaction: Reaction) -> bool:
        check_meter(device, _WHAT)
        held = device.memory.get(_PIN)
        right = held is None or compare_digest(held, _digest(device, pin))
        if right:
            device.memory.put_number(_OPEN, to_micros(now + OPEN_FOR))
        report(device, OBEYED if right else NOT_OBEYED, now, reaction, EVENT)
        return right

    return action


def keep(device: Device, pin: str) -> None:
    """Have a device protected by this PIN, by none where it is empty; raises :class:`InvalidValue`."""
    if not pin:
        device.memory.drop(_PIN)
        return
    if not (pin.isascii() and pin.isdecimal() and len(pin) == _DIGITS):
        raise InvalidValue(f"a {_WHAT} has {_DIGITS} digits", field="pin")  # not said: what was given
    device.memory.put(_PIN, _digest(device, pin))


def is_protected(device: Device) -> bool:
    """Whether a PIN is set."""
    return device.memory.get(_PIN) is not None


def is_locked(device: Device, now: datetime) -> bool:
    """Whether what a home uses is hidden now: a PIN is set, and was not entered lately."""
    return is_protected(device) and now >= from_micros(device.memory.number(_OPEN))


def _digest(device: Device, pin: str) -> bytes:
    """What is kept of a PIN. Of four digits it hides no more than a look at the memory would show."""
    return hashlib.sha256(bytes(device.eui) + pin.encode("ascii", "replace")).digest()
