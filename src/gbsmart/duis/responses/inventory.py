"""What the DCC says of devices: the Smart Metering Inventory (8.2) and opt-in (8.6)."""

from __future__ import annotations

from gbsmart.duis.lexical import OneOf, Text
from gbsmart.duis.schema import Element, Many, Record, Sole
from gbsmart.duis.terms import (
    CSP_REGIONS,
    DAY,
    DEVICE,
    DEVICE_STATUSES,
    DEVICE_TYPE,
    ESME_VARIANT,
    EUI,
    FREE,
    MANUFACTURER,
    MODEL,
    MPAN,
    MPXN,
    OCTETS,
    PRODUCT_STATUSES,
    PROPERTY_FILTER,
    SPECIFICATION_VERSION,
    UPRN,
)

_DEVICE = Record(
    Element("DeviceID", EUI),
    DEVICE_TYPE,
    Element("DeviceStatus", OneOf(DEVICE_STATUSES), optional=True),
    Element("DeviceManufacturer", MANUFACTURER),
    Element("DeviceModel", MODEL),
    Element("SMETSCHTSVersion", SPECIFICATION_VERSION, optional=True),
    Element("DeviceFirmwareVersion", Text(1, 8), optional=True),
    Element(
        "DeviceFirmwareVersionStatus",
        OneOf(PRODUCT_STATUSES),
        optional=True,
        note="Of the firmware in the Certified Products List.",
    ),
    Element("CPLStatus", OneOf(PRODUCT_STATUSES), optional=True, note="Of the device model in that list."),
    Element("DateCommissioned", DAY, optional=True),
    Element("ImportMPxN", MPXN, optional=True),
    Element("SecondaryImportMPAN", MPAN, optional=True, note="Of the second element of a meter."),
    Element("ExportMPAN", MPAN, optional=True),
    ESME_VARIANT,
    Element("UPRN", UPRN, optional=True),
    Element("PropertyFilter", PROPERTY_FILTER, optional=True),
    Element("CSPRegion", OneOf(CSP_REGIONS), optional=True),
    Element("DeviceGBCSVersion", FREE, optional=True),
    Element("HANVariant", FREE, optional=True, note="The radio bands of a communications hub."),
    Element("S1SP", FREE, optional=True, note="The SMETS1 service provider of a SMETS1 device."),
    Element("Connectivity", OneOf(("Cellular", "Virtual")), optional=True),
)

PAYLOADS = (
    Element(
        "DSPInventory",
        Sole(Many(Element("Device", _DEVICE), 1, 17, "devices")),
        note="Answers 8.2: the devices at a property.",
    ),
    Element(
        "DSPOptIn",
        Record(
            DEVICE,
            Element("DSPBrokerSecurityCredentialsDigitalSigning", OCTETS, optional=True),
            Element("DSPBrokerSecurityCredentialsKeyAgreement", OCTETS),
        ),
        note="Answers 8.6: the DCC's certificates that the device is to hold.",
    ),
)
