"""Service Reference 1: tariffs, prices and payment modes.

A price of electricity is a whole number times ten to the power of a scale that the request names; a
price of gas has five decimals (GBCS price trailing digits). Both are in the currency unit.
"""

from __future__ import annotations

from gbsmart.duis.lexical import Boolean, Integer, OneOf
from gbsmart.duis.schema import EMPTY, Choice, Complex, Element, Indexed, Many, Record, Sole
from gbsmart.duis.services.calendars import (
    ELECTRICITY_DAY,
    ELECTRICITY_SEASONS,
    GAS_DAY,
    gas_seasons,
    special_days,
    week_profiles,
)
from gbsmart.duis.terms import EXECUTION, I16, I32, SCALE, TIME, U32

CURRENCY = Element("CurrencyUnits", OneOf(("GBP", "ECB")), note="Pounds, or euros.")
_48_BITS = Integer(0, (1 << 48) - 1)
_PRICE_SCALE = Element("PriceScale", SCALE, note="The power of ten that prices are multiplied by.")

# --- electricity ---

_START = Element("StartTime", TIME, note="From when on.")


def _day_profiles(*actions: Element) -> Element:
    """``DayProfiles`` of electricity: from each start time on, one of ``actions``."""
    action = Choice(actions) if len(actions) > 1 else actions[0]
    schedule = Many(Element("ProfileSchedule", Record(_START, action)), 1, 48, "profile_schedules")
    profile = Record(Element("DayName", Integer(1, 16), note="Its number."), schedule)
    return Element("DayProfiles", Sole(Many(Element("DayProfile", profile), 1, 16, "day_profiles")))


def _register(name: str, most: int) -> Element:
    return Element(name, Integer(1, most), note="The register, and so the price, that counts from then on.")


_SWITCHING_TABLE = Record(
    _day_profiles(_register("TOUTariffAction", 48), _register("BlockTariffAction", 8)),
    week_profiles(4, 16),
    ELECTRICITY_SEASONS,
)
_SECONDARY_SWITCHING_TABLE = Record(
    _day_profiles(_register("TOUTariffAction", 4)), week_profiles(4, 16), ELECTRICITY_SEASONS
)

_ELECTRICITY = Record(
    CURRENCY,
    Element("SwitchingTable", _SWITCHING_TABLE),
    special_days(ELECTRICITY_DAY, 16, 50),
    Element(
        "ThresholdMatrix",
        Sole(
            Indexed(
                Element(
                    "Thresholds",
                    Sole(
                        Indexed(
                            Element("BlockThreshold", U32, unit="Wh", note="Where the next block begins."),
                            1, 3, 3, "block_thresholds",
                        )
                    ),
                ),
                8, 8, 8, "thresholds",
            )
        ),
    ),
)  # fmt: skip

_BLOCK_PRICE = Element("BlockPrice", I16, note="The price in one of the four blocks.")
_BLOCK_PRICES = Indexed(
    Element(
        "BlockPrices",
        Sole(Indexed(_BLOCK_PRICE, 1, 4, 4, "block_prices")),
        note="The prices of the blocks at one time of use.",
    ),
    1, 8, 8, "block_prices",
)  # fmt: skip
_TOU_PRICES = Indexed(
    Element("TOUPrice", I16, note="The price at one of the 48 times of use."), 1, 48, 48, "tou_prices"
)

ELECTRICITY_PRICES = Record(
    Element("StandingCharge", I16, note="For each day."),
    Element("StandingChargeScale", SCALE, note="The power of ten that it is multiplied by."),
    _PRICE_SCALE,
    Choice(
        (
            Element("BlockTariff", Sole(_BLOCK_PRICES)),
            Element("TOUTariff", Sole(_TOU_PRICES)),
            Element("HybridTariff", Record(_BLOCK_PRICES, _TOU_PRICES)),
        )
    ),
)

_SECONDARY_PRICES = Record(
    _PRICE_SCALE,
    Indexed(
        Element("ElectricityPriceElement", I16, note="The price of one of the four times of use."),
        1, 4, 4, "electricity_price_elements",
    ),
)  # fmt: skip

# --- gas ---

