"""The clock of a running system as its console moves it: the verbs of :mod:`gbsmart.assembly.travel`."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from gbsmart.assembly.travel import next_due, travel

if TYPE_CHECKING:
    from gbsmart.assembly.system import System


class SystemTime:
    """What time it is in a system, how fast it goes, and the way to a later moment."""

    def __init__(self, system: System) -> None:
        self._system = system

    def now(self) -> datetime:
        """The present moment."""
        return self._system.clock.now()

    @property
    def speed(self) -> float:
        """How fast the clock runs; 0 where it stands still."""
        return self._system.clock.speed

    def set_speed(self, speed: float) -> None:
        """Run so fast from now on; raises :class:`~gbsmart.ground.InvalidValue`."""
        self._system.clock.speed = speed

    async def next_due(self) -> datetime | None:
        """When something next falls due anywhere; None where the street is in another process."""
        return None if self._system.settings.street else await next_due(self._system)

    async def travel(self, to: datetime) -> int:
        """Go to a later moment, through all that falls due before; raises what travelling raises."""
        return (await travel(self._system, to)).moments
