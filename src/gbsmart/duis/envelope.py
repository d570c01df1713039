"""The envelopes of DUIS: the headers and the kinds of body, declared (Appendix AD; XML schema 5.4)."""

from __future__ import annotations

from gbsmart.duis.alerts import DCC_ALERT, DEVICE_TYPES, ESME_VARIANT, MPAN, MPXN
from gbsmart.duis.catalogue import dcc_alerts, response_codes, service_references, service_requests
from gbsmart.duis.lexical import (
    Base64,
    Boolean,
    DateTime,
    Day,
    Eui,
    Execution,
    Hex,
    Identifier,
    Integer,
    Listed,
    OneOf,
    Text,
)
from gbsmart.duis.schedules import DSP_SCHEDULE, SCHEDULE_ID
from gbsmart.duis.schema import OPAQUE, Choice, Element, Many, Record, Sole, When

ID = Identifier()
EUI = Eui()
OCTETS = Base64()
U16 = Integer(0, 0xFFFF)
U32 = Integer(0, 0xFFFF_FFFF)

REFERENCE = Element("ServiceReference", Listed("a Service Reference", service_references))
VARIANT = Element("ServiceReferenceVariant", Listed("a Service Reference Variant", service_requests))

EXECUTION = When(Element("ExecutionDateTime", Execution(), optional=True))
"""First part of every body that can be future-dated."""

REQUEST_HEADER = Record(
    Element("RequestID", ID),
    Element("FirstInSequence", Boolean(), optional=True),
    Element("PrecedingServiceRequestID", ID, field="preceding", optional=True),
    Element("CommandVariant", Integer(1, 9)),
    REFERENCE,
    VARIANT,
)

RESPONSE_HEADER = Record(
    Element("RequestID", ID, optional=True),
    Element("ResponseID", ID, optional=True),
    Element("ResponseCode", Listed("a DUIS response code", response_codes)),
    Element("ResponseDateTime", DateTime(decimals=3)),
)

GBCS_PAYLOAD = Element("GBCSPayload", OCTETS)

SIGNED_PRE_COMMAND = Record(EXECUTION, GBCS_PAYLOAD)

DEVICE_STATUSES = (
    "Pending",
    "Whitelisted",
    "InstalledNotCommissioned",
    "Commissioned",
    "Decommissioned",
    "Withdrawn",
    "Suspended",
    "Recovery",
    "Recovered",
)
PRODUCT_STATUSES = ("Active", "Cancelled", "Expired", "Withdrawn")
CSP_REGIONS = ("North", "Central", "South", "4G North", "4G Central", "4G South", "Unknown", "SMETS1")

UPRN = Integer(1, 10**12 - 1)
PROPERTY_FILTER = Record(Element("PostCode", Text(6, 8)), Element("AddressIdentifier", Text(0, 30)))

_DEVICE = Record(
    Element("DeviceID", EUI),
    Element("DeviceType", OneOf(DEVICE_TYPES)),
    Element("DeviceStatus", OneOf(DEVICE_STATUSES), optional=True),
    Element("DeviceManufacturer", Text(0, 30)),
    Element("DeviceModel", Text(0, 30)),
    Element("SMETSCHTSVersion", Text(1, 20), field="smets_chts_version", optional=True),
    Element("DeviceFirmwareVersion", Text(1, 8), optional=True),
    Element("DeviceFirmwareVersionStatus", OneOf(PRODUCT_STATUSES), optional=True),
    Element("CPLStatus", OneOf(PRODUCT_STATUSES), optional=True),
    Element("DateCommissioned", Day(), optional=True),
    Element("ImportMPxN", MPXN, field="import_mpxn", optional=True),
    Element("SecondaryImportMPAN", MPAN, optional=True),
    Element("ExportMPAN", MPAN, optional=True),
    ESME_VARIANT,
    Element("UPRN", UPRN, optional=True),
    Element("PropertyFilter", PROPERTY_FILTER, optional=True),
    Element("CSPRegion", OneOf(CSP_REGIONS), optional=True),
    Element("DeviceGBCSVersion", Text(), optional=True),
    Element("HANVariant", Text(), optional=True),
    Element("S1SP", Text(), field="s1sp", optional=True),
    Element("Connectivity", OneOf(("Cellular", "Virtual")), optional=True),
)

_SCHEDULE = Element(
    "DSPSchedules",
    Record(Element("DSPScheduleID", SCHEDULE_ID), Element("DSPScheduleDetails", DSP_SCHEDULE)),
)

_FUTURE_DATED = (b"\x8f\x66", b"\x8f\x67")

_RESPONSE_MESSAGE = Record(
    REFERENCE,
    VARIANT,
    Choice(
        (
            Element(
                "CINMessage",
                Record(GBCS_PAYLOAD, Element("CustomerIdentificationNumber", Text(4, 4, "[0-9]{4}"))),
            ),
            Element("DSPInventory", Sole(Many(Element("Device", _DEVICE), 1, 17, "devices"))),
            Element("DSPOptIn", OPAQUE),
            Element("DSPSchedulesRead", Sole(Many(_SCHEDULE, 1, 99, "schedules"))),
            Element("DSPScheduledMessage", Record(GBCS_PAYLOAD, Element("DSPScheduleID", SCHEDULE_ID))),
            Element("DSPScheduleID", SCHEDULE_ID),
            Element("DSPUpdateFirmwareWarning", OPAQUE),
            Element("DSPUpdatePPMIDFirmwareWarning", OPAQUE),
            Element("DSPWANMatrix", OPAQUE),
            Element(
                "FutureDatedDeviceAlertMessage",
                Record(
                    Element("FutureDatedAlertCode", Hex(2, 2, _FUTURE_DATED)),
                    GBCS_PAYLOAD,
                    Element("InstructionNumber", U16),
                    Element("TotalCommandInstructions", U16),
                ),
            ),
            GBCS_PAYLOAD,
            Element("LocalCommand", Record(GBCS_PAYLOAD)),
            Element("PreCommand", Record(Element("GBCSVersion", Text()), GBCS_PAYLOAD)),
        ),
        optional=True,
    ),
)

_THROTTLED = (
    Element("ThrottledAlertSequenceId", U32, optional=True),
    Element("ThrottledAlertCount", U32, optional=True),
)

_DEVICE_ALERT_MESSAGE = Record(Element("AlertCode", Hex()), *_THROTTLED, GBCS_PAYLOAD)

_DCC_ALERT_MESSAGE = Record(
    Element("DCCAlertCode", Listed("a DCC Alert code", dcc_alerts)),
    *_THROTTLED,
    Element("DCCAlert", DCC_ALERT),
)

RESPONSE_BODIES: dict[str, Element] = {
    element.name: element
    for element in (
        Element("ResponseMessage", _RESPONSE_MESSAGE),
        Element("DeviceAlertMessage", _DEVICE_ALERT_MESSAGE),
        Element("DCCAlertMessage", _DCC_ALERT_MESSAGE),
        Element("SMETS1ResponseMessage", OPAQUE),
    )
}
"""The four kinds of response body, by element name."""