_GAS_DAY_PROFILE = Record(
    Element("DayName", Integer(1, 4), note="Its number."),
    Choice((_register("TOUTariffAction", 4), Element("BlockTariff", EMPTY))),
)

_GAS_THRESHOLD = Element("BlockThreshold", _48_BITS, note="Consumption at which the next block begins.")

_GAS = Record(
    Element(
        "SwitchingTable",
        Record(
            Element("DayProfiles", Sole(Many(Element("DayProfile", _GAS_DAY_PROFILE), 1, 4, "day_profiles"))),
            week_profiles(2, 4),
            gas_seasons("Seasons"),
        ),
    ),
    special_days(GAS_DAY, 4, 20),
    Element("ThresholdMatrix", Sole(Indexed(_GAS_THRESHOLD, 1, 3, 3, "block_thresholds"))),
)

_GAS_UNIT = "currency / 100,000"

GAS_PRICES = Record(
    CURRENCY,
    Element("StandingCharge", U32, unit=_GAS_UNIT, note="For each day."),
    Choice(
        (
            Element(
                "BlockTariff",
                Record(
                    Indexed(
                        Element("BlockPrice", U32, unit=_GAS_UNIT, note="The price in one of the blocks."),
                        1,
                        4,
                        4,
                        "block_prices",
                    ),
                    Element(
                        "NumberOfThresholds",
                        Integer(1, 3),
                        note="How many of the meter's block thresholds count.",
                    ),
                ),
            ),
            Element(
                "TOUTariff",
                Sole(
                    Indexed(
                        Element(
                            "TOUPrice", U32, unit=_GAS_UNIT, note="The price at one of the times of use."
                        ),
                        1,
                        4,
                        4,
                        "tou_prices",
                    )
                ),
            ),
        )
    ),
)

_PRICES = Record(
    Choice(
        (
            Element("ElectricityPriceElements", ELECTRICITY_PRICES),
            Element("GasPriceElements", GAS_PRICES),
        )
    )
)

# --- payment ---

_ADJUST_OR_RESET = Record(
    Choice(
        (
            Element("AdjustMeterBalance", I32, unit="millipence", note="What is added to the balance."),
            Element("ResetMeterBalance", EMPTY, note="The balance becomes zero."),
        )
    ),
)
_PREPAYMENT = Record(
    Element("SuspendDebtDisabled", Boolean(), note="Whether debt waits while supply is disabled."),
    Element("SuspendDebtEmergency", Boolean(), note="Whether debt waits while emergency credit is used."),
    Element("DisablementThreshold", I32, unit="millipence", note="The balance at which supply is disabled."),
)

BODIES: dict[str, Complex] = {
    "1.1.1": Record(
        EXECUTION,
        Choice((Element("ElecTariffElements", _ELECTRICITY), Element("GasTariffElements", _GAS))),
        Element("PriceElements", _PRICES),
        note="Replaces the whole tariff of a meter: when which register counts, block thresholds, prices.",
    ),
    "1.1.2": Record(
        EXECUTION,
        Element("SwitchingTable", _SECONDARY_SWITCHING_TABLE),
        special_days(ELECTRICITY_DAY, 16, 50),
        Element("PriceElements", _SECONDARY_PRICES),
        note="Replaces the tariff of the second element of a twin element meter, by time of use only.",
    ),
    "1.2.1": Record(
        EXECUTION,
        Element("PriceElements", _PRICES),
        note="Replaces the prices of a meter and leaves when they apply as it is.",
    ),
    "1.2.2": Record(
        EXECUTION,
        Element("PriceElements", _SECONDARY_PRICES),
        note="Replaces the prices of the second element of a twin element meter.",
    ),
    "1.5": Record(
        Choice((Element("PrepaymentMode", _ADJUST_OR_RESET), Element("CreditMode", _ADJUST_OR_RESET))),
        note="Adds to or resets the balance that the meter keeps in the payment mode that it is in.",
    ),
    "1.6": Record(
        EXECUTION,
        Choice((Element("Credit", EMPTY), Element("Prepayment", _PREPAYMENT))),
        note="Has a meter charge on credit or prepaid.",
    ),
    "1.7": Record(note="Sets the counters of the blocks of an electricity tariff to zero."),
}
