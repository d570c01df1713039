"""Tariff and price requests (Service References 1.1, 1.2 and 1.7) of electricity and of gas."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from gbsmart.gbcs.dlms.objects.tariff import BLOCK_ACTION, SECONDARY_ACTION
from gbsmart.translation.binding import ISSUER_EVENT_ID, From, Source, binding
from gbsmart.translation.bindings.calendars import gas_seasons, seasons, special_days, weeks

BLOCK_ROWS: Mapping[int, int] = {1: 0xA0, 2: 0xB0, 3: 0xC0, 4: 0xD0}
"""First octet of the price matrix's index for each block; the TOU (column) is added."""
CURRENCY_CODES: Mapping[str, int] = {"GBP": 826, "ECB": 978}

Row = Mapping[str, Any]


def _action(entry: Row) -> int:
    tou = entry.get("tou_tariff_action")
    return int(tou) if tou is not None else BLOCK_ACTION + int(entry["block_tariff_action"])


def _secondary_action(entry: Row) -> int:
    return SECONDARY_ACTION + int(entry["tou_tariff_action"])


def _days(action: Callable[[Row], int]) -> Callable[[Sequence[Row]], list[dict[str, Any]]]:
    def convert(profiles: Sequence[Row]) -> list[dict[str, Any]]:
        return [
            {
                "day": each["day_name"],
                "schedule": [
                    {"start": entry["start_time"], "action": action(entry)}
                    for entry in each["profile_schedules"]
                ],
            }
            for each in profiles
        ]

    return convert


def _thresholds(index: int) -> From:
    def convert(matrix: Sequence[Mapping[int, int]]) -> list[int]:
        row = matrix[index - 1]
        return [row[block] for block in sorted(row)]

    return From("elec_tariff_elements.threshold_matrix", convert, "block thresholds of one TOU")


def _standing_charge(prices: Row) -> dict[str, int]:
    return {"scale": prices["standing_charge_scale"], "charge": prices["standing_charge"]}


def _price_matrix(prices: Row) -> dict[str, Any]:
    tariff = prices.get("hybrid_tariff") or {
        "tou_prices": prices.get("tou_tariff", {}),
        "block_prices": prices.get("block_tariff", {}),
    }
    cells: dict[int, int] = dict(tariff.get("tou_prices") or {})
    for tou, blocks in (tariff.get("block_prices") or {}).items():
        cells.update({BLOCK_ROWS[block] + tou: price for block, price in blocks.items()})
    return {
        "scale": prices["price_scale"],
        "prices": {index: price for index, price in cells.items() if price},
    }


_PRICES = "price_elements.electricity_price_elements"
_ELECTRICITY_PRICES = {
    "standing_charge": From(_PRICES, _standing_charge, "standing charge"),
    "import_tariff": From(_PRICES, _price_matrix, "price matrix"),
    "execution_date_time": From("execution_date_time"),
}
_TABLE = "elec_tariff_elements.switching_table"

_ELECTRICITY = binding(
    "1.1.1", "ECS01a",
    fields={
        "seasons": From(f"{_TABLE}.seasons", seasons, "seasons"),
        "weeks": From(f"{_TABLE}.week_profiles", weeks, "week profiles"),
        "days": From(f"{_TABLE}.day_profiles", _days(_action), "day profiles"),
        "special_days": From("elec_tariff_elements.special_days", special_days, "special days"),
        **{f"thresholds_{index}": _thresholds(index) for index in range(1, 9)},
        "currency_is_gbp": From(
            "elec_tariff_elements.currency_units", lambda code: code == "GBP", "currency"
        ),
        **_ELECTRICITY_PRICES,
    },
)  # fmt: skip


def _secondary_matrix(prices: Row) -> dict[str, Any]:
    given = prices["electricity_price_elements"]
    return {"scale": prices["price_scale"], "prices": {tou: price for tou, price in given.items() if price}}


