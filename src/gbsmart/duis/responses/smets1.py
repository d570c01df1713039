"""What SMETS1 service providers say for devices that speak no GBCS, signed by them.

What they say of a device is MMC XML, and kept as it is; so are their signatures.
"""

from __future__ import annotations

from gbsmart.duis.document import DS
from gbsmart.duis.schedules import SCHEDULE_ID
from gbsmart.duis.schema import OPAQUE, Choice, Element, Record
from gbsmart.duis.terms import EUI, FREE, ID, MOMENT, REFERENCES, SCHEMA_VERSION, THROTTLED, UTRN, VARIANTS

_SIGNATURE = Element("Signature", OPAQUE, namespace=DS, note="The SMETS1 service provider's.")

_SAID = Record(
    Element("Header", OPAQUE, note="Who says it to whom, as MMC has it."),
    Element(
        "Body",
        Record(
            Choice(
                (
                    Element("ResponseMessage", OPAQUE, note="The answer, as MMC has it."),
                    Element("DeviceAlertMessage", OPAQUE, note="The alert, as MMC has it."),
                )
            )
        ),
    ),
)

SMETS1_RESPONSE = Record(
    Element("ServiceReference", REFERENCES, optional=True, note="Of the request, if it answers one."),
    Element("ServiceReferenceVariant", VARIANTS, optional=True, note="Its variant."),
    Element("DSPScheduleID", SCHEDULE_ID, optional=True, note="The schedule by which the device was asked."),
    *THROTTLED,
    Element(
        "SMETS1SignedResponse",
        Record(Element("SMETS1Response", _SAID), _SIGNATURE, attributes=(SCHEMA_VERSION,)),
    ),
    note="What a SMETS1 device answers or reports, in the words of its service provider.",
)

S1SP_ALERT = Record(
    Element(
        "S1SPAlert",
        Record(
            Element("RequestID", ID, optional=True, note="What the alert is about."),
            Element("DeviceID", EUI, optional=True, note="The device that is meant."),
            Element("S1SPAlertCode", FREE, note="What is reported, in the provider's own codes."),
            Element("AdditionalInformation", FREE, optional=True, note="What else is to be said."),
            Element("UTRN", UTRN, optional=True, note="Made for a top-up of a SMETS1 meter."),
            Element("DateTime", MOMENT, note="When it was said."),
            _SIGNATURE,
            attributes=(SCHEMA_VERSION,),
        ),
    ),
    Element("DSPScheduleID", SCHEDULE_ID, optional=True, note="The schedule that is meant."),
    note="A SMETS1 service provider reports something of its own.",
)
