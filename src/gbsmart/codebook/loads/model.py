"""A load as values: what the files hold, before and after it is stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from gbsmart.codebook.texts import Slip, Split, TextClause, View, joined, read_text, slips, split


class TextFile(NamedTuple):
    """A file that somebody gives: its name and its octets."""

    name: str
    octets: bytes


class LeftOutText(NamedTuple):
    """What is in no provision, and why."""

    text: str
    place: str
    reason: str
    fault: bool


@dataclass(frozen=True, slots=True)
class Prepared:
    """A text that is read and split, and not stored yet."""

    source: str
    split: Split
    slips: tuple[Slip, ...]
    change_marked: bool

    @property
    def documents(self) -> tuple[str, ...]:
        """The documents of the Code that it holds."""
        return tuple(each.ref for each in self.split.clauses if not each.parent)

    @property
    def left_out(self) -> tuple[LeftOutText, ...]:
        """What is in none of its provisions."""
        return tuple(
            LeftOutText(each.text, str(each.place), each.reason, each.fault) for each in self.split.left_out
        )

    @property
    def terms(self) -> tuple[TextClause, ...]:
        """The terms that it defines."""
        return tuple(each for each in self.split.clauses if each.term)

    def clauses_of(self, document: str) -> list[TextClause]:
        """The provisions of one of its documents, in their order."""
        kept = {document}
        found = []
        for each in self.split.clauses:
            if each.ref == document or each.parent in kept:
                kept.add(each.ref)
                found.append(each)
        return found


@dataclass(frozen=True, slots=True)
class Load:
    """A load that was stored. ``left_out`` are text, place, reason and whether it is a fault."""

    id: int
    made_at: datetime
    at: datetime
    source: str
    version: str
    documents: tuple[str, ...]
    refs: tuple[str, ...]
    left_out: tuple[LeftOutText, ...]
    slips: tuple[Slip, ...]
    terms: int


def prepare(files: Sequence[TextFile], document: str = "", view: View = View.NEW) -> Prepared:
    """Read files that make up one text, and split it; of a change-marked one the given state."""
    sources = [(each.name, read_text(each.octets, each.name, view)) for each in files]
    source = joined(sources) if len(sources) > 1 else sources[0][1]
    found = split(source, document)
    names = ", ".join(each.name for each in files)
    return Prepared(names, found, tuple(slips(found.clauses)), source.change_marked)
