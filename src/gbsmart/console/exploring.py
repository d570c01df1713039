"""What somebody pasted, recognised, verified as far as the certificates at hand allow, and explained.

DUIS documents, GBCS messages, SMKI certificates, UTRNs and codes. Whatever else it is gets a kind word, and a
private key is neither read nor shown again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from lxml import etree

from gbsmart.console import codes
from gbsmart.console.documents import Checked, Reader, Reading, looks_like_xml, read_pasted
from gbsmart.console.words import code_meaning
from gbsmart.duis import parse_xml, read_request, read_response, service_requests
from gbsmart.duis.document import NON_DEVICE, SR
from gbsmart.gbcs.utrn import InvalidUtrn, parse_utrn
from gbsmart.ground import Clock, Eui64, InvalidValue, MalformedMessage
from gbsmart.handbook.use_cases import address_of, names
from gbsmart.keys import Certificate, PathInvalid, RemotePartyRole, UnknownCertificate, validate_path
from gbsmart.web import as_json

_PEM = re.compile(r"-----BEGIN ([A-Z0-9 ]+)-----.*?-----END \1-----", re.DOTALL)
_UTRN = re.compile(r"\d(?:[\s-]*\d){19}\Z")
_EUI = re.compile(r"(?:[0-9A-Fa-f]{2}[-:]){7}[0-9A-Fa-f]{2}\Z")
_REQUEST_ID = re.compile(
    r"(?:[0-9A-Fa-f]{2}-){7}[0-9A-Fa-f]{2}:(?:[0-9A-Fa-f]{2}-){7}[0-9A-Fa-f]{2}:\d{1,20}\Z"
)
_SEQUENCE = (b"\x30\x81", b"\x30\x82")
"""How a certificate in DER begins; no GBCS message does."""

Facts = list[tuple[str, str]]


@dataclass(slots=True)
class Finding:
    """One thing that was recognised: what it is, its facts, what was checked, and its reading."""

    kind: str
    title: str
    facts: Facts = field(default_factory=list)
    checks: tuple[Checked, ...] = ()
    reading: Reading | None = None
    links: tuple[tuple[str, str], ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The finding as JSON values; the keys of the reading stand beside its own."""
        reading = self.reading or Reading("", ())
        return {
            "kind": self.kind,
            "title": self.title,
            "facts": dict(self.facts),
            **reading.to_json(),
            "checks": [each.to_json() for each in self.checks],
        }


