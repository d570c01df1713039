"""Commands by the contingency key, whose public key lies encrypted in the root certificate (SEC L10).

Such a command discloses the key under which it does. It is sent once the root itself is not to be trusted.
"""

from __future__ import annotations

from typing import Any

from gbsmart.gbcs import catalogue, codec
from gbsmart.gbcs.envelope import Message
from gbsmart.gbcs.header import Cra
from gbsmart.gbcs.protection import Check
from gbsmart.ground import MalformedMessage
from gbsmart.keys import Certificate, RemotePartyRole, contingency_key_of, verify_with


def is_by_contingency(message: Message) -> bool:
    """Whether it is a command that the contingency key signs: the root's own, and no party's."""
    header = message.header
    rules = catalogue.commands().get(header.message_code)
    return header.cra is Cra.COMMAND and rules is not None and RemotePartyRole.ROOT in rules.roles


def verify_contingency(message: Message, root: Certificate | None) -> Check:
    """Whether the signature is by the contingency key of ``root``."""
    if message.signature is None:
        return Check.ABSENT
    if root is None:
        return Check.NO_KEY
    symmetric_key = _disclosed(message)
    key = None if symmetric_key is None else contingency_key_of(root, symmetric_key)
    valid = key is not None and verify_with(key, message.signature, message.signed_octets())
    return Check.VALID if valid else Check.INVALID


def _disclosed(message: Message) -> bytes | None:
    try:
        reading = codec.read(message)
    except MalformedMessage:
        return None
    values: Any = {} if reading is None else reading.values
    disclosed: bytes | None = values.get("control", {}).get("symmetric_key")
    return disclosed
