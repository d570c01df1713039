"""What Users and the DCC say to each other: the DCC User Interface (SEC Appendices AD and E).

Service Requests and Responses as values and as XML, their signatures, and the catalogue of what they
name. Pure: octets in, values out; signing takes a keyring. Names load on first use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gbsmart.ground.lazy import on_first_use

if TYPE_CHECKING:
    from gbsmart.duis.catalogue import (
        ASSUMED,
        COMMAND_VARIANTS,
        CommandVariant,
        DccAlert,
        Failure,
        Fault,
        FutureDating,
        ResponseCode,
        ServiceRequestVariant,
        Stage,
        UserRole,
        WebService,
        dcc_alert,
        dcc_alerts,
        device_type_of,
        failure,
        failures,
        fault,
        faults,
        response_code,
        response_codes,
        service,
        service_requests,
    )
    from gbsmart.duis.document import NON_DEVICE, ORDINARY, Limits, ParsedDocument, parse_xml
    from gbsmart.duis.identifiers import RequestId, ResponseId
    from gbsmart.duis.mismatch import VERSION_MISMATCH, NotSpoken, build_carried, check_spoken
    from gbsmart.duis.official import OfficialSchema
    from gbsmart.duis.request import (
        Request,
        build_request,
        parse_request,
        read_request,
    )
    from gbsmart.duis.response import (
        Response,
        acknowledgement,
        build_response,
        parse_response,
        read_response,
    )
    from gbsmart.duis.service_responses import (
        ACKNOWLEDGED,
        SUCCESS,
        device_alert,
        device_response,
        instruction_outcome,
        pre_command,
    )
    from gbsmart.duis.signature import (
        DigestMismatch,
        SignatureError,
        SignatureInvalid,
        SignatureMalformed,
        SignatureMissing,
        SignerUnknown,
        cited_signer,
        is_signed,
        sign,
        sign_built,
        verify,
        verify_document,
    )
    from gbsmart.duis.versions import SCHEMA_VERSION, served_versions

_HOMES = {
    "catalogue": (
        "ASSUMED COMMAND_VARIANTS CommandVariant DccAlert Failure Fault FutureDating ResponseCode "
        "ServiceRequestVariant Stage UserRole WebService dcc_alert dcc_alerts device_type_of failure "
        "failures fault faults response_code response_codes service service_requests"
    ),
    "document": "NON_DEVICE ORDINARY Limits ParsedDocument parse_xml",
    "identifiers": "RequestId ResponseId",
    "mismatch": "VERSION_MISMATCH NotSpoken build_carried check_spoken",
    "official": "OfficialSchema",
    "request": "Request build_request parse_request read_request",
    "response": "Response acknowledgement build_response parse_response read_response",
    "service_responses": (
        "ACKNOWLEDGED SUCCESS device_alert device_response instruction_outcome pre_command"
    ),
    "signature": (
        "DigestMismatch SignatureError SignatureInvalid SignatureMalformed SignatureMissing SignerUnknown "
        "cited_signer is_signed sign sign_built verify verify_document"
    ),
    "versions": "SCHEMA_VERSION served_versions",
}
_HOME = {name: module for module, names in _HOMES.items() for name in names.split()}

__all__ = [
    "ACKNOWLEDGED",
    "ASSUMED",
    "COMMAND_VARIANTS",
    "NON_DEVICE",
    "ORDINARY",
    "SCHEMA_VERSION",
    "SUCCESS",
    "VERSION_MISMATCH",
    "CommandVariant",
    "DccAlert",
    "DigestMismatch",
    "Failure",
    "Fault",
    "FutureDating",
    "Limits",
    "NotSpoken",
    "OfficialSchema",
    "ParsedDocument",
    "Request",
    "RequestId",
    "Response",
    "ResponseCode",
    "ResponseId",
    "ServiceRequestVariant",
    "SignatureError",
    "SignatureInvalid",
    "SignatureMalformed",
    "SignatureMissing",
    "SignerUnknown",
    "Stage",
    "UserRole",
    "WebService",
    "acknowledgement",
    "build_carried",
    "build_request",
    "build_response",
    "check_spoken",
    "cited_signer",
    "dcc_alert",
    "dcc_alerts",
    "device_alert",
    "device_response",
    "device_type_of",
    "failure",
    "failures",
    "fault",
    "faults",
    "instruction_outcome",
    "is_signed",
    "parse_request",
    "parse_response",
    "parse_xml",
    "pre_command",
    "read_request",
    "read_response",
    "response_code",
    "response_codes",
    "served_versions",
    "service",
    "service_requests",
    "sign",
    "sign_built",
    "verify",
    "verify_document",
]

__getattr__ = on_first_use(__name__, _HOME)
