"""Service Reference 4: reading from meters."""

from __future__ import annotations

from gbsmart.duis.envelope import EXECUTION, OCTETS
from gbsmart.duis.lexical import DateTime
from gbsmart.duis.schema import Complex, Element, Record

READ_LOG_PERIOD = Element(
    "ReadLogPeriod",
    Record(Element("StartDateTime", DateTime()), Element("EndDateTime", DateTime())),
)
"""The period of a log, both ends included."""

_LOG = Record(
    EXECUTION,
    READ_LOG_PERIOD,
    Element("KAPublicSecurityCredentials", OCTETS, "ka_public_security_credentials", optional=True),
)
"""A log for a User that may be unknown to the device: it then brings its key agreement certificate."""

BODIES: dict[str, Complex] = {
    "4.1.1": Record(EXECUTION),
    "4.2": Record(EXECUTION),
    "4.3": Record(EXECUTION),
    "4.6.1": _LOG,
    "4.8.1": _LOG,
    "4.10": _LOG,
    "4.11.1": Record(),
}
"""4.1.1 Read Instantaneous Import Registers: energy imported so far, now or at a moment.
4.2 Read Instantaneous Export Registers.
4.3 Read Instantaneous Prepay Values: balances and debts, now or at a moment.
4.6.1 Retrieve Import Daily Read Log, 4.8.1 Read Active Import Profile Data, 4.10 Read Network Data.
4.11.1 Read Tariff (Primary Element): the tariff in force, which an Other User may read too."""
