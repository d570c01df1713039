"""Whole systems put together from settings: what ``gbsmart up``, ``street`` and ``read`` run.

Names load on first use, so that a street alone does not wait for the rest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gbsmart.ground.lazy import on_first_use

if TYPE_CHECKING:
    from gbsmart.assembly.settings import FREE_PORTS, Settings
    from gbsmart.assembly.street import StreetServer
    from gbsmart.assembly.system import System

_HOME = {"FREE_PORTS": "settings", "Settings": "settings", "StreetServer": "street", "System": "system"}

__all__ = ["FREE_PORTS", "Settings", "StreetServer", "System"]

__getattr__ = on_first_use(__name__, _HOME)
