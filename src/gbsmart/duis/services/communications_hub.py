"""Service References 8.14 and 12.1: what the DCC is told of communications hubs and asked of coverage."""

from __future__ import annotations

from gbsmart.duis.lexical import Boolean, OneOf, Text
from gbsmart.duis.schema import Choice, Complex, Element, Record
from gbsmart.duis.terms import DEVICE, EUI, MOMENT, MPXN, PROPERTY_FILTER, UPRN

_USER_REFERENCE = Element("UserRefID", Text(0, 25), optional=True, note="The User's own reference.")
_INCIDENT = Element("IncidentReference", Text(0, 15), optional=True, note="Of the Service Desk.")
_MORE = Element("AdditionalInformation", Text(0, 200), optional=True, note="What else is to be said.")
_WHEN = Element("UserRefDateTime", MOMENT, optional=True, note="When it was found or done.")

_INSTALLED = (
    DEVICE,
    Element(
        "CHFInstallType",
        OneOf(("New CHF Install", "Replacement CHF Install", "CHF Install - no SM WAN")),
        note="Whether it is the first hub there.",
    ),
    Element("InstallDateTime", MOMENT, optional=True, note="When it was installed."),
    _USER_REFERENCE,
    Element("MPxN", MPXN, note="The metering point of the premises."),
    Element("GISData", Text(0, 25), optional=True, note="Where it is, as coordinates."),
    Element("AerialInstall", Boolean(), note="Whether an aerial was put up."),
    Element(
        "CHFLocation",
        OneOf(("Outside Premises", "Indoors on external wall", "Deep indoors", "Basement or Cellar")),
        note="Where it hangs.",
    ),
)
_PREMISES = (
    "Detached / Semi Detached",
    "Terraced",
    "Low Rise Apartment (MDU <= 5 floors)",
    "High Rise Apartment (MDU > 5 floors)",
)
_FAULTS = (
    "Damaged case",
    "Damaged Connector",
    "Illegal interference or missing seals",
    "Environmental conditions exceeded",
    "SM WAN Fault",
    "SMHAN Interface Fault",
    "LED Fault",
    "Aerial fault",
    "Manufacturing defect",
)
_NO_FAULTS = (
    "No Fault Return (general)",
    "No Fault Return (non-dom opt out)",
    "No Fault Return (dual supplier HAN variant replacement)",
    "No Fault Return (SM WAN variant replacement requested by DCC)",
    "Lost or Stolen Hub",
)

WAN_MATRIX = Record(
    Choice(
        (
            Element("UPRN", UPRN, note="The Unique Property Reference Number."),
            Element("PartialAddress", PROPERTY_FILTER),
        )
    ),
    note="Whether there is coverage by the SM WAN at an address.",
)

BODIES: dict[str, Complex] = {
    "8.14.1": Record(*_INSTALLED, _MORE, note="Says that a hub was installed and has reached the SM WAN."),
    "8.14.2": Record(
        *_INSTALLED,
        Element("PremiseType", OneOf(_PREMISES), note="What kind of building it is."),
        Element("MetalObstructionCheck", Boolean(), note="Whether metal stands in the way."),
        Element("ConnectivityObstructionCheck", Boolean(), note="Whether something else does."),
        Element("SharedObstructionCheck", Boolean(), note="Whether neighbours have the same."),
        _MORE,
        note="Says that a hub was installed and has not reached the SM WAN.",
    ),
    "8.14.3": Record(
        DEVICE,
        Element(
            "CHFFaultReturnType",
            OneOf(("Fault identified prior to installation", "Fault identified post installation")),
            note="When the fault was found.",
        ),
        _WHEN,
        _USER_REFERENCE,
        Element("OtherDeviceID", EUI, note="What the hub was fixed to."),
        _INCIDENT,
        Element("CHFConnectionMethod", OneOf(("Hot-shoe", "Cradle", "ESME")), note="How it was fixed."),
        Element("CHFFaultReason", OneOf(_FAULTS), note="What is wrong with it."),
        _MORE,
        note="Says that a hub goes back because of a fault.",
    ),
    "8.14.4": Record(
        DEVICE,
        Element("CHFNoFaultReturnType", OneOf(_NO_FAULTS), note="Why it goes back."),
        _WHEN,
        _USER_REFERENCE,
        _INCIDENT,
        _MORE,
        note="Says that a hub goes back without a fault, or is lost.",
    ),
    "12.1": WAN_MATRIX,
}
