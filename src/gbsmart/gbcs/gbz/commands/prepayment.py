"""Prepayment cluster 0705: credit, debt, payment mode, top ups. The GSME is the server."""

from __future__ import annotations

from gbsmart.gbcs.gbz.commands.declaration import (
    AT_ONCE_OR_CANCEL,
    COMMAND_INDEX,
    IMPLEMENTATION_DATE_TIME,
    ISSUER_EVENT_ID,
    MONEY,
    PROVIDER_ID,
    TOTAL_NUMBER_OF_COMMANDS,
    Cluster,
    declare,
)
from gbsmart.gbcs.gbz.commands.metering import SNAPSHOT_HEADER, SNAPSHOT_WANTED
from gbsmart.gbcs.gbz.zcl import (
    BITMAP8,
    BITMAP16,
    ENUM8,
    INT32,
    OCTETS,
    UINT8,
    UINT16,
    UINT32,
    UTC_TIME,
    Field,
    Repeat,
    Switch,
)

FROM_THE_WAN, FROM_A_PPMID = 0, 2
"""Originating devices of a top-up."""
ADD_TO_PREPAYMENT_BALANCE, SET_PREPAYMENT_BALANCE, SET_CREDIT_BALANCE, ADD_TO_CREDIT_BALANCE = range(4)
"""Credit adjustment types; the last is GBCS's own: it lowers the bill to date."""
CREDIT_CONFIGURATION = 0x0C94
PREPAYMENT_CONFIGURATIONS = {
    (True, True): 0x0497, (False, True): 0x0097, (True, False): 0x0C97, (False, False): 0x0897,
}  # fmt: skip
"""Payment control configurations; of prepayment mode by whether debt is suspended while the supply is
disabled, and while emergency credit is in use."""
TOP_UP_REFUSED = 1
UNCHANGED = -1
"""The cut off value that leaves the disablement threshold as it is."""

_ORIGINATING_DEVICE = Field("originating_device", ENUM8, meaning="0 from the WAN, 2 from a PPMID")
_EMERGENCY_CREDIT = (
    Field("emergency_credit_limit", UINT32, meaning="credit lent when it is activated", unit=MONEY),
    Field("emergency_credit_threshold", UINT32, meaning="balance below which it is offered", unit=MONEY),
)
_LATEST_END_TIME = Field("latest_end_time", UTC_TIME, meaning="no record after; FFFFFFFE: all records")

