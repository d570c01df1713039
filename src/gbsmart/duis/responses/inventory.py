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
    Element("DeviceID", EUI, note="The device."),
    DEVICE_TYPE,
    Element("DeviceStatus", OneOf(DEVICE_STATUSES), optional=True, note="Where it is in its life."),
    Element("DeviceManufacturer", MANUFACTURER, note="Its maker."),
    Element("DeviceModel", MODEL, note="Its model."),
    Element(
        "SMETSCHTSVersion",
        SPECIFICATION_VERSION,
        optional=True,
        note="The version of the specification that it meets.",
    ),
    Element(
        "DeviceFirmwareVersion", Text(1, 8), optional=True, note="As the Certified Products List has it."
    ),
    Element(
        "DeviceFirmwareVersionStatus",
        OneOf(PRODUCT_STATUSES),
        optional=True,
        note="Of the firmware in the Certified Products List.",
    ),
    Element("CPLStatus", OneOf(PRODUCT_STATUSES), optional=True, note="Of the device model in that list."),
    Element("DateCommissioned", DAY, optional=True, note="When it was."),
    Element("ImportMPxN", MPXN, optional=True, note="Of import."),
    Element("SecondaryImportMPAN", MPAN, optional=True, note="Of the second element of a meter."),
    Element("ExportMPAN", MPAN, optional=True, note="Of export."),
    ESME_VARIANT,
    Element("UPRN", UPRN, optional=True, note="The Unique Property Reference Number."),
    Element("PropertyFilter", PROPERTY_FILTER, optional=True, note="Its address."),
    Element(
        "CSPRegion",
        OneOf(CSP_REGIONS),
        optional=True,
        note="Where its hub is, by communications service provider.",
    ),
    Element("DeviceGBCSVersion", FREE, optional=True, note="The version of GBCS that it speaks."),
    Element("HANVariant", FREE, optional=True, note="The radio bands of a communications hub."),
    Element("S1SP", FREE, optional=True, note="The SMETS1 service provider of a SMETS1 device."),
    Element(
        "Connectivity", OneOf(("Cellular", "Virtual")), optional=True, note="How its hub reaches the WAN."
    ),
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
            Element(
                "DSPBrokerSecurityCredentialsDigitalSigning",
                OCTETS,
                optional=True,
                note="With which the DCC signs.",
            ),
            Element(
                "DSPBrokerSecurityCredentialsKeyAgreement",
                OCTETS,
                note="With which device and DCC agree on keys.",
            ),
        ),
        note="Answers 8.6: the DCC's certificates that the device is to hold.",
    ),
)
