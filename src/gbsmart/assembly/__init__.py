"""Whole systems put together from settings: what ``gbsmart up`` and ``gbsmart read`` run."""

from gbsmart.assembly.settings import Settings
from gbsmart.assembly.system import System

__all__ = ["Settings", "System"]
