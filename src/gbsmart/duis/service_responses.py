"""What a User is told of its requests to devices and of what devices say: the Responses (Appendix AD).

The DCC sends them; test data shows them. :func:`~gbsmart.duis.response.acknowledgement` is the general one.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from gbsmart.duis.identifiers import RequestId, ResponseId
from gbsmart.duis.response import Response, acknowledgement
from gbsmart.duis.versions import SCHEMA_VERSION

SUCCESS, ACKNOWLEDGED = "I0", "I99"
"""Response codes: here is what was asked for; the request is taken, and what comes of it will be told."""


def pre_command(
    request_id: RequestId,
    variant: str,
    at: datetime,
    octets: bytes,
    gbcs_version: str,
    *,
    version: str = SCHEMA_VERSION,
) -> Response:
    """A Pre-Command for the User to sign, with the GBCS version of its device."""
    payload = {"gbcs_version": gbcs_version, "gbcs_payload": octets}
    return acknowledgement(request_id, variant, SUCCESS, at, version=version, pre_command=payload)


def device_response(
    request_id: RequestId,
    response_id: ResponseId,
    variant: str,
    at: datetime,
    octets: bytes,
    *,
    number: str = "",
    schedule: int | None = None,
    version: str = SCHEMA_VERSION,
) -> Response:
    """What a device answered.

    ``number`` is the Customer Identification Number that it was sent (9.1), ``schedule`` the id of the DCC
    schedule that asked.
    """
    payload: dict[str, Any] = {"gbcs_payload": octets}
    if number:
        payload = {"cin_message": {**payload, "customer_identification_number": number}}
    if schedule is not None:
        payload = {"dsp_scheduled_message": {**payload, "dsp_schedule_id": schedule}}
    response = acknowledgement(request_id, variant, SUCCESS, at, version=version, **payload)
    response.response_id = response_id
    return response


def instruction_outcome(
    request_id: RequestId,
    response_id: ResponseId,
    variant: str,
    at: datetime,
    octets: bytes,
    code: int,
    number: int,
    total: int,
    *,
    version: str = SCHEMA_VERSION,
) -> Response:
    """The alert ``code`` on instruction ``number`` of ``total`` of a future-dated command."""
    told = {
        "future_dated_alert_code": code.to_bytes(2, "big"), "gbcs_payload": octets,
        "instruction_number": number, "total_command_instructions": total,
    }  # fmt: skip
    response = acknowledgement(
        request_id, variant, SUCCESS, at, version=version, future_dated_device_alert_message=told
    )
    response.response_id = response_id
    return response


def device_alert(
    response_id: ResponseId, at: datetime, octets: bytes, code: int, *, version: str = SCHEMA_VERSION
) -> Response:
    """What a device reports of its own; the ResponseID names it, the User, and its own counter."""
    said = {"alert_code": code.to_bytes(2, "big"), "gbcs_payload": octets}
    return Response(SUCCESS, at, "DeviceAlertMessage", said, response_id=response_id, schema_version=version)
