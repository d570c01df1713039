"""Whether the SM WAN reaches an address (12.1)."""

from __future__ import annotations

from gbsmart.duis.catalogue import response_codes
from gbsmart.duis.lexical import Boolean, Listed, OneOf, Text
from gbsmart.duis.parts import UNBOUNDED
from gbsmart.duis.schema import Element, Group, Many, Record
from gbsmart.duis.services.communications_hub import WAN_MATRIX
from gbsmart.duis.terms import CSP_REGIONS, DAY

_COVERAGE = Group(
    (
        Element("CoverageAvailability", Boolean(), note="Whether there is coverage now."),
        Element("AnticipatedCoverageDate", DAY, optional=True, note="When there will be."),
        Element("WANTechnology", Text(1, 30), note="By what."),
        Element(
            "ConnectivityLikelihood", OneOf(("High", "Medium", "Low")), note="How likely a hub gets through."
        ),
        Element("AuxiliaryEquipmentRequired", Text(0, 50), optional=True, note="Such as an aerial."),
        Element("AdditionalInformation", Text(0, 250), optional=True, note="What else is to be said."),
    ),
    optional=True,
)

_REGION = Record(
    Element("CSPRegion", OneOf(CSP_REGIONS), note="Whose answer this is."),
    Element(
        "CSPRegionResponseCode",
        Listed("a DUIS response code", response_codes),
        note="Whether it could be given.",
    ),
    _COVERAGE,
)

PAYLOADS = (
    Element(
        "DSPWANMatrix",
        Record(
            Element("Request", WAN_MATRIX, note="What was asked."),
            Many(Element("DSPWANMatrixResponse", _REGION), 1, UNBOUNDED, "dsp_wan_matrix_responses"),
        ),
        note="Answers 12.1: what each communications service provider says of the address.",
    ),
)
