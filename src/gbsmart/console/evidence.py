"""Evidence of Service Requests as one file: all that was said, explained, with hashes of everything.

A .zip for a test pack: the exact octets of every document, its explanation as text, the steps and the
ledger's events, the certificates that vouch for it, and a manifest with a SHA-256 of each file. The same
ledger gives the same file, octet for octet. No private key, no shared secret and no decrypted value is in
it: what was sealed for a User stays sealed.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import io
import json
import re
import ssl
import zipfile
from collections.abc import Iterable, Sequence

from starlette.requests import Request
from starlette.responses import Response

from gbsmart import __version__
from gbsmart.console.documents import Reader, Reading
from gbsmart.console.filtering import EVERYTHING, read_filter
from gbsmart.console.model import Document, Journey, JourneySource
from gbsmart.gbcs.explain import Row
from gbsmart.ground import Clock, NotFound
from gbsmart.keys import Certificate, KeyUse
from gbsmart.web import as_json

MOST = 500
"""The most requests of one file."""
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The moment of every file inside: a .zip knows none before it, and the same evidence has no other."""
_USES = (KeyUse.DIGITAL_SIGNATURE, KeyUse.KEY_AGREEMENT)


class EvidenceFiles:
    """``/requests/{id}/evidence.zip`` and ``/evidence.zip?q=`` for what a filter lets through."""

    def __init__(self, journeys: JourneySource, reader: Reader, clock: Clock) -> None:
        self._journeys = journeys
        self._reader = reader
        self._clock = clock

    async def of_request(self, request: Request) -> Response:
        """The evidence of one request."""
        journey = await self._journeys.journey(request.path_params["id"])
        return await self._file([journey], f"id:{journey.request.id}")

    async def of_filter(self, request: Request) -> Response:
        """The evidence of what a filter lets through, newest first; at most :data:`MOST` requests."""
        text = request.query_params.get("q", "")
        wanted = read_filter(text, self._clock.now()) if text else EVERYTHING
        lines = await self._journeys.find(MOST, None, wanted)
        if not lines:
            raise NotFound("no request is let through by this filter")
        return await self._file([await self._journeys.journey(line.id) for line in lines], text)

    async def _file(self, journeys: Sequence[Journey], filter_: str) -> Response:
        octets = await asyncio.to_thread(evidence, journeys, self._reader, filter_)
        name = f"evidence-{journeys[0].request.id.replace(':', '_')}" if len(journeys) == 1 else "evidence"
        headers = {"Content-Disposition": f'attachment; filename="{name}.zip"'}
        return Response(octets, media_type="application/zip", headers=headers)


def evidence(journeys: Sequence[Journey], reader: Reader, filter_: str) -> bytes:
    """The file: see the module."""
    files: dict[str, bytes] = {}
    certificates: dict[str, Certificate] = {}
    for number, journey in enumerate(journeys, 1):
        folder = f"requests/{number:03}-{journey.request.variant}-{journey.request.id.replace(':', '_')}"
        readings = [reader.read(document.octets) for document in journey.documents]
        for name, octets in _of_journey(journey, readings):
            files[f"{folder}/{name}"] = octets
        certificates.update(_certificates(journey, readings, reader))
    for serial, certificate in certificates.items():
        files[f"certificates/{serial}.pem"] = ssl.DER_cert_to_PEM_cert(certificate.der).encode()
    return _zipped({"manifest.json": _manifest(journeys, files, filter_), **files})


def _of_journey(journey: Journey, readings: Sequence[Reading]) -> Iterable[tuple[str, bytes]]:
    told = as_json(journey)
    del told["documents"]
    told["documents"] = []
    for number, (document, reading) in enumerate(zip(journey.documents, readings, strict=True), 1):
        name = f"{number:02}-{_file_name(document)}"
        yield f"{name}.{'xml' if document.kind == 'xml' else 'bin'}", document.octets
        yield f"{name}.txt", _explained(document, reading).encode()
        told["documents"].append({
            "file": name, "name": document.name, "from": document.sender, "to": document.receiver,
            "octets": len(document.octets), "checks": [each.to_json() for each in reading.checks],
        })  # fmt: skip
    yield "journey.json", _json(told)


def _file_name(document: Document) -> str:
    return re.sub(r"[^a-z0-9]+", "-", document.name.lower()).strip("-")


def _explained(document: Document, reading: Reading) -> str:
    """A document for people: its XML in lines, and every message octet by octet; nothing decrypted."""
    lines = [f"{document.name}: {document.sender} to {document.receiver}, {len(document.octets)} octets"]
    lines += [f"{check.what}: {check.found}" for check in reading.checks]
    if reading.fault:
        lines.append(reading.fault)
    if reading.xml:
        lines += ["", *reading.xml.splitlines()]
    for message in reading.messages:
        lines += ["", message.heading, *message.notes]
        if message.fault:
            lines.append(f"Fault at octet {message.fault.offset}: {message.fault.reason}")
        lines += [_line(row) for row in message.rows]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _line(row: Row) -> str:
    """One row of an explanation: where, what, how it reads, what that stands for; its octets below it."""
    name = "  " * row.depth + row.name.replace("_", " ")
    said = f"{row.offset:>6}  {name:<48}  {row.value:<32}  {row.meaning}"
    return f"{said.rstrip()}\n        {row.octets.hex(' ').upper()}" if row.octets else said


def _certificates(journey: Journey, readings: Sequence[Reading], reader: Reader) -> dict[str, Certificate]:
    """Who signed what, and the keys that the parties are known by, as far as they are at hand."""
    found = [check.certificate for reading in readings for check in reading.xml_checks if check.certificate]
    if reader.keyring is not None:
        for party in (journey.request.originator, journey.request.device):
            for use in _USES:
                with contextlib.suppress(NotFound):
                    found.append(reader.keyring.certificate(party, use))
    return {certificate.serial_hex: certificate for certificate in found if certificate.der}


def _manifest(journeys: Sequence[Journey], files: dict[str, bytes], filter_: str) -> bytes:
    return _json({
        "made by": f"gbsmart {__version__}",
        "filter": filter_,
        "requests": [as_json(journey.request) for journey in journeys],
        "left out": "private keys, shared secrets, and decrypted values",
        "files": {
            name: {"octets": len(octets), "sha256": hashlib.sha256(octets).hexdigest()}
            for name, octets in sorted(files.items())
        },
    })  # fmt: skip


def _json(value: object) -> bytes:
    return json.dumps(value, indent=2, ensure_ascii=False).encode() + b"\n"


def _zipped(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, octets in sorted(files.items()):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3  # on every system
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, octets, compresslevel=6)
    return out.getvalue()