SELECT_AVAILABLE_EMERGENCY_CREDIT = declare(
    Cluster.PREPAYMENT, 0x00, "Select Available Emergency Credit",
    Field("command_issue_date_time", UTC_TIME, 0, "not used"),
    _ORIGINATING_DEVICE,
)  # fmt: skip
CHANGE_DEBT = declare(
    Cluster.PREPAYMENT, 0x02, "Change Debt",
    ISSUER_EVENT_ID,
    Field("debt_label", OCTETS, b"", "not used"),
    Field("debt_amount", INT32, meaning="added to the debt register", unit=MONEY),
    Field("debt_recovery_method", ENUM8, meaning="0 by time, 1 by payment"),
    Field("debt_amount_type", ENUM8, meaning="added to: 1 time debt (1), 3 time debt (2), 5 payment debt"),
    Field("debt_recovery_start_time", UINT32, 0, "0: at once"),
    Field("debt_recovery_collection_time", UINT16, 0, "after midnight", "min"),
    Field("debt_recovery_frequency", ENUM8, meaning="0 hourly, 1 daily"),
    Field("debt_recovery_amount", INT32, meaning="taken at each collection", unit=MONEY),
    Field("debt_recovery_balance_percentage", UINT16, meaning="taken from each payment", unit="0.01 %"),
)  # fmt: skip
EMERGENCY_CREDIT_SETUP = declare(
    Cluster.PREPAYMENT, 0x03, "Emergency Credit Setup",
    ISSUER_EVENT_ID,
    Field("start_time", UTC_TIME, meaning=AT_ONCE_OR_CANCEL),
    *_EMERGENCY_CREDIT,
)  # fmt: skip
CONSUMER_TOP_UP = declare(
    Cluster.PREPAYMENT, 0x04, "Consumer Top Up",
    _ORIGINATING_DEVICE,
    Field("top_up_code", OCTETS, meaning="UTRN, 20 digits"),
)  # fmt: skip
CREDIT_ADJUSTMENT = declare(
    Cluster.PREPAYMENT, 0x05, "Credit Adjustment",
    ISSUER_EVENT_ID,
    Field("start_time", UTC_TIME, 0, "0: at once"),
    Field(
        "credit_adjustment_type", ENUM8,
        meaning="prepayment balance: 0 add, 1 set; credit mode balance: 3 add, 2 set",
    ),
    Field("credit_adjustment_value", INT32, meaning="amount to add, or 0 to reset", unit=MONEY),
)  # fmt: skip
CHANGE_PAYMENT_MODE = declare(
    Cluster.PREPAYMENT, 0x06, "Change Payment Mode",
    PROVIDER_ID,
    ISSUER_EVENT_ID,
    IMPLEMENTATION_DATE_TIME,
    Field(
        "proposed_payment_control_configuration", BITMAP16,
        meaning="0C94 credit mode; prepayment mode with debt suspended when disabled, in emergency credit: "
        "0497 both, 0C97 the first, 0097 the second, 0897 neither",
    ),
    Field("cut_off_value", INT32, meaning="disablement threshold; -1 leaves it as it is", unit=MONEY),
)  # fmt: skip
GET_PREPAY_SNAPSHOT = declare(Cluster.PREPAYMENT, 0x07, "Get Prepay Snapshot", *SNAPSHOT_WANTED)
GET_TOP_UP_LOG = declare(
    Cluster.PREPAYMENT, 0x08, "Get Top Up Log",
    _LATEST_END_TIME,
    Field("number_of_records", UINT8, 5, "at most so many"),
)  # fmt: skip
SET_LOW_CREDIT_WARNING_LEVEL = declare(
    Cluster.PREPAYMENT, 0x09, "Set Low Credit Warning Level",
    Field("low_credit_warning_level", UINT32, meaning="balance below which the meter warns", unit=MONEY),
)  # fmt: skip
GET_DEBT_REPAYMENT_LOG = declare(
    Cluster.PREPAYMENT, 0x0A, "Get Debt Repayment Log",
    _LATEST_END_TIME,
    Field("number_of_debts", UINT8, 10, "at most so many"),
    Field("debt_type", ENUM8, 2, "2 payment-based debt"),
)  # fmt: skip
SET_MAXIMUM_CREDIT_LIMIT = declare(
    Cluster.PREPAYMENT, 0x0B, "Set Maximum Credit Limit",
    PROVIDER_ID,
    ISSUER_EVENT_ID,
    IMPLEMENTATION_DATE_TIME,
    Field("maximum_credit_level", UINT32, meaning="highest meter balance", unit=MONEY),
    Field("maximum_credit_per_top_up", UINT32, meaning="highest single credit", unit=MONEY),
)  # fmt: skip
SET_OVERALL_DEBT_CAP = declare(
    Cluster.PREPAYMENT, 0x0C, "Set Overall Debt Cap",
    PROVIDER_ID,
    ISSUER_EVENT_ID,
    IMPLEMENTATION_DATE_TIME,
    Field("overall_debt_cap", INT32, meaning="most that payments recover in a period", unit=MONEY),
)  # fmt: skip
PUBLISH_PREPAY_SNAPSHOT = declare(
    Cluster.PREPAYMENT, 0x01, "Publish Prepay Snapshot",
    *SNAPSHOT_HEADER,
    Field("snapshot_payload_type", ENUM8, 0, "0 debt and credit"),
    Switch("snapshot_payload_type", {0: (
        Field("accumulated_debt", INT32, meaning="charges not covered by credit", unit=MONEY),
        Field("type_1_debt_remaining", UINT32, meaning="time-based debt (1)", unit=MONEY),
        Field("type_2_debt_remaining", UINT32, meaning="time-based debt (2)", unit=MONEY),
        Field("type_3_debt_remaining", UINT32, meaning="payment-based debt", unit=MONEY),
        Field("emergency_credit_remaining", INT32, meaning="emergency credit balance", unit=MONEY),
        Field("credit_remaining", INT32, meaning="meter balance", unit=MONEY),
    )}),
    to_client=True,
    sensitive=True,
)  # fmt: skip
CHANGE_PAYMENT_MODE_RESPONSE = declare(
    Cluster.PREPAYMENT, 0x02, "Change Payment Mode Response",
    Field("friendly_credit", BITMAP8, meaning="bit 0: a non-disablement calendar is available"),
    Field("friendly_credit_calendar_id", UINT32, 2, "2 non-disablement calendar"),
    *_EMERGENCY_CREDIT,
    to_client=True,
    quiet=True,
)  # fmt: skip
CONSUMER_TOP_UP_RESPONSE = declare(
    Cluster.PREPAYMENT, 0x03, "Consumer Top Up Response",
    Field("result_type", ENUM8, meaning="0 accepted, 1 refused"),
    Field("top_up_value", INT32, meaning="-1 where refused", unit=MONEY),
    Field("source_of_top_up", ENUM8, meaning="0 from the WAN, 2 from a PPMID"),
    Field("credit_remaining", INT32, meaning="meter balance; -1 where refused", unit=MONEY),
    to_client=True,
)  # fmt: skip
PUBLISH_TOP_UP_LOG = declare(
    Cluster.PREPAYMENT, 0x05, "Publish Top Up Log",
    COMMAND_INDEX,
    TOTAL_NUMBER_OF_COMMANDS,
    Repeat("top_ups", (
        Field("top_up_code", OCTETS, meaning="UTRN"),
        Field("top_up_amount", INT32, unit=MONEY),
        Field("top_up_time", UTC_TIME, meaning="when it was credited"),
    )),
    to_client=True,
)  # fmt: skip
PUBLISH_DEBT_LOG = declare(
    Cluster.PREPAYMENT, 0x06, "Publish Debt Log",
    COMMAND_INDEX,
    TOTAL_NUMBER_OF_COMMANDS,
    Repeat("collections", (
        Field("collection_time", UTC_TIME, meaning="when debt was collected"),
        Field("amount_collected", UINT32, unit=MONEY),
        Field("debt_type", ENUM8, meaning="2 payment-based debt"),
        Field("outstanding_debt", UINT32, meaning="what remained to be paid", unit=MONEY),
    )),
    to_client=True,
    sensitive=True,
)  # fmt: skip

COMMANDS = (
    SELECT_AVAILABLE_EMERGENCY_CREDIT,
    CHANGE_DEBT,
    EMERGENCY_CREDIT_SETUP,
    CONSUMER_TOP_UP,
    CREDIT_ADJUSTMENT,
    CHANGE_PAYMENT_MODE,
    GET_PREPAY_SNAPSHOT,
    GET_TOP_UP_LOG,
    SET_LOW_CREDIT_WARNING_LEVEL,
    GET_DEBT_REPAYMENT_LOG,
    SET_MAXIMUM_CREDIT_LIMIT,
    SET_OVERALL_DEBT_CAP,
    PUBLISH_PREPAY_SNAPSHOT,
    CHANGE_PAYMENT_MODE_RESPONSE,
    CONSUMER_TOP_UP_RESPONSE,
    PUBLISH_TOP_UP_LOG,
    PUBLISH_DEBT_LOG,
)
