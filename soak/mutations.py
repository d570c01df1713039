"""Ways to break an octet string or a document, each decided by a random generator alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from random import Random
from typing import TypeAlias

Mutation: TypeAlias = Callable[[bytes, Random, Sequence[bytes]], bytes]
"""The broken octets, from the whole ones; the last argument is others to take parts of."""


def flip_bits(octets: bytes, random: Random, _others: Sequence[bytes]) -> bytes:
    """One to eight bits the other way."""
    broken = bytearray(octets)
    for _ in range(random.randint(1, 8)):
        broken[random.randrange(len(broken))] ^= 1 << random.randrange(8)
    return bytes(broken)


def truncate(octets: bytes, random: Random, _others: Sequence[bytes]) -> bytes:
    """The beginning, or the end, is missing."""
    at = random.randrange(len(octets))
    return octets[:at] if random.random() < 0.8 else octets[at:]


def insert(octets: bytes, random: Random, _others: Sequence[bytes]) -> bytes:
    """Some octets more: noise, zeros, or all ones."""
    at = random.randrange(len(octets) + 1)
    size = random.choice((1, 1, 2, 4, 16, 300))
    more = random.choice((random.randbytes(size), bytes(size), b"\xff" * size))
    return octets[:at] + more + octets[at:]


def delete(octets: bytes, random: Random, _others: Sequence[bytes]) -> bytes:
    """Some octets fewer."""
    at = random.randrange(len(octets))
    return octets[:at] + octets[at + random.choice((1, 1, 2, 4, 16)) :]


def overwrite(octets: bytes, random: Random, _others: Sequence[bytes]) -> bytes:
    """One octet becomes one that often means something: a tag, a length, a limit."""
    at = random.randrange(len(octets))
    telling = b"\x00\x01\x02\x09\x13\x16\x30\x31\x7f\x80\x81\x82\x83\x84\xa0\xd9\xda\xdd\xdf\xff"
    return octets[:at] + bytes((random.choice(telling),)) + octets[at + 1 :]


def edit_length(octets: bytes, random: Random, _others: Sequence[bytes]) -> bytes:
    """A length field says a little more or less, or is written in another form."""
    at = random.randrange(len(octets))
    kind = random.randrange(4)
    if kind == 0:
        value = (octets[at] + random.choice((-1, 1, 2, -2))) % 256
        return octets[:at] + bytes((value,)) + octets[at + 1 :]
    if kind == 1:
        return octets[:at] + b"\x81" + octets[at:]
    if kind == 2:
        return octets[:at] + b"\x82\x00" + octets[at:]
    return (
        octets[:at]
        + random.choice((b"\x84\xff\xff\xff\xff", b"\x82\xff\xff", b"\x83\x01\x00\x00"))
        + octets[at + 1 :]
    )


def splice(octets: bytes, random: Random, others: Sequence[bytes]) -> bytes:
    """The beginning of one and the end of another."""
    other = random.choice(others)
    return octets[: random.randrange(len(octets) + 1)] + other[random.randrange(len(other) + 1) :]


def repeat(octets: bytes, random: Random, _others: Sequence[bytes]) -> bytes:
    """A part of it many times over."""
    at = random.randrange(len(octets))
    part = octets[at : at + random.randint(1, 24)]
    return octets[:at] + part * random.choice((2, 3, 50)) + octets[at:]


OCTETS: tuple[Mutation, ...] = (
    flip_bits, flip_bits, truncate, insert, delete, overwrite, overwrite, edit_length, edit_length, splice,
    repeat,
)  # fmt: skip

_ELEMENT = re.compile(rb"<(/?)([A-Za-z:]+)([^<>]*)>")
_TEXT = re.compile(rb">([^<>]+)<")
_TEXTS = (
    b"", b" ", b"0", b"-1", b"99999999999999999999", b"1e9", b"NaN", b"true",
    b"2020-02-30T00:00:00Z", b"9999-12-31T23:59:59Z", b"0000-00-00T00:00:00Z", b"2020-01-01T00:00:00+99:00",
    b"&#0;", b"&lol;", b"&amp;", b"\xff\xfe", b"\xed\xa0\x80", b"=" * 64, b"A" * 5000,
    b"90-B3-D5-1F-30-01-00-00:00-DB-12-34-56-78-90-A0:-1", b"----:",
    "\u0664\u0662".encode(), "\u212a\u0130".encode(),
)  # fmt: skip


def retext(octets: bytes, random: Random, _others: Sequence[bytes]) -> bytes:
    """The text of one element is another."""
    found = list(_TEXT.finditer(octets))
    if not found:
        return octets + b"x"
    one = random.choice(found)
    text = random.choice((*_TEXTS, random.choice(found)[1]))
    return octets[: one.start(1)] + text + octets[one.end(1) :]


def retag(octets: bytes, random: Random, _others: Sequence[bytes]) -> bytes:
    """One element is renamed, lost, doubled, emptied, or gets an attribute."""
    found = list(_ELEMENT.finditer(octets))
    if not found:
        return octets + b"<"
    one, other = random.choice(found), random.choice(found)
    tag = octets[one.start() : one.end()]
    new = random.choice(
        (
            tag.replace(one[2], other[2]),
            b"",
            tag * 2,
            tag.replace(b">", b"/>"),
            tag.replace(b">", b' a="b">'),
            b"<!-- -->" + tag,
            b"<![CDATA[x]]>" + tag,
            b"<?php?>" + tag,
        )
    )
    return octets[: one.start()] + new + octets[one.end() :]


def move(octets: bytes, random: Random, _others: Sequence[bytes]) -> bytes:
    """A run of the document is put somewhere else."""
    found = [match.start() for match in _ELEMENT.finditer(octets)]
    if len(found) < 3:
        return octets[::-1]
    start, end = sorted(random.sample(found, 2))
    part, rest = octets[start:end], octets[:start] + octets[end:]
    at = random.choice([match.start() for match in _ELEMENT.finditer(rest)] or [0])
    return rest[:at] + part + rest[at:]


def deepen(octets: bytes, random: Random, _others: Sequence[bytes]) -> bytes:
    """Very many elements, inside each other or side by side."""
    found = list(_ELEMENT.finditer(octets))
    if not found:
        return b"<a>" * 5000
    at = random.choice(found).end()
    count = random.choice((50, 500, 5000))
    more = b"<a>" * count + b"</a>" * count if random.random() < 0.5 else b"<a></a>" * count
    return octets[:at] + more + octets[at:]


def declare(octets: bytes, random: Random, _others: Sequence[bytes]) -> bytes:
    """An entity bomb, an outside entity, another encoding, a namespace."""
    root = octets.find(b"<", octets.find(b"?>") + 1)
    head = random.choice(
        (
            b'<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>',
            b'<!DOCTYPE a SYSTEM "file:///etc/passwd">',
            b'<?xml-stylesheet href="x"?>',
            b'<?xml version="1.1"?>',
            b"\xef\xbb\xbf",
            b"\x00",
        )
    )
    if random.random() < 0.3:
        return octets.replace(b"UTF-8", random.choice((b"UTF-16", b"EBCDIC", b"x", b"utf-7")))
    return octets[:root] + head + octets[root:]


DOCUMENTS: tuple[Mutation, ...] = (
    flip_bits, truncate, insert, delete, splice, repeat, retext, retext, retext, retag, retag, move, deepen,
    declare,
)  # fmt: skip


def mutate(octets: bytes, random: Random, ways: Sequence[Mutation], others: Sequence[bytes]) -> bytes:
    """``octets`` broken in one to three ways."""
    for _ in range(random.choice((1, 1, 1, 2, 3))):
        octets = random.choice(ways)(octets, random, others) if octets else random.randbytes(8)
    return octets
