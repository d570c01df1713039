"""Alerts about the home area network and about firmware (GBCS section 16): to the Access Control Broker.

The hub's own on the sub-GHz radio, the gas proxy's copy of its device log, and the outcomes of firmware
that is transferred and activated.
"""

from __future__ import annotations

from gbsmart.gbcs.asn1.ber import INTEGER
from gbsmart.gbcs.asn1.bodies import AsnBody
from gbsmart.gbcs.asn1.shapes import INT, OCTETS, TIME, AsnShape, Seq, SeqOf, primitive
from gbsmart.gbcs.dlms import shapes as dlms
from gbsmart.gbcs.form import Form
from gbsmart.gbcs.forms.alerts import dlms_alert
from gbsmart.gbcs.forms.management import ACTIVATION, JOINED_DEVICE, OUTCOME

_TRANSFER = primitive(
    INTEGER, labels={0: "success", 1: "discarded", 2: "hardware mismatch", 3: "transfer failure"}
)
_CHANNEL = dlms.Struct(("operating_channel", dlms.BITS), ("scan_trigger", dlms.OCTETS))
_SCAN = dlms.Struct(("status", dlms.OCTETS), ("scan_trigger", dlms.OCTETS))


def _asn1_alert(name: str, code: int, *members: tuple[str, AsnShape]) -> Form:
    return Form(name, code, alert=AsnBody(Seq(("alert_code", INT), ("time", TIME), *members)))


FORMS = (
    dlms_alert("DBCH06", 0x0110, ("suspended_device_id", dlms.OCTETS)),
    dlms_alert("DBCH07", 0x0111, ("sub_ghz_channel", _CHANNEL)),
    dlms_alert("DBCH08", 0x0112, ("sub_ghz_scan", _SCAN)),
    dlms_alert("DBCH10", 0x0114, ("discarded_message", dlms.OCTETS)),
    dlms_alert("DBCH11", 0x0115, ("refused_device_id", dlms.OCTETS)),
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
