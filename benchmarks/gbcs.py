"""GBCS over the public test messages: walked and checked, and read in full."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from benchmarks.measuring import Task
from gbsmart.conformance.vectors import VectorKeys, read_keys, read_vectors
from gbsmart.gbcs import Message, codec
from gbsmart.gbcs.protection import Check, data_secret, unseal, verify_mac, verify_signature
from gbsmart.gbcs.sealed import sealed_parts
from gbsmart.ground import SystemClock
from gbsmart.keys import KeyUse, MemoryKeyring, SecretCache, import_folder


class Messages:
    """The test messages, their keys, and the tasks that are timed on them."""

    def __init__(self, corpus: Path) -> None:
        self.keys = read_keys(corpus / "keystore")
        self.cold = _without_secrets(corpus, self.keys)
        self.octets = [vector.octets for vector in read_vectors(corpus / "rtds")]
        self.parsed = [Message.parse(each) for each in self.octets]
        readings = [codec.read(each, self.keys.keyring) for each in self.parsed]
        self.named = [index for index, reading in enumerate(readings) if reading is not None]
        self.sealed = [
            (message, part.octets)
            for message in (self.parsed[index] for index in self.named)
            for part in sealed_parts(
                codec.walk_payload(message.payload, 0, len(message.payload), message.header.cra)
            )
        ]

    # --- the figures ---

    def walk_and_check(self, keys: VectorKeys) -> Task:
        def run() -> int:
            for octets in self.octets:
                message = Message.parse(octets)
                codec.walk(octets, message)
                check(message, keys)
            return len(self.octets)

        return run

    def read_in_full(self, keys: VectorKeys) -> Task:
        named = [self.octets[index] for index in self.named]

        def run() -> int:
            for octets in named:
                message = Message.parse(octets)
                check(message, keys)
                codec.read(message, keys.keyring)
            return len(named)

        return run

    # --- their stages ---

    def stages_of_walking(self) -> dict[str, Task]:
        return {
            "envelope": self._each(Message.parse),
            "walk": self._pairs(codec.walk),
            "signature": self._messages(
                range(len(self.parsed)), lambda each: _check_signature(each, self.keys)
            ),
            "MAC": self._messages(range(len(self.parsed)), lambda each: _check_mac(each, self.keys)),
        }

    def stages_of_reading(self) -> dict[str, Task]:
        keyring = self.keys.keyring

        def decrypt() -> int:
            for message, octets in self.sealed:
                unseal(message.header, octets, data_secret(message.header, keyring))
            return len(self.named)

        return {
            "envelope": self._messages(self.named, lambda each: Message.parse(each.encode())),
            "signature and MAC": self._messages(self.named, lambda each: check(each, self.keys)),
            "walk the payload": self._messages(self.named, _walk_payload),
            "walk, decrypt, name": self._messages(self.named, lambda each: codec.read(each, keyring)),
            "of which decryption": decrypt,
        }

    def _each(self, do: Callable[[bytes], object]) -> Task:
        def run() -> int:
            for octets in self.octets:
                do(octets)
            return len(self.octets)

        return run

    def _pairs(self, do: Callable[[bytes, Message], object]) -> Task:
        pairs = list(zip(self.octets, self.parsed, strict=True))

        def run() -> int:
            for octets, message in pairs:
                do(octets, message)
            return len(pairs)

        return run

    def _messages(self, chosen: range | list[int], do: Callable[[Message], object]) -> Task:
        messages = [self.parsed[index] for index in chosen]

        def run() -> int:
            for message in messages:
                do(message)
            return len(messages)

        return run


def check(message: Message, keys: VectorKeys) -> None:
    """Check what protects the message; a fault of it is a fault of the benchmark."""
    _check_signature(message, keys)
    _check_mac(message, keys)


def _check_signature(message: Message, keys: VectorKeys) -> None:
    if message.signature is not None:
        certificate = keys.keyring.certificate(message.header.originator, KeyUse.DIGITAL_SIGNATURE)
        assert verify_signature(message, certificate) is Check.VALID


def _check_mac(message: Message, keys: VectorKeys) -> None:
    if message.mac is not None:
        assert verify_mac(message, keys.keyring, keys.acb) is not Check.INVALID


def _walk_payload(message: Message) -> object:
    return codec.walk_payload(message.payload, 0, len(message.payload), message.header.cra)


def _without_secrets(corpus: Path, keys: VectorKeys) -> VectorKeys:
    """The same keys with room for one shared secret: nearly every message agrees anew."""
    keyring = MemoryKeyring(SystemClock(), secrets=SecretCache(1), on_expired=lambda _: None)
    keyring.add_set(import_folder(corpus / "keystore"))
    return VectorKeys(keyring, keys.acb)
