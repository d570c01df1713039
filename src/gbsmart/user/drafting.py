"""Service Requests by name and fields: what is asked, of which device, under which RequestID."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from enum import Enum
from functools import cache
from typing import Any

from lxml import etree

from gbsmart.duis import SCHEMA_VERSION, Request, RequestId, ServiceRequestVariant, service_requests
from gbsmart.duis.services import body
from gbsmart.duis.terms import EXECUTION
from gbsmart.gbcs import Message
from gbsmart.ground import NOW, InvalidValue, NotFound


class Delivery(Enum):
    """How the Command reaches the device."""

    WAN = "wan"
    LOCAL = "local"
    BOTH = "both"


_PLAIN = {Delivery.WAN: 1, Delivery.LOCAL: 2, Delivery.BOTH: 3}
_SIGNED = {Delivery.WAN: 5, Delivery.LOCAL: 6, Delivery.BOTH: 7}
_TRANSFORM, _NON_DEVICE = 4, 8


def service_named(name: str) -> ServiceRequestVariant:
    """The variant ``name`` stands for: ``"4.1.1"`` or its body element; raises :class:`NotFound`."""
    found = service_requests().get(name) or _by_body_element().get(name.lower())
    if found is None:
        raise NotFound(
            f"{name!r} is neither a Service Reference Variant nor the name of a Service Request.",
            remedy='Write "4.1.1", or the element in the body: "ReadInstantaneousImportRegisters".',
        )
    return found


@cache
def _by_body_element() -> Mapping[str, ServiceRequestVariant]:
    return {service.body_element.lower(): service for service in service_requests().values()}


def draft(
    service: ServiceRequestVariant,
    request_id: RequestId,
    fields: Mapping[str, Any],
    *,
    delivery: Delivery = Delivery.WAN,
    first_in_sequence: bool = False,
    preceding: RequestId | None = None,
    content: etree._Element | None = None,
    schema_version: str = SCHEMA_VERSION,
) -> Request:
    """The request for a service with ``fields`` of its declared body (or ``content``, its XML).

    A critical one is drafted for Transform; :func:`signed_pre_command` makes what follows. Raises
    :class:`InvalidValue` where the service cannot be asked for in this way.
    """
    command_variant = _NON_DEVICE if service.non_device else _TRANSFORM if service.critical else 0
    if not command_variant:
        command_variant = _PLAIN[delivery]
    wanted = _SIGNED[delivery] if service.critical else command_variant
    if wanted not in service.command_variants or (service.non_device and delivery is not Delivery.WAN):
        raise InvalidValue(
            f"{service.variant} {service.name} cannot be delivered by {delivery.value}", field="delivery"
        )
    values = None
    if content is None:
        values = dict(fields)
        if EXECUTION in getattr(body(service.variant), "parts", ()):
            values.setdefault("execution_date_time", NOW)
    return Request(
        request_id,
        command_variant,
        service.variant,
        values,
        first_in_sequence,
        preceding,
        schema_version,
        content,
    )


def signed_pre_command(request: Request, signed: Message, delivery: Delivery = Delivery.WAN) -> Request:
    """What returns a Signed Pre-Command under the RequestID of its Transform (Command Variants 5 to 7).

    The ExecutionDateTime is repeated so that the DCC can time the outcome.
    """
    values = {
        "execution_date_time": (request.values or {}).get("execution_date_time", NOW),
        "gbcs_payload": signed.encode(),
    }
    return replace(request, command_variant=_SIGNED[delivery], values=values, content=None, octets=b"")


def transform_request(request: Request) -> Request:
    """The request as it goes to Transform: the place in a sequence stands on what follows only."""
    return replace(request, first_in_sequence=False, preceding=None)
