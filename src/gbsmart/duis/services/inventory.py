"""Service References 8 and 12: the Smart Metering Inventory, commissioning and what the DCC is told."""

from __future__ import annotations

from gbsmart.duis.lexical import OneOf, Text
from gbsmart.duis.moments import PlainDay
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

_MAKER = "Its maker, as the Certified Products List has it."
_MODEL = "Its model, as that list has it."
_FIRMWARE_OR_NOT = Element(
    "FirmwareVersion", Text(1, 8), optional=True, note=FIRMWARE_VERSION.note
)  # fmt: skip
_SPECIFICATION_OR_NOT = Element(
    "SMETSCHTSVersion",
    SPECIFICATION_VERSION,
    optional=True,
    note="The version of the specification that it meets.",
)

_DETAILS = Record(
    Element("DeviceManufacturer", MANUFACTURER, optional=True, note=_MAKER),
    Element("DeviceModel", MODEL, optional=True, note=_MODEL),
    _SPECIFICATION_OR_NOT,
    _FIRMWARE_OR_NOT,
    ESME_VARIANT,
)
_METERING_POINT = Record(
    Choice(
        (
            Element("ImportMPxN", MPXN, note="Of import."),
            Element("SecondaryImportMPAN", MPAN, note="Of the second element of a meter."),
            Element("ExportMPAN", MPAN, note="Of export."),
        )
    )
)

BODIES: dict[str, Complex] = {
    "8.1.1": clock("Commissions a meter by setting its clock, which the DCC takes for its sign of life."),
    "8.2": Record(
        Choice(
            (
                Element("UPRN", UPRN, note="The Unique Property Reference Number."),
                Element("DeviceID", EUI, note="Any device there."),
                Element("MPxN", MPXN, note="Any metering point there."),
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
        Element("OptInDate", PlainDay(), note="From which day on."),
        note="Brings a device back into the DCC's hands; no User Role may ask for it any more.",
    ),
    "12.2": Record(
        DEVICE,
        Element("DeviceManufacturer", MANUFACTURER, note=_MAKER),
        Element("DeviceModel", MODEL, note=_MODEL),
        DEVICE_TYPE,
        _SPECIFICATION_OR_NOT,
        _FIRMWARE_OR_NOT,
        ESME_VARIANT,
        Element("AssociatedGPFDeviceID", EUI, optional=True, note="The gas proxy function of a hub."),
        note="Puts a device into the inventory before it is installed.",
    ),
}
