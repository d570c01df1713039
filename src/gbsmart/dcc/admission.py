"""Admission: is this a sound document, from the User that it says it is from?

Size, well-formedness and schema first (HTTP 400, no response code), then the XML signature: made by an
XML-signing certificate, in force, of the User that the RequestID names (DUIS section 6, steps 2 and 3).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from lxml import etree

from gbsmart import duis
from gbsmart.dcc.model import RequestKey
from gbsmart.dcc.refusal import Refused
from gbsmart.duis import Limits, OfficialSchema, WebService
from gbsmart.duis.document import SR
from gbsmart.duis.envelope import REQUEST_HEADER
from gbsmart.duis.request import open_envelope, schema_version
from gbsmart.ground import MalformedMessage
from gbsmart.keys import Certificate, Certificates, KeyUse, RemotePartyRole, UnknownCertificate

LIMITS: dict[WebService, Limits] = {
    WebService.TRANSFORM: duis.ORDINARY,
    WebService.SEND_COMMAND: duis.ORDINARY,
    WebService.NON_DEVICE: duis.NON_DEVICE,
}
"""How large a document each web service takes: firmware images go to the Non-Device service."""


class About(NamedTuple):
    """Which request a document is, as its header says: enough to answer it."""

    key: RequestKey
    variant: str
    version: str


class Unread(NamedTuple):
    """A request whose body breaks a rule: what its header says, and the refusal."""

    about: About
    refused: Refused


def read(
    octets: bytes, web_service: WebService, official: OfficialSchema | None = None
) -> duis.ParsedDocument[duis.Request] | duis.ParsedDocument[Unread]:
    """The document; or, where its body breaks a rule that has a response code, its header and the refusal.

    Raises :class:`MalformedMessage` for what breaks a rule that has none (HTTP 400).
    """
    limits = LIMITS[web_service]
    try:
        document = duis.parse_request(octets, limits=limits, shared=True)
    except MalformedMessage as wrong:
        if wrong.response_code is None:
            raise
        root = duis.parse_xml(octets, limits)
        refused = Refused("schema", str(wrong), code=wrong.response_code)
        return duis.ParsedDocument(octets, Unread(_header(root), refused), root)
    if official is not None:
        official.validate(document.root)
    return document


def about(octets: bytes, web_service: WebService) -> About:
    """Which request a document is, as its header says; raises :class:`MalformedMessage`."""
    return _header(duis.parse_xml(octets, LIMITS[web_service]))


def authenticate(
    document: duis.ParsedDocument[Any], key: RequestKey, certificates: Certificates, at: datetime
) -> None:
    """Check that the originator signed the whole document.

    Raises :class:`Refused` (assumed codes).
    """
    try:
        signer = duis.verify_document(document, certificates)
    except duis.SignatureError as wrong:
        raise Refused(wrong.fault_name, wrong.message) from None
    if signer.holder != key.originator:
        raise Refused("certificate", f"signed by {signer.holder}, not by the originator {key.originator}")
    if signer.role != RemotePartyRole.XML_SIGN:
        raise Refused("certificate", f"a certificate of role {signer.role} does not sign Service Requests")
    if not signer.in_force(at) and not _let_through(signer, certificates):
        raise Refused("certificate", f"the certificate of {key.originator} is not in force")


def key_of(request_id: duis.RequestId) -> RequestKey:
    """The key under which a RequestID is kept."""
    return RequestKey(request_id.target, request_id.originator, request_id.counter)


def _header(root: etree._Element) -> About:
    header, _ = open_envelope(root, f"{{{SR}}}Request")
    values = REQUEST_HEADER.read(header)
    return About(key_of(values["request_id"]), values["service_reference_variant"], schema_version(root))


def _let_through(signer: Certificate, certificates: Certificates) -> bool:
    """Whether the key set's validity policy uses this certificate past its end (test sets do)."""
    assert signer.holder is not None
    try:
        return certificates.certificate(signer.holder, KeyUse.XML_SIGNATURE) == signer
    except UnknownCertificate:
        return False
