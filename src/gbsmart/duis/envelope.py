"""The envelopes of DUIS: the headers and the kinds of body, declared (Appendix AD; XML schema 5.4)."""

from __future__ import annotations

from gbsmart.duis.alerts import DCC_ALERT
from gbsmart.duis.catalogue import dcc_alerts, response_codes
from gbsmart.duis.lexical import Boolean, Integer, Listed
from gbsmart.duis.moments import DateTime
from gbsmart.duis.responses import PAYLOADS
from gbsmart.duis.responses.smets1 import SMETS1_RESPONSE
from gbsmart.duis.schema import Choice, Element, Record
from gbsmart.duis.terms import CODE, EXECUTION, GBCS_PAYLOAD, ID, REFERENCES, THROTTLED, VARIANTS

_REFERENCE = Element("ServiceReference", REFERENCES, note="The service that is meant.")
_VARIANT = Element("ServiceReferenceVariant", VARIANTS, note="Its variant.")

REQUEST_HEADER = Record(
    Element("RequestID", ID, note="Who asks whom, and the number that makes it unique."),
    Element("FirstInSequence", Boolean(), optional=True, note="Others follow that wait for this one."),
    Element(
        "PrecedingServiceRequestID", ID, field="preceding", optional=True, note="The one that this waits for."
    ),
    Element("CommandVariant", Integer(1, 9), note="What goes in, and where."),
    _REFERENCE,
    _VARIANT,
)

RESPONSE_HEADER = Record(
    Element("RequestID", ID, optional=True, note="What this answers."),
    Element("ResponseID", ID, optional=True, note="Who says it to whom, and the number of what is answered."),
    Element("ResponseCode", Listed("a DUIS response code", response_codes), note="What the DCC makes of it."),
    Element("ResponseDateTime", DateTime(decimals=3), note="When it was said."),
)

SIGNED_PRE_COMMAND = Record(
    EXECUTION, GBCS_PAYLOAD, note="A Pre-Command that the User has held against its request and signed."
)

_RESPONSE_MESSAGE = Record(
    _REFERENCE,
    _VARIANT,
    Choice(PAYLOADS, optional=True),
    note="An acknowledgement, or what came of a request.",
)

_DEVICE_ALERT_MESSAGE = Record(
    Element("AlertCode", CODE, note="That of GBCS section 16.2."),
    *THROTTLED,
    GBCS_PAYLOAD,
    note="What a device reports of its own.",
)

_DCC_ALERT_MESSAGE = Record(
    Element("DCCAlertCode", Listed("a DCC Alert code", dcc_alerts), note="What is reported."),
    *THROTTLED,
    Element("DCCAlert", DCC_ALERT),
    note="What the DCC reports of its own.",
)

RESPONSE_BODIES: dict[str, Element] = {
    element.name: element
    for element in (
        Element("ResponseMessage", _RESPONSE_MESSAGE),
        Element("DeviceAlertMessage", _DEVICE_ALERT_MESSAGE),
        Element("DCCAlertMessage", _DCC_ALERT_MESSAGE),
        Element("SMETS1ResponseMessage", SMETS1_RESPONSE),
    )
}
"""The four kinds of response body, by element name."""
