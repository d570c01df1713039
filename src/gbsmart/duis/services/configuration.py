"""Service Reference 6: configuring devices."""

from __future__ import annotations

from gbsmart.duis.lexical import DateTime, Integer, OneOf, TimeOfDay
from gbsmart.duis.schema import EMPTY, Choice, Complex, Element, Record

PERIODICITIES = ("Daily", "Weekly", "Monthly", "Quarterly", "SixMonthly", "Yearly")

_DAY_OF_MONTH = Integer(1, 28)
_MONTHS = Record(Element("DayOfMonth", _DAY_OF_MONTH), Element("BillingPeriodStartMonth", Integer(1, 12)))

_ELECTRICITY = Record(
    Element("BillingTime", TimeOfDay()),
    Choice(
        (
            Element("Daily", EMPTY),
            Element("Weekly", Integer(1, 7)),
            Element("Monthly", _DAY_OF_MONTH),
            Element("Quarterly", _MONTHS),
            Element("SixMonthly", _MONTHS),
            Element("Yearly", _MONTHS),
        )
    ),
)
_GAS = Record(Element("BillingPeriodStart", DateTime()), Element("Periodicity", OneOf(PERIODICITIES)))

BODIES: dict[str, Complex] = {
    "6.8": Record(
        Choice((Element("ElectricityBillingCalendar", _ELECTRICITY), Element("GasBillingCalendar", _GAS)))
    )
}
"""6.8 Update Device Configuration (Billing Calendar): when billing periods end, in UTC."""
