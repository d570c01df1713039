"""The boost button of an ESME: a consumer has loads switched on for a while (SMETS 5.19, 5.7.5).

A supplier says which auxiliary controllers the button is for. Who presses it says for how long (assumed: a
real button adds a quarter of an hour at each press).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from gbsmart.devices import identity
from gbsmart.devices.consumer import Action
from gbsmart.devices.cosem import Source, read
from gbsmart.devices.device import Device
from gbsmart.devices.electricity_load import FULL, Commanded, tell
from gbsmart.devices.electricity_updates import look
from gbsmart.devices.exchange import Reaction
from gbsmart.devices.history import History
from gbsmart.devices.selection import View
from gbsmart.gbcs.dlms.apdu import Ref
from gbsmart.gbcs.dlms.objects.auxiliary import BOOST_AVAILABILITY, BOOST_CONTROLS, BOOST_LOG
from gbsmart.gbcs.gbz.zcl import write_time
from gbsmart.ground import InvalidValue
from gbsmart.store import from_micros, to_micros

_BUTTON: Final = "E"
_LOG: Final = History("boost/log", 1, 25)
"""When the last boosts began, and when they ended."""


def has_button(device: Device) -> bool:
    """Whether a meter has a boost button: its variant says so."""
    return _BUTTON in identity.variant_of(device)


def boost(duration: timedelta) -> Action[bool]:
    """Press the button; False where the supplier lets it switch nothing.

    Raises :class:`InvalidValue` on a device that has no such button.
    """

    def press(device: Device, now: datetime, reaction: Reaction) -> bool:
        if not has_button(device):
            raise InvalidValue(f"this {device.kind} has no boost button", field="device")
        boosted = [number for number, each in enumerate(BOOST_CONTROLS, 1) if read(device, each, now)]
        for number in boosted:
            tell(device.memory, number, Commanded(FULL, now, now + duration))
        if boosted:
            _LOG.add(device.memory, [(now, [to_micros(now + duration)])])
            look(device, now, reaction)
        return bool(boosted)

    return press


def _log(view: View) -> list[dict[str, int]]:
    return [
        {"boost_start": write_time(row.moment), "boost_end": write_time(from_micros(row.numbers[0]))}
        for row in _LOG.rows(view.device.memory)
        if view.wants(row.moment)
    ]


SOURCES: Final[Mapping[Ref, Source]] = {
    BOOST_AVAILABILITY.ref: lambda view: has_button(view.device),
    BOOST_LOG.ref: _log,
}
INITIAL: Final[Mapping[Ref, Any]] = {each.ref: False for each in BOOST_CONTROLS}
"""The button switches nothing until the supplier says what."""
