"""The envelopes of DUIS: the headers and the kinds of body, declared (Appendix AD; XML schema 5.4)."""

from __future__ import annotations

from gbsmart.duis.alerts import DCC_ALERT
from gbsmart.duis.catalogue import dcc_alerts, response_codes, service_references, service_requests
from gbsmart.duis.lexical import Boolean, DateTime, Day, Hex, Integer, Listed, OneOf, Text
from gbsmart.duis.schedules import DSP_SCHEDULE, SCHEDULE_ID
from gbsmart.duis.schema import OPAQUE, Choice, Element, Many, Record, Sole
from gbsmart.duis.terms import (
    CSP_REGIONS,
    DEVICE_STATUSES,
    DEVICE_TYPES,
    ESME_VARIANT,
    EUI,
    EXECUTION,
    GBCS_PAYLOAD,
    ID,
    MPAN,
    MPXN,
    PRODUCT_STATUSES,
    PROPERTY_FILTER,
    THROTTLED,
    U16,
    UPRN,
)

REFERENCE = Element("ServiceReference", Listed("a Service Reference", service_references))
VARIANT = Element("ServiceReferenceVariant", Listed("a Service Reference Variant", service_requests))

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

SIGNED_PRE_COMMAND = Record(EXECUTION, GBCS_PAYLOAD)

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

_DEVICE_ALERT_MESSAGE = Record(Element("AlertCode", Hex()), *THROTTLED, GBCS_PAYLOAD)

_DCC_ALERT_MESSAGE = Record(
    Element("DCCAlertCode", Listed("a DCC Alert code", dcc_alerts)),
    *THROTTLED,
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
