"""Logs: events, billing data, prepayment (Service References 4.4, 4.14, 6.13)."""

from __future__ import annotations

from gbsmart.gbcs.alert_codes import alert_codes
from gbsmart.gbcs.message_codes import message_codes
from gbsmart.translation.mmc.conversions import cubic_metres, described, moment, numbered_volumes
from gbsmart.translation.mmc.mapping import Each, Kept, Row, of, response

_LONGEST = 200
"""Characters of a description."""


def _event_code(code: int) -> bytes:
    return code.to_bytes(2, "big")


def event_meaning(code: int) -> str | None:
    """The name of an event or alert code; None for one that GBCS does not have."""
    known = alert_codes().get(code)
    return known.name[:_LONGEST] if known else None


def _about(octets: bytes) -> str | None:
    """What an event is about, where its other information is a message code [assumed]."""
    known = message_codes().get(int.from_bytes(octets, "big")) if len(octets) == 2 else None
    return known.title[:_LONGEST] if known else None


EVENT: Row = {
    "Timestamp": of("timestamp", by=moment),
    "LogCode": of("log_code", by=_event_code),
    "LogMeaning": of("log_code", by=event_meaning),
    "OtherInformation": of("other_information", by=described),
    "OtherInformationLogMeaning": of("other_information", by=_about),
}
EVENTS: Row = {"Log": {"LogEntry": Each("log_entries", EVENT)}}


def prepayment(time: str) -> Row:
    """Balances and debts as they were at the moment ``time``."""
    return {
        "AccumulatedDebtRegister": "accumulated_debt_register",
        "EmergencyCreditBalance": "emergency_credit_balance",
        "MeterBalance": "meter_balance",
        "PaymentDebtRegister": "payment_debt_register",
        "TimeDebtRegisters1": "time_debt_register_1",
        "TimeDebtRegisters2": "time_debt_register_2",
        "Timestamp": of(time, by=moment),
    }


_GAS_PREPAYMENT = Each("prepayment_snapshots", prepayment("snapshot_time"))
_GAS_CONSUMPTION: Row = {
    "ConsumptionRegister": of("current_summation_delivered", by=cubic_metres),
    "Timestamp": "snapshot_time",
    "TariffTOURegisterMatrixValue": of("tiers", by=numbered_volumes),
    "BlockRegisterMatrixValue": of("blocks", by=numbered_volumes),
}
_GAS_BILLING: Row = {
    "Timestamp": "snapshot_time",
    "ActiveImportRegisterValueConsumption": of("current_summation_delivered", by=cubic_metres),
    "BlockRegisterMatrixValue": of("blocks", by=numbered_volumes),
    "TariffTOURegisterMatrixValue": of("tiers", by=numbered_volumes),
}
AMOUNT: Row = {"Amount": "amount", "Timestamp": of("timestamp", by=moment)}

MAPPINGS = (
    *response("CS10a", "CS10b", row=EVENTS),
    *response(
        "GCS15b",
        row={
            "Gas": Kept({
                "LogEntryConsumptionRegister": Each("snapshots", _GAS_CONSUMPTION),
                "LogEntryPrepaymentData": _GAS_PREPAYMENT,
            })
        },
    ),
    *response(
        "GCS15c",
        row={
            "Gas": Kept({
                "GSMEBillingDataLogEntry": Each("snapshots", _GAS_BILLING),
                "GSMEBillingPrepaymentDataLogEntry": _GAS_PREPAYMENT,
            })
        },
    ),
    *response("GCS15d", row={"PaymentBasedDebtRepayment": {"LogEntry": Each("log_entries", AMOUNT)}}),
    *response("GCS15e", row={"PrepaymentCredits": {"LogEntry": Each("log_entries", AMOUNT)}}),
    *response("GCS16b", row={"Gas": Kept({"LogEntry": _GAS_PREPAYMENT})}),
    *response("CS11", left_out={"cleared_event_logs": "the Rsp element is empty"}),
)  # fmt: skip
