"""What an ESME is told of its consumer: messages, a change of tenancy, the end of PIN protection (3.1, 3.2,
3.5)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from gbsmart.devices import messages, privacy, tenancy
from gbsmart.devices.cosem import Written, slot_of
from gbsmart.devices.device import Device
from gbsmart.gbcs.dlms.apdu import Ref
from gbsmart.gbcs.dlms.objects.configuration import PRIVACY_PIN_PROTECTION, SUPPLIER_MESSAGE
from gbsmart.gbcs.dlms.objects.control import RESTRICT_DATA


def _protect(device: Device, pin: bytes, _moment: datetime) -> None:
    """Of a PIN that is given the attribute keeps nothing: what is read of it tells none."""
    if pin:
        device.memory.drop(slot_of(PRIVACY_PIN_PROTECTION.ref))
    privacy.keep(device, pin.decode("ascii", "replace"))


def _restrict(device: Device, date: datetime, moment: datetime) -> None:
    tenancy.begin(device.memory, date, moment)


def _message(device: Device, _message: str, moment: datetime) -> None:
    messages.note(device.memory, moment)


WRITTEN: Final[Mapping[Ref, Written]] = {
    PRIVACY_PIN_PROTECTION.written_at: _protect,
    RESTRICT_DATA.written_at: _restrict,
    SUPPLIER_MESSAGE.written_at: _message,
}
