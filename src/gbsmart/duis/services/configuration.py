"""Service Reference 6: configuring devices, and reading how they are configured."""

from __future__ import annotations

from decimal import Decimal

from gbsmart.duis.lexical import Boolean, Integer, Number, OneOf, Text
from gbsmart.duis.schema import EMPTY, Choice, Complex, Element, Many, Record
from gbsmart.duis.terms import EXECUTION, MOMENT, MPAN, READ_LOG_PERIOD, TIME, U16, U32

PERIODICITIES = ("Daily", "Weekly", "Monthly", "Quarterly", "SixMonthly", "Yearly")

# --- load limiting and voltage ---

_LOAD_LIMIT = (
    Element("LoadLimitPeriod", U32, unit="s", note="How long the power may be exceeded."),
    Element("LoadLimitPowerThreshold", U32, unit="W", note="The power that may not be exceeded for long."),
    Element("LoadLimitRestorationPeriod", U32, unit="s", note="How long supply then stays off."),
    Element("LoadLimitSupplyState", OneOf(("Disable", "Unchanged")), note="What then becomes of the supply."),
)


def _limit(name: str) -> tuple[Element, Element]:
    """How long a voltage must last beyond what, to count."""
    return (
        Element(f"{name}MeasurementPeriod", U32, unit="s", note="How long it must last to count."),
        Element(f"{name}Threshold", U32, unit="V", note="Beyond which a voltage counts."),
    )


_RMS = Record(
    *_limit("RMSExtremeOverVoltage"),
    *_limit("RMSExtremeUnderVoltage"),
    *_limit("RMSVoltageSag"),
    *_limit("RMSVoltageSwell"),
)
_AVERAGE = Record(
    Element("AverageRMSOverVoltageThreshold", U32, unit="V", note="An average above it is reported."),
    Element("AverageRMSUnderVoltageThreshold", U32, unit="V", note="An average below it is reported."),
    Element("AverageRMSVoltageMeasurementPeriod", U32, unit="s", note="What each average is taken over."),
)
_PHASE = Record(
    Element("Phase", Integer(1, 3), note="The number of the phase."),
    Element("PhaseVoltageSettings", _AVERAGE),
)

# --- gas ---

_FLOW = Record(
    Choice(
        (
            Element("UncontrolledGasFlowRate", U16, unit="m3/h", note="The flow that counts as none."),
            Element(
                "UncontrolledGasFlowRateDecimal",
                Number(Decimal(0), Decimal("6.5535"), 4),
                unit="m3/h",
                note="The flow that counts as none.",
            ),
        )
    ),
    Element("SupplyDepletionState", OneOf(("Unchanged", "Locked")), note="The valve, where supply fails."),
    Element("SupplyTamperState", OneOf(("Unchanged", "Locked")), note="The valve, where tamper is seen."),
    Element("StabilisationPeriod", Integer(1, 255), unit="s", note="What is waited before measuring."),
    Element("MeasurementPeriod", Integer(1, 65535), unit="s", note="How long flow is measured."),
    note="Sets how a gas meter tells that gas escapes, and when it shuts its valve.",
)  # fmt: skip
_CONVERSION = Record(
    Element(
        "CalorificValue",
        Number(Decimal(0), Decimal("429496729.5"), 1),
        unit="MJ/m3",
        note="The energy of the gas.",
    ),
    Element(
        "ConversionFactor",
        Number(Decimal(0), Decimal("42949.67295"), 5),
        note="By which volume is corrected for temperature and pressure.",
    ),
    note="Sets by what a gas meter makes energy of volume.",
)

# --- billing calendar ---

_DAY_OF_MONTH = Integer(1, 28)
_MONTHS = Record(
    Element("DayOfMonth", _DAY_OF_MONTH, note="On which a period begins."),
    Element("BillingPeriodStartMonth", Integer(1, 12), note="The month of the first; 1 is January."),
)
_ELECTRICITY_BILLING = Record(
    Element("BillingTime", TIME, note="The time of day at which periods end."),
    Choice(
        (
            Element("Daily", EMPTY),
            Element("Weekly", Integer(1, 7), note="The weekday; 1 is Monday."),
            Element("Monthly", _DAY_OF_MONTH, note="The day of the month."),
            Element("Quarterly", _MONTHS),
            Element("SixMonthly", _MONTHS),
            Element("Yearly", _MONTHS),
        )
    ),
)
_GAS_BILLING = Record(
    Element("BillingPeriodStart", MOMENT, note="When the first period begins."),
    Element("Periodicity", OneOf(PERIODICITIES), note="How long each is."),
)

# --- clock ---