@dataclass(frozen=True, slots=True)
class Explorer:
    """Recognises and explains. ``authorities`` are what certificates are held against."""

    reader: Reader
    clock: Clock
    authorities: tuple[Certificate, ...] = ()

    def explore(self, text: str) -> list[Finding]:
        """What ``text`` is: one finding, or one for each certificate of several.

        Raises :class:`InvalidValue` for what is nothing of the kind.
        """
        text = text.strip()
        if blocks := list(_PEM.finditer(text)):
            return [self._pem(block[1], block[0]) for block in blocks]
        if "-----BEGIN" in text:
            raise InvalidValue("a PEM block without its end, or with another", field="message")
        for pattern, recognise in (
            (_UTRN, self._utrn),
            (_REQUEST_ID, self._request_id),
            (_EUI, self._eui),
            (codes.SPELLING, _code),
        ):
            if pattern.match(text):
                return [recognise(text)]
        octets = read_pasted(text)
        if looks_like_xml(octets):
            return [self._xml(octets)]
        if octets.startswith(_SEQUENCE):
            return [self._certificate(_der(octets))]
        return [self._message(octets)]

    # --- certificates ---

    def _pem(self, label: str, block: str) -> Finding:
        if "PRIVATE KEY" in label:
            raise InvalidValue(
                "this is a private key. It was not read and is not shown; if anyone else could see it, "
                "replace it",
                field="private key",
            )
        if label != "CERTIFICATE":
            raise InvalidValue(f"a PEM block of {label.title()}, not a certificate", field="message")
        try:
            return self._certificate(Certificate.from_pem(block))
        except MalformedMessage as wrong:
            raise InvalidValue(str(wrong), field="message") from None

    def _certificate(self, certificate: Certificate) -> Finding:
        role = certificate.role
        named = "" if role is None else f"{_role_name(role)} ({role:02X})"
        kind = (
            "authority" if certificate.is_authority else "device" if certificate.is_device else "organisation"
        )
        facts = [
            ("Holder", str(certificate.holder or "none: an authority")),
            ("Subject", certificate.subject),
            ("Remote party role", named or "none"),
            ("Key usage", ", ".join(sorted(certificate.key_usage)) or "none"),
            ("Serial number", certificate.serial_hex),
            ("Issuer", certificate.issuer),
            ("Valid from", f"{certificate.not_before:%Y-%m-%d %H:%M:%S} UTC"),
            ("Valid until", f"{certificate.not_after:%Y-%m-%d %H:%M:%S} UTC"),
            ("Subject key identifier", certificate.key_id.hex().upper()),
            ("Authority key identifier", certificate.authority_key_id.hex().upper() or "none"),
            ("Public key", "P-256"),
            ("Octets (DER)", f"{len(certificate.der):,}"),
        ]
        links = ((f"/devices/{certificate.holder}", "The device's page"),) if certificate.is_device else ()
        title = f"Certificate of {certificate.holder or certificate.subject}"
        return Finding(f"{kind} certificate", title, facts, tuple(self._checks(certificate)), links=links)

    def _checks(self, certificate: Certificate) -> Iterator[Checked]:
        now = self.clock.now()
        if certificate.in_force(now):
            yield Checked("Validity", f"in force at {now:%Y-%m-%d %H:%M} UTC", "good")
        else:
            yield Checked("Validity", f"not in force at {now:%Y-%m-%d %H:%M} UTC", "bad")
        yield self._path(certificate)
        if self.reader.keyring is not None:
            try:
                known = self.reader.keyring.by_serial(certificate.serial, certificate.issuer)
            except UnknownCertificate:
                yield Checked("Known here", "no certificate of this issuer and serial number")
            else:
                same = known.der == certificate.der
                yield Checked(
                    "Known here", "yes" if same else "another has its number", "good" if same else "bad"
                )

    def _path(self, certificate: Certificate) -> Checked:
        """Whether a path leads to a root that is known here; time is looked at by itself."""
        if not self.authorities:
            return Checked("Path", "not checked: no authority's certificate is at hand")
        roots = [each for each in self.authorities if each.subject == each.issuer]
        if certificate in roots:
            return Checked("Path", "it is a root that is trusted here", "good")
        try:
            path = validate_path(certificate, self.authorities, roots, moment=None)
        except PathInvalid as wrong:
            return Checked("Path", str(wrong.fault), "bad")
        return Checked("Path", "to " + ", ".join(each.subject for each in path[1:]), "good")

    # --- messages ---

    def _xml(self, octets: bytes) -> Finding:
        reading = self.reader.read(octets)
        if reading.fault:
            return Finding("XML", "XML that cannot be read", [], (), reading)
        root = parse_xml(octets, NON_DEVICE)
        name = etree.QName(root)
        finding = Finding("XML", f"XML: {name.localname}", [], reading.checks, reading)
        if name.namespace != SR or name.localname not in ("Request", "Response"):
            return finding
        finding.kind = f"DUIS {name.localname}"
        try:
            finding.title, finding.facts = (_request if name.localname == "Request" else _response)(root)
        except MalformedMessage as wrong:
            finding.title = f"A {finding.kind} that breaks the schema"
            finding.checks = (*reading.checks, Checked("Schema", str(wrong), "bad"))
        else:
            finding.checks = (*reading.checks, Checked("Declaration", "read to its last element", "good"))
            finding.links = _variant_of(root)
        return finding

    def _message(self, octets: bytes) -> Finding:
        reading = self.reader.read(octets)
        (message,) = reading.messages
        address = address_of(message.use_case)
        links = ((f"/reference/use-cases/{address}", f"What {message.use_case} is for"),)
        title = message.heading.split(":")[0]
        return Finding(
            "GBCS message", title, [], reading.checks, reading, links=links if address in names() else ()
        )

    # --- numbers ---

    def _utrn(self, text: str) -> Finding:
        try:
            utrn = parse_utrn(re.sub(r"\s", "", text))
        except InvalidUtrn as wrong:
            return Finding("UTRN", "20 digits that are no UTRN", [], (Checked("UTRN", wrong.reason, "bad"),))
        worth = (
            "an unused value class" if utrn.pence is None else f"£{utrn.pence // 100}.{utrn.pence % 100:02}"
        )
        facts = [
            ("Value", worth),
            ("UTRN counter", f"{utrn.counter_bits} modulo 1,024"),
            ("Value class", str(int(utrn.value_class))),
            ("MAC", utrn.mac.hex().upper()),
            ("PTUT", f"{utrn.ptut:016X}"),
        ]
        checks = (
            Checked("Check digit", "fits", "good"),
            Checked("MAC", "not checked: that takes the meter, and the counters it has seen"),
        )
        return Finding("UTRN", f"A top-up of {worth}", facts, checks)

    def _eui(self, text: str) -> Finding:
        eui = Eui64.parse(text)
        return Finding("EUI-64", str(eui), links=_pages_of(eui))

    def _request_id(self, text: str) -> Finding:
        return Finding("RequestID", text, links=((f"/requests/{text}", "Its journey"),))


