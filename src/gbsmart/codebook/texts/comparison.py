"""Two states of a text of the Code: which provisions were added, removed, changed, moved, renumbered.

A provision is known by what it says, and only then by its number: where a clause was put in and those after
it count on, these moved and did not change.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from gbsmart.codebook.texts.marking import Act, Mark, marks

_Fits = Callable[[Counter[str], Counter[str]], bool]
_ALIKE = 0.7
"""How much of their words two provisions share that are one, moved and reworded."""
_UNLIKE = 0.3
_MAX_CANDIDATES = 48
_MIN_WORDS = 4
"""A shorter text ("Not used") stands in many places and says nothing of where it came from."""


@dataclass(frozen=True, slots=True)
class Wording:
    """A provision of one state of the Code."""

    ref: str
    parent: str
    heading: str
    text: str

    @property
    def content(self) -> str:
        """Heading and text, as they are compared."""
        return "\n".join(filter(None, (self.heading, self.text)))


class Fate(StrEnum):
    """What became of a provision between two states."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"
    """Its number changed, its words did not."""
    MOVED_AND_CHANGED = "moved and changed"


@dataclass(frozen=True, slots=True)
class Difference:
    """One provision in both states; ``old`` is None for one that was added, ``new`` for one removed."""

    fate: Fate
    old: Wording | None
    new: Wording | None

    @property
    def ref(self) -> str:
        """Where it stands, or stood."""
        wording = self.new or self.old
        assert wording is not None
        return wording.ref

    @property
    def moved_from(self) -> str:
        """Where it stood before, if that was elsewhere; else ""."""
        return self.old.ref if self.old and self.new and self.old.ref != self.new.ref else ""

    def heading_marks(self) -> tuple[Mark, ...]:
        """The heading, change-marked."""
        return _marked(self.old.heading if self.old else None, self.new.heading if self.new else None)

    def text_marks(self) -> tuple[Mark, ...]:
        """The text, change-marked."""
        return _marked(self.old.text if self.old else None, self.new.text if self.new else None)


def compare(
    old: Sequence[Wording], new: Sequence[Wording], *, in_order: bool = False
) -> tuple[Difference, ...]:
    """Every provision of both states, in the order of the new; one removed follows what it stood behind.

    With ``in_order`` what moved past others is removed there and added here, so that the old provisions too
    stand in their order, as marks that can be undone need it.
    """
    pairs = _pairs(old, new)
    if in_order:
        pairs = _in_order(pairs)
    taken = set(pairs.values())
    found = [
        _difference(old[pairs[index]] if index in pairs else None, each) for index, each in enumerate(new)
    ]
    at = {old_index: new_index for new_index, old_index in pairs.items()}
    behind: defaultdict[int, list[Difference]] = defaultdict(list)
    last = -1
    for index, each in enumerate(old):
        if index in taken:
            last = at[index]
        else:
            behind[last].append(_difference(each, None))
    return (*behind[-1], *(one for index, each in enumerate(found) for one in (each, *behind[index])))


def changed(differences: Iterable[Difference]) -> tuple[Difference, ...]:
    """Without what stayed as it was."""
    return tuple(each for each in differences if each.fate is not Fate.SAME)


def counts(differences: Iterable[Difference]) -> Mapping[str, int]:
    """How many provisions met each fate."""
    found = Counter(each.fate for each in differences)
    return {fate.value: found[fate] for fate in Fate}


def _difference(old: Wording | None, new: Wording | None) -> Difference:
    if old is None or new is None:
        return Difference(Fate.ADDED if old is None else Fate.REMOVED, old, new)
    alike = old.heading == new.heading and old.text == new.text
    if old.ref == new.ref:
        return Difference(Fate.SAME if alike else Fate.CHANGED, old, new)
    return Difference(Fate.MOVED if alike else Fate.MOVED_AND_CHANGED, old, new)


def _pairs(old: Sequence[Wording], new: Sequence[Wording]) -> dict[int, int]:
    """Of each provision of the new state that was in the old one, where it was."""
    pairing = _Pairing(old, new)
    pairing.same_place_and_words()
    pairing.same_words()
    pairing.same_place(lambda one, two: _likeness(one, two) >= _ALIKE)
    pairing.like_words()
    pairing.same_place(lambda one, two: _likeness(one, two) >= _UNLIKE or not one or not two)
    pairing.same_place(lambda *_: True)
    return pairing.found


