"""Service Reference 5: DCC schedules, by which the DCC itself reads a device again and again."""

from __future__ import annotations

from gbsmart.duis.envelope import EUI
from gbsmart.duis.schedules import DSP_SCHEDULE, SCHEDULE_ID
from gbsmart.duis.schema import Choice, Complex, Element, Record

_NAMED = Record(Choice((Element("DSPScheduleID", SCHEDULE_ID), Element("DeviceID", EUI))))

BODIES: dict[str, Complex] = {"5.1": DSP_SCHEDULE, "5.2": _NAMED, "5.3": _NAMED}
"""5.1 Create Schedule; 5.2 Read Schedule and 5.3 Delete Schedule: one by its id, or all of a device."""