_SECONDARY_PRICES: dict[str, Source] = {
    "secondary_tariff": From("price_elements", _secondary_matrix, "price matrix"),
    "execution_date_time": From("execution_date_time"),
}
_SECONDARY: Mapping[str, Source] = {
    **_SECONDARY_PRICES,
    "secondary_seasons": From("switching_table.seasons", seasons, "seasons"),
    "secondary_weeks": From("switching_table.week_profiles", weeks, "week profiles"),
    "secondary_days": From("switching_table.day_profiles", _days(_secondary_action), "day profiles"),
    "secondary_special_days": From("special_days", special_days, "special days"),
}


def _gas_days(profiles: Sequence[Row]) -> list[dict[str, Any]]:
    """One schedule entry from midnight; the tier is 0 where blocks decide the price."""
    return [
        {"day": each["day_name"], "schedule": [{"start": 0, "tier": each.get("tou_tariff_action") or 0}]}
        for each in profiles
    ]


def _is_block(prices: Row) -> bool:
    return prices.get("block_tariff") is not None


def _thresholds_in_use(body: Row) -> int:
    """0 for a TOU tariff; else the count of BlockThreshold, or NumberOfThresholds where there are none.

    Inferred from the five public samples that have vectors (``gbcs-payloads`` 7.1).
    """
    prices = body["price_elements"]["gas_price_elements"]
    if not _is_block(prices):
        return 0
    tariff = body.get("gas_tariff_elements")
    return len(tariff["threshold_matrix"]) if tariff else int(prices["block_tariff"]["number_of_thresholds"])


def _gas_thresholds(body: Row) -> list[int] | None:
    if not _is_block(body["price_elements"]["gas_price_elements"]):
        return None
    matrix = body["gas_tariff_elements"]["threshold_matrix"]
    return [matrix[index] for index in sorted(matrix)]


def _gas_prices(prices: Row) -> dict[int, int]:
    """Blocks are numbered from 0, tiers from 1."""
    if _is_block(prices):
        return {index - 1: price for index, price in prices["block_tariff"]["block_prices"].items()}
    return dict(prices["tou_tariff"])


_GAS_PRICES = "price_elements.gas_price_elements"
_GAS_TABLE = "gas_tariff_elements.switching_table"
_GAS_PRICE_FIELDS: dict[str, Source] = {
    "issuer_event_id": ISSUER_EVENT_ID,
    "execution_date_time": From("execution_date_time"),
    "block_tariff": From(_GAS_PRICES, _is_block, "charging scheme"),
    "thresholds_in_use": From("", _thresholds_in_use, "thresholds in use"),
    "currency": From(f"{_GAS_PRICES}.currency_units", CURRENCY_CODES.__getitem__, "currency code"),
    "standing_charge": From(f"{_GAS_PRICES}.standing_charge"),
    "prices": From(_GAS_PRICES, _gas_prices, "prices"),
}

_GAS = binding(
    "1.1.1", "GCS01a",
    fields={
        **_GAS_PRICE_FIELDS,
        "seasons": From(f"{_GAS_TABLE}.seasons", gas_seasons, "seasons"),
        "weeks": From(f"{_GAS_TABLE}.week_profiles", weeks, "week profiles"),
        "days": From(f"{_GAS_TABLE}.day_profiles", _gas_days, "day profiles"),
        "special_days": From("gas_tariff_elements.special_days", special_days, "special days"),
        "thresholds": From("", _gas_thresholds, "block thresholds"),
    },
)  # fmt: skip

BINDINGS = (
    _ELECTRICITY,
    _GAS,
    binding("1.1.2", "ECS01c", fields=_SECONDARY),
    binding("1.2.1", "ECS01b", fields=_ELECTRICITY_PRICES),
    binding("1.2.1", "GCS01b", fields=_GAS_PRICE_FIELDS),
    binding("1.2.2", "ECS01d", fields=_SECONDARY_PRICES),
    binding("1.7", "ECS05"),
)
