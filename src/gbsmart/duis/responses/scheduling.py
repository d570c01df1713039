"""What the DCC says of its schedules (5.1, 5.2), and what devices say on schedule."""

from __future__ import annotations

from gbsmart.duis.schedules import DSP_SCHEDULE, SCHEDULE_ID
from gbsmart.duis.schema import Element, Many, Record, Sole
from gbsmart.duis.terms import GBCS_PAYLOAD

_ID = Element("DSPScheduleID", SCHEDULE_ID, note="The number of the schedule.")
_SCHEDULE = Element(
    "DSPSchedules", Record(_ID, Element("DSPScheduleDetails", DSP_SCHEDULE, note="What was asked for (5.1)."))
)

PAYLOADS = (
    Element("DSPScheduleID", SCHEDULE_ID, note="Answers 5.1: the number of the new schedule."),
    Element(
        "DSPSchedulesRead",
        Sole(Many(_SCHEDULE, 1, 99, "schedules")),
        note="Answers 5.2: the schedules that were asked for.",
    ),
    Element(
        "DSPScheduledMessage",
        Record(GBCS_PAYLOAD, _ID),
        note="What a device said to a command that a schedule sent.",
    ),
)
