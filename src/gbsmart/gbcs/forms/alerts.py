"""Device alerts (GBCS section 16): one form per family and content; codes are in the alert catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gbsmart.gbcs.dlms.arrays import Array
from gbsmart.gbcs.dlms.moments import DATE_TIME
from gbsmart.gbcs.dlms.notification import Notification
from gbsmart.gbcs.dlms.shapes import OCTETS, U8, U16, UTF8, Iso, Struct
from gbsmart.gbcs.form import Form
from gbsmart.gbcs.gbz.alert import GbzAlert
from gbsmart.gbcs.shape import Shape
from gbsmart.ground import InvalidValue


def dlms_alert(name: str, code: int, *members: tuple[str, Shape]) -> Form:
    """A data notification of alert code, time stamp, and ``members``."""
    return Form(name, code, alert=Notification(("alert_code", U16), ("time", DATE_TIME), *members))


def _read_instruction(octets: bytes) -> dict[str, object]:
    if len(octets) != 19:
        raise ValueError(octets.hex())
    return {
        "message_code": int.from_bytes(octets[:2], "big"),
        "counter": int.from_bytes(octets[2:10], "big"),
        "class_id": int.from_bytes(octets[10:12], "big"),
        "instance": octets[12:18],
        "attribute": octets[18],
    }


def _write_instruction(value: Mapping[str, Any]) -> bytes:
    instance = b"" + value["instance"]  # a number is no octets
    if len(instance) != 6:
        raise InvalidValue("has 6 octets", field="instance")
    return b"".join(
        (
            value["message_code"].to_bytes(2, "big"),
            value["counter"].to_bytes(8, "big"),
            value["class_id"].to_bytes(2, "big"),
            instance,
            value["attribute"].to_bytes(1, "big"),
        )
    )


INSTRUCTION = Iso("future dated instruction", OCTETS, _read_instruction, _write_instruction)
"""Which instruction of which command was executed: message code, counter, class, instance, attribute."""

_HASH = OCTETS
_DEVICE_LOG = Struct(
    ("time", DATE_TIME),
    ("device_id", OCTETS),
    ("devices", Array(Struct(("device_id", OCTETS), ("hashed_link_key", OCTETS)))),
)


def gbz_alert(name: str, code: int, *content: tuple[str, str]) -> Form:
    """A GBZ alert of code, time and ``content`` (leaf name, value name)."""
    return Form(name, code, alert=GbzAlert(*content))


FORMS = (
    gbz_alert("GNCA-ZigBee", 0x1001),
    gbz_alert("GCA-ZigBee", 0x1000),
    gbz_alert(
        "FD-ZigBee", 0x00CD,
        *((name, name) for name in (
            "message_code", "originator_counter", "cluster", "frame_control", "command"
        )),
    ),
    gbz_alert("FDRA-ZigBee", 0x00CF, ("content", "manufacturer_image_hash")),
    gbz_alert("MIIWA-ZigBee", 0x00F2, ("reason", "reason")),
    dlms_alert("GNCA-DLMS", 0x1001),
    dlms_alert("GCA-DLMS", 0x1000),
    dlms_alert("FD-DLMS", 0x00CC, ("instruction", INSTRUCTION)),
    dlms_alert("CS14", 0x0018, ("device_log", _DEVICE_LOG)),
    dlms_alert("ECS80", 0x0067, ("outage_start", DATE_TIME), ("restored", DATE_TIME)),
    dlms_alert("FDRA-DLMS", 0x00CE, ("manufacturer_image_hash", _HASH)),
    dlms_alert("MIIWA-DLMS", 0x00F0, ("reason", OCTETS)),
    dlms_alert("ECS100", 0x0120, ("rejected_command", OCTETS)),
    dlms_alert(
        "ECS101", 0x0121,
        ("controller", U8), ("start", DATE_TIME), ("end", DATE_TIME), ("level", U8),
    ),
    dlms_alert("ECS102", 0x0122, ("controller", U8), ("level", U8)),
    dlms_alert("ECS200", 0x0123, ("state", UTF8)),
)  # fmt: skip
