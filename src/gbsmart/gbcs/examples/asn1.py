"""Examples of ASN.1 bodies: sequences, single values, and responses that are one of several values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from gbsmart.gbcs.asn1 import ber
from gbsmart.gbcs.asn1.bodies import AsnChoice, AsnResponse
from gbsmart.gbcs.asn1.shapes import Certificate, Null, Optional, Primitive, Seq, SeqOf
from gbsmart.gbcs.examples.leaves import Leaves, NoExample, Setting, outline_of_certificate
from gbsmart.gbcs.form import Outcome


def success(body: AsnChoice | AsnResponse, leaves: Leaves) -> Outcome:
    """The answer that says that it was done."""
    outcomes = list(_outcomes(body, leaves))
    return next((each for each in outcomes if each.success), outcomes[0])


def refusal(body: AsnChoice | AsnResponse, setting: Setting) -> Outcome | None:
    """An answer that says why it was not done: the first code of its own that does; None without one."""
    for name, labels in _coded(body):
        for code in labels:
            given = Setting(setting.now, {**setting.given, name: code})
            for outcome in _outcomes(body, Leaves(given)):
                if outcome.code is not None:
                    return outcome
    return None


def _outcomes(body: AsnChoice | AsnResponse, leaves: Leaves) -> Iterator[Outcome]:
    if isinstance(body, AsnResponse):
        values = shape(body.shape, "", leaves)
        yield Outcome(values, body.results(values))
        return
    for name, member in body.alternatives:
        values = {name: shape(member, name, leaves)} if name else {}
        yield Outcome(values, body.results(values))


def _coded(body: AsnChoice | AsnResponse) -> Iterator[tuple[str, Mapping[Any, str]]]:
    """The members that are one of a list of codes, by name."""
    members = body.alternatives if isinstance(body, AsnChoice) else (("", body.shape),)
    waiting: list[tuple[str, Any]] = list(members)
    while waiting:
        name, of = waiting.pop(0)
        if isinstance(of, Primitive):
            if of.labels:
                yield name, of.labels
        elif isinstance(of, Seq):
            waiting += of.members
        elif isinstance(of, (Optional, SeqOf)):
            waiting.append((name, of.of))


def shape(of: Any, name: str, leaves: Leaves) -> Any:
    """A value of any ASN.1 shape, with every optional member; raises :class:`NoExample`."""
    if isinstance(of, Optional):
        return shape(of.of, name, leaves)
    if isinstance(of, Primitive):
        return _primitive(of, name, leaves)
    if isinstance(of, Null):
        return None
    if isinstance(of, Certificate):
        return leaves.take(name or "certificate", _is_certificate, outline_of_certificate())
    if isinstance(of, SeqOf):
        return [shape(of.of, name.removesuffix("s"), leaves)]
    if isinstance(of, Seq):
        return {member: shape(inner, member, leaves) for member, inner in of.members if member}
    raise NoExample(f"no example of {of!r}")


def _is_certificate(value: Any) -> bool:
    return isinstance(value, bytes) and value[:1] == b"\x30"


def _primitive(of: Primitive, name: str, leaves: Leaves) -> Any:
    if of.labels:
        return leaves.take(name, of.labels.__contains__, *of.labels)
    if of.universal in (ber.INTEGER, ber.ENUMERATED):
        return leaves.number(name, 0, 0x7F if of.universal == ber.ENUMERATED else 1 << 60)
    if of.universal == ber.BOOLEAN:
        return 1
    if of.universal == ber.BIT_STRING:
        return leaves.take(name, lambda value: isinstance(value, str) and set(value) <= {"0", "1"}, "1")
    if of.universal == ber.GENERALIZED_TIME:
        return leaves.now
    if of.universal == ber.NULL:
        return None
    return leaves.take(name, lambda value: isinstance(value, bytes), bytes.fromhex("00DB123456789A01"))
