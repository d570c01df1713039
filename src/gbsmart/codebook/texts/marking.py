"""Change marks, word by word: what of an old text was removed and what was added, exact to the character.

The words of both texts are compared by :mod:`difflib`. Its readers in the library `redlines` drop spaces and
line ends and write text into HTML as it is, so the marks are made here.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from enum import StrEnum
from typing import NamedTuple

_TOKEN = re.compile(r"\n|[^\S\n]+|\w+(?:['\u2019-]\w+)*|[^\w\s]")
_LONG = 3_000
_MAX_PAIRS = 300_000
_AUTOJUNK = 200
"""From this length on :mod:`difflib` can leave out what is everywhere."""
_Opcode = tuple[str, int, int, int, int]
_JOINT = re.compile(r"[^\w\n]{1,3}")


class Act(StrEnum):
    """What happened to a piece of text."""

    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


class Mark(NamedTuple):
    """A piece of text, and what happened to it."""

    act: Act
    text: str


def marks(old: str, new: str) -> tuple[Mark, ...]:
    """How ``old`` becomes ``new``."""
    compared = _merged(_compared(_TOKEN.findall(old), _TOKEN.findall(new)))
    return tuple(_merged(_without_joints(list(compared))))


def accepted(found: Iterable[Mark]) -> str:
    """The text with all changes accepted: the new one."""
    return "".join(mark.text for mark in found if mark.act is not Act.REMOVED)


def rejected(found: Iterable[Mark]) -> str:
    """The text with all changes rejected: the old one."""
    return "".join(mark.text for mark in found if mark.act is not Act.ADDED)


def _compared(old: Sequence[str], new: Sequence[str]) -> Iterator[Mark]:
    """Word by word; long texts line by line first."""
    if len(old) > _LONG and len(new) > _LONG:
        before, after = _lines(old), _lines(new)
        if len(before) > 1 or len(after) > 1:
            for tag, i, j, k, n in _opcodes(before, after):
                one, two = _flat(before[i:j]), _flat(after[k:n])
                yield from (_pieces("equal", one, two) if tag == "equal" else _in_words(one, two))
            return
    yield from _in_words(old, new)


def _in_words(old: Sequence[str], new: Sequence[str]) -> Iterator[Mark]:
    for tag, i, j, k, n in _opcodes(old, new):
        yield from _pieces(tag, old[i:j], new[k:n])


def _opcodes(old: Sequence[Hashable], new: Sequence[Hashable]) -> Sequence[_Opcode]:
    """How the one sequence becomes the other, in bounded time.

    Where a few items stand everywhere, the time would grow with the cube of the length: those are then no
    ground for a match, and where nothing else is left, all of it is replaced.
    """
    counts = Counter(new)
    if sum(counts[item] for item in old) <= _MAX_PAIRS:
        return SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    if len(new) >= _AUTOJUNK:
        return SequenceMatcher(None, old, new, autojunk=True).get_opcodes()
    return [("replace", 0, len(old), 0, len(new))]


def _pieces(tag: str, old: Sequence[str], new: Sequence[str]) -> Iterator[Mark]:
    if tag == "equal":
        yield Mark(Act.SAME, "".join(new))
        return
    yield Mark(Act.REMOVED, "".join(old))
    yield Mark(Act.ADDED, "".join(new))


def _lines(tokens: Sequence[str]) -> list[tuple[str, ...]]:
    lines: list[list[str]] = [[]]
    for each in tokens:
        lines[-1].append(each)
        if each == "\n":
            lines.append([])
    return [tuple(line) for line in lines]


def _flat(lines: Sequence[tuple[str, ...]]) -> list[str]:
    return [token for line in lines for token in line]


def _without_joints(found: list[Mark]) -> Iterator[Mark]:
    """One change where only a space or a stop stood between two, as in "thirty (30)" to "forty (40)"."""
    for index, mark in enumerate(found):
        between = 0 < index < len(found) - 1 and mark.act is Act.SAME
        if between and _JOINT.fullmatch(mark.text) and _replaces(found, index):
            yield Mark(Act.REMOVED, mark.text)
            yield Mark(Act.ADDED, mark.text)
        else:
            yield mark


def _replaces(found: Sequence[Mark], index: int) -> bool:
    """Whether words stand replaced on both sides: then both readings keep their order."""
    before = {mark.act for mark in found[max(0, index - 2) : index]}
    after = {mark.act for mark in found[index + 1 : index + 3]}
    both = {Act.REMOVED, Act.ADDED}
    return before == both and after >= both


def _merged(found: Iterable[Mark]) -> Iterator[Mark]:
    """Neighbours of one kind as one mark, what is removed before what is added."""
    removed = added = ""
    same = ""
    for mark in found:
        if mark.act is Act.SAME:
            if (removed or added) and mark.text:
                yield from _changed(removed, added)
                removed = added = ""
            same += mark.text
            continue
        if mark.text and same:
            yield Mark(Act.SAME, same)
            same = ""
        removed += mark.text if mark.act is Act.REMOVED else ""
        added += mark.text if mark.act is Act.ADDED else ""
    yield from _changed(removed, added)
    if same:
        yield Mark(Act.SAME, same)


def _changed(removed: str, added: str) -> Iterator[Mark]:
    if removed:
        yield Mark(Act.REMOVED, removed)
    if added:
        yield Mark(Act.ADDED, added)
