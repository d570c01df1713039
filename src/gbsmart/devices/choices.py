"""What parties choose of how a device behaves: which events it tells of, and when it withholds supply.

A type of device reads these from its own objects; whatever is said or switched asks here.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from gbsmart.devices.meter import Supply

if TYPE_CHECKING:
    from gbsmart.devices.device import Device


def _always(_device: Device, _code: int, _moment: datetime) -> bool:
    return True


def _not_at_all(_device: Device, _code: int, _moment: datetime) -> bool:
    return False


class Wishes(NamedTuple):
    """What parties have set of the events that they may configure.

    An event may be ``told`` over the WAN, ``logged``, ``shown`` on the displays of the home, ``sounded``.
    """

    told: Callable[[Device, int, datetime], bool] = _always
    logged: Callable[[Device, int, datetime], bool] = _always
    shown: Callable[[Device, int, datetime], bool] = _not_at_all
    sounded: Callable[[Device, int, datetime], bool] = _not_at_all


EVERYTHING: Final = Wishes()


def _no_limit(_device: Device, _moment: datetime) -> int:
    return 0


def _never(_device: Device, _moment: datetime) -> bool:
    return False


def _unchanged(_device: Device, _moment: datetime) -> Supply | None:
    return None


class SupplyRules(NamedTuple):
    """What a supplier has set of the supply.

    ``greatest_flow`` (dm3/h of gas) is what may flow while the supply is restored, 0 for no limit;
    ``is_locked_by_tampering`` whether a meter that is opened disables the supply; ``at_depletion`` how the
    supply is to be when the meter's own power runs out, None for as it is.
    """

    greatest_flow: Callable[[Device, datetime], int] = _no_limit
    is_locked_by_tampering: Callable[[Device, datetime], bool] = _never
    at_depletion: Callable[[Device, datetime], Supply | None] = _unchanged


FREE: Final = SupplyRules()
