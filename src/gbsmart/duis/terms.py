"""The types and elements that several DUIS messages share (Appendix AD; XML schema 5.4)."""

from __future__ import annotations

from gbsmart.duis.catalogue import service_references, service_requests
from gbsmart.duis.lexical import Eui, Euis, Identifier, Integer, Listed, Number, OneOf, Text
from gbsmart.duis.moments import DateTime, Day, Execution, TimeOfDay
from gbsmart.duis.octets import Base64, Hex
from gbsmart.duis.schema import Attribute, Element, Record, When

ID = Identifier()
EUI = Eui()
EUIS = Euis()
OCTETS = Base64()
CODE = Hex()
MOMENT, DAY, TIME = DateTime(), Day(), TimeOfDay()
U16 = Integer(0, 0xFFFF)
U32 = Integer(0, 0xFFFF_FFFF)
I16 = Integer(-(1 << 15), (1 << 15) - 1)
I32 = Integer(-(1 << 31), (1 << 31) - 1)
SCALE = Integer(-128, 127)
FLOOR = Integer(0, (1 << 63) - 1)
FREE = Text()
UTRN = Text(20, 20, "[0-9]{20}")
"""A Unique Transaction Reference Number, the digits of a top-up."""

EXECUTION = When(
    Element(
        "ExecutionDateTime",
        Execution(),
        optional=True,
        note="When the device, or the DCC for it, executes the request; never cancels one that waits.",
    )
)
"""First part of every body that can be future-dated."""

# --- documents ---

REFERENCES = Listed("a Service Reference", service_references)
VARIANTS = Listed("a Service Reference Variant", service_requests)
SCHEMA_VERSION = Attribute("schemaVersion", Number(), note="The version of DUIS.")

# --- devices ---

DEVICE_TYPES = ("ESME", "GSME", "GPF", "CHF", "HCALCS", "PPMID", "IHD", "CAD")
ESME_VARIANTS = (
    "A", "B", "C", "AD", "BD", "CD", "ADE", "BDE", "CDE", "ADF", "BDF", "CDF", "ADEF", "BDEF", "CDEF",
    "ADG", "ADEG", "AF", "BF", "CF", "AEF", "BEF", "CEF", "AG", "AEG",
)  # fmt: skip
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

DEVICE = Element("DeviceID", EUI, note="The device that is meant.")
DEVICE_TYPE = Element("DeviceType", OneOf(DEVICE_TYPES), note="What kind of device it is.")
ESME_VARIANT = Element(
    "ESMEVariant",
    OneOf(ESME_VARIANTS),
    optional=True,
    note="Letters of what an electricity meter is: A single element, B twin element, C polyphase; D with "
    "auxiliary load control, E with a boost button, F and G with auxiliary controllers.",
)
FIRMWARE_VERSION = Element("FirmwareVersion", Text(1, 8), note="As the Certified Products List has it.")
MANUFACTURER = Text(0, 30)
MODEL = Text(0, 30)
SPECIFICATION_VERSION = Text(1, 20)

# --- where a device is ---

MPXN = Text(1, 13)
MPAN = Text(13, 13)
UPRN = Integer(1, 10**12 - 1)
_POST_CODE = Element("PostCode", Text(6, 8), note="With its space.")
_ADDRESS = Element("AddressIdentifier", Text(0, 30), note="House number or name.")
PROPERTY_FILTER = Record(_POST_CODE, _ADDRESS)
METERING_POINTS = Record(
    Element("ImportMPxN", MPXN, note="Of import."),
    Element("SecondaryImportMPAN", MPAN, optional=True, note="Of the second element of a meter."),
    Element("ExportMPAN", MPAN, optional=True, note="Of export."),
)

# --- credentials ---

REMOTE_PARTY_ROLE = OneOf(
    ("ACB", "NetworkOperator", "Recovery", "Root", "Supplier", "TransCoS", "LoadController"), token=True
)
CERTIFICATE_TYPES = ("DigitalSigning", "KeyAgreement", "KeyAgreementTopUp")
CERTIFICATE_TYPE = OneOf(CERTIFICATE_TYPES)

# --- logs and GBCS messages ---

READ_LOG_PERIOD = Element(
    "ReadLogPeriod",
    Record(
        Element("StartDateTime", MOMENT, note="The first moment."),
        Element("EndDateTime", MOMENT, note="The second."),
    ),
    note="The entries that are asked for: from the first moment to the second, both included.",
)
GBCS_PAYLOAD = Element("GBCSPayload", OCTETS, note="A GBCS message, as the device speaks it.")
THROTTLED = (
    Element(
        "ThrottledAlertSequenceId", U32, optional=True, note="Which run of alike alerts this belongs to."
    ),
    Element("ThrottledAlertCount", U32, optional=True, note="How many of them were held back."),
)
