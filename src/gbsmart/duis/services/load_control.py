"""Service References 6.14 and 7.5 to 7.16: auxiliary loads, which a meter switches or holds to a level.

A meter knows five auxiliary load control switches (ALCS, HCALCS) or auxiliary controllers, by number.
"""

from __future__ import annotations

from gbsmart.duis.lexical import Boolean, Integer, Text
from gbsmart.duis.schema import EMPTY, Attribute, Choice, Complex, Element, Indexed, Many, Record, Sole, only
from gbsmart.duis.services.days import ELECTRICITY_DAY
from gbsmart.duis.services.prepayment import DAYS_OF_WEEK
from gbsmart.duis.terms import EUI, EXECUTION, MOMENT, READ_LOG_PERIOD, TIME, U16

_FIVE, _TWENTY = Integer(1, 5), Integer(1, 20)
_SWITCH = Attribute("index", _FIVE, note="The number of the switch.")
_CONTROLLER = Attribute("auxiliaryControllerN", _FIVE, note="The number of the controller.")

_LEVEL = (
    Element(
        "CommandedStateLevel",
        Integer(0, 100),
        unit="%",
        note="Of the greatest flow of energy; what is not 100 switches off a load that can only be switched.",
    ),
    Element(
        "InputFromControlledLoad",
        EMPTY,
        optional=True,
        note="The flow is one from the load to the home.",
    ),
)

_NAME = Element("SwitchDescription", Text(1, 22, "[ -~]+"), note="Its name.")

# --- schedules ---

_DAYS_OF_WEEK = Element(
    "DaysOfWeekApplicability", DAYS_OF_WEEK, optional=True, note="The weekdays on which it does."
)


def _schedule(name: str, action: Element, number: str, period: str, most: int, least: int) -> Many:
    """Up to ``most`` entries, each of which switches at a time of the days that it names."""
    special_day = Element(
        "SpecialDaysApplicability", only(Attribute(number, _TWENTY, note="A special day on which it does."))
    )
    times = Record(
        Element("SwitchTime", TIME, note="When it switches on such a day."),
        Element("StartDate", ELECTRICITY_DAY, note="The first day."),
        Element("EndDate", ELECTRICITY_DAY, note="The last day."),
    )
    entry = Record(
        action,
        Many(special_day, 0, 20, "special_days_applicability"),
        _DAYS_OF_WEEK,
        Element(period, times, note="The time of day, from the first date to the second."),
    )
    element = Element(name, entry)
    return Many(element, least, most, f"{element.field}s")


def _special_days(name: str, day: str, number: str) -> Element:
    """Up to twenty days, by number, on which a schedule can do otherwise."""
    element = Element(day, ELECTRICITY_DAY)
    return Element(name, Sole(Indexed(element, 0, 20, 20, f"{element.field}s", number)))


_CONNECTION = _schedule(
    "ALCSHCALCSConnectionSchedule",
    Element(
        "ActivateDeactivateSwitch",
        Record(
            Choice((Element("ActivateSwitch", EMPTY), Element("DeactivateSwitch", EMPTY))),
            attributes=(_SWITCH,),
        ),
    ),
    "index",
    "ALCSScheduleDatesAndTime",
    48,
    1,
)
_CONTROL = _schedule(
    "AuxiliaryControllerSchedule",
    Element("AuxiliaryControllerAction", Record(*_LEVEL, attributes=(_CONTROLLER,))),
    "identifier",
    "AuxiliaryControllerSchedulePeriodAndTime",
    120,
    0,
)
_SWITCH_TYPE = Element(
    "SwitchTypeAndId",
    Record(
        Choice((Element("ALCS", EMPTY, note="In the meter."), Element("HCALCS", EUI, note="This device.")))
    ),
    note="What each switch is.",
)

# --- commands ---


def _for_a_while(name: str) -> Element:
    duration = Element("Duration", U16, unit="min", note="After which the schedule rules again.")
    return Element(name, Record(duration, attributes=(_SWITCH,)))


def _hold(note: str) -> Record:
    return Record(
        Element("StartDateTime", MOMENT, note="When it begins."),
        Element("EndDateTime", MOMENT, note="When it ends."),
        *_LEVEL,
        attributes=(_CONTROLLER,),
        note=note,
    )


def _boost(name: str, note: str) -> Record:
    button = Element(name, Boolean(), note="Whether this switch is meant.")
    return Record(EXECUTION, Indexed(button, 5, 5, 5, button.field), note=note)


BODIES: dict[str, Complex] = {
    "6.14.1": Record(
        Indexed(
            Element("ALCSHCALCSDescription", only(_NAME)),
            1, 5, 5, "alcs_hcalcs_descriptions",
        ),
        note="Gives auxiliary load switches names, by number.",
    ),
    "6.14.2": Record(
        EXECUTION,
        _CONNECTION,
        _special_days("ALCSHCALCSSpecialDays", "ALCSHCALCSSpecialDay", "index"),
        Indexed(_SWITCH_TYPE, 0, 5, 5, "switch_types_and_ids"),
        note="Replaces the schedule by which auxiliary loads are switched on and off.",
    ),
    "6.14.3": Record(
        EXECUTION,
        _CONTROL,
        _special_days(
            "AuxiliaryControllerSpecialDayDefinitions",
            "AuxiliaryControllerSpecialDayDefinition",
            "identifier",
        ),
        note="Replaces the schedule by which auxiliary controllers hold their loads to levels.",
    ),
    "7.5": Record(_for_a_while("ActivateALCSHCALCS"), note="Switches an auxiliary load on for a while."),
    "7.6": Record(_for_a_while("DeactivateALCSHCALCS"), note="Switches an auxiliary load off for a while."),
    "7.7": Record(EXECUTION, note="The states and schedule of auxiliary load switches."),
    "7.8": Record(
        Element("ResetALCSHCALCS", only(_SWITCH)), note="Has an auxiliary load follow its schedule again."
    ),
    "7.9": _boost("AddToBoostButton", "Has the boost button switch loads on, by number."),
    "7.10": _boost("RemoveFromBoostButton", "Has the boost button no longer switch loads on, by number."),
    "7.11": Record(EXECUTION, READ_LOG_PERIOD, note="When the boost button was used, and what it switches."),
    "7.12": Record(
        Element("RandomisedOffsetLimit", Integer(0, 1799), unit="s", note="The longest delay."),
        note="Sets how far a meter delays the switching of tariffs and loads at most, by chance.",
    ),
    "7.13": _hold("Holds an auxiliary load to a level from one moment to another."),
    "7.14": Record(EXECUTION, note="How auxiliary controllers are configured."),
    "7.15": Record(EXECUTION, note="What auxiliary controllers do."),
    "7.16": _hold("Limits the level of an auxiliary proportional controller for a time."),
}  # fmt: skip
