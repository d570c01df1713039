"""DUIS over the public requests: read and verified, written and signed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from benchmarks.measuring import Task
from gbsmart.conformance.vectors import read_keys
from gbsmart.duis import NON_DEVICE, OfficialSchema, build_request, parse_request, sign, sign_built, verify
from gbsmart.ground import Eui64

T = TypeVar("T")
SIGNER = Eui64.parse("90-B3-D5-1F-30-01-00-00")


class Requests:
    """The requests, signed by their originators, and the tasks that are timed on them."""

    def __init__(self, corpus: Path, *, typed: bool) -> None:
        """``typed`` takes only those whose bodies are declared: the costliest, tariffs among them."""
        self.keyring = read_keys(corpus / "keystore").keyring
        self.official = OfficialSchema(corpus / "schema")
        paths = sorted((corpus / "duis-requests").iterdir())
        parsed = [parse_request(path.read_bytes(), limits=NON_DEVICE).message for path in paths]
        self.requests = [each for each in parsed if each.values is not None or not typed]
        self.signed = [sign(build_request(request), self.keyring, SIGNER) for request in self.requests]

    @property
    def size(self) -> float:
        """Octets of a signed request, on average."""
        return sum(map(len, self.signed)) / len(self.signed)

    def verifying(self) -> Task:
        def run() -> int:
            for octets in self.signed:
                verify(parse_request(octets, limits=NON_DEVICE).root, self.keyring, octets)
            return len(self.signed)

        return run

    def verifying_official(self) -> Task:
        def run() -> int:
            for octets in self.signed:
                document = parse_request(octets, limits=NON_DEVICE)
                self.official.validate(document.root)
                verify(document.root, self.keyring)
            return len(self.signed)

        return run

    def signing(self) -> Task:
        """As a User does it: what was just built need not be read again to be signed."""

        def run() -> int:
            for request in self.requests:
                sign_built(build_request(request), self.keyring, SIGNER)
            return len(self.requests)

        return run

    def signing_foreign(self) -> Task:
        """As ``gbsmart duis sign`` does it: the document is read, made compact and canonical."""
        return _each([build_request(each) for each in self.requests], self._sign)

    def _sign(self, document: bytes) -> bytes:
        return sign(document, self.keyring, SIGNER)

    def stages(self) -> dict[str, Task]:
        documents = [parse_request(each, limits=NON_DEVICE) for each in self.signed]
        written = [build_request(each) for each in self.requests]
        return {
            "read: parse, envelope, body": _each(
                self.signed, lambda each: parse_request(each, limits=NON_DEVICE)
            ),
            "verify the signature": _each(documents, lambda each: verify(each.root, self.keyring)),
            "build": _each(self.requests, build_request),
            "sign what was built": _each(written, lambda each: sign_built(each, self.keyring, SIGNER)),
            "sign what is from elsewhere": _each(written, self._sign),
        }


def _each(things: Sequence[T], do: Callable[[T], object]) -> Task:
    def run() -> int:
        for thing in things:
            do(thing)
        return len(things)

    return run
