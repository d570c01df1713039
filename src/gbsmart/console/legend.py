"""What the letters mean: User Roles, device types and the other abbreviations that the pages use.

Declared once: the legend's page and the tooltips of the other pages are made from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from markupsafe import Markup, escape
from starlette.requests import Request

from gbsmart.web import Page


class Term(NamedTuple):
    """Letters, the name that they stand for, and what that is."""

    letters: str
    name: str
    meaning: str


USER_ROLES: Final = (
    Term("IS", "Import Supplier", "The energy supplier that sells electricity to the home."),
    Term("ES", "Export Supplier", "The energy supplier that buys what the home generates."),
    Term("GS", "Gas Supplier", "The energy supplier that sells gas to the home."),
    Term("ED", "Electricity Distributor", "The operator of the electricity network that the home is on."),
    Term("GT", "Gas Transporter", "The operator of the gas network that the home is on."),
    Term("RSA", "Registered Supplier Agent", "Whom a supplier appoints for its meters: a meter operator."),
    Term("OU", "Other User", "Any other, such as a price comparison: it reads with the consumer's consent."),
    Term("LC", "Load Controller", "Who switches or shifts load in homes; no eligibility of it is here yet."),
)
"""What a User may do is decided by its roles (SEC Section H1)."""

DEVICE_TYPES: Final = (
    Term("CHF", "Communications Hub Function", "The hub: joins the home to the WAN and forms its HAN."),
    Term("GPF", "Gas Proxy Function", "In the hub: keeps what the sleeping gas meter last said."),
    Term("ESME", "Electricity Smart Metering Equipment", "The electricity meter, with its switch."),
    Term("GSME", "Gas Smart Metering Equipment", "The gas meter, with its valve; it mostly sleeps."),
    Term(
        "PPMID", "Prepayment Meter Interface Device",
        "A display that takes top-ups (UTRNs) and arms or restores the supply.",
    ),
    Term(
        "HCALCS", "HAN Connected Auxiliary Load Control Switch",
        "A switch for a load such as a water heater, which the electricity meter works.",
    ),
    Term(
        "SAPC", "Standalone Auxiliary Proportional Controller",
        "Controls a load such as a car charger in steps; it counts among the ESMEs.",
    ),
    Term("IHD", "In-Home Display", "Shows use and cost; it speaks to the home's devices only."),
    Term("CAD", "Consumer Access Device", "Reads the home's meters for the consumer; nothing is sent to it."),
)  # fmt: skip
"""What can stand in a home (SMETS, CHTS)."""

OTHERS: Final = (
    Term("SEC", "Smart Energy Code", "The rulebook under which all of this happens."),
    Term(
        "DCC", "Data and Communications Company", "Carries requests from Users to devices and answers back."
    ),
    Term("DUIS", "DCC User Interface Specification", "The XML in which Users and the DCC speak."),
    Term("GBCS", "Great Britain Companion Specification", "The octets in which devices are spoken to."),
    Term("SMETS", "Smart Metering Equipment Technical Specifications", "What meters and devices must do."),
    Term("HAN", "Home Area Network", "Joins the devices of a home; ZigBee."),
    Term("WAN", "Wide Area Network", "Joins the hubs to the DCC."),
    Term("EUI-64", "64-bit Extended Unique Identifier", "The id of a device or of a User: eight octets."),
    Term("UTRN", "Unique Transaction Reference Number", "The 20 digits of a prepayment top-up."),
    Term("ACB", "Access Control Broker", "The part of the DCC whose MAC devices check on every command."),
    Term(
        "MAC", "Message Authentication Code", "Proves to the two who share a key that a message is unchanged."
    ),
    Term(
        "SMKI", "Smart Metering Key Infrastructure", "Issues the certificates of devices and organisations."
    ),
    Term("SRV", "Service Reference Variant", "The number of a kind of Service Request, such as 4.1.1."),
    Term("MPAN", "Meter Point Administration Number", "Identifies an electricity metering point."),
    Term("MPRN", "Meter Point Reference Number", "Identifies a gas metering point."),
)

LEGEND: Final[Mapping[str, tuple[Term, ...]]] = {
    "User Roles": USER_ROLES,
    "Device types": DEVICE_TYPES,
    "Other letters": OTHERS,
}
"""In the order of the page."""
_BY_LETTERS: Final = {term.letters: term for terms in LEGEND.values() for term in terms}


def spelled(letters: object) -> Markup:
    """Letters as the pages write them: with what they stand for, where that is known."""
    term = _BY_LETTERS.get(str(letters))
    if term is None:
        return escape(letters)
    return Markup('<abbr title="{}">{}</abbr>').format(term.name, term.letters)


async def legend(_request: Request) -> Page:
    """``/legend``: every abbreviation, by what it is of."""
    model = {
        "user_roles": [term._asdict() for term in USER_ROLES],
        "device_types": [term._asdict() for term in DEVICE_TYPES],
        "others": [term._asdict() for term in OTHERS],
    }
    return Page("What the letters mean", "legend.html", model, {"legend": LEGEND})
