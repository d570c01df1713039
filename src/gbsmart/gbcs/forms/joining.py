"""Joining use cases: which other device of the home a device may speak to (SRV 8.7, 8.8, 8.12.2).

Two meters and a prepayment display agree keys with each other by method A, the gas proxy and the gas meter
by method B; by method C a device is told the other's certificate instead. A gas proxy whose hub was
exchanged is given back the log of the one before it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gbsmart.gbcs.asn1.ber import INTEGER
from gbsmart.gbcs.asn1.bodies import AsnBody, AsnChoice, AsnResponse, AsnValue
from gbsmart.gbcs.asn1.shapes import OCTETS, Certificate, Optional, Seq, SeqOf, primitive
from gbsmart.gbcs.form import Form
from gbsmart.gbcs.forms.credentials import status_code
from gbsmart.gbcs.forms.management import JOINED_DEVICE, OF_DEVICE

METHODS: Mapping[int, str] = {
    0: "method A, initiator", 1: "method A, responder", 2: "method B", 3: "method C",
}  # fmt: skip
"""By which method a device joins another, and in which part."""
JOIN_STATUS: Mapping[int, str] = {
    0: "success", 1: "invalidMessageCodeForJoinMethodAndRole", 2: "invalidJoinMethodAndRole",
    3: "incompatibleWithExistingEntry", 4: "deviceLogFull", 5: "writeFailure", 6: "keyAgreementNoResources",
    7: "keyAgreementUnknownIssuer", 8: "keyAgreementUnsupportedSuite", 9: "keyAgreementBadMessage",
    10: "keyAgreementBadKeyConfirm", 11: "invalidOrMissingCertificate", 12: "noPartnerLinkKeyReceived",
    13: "noCBKEResponse",
}  # fmt: skip
"""What came of joining."""
UNJOIN_STATUS: Mapping[int, str] = {0: "success", 1: "otherDeviceNotInDeviceLog", 2: "otherFailure"}
"""What came of leaving."""

_JOIN_CODE = primitive(INTEGER, labels=JOIN_STATUS)
_JOIN = AsnBody(
    Seq(
        ("join_method", primitive(INTEGER, labels=METHODS)),
        ("other_device_id", OCTETS),
        ("other_device_type", OF_DEVICE),
        ("other_device_certificate", Optional(Certificate())),
    )
)
"""The certificate is that for key agreement, and method C's alone."""
_JOINED = AsnChoice(status_code, ("status", _JOIN_CODE))
_UNJOIN = AsnValue("other_device_id", OCTETS)
_UNJOINED = AsnChoice(status_code, ("status", primitive(INTEGER, labels=UNJOIN_STATUS)))


def _restored(values: Mapping[str, Any]) -> tuple[int, ...]:
    return tuple(each["status"] for each in values["restored"])


FORMS = (
    Form("CS03A1", 0x000D, _JOIN, _JOINED),
    Form("CS03A2", 0x00AB, _JOIN, _JOINED),
    Form("CS03B", 0x000E, _JOIN, _JOINED),
    Form("CS03C", 0x00AF, _JOIN, _JOINED),
    Form("CS04AC", 0x000F, _UNJOIN, _UNJOINED),
    Form("CS04B", 0x0010, _UNJOIN, _UNJOINED),
    Form(
        "GCS59", 0x008C, AsnBody(Seq(("joined", SeqOf(JOINED_DEVICE)))),
        AsnResponse(
            Seq(("restored", SeqOf(Seq(("device", JOINED_DEVICE), ("status", _JOIN_CODE))))), _restored
        ),
    ),
)  # fmt: skip
