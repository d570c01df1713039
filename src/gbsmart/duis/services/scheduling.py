"""Service Reference 5: DCC schedules, by which the DCC itself reads a device again and again."""

from __future__ import annotations

from gbsmart.duis.schedules import DSP_SCHEDULE, SCHEDULE_ID
from gbsmart.duis.schema import Choice, Complex, Element, Record
from gbsmart.duis.terms import EUI

_KEYS = (
    Element("DSPScheduleID", SCHEDULE_ID, note="The number of the schedule."),
    Element("DeviceID", EUI, note="The device that it reads."),
)


def _named(note: str) -> Record:
    return Record(Choice(_KEYS), note=note)


BODIES: dict[str, Complex] = {
    "5.1": DSP_SCHEDULE,
    "5.2": _named("A schedule by its number, or all of a device."),
    "5.3": _named("Ends a schedule, by its number, or all of a device."),
}
