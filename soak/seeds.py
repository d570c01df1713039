"""What is broken: the public test messages and documents where they are, and made-up ones anyway."""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric import ec

from gbsmart.duis import Request, RequestId, build_request, sign
from gbsmart.gbcs import Cra, Header, Message, OtherInformation, codec, forms
from gbsmart.gbcs.blocks import split
from gbsmart.gbcs.protection import add_mac
from gbsmart.gbcs.protection import sign as sign_message
from gbsmart.ground import Eui64, GbsmartError, ManualClock
from gbsmart.keys import Certificate, Keyring, KeyUse, MemoryKeyring, SharedSecret, import_folder, signatures

SHARED = Path(os.environ.get("GBSMART_SHARED", Path(__file__).resolve().parents[2] / "shared"))
CORPUS = SHARED / "corpus"
NOW = datetime(2025, 9, 10, tzinfo=UTC)
ACB = Eui64.parse("90-B3-D5-1F-30-00-00-02")
USER = Eui64.parse("90-B3-D5-1F-30-01-00-00")
METER = Eui64.parse("00-DB-12-34-56-78-90-A0")


class Seed(NamedTuple):
    """One whole thing to break."""

    name: str
    octets: bytes


@dataclass(slots=True)
class Seeds:
    """All of them, and the keys that go with them."""

    keyring: Keyring
    messages: list[Seed] = field(default_factory=list)
    blocks: list[Seed] = field(default_factory=list)
    documents: list[Seed] = field(default_factory=list)


def load() -> Seeds:
    """The public ones if they are there, and the made-up ones."""
    seeds = Seeds(_MadeUpKeys())
    _make_up(seeds)
    if (CORPUS / "rtds").is_dir():
        _load_corpus(seeds)
    for seed in list(seeds.messages):
        message = Message.parse(seed.octets)
        if len(seed.octets) > 200 and message.header.cra == Cra.COMMAND:
            blocks = split(message, size=100)
            seeds.blocks.append(Seed(seed.name, b"".join(_framed(block.encode()) for block in blocks)))
    return seeds


def _framed(octets: bytes) -> bytes:
    return len(octets).to_bytes(2, "big") + octets


def _load_corpus(seeds: Seeds) -> None:
    for path in sorted((CORPUS / "rtds").rglob("*.HEX")):
        seeds.messages.append(Seed(path.stem, bytes.fromhex(path.read_text("ascii"))))
    logging.getLogger("gbsmart.keys").setLevel(logging.ERROR)  # that test certificates ended is known
    keys = import_folder(CORPUS / "keystore")
    keyring = MemoryKeyring(ManualClock(NOW), keys.policy)
    keyring.add_set(keys)
    seeds.keyring = keyring
    for folder in ("duis-requests", "duis-responses"):
        for path in sorted((CORPUS / folder).iterdir()):
            octets = path.read_bytes()
            seeds.documents.append(Seed(path.stem, octets))
            try:
                seeds.documents.append(Seed(f"{path.stem} signed", sign(octets, keyring, USER)))
            except GbsmartError:
                continue  # made to be malformed: it is broken further as it stands


class _MadeUpKeys:
    """Keys for everybody, made on the spot."""

    def __init__(self) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        self._key = key
        point = key.public_key()
        self._certificate = Certificate(
            b"made up", None, None, 1, "CN=Z1,OU=07", b"", NOW, NOW, point, subject="made up"
        )

    def certificate(self, holder: Eui64, use: KeyUse) -> Certificate:
        return replace(self._certificate, holder=holder)

    def by_serial(self, serial: int, issuer: str | None = None) -> Certificate:
        return self._certificate

    def holds(self, holder: Eui64, use: KeyUse) -> bool:
        return True

    def sign(self, holder: Eui64, data: bytes, use: KeyUse = KeyUse.DIGITAL_SIGNATURE) -> bytes:
        return signatures.sign(self._key, data)

    def agree(self, holder: Eui64, peer: Certificate, use: KeyUse = KeyUse.KEY_AGREEMENT) -> SharedSecret:
        return SharedSecret(bytes(32))


_COMMANDS = (
    ("ECS57", {"reset_maximum_demand_import": True, "reset_maximum_demand_export": True}),
    ("ECS17b", {}),
    ("ECS24", {}),
    ("ECS12", {"restriction_date_time": NOW}),
    ("ECS22b", {"read_log_period": {"start": NOW, "end": NOW}}),
    ("GCS13a", {}),
    ("GCS09", {"issuer_event_id": NOW, "restriction_date_time": NOW}),
    ("GCS25", {"issuer_event_id": NOW, "billing_period_start": NOW, "billing_periodicity": 3}),
    (
        "CS02bSupplierBySupplier",
        {"control": {"mode": 2, "counter": 1000, "floor": 7}, "replacements": [], "path_certificates": []},
    ),
)


def _make_up(seeds: Seeds) -> None:
    keyring = seeds.keyring
    for name, values in _COMMANDS:
        form = forms.form(name)
        header = Header(Cra.COMMAND, 1000, USER, METER, OtherInformation(form.code))
        message = sign_message(Message(header, codec.payload(form, header, values)), keyring)
        seeds.messages.append(Seed(f"made-up {name}", add_mac(message, keyring, ACB).encode()))
    request = build_request(Request(RequestId(USER, METER, 1000), 1, "4.1.1", {}))
    seeds.documents.append(Seed("made-up 4.1.1", sign(request, keyring, USER)))