def _in_order(pairs: Mapping[int, int]) -> dict[int, int]:
    """The longest part of ``pairs`` in which both sides rise (patience sorting)."""
    ends: list[int] = []
    holds: list[int] = []
    before: dict[int, int | None] = {}
    for index in sorted(pairs):
        depth = bisect_left(ends, pairs[index])
        before[index] = holds[depth - 1] if depth else None
        ends[depth : depth + 1] = [pairs[index]]
        holds[depth : depth + 1] = [index]
    kept: dict[int, int] = {}
    last = holds[-1] if holds else None
    while last is not None:
        kept[last] = pairs[last]
        last = before[last]
    return kept


class _Pairing:
    """Pairs the provisions of two states, the surest first."""

    def __init__(self, old: Sequence[Wording], new: Sequence[Wording]) -> None:
        self.old, self.new = old, new
        self.found: dict[int, int] = {}
        self._taken: set[int] = set()
        self._at = {each.ref: at for at, each in enumerate(old)}
        self._new_at = {each.ref: index for index, each in enumerate(new)}
        self._words_old = [_words(each.content) for each in old]
        self._words_new = [_words(each.content) for each in new]

    def same_place_and_words(self) -> None:
        for index, each in self._open_new():
            at = self._at.get(each.ref)
            if at is not None and self.old[at].content == each.content:
                self._pair(index, at)

    def same_words(self) -> None:
        """Moved: the words stand elsewhere, beneath what its parent became, or else only there."""
        by_words: defaultdict[str, list[int]] = defaultdict(list)
        for at, each in self._open_old():
            if len(each.content.split()) >= _MIN_WORDS:
                by_words[each.content].append(at)
        for index, each in self._open_new():
            candidates = [at for at in by_words.get(each.content, ()) if at not in self._taken]
            if candidates:
                self._pair(index, next((at for at in candidates if self._beneath(index, at)), candidates[0]))

    def same_place(self, fits: _Fits) -> None:
        """Under the number that it had, if its words are near enough."""
        for index, each in self._open_new():
            at = self._at.get(each.ref)
            if at is not None and at not in self._taken and fits(self._words_old[at], self._words_new[index]):
                self._pair(index, at)

    def like_words(self) -> None:
        """Moved and reworded: of those that share its rarest words, the likest."""
        uses: defaultdict[str, list[int]] = defaultdict(list)
        for at, _ in self._open_old():
            for word in self._words_old[at]:
                uses[word].append(at)
        for index, _ in self._open_new():
            words = self._words_new[index]
            if words.total() < _MIN_WORDS:
                continue
            rare = sorted((word for word in words if word in uses), key=lambda word: (len(uses[word]), word))
            near = dict.fromkeys(at for word in rare[:6] for at in uses[word][:50] if at not in self._taken)
            likest = max(
                list(near)[: _MAX_CANDIDATES], default=None,
                key=lambda at: (_likeness(self._words_old[at], words), self._beneath(index, at), -at),
            )  # fmt: skip
            if likest is not None and _likeness(self._words_old[likest], words) >= _ALIKE:
                self._pair(index, likest)

    def _beneath(self, index: int, at: int) -> bool:
        """Whether the parent of the one became the parent of the other."""
        above = self.found.get(self._new_at.get(self.new[index].parent, -1))
        return above is not None and self.old[above].ref == self.old[at].parent

    def _open_new(self) -> list[tuple[int, Wording]]:
        return [(index, each) for index, each in enumerate(self.new) if index not in self.found]

    def _open_old(self) -> list[tuple[int, Wording]]:
        return [(at, each) for at, each in enumerate(self.old) if at not in self._taken]

    def _pair(self, index: int, at: int) -> None:
        self.found[index] = at
        self._taken.add(at)


def _marked(old: str | None, new: str | None) -> tuple[Mark, ...]:
    if old is None or new is None:
        text, act = (new or "", Act.ADDED) if old is None else (old, Act.REMOVED)
        return (Mark(act, text),) if text else ()
    return marks(old, new)


def _words(text: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", text.lower()))


def _likeness(one: Counter[str], two: Counter[str]) -> float:
    """The share of their words that both have (Dice)."""
    total = one.total() + two.total()
    return 2 * (one & two).total() / total if total else 1.0
