"""What parties choose of how a device behaves: which events it tells of, and when it withholds supply.

A type of device reads these from its own objects; whatever is said or switched asks here.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from gbsmart.devices.device import Device


def _always(_device: Device, _code: int, _moment: datetime) -> bool:
    return True


class Wishes(NamedTuple):
    """What parties have set of the events that they may configure: which are told, which logged."""

    told: Callable[[Device, int, datetime], bool] = _always
    logged: Callable[[Device, int, datetime], bool] = _always


EVERYTHING: Final = Wishes()


def _no_limit(_device: Device, _moment: datetime) -> int:
    return 0


def _never(_device: Device, _moment: datetime) -> bool:
    return False


class SupplyRules(NamedTuple):
    """What a supplier has set of the supply.

    ``greatest_flow`` (dm3/h of gas) is what may flow while the supply is restored, 0 for no limit;
    ``is_locked_by_tampering`` whether a meter that is opened disables the supply.
    """

    greatest_flow: Callable[[Device, datetime], int] = _no_limit
    is_locked_by_tampering: Callable[[Device, datetime], bool] = _never


FREE: Final = SupplyRules()
