"""Credential use cases: what a device holds of others (CS02a, b, f, g) and of itself (CS02c, d, e; GBCS 13).

Certificates in trust anchor cells are replaced under one message code per authorising party (0100 plus
the mode); the content tells an own replacement from a handover by the ACB. A device's own certificate
takes two steps: it is asked for a new key pair (CS02c), and given the certificate for it (CS02d).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gbsmart.gbcs.asn1.ber import INTEGER, OCTET_STRING
from gbsmart.gbcs.asn1.bodies import AsnBody, AsnChoice, AsnResponse, AsnValue
from gbsmart.gbcs.asn1.shapes import (
    BITS,
    ENUM,
    INT,
    OCTETS,
    TIME,
    Certificate,
    Null,
    Optional,
    Primitive,
    Seq,
    SeqOf,
    primitive,
)
from gbsmart.gbcs.form import Form

ROLES: Mapping[int, str] = {
    0: "root", 1: "recovery", 2: "supplier", 3: "networkOperator", 4: "accessControlBroker",
    5: "transitionalCoS", 6: "wanProvider", 7: "issuingAuthority", 8: "loadController", 127: "other",
}  # fmt: skip
KEY_AGREEMENT = "00001"
KEY_USAGES: Mapping[str, str] = {"1": "digitalSignature", "00001": "keyAgreement", "000001": "keyCertSign"}
STATUS: Mapping[int, str] = {
    0: "success", 5: "badCertificate", 10: "noTrustAnchor", 17: "insufficientMemory",
    25: "trustAnchorNotFound", 30: "resourcesBusy", 127: "other",
}  # fmt: skip
MODES: tuple[str, ...] = (
    "rootBySupplier", "rootByWanProvider", "supplierBySupplier", "networkOperatorByNetworkOperator",
    "accessControlBrokerByACB", "wanProviderByWanProvider", "transCoSByTransCoS", "supplierByTransCoS",
    "anyExceptAbnormalRootByRecovery", "anyByContingency", "loadControllerByLoadController",
    "loadControllerBySupplier",
)  # fmt: skip

ROLE = primitive(INTEGER, labels=ROLES)
_MODE = primitive(INTEGER, labels=dict(enumerate(MODES)))
KEY_USAGE = primitive(BITS.universal, labels=KEY_USAGES)
STATUS_CODE = primitive(ENUM.universal, labels=STATUS)

_CELL_MEMBERS = (("role", ROLE), ("key_usage", KEY_USAGE), ("cell_usage", Optional(INT)))
CELL = Seq(*_CELL_MEMBERS)
SPECIALIST = Seq(("usage", INT), ("counter", INT))
"""A floor for one special use: 0 is prepayment top-up."""
CHANGE = Seq(("role", ROLE), ("floor", INT), ("specialist_floors", Optional(SeqOf(SPECIALIST))))
CONTROL = Seq(
    ("mode", _MODE),
    ("symmetric_key", Optional(primitive(OCTET_STRING, tag=0))),
    ("skip_time_checks", Optional(primitive(INTEGER, tag=1))),
    ("authorising_cell", Optional(Seq(*_CELL_MEMBERS, tag=2))),
    ("counter", primitive(INTEGER, tag=3)),
    ("floor", Optional(primitive(INTEGER, tag=4))),
    ("specialist_floors", Optional(SeqOf(SPECIALIST, tag=0xA5))),
    ("changes", Optional(SeqOf(CHANGE, tag=0xA6))),
)
REPLACEMENT = Seq(("certificate", Certificate()), ("cell", CELL))
OUTCOME = Seq(
    ("counter", INT),
    ("mode", _MODE),
    ("changes", SeqOf(CHANGE)),
    (
        "replacements",
        SeqOf(
            Seq(
                ("cell", CELL),
                ("status", STATUS_CODE),
                ("existing_id", OCTETS),
                ("existing_key_id", OCTETS),
                ("replacing_id", OCTETS),
                ("replacing_key_id", OCTETS),
            )
        ),
    ),
)

_COMMAND = AsnBody(
    Seq(
        ("control", CONTROL),
        ("replacements", SeqOf(REPLACEMENT)),
        ("path_certificates", SeqOf(Certificate())),
        ("execution_date_time", Optional(TIME)),
    )
)


def _statuses(values: Mapping[str, Any]) -> tuple[int, ...]:
    outcome = values["outcome"]
    return tuple(each["status"] for each in outcome["replacements"]) if outcome else ()


_RESPONSE = AsnResponse(Seq(("", Null()), ("outcome", Optional(OUTCOME))), _statuses)
_ALERT = AsnBody(Seq(("alert_code", INT), ("time", TIME), ("outcome", OUTCOME)))

ISSUE_STATUS: Mapping[int, str] = {
    1: "invalidKeyUsage", 2: "keyPairGenerationFailed", 3: "cRProductionFailed",
}  # fmt: skip
"""Why a device has no certification request to give."""
UPDATE_STATUS: Mapping[int, str] = {
    0: "success", 1: "invalidCertificate", 2: "wrongDeviceIdentity", 3: "invalidKeyUsage",
    4: "noCorrespondingKeyPairGenerated", 5: "wrongPublicKey", 6: "certificateStorageFailed",
    7: "privateKeyChangeFailed",
}  # fmt: skip
"""What became of a device's new certificate."""
HELD_STATUS: Mapping[int, str] = {
    1: "invalidKeyUsage", 2: "noCertificateHeld", 3: "certificateRetrievalFailure",
}  # fmt: skip
"""Why a device has none of its certificates to give."""


