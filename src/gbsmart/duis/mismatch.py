"""What a User's DUIS version cannot carry: refused when it asks, N999 when it is told (basis: M).

A request that names a variant, element or value which the User's version does not have breaks that
version's schema. A message to the User that its version has no words for is replaced by the DCC Alert N999.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from gbsmart.duis.document import NON_DEVICE, parse_xml
from gbsmart.duis.identifiers import ResponseId
from gbsmart.duis.request import Request, read_request
from gbsmart.duis.response import Response, build_response
from gbsmart.duis.schema import Values
from gbsmart.duis.versions import SCHEMA_VERSION, edition
from gbsmart.ground import InvalidValue, MalformedMessage

VERSION_MISMATCH = "N999"
"""The DCC Alert that stands for a message which the User's version has no words for."""


class NotSpoken(MalformedMessage):
    """A request holds what its User's DUIS version does not have."""


def check_spoken(request: Request, version: str) -> None:
    """Check a request that was read against the DUIS ``version`` that its User is registered with.

    Raises :class:`NotSpoken`. A newer document is taken where it holds nothing that the version lacks.
    """
    users = edition(version)
    if request.octets and users.changes and users is not edition(request.schema_version):
        try:
            read_request(parse_xml(request.octets, NON_DEVICE), users.number)
        except MalformedMessage as wrong:
            raise NotSpoken(f"{wrong.reason}: the User speaks DUIS {version}", where=wrong.where) from None


def build_carried(response: Response) -> bytes:
    """The document of ``response``; that of N999 where its DUIS version has no words for it.

    Raises :class:`InvalidValue` for what no version can say.
    """
    if not edition(response.schema_version).changes:
        return build_response(response)
    try:
        return build_response(response)
    except InvalidValue:
        build_response(replace(response, schema_version=SCHEMA_VERSION))  # else nothing is wrong but it
        return build_response(version_mismatch(response))


def version_mismatch(response: Response) -> Response:
    """The DCC Alert N999 in place of ``response``.

    [assumed: it says as ServiceRequestDUISVersion the version that the message needs, and keeps the response
    code and the identifiers of the message that it stands for.]
    """
    values = response.values
    if response.kind == "DCCAlertMessage":
        alert = next(iter(values["dcc_alert"].values()))
        said: dict[str, Any] = {"dcc_alert_version_mismatch": _about(values["dcc_alert_code"], alert)}
    else:
        said = {
            "service_response_version_mismatch": {
                "request_id": response.request_id,
                "service_reference": values["service_reference"],
                "service_reference_variant": values["service_reference_variant"],
                "service_request_duis_version": SCHEMA_VERSION,
            }
        }
    mismatch = {**said, "service_user_duis_version": response.schema_version}
    return replace(
        response,
        kind="DCCAlertMessage",
        values={"dcc_alert_code": VERSION_MISMATCH, "dcc_alert": {"duis_version_mismatch": mismatch}},
        request_id=None,
        response_id=response.response_id or _answering(response),
    )


def _about(code: str, alert: Values) -> dict[str, Any]:
    """Which alert is not told, of which device and which request, where it names them."""
    request = next((value for name, value in alert.items() if name.endswith("request_id")), None)
    named = {"device_id": alert.get("device_id"), "request_id": request}
    return {"dcc_alert_code": code, **{name: value for name, value in named.items() if value is not None}}


def _answering(response: Response) -> ResponseId | None:
    asked = response.request_id
    return None if asked is None else ResponseId(asked.target, asked.originator, asked.counter)
