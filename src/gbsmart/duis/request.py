"""Service Requests and Signed Pre-Commands: documents to values and back (Appendix AD)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from gbsmart.duis.catalogue import COMMAND_VARIANTS, ServiceRequestVariant, fault, service, service_requests
from gbsmart.duis.document import (
    NON_DEVICE,
    ORDINARY,
    SR,
    WHITE_SPACE,
    Limits,
    ParsedDocument,
    is_white,
    parse_xml,
    wrong,
)
from gbsmart.duis.element import children_of
from gbsmart.duis.envelope import SIGNED_PRE_COMMAND
from gbsmart.duis.identifiers import RequestId
from gbsmart.duis.leaves import Leaves, made
from gbsmart.duis.schema import Complex, Values, verbatim
from gbsmart.duis.shapes import Parts, Shapes
from gbsmart.duis.versions import SCHEMA_VERSION, Edition, edition, find_edition, served_versions
from gbsmart.ground import InvalidValue

DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>'
XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
SIGNATURE = "{http://www.w3.org/2000/09/xmldsig#}Signature"
_ROOT, _HEADER, _BODY = (f"{{{SR}}}{name}" for name in ("Request", "Header", "Body"))
_PARTS = ([_HEADER, _BODY, SIGNATURE], [_HEADER, _BODY])
_SHAPES = Shapes(
    frozenset(f"{{{SR}}}{name}" for name in ("CommandVariant", "ServiceReference", "ServiceReferenceVariant"))
)
"""Of the requests read lately; what its header says a request is decides how its body is read."""


@dataclass(slots=True)
class Request:
    """One Service Request (or Signed Pre-Command: Command Variants 5 to 7).

    ``values`` are the fields of the body; where there are none, its element is written (:attr:`body`).
    ``octets`` are those of the document that it was read from. Equality is by everything else.
    """

    request_id: RequestId
    command_variant: int
    service_reference_variant: str
    values: Values | None = None
    first_in_sequence: bool = False
    preceding: RequestId | None = None
    schema_version: str = SCHEMA_VERSION
    content: etree._Element | None = field(default=None, compare=False, repr=False)
    octets: bytes = field(default=b"", compare=False, repr=False)

    @property
    def service(self) -> ServiceRequestVariant:
        """The catalogue's facts of this variant."""
        return service(self.service_reference_variant)

    @property
    def is_signed_pre_command(self) -> bool:
        """Whether the body is a Signed Pre-Command."""
        return COMMAND_VARIANTS[self.command_variant].signed_pre_command

    @property
    def body_element(self) -> str:
        """The name of the body's one element."""
        return "SignedPreCommand" if self.is_signed_pre_command else self.service.body_element

    @property
    def body(self) -> etree._Element | None:
        """The body's one element: ``content``, or else what ``octets`` hold there."""
        if self.content is not None or not self.octets:
            return self.content
        _, holder = open_envelope(parse_xml(self.octets, NON_DEVICE), _ROOT)
        return only_child(holder)


def parse_request(data: bytes, *, limits: Limits = ORDINARY, shared: bool = False) -> ParsedDocument[Request]:
    """Read a ``Request`` document; raises :class:`MalformedMessage`.

    ``shared`` is for who reads many and changes none: what is within the values of one may be within those of
    others (:mod:`gbsmart.ground.shared`).

    A failure that DUIS has a response code for carries it; one of structure carries none (HTTP 400).
    The signature is not looked at: see :func:`gbsmart.duis.signature.verify`.
    """
    look = _SHAPES.look(data, limits)
    if look is not None and look.known is not None:
        try:
            request: Request = look.known.message(look.texts, shared=shared)
        except (ValueError, InvalidValue):
            pass  # what is wrong, and where, is found below
        else:
            request.octets = data
            return ParsedDocument(data, request, limits=limits)
    root = parse_xml(data, limits)
    leaves, parts = _reading(root)
    request = _made(leaves, parts)
    request.octets = data
    if look is not None:
        _SHAPES.learn(look, root, leaves, parts)
    return ParsedDocument(data, request, root, limits)


def read_request(root: etree._Element, as_version: str = "") -> Request:
    """Read a ``Request`` from its parsed document; raises :class:`MalformedMessage`.

    By the declarations of the DUIS version that it says it is of, or of ``as_version``.
    """
    return _made(*_reading(root, as_version))


def _made(leaves: Leaves, parts: Parts) -> Request:
    request: Request = parts.build(made(parts.header, leaves.said), made(parts.body, leaves.said))
    return request


