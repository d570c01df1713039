"""Whole systems put together from settings: what ``gbsmart up``, ``street`` and ``read`` run.

Names load on first use, so that a street alone does not wait for the rest.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gbsmart.assembly.settings import Settings
    from gbsmart.assembly.street import StreetServer
    from gbsmart.assembly.system import System

_HOME = {"Settings": "settings", "StreetServer": "street", "System": "system"}

__all__ = ["Settings", "StreetServer", "System"]


def __getattr__(name: str) -> Any:
    module = _HOME.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{module}"), name)
    globals()[name] = value
    return value
