"""Tariffs as meters hold them: prices, switching tables, thresholds (Service References 4.11)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gbsmart.gbcs.days import WEEKDAYS
from gbsmart.gbcs.dlms.objects.tariff import BLOCK_ACTION, SECONDARY_ACTION
from gbsmart.translation.bindings.tariff import BLOCK_ROWS, CURRENCY_CODES
from gbsmart.translation.mmc.conversions import (
    each_by,
    gas_wildcards,
    indexed,
    numbered,
    scaled,
    text_of,
    together,
    wildcards,
)
from gbsmart.translation.mmc.mapping import Each, Kept, Row, label, of, response


def _action(action: int) -> int | None:
    """The TOU register that an action switches to; None where it is a row of block registers."""
    if action > SECONDARY_ACTION:
        return action - SECONDARY_ACTION
    return None if action > BLOCK_ACTION else action


def _block_action(action: int) -> int | None:
    """The row of block registers that an action switches to, or None."""
    return action - BLOCK_ACTION if BLOCK_ACTION < action <= SECONDARY_ACTION else None


WEEK = of(*WEEKDAYS, by=together)
"""The day profiles of a week, Monday first."""


def special_days(name: str) -> Row:
    """The special days of a switching table."""
    return {"SpecialDay": Each(name, {"Date": of("date", by=wildcards), "ReferencedDay": "day"})}


def switching_table(prefix: str = "") -> Row:
    """The day profiles, weeks and seasons of an element."""
    return {
        "DayProfiles": {
            "DayProfile": Each(f"{prefix}days", {
                "Day": "day",
                "ProfileSchedule": Each("schedule", {
                    "StartTime": "start",
                    "TOUTariffAction": of("action", by=_action),
                    **({} if prefix else {"BlockTariffAction": of("action", by=_block_action)}),
                }),
            })
        },
        "WeekProfiles": {
            "WeekProfile": Each(f"{prefix}weeks", {"WeekName": "week", "ReferencedElecDay": WEEK})
        },
        "Seasons": {
            "Season": Each(f"{prefix}seasons", {
                "SeasonName": of("name", by=text_of(8)),
                "SeasonStartDate": of("start", by=wildcards),
                "ReferencedWeekName": "week",
            })
        },
    }  # fmt: skip


_BLOCKS = {first: block for block, first in BLOCK_ROWS.items()}
"""The block by the first index of its row of the price matrix; the TOU is added."""


def _tou_prices(prices: Mapping[int, int]) -> list[dict[str, Any]]:
    return indexed({index: price for index, price in prices.items() if index < min(_BLOCKS)})


def _block_prices(prices: Mapping[int, int]) -> list[dict[str, Any]] | None:
    rows: dict[int, dict[int, int]] = {}
    for index, price in prices.items():
        if (block := _BLOCKS.get(index & 0xF0)) is not None:
            rows.setdefault(index & 0x0F, {})[block] = price
    return [{"@index": tou, "BlockPrice": indexed(rows[tou])} for tou in sorted(rows)] or None


def prices(name: str) -> Row:
    """The price matrix of an element by TOU register."""
    return {
        "PriceScale": f"{name}.scale",
        "TariffTOUPriceMatrix": {"TariffTOUPrice": of(f"{name}.prices", by=_tou_prices)},
    }


def _threshold_rows(*rows: Sequence[int] | None) -> list[dict[str, Any]]:
    return [
        {"@index": tou, "BlockThreshold": numbered(row)} for tou, row in enumerate(rows, 1) if row is not None
    ]


PRIMARY = response(
    "ECS24",
    row={
        "Electricity": Kept({
            "PrimaryActiveTariffPrice": "active_tariff_price",
            "CurrencyUnitsLabel": of("currency_is_gbp", by=label({True: "GBP", False: "ECB"})),
            "CurrencyUnitsName": of("currency_is_gbp", by=label({True: "Millipence", False: "Millicent"})),
            "StandingCharge": "standing_charge.charge",
            "StandingChargeScale": "standing_charge.scale",
            **prices("import_tariff"),
            "TariffBlockPriceMatrix": {"TariffBlockPrices": of("import_tariff.prices", by=_block_prices)},
            "TariffSwitchingTable": switching_table(),
            "TariffSwitchingTableSpecialDays": special_days("special_days"),
            "TariffThresholdMatrix": {
                "ElecTariffThresholds": of(*(f"thresholds_{tou}?" for tou in range(1, 9)), by=_threshold_rows)
            },
        })
    },
    left_out={"active_tariff_price_scale": "the one PriceScale is that of the price matrix"},
)  # fmt: skip

SECONDARY = response(
    "ECS24b",
    row={
        "SecondaryActiveTariffPrice": "secondary_tariff_price",
        **prices("secondary_tariff"),
        "TariffSwitchingTable": switching_table("secondary_"),
        "TariffSwitchingTableSpecialDays": special_days("secondary_special_days"),
    },
    left_out={"secondary_tariff_price_scale": "the one PriceScale is that of the price matrix"},
)

CURRENCY = label({number: name for name, number in CURRENCY_CODES.items()})


def _tiers(schedule: Sequence[Mapping[str, int]]) -> int | None:
    """The tier of a day of a gas tariff, which has one entry; None where blocks decide the price."""
    return schedule[0]["tier"] or None if schedule else None


def _blocks(schedule: Sequence[Mapping[str, int]]) -> dict[str, Any] | None:
    return {} if schedule and not schedule[0]["tier"] else None


def gas_seasons(tables: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The seasons of all tables that a gas meter sent."""
    return [
        {"SeasonStartDate": gas_wildcards(season["start"]), "ReferencedWeekName": season["week"]}
        for table in tables
        for season in table["seasons"]
    ]


