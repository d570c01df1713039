"""Service Reference 2: prepayment. Amounts are in thousandths of the minor currency unit."""

from __future__ import annotations

from gbsmart.duis.lexical import Integer, OneOf
from gbsmart.duis.moments import YearlyDay
from gbsmart.duis.schema import Choice, Complex, Element, Group, Indexed, Many, Record, Sole, only
from gbsmart.duis.services.calendars import (
    ELECTRICITY_DAY,
    GAS_DAY,
    gas_seasons,
    special_days,
    week_profiles,
)
from gbsmart.duis.terms import EXECUTION, I16, I32, SCALE, TIME, U16, U32, UTRN

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
DAYS_OF_WEEK = Sole(
    Many(
        Element("DayOfWeekApplicability", only(Element("DayOfWeekID", OneOf(WEEKDAYS), note="The weekday."))),
        0, 7, "day_of_week_applicability",
    )
)  # fmt: skip
"""The weekdays on which an entry of a schedule holds."""

_SCRIPT = OneOf(("START", "STOP"))
_MILLIPENCE = "millipence"

# --- electricity ---

_SPECIAL_DAYS = Sole(
    Indexed(Element("SpecialDay", Record(Element("Date", ELECTRICITY_DAY))), 0, 20, 20, "special_days")
)
_SPECIAL_DAY = Element("SpecialDayID", Integer(1, 20), note="The number of the day.")
_ELECTRICITY_SCHEDULE = Record(
    Element("NonDisablementScript", _SCRIPT, note="Whether a period without disablement begins or ends."),
    Element(
        "SpecialDaysApplicability",
        Sole(
            Many(
                Element("SpecialDayApplicability", only(_SPECIAL_DAY)),
                0, 20, "special_day_applicability",
            )
        ),
        note="The special days on which it does, by their numbers.",
    ),
    Element("DaysOfWeekApplicability", DAYS_OF_WEEK, note="The weekdays on which it does."),
    Element(
        "ScheduleDatesAndTime",
        Record(
            Element("SwitchTime", TIME, note="When on such a day."),
            Element("StartDate", YearlyDay(), note="The first day."),
            Element("EndDate", YearlyDay(), note="The last day."),
        ),
        note="The time of day, from the first date to the second.",
    ),
)  # fmt: skip
_ELECTRICITY_CALENDAR = Record(
    Element("ElectricitySpecialDays", _SPECIAL_DAYS),
    Many(
        Element("ElectricityNonDisablementSchedule", _ELECTRICITY_SCHEDULE),
        1, 22, "electricity_non_disablement_schedules",
    ),
)  # fmt: skip

# --- gas ---

_GAS_DAY_PROFILE = Record(
    Many(
        Element(
            "TimeStartAction",
            Record(
                Element("StartTime", TIME, note="When on such a day."),
                Element("NonDisablementAction", _SCRIPT, note="Whether such a period begins or ends."),
            ),
        ),
        1, 3, "time_start_actions",
    ),
    Element("GasDayName", Integer(1, 5), note="Its number."),
)  # fmt: skip
_GAS_CALENDAR = Record(
    Element(
        "DayProfiles",
        Sole(Many(Element("GasNonDisablementDayProfile", _GAS_DAY_PROFILE), 1, 5, "day_profiles")),
    ),
    week_profiles(2, 5),
    gas_seasons("SeasonProfiles"),
    special_days(GAS_DAY, 5, 20),
)


def _configuration(cap: Element, amount: Integer, calendar: Element) -> Record:
    """The prepayment settings of a fuel, whose amounts are ``amount``."""
    return Record(
        cap,
        Element("EmergencyCreditLimit", amount, unit=_MILLIPENCE, note="How much of it there is."),
        Element(
            "EmergencyCreditThreshold", amount, unit=_MILLIPENCE, note="The balance from which it can be had."
        ),
        Element("LowCreditThreshold", amount, unit=_MILLIPENCE, note="The balance that warns."),
        calendar,
        Element("MaxMeterBalance", amount, unit=_MILLIPENCE, note="A top-up beyond it is refused."),
        Element("MaxCreditThreshold", amount, unit=_MILLIPENCE, note="The most that one top-up may hold."),
    )  # fmt: skip


_ELECTRICITY = _configuration(
    Element("DebtRecoveryRateCap", U16, unit="currency / week", note="The most debt collected in a week."),
    I32,
    Element(
        "ElectricityNonDisablementCalendar",
        _ELECTRICITY_CALENDAR,
        note="When supply is not disabled although credit has run out.",
    ),
)
_GAS = _configuration(
    Element("DebtRecoveryRateCap", I32, unit=_MILLIPENCE, note="The most debt collected in a week."),
    U32,
    Element(
        "GasNonDisablementCalendar",
        _GAS_CALENDAR,
        note="When supply is not disabled although credit has run out.",
    ),
)

# --- debt ---

_PERIOD = Element("DebtRecoveryRatePeriod", OneOf(("HOURLY", "DAILY")), note="How long each period is.")
_ELECTRICITY_RATE = Record(
    Element("DebtRecoveryRate", I16, note="What is collected in each period, by the scale beside it."),
    Element("DebtRecoveryRatePriceScale", SCALE, note="The power of ten that the rate is multiplied by."),
    _PERIOD,
)
_GAS_RATE = Record(
    Element("DebtRecoveryRate", I32, unit=_MILLIPENCE, note="What is collected in each period."), _PERIOD
)

BODIES: dict[str, Complex] = {
    "2.1": Record(
        EXECUTION,
        Choice(
            (
                Element("UpdatePrepayConfigElectricity", _ELECTRICITY),
                Element("UpdatePrepayConfigGas", _GAS),
            )
        ),
        note="Sets how a meter treats credit: emergency credit, warnings, limits, and when it stays on.",
    ),
    "2.2": Record(
        Element("UTRN", UTRN, note="The digits of a Unique Transaction Reference Number."),
        note="Gives a meter the credit that a payment bought; the device checks the number itself.",
    ),
    "2.3": Record(
        Element(
            "TimeDebtRegister1", I32, unit=_MILLIPENCE, note="Added to the first debt collected by time."
        ),
        Element(
            "TimeDebtRegister2", I32, unit=_MILLIPENCE, note="Added to the second debt collected by time."
        ),
        Element("PaymentDebtRegister", I32, unit=_MILLIPENCE, note="Added to the debt collected by top-up."),
        Element(
            "DebtRecoveryPerPayment",
            Integer(0, 10_000),
            unit="% / 100",
            note="The share of each top-up that pays off debt.",
        ),
        Choice(
            (
                Group(
                    (
                        Element("ElecDebtRecovery1", _ELECTRICITY_RATE),
                        Element("ElecDebtRecovery2", _ELECTRICITY_RATE),
                    )
                ),
                Group((Element("GasDebtRecovery1", _GAS_RATE), Element("GasDebtRecovery2", _GAS_RATE))),
            )
        ),
        note="Adds to a consumer's debts and sets how they are paid off.",
    ),
    "2.5": Record(note="Switches on the emergency credit of a meter, as its button does."),
}
