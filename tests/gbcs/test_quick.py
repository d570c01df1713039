"""The quick reader and the walk are two readers of one declaration: where both read, they agree.

The quick one may be unsure of anything, but it must never accept what the walk refuses.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gbsmart.gbcs import codec
from gbsmart.gbcs.envelope import Message
from gbsmart.gbcs.form import Body, Outcome
from gbsmart.gbcs.protection import NotAuthentic, decrypt
from gbsmart.gbcs.shape import NOT_SURE, Context
from gbsmart.ground import MalformedMessage

from . import values
from .keyring import FolderKeyring, vectors
from .messages import headers, reading, writing
from .test_forms import BODIES, Direction, few

QUICK = [each for each in BODIES if hasattr(each.body, "scan")]
every_quick_body = pytest.mark.parametrize(
    "direction", QUICK, ids=[f"{each.form.name} {each.cra.name.lower()}" for each in QUICK]
)


def quickly(body: Body, octets: bytes, context: Context) -> object | None:
    try:
        return body.scan(octets, context)  # type: ignore[attr-defined]
    except (*NOT_SURE, MalformedMessage):
        return None


@every_quick_body
@few(5)
@given(data=st.data())
def test_what_is_written_is_read_alike(direction: Direction, data: st.DataObject) -> None:
    form, cra, body = direction
    header = data.draw(headers(cra, form.code))
    octets = body.put(data.draw(values.body(body)), writing(header, wide_lengths=data.draw(st.booleans())))
    found = quickly(body, octets, reading(header))
    if found is not None:
        tree = codec.walk_payload(octets, 0, len(octets), cra)
        assert found == body.take(tree, reading(header))


@every_quick_body
@few(5)
@given(data=st.data())
def test_what_the_walk_refuses_is_not_accepted(direction: Direction, data: st.DataObject) -> None:
    form, cra, body = direction
    header = data.draw(headers(cra, form.code))
    octets = bytearray(body.put(data.draw(values.body(body)), writing(header)))
    for _ in range(data.draw(st.integers(1, 3))):
        octets[data.draw(st.integers(0, len(octets) - 1))] = data.draw(st.integers(0, 255))
    changed = bytes(octets[: data.draw(st.integers(len(octets) - 2, len(octets)))])
    try:
        found = quickly(body, changed, reading(header))
    except NotAuthentic:  # a sealed value was changed
        return
    if found is not None:
        tree = codec.walk_payload(changed, 0, len(changed), cra)
        assert body.recognises(tree)
        assert found == body.take(tree, reading(header))


@pytest.mark.corpus
def test_every_public_message_is_read_alike(corpus: Path) -> None:
    keys = FolderKeyring(corpus / "keystore")
    sure = 0
    for name, octets in vectors(corpus).items():
        message = Message.parse(octets)
        header = message.header
        tree = codec.walk_payload(message.payload, 0, len(message.payload), header.cra)
        found = codec.find_form(header, tree)
        if found is None:
            continue

        def unseal(sealed: bytes, header: codec.Header = header) -> bytes | None:
            return decrypt(header, sealed, keys)

        slow = Context(header, unseal=unseal)
        wanted = found[1].take(tree, slow)
        quick = Context(header, unseal=unseal)
        read = quickly(found[1], message.payload, quick) if hasattr(found[1], "scan") else None
        if read is not None:
            sure += 1
            assert read == wanted, name
            assert quick.wide_lengths == slow.wide_lengths or not quick.lengths_seen, name
            assert isinstance(read, Outcome) == isinstance(wanted, Outcome)
    assert sure > 140
