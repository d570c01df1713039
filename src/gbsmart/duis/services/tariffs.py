"""Service Reference 1: tariffs and prices.

A price of electricity is a whole number times ten to the power of a scale that the request names; a
price of gas has five decimals (GBCS price trailing digits). Both are in the currency unit.
"""

from __future__ import annotations

from gbsmart.duis.envelope import EXECUTION, U32
from gbsmart.duis.lexical import Boolean, Integer, OneOf, Text, TimeOfDay
from gbsmart.duis.schema import EMPTY, Choice, Complex, Element, Indexed, Many, Record, Sole
from gbsmart.duis.services.days import ELECTRICITY_DAY, GAS_DAY

CURRENCY = Element("CurrencyUnits", OneOf(("GBP", "ECB")))
PRICE = Integer(-(1 << 15), (1 << 15) - 1)
SCALE = Integer(-128, 127)
_I32 = Integer(-(1 << 31), (1 << 31) - 1)
_48_BITS = Integer(0, (1 << 48) - 1)


def _week(weeks: int, days: int) -> Record:
    return Record(
        Element("WeekName", Integer(1, weeks)),
        Indexed(
            Element("ReferencedDayName", Integer(1, days)),
            7,
            7,
            7,
            "referenced_day_names",
        ),
    )


# --- electricity, primary element ---

_DAY_PROFILE = Record(
    Element("DayName", Integer(1, 16)),
    Many(
        Element(
            "ProfileSchedule",
            Record(
                Element("StartTime", TimeOfDay()),
                Choice(
                    (
                        Element("TOUTariffAction", Integer(1, 48)),
                        Element("BlockTariffAction", Integer(1, 8)),
                    )
                ),
            ),
        ),
        1,
        48,
        "profile_schedules",
    ),
)

_SEASON = Record(
    Element("SeasonName", Text(0, 8)),
    Element("SeasonStartDate", ELECTRICITY_DAY),
    Element("ReferencedWeekName", Integer(1, 4)),
)

_ELECTRICITY = Record(
    CURRENCY,
    Element(
        "SwitchingTable",
        Record(
            Element("DayProfiles", Sole(Many(Element("DayProfile", _DAY_PROFILE), 1, 16, "day_profiles"))),
            Element("WeekProfiles", Sole(Many(Element("WeekProfile", _week(4, 16)), 1, 4, "week_profiles"))),
            Element("Seasons", Sole(Many(Element("Season", _SEASON), 1, 4, "seasons"))),
        ),
    ),
    Element(
        "SpecialDays",
        Sole(
            Many(
                Element(
                    "SpecialDay",
                    Record(Element("Date", ELECTRICITY_DAY), Element("ReferencedDayName", Integer(1, 16))),
                ),
                0,
                50,
                "special_days",
            )
        ),
    ),
    Element(
        "ThresholdMatrix",
        Sole(
            Indexed(
                Element(
                    "Thresholds",
                    Sole(Indexed(Element("BlockThreshold", U32), 1, 3, 3, "block_thresholds")),
                ),
                8,
                8,
                8,
                "thresholds",
            )
        ),
    ),
)

_BLOCK_PRICES = Indexed(
    Element("BlockPrices", Sole(Indexed(Element("BlockPrice", PRICE), 1, 4, 4, "block_prices"))),
    1,
    8,
    8,
    "block_prices",
)
_TOU_PRICES = Indexed(Element("TOUPrice", PRICE), 1, 48, 48, "tou_prices")

ELECTRICITY_PRICES = Record(
    Element("StandingCharge", PRICE),
    Element("StandingChargeScale", SCALE),
    Element("PriceScale", SCALE),
    Choice(
        (
            Element("BlockTariff", Sole(_BLOCK_PRICES)),
            Element("TOUTariff", Sole(_TOU_PRICES)),
            Element("HybridTariff", Record(_BLOCK_PRICES, _TOU_PRICES)),
        )
    ),
)

# --- gas ---

_GAS_DAY_PROFILE = Record(
    Element("DayName", Integer(1, 4)),
    Choice((Element("TOUTariffAction", Integer(1, 4)), Element("BlockTariff", EMPTY))),
)

_GAS = Record(
    Element(
        "SwitchingTable",
        Record(
            Element("DayProfiles", Sole(Many(Element("DayProfile", _GAS_DAY_PROFILE), 1, 4, "day_profiles"))),
            Element("WeekProfiles", Sole(Many(Element("WeekProfile", _week(2, 4)), 1, 2, "week_profiles"))),
            Element(
                "Seasons",
                Sole(
                    Many(
                        Element(
                            "Season",
                            Record(
                                Element("SeasonStartDate", GAS_DAY),
                                Element("ReferencedWeekName", Integer(1, 2)),
                            ),
                        ),
                        1,
                        3,
                        "seasons",
                    )
                ),
            ),
        ),
    ),
    Element(
        "SpecialDays",
        Sole(
            Many(
                Element(
                    "SpecialDay",
                    Record(Element("Date", GAS_DAY), Element("ReferencedDayName", Integer(1, 4))),
                ),
                0,
                20,
                "special_days",
            )
        ),
    ),
    Element(
        "ThresholdMatrix",
        Sole(Indexed(Element("BlockThreshold", _48_BITS), 1, 3, 3, "block_thresholds")),
    ),
)

GAS_PRICES = Record(
    CURRENCY,
    Element("StandingCharge", U32),
    Choice(
        (
            Element(
                "BlockTariff",
                Record(
                    Indexed(Element("BlockPrice", U32), 1, 4, 4, "block_prices"),
                    Element("NumberOfThresholds", Integer(1, 3)),
                ),
            ),
            Element("TOUTariff", Sole(Indexed(Element("TOUPrice", U32), 1, 4, 4, "tou_prices"))),
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

_ADJUST_OR_RESET = Record(
    Choice((Element("AdjustMeterBalance", _I32), Element("ResetMeterBalance", EMPTY))),
)
_PREPAYMENT = Record(
    Element("SuspendDebtDisabled", Boolean()),
    Element("SuspendDebtEmergency", Boolean()),
    Element("DisablementThreshold", _I32),
)

BODIES: dict[str, Complex] = {
    "1.1.1": Record(
        EXECUTION,
        Choice((Element("ElecTariffElements", _ELECTRICITY), Element("GasTariffElements", _GAS))),
        Element("PriceElements", _PRICES),
    ),
    "1.2.1": Record(EXECUTION, Element("PriceElements", _PRICES)),
    "1.5": Record(
        Choice((Element("PrepaymentMode", _ADJUST_OR_RESET), Element("CreditMode", _ADJUST_OR_RESET)))
    ),
    "1.6": Record(EXECUTION, Choice((Element("Credit", EMPTY), Element("Prepayment", _PREPAYMENT)))),
}
"""1.1.1 Update Import Tariff (Primary Element); 1.2.1 Update Price (Primary Element); 1.5 Update Meter
Balance and 1.6 Update Payment Mode, whose amounts are in thousandths of the minor currency unit."""
