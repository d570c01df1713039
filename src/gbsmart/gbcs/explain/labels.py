"""What numbers on the wire are called: DLMS access choices and results, units, clusters, ZCL statuses.

Only for showing; no codec reads these tables.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from gbsmart.gbcs import forms
from gbsmart.gbcs.dlms.access import AccessRequest, AccessResponse
from gbsmart.gbcs.dlms.apdu import Access, Result
from gbsmart.gbcs.dlms.units import NO_UNIT, OTHER_UNIT, UNITS
from gbsmart.gbcs.gbz.commands import COMMANDS, Cluster
from gbsmart.gbcs.gbz.message import (
    CLUSTER_SPECIFIC,
    DEFAULT_RESPONSE,
    ENCRYPTED,
    FROM_DATE_TIME,
    LAST,
    NO_DEFAULT_RESPONSE,
    READ_ATTRIBUTES,
    READ_ATTRIBUTES_RESPONSE,
    TO_CLIENT,
)

ACCESS: Mapping[int, str] = {each: each.name.lower().replace("_", " ") for each in Access}
RESULTS: Mapping[int, str] = {each: each.name.lower().replace("_", " ") for each in Result}

INTERFACE_CLASSES: Mapping[int, str] = {
    1: "data", 3: "register", 4: "extended register", 5: "demand register", 6: "register activation",
    7: "profile generic", 8: "clock", 9: "script table", 10: "schedule", 11: "special days table",
    20: "activity calendar", 21: "register monitor", 22: "single action schedule", 30: "data protection",
    62: "compact data", 68: "arbitrator", 70: "disconnect control", 71: "limiter",
    104: "ZigBee network control", 111: "account", 112: "credit", 113: "charge", 115: "token gateway",
    9000: "extended data",
}  # fmt: skip
"""COSEM interface classes (DLMS Blue Book) and the extended data of GBCS."""

UNIT_NAMES: Mapping[int, str] = {**UNITS, OTHER_UNIT: "a unit not in the list", NO_UNIT: "no unit"}

ZCL_STATUSES: Mapping[int, str] = {
    0x00: "success", 0x01: "failure", 0x7E: "not authorised", 0x80: "malformed command",
    0x81: "unsupported cluster command", 0x82: "unsupported general command", 0x85: "invalid field",
    0x86: "unsupported attribute", 0x87: "invalid value", 0x88: "read only", 0x89: "insufficient space",
    0x8A: "duplicate exists", 0x8B: "not found", 0x8D: "invalid data type", 0x94: "time-out",
    0xC0: "hardware failure",
}  # fmt: skip

GENERAL_COMMANDS: Mapping[int, str] = {
    READ_ATTRIBUTES: "read attributes",
    READ_ATTRIBUTES_RESPONSE: "read attributes response",
    DEFAULT_RESPONSE: "default response",
}

NOT_EXECUTED = "none: a component before it failed"


def interface_class(number: int) -> str:
    """The name of a COSEM interface class, or ""."""
    return INTERFACE_CLASSES.get(number, "")


def cluster(number: int) -> str:
    """The name of a ZigBee cluster, or ""."""
    try:
        return Cluster(number).name.lower().replace("_", " ") + " cluster"
    except ValueError:
        return ""


def component_control(bits: int) -> str:
    """The control octet of a GBZ component in words."""
    words = [
        "last component" if bits & LAST else "more components follow",
        "encrypted" if bits & ENCRYPTED else "",
        "with a From Date Time" if bits & FROM_DATE_TIME else "",
    ]
    return ", ".join(word for word in words if word)


def frame_control(bits: int) -> str:
    """The frame control octet of a ZCL frame in words."""
    words = [
        "command of the cluster" if bits & CLUSTER_SPECIFIC else "general command",
        "server to client" if bits & TO_CLIENT else "client to server",
        "no default response wanted" if bits & NO_DEFAULT_RESPONSE else "",
    ]
    return ", ".join(word for word in words if word)


def command(number: int, cluster_id: int, control: int) -> str:
    """The name of a ZCL command under its frame control, or ""."""
    if not control & CLUSTER_SPECIFIC:
        return GENERAL_COMMANDS.get(number, "")
    found = COMMANDS.get((cluster_id, bool(control & TO_CLIENT), number))
    return found.name if found else ""


def answered_command(number: int, cluster_id: int, control: int) -> str:
    """The name of the command that a default response under this frame control answers.

    It came the other way than the response goes, or is general; only where there is no such command the
    same way is tried (one public test message, of GCS20r, goes the way of its command).
    """
    if number == 0xFF:
        return NOT_EXECUTED
    for to_client in (not control & TO_CLIENT, bool(control & TO_CLIENT)):
        if found := COMMANDS.get((cluster_id, to_client, number)):
            return found.name
    return GENERAL_COMMANDS.get(number, "")


@cache
def cosem_objects() -> Mapping[tuple[int, bytes, int], str]:
    """What declared forms call each COSEM attribute and method, by class, OBIS code and member."""
    titles: dict[tuple[int, bytes, int], str] = {}
    for form in forms.all_forms():
        for body in (form.command, form.response):
            if isinstance(body, AccessRequest | AccessResponse):
                for item in body.items:
                    for _, class_id, obis, member in item.keys:
                        titles.setdefault((class_id, obis, member), item.title)
    return titles
