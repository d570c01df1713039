"""Responses: what the DCC sends to a User, as acknowledgement, result or alert (Appendix AD)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lxml import etree

from gbsmart.duis.catalogue import service, service_requests
from gbsmart.duis.document import ORDINARY, SR, Limits, ParsedDocument, parse_xml, wrong
from gbsmart.duis.identifiers import RequestId, ResponseId
from gbsmart.duis.request import DECLARATION, only_child, open_envelope, schema_version, written_edition
from gbsmart.duis.schema import Values
from gbsmart.duis.versions import SCHEMA_VERSION, edition
from gbsmart.ground import InvalidValue

_ROOT = f"{{{SR}}}Response"


@dataclass(slots=True)
class Response:
    """One message to a User: ``kind`` is ResponseMessage, DeviceAlertMessage or DCCAlertMessage.

    ``values`` are the fields of that body: of a ResponseMessage ``service_reference``,
    ``service_reference_variant`` and at most one payload, such as ``gbcs_payload`` or ``pre_command``.
    """

    response_code: str
    response_date_time: datetime
    kind: str
    values: Values
    request_id: RequestId | None = None
    response_id: ResponseId | None = None
    schema_version: str = SCHEMA_VERSION

    def __post_init__(self) -> None:
        at = self.response_date_time  # the DCC tells time to the millisecond
        self.response_date_time = at.replace(microsecond=at.microsecond // 1000 * 1000)

    @property
    def gbcs_payload(self) -> bytes | None:
        """The GBCS message inside, whatever wraps it; ``None`` where there is none."""
        for holder in (self.values, *self.values.values()):
            if isinstance(holder, dict) and isinstance(found := holder.get("gbcs_payload"), bytes):
                return found
        return None


def acknowledgement(
    request_id: RequestId,
    variant: str,
    code: str,
    at: datetime,
    *,
    version: str = SCHEMA_VERSION,
    **payload: Any,
) -> Response:
    """The Response to a request of Service Reference Variant ``variant``, with a payload or none."""
    values = {
        "service_reference": service(variant).reference,
        "service_reference_variant": variant,
        **payload,
    }
    return Response(code, at, "ResponseMessage", values, request_id, schema_version=version)


def parse_response(data: bytes, *, limits: Limits = ORDINARY) -> ParsedDocument[Response]:
    """Read a ``Response`` document; raises :class:`MalformedMessage`. The signature is not looked at."""
    root = parse_xml(data, limits)
    return ParsedDocument(data, read_response(root), root)


def read_response(root: etree._Element, as_version: str = "") -> Response:
    """Read a ``Response`` from its parsed document; raises :class:`MalformedMessage`.

    By the declarations of the DUIS version that it says it is of, or of ``as_version``.
    """
    header, holder = open_envelope(root, _ROOT)
    version = schema_version(root)
    spoken = edition(as_version or version)
    values = spoken.response_header.read(header)
    content = only_child(holder)
    kind = etree.QName(content).localname
    declared = spoken.response_bodies.get(kind)
    if declared is None or content.tag != declared.tag:
        raise wrong(content, f"is not one of {', '.join(spoken.response_bodies)}")
    body = declared.value(content)
    if problem := _disagreement(kind, body):
        raise wrong(content, problem)
    return Response(
        values["response_code"],
        values["response_date_time"],
        kind,
        body,
        values.get("request_id"),
        values.get("response_id"),
        version,
    )


def build_response(response: Response) -> bytes:
    """The unsigned document, without white space between elements; raises :class:`InvalidValue`."""
    spoken = written_edition(response.schema_version)
    declared = spoken.response_bodies.get(response.kind)
    if declared is None:
        kinds = ", ".join(spoken.response_bodies)
        raise InvalidValue(f"{response.kind!r} is not one of {kinds}", field="kind")
    if problem := _disagreement(response.kind, response.values):
        raise InvalidValue(problem, field="values")
    header: dict[str, Any] = {
        "response_code": response.response_code,
        "response_date_time": response.response_date_time,
    }
    if response.request_id is not None:
        header["request_id"] = response.request_id
    if response.response_id is not None:
        header["response_id"] = response.response_id
    version = response.schema_version
    out = [DECLARATION, f'<sr:Response xmlns:sr="{SR}" schemaVersion="{version}"><sr:Header>']
    spoken.response_header.write(header, out, "")
    out.append("</sr:Header><sr:Body>")
    declared.element(response.values, out, "")
    out.append("</sr:Body></sr:Response>")
    return "".join(out).encode("utf-8")


def _disagreement(kind: str, body: Values) -> str:
    """Why the names in ``body`` are not of one service; empty where they are."""
    if kind == "ResponseMessage":
        variant, reference = body.get("service_reference_variant"), body.get("service_reference")
        facts = service_requests().get(str(variant))
        if facts is not None and facts.reference != reference:
            return f"says {reference!r} and {variant!r}, not a Service Reference and one of its variants"
    return ""
