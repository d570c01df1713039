"""The ground floor: values, errors, clocks and transitions that every wing stands on.

Nothing here knows a rule of the Smart Energy Code; it knows how to write an EUI-64, tell the time,
and say what went wrong.
"""

from gbsmart.ground.clock import Clock, ManualClock, SystemClock
from gbsmart.ground.errors import (
    Blame,
    GbsmartError,
    InvalidValue,
    MalformedMessage,
    NotAllowed,
    NotFound,
    NotSignedIn,
)
from gbsmart.ground.eui64 import Eui64
from gbsmart.ground.fault import Fault, Kind, Parameter
from gbsmart.ground.faults import NO_FAULTS, Faults, Hit, Strike, Switch
from gbsmart.ground.shared import SHARED, Kept, SharedFields, SharedItems, SharedRows
from gbsmart.ground.transitions import Machine, Transition
from gbsmart.ground.versions import Change, Version
from gbsmart.ground.when import NEVER, NOW, DayMonth, DayOfMonth, Moment, When

__all__ = [
    "NEVER",
    "NOW",
    "NO_FAULTS",
    "SHARED",
    "Blame",
    "Change",
    "Clock",
    "DayMonth",
    "DayOfMonth",
    "Eui64",
    "Fault",
    "Faults",
    "GbsmartError",
    "Hit",
    "InvalidValue",
    "Kept",
    "Kind",
    "Machine",
    "MalformedMessage",
    "ManualClock",
    "Moment",
    "NotAllowed",
    "NotFound",
    "NotSignedIn",
    "Parameter",
    "SharedFields",
    "SharedItems",
    "SharedRows",
    "Strike",
    "Switch",
    "SystemClock",
    "Transition",
    "Version",
    "When",
]
