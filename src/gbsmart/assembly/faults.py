"""The faults of a whole system: what its wings declare, in one register."""

from __future__ import annotations

from gbsmart.assembly.settings import Settings
from gbsmart.dcc.faults import FAULTS as OF_THE_DCC
from gbsmart.ground import Clock, Fault, Faults
from gbsmart.ground.fault import read_switch
from gbsmart.wan.faults import FAULTS as OF_THE_ROAD

OF_THE_STREET: tuple[Fault, ...] = OF_THE_ROAD
"""Of the hubs and homes, wherever they run."""
ALL: tuple[Fault, ...] = (*OF_THE_DCC, *OF_THE_STREET)
"""In the order in which they are shown."""


def register_of(settings: Settings, clock: Clock, *, street: bool = False) -> Faults:
    """The register of one process, with what the settings switch on from the start.

    That of a ``street`` alone has no faults of the DCC; that of a system whose homes are in another
    process has none of theirs. Raises what :meth:`~gbsmart.ground.Faults.on` raises.
    """
    declared = OF_THE_STREET if street else OF_THE_DCC if settings.street else ALL
    faults = Faults(declared, clock, settings.seed)
    for each in settings.fault:
        faults.on(*read_switch(each))
    return faults
