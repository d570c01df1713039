"""Logs: events, billing data, prepayment (Service References 4.4, 4.14, 6.13)."""

from __future__ import annotations

from collections.abc import Mapping

from gbsmart.gbcs.alert_codes import alert_codes
from gbsmart.gbcs.message_codes import message_codes
from gbsmart.translation.mmc.conversions import (
    code,
    cubic_metres,
    moment,
    numbered,
    numbered_volumes,
)
from gbsmart.translation.mmc.mapping import Each, Kept, Row, label, of, response
from gbsmart.translation.mmc.mappings.reading import BLOCKS, ESME_BILLING, GSME_BILLING

_LONGEST = 200
"""Characters of a description."""
_CODE_OCTETS = 2


def event_meaning(number: int) -> str | None:
    """The name of an event or alert code; None for one that GBCS does not have."""
    known = alert_codes().get(number)
    return known.name[:_LONGEST] if known else None


def _about(other: bytes | int) -> str | None:
    """What an event is about, where its other information is a message code [assumed]."""
    if isinstance(other, int) or len(other) != _CODE_OCTETS:
        return None
    known = message_codes().get(int.from_bytes(other, "big"))
    return known.title[:_LONGEST] if known else None


def _written(other: bytes | int) -> bytes | None:
    """Other information as octets, which may be none; a power event's is a number of four."""
    return other.to_bytes(4, "big") if isinstance(other, int) else other or None


def _log(name: str, time: str = "time", number: str = "code") -> Row:
    """A log of events at ``name``; ``time`` and ``number`` are the fields of an entry's moment and code."""
    entry: Row = {
        "Timestamp": of(time, by=moment),
        "LogCode": of(number, by=code),
        "LogMeaning": of(number, by=event_meaning),
        "OtherInformation": of("other_information", by=_written),
        "OtherInformationLogMeaning": of("other_information", by=_about),
    }
    return {"Log": {"LogEntry": Each(name, entry)}}


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


_ELECTRICITY_PREPAYMENT = prepayment("time")
_CONSUMPTION: Row = {
    "ActiveImportRegisterConsumption": "active_import",
    "TariffTOURegisterMatrixValue": of("tou", by=numbered),
    **BLOCKS,
    "SecondaryActiveImportRegisterConsumption": "secondary_active_import",
    "SecondaryTariffTOURegisterMatrixValue": of("secondary_tou", by=numbered),
    "Timestamp": of("time", by=moment),
}
_DEBIT: Row = {"Amount": "amount", "Timestamp": of("time", by=moment)}

_ACTIONS: Mapping[int, str] = {
    0x01: "On", 0x11: "On", 0x02: "Off", 0x12: "Off", 0x20: "Revert to calendar control",
    0x00: "Entry relates to a Message from an HC ALCS",
}  # fmt: skip
_OUTCOMES = label({0: "Outcome not known", 1: "Success", 2: "Failure"})


def _switch_number(number_and_action: int) -> int | None:
    """Which switch: the low nibble of the high octet; None for a number that MMC does not have."""
    number = number_and_action >> 8 & 0x0F
    return number if 1 <= number <= 5 else None


def _switch_action(number_and_action: int) -> str | None:
    return _ACTIONS.get(number_and_action & 0xFF)


_SWITCHING: Row = {
    "Timestamp": of("time", by=moment),
    "SwitchNumber": of("switch_number_and_action", by=_switch_number),
    "SwitchAction": of("switch_number_and_action", by=_switch_action),
    "Outcome": of("outcome", by=_OUTCOMES),
    "HANCommandID": "han_command_id",
}


_GAS_PREPAYMENT = Each("prepayment_snapshots", prepayment("snapshot_time"))
_GAS_CONSUMPTION: Row = {
    "ConsumptionRegister": of("current_summation_delivered", by=cubic_metres),
    "Timestamp": "snapshot_time",
    "TariffTOURegisterMatrixValue": of("tiers", by=numbered_volumes),
    "BlockRegisterMatrixValue": of("blocks", by=numbered_volumes),
}
_AMOUNT: Row = {"Amount": "amount", "Timestamp": of("timestamp", by=moment)}

MAPPINGS = (
    *response("ECS35a", "ECS35c", row=_log("event_log")),
    *response("ECS35b", "ECS35d", row=_log("security_log")),
    *response("ECS35e", row=_log("power_event_log")),
    *response(
        "ECS35f", "ECS35g",
        row={"ALCSEvent": {"ALCSEventLogEntry": Each("auxiliary_controller_log", _SWITCHING)}},
    ),
    *response(
        "ECS20b",
        row={
            "Electricity": Kept({
                "LogEntryConsumptionAndTariffRegistersData": Each("mode_or_tariff_change_log", _CONSUMPTION),
                "LogEntryPrepaymentData": Each("mode_or_tariff_change_log", _ELECTRICITY_PREPAYMENT),
            })
        },
    ),
    *response(
        "ECS20c",
        row={
            "Electricity": Kept({
                "ESMEBillingDataLogEntry": Each("billing_data_log", ESME_BILLING),
                "ESMEBillingPrepaymentDataLogEntry": Each("billing_prepayment_log", _ELECTRICITY_PREPAYMENT),
            })
        },
    ),
    *response("ECS20a", row={"PaymentBasedDebtRepayment": {"LogEntry": Each("debt_payment_log", _DEBIT)}}),
    *response("ECS20d", row={"PrepaymentCredits": {"LogEntry": Each("prepayment_credit_log", _DEBIT)}}),
    *response(
        "ECS21b",
        row={"Electricity": Kept({"LogEntry": Each("prepayment_daily_read_log", _ELECTRICITY_PREPAYMENT)})},
    ),
    *response("CS10a", "CS10b", row=_log("log_entries", "timestamp", "log_code")),
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
                "GSMEBillingDataLogEntry": Each("snapshots", GSME_BILLING),
                "GSMEBillingPrepaymentDataLogEntry": _GAS_PREPAYMENT,
            })
        },
    ),
    *response("GCS15d", row={"PaymentBasedDebtRepayment": {"LogEntry": Each("log_entries", _AMOUNT)}}),
    *response("GCS15e", row={"PrepaymentCredits": {"LogEntry": Each("log_entries", _AMOUNT)}}),
    *response("GCS16b", row={"Gas": Kept({"LogEntry": _GAS_PREPAYMENT})}),
    *response("CS11", left_out={"cleared_event_logs": "the Rsp element is empty"}),
)  # fmt: skip
