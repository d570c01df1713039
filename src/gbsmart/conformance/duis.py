"""Service Requests of a test set: read, written again, transformed, and held against its messages.

Each request is transformed and compared once: with the Pre-Command of the same name where there is one,
else with the Command to its last octet, the MAC computed here. What a transformation needs and the
request does not hold comes from ``facts.csv`` beside this module or from the header of the vector, never
from its payload, and is listed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from lxml import etree

from gbsmart.conformance.agreement import Agreement
from gbsmart.conformance.facts import DIFFERS, Row, fact_table, facts_for, shown
from gbsmart.conformance.vectors import Vector, VectorKeys, first_difference
from gbsmart.duis import NON_DEVICE, OfficialSchema, ParsedDocument, Request, build_request, parse_request
from gbsmart.duis.document import DS, compact, parse_xml
from gbsmart.duis.xsd import compiled_schema
from gbsmart.gbcs import Message, codec
from gbsmart.gbcs.protection import Check, add_mac, sign, verify_signature
from gbsmart.ground import GbsmartError, MalformedMessage, NotFound
from gbsmart.keys import KeyUse
from gbsmart.translation import NoTranslation, Translation, transform

_SUFFIX = "_REQUEST_DUIS"
_SHOWN = 16
"""Octets shown on each side of a difference."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Where a transformed request and its vector part, and why. Octets are hexadecimal."""

    request: str
    vector: str | None
    offset: int | None
    expected: str
    got: str
    reason: str


@dataclass(slots=True)
class Report:
    """What became of a set of requests: counts, the facts that pairs needed, and differences.

    ``not_covered`` are those for which nothing is declared, as for a device of unknown type: differences too.
    """

    requests: int = 0
    parsed: int = 0
    rebuilt: int = 0
    schema_valid: int = 0
    official_schema_valid: int | None = None
    compared: int = 0
    identical: int = 0
    not_covered: int = 0
    facts: dict[str, dict[str, Any]] = field(default_factory=dict)
    differences: list[Difference] = field(default_factory=list)
    schema_agreement: Agreement | None = None

    def surprises(self, own: Sequence[Row] = ()) -> list[Difference]:
        """The differences that no table of facts (``own``: the set's) puts down to the test set itself."""
        known = {row.scope: set(row.value.split()) for row in (*fact_table(), *own) if row.fact == DIFFERS}
        return [
            each
            for each in self.differences
            if not {part.partition(": ")[0] for part in each.reason.split("; ")}
            <= known.get(f"pair:{each.request}", set())
        ]

    def as_json(self) -> dict[str, Any]:
        """The report as plain data: this is an interface, its names stay."""
        return asdict(self)


class Document(NamedTuple):
    """One request of a test set. ``name`` is the scenario's, which its messages share."""

    name: str
    octets: bytes


def read_documents(folder: Path) -> Iterator[Document]:
    """Every ``*.XML`` file of ``folder``, in order; raises :class:`NotFound` where there is none."""
    paths = sorted(path for path in folder.rglob("*") if path.suffix.upper() == ".XML")
    if not paths:
        raise NotFound(f"{folder} holds no .XML file", remedy="Give the folder of the Service Requests.")
    for path in paths:
        yield Document(path.stem.removesuffix(_SUFFIX), path.read_bytes())


def check_requests(
    documents: Iterable[Document],
    vectors: Iterable[Vector],
    keys: VectorKeys,
    schema: OfficialSchema | None = None,
    own: Sequence[Row] = (),
) -> Report:
    """Put every request through every stage; never raises for what is wrong with one.

    ``own`` are the facts that come with the set.
    """
    report = Report(official_schema_valid=None if schema is None else 0)
    by_name = {vector.name: vector for vector in vectors}
    for document in documents:
        report.requests += 1
        try:
            parsed = parse_request(document.octets, limits=NON_DEVICE)
        except MalformedMessage as fault:
            report.differences.append(_undone(document, None, fault))
            continue
        report.parsed += 1
        _check_document(document, parsed, schema, report)
        vector = by_name.get(f"{document.name}_PRECOMMAND") or by_name.get(f"{document.name}_COMMAND")
        if vector is not None:
            _compare(document, parsed.message, vector, by_name, keys, report, own)
    return report


def _check_document(
    document: Document, parsed: ParsedDocument[Request], schema: OfficialSchema | None, report: Report
) -> None:
    request = parsed.message
    ours = compiled_schema(request.schema_version)
    if ours.validate(parsed.root):
        report.schema_valid += 1
    else:
        log: Any = ours.error_log  # the stubs do not know its entries
        report.differences.append(_undone(document, None, MalformedMessage(log[0].message)))
    if _content(build_request(request)) == _content(document.octets):
        report.rebuilt += 1
    else:
        fault = MalformedMessage("written again, the request is another")
        report.differences.append(_undone(document, None, fault))
    if schema is not None:
        try:
            schema.validate(parsed.root)
        except MalformedMessage as fault:
            report.differences.append(_undone(document, None, fault))
        else:
            report.official_schema_valid = (report.official_schema_valid or 0) + 1


