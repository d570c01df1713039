"""Security credentials of devices: Service References 6.15, 6.17, 6.21, 6.23, 6.24 and 8.5."""

from __future__ import annotations

from gbsmart.duis.lexical import Boolean, OneOf
from gbsmart.duis.moments import Execution
from gbsmart.duis.schema import Complex, Element, Many, Record, Sole, only
from gbsmart.duis.terms import EXECUTION, FLOOR, MPXN, OCTETS, REMOTE_PARTY_ROLE

_ROLE = Element("RemotePartyRole", REMOTE_PARTY_ROLE, note="Whose cells in the device are meant.")
_FLOORS = (
    Element(
        "RemotePartyFloorSeqNumber",
        FLOOR,
        optional=True,
        note="The counter from which the device takes commands of the new holder.",
    ),
    Element(
        "RemotePartyPrepaymentTopUpFloorSeqNumber",
        FLOOR,
        optional=True,
        note="The same for top-ups.",
    ),
)
_SIGNS = "With which the party signs."
_AGREES = "With which device and party agree on keys."
_TOPS_UP = "With which they do for top-ups."
_SIGNING = Element("DigitalSigningCertificate", OCTETS, note=_SIGNS)
_SIGNING_OR_NOT = Element("DigitalSigningCertificate", OCTETS, optional=True, note=_SIGNS)
_AGREEMENT = Element("KeyAgreementCertificate", OCTETS, note=_AGREES)
_AGREEMENT_OR_NOT = Element("KeyAgreementCertificate", OCTETS, optional=True, note=_AGREES)
_TOP_UP_OR_NOT = Element("KeyAgreementTopUpCertificate", OCTETS, optional=True, note=_TOPS_UP)

_PATH = Element(
    "CertificationPathCertificates",
    Sole(Many(Element("Certificate", OCTETS, note="One on that path."), 1, 3, "certificates")),
    note="What the device needs to check the replacements, up to a root that it holds.",
)
_CHECKS = Element(
    "ApplyTimeBasedCPVChecks",
    Boolean(),
    note="Whether the device also refuses certificates that are not in force at its time.",
)
_CREDENTIAL = Element(
    "CredentialType", OneOf(("Digital Signature", "Key Agreement")), note="What the key pair is for."
)

BODIES: dict[str, Complex] = {
    "6.15.1": Record(
        EXECUTION,
        _ROLE,
        *_FLOORS,
        Element(
            "ReplacementCertificates",
            only(
                Element(
                    "SupplierOrNetworkOperatorCertificates",
                    Record(_SIGNING_OR_NOT, _AGREEMENT_OR_NOT, _TOP_UP_OR_NOT),
                )
            ),
        ),
        _PATH,
        _CHECKS,
        note="Replaces the certificates of a party that the device knows, by itself or a supplier.",
    ),
    "6.15.2": Record(
        Element("DeviceCertificate", OCTETS, note="As its issuer signed it."),
        note="Gives a device the certificate that it asked for.",
    ),
    "6.17": Record(_CREDENTIAL, note="Has a device make a new key pair and ask for its certificate."),
    "6.21": Record(
        EXECUTION,
        _ROLE,
        *_FLOORS,
        Element("ReplacementCertificates", Record(_SIGNING, _AGREEMENT_OR_NOT, _TOP_UP_OR_NOT)),
        _PATH,
        _CHECKS,
        note="Takes over a device whose cells the DCC holds.",
    ),
    "6.23": Record(
        EXECUTION,
        Element(
            "SupplierFloorSeqNumber",
            FLOOR,
            note="The counter from which the device takes commands of the new supplier.",
        ),
        Element("SupplierPrepaymentTopUpFloorSeqNumber", FLOOR, optional=True, note="The same for top-ups."),
        Element("SupplierReplacementCertificates", Record(_SIGNING, _AGREEMENT_OR_NOT, _TOP_UP_OR_NOT)),
        _PATH,
        _CHECKS,
        Element("ImportMPxN", MPXN, note="The metering point that changes hands."),
        note="Has the CoS Party put the certificates of a new supplier into a device.",
    ),
    "6.24.1": Record(
        Many(
            Element("RemotePartyRole", REMOTE_PARTY_ROLE, note="Whose cells are meant."),
            1,
            7,
            "remote_party_roles",
        ),
        note="The certificates in the cells of each role.",
    ),
    "6.24.2": Record(_CREDENTIAL, note="A certificate of the device's own."),
    "8.5": Record(
        Element("ExecutionDateTime", Execution(), note="When the device does."),
        Element(
            "ACBFloorSeqNumber",
            FLOOR,
            note="The counter from which the device takes commands of the new holder.",
        ),
        Element("ReplacementCertificates", Record(_SIGNING_OR_NOT, _AGREEMENT)),
        _PATH,
        _CHECKS,
        note="Takes a device out of the DCC's hands; no User Role may ask for it any more.",
    ),
}
