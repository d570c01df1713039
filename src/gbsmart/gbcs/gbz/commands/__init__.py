"""The ZCL commands of GBCS: one declaration each, in one module for each cluster.

``COMMANDS[cluster, to_client, command]`` is the :class:`Command`. Values that GBCS fixes stand in the
declaration, so a form only says what varies. The Basic cluster has attributes only. Source: GBCS use
cases, ZigBee Smart Energy 1.4 clusters.
"""

from __future__ import annotations

from collections.abc import Mapping

from gbsmart.gbcs.gbz.commands import (
    calendar,
    device_management,
    events,
    messaging,
    metering,
    prepayment,
    price,
)
from gbsmart.gbcs.gbz.commands.calendar import (
    GET_DAY_PROFILES,
    GET_SEASONS,
    GET_SPECIAL_DAYS,
    GET_WEEK_PROFILES,
    PUBLISH_CALENDAR,
    PUBLISH_DAY_PROFILE,
    PUBLISH_SEASONS,
    PUBLISH_SPECIAL_DAYS,
    PUBLISH_WEEK_PROFILE,
)
from gbsmart.gbcs.gbz.commands.declaration import Cluster, Command
from gbsmart.gbcs.gbz.commands.device_management import (
    GET_EVENT_CONFIGURATION,
    PUBLISH_CHANGE_OF_SUPPLIER,
    PUBLISH_CHANGE_OF_TENANCY,
    REPORT_EVENT_CONFIGURATION,
    REQUEST_NEW_PASSWORD_RESPONSE,
    SET_EVENT_CONFIGURATION,
    UPDATE_CIN,
    UPDATE_SITE_ID,
)
from gbsmart.gbcs.gbz.commands.events import (
    CLEAR_EVENT_LOG_REQUEST,
    CLEAR_EVENT_LOG_RESPONSE,
    GET_EVENT_LOG,
    PUBLISH_EVENT_LOG,
)
from gbsmart.gbcs.gbz.commands.messaging import DISPLAY_MESSAGE
from gbsmart.gbcs.gbz.commands.metering import (
    CHANGE_SUPPLY,
    GET_SAMPLED_DATA,
    GET_SAMPLED_DATA_RESPONSE,
    GET_SNAPSHOT,
    PUBLISH_SNAPSHOT,
    SET_SUPPLY_STATUS,
    SET_UNCONTROLLED_FLOW_THRESHOLD,
    START_SAMPLING,
    START_SAMPLING_RESPONSE,
    SUPPLY_STATUS_RESPONSE,
)
from gbsmart.gbcs.gbz.commands.prepayment import (
    CHANGE_DEBT,
    CHANGE_PAYMENT_MODE,
    CHANGE_PAYMENT_MODE_RESPONSE,
    CONSUMER_TOP_UP,
    CONSUMER_TOP_UP_RESPONSE,
    CREDIT_ADJUSTMENT,
    EMERGENCY_CREDIT_SETUP,
    GET_DEBT_REPAYMENT_LOG,
    GET_PREPAY_SNAPSHOT,
    GET_TOP_UP_LOG,
    PUBLISH_DEBT_LOG,
    PUBLISH_PREPAY_SNAPSHOT,
    PUBLISH_TOP_UP_LOG,
    SELECT_AVAILABLE_EMERGENCY_CREDIT,
    SET_LOW_CREDIT_WARNING_LEVEL,
    SET_MAXIMUM_CREDIT_LIMIT,
    SET_OVERALL_DEBT_CAP,
)
from gbsmart.gbcs.gbz.commands.price import (
    GET_BILLING_PERIOD,
    GET_CURRENT_PRICE,
    PUBLISH_BILLING_PERIOD,
    PUBLISH_BLOCK_PERIOD,
    PUBLISH_BLOCK_THRESHOLDS,
    PUBLISH_CALORIFIC_VALUE,
    PUBLISH_CONVERSION_FACTOR,
    PUBLISH_PRICE,
    PUBLISH_PRICE_MATRIX,
    PUBLISH_TARIFF_INFORMATION,
)

__all__ = [
    "CHANGE_DEBT",
    "CHANGE_PAYMENT_MODE",
    "CHANGE_PAYMENT_MODE_RESPONSE",
    "CHANGE_SUPPLY",
    "CLEAR_EVENT_LOG_REQUEST",
    "CLEAR_EVENT_LOG_RESPONSE",
    "COMMANDS",
    "CONSUMER_TOP_UP",
    "CONSUMER_TOP_UP_RESPONSE",
    "CREDIT_ADJUSTMENT",
    "DISPLAY_MESSAGE",
    "EMERGENCY_CREDIT_SETUP",
    "GET_BILLING_PERIOD",
    "GET_CURRENT_PRICE",
    "GET_DAY_PROFILES",
    "GET_DEBT_REPAYMENT_LOG",
    "GET_EVENT_CONFIGURATION",
    "GET_EVENT_LOG",
    "GET_PREPAY_SNAPSHOT",
    "GET_SAMPLED_DATA",
    "GET_SAMPLED_DATA_RESPONSE",
    "GET_SEASONS",
    "GET_SNAPSHOT",
    "GET_SPECIAL_DAYS",
    "GET_TOP_UP_LOG",
    "GET_WEEK_PROFILES",
    "PUBLISH_BILLING_PERIOD",
    "PUBLISH_BLOCK_PERIOD",
    "PUBLISH_BLOCK_THRESHOLDS",
    "PUBLISH_CALENDAR",
    "PUBLISH_CALORIFIC_VALUE",
    "PUBLISH_CHANGE_OF_SUPPLIER",
    "PUBLISH_CHANGE_OF_TENANCY",
    "PUBLISH_CONVERSION_FACTOR",
    "PUBLISH_DAY_PROFILE",
    "PUBLISH_DEBT_LOG",
    "PUBLISH_EVENT_LOG",
    "PUBLISH_PREPAY_SNAPSHOT",
    "PUBLISH_PRICE",
    "PUBLISH_PRICE_MATRIX",
    "PUBLISH_SEASONS",
    "PUBLISH_SNAPSHOT",
    "PUBLISH_SPECIAL_DAYS",
    "PUBLISH_TARIFF_INFORMATION",
    "PUBLISH_TOP_UP_LOG",
    "PUBLISH_WEEK_PROFILE",
    "REPORT_EVENT_CONFIGURATION",
    "REQUEST_NEW_PASSWORD_RESPONSE",
    "SELECT_AVAILABLE_EMERGENCY_CREDIT",
    "SET_EVENT_CONFIGURATION",
    "SET_LOW_CREDIT_WARNING_LEVEL",
    "SET_MAXIMUM_CREDIT_LIMIT",
    "SET_OVERALL_DEBT_CAP",
    "SET_SUPPLY_STATUS",
    "SET_UNCONTROLLED_FLOW_THRESHOLD",
    "START_SAMPLING",
    "START_SAMPLING_RESPONSE",
    "SUPPLY_STATUS_RESPONSE",
    "UPDATE_CIN",
    "UPDATE_SITE_ID",
    "Cluster",
    "Command",
]

COMMANDS: Mapping[tuple[int, bool, int], Command] = {
    (command.cluster, command.to_client, command.id): command
    for module in (price, metering, messaging, prepayment, calendar, device_management, events)
    for command in module.COMMANDS
}
"""Every command, by cluster, direction and command id."""