def _content(octets: bytes) -> bytes:
    """The canonical document without signature and white space; numbers without leading zeros."""
    root = parse_xml(octets, NON_DEVICE)
    for signature in root.findall(f"{{{DS}}}Signature"):
        root.remove(signature)
    compact(root)
    return re.sub(rb">0+(\d+)<", rb">\1<", etree.tostring(root, method="c14n", exclusive=True))


# Comparing


def _compare(
    document: Document,
    request: Request,
    vector: Vector,
    vectors: Mapping[str, Vector],
    keys: VectorKeys,
    report: Report,
    own: Sequence[Row],
) -> None:
    try:
        expected = Message.parse(vector.octets)
        header = expected.header
        known = header.originator == request.request_id.originator and header.other.party is None
        facts = facts_for(document.name, request, keys, vectors, known=known, own=own)
        translation = transform(request, facts)
        report.compared += 1
        ours, got = _as_vector(translation, expected, keys)
    except NoTranslation as fault:
        report.not_covered += 1
        report.differences.append(_undone(document, vector, fault))
        return
    except GbsmartError as fault:
        report.differences.append(_undone(document, vector, fault))
        return
    report.facts[document.name] = shown(translation.facts)
    if not translation.known:
        whose = "acb_counter" if translation.originator == keys.acb else "cos_counter"
        report.facts[document.name][whose] = expected.header.counter
    if got == vector.octets:
        report.identical += 1
    else:
        report.differences.append(_difference(document, vector, expected, ours, got))


def _as_vector(translation: Translation, expected: Message, keys: VectorKeys) -> tuple[Message, bytes]:
    """The message that ``translation`` makes, protected as the vector is, and its octets.

    A signature is made with chance: ours is verified, and the vector's put in its place, so that the MAC
    over it can be compared. Raises :class:`GbsmartError`.
    """
    ours = translation.message(None if translation.known else expected.header.counter)
    if expected.signature is None and expected.mac is None:
        ours = replace(ours, null_signature=expected.null_signature)  # both forms of a Pre-Command exist
        return ours, ours.encode()
    if expected.signature is not None:
        signed = sign(ours, keys.keyring)
        certificate = keys.keyring.certificate(ours.header.originator, KeyUse.DIGITAL_SIGNATURE)
        if verify_signature(signed, certificate) is not Check.VALID:
            raise MalformedMessage("our own signature does not verify", where="signature")
        ours = replace(signed, signature=expected.signature)
    whole = ours if expected.mac is None else add_mac(ours, keys.keyring, keys.acb)
    return ours, whole.encode()


def _difference(
    document: Document, vector: Vector, expected: Message, ours: Message, got: bytes
) -> Difference:
    at = first_difference(got, vector.octets)
    shown = slice(at, at + _SHOWN)
    reason = _reason(expected, ours)
    return Difference(document.name, vector.file, at, vector.octets[shown].hex(), got[shown].hex(), reason)


def _reason(expected: Message, ours: Message) -> str:
    """Which values differ, in words; whatever else differs is said too."""
    theirs = _values(expected)
    mine = _values(ours)
    masked, of_ours = _masked(theirs), _masked(mine)
    parts = [
        f"{name}: {_parted(mine.get(name), theirs.get(name))}"
        for name in theirs.keys() | mine.keys()
        if of_ours.get(name) != masked.get(name)
    ]
    if mine != theirs and masked == of_ours:
        parts.append("certificates: the vector has others than the request, and all else is equal")
    if ours.header != expected.header:
        parts.append("header: the grouping header is another")
    return "; ".join(sorted(parts)) or "the same values, written otherwise"


_CERTIFICATE = re.compile(rb"\x30\x82")
"""What a certificate begins with: a sequence of more than 255 octets."""


def _parted(ours: Any, theirs: Any) -> str:
    """How two values that differ do."""
    lists = isinstance(ours, list) and isinstance(theirs, list)
    if lists and sorted(map(repr, ours)) == sorted(map(repr, theirs)):
        return "the vector has the same in another order"
    return f"the request says {_shown(ours)}, the vector {_shown(theirs)}"


def _masked(value: Any) -> Any:
    """A value with its certificates taken for equal."""
    if isinstance(value, Mapping):
        return {name: _masked(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_masked(each) for each in value]
    return "certificate" if isinstance(value, bytes) and _CERTIFICATE.match(value) else value


def _values(message: Message) -> Mapping[str, Any]:
    try:
        reading = codec.read(message)
    except MalformedMessage:
        return {}
    return {} if reading is None else reading.values


def _shown(value: Any) -> str:
    return value.isoformat().replace("+00:00", "Z") if isinstance(value, datetime) else str(value)


def _undone(document: Document, vector: Vector | None, fault: GbsmartError) -> Difference:
    return Difference(document.name, None if vector is None else vector.file, None, "", "", str(fault))
