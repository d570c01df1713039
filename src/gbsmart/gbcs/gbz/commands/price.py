"""Price cluster 0700: tariff, prices, billing calendar, calorific value. The GSME is the client."""

from __future__ import annotations

from gbsmart.gbcs.gbz.commands.declaration import (
    AT_ONCE_OR_CANCEL,
    AT_ONCE_OR_CANCEL_CALENDAR,
    COMMAND_INDEX,
    ISSUER_EVENT_ID,
    MONEY,
    PROVIDER_ID,
    TOTAL_NUMBER_OF_COMMANDS,
    Cluster,
    declare,
)
from gbsmart.gbcs.gbz.zcl import (
    BITMAP8,
    ENUM8,
    OCTETS,
    UINT8,
    UINT16,
    UINT24,
    UINT32,
    UINT48,
    UTC_TIME,
    Field,
    Repeat,
)

CURRENCY = Field("currency", UINT16, meaning="ISO 4217: 033A sterling, 03D2 euro")
ISSUER_TARIFF_ID = Field("issuer_tariff_id", UINT32, 1, "the one tariff of GBCS")
TARIFF_TYPE = Field("tariff_type", BITMAP8, 0, "0 import")
BLOCK_SCHEME, TOU_SCHEME = 0x10, 0x00
"""Charging schemes of a tariff."""
_FIRST_SNAPSHOT = "when the first billing period ends and its snapshot is taken"
_DURATION_TYPE = "low nibble: 1 days, 2 weeks, 3 months; high nibble: 0 from the start, 2 unspecified"

