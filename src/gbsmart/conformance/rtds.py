"""Test messages put through the whole of GBCS: walked, named, rewritten, checked and decrypted.

Each message is taken apart to its last octet and written again, from the values of its form where one
is declared (encrypted parts sealed anew), from the walk elsewhere; its signature and MAC are checked.
A response or an alert is rendered to MMC as well, and its values looked up in what was rendered.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from gbsmart.conformance.mmc import MmcReport, check_message
from gbsmart.conformance.vectors import Vector, VectorKeys, first_difference
from gbsmart.duis import OfficialSchema
from gbsmart.gbcs import codec
from gbsmart.gbcs.contingency import is_by_contingency, verify_contingency
from gbsmart.gbcs.envelope import Message
from gbsmart.gbcs.envelope_walk import payload_frame
from gbsmart.gbcs.protection import DEVICE_TO_DEVICE, Check, verify_mac, verify_signature
from gbsmart.gbcs.sealed import open_sealed
from gbsmart.gbcs.tree import Branch
from gbsmart.ground import GbsmartError
from gbsmart.keys import KeyUse, RemotePartyRole, UnknownCertificate


@dataclass(slots=True)
class Checks:
    """How many signatures or MACs there are, and what checking them found."""

    present: int = 0
    valid: int = 0
    invalid: int = 0
    no_key: int = 0

    def count(self, found: Check) -> None:
        """Count one result; an absent signature or MAC counts nowhere."""
        if found is Check.ABSENT:
            return
        self.present += 1
        self.valid += found is Check.VALID
        self.invalid += found is Check.INVALID
        self.no_key += found is Check.NO_KEY


@dataclass(frozen=True, slots=True)
class Failure:
    """One message that failed at one stage."""

    file: str
    stage: str
    error: str


@dataclass(slots=True)
class Report:
    """What became of a set of messages. ``named`` are those with a declared form that fits."""

    vectors: int = 0
    walked: int = 0
    named: int = 0
    reencoded: int = 0
    macs: Checks = field(default_factory=Checks)
    signatures: Checks = field(default_factory=Checks)
    decrypted: int = 0
    mmc: MmcReport = field(default_factory=MmcReport)
    failures: list[Failure] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """The report as plain data: this is an interface, its names stay."""
        return asdict(self)


def check_vectors(
    vectors: Iterable[Vector], keys: VectorKeys, schema: OfficialSchema | None = None
) -> Report:
    """Put every message through every stage; never raises for what is wrong with a message."""
    report = Report(mmc=MmcReport(schema_valid=None if schema is None else 0))
    for vector in vectors:
        _Run(vector, keys, report, schema).run()
    return report


class _Run:
    """One message on its way through the stages.

    One that cannot be read ends there; what only does not agree is noted, and the later stages go on.
    """

    def __init__(
        self, vector: Vector, keys: VectorKeys, report: Report, schema: OfficialSchema | None
    ) -> None:
        self.vector = vector
        self.keys = keys
        self.report = report
        self.schema = schema
        self.stage = "parse"

    def run(self) -> None:
        self.report.vectors += 1
        try:
            message = Message.parse(self.vector.octets)
            self.stage = "walk"
            tree = codec.walk(self.vector.octets, message)
            self.report.walked += 1
            self.stage = "read"
            rewritten = self._rewrite(message, tree)
            self.stage = "re-encode"
            self._compare(tree.encode(), rewritten)
            self.stage = "signature"
            self._check_signature(message)
            self.stage = "MAC"
            self._check_mac(message)
            self.stage = "decrypt"
            payload = payload_frame(tree).children[0]
            self.report.decrypted += len(open_sealed(payload, message.header, self.keys.keyring))
            self.stage = "MMC"
            keyring = self.keys.keyring
            for problem in check_message(self.vector, message, keyring, self.schema, self.report.mmc):
                self._fail(problem)
        except GbsmartError as error:
            self._fail(str(error))

    def _rewrite(self, message: Message, tree: Branch) -> bytes:
        reading = codec.read(message, self.keys.keyring)
        if reading is None:
            return tree.encode()
        self.report.named += 1
        return replace(message, payload=codec.rewrite(reading, self.keys.keyring)).encode()

    def _compare(self, *again: bytes) -> None:
        octets = self.vector.octets
        if different := [each for each in again if each != octets]:
            self._fail(f"differs from octet {first_difference(different[0], octets)}")
        else:
            self.report.reencoded += 1

    def _check_signature(self, message: Message) -> None:
        if message.signature is None:
            return
        if is_by_contingency(message):
            self._check_contingency(message)
            return
        try:
            certificate = self.keys.keyring.certificate(message.header.originator, KeyUse.DIGITAL_SIGNATURE)
        except UnknownCertificate as unknown:
            self.report.signatures.count(Check.NO_KEY)
            self._fail(str(unknown))
            return
        found = verify_signature(message, certificate)
        self.report.signatures.count(found)
        if found is not Check.VALID:
            self._fail("the signature is not the originator's")

    def _check_contingency(self, message: Message) -> None:
        """The key is in a root certificate; a set without roots, as published ones are, cannot tell."""
        roots = [each for each in self.keys.keyring.authorities() if each.role == RemotePartyRole.ROOT]
        valid = any(verify_contingency(message, root) is Check.VALID for root in roots)
        found = Check.VALID if valid else Check.INVALID if roots else Check.NO_KEY
        self.report.signatures.count(found)
        if found is Check.INVALID:
            self._fail("the signature is not by the contingency key of a root in the key set")

    def _check_mac(self, message: Message) -> None:
        """Two devices share a secret that no published key gives: that alone is no failure."""
        found = verify_mac(message, self.keys.keyring, self.keys.acb)
        self.report.macs.count(found)
        if found is Check.INVALID:
            self._fail("the MAC is another")
        if found is Check.NO_KEY and message.header.message_code not in DEVICE_TO_DEVICE:
            self._fail("no key for the MAC is in the key set")

    def _fail(self, error: str) -> None:
        self.report.failures.append(Failure(self.vector.file, self.stage, error))
