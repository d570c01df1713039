"""The ground floor: values, errors, clocks and transitions that every wing stands on.

Nothing here knows a rule of the Smart Energy Code; it knows how to write an EUI-64, tell the time,
and say what went wrong.
"""

from gbsmart.ground.clock import Clock, ManualClock, SystemClock
from gbsmart.ground.errors import Blame, GbsmartError, InvalidValue, MalformedMessage, NotFound
from gbsmart.ground.eui64 import Eui64
from gbsmart.ground.transitions import Machine, Transition
from gbsmart.ground.when import NEVER, NOW, DayMonth, DayOfMonth, Moment, When

__all__ = [
    "NEVER",
    "NOW",
    "Blame",
    "Clock",
    "DayMonth",
    "DayOfMonth",
    "Eui64",
    "GbsmartError",
    "InvalidValue",
    "Machine",
    "MalformedMessage",
    "ManualClock",
    "Moment",
    "NotFound",
    "SystemClock",
    "Transition",
    "When",
]
