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

    def __init__(
        self,
        journeys: JourneySource,
        reader: Reader,
        clock: Clock,
        authorities: Sequence[Certificate] = (),
    ) -> None:
        self._journeys = journeys
        self._reader = reader
        self._clock = clock
        self._authorities = authorities

    async def of_request(self, request: Request) -> Response:
        """The evidence of one request."""
        journey = await self._journeys.journey(request.path_params["id"])
        return await self._file([journey], f"id:{journey.request.id}")

    async def of_filter(self, request: Request) -> Response:
        """The evidence of what a filter lets through, newest first; at most :data:`MOST` requests."""
        text = request.query_params.get("q", "")
        wanted = read_filter(text, self._clock.now()) if text else EVERYTHING
        lines = await self._journeys.find(MOST + 1, None, wanted)
        if not lines:
            raise NotFound("no request is let through by this filter")
        journeys = [await self._journeys.journey(line.id) for line in lines[:MOST]]
        return await self._file(journeys, text, older=len(lines) > MOST)

    async def _file(self, journeys: Sequence[Journey], filter_: str, *, older: bool = False) -> Response:
        octets = await asyncio.to_thread(
            evidence, journeys, self._reader, filter_, self._authorities, older=older
        )
        name = f"evidence-{journeys[0].request.id.replace(':', '_')}" if len(journeys) == 1 else "evidence"
        headers = {"Content-Disposition": f'attachment; filename="{name}.zip"'}
        return Response(octets, media_type="application/zip", headers=headers)


def evidence(
    journeys: Sequence[Journey],
    reader: Reader,
    filter_: str,
    authorities: Sequence[Certificate] = (),
    *,
    older: bool = False,
) -> bytes:
    """The file: see the module. ``older`` says that the filter lets through more than is in it."""
    files: dict[str, bytes] = {}
    certificates: dict[str, Certificate] = {}
    requests = []
    for number, journey in enumerate(journeys, 1):
        folder = f"requests/{number:03}-{journey.request.variant}-{journey.request.id.replace(':', '_')}"
        readings = [reader.read(document.octets) for document in journey.documents]
        for name, octets in _of_journey(journey, readings):
            files[f"{folder}/{name}"] = octets
        certificates.update(_certificates(journey, readings, reader))
        requests.append({"folder": folder, **as_json(journey.request)})
    named = {
        f"certificates/{serial}.pem": each
        for serial, each in (certificates | _issuers(certificates.values(), authorities)).items()
    }
    files.update((name, ssl.DER_cert_to_PEM_cert(each.der).encode()) for name, each in named.items())
    files["README.txt"] = _read_me(journeys, older=older).encode()
    return _zipped({"manifest.json": _manifest(requests, files, named, filter_, older=older), **files})


def _of_journey(journey: Journey, readings: Sequence[Reading]) -> Iterable[tuple[str, bytes]]:
    told = as_json(journey)
    del told["documents"]
    told["documents"] = []
    for number, (document, reading) in enumerate(zip(journey.documents, readings, strict=True), 1):
        name = f"{number:02}-{_file_name(document)}"
        file, explained = f"{name}.{'xml' if document.kind == 'xml' else 'bin'}", f"{name}.txt"
        yield file, document.octets
        yield explained, _explained(document, reading).encode()
        told["documents"].append({
            "file": file, "explained": explained, "name": document.name,
            "from": document.sender, "to": document.receiver,
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


def _issuers(
    certificates: Iterable[Certificate], authorities: Sequence[Certificate]
) -> dict[str, Certificate]:
    """The authorities on the way from these certificates to their roots."""
    found: dict[str, Certificate] = {}
    wanted = {each.issuer for each in certificates}
    while wanted:
        above = [each for each in authorities if each.subject in wanted and each.serial_hex not in found]
        found.update((each.serial_hex, each) for each in above)
        wanted = {each.issuer for each in above}
    return found


def _manifest(
    requests: Sequence[dict[str, object]],
    files: dict[str, bytes],
    certificates: dict[str, Certificate],
    filter_: str,
    *,
    older: bool,
) -> bytes:
    return _json({
        "made by": f"gbsmart {__version__}",
        "filter": filter_,
        "older requests left out": older,
        "requests": requests,
        "certificates": {
            name: {
                "holder": None if each.holder is None else str(each.holder),
                "subject": each.subject, "issuer": each.issuer, "key usage": sorted(each.key_usage),
            }
            for name, each in sorted(certificates.items())
        },
        "left out": "private keys, shared secrets, and decrypted values",
        "files": {
            name: {"octets": len(octets), "sha256": hashlib.sha256(octets).hexdigest()}
            for name, octets in sorted(files.items())
        },
    })  # fmt: skip


_READ_ME = """\
Evidence of {count}, by gbsmart {version}, a test system: these are not messages of the real DCC.

requests/       one folder for each request, newest first
  journey.json  its steps, the events of the DCC's ledger, and the documents with the checks of each
  NN-*.xml      a document as it was sent, octet for octet (DUIS)
  NN-*.bin      a message as it was sent, octet for octet (GBCS)
  NN-*.txt      the same for people: its checks, its XML in lines, every octet of a message named
certificates/   who vouches for it: of those who signed, of User and device, and of the authorities above them
manifest.json   what is in here, whose each certificate is, and a SHA-256 of every other file

Private keys, shared secrets and decrypted values are left out: what was sealed for a User stays sealed.
"""


def _read_me(journeys: Sequence[Journey], *, older: bool) -> str:
    """What is where, and one line for each request."""
    count = f"{len(journeys)} Service Request{'s' if len(journeys) > 1 else ''}"
    lines = [_READ_ME.format(count=count, version=__version__)]
    for number, journey in enumerate(journeys, 1):
        of = journey.request
        said = f"{of.outcome or of.state} {of.code}".rstrip()
        lines.append(f"{number:03}  {of.received_at:%Y-%m-%d %H:%M:%S} UTC  {of.variant} {of.name}: {said}")
    if older:
        lines.append(f"There are older ones, which are left out: a file holds {MOST} requests at most.")
    return "\n".join(lines) + "\n"


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
