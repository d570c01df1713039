"""Alerts about the home area network and about firmware (GBCS section 16): to the Access Control Broker.

The hub's own on the sub-GHz radio, the gas proxy's copy of its device log, and the outcomes of firmware
that is transferred and activated.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from gbsmart.gbcs.asn1.ber import INTEGER
from gbsmart.gbcs.asn1.bodies import AsnBody
from gbsmart.gbcs.asn1.shapes import INT, OCTETS, TIME, AsnShape, Seq, SeqOf, primitive
from gbsmart.gbcs.dlms import shapes as dlms
from gbsmart.gbcs.dlms.objects.sub_ghz import SUB_GHZ_CONFIGURATION
from gbsmart.gbcs.form import Form
from gbsmart.gbcs.forms.alerts import dlms_alert
from gbsmart.gbcs.forms.management import ACTIVATION, JOINED_DEVICE, OUTCOME

_TRANSFER = primitive(
    INTEGER, labels={0: "success", 1: "discarded", 2: "hardware mismatch", 3: "transfer failure"}
)
_EUI, _COUNTER = 8, 8


def _read_undelivered(octets: bytes) -> dict[str, object]:
    content = octets[2:]
    if octets[:2] != bytes((0x30, len(content))) or len(content) != 2 * _EUI + 1 + _COUNTER:
        raise ValueError(octets.hex())
    return {
        "originator": content[:_EUI], "recipient": content[_EUI : 2 * _EUI], "cra": content[2 * _EUI],
        "counter": int.from_bytes(content[-_COUNTER:], "big"),
    }  # fmt: skip


def _write_undelivered(message: Mapping[str, Any]) -> bytes:
    originator, recipient = message["originator"], message["recipient"]
    if len(originator) != _EUI or len(recipient) != _EUI:
        raise ValueError(message)
    counter = message["counter"].to_bytes(_COUNTER, "big")
    content = originator + recipient + bytes((message["cra"],)) + counter
    return bytes((0x30, len(content), *content))


_UNDELIVERED = dlms.Iso("undelivered message", dlms.OCTETS, _read_undelivered, _write_undelivered)
"""Which message did not reach the meter [assumed: the sequence stands in an octet-string]."""
_CHANNEL = dlms.Struct(("operating_channel", dlms.BITS), ("scan_trigger", dlms.OCTETS))
_SCAN = dlms.Struct(("status", dlms.OCTETS), ("scan_trigger", dlms.OCTETS))


def _asn1_alert(name: str, code: int, *members: tuple[str, AsnShape]) -> Form:
    return Form(name, code, alert=AsnBody(Seq(("alert_code", INT), ("time", TIME), *members)))


FORMS = (
    dlms_alert("DBCH06", 0x0110, ("suspended_device_id", dlms.OCTETS)),
    dlms_alert("DBCH07", 0x0111, ("sub_ghz_channel", _CHANNEL)),
    dlms_alert("DBCH08", 0x0112, ("sub_ghz_scan", _SCAN)),
    replace(
        dlms_alert("DBCH09", 0x0113, (SUB_GHZ_CONFIGURATION.name, SUB_GHZ_CONFIGURATION.shape)),
        verified=False,
    ),
    dlms_alert("DBCH10", 0x0114, ("discarded_message", dlms.OCTETS)),
    dlms_alert("DBCH11", 0x0115, ("refused_device_id", dlms.OCTETS)),
    replace(dlms_alert("8F84 alert", 0x00D5, ("undelivered", _UNDELIVERED)), verified=False),
    _asn1_alert("GCS62", 0x00B2, ("joined", SeqOf(JOINED_DEVICE))),
    _asn1_alert(
        "CS06 alert", 0x00CA,
        ("counter", INT), ("activation", ACTIVATION),
    ),
    _asn1_alert(
        "CCS08", 0x0128, ("device_id", OCTETS), ("firmware_version", OCTETS), ("result", _TRANSFER)
    ),
    _asn1_alert("CS09", 0x012B, ("firmware_version", OCTETS), ("status", OUTCOME)),
)  # fmt: skip
