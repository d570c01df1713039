"""DCC schedules as documents: what is read, when and how often (Appendix AD; XML schema 5.4).

A schedule names no moments but days before that of each execution, and times of those days, all in UTC.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from gbsmart.duis.lexical import Eui, Integer, OneOf
from gbsmart.duis.moments import PlainDay, TimeOfDay
from gbsmart.duis.octets import Base64
from gbsmart.duis.schema import EMPTY, Choice, Complex, Element, Record, Values


class Frequency(StrEnum):
    """How often a schedule is executed."""

    DAILY = "Daily"
    WEEKLY = "Weekly"
    MONTHLY = "Monthly"
    QUARTERLY = "Quarterly"
    HALF_YEARLY = "Half-Yearly"
    YEARLY = "Yearly"


SCHEDULE_ID = Integer(0, 10**12)

_DAYS, _TIME = Integer(-400, 0), TimeOfDay()
_PERIOD = Record(
    Element("StartDateOffset", _DAYS, unit="d", note="The day from which on, before that of the execution."),
    Element("StartTime", _TIME, note="The time of that day."),
    Element("EndDateOffset", _DAYS, unit="d", note="The day up to which, before that of the execution."),
    Element("EndTime", _TIME, note="The time of that day."),
)

SCHEDULED: Mapping[str, Element] = {
    variant: Element(name, content)
    for variant, name, content in (
        ("4.6.1", "DSPRetrieveImportDailyReadLog", _PERIOD),
        ("4.6.2", "DSPRetrieveExportDailyReadLog", _PERIOD),
        ("4.8.1", "DSPReadActiveImportProfileData", _PERIOD),
        ("4.8.2", "DSPReadReactiveImportProfileData", _PERIOD),
        ("4.8.3", "DSPReadExportProfileData", _PERIOD),
        ("4.10", "DSPReadNetworkData", _PERIOD),
        ("4.12.1", "DSPReadMaximumDemandImportRegisters", EMPTY),
        ("4.12.2", "DSPReadMaximumDemandExportRegisters", EMPTY),
        ("4.14", "DSPReadPrepaymentDailyReadLog", _PERIOD),
        ("4.15", "DSPReadLoadLimitData", EMPTY),
        ("4.16", "DSPReadActivePowerImport", EMPTY),
        ("4.17", "DSPRetrieveDailyConsumptionLog", _PERIOD),
        ("14.1", "DSPRecordNetworkDataGAS", EMPTY),
        ("4.2", "DSPReadInstantaneousExportRegisters", EMPTY),
    )
}
"""The Service Reference Variants that can be scheduled, each with the element that asks for it."""


def _reference(variant: str) -> str:
    return ".".join(variant.split(".")[:2])


DSP_SCHEDULE: Complex = Record(
    Element("ScheduleFrequency", OneOf(tuple(Frequency)), note="How often."),
    Element("ScheduleStartDate", PlainDay(), note="The day of the first execution."),
    Element("ScheduleEndDate", PlainDay(), optional=True, note="The last day on which there may be one."),
    Element(
        "ScheduleExecutionStartTime",
        TimeOfDay(),
        optional=True,
        note="The time of day before which none begins.",
    ),
    Element(
        "KAPublicSecurityCredential",
        Base64(),
        optional=True,
        note="The key agreement certificate of a User that the device does not know.",
    ),
    Element(
        "DSPScheduledServiceReference",
        OneOf(tuple(dict.fromkeys(map(_reference, SCHEDULED)))),
        note="What is asked for each time.",
    ),
    Element("DSPScheduledServiceReferenceVariant", OneOf(tuple(SCHEDULED)), note="Its variant."),
    Element("DeviceID", Eui(), note="The device that is asked."),
    Choice(tuple(SCHEDULED.values())),
    note="Has the DCC read a device again and again, and send what it says.",
)
"""The body of 5.1, and what 5.2 says of each schedule."""


def disagreement(schedule: Values) -> str:
    """What is wrong where reference, variant and element of a schedule are not of one service; or ""."""
    variant = schedule["dsp_scheduled_service_reference_variant"]
    element = SCHEDULED[variant]
    if schedule["dsp_scheduled_service_reference"] != _reference(variant):
        return f"{variant} is not a variant of {schedule['dsp_scheduled_service_reference']}"
    return "" if element.field in schedule else f"{variant} is asked for by {element.name}"


def values_on(schedule: Values, day: date) -> dict[str, Any]:
    """The fields of the request that an execution of the schedule on ``day`` makes."""
    asked = schedule[SCHEDULED[schedule["dsp_scheduled_service_reference_variant"]].field]
    values: dict[str, Any] = {}
    if isinstance(asked, Mapping):
        values["read_log_period"] = {
            f"{end}_date_time": datetime.combine(
                day + timedelta(days=asked[f"{end}_date_offset"]), asked[f"{end}_time"]
            )
            for end in ("start", "end")
        }
    if certificate := schedule.get("ka_public_security_credential"):
        values["ka_public_security_credentials"] = certificate
    return values
