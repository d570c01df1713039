"""Security credentials: replaced, and read (Service References 6.15, 6.17, 6.21, 6.23, 6.24, 8.5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gbsmart.gbcs.forms.credentials import HELD_STATUS, ISSUE_STATUS, STATUS, UPDATE_STATUS
from gbsmart.translation.bindings.credentials import ROLES
from gbsmart.translation.mmc import statuses
from gbsmart.translation.mmc.conversions import eui
from gbsmart.translation.mmc.mapping import Each, Row, alert, of, response

_ROLES: Mapping[int, str] = {int(role): name for name, role in ROLES.items()}
_MODES: Mapping[int, str] = {
    2: "SupplierBySupplier", 3: "NetworkOperatorByNetworkOperator", 4: "ACBByACB",
    7: "SupplierByTransCoS", 11: "LoadControllerBySupplier",
}  # fmt: skip
"""MMC has no text for the other modes and roles: the element is left out."""
_USAGES: Mapping[tuple[str, bool], str] = {
    ("1", False): "DigitalSigning", ("00001", False): "KeyAgreement", ("00001", True): "KeyAgreementTopUp",
    ("000001", False): "KeyCertSign",
}  # fmt: skip
_TOP_UP = 0
_MOST_REPLACEMENTS = 3
"""What MMC has room for."""


_status = statuses.of_list(STATUS)


def _usage(key_usage: str, cell_usage: int | None) -> str | None:
    return _USAGES.get((key_usage, bool(cell_usage)))


def _change(changes: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    """The one counter that the replacing party sets anew."""
    if len(changes) != 1:
        return None
    change = changes[0]
    floors = {each["usage"]: each["counter"] for each in change["specialist_floors"] or ()}
    return {
        "RemotePartyRole": _ROLES.get(change["role"]),
        "RemotePartyFloorSeqNumber": change["floor"],
        "RemotePartyPrepaymentTopUpFloorSeqNumber": floors.get(_TOP_UP),
    }


def _outcome(of_form: str) -> Row:
    return {
        "AuthorisingRemotePartyOriginatorCounter": f"{of_form}.counter",
        "CredentialsReplacementMode": of(f"{of_form}.mode", by=_MODES.get),
        "RemotePartySeqNumberChange": of(f"{of_form}.changes", by=_change),
        "ReplacementOutcome": Each(f"{of_form}.replacements", {
            "StatusCode": of("status", by=_status),
            "CertificateType": of("cell.key_usage", "cell.cell_usage?", by=_usage),
            "RemotePartyRole": of("cell.role", by=_ROLES.get),
            "ExistingRemotePartyID": of("existing_id", by=eui),
            "NewRemotePartyID": of("replacing_id", by=eui),
            "ExistingCertificateHash": "existing_key_id",
            "NewCertificateHash": "replacing_key_id",
        }, most=_MOST_REPLACEMENTS),
    }  # fmt: skip


def _certificate(floor: int, held: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "RemotePartyFloorSeqNumber": floor,
        "CertificateUsage": _usage(held["key_usage"], held["cell_usage"]),
        "ExistingRemotePartyID": eui(held["holder"]),
        "ExistingCertificateHash": held["key_id"],
    }


def _held(credentials: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """One entry for each certificate, and one for a role whose certificates could not be read."""
    entries: list[dict[str, Any]] = []
    for each in credentials:
        role = {"RemotePartyRole": _ROLES.get(each["role"]), "StatusCode": _status(each["status"])}
        held = [{**role, **_certificate(each["counter"], one)} for one in each["certificates"] or ()]
        entries += held or [role]
    return entries


MAPPINGS = (
    *response(
        "CS02bRootBySupplier", "CS02bRootByWP", "CS02bSupplierBySupplier", "CS02bNOByNO", "CS02bACBByACB",
        "CS02bWPByWP", "CS02bTransCoSByTransCoS", "CS02bSupplierByTransCoS",
        "CS02gLoadControllerByLoadController", "CS02gLoadControllerBySupplier",
        row={"ExecutionOutcome": _outcome("outcome")},
        element="UpdateSecurityCredentialsKRPRsp",
    ),
    *alert(
        "CS02b alert", "CS02g alert",
        row={
            "FutureDatedCommandOutcomeDeviceAlert": {
                "UpdateSecurityCredentialsDeviceAlert": {
                    "UpdateSecurityCredentialsExecutionOutcome": _outcome("outcome")
                }
            }
        },
    ),
    *response(
        "CS02c",
        row={
            "IssueCredentialsResponseCode": of("status", by=statuses.of_list(ISSUE_STATUS)),
            "CertificationRequest": "certification_request",
        },
    ),
    *response(
        "CS02d",
        row={"UpdateSecurityCredentialsResponseCode": of("status", by=statuses.of_list(UPDATE_STATUS))},
    ),
    *response(
        "CS02e",
        row={
            "RetrieveDeviceSecurityCredentialsStatusCode": of("status", by=statuses.of_list(HELD_STATUS)),
            "Certificate": "device_certificate",
        },
    ),
    *response("CS02a", "CS02f", row={"RemotePartyDetails": of("credentials", by=_held)}),
)  # fmt: skip
"""An outcome of recovery or contingency has more replacements than MMC holds: it is handed over whole."""