def _reading(root: etree._Element, as_version: str = "") -> tuple[Leaves, Parts]:
    """The leaves of a document, and what the request is made of that they say."""
    header, holder = open_envelope(root, _ROOT)
    version = schema_version(root)
    spoken = edition(as_version or version)
    leaves = Leaves()
    heading = spoken.request_header.make(header, leaves)
    values = made(heading, leaves.say())
    variant, command_variant = values["service_reference_variant"], values["command_variant"]
    facts = service_requests()[variant]
    if values["service_reference"] != facts.reference:
        raise wrong(
            header,
            f"says {values['service_reference']!r}, not the {facts.reference} of {variant}",
            "ServiceReference",
        )
    content = only_child(holder)
    body = _declared(content, facts, command_variant, spoken).make(content, leaves)
    leaves.say()

    def build(header: Values, values: Values) -> Request:
        return Request(
            header["request_id"],
            command_variant,
            variant,
            values,
            header.get("first_in_sequence", False),
            header.get("preceding"),
            version,
        )

    return leaves, Parts(heading, body, build)


def build_request(request: Request) -> bytes:
    """The unsigned document, without white space between elements; raises :class:`InvalidValue`."""
    facts = service(request.service_reference_variant)
    header: dict[str, Any] = {
        "request_id": request.request_id,
        "command_variant": request.command_variant,
        "service_reference": facts.reference,
        "service_reference_variant": request.service_reference_variant,
    }
    if request.first_in_sequence:
        header["first_in_sequence"] = True
    if request.preceding is not None:
        header["preceding"] = request.preceding
    version = request.schema_version
    spoken = written_edition(version)
    out = [DECLARATION, f'<sr:Request xmlns:sr="{SR}" schemaVersion="{version}"><sr:Header>']
    spoken.request_header.write(header, out, "")
    out.append("</sr:Header><sr:Body>")
    _write_body(request, spoken, out)
    out.append("</sr:Body></sr:Request>")
    return "".join(out).encode("utf-8")


def open_envelope(root: etree._Element, name: str) -> tuple[etree._Element, etree._Element]:
    """The Header and Body of a document whose root is ``name``; raises :class:`MalformedMessage`."""
    if root.tag != name:
        raise wrong(root, f"the document is {root.tag}, not {name}")
    children = children_of(root)
    tags = [child.tag for child in children]
    if tags not in _PARTS:
        raise wrong(root, "needs a Header, a Body and at most one Signature, in this order")
    for text in [root.text, *[child.tail for child in children], children[1].text]:
        if text and not is_white(text):
            raise wrong(root, "holds text where only elements belong")
    return children[0], children[1]


def only_child(holder: etree._Element) -> etree._Element:
    """The one element in a Body; raises :class:`MalformedMessage`."""
    if len(holder) != 1 or holder.attrib:
        raise wrong(holder, f"needs one element and no attribute, not {len(holder)} elements")
    content: etree._Element = holder[0]
    if content.tail and not is_white(content.tail):
        raise wrong(holder, "holds text where only an element belongs")
    return content


def schema_version(root: etree._Element) -> str:
    """The DUIS version that a document says it is of; raises :class:`MalformedMessage`."""
    for name in root.attrib:
        if name != "schemaVersion" and not str(name).startswith(XSI):
            raise wrong(root, f"has an unknown attribute {name!r}")
    text = (root.get("schemaVersion") or "").strip(WHITE_SPACE)
    if find_edition(text) is None:
        raise wrong(root, f"says schemaVersion {text!r}, not one of {', '.join(served_versions())}")
    return text


def written_edition(version: str) -> Edition:
    """The declarations of ``version``, if it is one that can be written; raises :class:`InvalidValue`."""
    found = find_edition(version)
    if found is None:
        raise InvalidValue(f"{version!r} is not a DUIS version", field="schema_version")
    return found


def _declared(
    content: etree._Element, facts: ServiceRequestVariant, command_variant: int, spoken: Edition
) -> Complex:
    signed = COMMAND_VARIANTS[command_variant].signed_pre_command
    expected = "SignedPreCommand" if signed else facts.body_element
    if content.tag != f"{{{SR}}}{expected}":
        carries_signed = content.tag == f"{{{SR}}}SignedPreCommand"
        raise wrong(
            content,
            f"stands where Command Variant {command_variant} of {facts.variant} needs {expected}",
            code=fault("command_variant").response_code if signed != carries_signed else None,
        )
    return SIGNED_PRE_COMMAND if signed else spoken.body(facts.variant)


def _write_body(request: Request, spoken: Edition, out: list[str]) -> None:
    name = request.body_element
    is_signed = request.is_signed_pre_command
    declared = SIGNED_PRE_COMMAND if is_signed else spoken.body(request.service_reference_variant)
    if request.values is not None:
        out.append(f"<sr:{name}{declared.given(request.values, '')}>")
        declared.write(request.values, out, "")
        out.append(f"</sr:{name}>")
        return
    content = request.body
    if content is None:
        raise InvalidValue(f"{name} needs values", field="values")
    if content.tag != f"{{{SR}}}{name}":
        raise InvalidValue(f"is {content.tag}, not {name}", field="content")
    out.append(verbatim(content))