def status_code(values: Mapping[str, Any]) -> tuple[int, ...]:
    """The one code of an answer that is a code, or that has none because it is what was asked for."""
    return (values.get("status", 0),)


def _code(labels: Mapping[int, str]) -> tuple[str, Primitive]:
    return "status", primitive(INTEGER, labels=labels)


_KEY_USAGE = AsnBody(Seq(("key_usage", KEY_USAGE)))
_ISSUE = Form(
    "CS02c", 0x000A, _KEY_USAGE,
    AsnChoice(status_code, ("certification_request", Certificate()), _code(ISSUE_STATUS)),
)  # fmt: skip
_UPDATE = Form(
    "CS02d", 0x000B, AsnValue("device_certificate", Certificate()),
    AsnChoice(status_code, _code(UPDATE_STATUS)),
)  # fmt: skip
_PROVIDE = Form(
    "CS02e", 0x000C, _KEY_USAGE,
    AsnChoice(status_code, ("device_certificate", Certificate()), _code(HELD_STATUS)),
)  # fmt: skip

_CS02B = (
    ("CS02bRootBySupplier", 0x0100), ("CS02bRootByWP", 0x0101), ("CS02bSupplierBySupplier", 0x0102),
    ("CS02bNOByNO", 0x0103), ("CS02bACBByACB", 0x0104), ("CS02bWPByWP", 0x0105),
    ("CS02bTransCoSByTransCoS", 0x0106), ("CS02bSupplierByTransCoS", 0x0107),
    ("CS02bAnyExceptAbnormalRootByRecovery", 0x0108), ("CS02bAnyByContingency", 0x0109),
    ("CS02gLoadControllerByLoadController", 0x0125), ("CS02gLoadControllerBySupplier", 0x0126),
)  # fmt: skip

_UNSEEN = ("CS02bRootBySupplier", "CS02bRootByWP", "CS02bAnyByContingency")
"""Those of which there is no public command: laid out as the others are [assumed]."""

FORMS = (
    *(Form(name, code, _COMMAND, _RESPONSE, verified=name not in _UNSEEN) for name, code in _CS02B),
    Form("CS02b alert", 0x00CB, alert=_ALERT),
    Form("CS02g alert", 0x0124, alert=_ALERT),
    _ISSUE,
    _UPDATE,
    _PROVIDE,
)
