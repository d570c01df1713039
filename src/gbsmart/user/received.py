"""A Response of the DCC as the User holds it: parsed, proven to be the DCC's, and known by what it is.

The acknowledgement of a request and the messages that come later are the same kind of document
(Appendix AD); ``identity`` tells a message that was delivered twice from another.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lxml import etree

from gbsmart.duis import NON_DEVICE, RequestId, Response, is_signed, parse_response, verify
from gbsmart.ground import Clock, Eui64, InvalidValue
from gbsmart.keys import Certificate, Certificates, KeyUse, RemotePartyRole, UnknownCertificate
from gbsmart.user.errors import NotGenuine

_DESCRIPTION = frozenset({"service_reference", "service_reference_variant"})


@dataclass(frozen=True, slots=True)
class Received:
    """One Response document, its signer, when and as the how-manieth it came.

    ``signer`` is ``None`` where it is unsigned, or was stored and its certificate is not held any more.
    """

    response: Response
    document: bytes
    at: datetime
    signer: Certificate | None = None
    number: int = 0

    @property
    def response_code(self) -> str:
        """The DUIS response code of the header."""
        return self.response.response_code

    @property
    def failed(self) -> bool:
        """Whether the response code is an error."""
        return self.response_code.startswith("E")

    @property
    def alert_code(self) -> str:
        """The DCC Alert code (``N13``), device alert code in hex (``8F3D``), or ``""``."""
        values = self.response.values
        inner = values.get("future_dated_device_alert_message")
        code = values.get("dcc_alert_code") or values.get("alert_code")
        if code is None and isinstance(inner, Mapping):
            code = inner.get("future_dated_alert_code")
        return code.hex().upper() if isinstance(code, bytes) else str(code or "")

    @property
    def payload(self) -> tuple[str, Any]:
        """Field name and value of what a ResponseMessage carries; ``("", None)`` where it is empty."""
        if self.response.kind != "ResponseMessage":
            return "", None
        found = ((name, value) for name, value in self.response.values.items() if name not in _DESCRIPTION)
        return next(found, ("", None))

    @property
    def instruction(self) -> tuple[int, int] | None:
        """Which of how many instructions a future-dated outcome is about."""
        inner = self.response.values.get("future_dated_device_alert_message")
        if not isinstance(inner, Mapping):
            return None
        return int(inner["instruction_number"]), int(inner["total_command_instructions"])

    @property
    def about(self) -> RequestId | None:
        """The request that this message is about: of the header, or named inside a DCC Alert."""
        if self.response.request_id is not None:
            return self.response.request_id
        return next(_request_ids(self.response.values), None)

    @property
    def identity(self) -> str:
        """What makes it this message: ResponseID, type, alert code and instruction number.

        Where the optional ResponseID is absent, the octets themselves stand for it.
        """
        response_id = self.response.response_id
        name = str(response_id) if response_id else hashlib.sha256(self.document).hexdigest()
        kind = self.response.kind
        part = self.instruction[0] if self.instruction else ""
        return "|".join((name, kind, self.payload[0], self.alert_code, str(part)))


def _request_ids(values: Any, name: str = "") -> Iterator[RequestId]:
    """Every RequestID in the value of ``name``, known by the name of its field or (in bodies kept as XML)
    of its element: an alert's own id has the same type.
    """
    if isinstance(values, RequestId):
        if name.endswith("request_id"):
            yield values
    elif isinstance(values, Mapping):
        for field, value in values.items():
            yield from _request_ids(value, field)
    elif isinstance(values, etree._Element):
        for element in values.iter("{*}*"):
            if etree.QName(element).localname.endswith("RequestID") and element.text:
                try:
                    yield RequestId.parse(element.text.strip())
                except InvalidValue:
                    continue


def receive(document: bytes, certificates: Certificates, dcc: Eui64, clock: Clock) -> Received:
    """Read a Response and prove that the DCC (``dcc``, the Access Control Broker) signed it.

    An error code without payload may be unsigned, as acknowledgements of refused requests are. Raises
    :class:`~gbsmart.ground.MalformedMessage`, :class:`~gbsmart.duis.SignatureError` and
    :class:`NotGenuine`.
    """
    parsed = parse_response(document, limits=NON_DEVICE)
    signer = None
    bare = not parsed.message.values.keys() - _DESCRIPTION and parsed.message.kind == "ResponseMessage"
    unsigned_error = bare and parsed.message.response_code.startswith("E") and not is_signed(parsed.root)
    if not unsigned_error:
        signer = verify(parsed.root, certificates, document)
        _check_signer(signer, certificates, dcc, clock)
    return Received(parsed.message, document, clock.now(), signer)


def _check_signer(signer: Certificate, certificates: Certificates, dcc: Eui64, clock: Clock) -> None:
    if signer.holder != dcc or signer.role != RemotePartyRole.DSP_XML_SIGN:
        role = "none" if signer.role is None else str(signer.role)
        raise NotGenuine(
            f"the Response is signed by {signer.holder or signer.subject} (role {role}), not by the DCC {dcc}"
        )
    if signer.in_force(clock.now()):
        return
    try:
        # the key set decides about time: published test sets let expired certificates stand
        chosen = certificates.certificate(dcc, KeyUse.XML_SIGNATURE)
    except UnknownCertificate:
        chosen = None
    if chosen != signer:
        raise NotGenuine(f"the certificate that signs the Response ended on {signer.not_after:%Y-%m-%d}")
