"""Commands by the contingency key, whose public key lies encrypted in the root certificate (SEC L10).

Such a command discloses the key under which it does. It is sent once the root itself is not to be trusted.
"""

from __future__ import annotations

from typing import Any

from gbsmart.devices.credentials import ROOT, Credentials
from gbsmart.gbcs import codec
from gbsmart.gbcs.envelope import Message
from gbsmart.ground import MalformedMessage
from gbsmart.keys import contingency_key_of, verify_with


def is_by_contingency_key(message: Message, credentials: Credentials) -> bool:
    """Whether a command is signed with the contingency key of the root that the device holds."""
    root, symmetric_key = credentials.in_cell(ROOT), _disclosed(message)
    if root is None or symmetric_key is None or message.signature is None:
        return False
    key = contingency_key_of(root, symmetric_key)
    return key is not None and verify_with(key, message.signature, message.signed_octets())


def _disclosed(message: Message) -> bytes | None:
    try:
        reading = codec.read(message)
    except MalformedMessage:
        return None
    values: Any = {} if reading is None else reading.values
    disclosed: bytes | None = values.get("control", {}).get("symmetric_key")
    return disclosed
