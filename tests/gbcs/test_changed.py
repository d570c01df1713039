"""A test message with an octet changed is refused, or says something else and is written again as it is."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from gbsmart.gbcs import codec
from gbsmart.gbcs.dlms.data import BOOLEAN, OCTET_STRING, TAGGED
from gbsmart.gbcs.envelope import Message
from gbsmart.gbcs.message_codes import message_code
from gbsmart.gbcs.tree import Leaf
from gbsmart.ground import MalformedMessage

from .keyring import vectors

CHANGES = 12
"""Of each message; a thousand found nothing more."""
OCTETS = (0x00, 0x01, 0x02, 0x03, 0xFE, 0xFF)
"""What breaks most: marks, counts, flags."""


@pytest.mark.corpus
@pytest.mark.parametrize("family", ["GBZ", "ASN1", "DLMS"])
def test_nothing_is_read_that_is_not_written_again(corpus: Path, family: str) -> None:
    chance = Random(family)
    for name, octets in vectors(corpus).items():
        message = Message.parse(octets)
        if message_code(message.header.message_code).family != family:
            continue
        tree = codec.walk_payload(message.payload, 0, len(message.payload), message.header.cra)
        loose = {place for leaf in tree.leaves() if _is_loose(leaf) for place in _octets(leaf)}
        for _ in range(CHANGES):
            payload = bytearray(message.payload)
            place = chance.randrange(len(payload))
            if place in loose:
                continue
            payload[place] = chance.choice((*OCTETS, chance.randrange(256)))
            changed = Message(message.header, bytes(payload))
            try:
                found = codec.read(changed)
            except MalformedMessage:
                continue
            assert found is None or codec.rewrite(found) == changed.payload, (name, payload.hex())


def _is_loose(leaf: Leaf) -> bool:
    """Of these several octets mean one thing: any boolean but 0 is true, and a moment has no weekday."""
    return leaf.kind is TAGGED[BOOLEAN] or (leaf.kind is TAGGED[OCTET_STRING] and len(leaf.value) == 12)


def _octets(leaf: Leaf) -> range:
    return range(leaf.offset, leaf.offset + leaf.length)
