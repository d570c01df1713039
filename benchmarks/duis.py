"""DUIS over the public requests whose bodies are declared: read and verified, written and signed."""

from __future__ import annotations

from pathlib import Path

from benchmarks.measuring import Task
from gbsmart.conformance.vectors import read_keys
from gbsmart.duis import NON_DEVICE, OfficialSchema, build_request, parse_request, sign, verify


class Requests:
    """The requests, signed by their originators, and the tasks that are timed on them."""

    def __init__(self, corpus: Path) -> None:
        self.keyring = read_keys(corpus / "keystore").keyring
        self.official = OfficialSchema(corpus / "schema")
        paths = sorted((corpus / "duis-requests").iterdir())
        parsed = [parse_request(path.read_bytes(), limits=NON_DEVICE).message for path in paths]
        self.requests = [request for request in parsed if request.values is not None]
        self.signed = [
            sign(build_request(request), self.keyring, request.request_id.originator)
            for request in self.requests
        ]

    @property
    def size(self) -> float:
        """Octets of a signed request, on average."""
        return sum(map(len, self.signed)) / len(self.signed)

    def verifying(self) -> Task:
        def run() -> int:
            for octets in self.signed:
                verify(parse_request(octets), self.keyring)
            return len(self.signed)

        return run

    def verifying_official(self) -> Task:
        def run() -> int:
            for octets in self.signed:
                document = parse_request(octets)
                self.official.validate(document.root)
                verify(document, self.keyring)
            return len(self.signed)

        return run

    def reading(self) -> Task:
        def run() -> int:
            for octets in self.signed:
                parse_request(octets)
            return len(self.signed)

        return run

    def writing(self) -> Task:
        def run() -> int:
            for request in self.requests:
                build_request(request)
            return len(self.requests)

        return run

    def signing(self) -> Task:
        def run() -> int:
            for request in self.requests:
                sign(build_request(request), self.keyring, request.request_id.originator)
            return len(self.requests)

        return run