def _pages_of(eui: Eui64) -> tuple[tuple[str, str], ...]:
    """Where to go from an EUI-64; it does not say itself whether it is a device's."""
    return (
        (f"/requests?q=device:{eui}", "Requests to it, as a device"),
        (f"/requests?q=user:{eui}", "Requests by it, as a User"),
        (f"/devices/{eui}", "Its page, if it is a device here"),
    )


def _code(text: str) -> Finding:
    told = codes.tell(text)
    if told is None:
        raise InvalidValue(f"no table has the code {text}", field="message")
    return Finding(told.kind, told.name, told.facts)


def _der(octets: bytes) -> Certificate:
    try:
        return Certificate.from_der(octets)
    except MalformedMessage as wrong:
        raise InvalidValue(str(wrong), field="message") from None


def _role_name(role: int) -> str:
    known = next((each for each in RemotePartyRole if each == role), None)
    return known.name.replace("_", " ").lower() if known is not None else "a role without a known name"


def _variant_of(root: etree._Element) -> tuple[tuple[str, str], ...]:
    """The page of the Service Request that a document is, or answers."""
    variant = root.findtext(".//{*}ServiceReferenceVariant") or ""
    if variant not in service_requests():
        return ()
    return ((f"/reference/service-requests/{variant}", f"What {variant} is for"),)


def _request(root: etree._Element) -> tuple[str, Facts]:
    request = read_request(root)
    facts = [
        ("RequestID", str(request.request_id)),
        ("Service Request", f"{request.service_reference_variant} {request.service.name}"),
        ("Command Variant", str(request.command_variant)),
        ("DUIS version", request.schema_version),
        *_flat(request.values or {}),
    ]
    return f"{request.service_reference_variant} {request.service.name}", facts


def _response(root: etree._Element) -> tuple[str, Facts]:
    response = read_response(root)
    meaning = code_meaning(response.response_code)
    facts = [
        ("RequestID", str(response.request_id or "none")),
        ("Response code", f"{response.response_code} {meaning}".rstrip()),
        ("At", f"{response.response_date_time:%Y-%m-%d %H:%M:%S} UTC"),
        ("DUIS version", response.schema_version),
        *_flat(response.values),
    ]
    return f"{response.kind} {response.response_code}", facts


def _flat(values: Any, path: str = "") -> Facts:
    """The values of a body, each under its dotted path."""
    if isinstance(values, etree._Element):
        return [(path, "(kept as XML)")]
    if isinstance(values, bytes):
        return [(path, f"{len(values):,} octets")]
    if isinstance(values, datetime):
        return [(path, f"{values:%Y-%m-%d %H:%M:%S} UTC")]
    pairs: Sequence[tuple[Any, Any]]
    if isinstance(values, Mapping):
        pairs = list(values.items())
    elif isinstance(values, (list, tuple)) and not hasattr(values, "_fields"):
        pairs = list(enumerate(values))
    else:
        return [(path, str(as_json(values)))]
    return [fact for key, each in pairs for fact in _flat(each, f"{path}.{key}" if path else str(key))]
