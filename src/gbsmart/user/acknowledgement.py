"""Where a request goes, and the DCC's acknowledgement of it: signed, and about this very request."""

from __future__ import annotations

from gbsmart.duis import VERSION_MISMATCH, Request, WebService, fault
from gbsmart.ground import Clock, Eui64, InvalidValue
from gbsmart.keys import Certificates
from gbsmart.user.errors import UnexpectedAnswer
from gbsmart.user.received import Received, receive


def web_service_of(request: Request) -> WebService:
    """The web service that takes a request with its Command Variant; raises :class:`InvalidValue`."""
    service = request.service.web_service(request.command_variant)
    if service is None:
        raise InvalidValue(
            f"{request.service_reference_variant} is not sent as Command Variant {request.command_variant}",
            field="command_variant",
            response_code=fault("command_variant").response_code,
        )
    return service


def acknowledge(
    request: Request, document: bytes, certificates: Certificates, dcc: Eui64, clock: Clock
) -> Received:
    """What the web service answered to ``request``; it may be a refusal, or N999 where its answer has
    no words in the User's DUIS version.

    Raises :class:`UnexpectedAnswer` where it is about something else, and what
    :func:`~gbsmart.user.received.receive` raises.
    """
    acknowledgement = receive(document, certificates, dcc, clock)
    response = acknowledgement.response
    if acknowledgement.alert_code == VERSION_MISMATCH and acknowledgement.about == request.request_id:
        return acknowledgement
    said = response.values.get("service_reference_variant")
    if response.kind != "ResponseMessage" or response.request_id != request.request_id:
        raise UnexpectedAnswer(
            f"the acknowledgement of {request.request_id} is a {response.kind} about {response.request_id}"
        )
    if said != request.service_reference_variant and not acknowledgement.failed:
        raise UnexpectedAnswer(
            f"the acknowledgement of {request.request_id} is about {said}, "
            f"not {request.service_reference_variant}"
        )
    return acknowledgement