def gas_special_days(day: str) -> Any:
    """A conversion of tables of special days; ``day`` is what the element calls the day profile."""

    def convert(tables: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        return [
            {"Date": gas_wildcards(each["date"]), day: each["day"]}
            for table in tables
            for each in table["special_days"]
        ]

    return convert


def _price_scale(digits_and_tier: int) -> int:
    """Decimals stand in the high nibble; as a scale they are negative."""
    return -(digits_and_tier >> 4)


GAS = response(
    "GCS21f",
    row={
        "Gas": Kept({
            "PrimaryActiveTariffPrice": "active_price",
            "PrimaryActiveTariffPriceScale": of("active_price_trailing_digit_and_tier", by=_price_scale),
            "CurrencyUnitsLabel": of("currency", by=CURRENCY),
            "StandingCharge": "standing_charge",
            "TariffSwitchingTable": {
                "DayProfiles": {
                    "DayProfile": Each("days", {
                        "DayName": "day",
                        "TOUTariffAction": of("schedule", by=_tiers),
                        "BlockTariff": of("schedule", by=_blocks),
                    })
                },
                "WeekProfiles": {"WeekProfile": Each("weeks", {"WeekName": "week", "ReferencedDay": WEEK})},
                "Seasons": {"Season": of("season_tables", by=gas_seasons)},
            },
            "TariffSwitchingTableSpecialDays": {
                "SpecialDay": of("special_day_tables", by=gas_special_days("ReferencedDay"))
            },
            "TariffThresholds": {
                "BlockThreshold": of(
                    *(f"block_{block}_threshold?" for block in (1, 2, 3)),
                    "threshold_multiplier", "threshold_divisor",
                    by=each_by(scaled, 3),
                )
            },
            "TOUTariff": {
                "TariffTOUPrice": of(*(f"tier_{tier}_block_1_price?" for tier in range(1, 5)), by=together)
            },
            "BlockTariff": {
                "BlockPrice": of(*(f"no_tier_block_{block}_price?" for block in range(1, 5)), by=together)
            },
        })
    },
    left_out={
        "tariff_unit_of_measure": "always kWh",
        "price_trailing_digit": "always five decimals",
        **dict.fromkeys(
            ("active_price_issued", "active_price_time", "active_price_currency", "active_price_minutes",
             "active_price_tiers_and_register_tier"),
            "MMC shows the price alone",
        ),
    },
)  # fmt: skip

MAPPINGS = (*PRIMARY, *SECONDARY, *GAS)