def clock(note: str) -> Record:
    """The body that sets a clock."""
    return Record(
        Element("CurrentDateTime", MOMENT, note="The time that it is."),
        Element(
            "TolerancePeriod",
            Integer(0, 86_400),
            unit="s",
            note="How far the clock may be off what the hub says and still be trusted.",
        ),
        note=note,
    )


def _reset(name: str) -> Element:
    return Element(name, EMPTY, optional=True, note="Reset where it is there.")


_LOGS = ("Event", "ALCSEvent", "PowerEvent", "Security", "GSMEEvent", "GSMESecurity")

BODIES: dict[str, Complex] = {
    "6.2.1": Record(note="The voltage settings of an electricity meter."),
    "6.2.2": Record(note="The randomised offset of an electricity meter, and its limit."),
    "6.2.3": Record(note="When the billing periods of a meter end."),
    "6.2.4": Record(note="What a device is: maker, model, type, identifiers; not its metering point."),
    "6.2.5": Record(note="From which power on consumption is shown as medium and as high."),
    "6.2.7": Record(note="The metering point numbers that a meter holds."),
    "6.2.8": Record(note="Calorific value, conversion factor and leak settings of a gas meter."),
    "6.2.9": Record(note="The payment mode of a meter."),
    "6.2.10": Record(note="Which events a device logs, and for which it sends alerts."),
    "6.4.1": Record(EXECUTION, *_LOAD_LIMIT, note="Sets beyond which power supply is limited, and how."),
    "6.4.2": Record(EXECUTION, note="Sets the count of load limitings to zero."),
    "6.5": Record(
        EXECUTION,
        Element("RMSVoltageSettings", _RMS),
        Choice(
            (
                Element("SinglePhaseVoltageSettings", _AVERAGE),
                Many(Element("PolyPhaseVoltageSettings", _PHASE), 3, 3, "poly_phase_voltage_settings"),
            )
        ),
        Element("RMSVoltageCountersNotReset", EMPTY, optional=True, note="The counters go on."),
        note="Sets which voltages an electricity meter counts and reports.",
    ),
    "6.6": _CONVERSION,
    "6.7": _FLOW,
    "6.8": Record(
        Choice(
            (
                Element("ElectricityBillingCalendar", _ELECTRICITY_BILLING),
                Element("GasBillingCalendar", _GAS_BILLING),
            )
        ),
        note="Sets when billing periods end, in UTC.",
    ),
    "6.11": clock("Sets the clock of a device."),
    "6.12": Record(
        EXECUTION,
        Element("LowMediumPowerThreshold", U32, unit="W", note="From which on it is medium."),
        Element("MediumHighPowerThreshold", U32, unit="W", note="From which on it is high."),
        note="Sets from which power on consumption is shown as medium and as high.",
    ),
    "6.13": Record(
        READ_LOG_PERIOD,
        Element("LogToRead", OneOf(_LOGS), note="GSMEEvent and GSMESecurity: the gas proxy's copies."),
        note="Reads a log of events, of those of auxiliary load switches, of power, or of security.",
    ),
    "6.18.1": Record(
        EXECUTION,
        Element(
            "MaximumDemandTimePeriodSchedule",
            Record(
                Element("StartTime", TIME, note="When those hours begin."),
                Element("EndTime", TIME, note="When they end."),
            ),
        ),
        note="Sets the hours of the day whose maximum demand has a register of its own.",
    ),
    "6.18.2": Record(
        EXECUTION,
        _reset("MaxDemandActivePowerImportValue"),
        _reset("MaxDemandActivePowerExportValue"),
        _reset("MaxDemandConfigTimeActivePowerImportValue"),
        note="Sets registers of maximum demand to zero.",
    ),
    "6.20.1": Record(
        EXECUTION,
        Choice(
            (
                Element(
                    "ImportMPANs",
                    Record(
                        Element("ImportMPAN", MPAN, note="Of the meter, or its first element."),
                        Element("SecondaryImportMPAN", MPAN, optional=True, note="Of a second element."),
                    ),
                ),
                Element("ImportMPRN", Text(1, 10), note="Of gas."),
            )
        ),
        note="Writes the metering point number of import into a meter.",
    ),
    "6.20.2": Record(
        EXECUTION,
        Element("ExportMPAN", MPAN, note="Of export."),
        note="Writes the metering point number of export into a meter.",
    ),
    "6.25": Record(
        Element("SupplyTamperState", OneOf(("Locked", "Unchanged")), note="The supply then."),
        note="Sets what becomes of the supply of electricity where tamper is seen.",
    ),
    "6.26": Record(
        Element("DailyTariffBlockCounterMatrixReset", Boolean(), note="Whether they do."),
        note="Sets whether the counters of the tariff's blocks begin anew every day.",
    ),
    "6.27": Record(EXECUTION, note="Sets the counts of voltages beyond their limits to zero."),
}
