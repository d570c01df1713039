"""Every procedure of the Code that runs, by name.

Each room of :mod:`gbsmart.governance` declares its own and offers them as ``PROCEDURES``; to add one,
declare it there. A new room is named in :data:`ROOMS`.
"""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module

from gbsmart.governance.standing import for_parties_only
from gbsmart.procedures import Procedures

ROOMS: tuple[str, ...] = (
    "membership",
    "appointments",
    "panel",
    "modifications",
    "general",
    "transition",
)
"""The modules of this wing that declare procedures, in the order of the Code's sections."""


@lru_cache(maxsize=1)
def procedures() -> Procedures:
    """The procedures by name. Raises ``ValueError`` where two have one name, or one prefix."""
    found = [each for room in ROOMS for each in import_module(f"{__package__}.{room}").PROCEDURES]
    for what in ("name", "prefix"):
        names = [getattr(each, what) for each in found]
        if len(set(names)) < len(names):
            raise ValueError(f"two procedures have one {what}: {sorted(names)}")
    return {each.name: for_parties_only(each) for each in found}
