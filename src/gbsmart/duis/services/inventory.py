"""Service References 8 and 12: the Smart Metering Inventory, commissioning and what the DCC is told."""

from __future__ import annotations

from gbsmart.duis.lexical import OneOf, PlainDay, Text
from gbsmart.duis.schema import EMPTY, Choice, Complex, Element, Record
from gbsmart.duis.services.configuration import clock
from gbsmart.duis.terms import (
    DEVICE,
    DEVICE_TYPE,
    ESME_VARIANT,
    EUI,
    FIRMWARE_VERSION,
    MANUFACTURER,
    METERING_POINTS,
    MODEL,
    MPAN,
    MPXN,
    PROPERTY_FILTER,
    SPECIFICATION_VERSION,
    UPRN,
)

_FIRMWARE_OR_NOT = Element(
    "FirmwareVersion", Text(1, 8), optional=True, note=FIRMWARE_VERSION.note
)  # fmt: skip
_SPECIFICATION_OR_NOT = Element("SMETSCHTSVersion", SPECIFICATION_VERSION, optional=True)

_DETAILS = Record(
    Element("DeviceManufacturer", MANUFACTURER, optional=True),
    Element("DeviceModel", MODEL, optional=True),
    _SPECIFICATION_OR_NOT,
    _FIRMWARE_OR_NOT,
    ESME_VARIANT,
)
_METERING_POINT = Record(
    Choice(
        (
            Element("ImportMPxN", MPXN),
            Element("SecondaryImportMPAN", MPAN),
            Element("ExportMPAN", MPAN),
        )
    )
)

BODIES: dict[str, Complex] = {
    "8.1.1": clock("Commissions a meter by setting its clock, which the DCC takes for its sign of life."),
    "8.2": Record(
        Choice(
            (
                Element("UPRN", UPRN),
                Element("DeviceID", EUI),
                Element("MPxN", MPXN),
                Element("PropertyFilter", PROPERTY_FILTER),
            )
        ),
        note="All devices at one property, by any of four keys.",
    ),
    "8.3": Record(DEVICE, note="Says that a device is no longer in use."),
    "8.4": Record(
        DEVICE,
        Choice(
            (
                Element(
                    "UpdateDeviceStatusExceptCH",
                    OneOf(("Pending", "InstalledNotCommissioned")),
                    note="The new status of a device that is no hub.",
                ),
                Element(
                    "UpdateDeviceStatusCH",
                    OneOf(("Commissioned", "Withdrawn", "InstalledNotCommissioned")),
                    note="The new status of a communications hub.",
                ),
                Element("UpdateDeviceDetails", _DETAILS),
                Element("DeleteDevice", EMPTY),
                Element("UpdateMPxN", _METERING_POINT),
            )
        ),
        note="Changes what the inventory says of a device.",
    ),
    "8.6": Record(
        DEVICE,
        DEVICE_TYPE,
        Element("MPxNs", METERING_POINTS),
        Element("OptInDate", PlainDay()),
        note="Brings a device back into the DCC's hands; no User Role may ask for it any more.",
    ),
    "12.2": Record(
        DEVICE,
        Element("DeviceManufacturer", MANUFACTURER),
        Element("DeviceModel", MODEL),
        DEVICE_TYPE,
        _SPECIFICATION_OR_NOT,
        _FIRMWARE_OR_NOT,
        ESME_VARIANT,
        Element("AssociatedGPFDeviceID", EUI, optional=True, note="The gas proxy function of a hub."),
        note="Puts a device into the inventory before it is installed.",
    ),
}
