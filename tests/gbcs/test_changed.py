"""A test message with an octet changed is refused, or says something else and is written again as it is."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from gbsmart.gbcs import codec
from gbsmart.gbcs.envelope import Message
from gbsmart.gbcs.message_codes import message_code
from gbsmart.ground import MalformedMessage

from .keyring import vectors

CHANGES = 12
"""Of each message; a thousand found nothing more."""
OCTETS = (0x00, 0x01, 0x02, 0x03, 0xFE, 0xFF)
"""What breaks most: marks, counts, flags."""


@pytest.mark.corpus
@pytest.mark.parametrize("family", ["GBZ", "ASN1"])
def test_nothing_is_read_that_is_not_written_again(corpus: Path, family: str) -> None:
    chance = Random(family)
    for name, octets in vectors(corpus).items():
        message = Message.parse(octets)
        if message_code(message.header.message_code).family != family:
            continue
        for _ in range(CHANGES):
            payload = bytearray(message.payload)
            payload[chance.randrange(len(payload))] = chance.choice((*OCTETS, chance.randrange(256)))
            changed = Message(message.header, bytes(payload))
            try:
                found = codec.read(changed)
            except MalformedMessage:
                continue
            assert found is None or codec.rewrite(found) == changed.payload, (name, payload.hex())
