"""Service References 4 and 14: reading from meters."""

from __future__ import annotations

from gbsmart.duis.schema import Complex, Element, Record
from gbsmart.duis.terms import EXECUTION, OCTETS, READ_LOG_PERIOD

_CREDENTIALS = Element(
    "KAPublicSecurityCredentials",
    OCTETS,
    optional=True,
    note="The key agreement certificate of a User that the device does not know, which encrypts for it.",
)


def _now_or_later(note: str) -> Record:
    return Record(EXECUTION, note=note)


def _log(note: str) -> Record:
    return Record(EXECUTION, READ_LOG_PERIOD, note=note)


def _log_for_anyone(note: str) -> Record:
    """A log that a User may read whom the device does not know: it then brings its certificate."""
    return Record(EXECUTION, READ_LOG_PERIOD, _CREDENTIALS, note=note)


BODIES: dict[str, Complex] = {
    "4.1.1": _now_or_later("Energy imported so far."),
    "4.1.2": _now_or_later("Energy imported so far, by time of use."),
    "4.1.3": _now_or_later("Electricity imported so far, by time of use and block."),
    "4.1.4": _now_or_later("Gas imported in this billing period, by block."),
    "4.2": _now_or_later("Electricity exported so far."),
    "4.3": _now_or_later("Balance, emergency credit and debts of a prepaid meter."),
    "4.4.2": _log_for_anyone("Registers as they stood at each change of payment mode or tariff."),
    "4.4.3": _log_for_anyone("Registers as they stood at the end of each billing period."),
    "4.4.4": _log("Debt paid off by each of the last top-ups."),
    "4.4.5": _log("The credit of each of the last top-ups."),
    "4.6.1": _log_for_anyone("Registers of import as they stood at each midnight."),
    "4.6.2": _log("Registers of export as they stood at each midnight."),
    "4.8.1": _log_for_anyone("Energy imported in each half hour."),
    "4.8.2": _log("Reactive energy imported in each half hour."),
    "4.8.3": _log("Energy exported in each half hour, active and reactive."),
    "4.10": _log_for_anyone("Voltages of an electricity meter, or gas that was recorded every six minutes."),
    "4.11.1": Record(note="The tariff in force, which an Other User may read too."),
    "4.11.2": Record(note="The tariff in force of the second element of a twin element meter."),
    "4.12.1": _now_or_later("The greatest import of active power in a half hour since the last reset."),
    "4.12.2": _now_or_later("The greatest export of active power in a half hour since the last reset."),
    "4.13": _now_or_later("How a meter treats credit and debt."),
    "4.14": _log_for_anyone("Balances and debts as they stood at each midnight."),
    "4.15": _now_or_later("How often load was limited, and by which settings."),
    "4.16": Record(note="The power that is imported at this moment."),
    "4.17": _log_for_anyone("Energy imported on each day."),
    "4.18": _now_or_later("The balance of a meter."),
    "14.1": Record(note="Has a gas meter record its consumption every six minutes for a while."),
}
