"""``gbsmart case`` on the data folder of a system, whether it runs or not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from gbsmart.assembly.data_folder import opened
from gbsmart.assembly.kept_clock import resumed
from gbsmart.assembly.settings import settings_of
from gbsmart.assembly.world import WINGS
from gbsmart.governance import procedures
from gbsmart.ground import SystemClock
from gbsmart.procedures import Desk
from gbsmart.procedures.commands import commands


@contextmanager
def _desk(data: Path | None, database: str | None, at: datetime | None) -> Iterator[Desk]:
    """The desk of a data folder; what an act does besides may be in any table of the system."""
    with opened(data, database, *WINGS) as store:
        clock = SystemClock(start=at, speed=0.0) if at else resumed(settings_of({"data": data}))
        yield Desk(store, procedures(), clock)


app = commands(_desk, procedures)
