"""Messages that are wrong in one thing: what a device, the DCC or a User must refuse."""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from gbsmart.gbcs import catalogue
from gbsmart.gbcs.envelope import Message
from gbsmart.gbcs.protection import add_mac
from gbsmart.testdata.messages import protected_command
from gbsmart.testdata.scene import Scene


class Spoilt(NamedTuple):
    """One message that is wrong: the last part of its name, its octets, what is wrong, and what is due."""

    name: str
    octets: bytes
    wrong: str
    due: str


_SILENCE = "the device does nothing, answers nothing, and logs it"
_AGAIN = "it is carried out: such commands are not protected from replay"


def of_command(scene: Scene, sent: Message) -> Iterator[Spoilt]:
    """Commands that are ``sent``, but for one thing; every other protection is right again."""
    header = sent.header
    rules = catalogue.message(header.message_code)
    bare = replace(sent, mac=None, signature=None, null_signature=True)
    older = replace(bare, header=replace(header, counter=max(header.counter - 1, 0)))
    if sent.signature is not None:
        wrong = replace(sent, signature=_flipped(sent.signature), mac=None, null_signature=False)
        yield Spoilt(
            "WRONG_SIGNATURE_COMMAND", _macked(scene, sent, wrong),
            "the last octet of the signature is another; the MAC fits it", _SILENCE,
        )  # fmt: skip
    if sent.mac is not None:
        yield Spoilt(
            "WRONG_MAC_COMMAND", replace(sent, mac=_flipped(sent.mac)).encode(),
            "the last octet of the MAC is another", _SILENCE,
        )  # fmt: skip
    yield Spoilt(
        "WRONG_COUNTER_COMMAND", protected_command(scene, older, rules),
        "its originator counter is one lower than that of the command of the set: send it after that one",
        _SILENCE if rules.replay_protection else _AGAIN,
    )  # fmt: skip
    yield Spoilt(
        "TRUNCATED_COMMAND", sent.encode()[:-1], "the last octet is missing", _SILENCE,
    )  # fmt: skip


def of_response(octets: bytes) -> Spoilt:
    """A response under a signature or MAC that is not its sender's."""
    what = "MAC" if Message.parse(octets).mac is not None else "signature"
    return Spoilt(
        f"RESPONSE_WRONG_{what.upper()}", _flipped(octets), f"the last octet of the {what} is another",
        "the User drops it: it does not come from the device",
    )  # fmt: skip


_SIGNATURE_VALUE = re.compile(rb"(?<=<ds:SignatureValue>)[^<]+")
_SERIAL = re.compile(rb"(?<=<ds:X509SerialNumber>)[0-9]+")
_SIGNATURE = re.compile(rb"<ds:Signature .*</ds:Signature>", re.DOTALL)
_COUNTER = re.compile(rb"(?<=:)[0-9]+(?=</sr:RequestID>)")
_NOBODYS = b"1"
"""A serial number that no certificate of a set has."""


def of_request(document: bytes) -> Iterator[Spoilt]:
    """A signed Service Request, changed after it was signed; none where it is not signed."""
    if _SIGNATURE.search(document):
        changed = _COUNTER.sub(lambda found: b"%d" % (int(found[0]) + 1), document, 1)
        yield Spoilt(
            "WRONG_SIGNATURE", changed, "its Request ID is not the one that was signed", "the DCC refuses it"
        )


def of_document(document: bytes) -> Iterator[Spoilt]:
    """A Response that the DCC signed, under a signature that is not its own; none where it is not signed."""
    if not _SIGNATURE.search(document):
        return
    due = "the User drops it: it does not come from the DCC"
    value = _SIGNATURE_VALUE.sub(lambda found: b64encode(_flipped(b64decode(found[0]))), document)
    yield Spoilt("WRONG_SIGNATURE", value, "the last octet of the signature is another", due)
    changed = _COUNTER.sub(lambda found: b"%d" % (int(found[0]) + 1), document, 1)
    yield Spoilt("WRONG_DIGEST", changed, "its Request ID is not the one that was signed", due)
    unknown = _SERIAL.sub(_NOBODYS, document)
    yield Spoilt("UNKNOWN_SIGNER", unknown, "no certificate has the serial number that it cites", due)
    yield Spoilt("NO_SIGNATURE", _SIGNATURE.sub(b"", document), "it is not signed", due)


def _macked(scene: Scene, sent: Message, wrong: Message) -> bytes:
    return (wrong if sent.mac is None else add_mac(wrong, scene.keyring, scene.acb)).encode()


def _flipped(octets: bytes) -> bytes:
    return octets[:-1] + bytes((octets[-1] ^ 1,))
