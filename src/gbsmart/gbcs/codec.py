"""Whole messages: walked to their last octet, read by the form that recognises them, and written.

``walk`` needs nothing but the octets. ``read`` also names every value, opening what is encrypted when
it is given a way to. ``payload`` writes one body of a form under a header; ``rewrite`` writes again what
was read, from the values alone.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from gbsmart.gbcs import forms
from gbsmart.gbcs.asn1.ber import walk_ber
from gbsmart.gbcs.dlms.apdu import walk_apdu
from gbsmart.gbcs.envelope import Cra, Header, Message
from gbsmart.gbcs.envelope_walk import walk_envelope
from gbsmart.gbcs.form import Body, Form
from gbsmart.gbcs.gbz.message import walk_gbz
from gbsmart.gbcs.protection import data_secret, decrypt, seal
from gbsmart.gbcs.shape import NOT_SURE, NOT_WRITABLE, Context
from gbsmart.gbcs.tree import Branch, Node
from gbsmart.ground import InvalidValue, MalformedMessage
from gbsmart.keys import KeyNotHeld, Keyring, UnknownCertificate

_DLMS = frozenset((0xD9, 0xDA, 0x0F))


def walk_payload(data: bytes, start: int, end: int, cra: Cra) -> Node:
    """The payload in ``data[start:end]`` as a tree; its first octets tell its family.

    Raises :class:`MalformedMessage` with the offset in ``data``.
    """
    if start >= end:
        raise MalformedMessage("an empty payload", offset=start)
    if data[start] in _DLMS:
        return walk_apdu(data, start, end)
    if data[start : start + 2] == b"\x01\x09":
        return walk_gbz(data, start, end, cra)
    return walk_ber(data, start, end)


def walk(data: bytes, message: Message | None = None) -> Branch:
    """The whole message as a tree of typed leaves; ``walk(data).encode() == data``.

    ``message`` is ``Message.parse(data)``, where the caller already has it.
    """
    return walk_envelope(data, walk_payload, message)


@dataclass(slots=True)
class Reading:
    """A message as its form understands it.

    ``values`` is a mapping for commands and alerts and an :class:`~gbsmart.gbcs.form.Outcome` for
    responses. ``context`` is what writing it again needs.
    """

    message: Message
    form: Form
    values: Any
    context: Context


def find_form(header: Header, payload: Node) -> tuple[Form, Body] | None:
    """The form that recognises this payload under this header, or None where none is declared."""
    for form in forms.by_code().get(header.message_code, ()):
        body = form.body(header.cra)
        if body is not None and body.recognises(payload):
            return form, body
    return None


def read(message: Message, keyring: Keyring | None = None) -> Reading | None:
    """Read a parsed message by its form; None where no form is declared for it.

    With a ``keyring`` that holds the recipient's key, encrypted values are opened; otherwise they stay
    :class:`~gbsmart.gbcs.shape.Sealed`. Raises :class:`MalformedMessage` (offsets within the payload; what
    is wrong inside a sealed value stands at the octets that hold it) and
    :class:`~gbsmart.gbcs.protection.NotAuthentic` where a sealed value was altered.

    There are two readers from one declaration: a quick one that wants everything to be as expected, and
    the walk, which is asked where the quick one is not sure, and which alone says what is wrong.
    """
    context = Context(message.header, unseal=_opener(message.header, keyring))
    return _read_quickly(message, context) or _read_walking(message, context)


def _read_quickly(message: Message, context: Context) -> Reading | None:
    for form in forms.by_code().get(message.header.message_code, ()):
        scan = getattr(form.body(message.header.cra), "scan", None)
        if scan is not None:
            with suppress(*NOT_SURE, MalformedMessage):
                return Reading(message, form, scan(message.payload, context), context)
    return None


def _read_walking(message: Message, context: Context) -> Reading | None:
    tree = walk_payload(message.payload, 0, len(message.payload), message.header.cra)
    found = find_form(message.header, tree)
    if found is None:
        return None
    form, body = found
    return Reading(message, form, body.take(tree, context), context)


def payload(form: Form, header: Header, values: Any, seal: Callable[[bytes], bytes] | None = None) -> bytes:
    """One body of ``form`` as a payload under ``header``; raises :class:`InvalidValue`."""
    body = form.body(header.cra)
    if body is None:
        raise InvalidValue(f"{form.name} has no {header.cra.name.lower()}")
    return _write(body, values, Context(header, seal=seal))


def rewrite(reading: Reading, keyring: Keyring | None = None) -> bytes:
    """The payload of what was read, written from its values alone, encrypted parts sealed anew.

    ``keyring`` must hold what opened them. Raises :class:`InvalidValue`,
    :class:`~gbsmart.keys.KeyNotHeld` or :class:`~gbsmart.keys.UnknownCertificate`.
    """
    header = reading.message.header

    def seal_again(plaintext: bytes) -> bytes:
        if keyring is None:
            raise InvalidValue("there is no key to encrypt it with")
        return seal(header, plaintext, data_secret(header, keyring))

    body = reading.form.body(header.cra)
    assert body is not None
    return _write(body, reading.values, replace(reading.context, seal=seal_again))


def _write(body: Body, values: Any, context: Context) -> bytes:
    """What the body writes; what its values make it trip over outside any one of them is theirs too."""
    try:
        return body.put(values, context)
    except NOT_WRITABLE as wrong:
        raise InvalidValue(f"the values do not fit: {wrong}") from None


def _opener(header: Header, keyring: Keyring | None) -> Callable[[bytes], bytes | None] | None:
    if keyring is None or header.cra == Cra.COMMAND:
        return None
    held: Keyring = keyring

    def unseal(sealed: bytes) -> bytes | None:
        try:
            return decrypt(header, sealed, held)
        except (KeyNotHeld, UnknownCertificate):
            return None

    return unseal