GET_CURRENT_PRICE = declare(
    Cluster.PRICE, 0x00, "Get Current Price",
    Field("command_options", BITMAP8, 0, "the price in force"),
)  # fmt: skip
GET_BILLING_PERIOD = declare(
    Cluster.PRICE, 0x0B, "Get Billing Period",
    Field("earliest_start_time", UTC_TIME, 0, "the calendar in force"),
    Field("min_issuer_event_id", UINT32, 0xFFFFFFFF, "not used"),
    Field("number_of_commands", UINT8, 1),
    TARIFF_TYPE,
)  # fmt: skip
PUBLISH_PRICE = declare(
    Cluster.PRICE, 0x00, "Publish Price",
    PROVIDER_ID,
    Field("rate_label", OCTETS, b"", "not used"),
    ISSUER_EVENT_ID,
    Field("current_time", UTC_TIME),
    Field("unit_of_measure", ENUM8, 1, "1 cubic metres"),
    CURRENCY,
    Field("price_trailing_digit_and_price_tier", BITMAP8, meaning="high nibble decimals, low tier"),
    Field("number_of_price_tiers_and_register_tier", BITMAP8, meaning="high nibble tiers, low register"),
    Field("start_time", UTC_TIME, 0, "0: in force now"),
    Field("duration_in_minutes", UINT16, meaning="for how long it stays in force", unit="min"),
    Field("price", UINT32, meaning="active tariff price", unit=MONEY),
    to_client=True,
)  # fmt: skip
PUBLISH_BLOCK_PERIOD = declare(
    Cluster.PRICE, 0x01, "Publish Block Period",
    PROVIDER_ID,
    ISSUER_EVENT_ID,
    Field("block_period_start_time", UTC_TIME, meaning=_FIRST_SNAPSHOT),
    Field("block_period_duration", UINT24, meaning="in units of the duration type"),
    Field("block_period_control", BITMAP8, 0b10, "a repeating block, no acknowledgement"),
    Field("block_period_duration_type", BITMAP8, meaning=_DURATION_TYPE),
    TARIFF_TYPE,
    Field("tariff_resolution_period", ENUM8, 1, "1 block period"),
    to_client=True,
)  # fmt: skip
PUBLISH_CONVERSION_FACTOR = declare(
    Cluster.PRICE, 0x02, "Publish Conversion Factor",
    ISSUER_EVENT_ID,
    Field("start_time", UTC_TIME, 0, "0: at once"),
    Field("conversion_factor", UINT32, meaning="corrects volume for temperature and pressure", unit="10^-5"),
    Field("conversion_factor_trailing_digit", BITMAP8, 0x50, "high nibble: decimals of the factor"),
    to_client=True,
)  # fmt: skip
PUBLISH_CALORIFIC_VALUE = declare(
    Cluster.PRICE, 0x03, "Publish Calorific Value",
    ISSUER_EVENT_ID,
    Field("start_time", UTC_TIME, 0, "0: at once"),
    Field("calorific_value", UINT32, meaning="energy in a volume of gas", unit="0.1 MJ/m3"),
    Field("calorific_value_unit", ENUM8, 1, "1 MJ/m3"),
    Field("calorific_value_trailing_digit", BITMAP8, 0x10, "high nibble: decimals of the value"),
    to_client=True,
)  # fmt: skip
PUBLISH_TARIFF_INFORMATION = declare(
    Cluster.PRICE, 0x04, "Publish Tariff Information",
    PROVIDER_ID,
    ISSUER_EVENT_ID,
    ISSUER_TARIFF_ID,
    Field("start_time", UTC_TIME, meaning=AT_ONCE_OR_CANCEL),
    Field("tariff_type_charging_scheme", BITMAP8, meaning="high nibble: 0 time of use, 1 block"),
    Field("tariff_label", OCTETS, b"", "not used"),
    Field("number_of_price_tiers_in_use", UINT8),
    Field("number_of_block_thresholds_in_use", UINT8),
    Field("unit_of_measure", ENUM8, 0, "0 kWh"),
    CURRENCY,
    Field("price_trailing_digit", BITMAP8, 0x50, "high nibble: decimals of every price"),
    Field("standing_charge", UINT32, meaning="charge for each day", unit=MONEY),
    Field("tier_block_mode", UINT8, 0xFF, "FF: either tiers or blocks, never both"),
    Field("block_threshold_multiplier", UINT24, 1),
    Field("block_threshold_divisor", UINT24, 1000),
    to_client=True,
)  # fmt: skip
PUBLISH_PRICE_MATRIX = declare(
    Cluster.PRICE, 0x05, "Publish Price Matrix",
    PROVIDER_ID,
    ISSUER_EVENT_ID,
    Field("start_time", UTC_TIME, meaning=AT_ONCE_OR_CANCEL_CALENDAR),
    ISSUER_TARIFF_ID,
    COMMAND_INDEX,
    TOTAL_NUMBER_OF_COMMANDS,
    Field("sub_payload_control", BITMAP8, meaning="0 prices of blocks, 1 prices of tiers"),
    Repeat("prices", (
        Field("tier_block_id", UINT8, meaning="block from 0, or tier from 1"),
        Field("price", UINT32, unit=MONEY),
    )),
    to_client=True,
)  # fmt: skip
PUBLISH_BLOCK_THRESHOLDS = declare(
    Cluster.PRICE, 0x06, "Publish Block Thresholds",
    PROVIDER_ID,
    ISSUER_EVENT_ID,
    Field("start_time", UTC_TIME, meaning=AT_ONCE_OR_CANCEL_CALENDAR),
    ISSUER_TARIFF_ID,
    COMMAND_INDEX,
    TOTAL_NUMBER_OF_COMMANDS,
    Field("sub_payload_control", BITMAP8, 1, "1: the same thresholds in every tier"),
    Field("tier_and_number_of_block_thresholds", BITMAP8, meaning="low nibble: how many thresholds follow"),
    Repeat("block_thresholds", (
        Field("block_threshold", UINT48, meaning="consumption at which the next block begins", unit="Wh"),
    ), count="tier_and_number_of_block_thresholds", mask=0x0F),
    to_client=True,
)  # fmt: skip
PUBLISH_BILLING_PERIOD = declare(
    Cluster.PRICE, 0x09, "Publish Billing Period",
    PROVIDER_ID,
    ISSUER_EVENT_ID,
    Field("billing_period_start_time", UTC_TIME, meaning=_FIRST_SNAPSHOT),
    Field("billing_period_duration", UINT24, meaning="in units of the duration type"),
    Field("billing_period_duration_type", BITMAP8, meaning=_DURATION_TYPE),
    TARIFF_TYPE,
    to_client=True,
)  # fmt: skip

COMMANDS = (
    GET_CURRENT_PRICE,
    GET_BILLING_PERIOD,
    PUBLISH_PRICE,
    PUBLISH_BLOCK_PERIOD,
    PUBLISH_CONVERSION_FACTOR,
    PUBLISH_CALORIFIC_VALUE,
    PUBLISH_TARIFF_INFORMATION,
    PUBLISH_PRICE_MATRIX,
    PUBLISH_BLOCK_THRESHOLDS,
    PUBLISH_BILLING_PERIOD,
)
