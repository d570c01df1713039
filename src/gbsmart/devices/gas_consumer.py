"""What is told of the consumer: to a gas meter messages and the end of PIN protection (3.1, 3.5), to the gas
proxy a change of tenancy (3.2)."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from gbsmart.devices import messages, privacy, tenancy
from gbsmart.devices.device import Device
from gbsmart.devices.exchange import CannotDo
from gbsmart.devices.zcl import Publish, Status, Values, kept_slot
from gbsmart.gbcs.gbz import commands as c
from gbsmart.gbcs.gbz.zcl import read_time
from gbsmart.ground import InvalidValue

_PRIVACY_PIN: Final = 2
"""The type of password that protects the consumer's menu."""


def _protect(device: Device, values: Values, _moment: datetime) -> None:
    """Of a PIN that is given nothing is kept here: what is read tells none."""
    if values["password_type"] != _PRIVACY_PIN:
        return
    if values["password"]:
        device.memory.drop(kept_slot(c.REQUEST_NEW_PASSWORD_RESPONSE))
    try:
        privacy.keep(device, values["password"].decode("ascii", "replace"))
    except InvalidValue as wrong:
        raise CannotDo(Status.INVALID_VALUE, wrong.reason) from None


def _restrict(device: Device, values: Values, moment: datetime) -> None:
    tenancy.begin(device.memory, read_time(values["implementation_date_time"]), moment)


def _message(device: Device, _values: Values, moment: datetime) -> None:
    messages.note(device.memory, moment)


TENANCY: Final = Publish(c.PUBLISH_CHANGE_OF_TENANCY, then=_restrict)
PIN: Final = Publish(c.REQUEST_NEW_PASSWORD_RESPONSE, then=_protect)
MESSAGE: Final = Publish(c.DISPLAY_MESSAGE, then=_message)
