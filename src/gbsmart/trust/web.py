"""The repository's web services, as existing clients call them (SEC Appendix O).

``POST /services/certificatesearch`` finds the certificates of a device or an organisation;
``POST /services/retrievecertificate`` returns one by serial number. XML without a namespace in both
directions; the HTTP status equals the ``ResponseCode`` inside. The reference port is 8083.
"""

from __future__ import annotations

import base64
import itertools
import re
from collections.abc import Awaitable, Callable, Container

from lxml import etree
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gbsmart.ground import Clock, Eui64, InvalidValue, SystemClock
from gbsmart.trust.repository import LodgedCertificate, Repository

_LARGEST_REQUEST = 1 << 16  # octets; a request has about 150
_SERIAL = re.compile(r"[0-9A-Fa-f]{1,40}\Z")
_Service = Callable[[Repository, etree._Element], Awaitable[list[etree._Element]]]


class _Refused(Exception):
    """A request that gets a result code other than 200."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def repository_app(
    repository: Repository, *, clock: Clock | None = None, api_keys: Container[str] | None = None
) -> Starlette:
    """The two services over ``repository``.

    ``api_keys`` are the values of the query parameter ``apikey`` that are let in; ``None`` lets every
    caller in. Result codes: 200; 401 the request breaks its format; 402 nothing found; 403 no such API
    key; 413 larger than 64 KiB.
    """
    references = _AuditReferences(clock or SystemClock())

    def endpoint(
        answer_name: str, request_name: str, service: _Service
    ) -> Callable[..., Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            try:
                if api_keys is not None and request.query_params.get("apikey", "") not in api_keys:
                    raise _Refused(403, "No such API key")
                content = await service(repository, await _document(request, request_name))
            except _Refused as refused:
                return _response(answer_name, references.next(), refused.code, refused.message, [])
            return _response(answer_name, references.next(), 200, "Success", content)

        return answer

    search = endpoint("CertificateSearchResponse", "CertificateSearchRequest", _search)
    retrieve = endpoint("CertificateDataResponse", "CertificateDataRequest", _retrieve)
    return Starlette(
        routes=[
            Route("/services/certificatesearch", search, methods=["POST"]),
            Route("/services/retrievecertificate", retrieve, methods=["POST"]),
        ]
    )


async def _search(repository: Repository, request: etree._Element) -> list[etree._Element]:
    tags = ("CertificateSubjectAltName", "CertificateSubjectName")
    names = [(tag, text) for tag in tags if (text := request.findtext(tag)) is not None]
    if len(names) != 1:
        raise _Refused(401, "Give either CertificateSubjectAltName or CertificateSubjectName")
    ((tag, text),) = names
    try:
        holder = Eui64.parse(text.strip())
    except InvalidValue as error:
        raise _Refused(401, f"{tag}: {error.message}") from error
    device = tag == "CertificateSubjectAltName"
    found = await (repository.of_device(holder) if device else repository.of_organisation(holder))
    results = [_result(lodged) for lodged in found if _matches(lodged, request)]
    if not results:
        raise _Refused(402, "No certificate found")
    return results


async def _retrieve(repository: Repository, request: etree._Element) -> list[etree._Element]:
    text = (request.findtext("CertificateSerial") or "").strip()
    if not _SERIAL.match(text):
        raise _Refused(401, "CertificateSerial: give the serial number in hexadecimal digits")
    lodged = await repository.by_serial(int(text, 16))
    if lodged is None:
        raise _Refused(402, "No certificate found")
    return [_certificate_response(lodged)]


def _matches(lodged: LodgedCertificate, request: etree._Element) -> bool:
    """Whether a certificate has the usage, status and role that the request may ask for besides."""
    has = dict(_attributes(lodged))
    asked = ("CertificateUsage", "CertificateStatus", "CertificateRole")
    return all((text := request.findtext(tag)) is None or text.strip() == has.get(tag) for tag in asked)


def _result(lodged: LodgedCertificate) -> etree._Element:
    serial = [("CertificateSerial", lodged.certificate.serial_hex)]
    return _element("Result", [*serial, *_subject(lodged), *_attributes(lodged)])


def _certificate_response(lodged: LodgedCertificate) -> etree._Element:
    attributes = _attributes(lodged)
    body = ("CertificateBody", base64.b64encode(lodged.certificate.der).decode())
    serial = ("CertificateSerial", lodged.certificate.serial_hex)
    status, *others = attributes
    return _element("CertificateResponse", [*_subject(lodged), serial, status, body, *others])


def _subject(lodged: LodgedCertificate) -> list[tuple[str, str]]:
    """A client tells devices from organisations by which of the two elements is there."""
    certificate = lodged.certificate
    if certificate.is_device:
        return [("CertificateSubjectAltName", str(certificate.holder))]
    return [("CertificateSubjectName", str(certificate.holder or certificate.subject))]


def _attributes(lodged: LodgedCertificate) -> list[tuple[str, str]]:
    certificate = lodged.certificate
    attributes = [("CertificateStatus", lodged.status.value)]
    if certificate.role is not None:
        attributes.append(("CertificateRole", str(certificate.role)))
    if not certificate.is_authority:
        usage = "KA" if "keyAgreement" in certificate.key_usage else "DS"
        attributes.append(("CertificateUsage", usage))
    attributes.append(("ManufacturingFlag", "true" if lodged.manufacturing else "false"))
    return attributes


def _element(name: str, children: list[tuple[str, str]]) -> etree._Element:
    element = etree.Element(name)
    for tag, text in children:
        etree.SubElement(element, tag).text = text
    return element


def _response(name: str, reference: str, code: int, message: str, content: list[etree._Element]) -> Response:
    head = [("ResponseCode", str(code)), ("ResponseMessage", message), ("AuditReference", reference)]
    root = _element(name, head)
    root.extend(content)
    octets = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return Response(octets, status_code=code, media_type="application/xml")


async def _document(request: Request, name: str) -> etree._Element:
    """The request's root element; raises :class:`_Refused`."""
    octets = bytearray()
    async for chunk in request.stream():
        octets += chunk
        if len(octets) > _LARGEST_REQUEST:
            raise _Refused(413, "The request is larger than 64 KiB")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
    try:
        root = etree.fromstring(bytes(octets), parser)
    except etree.XMLSyntaxError as error:
        raise _Refused(401, "The request is not well-formed XML") from error
    if getattr(root.getroottree().docinfo, "doctype", ""):  # the stubs do not know it
        raise _Refused(401, "A document type declaration is not allowed")
    if root.tag != name:
        raise _Refused(401, f"The request is a {name}")
    return root


class _AuditReferences:
    """Dates and numbers each answer since the start: ``AR-20261121-000123``."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._numbers = itertools.count(1)

    def next(self) -> str:
        return f"AR-{self._clock.now():%Y%m%d}-{next(self._numbers):06d}"
