"""The ZCL attributes of GBCS: name, type, unit, once each, by cluster and attribute id."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from gbsmart.gbcs.gbz.commands.declaration import MONEY, Cluster
from gbsmart.gbcs.gbz.zcl import (
    BITMAP8,
    BITMAP16,
    ENUM8,
    INT32,
    OCTETS,
    TEXT,
    UINT8,
    UINT16,
    UINT24,
    UINT32,
    UINT48,
    Scalar,
    Text,
)


class Attribute(NamedTuple):
    """One ZCL attribute. ``name`` is the field's name in values; ``title`` what ZigBee calls it.

    ``meaning`` says what it is to the meter (SMETS), and ``unit`` that of the number as written. Where
    the response to a use case is sensitive, a read with a ``sensitive`` attribute in it is encrypted.
    """

    cluster: int
    id: int
    name: str
    title: str
    type: Scalar | Text
    meaning: str
    unit: str = ""
    sensitive: bool = False


_PRICE, _METERING, _PREPAY = Cluster.PRICE, Cluster.METERING, Cluster.PREPAYMENT
_THRESHOLD, _REGISTER, _FLOW = "1/divisor kWh", "1/divisor m3", "1/divisor m3/h"

_BASIC_ATTRIBUTES = (
    Attribute(Cluster.BASIC, 0x0003, "hw_version", "HWVersion", UINT8, "version of the hardware"),
    Attribute(Cluster.BASIC, 0x0004, "manufacturer_name", "ManufacturerName", TEXT, "its manufacturer"),
    Attribute(Cluster.BASIC, 0x0005, "model_identifier", "ModelIdentifier", TEXT, "model of the device"),
)
_PRICE_ATTRIBUTES = (
    *(
        Attribute(
            _PRICE, 0x00FF + block, f"block_{block}_threshold", f"Block{block}Threshold", UINT48,
            f"consumption at which block {block} ends", _THRESHOLD,
        )
        for block in (1, 2, 3)
    ),
    Attribute(_PRICE, 0x0202, "threshold_multiplier", "ThresholdMultiplier", UINT24, "of block thresholds"),
    Attribute(_PRICE, 0x0203, "threshold_divisor", "ThresholdDivisor", UINT24, "of block thresholds"),
    Attribute(_PRICE, 0x0301, "standing_charge", "StandingCharge", UINT32, "charge for each day", MONEY),
    Attribute(
        _PRICE, 0x0302, "conversion_factor", "ConversionFactor", UINT32,
        "corrects volume for temperature and pressure; decimals in the trailing digit",
    ),
    Attribute(
        _PRICE, 0x0303, "conversion_factor_trailing_digit", "ConversionFactorTrailingDigit", BITMAP8,
        "high nibble: decimals of the conversion factor",
    ),
    Attribute(
        _PRICE, 0x0304, "calorific_value", "CalorificValue", UINT32,
        "energy in a volume of gas; decimals in the trailing digit", "MJ/m3",
    ),
    Attribute(_PRICE, 0x0305, "calorific_value_unit", "CalorificValueUnit", ENUM8, "1 MJ/m3"),
    Attribute(
        _PRICE, 0x0306, "calorific_value_trailing_digit", "CalorificValueTrailingDigit", BITMAP8,
        "high nibble: decimals of the calorific value",
    ),
    *(
        Attribute(
            _PRICE, 0x03FF + block, f"no_tier_block_{block}_price", f"NoTierBlock{block}Price", UINT32,
            f"price in block {block} of the block tariff", MONEY,
        )
        for block in (1, 2, 3, 4)
    ),
    *(
        Attribute(
            _PRICE, 0x0400 + 0x10 * tier, f"tier_{tier}_block_1_price", f"Tier{tier}Block1Price", UINT32,
            f"price in tier {tier} of the time-of-use tariff", MONEY,
        )
        for tier in (1, 2, 3, 4)
    ),
    Attribute(_PRICE, 0x0615, "tariff_unit_of_measure", "UnitofMeasure", ENUM8, "of the tariff: 0 kWh"),
    Attribute(_PRICE, 0x0616, "currency", "Currency", UINT16, "ISO 4217: 033A sterling, 03D2 euro"),
    Attribute(
        _PRICE, 0x0617, "price_trailing_digit", "PriceTrailingDigit", BITMAP8,
        "high nibble: decimals of every price",
    ),
)  # fmt: skip
_METERING_ATTRIBUTES = (
    Attribute(
        _METERING, 0x0000, "current_summation_delivered", "CurrentSummationDelivered", UINT48,
        "consumption register", _REGISTER,
    ),
    Attribute(_METERING, 0x0014, "supply_status", "SupplyStatus", ENUM8, "supply: 0 off, 1 armed, 2 on"),
    *(
        Attribute(
            _METERING, 0x00FE + 2 * tier, f"current_tier_{tier}_summation_delivered",
            f"CurrentTier{tier}SummationDelivered", UINT48, f"tariff TOU register {tier}", _REGISTER,
        )
        for tier in (1, 2, 3, 4)
    ),
    Attribute(
        _METERING, 0x0205, "remaining_battery_life_in_days", "RemainingBatteryLifeinDays", UINT16,
        "how long the battery will last", "day",
    ),
    Attribute(
        _METERING, 0x0206, "current_meter_id", "CurrentMeterID", OCTETS, "version of the firmware in use"
    ),
    Attribute(_METERING, 0x0300, "unit_of_measure", "UnitofMeasure", ENUM8, "of registers: 1 m3"),
    Attribute(_METERING, 0x0301, "multiplier", "Multiplier", UINT24, "of the registers"),
    Attribute(_METERING, 0x0302, "divisor", "Divisor", UINT24, "of the registers"),
    Attribute(_METERING, 0x0307, "site_id", "SiteID", OCTETS, "MPRN"),
    Attribute(
        _METERING, 0x0607, "supply_tamper_state", "SupplyTamperState", ENUM8,
        "supply after tampering: 0 locked, 3 unchanged",
    ),
    Attribute(
        _METERING, 0x0608, "supply_depletion_state", "SupplyDepletionState", ENUM8,
        "supply when the battery is flat: 0 locked, 3 unchanged",
    ),
    *(
        Attribute(
            _METERING, 0x06FF + block, f"current_no_tier_block_{block}_summation_delivered",
            f"CurrentNoTierBlock{block}SummationDelivered", UINT48, f"block counter {block}", _REGISTER,
        )
        for block in (1, 2, 3, 4)
    ),
    Attribute(
        _METERING, 0x0A00, "bill_to_date_delivered", "BillToDateDelivered", UINT32,
        "meter balance in credit mode", MONEY,
    ),
    Attribute(
        _METERING, 0x0B10, "uncontrolled_flow_threshold", "UncontrolledFlowThreshold", UINT16,
        "flow that counts as uncontrolled when supply is restored", _FLOW,
    ),
    Attribute(
        _METERING, 0x0B11, "uncontrolled_flow_threshold_unit_of_measure",
        "UncontrolledFlowThresholdUnitOfMeasure", ENUM8, "1 m3/h",
    ),
    Attribute(
        _METERING, 0x0B12, "uncontrolled_flow_multiplier", "UncontrolledFlowMultiplier", UINT16,
        "of the uncontrolled flow threshold",
    ),
    Attribute(
        _METERING, 0x0B13, "uncontrolled_flow_divisor", "UncontrolledFlowDivisor", UINT16,
        "of the uncontrolled flow threshold",
    ),
    Attribute(
        _METERING, 0x0B14, "flow_stabilisation_period", "FlowStabilisationPeriod", UINT8,
        "wait before flow is measured", "0.1 s",
    ),
    Attribute(
        _METERING, 0x0B15, "flow_measurement_period", "FlowMeasurementPeriod", UINT16,
        "for how long flow is measured", "s",
    ),
)  # fmt: skip
_PREPAYMENT_ATTRIBUTES = (
    Attribute(
        _PREPAY, 0x0000, "payment_control_configuration", "PaymentControlConfiguration", BITMAP16,
        "payment mode and when debt is suspended",
    ),
    Attribute(_PREPAY, 0x0001, "credit_remaining", "CreditRemaining", INT32, "meter balance", MONEY),
    Attribute(
        _PREPAY, 0x0002, "emergency_credit_remaining", "EmergencyCreditRemaining", INT32,
        "emergency credit balance", MONEY,
    ),
    Attribute(
        _PREPAY, 0x0005, "accumulated_debt", "AccumulatedDebt", INT32, "charges not covered by credit", MONEY
    ),
    Attribute(
        _PREPAY, 0x0006, "overall_debt_cap", "OverallDebtCap", INT32,
        "most that payments recover in a period", MONEY,
    ),
    Attribute(
        _PREPAY, 0x0010, "emergency_credit_limit", "EmergencyCreditLimit", UINT32,
        "credit lent when it is activated", MONEY,
    ),
    Attribute(
        _PREPAY, 0x0011, "emergency_credit_threshold", "EmergencyCreditThreshold", UINT32,
        "balance below which emergency credit is offered", MONEY,
    ),
    Attribute(_PREPAY, 0x0021, "max_credit_limit", "MaxCreditLimit", UINT32, "highest balance", MONEY),
    Attribute(
        _PREPAY, 0x0022, "max_credit_per_top_up", "MaxCreditPerTopUp", UINT32, "highest single credit", MONEY
    ),
    Attribute(
        _PREPAY, 0x0031, "low_credit_warning_level", "LowCreditWarningLevel", UINT32,
        "balance below which the meter warns", MONEY,
    ),
    Attribute(
        _PREPAY, 0x0040, "cut_off_value", "CutOffValue", INT32,
        "disablement threshold: balance at which supply stops", MONEY,
    ),
    *(
        attribute
        for debt in (1, 2)
        for attribute in (
            Attribute(
                _PREPAY, 0x0201 + 0x10 * debt, f"debt_amount_{debt}", f"DebtAmount#{debt}", UINT32,
                f"time-based debt ({debt})", MONEY,
            ),
            Attribute(
                _PREPAY, 0x0206 + 0x10 * debt, f"debt_recovery_frequency_{debt}",
                f"DebtRecoveryFrequency#{debt}", ENUM8, f"of time-based debt ({debt}): 0 hourly, 1 daily",
            ),
            Attribute(
                _PREPAY, 0x0207 + 0x10 * debt, f"debt_recovery_amount_{debt}",
                f"DebtRecoveryAmount#{debt}", UINT32, f"taken each time from time-based debt ({debt})", MONEY,
            ),
        )
    ),
    Attribute(_PREPAY, 0x0231, "debt_amount_3", "DebtAmount#3", UINT32, "payment-based debt", MONEY),
    Attribute(
        _PREPAY, 0x0239, "debt_recovery_top_up_percentage_3", "DebtRecoveryTopUpPercentage#3", UINT16,
        "taken from each payment for payment-based debt", "0.01 %",
    ),
)  # fmt: skip

_SENSITIVE = frozenset(
    {
        "current_summation_delivered",
        *(f"current_tier_{tier}_summation_delivered" for tier in range(1, 5)),
        *(f"current_no_tier_block_{block}_summation_delivered" for block in range(1, 5)),
        "bill_to_date_delivered",
        "credit_remaining",
        "emergency_credit_remaining",
        "accumulated_debt",
        "debt_amount_1",
        "debt_amount_2",
        "debt_amount_3",
    }
)
"""What tells of a consumer's use or money."""

ATTRIBUTES: Mapping[tuple[int, int], Attribute] = {
    (each.cluster, each.id): each._replace(sensitive=each.name in _SENSITIVE)
    for each in (*_BASIC_ATTRIBUTES, *_PRICE_ATTRIBUTES, *_METERING_ATTRIBUTES, *_PREPAYMENT_ATTRIBUTES)
}


def attributes(cluster: int, *numbers: int) -> tuple[Attribute, ...]:
    """Attributes of one cluster by their numbers."""
    return tuple(ATTRIBUTES[cluster, number] for number in numbers)


def attribute_name(cluster: int, number: int) -> str:
    """What ZigBee calls the attribute, or its number where GBCS does not use it."""
    found = ATTRIBUTES.get((cluster, number))
    return found.title if found else f"attribute {number:04X}"
