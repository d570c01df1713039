"""What MMC calls the codes that devices answer with (MMC schema; DLMS, ZCL and GBCS code lists)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

_COMMON: Mapping[int, str] = {
    0: "success", 1: "hardware-fault", 2: "temporary-failure", 3: "read-write-denied",
    4: "object-undefined", 9: "object-class-inconsistent", 11: "object-unavailable",
    12: "type-unmatched", 13: "scope-of-access-violated", 14: "data-block-unavailable",
    250: "other-reason",
}  # fmt: skip
_DATA: Mapping[int, str] = {
    **_COMMON,
    15: "long-get-aborted", 16: "no-long-get-in-progress", 17: "long-set-aborted",
    18: "no-long-set-in-progress", 19: "data-block-number-invalid",
}  # fmt: skip
_ACTION: Mapping[int, str] = {
    **_COMMON, 15: "long-action-aborted", 16: "no-long-action-in-progress",
}  # fmt: skip
_UNKNOWN_RESULT = "response-code-not-known"

ZCL: Mapping[int, str] = {
    0x00: "SUCCESS", 0x01: "FAILURE", 0x7E: "NOT_AUTHORIZED", 0x7F: "RESERVED_FIELD_NOT_ZERO",
    0x80: "MALFORMED_COMMAND", 0x81: "UNSUP_CLUSTER_COMMAND", 0x82: "UNSUP_GENERAL_COMMAND",
    0x83: "UNSUP_MANUF_CLUSTER_COMMAND", 0x84: "UNSUP_MANUF_GENERAL_COMMAND", 0x85: "INVALID_FIELD",
    0x86: "UNSUPPORTED_ATTRIBUTE", 0x87: "INVALID_VALUE", 0x88: "READ_ONLY",
    0x89: "INSUFFICIENT_SPACE", 0x8A: "DUPLICATE_EXISTS", 0x8B: "NOT_FOUND",
    0x8C: "UNREPORTABLE_ATTRIBUTE", 0x8D: "INVALID_DATA_TYPE", 0x8E: "INVALID_SELECTOR",
    0x8F: "WRITE_ONLY", 0x90: "INCONSISTENT_STARTUP_STATE", 0x91: "DEFINED_OUT_OF_BAND",
    0x92: "INCONSISTENT", 0x93: "ACTION_DENIED", 0x94: "TIMEOUT", 0x95: "ABORT",
    0x96: "INVALID_IMAGE", 0x97: "WAIT_FOR_DATA", 0x98: "NO_IMAGE_AVAILABLE",
    0x99: "REQUIRE_MORE_IMAGE", 0xC0: "HARDWARE_FAILURE", 0xC1: "SOFTWARE_FAILURE",
    0xC2: "CALIBRATION_ERROR",
}  # fmt: skip
_UNKNOWN_STATUS = "RESPONSE_CODE_NOT_KNOWN"
_NOT_KNOWN = "notKnown"


def cosem(code: int, position: int, *, action: bool) -> dict[str, Any]:
    """One COSEM result: ``position`` counts the items of the access list from 1."""
    name, texts = ("ActionResult", _ACTION) if action else ("DataAccessResult", _DATA)
    return {"@ResponseCode": code, "@Position": position, name: texts.get(code, _UNKNOWN_RESULT)}


def zcl(code: int) -> dict[str, Any]:
    """One ZCL status."""
    return {"@ResponseCode": f"{code:02X}", "ZCLStatus": ZCL.get(code, _UNKNOWN_STATUS)}


def of_list(texts: Mapping[int, str]) -> Callable[[int], dict[str, Any]]:
    """A conversion of the response codes of an ASN.1 use case, by that use case's list."""
    return lambda code: {"@ResponseCode": code, "ASN1Status": texts.get(code, _NOT_KNOWN)}
