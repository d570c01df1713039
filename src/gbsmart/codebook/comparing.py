"""What changed in the Code, or in a part of it, between two dates or versions: from the first to the last.

Found, told as JSON values, and written as a file.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from gbsmart.codebook import telling
from gbsmart.codebook.model import Event, Provision
from gbsmart.codebook.references import CODE
from gbsmart.codebook.service import (
    history,
    is_version_number,
    known_ref,
    moment_asked,
    provision_at,
    provisions_at,
)
from gbsmart.codebook.texts import Difference, Mark, Split, Wording, changed, compare, counts, marked_text
from gbsmart.ground import InvalidValue, NotFound

FORMATS = {
    "text": "text/plain; charset=utf-8",
    "md": "text/markdown; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
"""In what a comparison is written, and the media type of each."""
AUTHOR = "gbsmart"
"""Who tracked changes are said to be by, where nobody else is named."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two states of a comparison: as it was asked for, and the moment that this means.

    A file has no moment.
    """

    asked: str
    moment: datetime | None
    wordings: tuple[Wording, ...]

    @property
    def name(self) -> str:
        """How the state is called: a version by its number, a moment by its date."""
        return f"version {self.asked}" if is_version_number(self.asked) else self.asked


@dataclass(frozen=True, slots=True)
class Compared:
    """Two states of the Code or of a part of it, and what became of each provision.

    ``unworded`` are provisions that events changed between the two and whose new wording is not held: marks
    cannot show what changed in them. ``happened`` is all that took effect between the two, also what changed
    no word, such as that a provision was activated.
    """

    ref: str
    old: Side
    new: Side
    differences: tuple[Difference, ...]
    unworded: tuple[str, ...] = ()
    has_summaries: bool = False
    """Whether words of ours, which are not the Code, are among what is compared."""
    happened: tuple[Event, ...] = ()

    @property
    def title(self) -> str:
        """What is compared with what."""
        what = "The Code" if self.ref == CODE else f"Section {self.ref}" if len(self.ref) == 1 else self.ref
        return f"{what}: {self.old.name} to {self.new.name}"

    @property
    def changes(self) -> tuple[Difference, ...]:
        """Without what stayed as it was."""
        return changed(self.differences)


def compare_states(connection: Connection, old: str, new: str, ref: str = CODE) -> Compared:
    """``ref`` and what lies in it at two moments, each a version's number, a date, or a date and time.

    A text that was changed twice in between shows the first state against the last. Raises
    :class:`NotFound` where it is part of neither.
    """
    ref = known_ref(connection, ref)
    first, last = (moment_asked(connection, asked) for asked in (old, new))
    before, after = (_within(connection, ref, moment) for moment in (first, last))
    if not before and not after:
        provision_at(connection, ref, last)  # says when it was part of the Code
        raise NotFound(f"{ref} is empty at both times")
    sides = Side(old, first, _wordings(before)), Side(new, last, _wordings(after))
    differences = compare(sides[0].wordings, sides[1].wordings)
    return Compared(
        ref, *sides, differences, _unworded(after, differences, first, last),
        any(each.is_summary for each in (*before, *after)),
        tuple(each for each in history(connection, ref) if first < each.effective <= last),
    )  # fmt: skip


def compare_texts(old: tuple[str, Split], new: tuple[str, Split], ref: str = CODE) -> Compared:
    """Two texts that are read from files, each by its name; nothing of them is stored."""
    before, after = (Side(name, None, _of_file(found, ref)) for name, found in (old, new))
    if not before.wordings and not after.wordings:
        raise NotFound(f"there is no {ref} in either text")
    return Compared(ref, before, after, compare(before.wordings, after.wordings))


def _of_file(found: Split, ref: str) -> tuple[Wording, ...]:
    kept = {ref}
    wordings = []
    for each in found.clauses:
        if ref == CODE or each.ref == ref or each.parent in kept:
            kept.add(each.ref)
            wordings.append(Wording(each.ref, each.parent, each.heading, each.text))
    return tuple(wordings)


def _wordings(provisions: Sequence[Provision]) -> tuple[Wording, ...]:
    return tuple(Wording(each.ref, each.parent, each.heading, each.text) for each in provisions)


def _within(connection: Connection, ref: str, moment: datetime) -> tuple[Provision, ...]:
    """``ref`` and what lies in it, in the order of the Code."""
    if ref == CODE:
        return tuple(provisions_at(connection, moment))
    kept = {ref}
    found: list[Provision] = []
    for each in _parents_first(provisions_at(connection, moment, _document(connection, ref, moment))):
        if each.ref == ref or each.parent in kept:
            kept.add(each.ref)
            found.append(each)
    return tuple(found)


def _document(connection: Connection, ref: str, moment: datetime) -> str:
    """The document that ``ref`` lies in; by its own name where it is not written at that moment."""
    try:
        return provision_at(connection, ref, moment).document
    except NotFound:
        return ref


def _parents_first(provisions: Sequence[Provision]) -> list[Provision]:
    """The tree of ``provisions`` from its roots on; what lies in one thing keeps its order."""
    refs = {each.ref for each in provisions}
    within: dict[str, list[Provision]] = {}
    for each in provisions:
        within.setdefault(each.parent if each.parent in refs else "", []).append(each)
    found: list[Provision] = []
    waiting = within.get("", [])[::-1]
    while waiting:
        each = waiting.pop()
        found.append(each)
        waiting.extend(within.get(each.ref, [])[::-1])
    return found


def _unworded(
    provisions: Sequence[Provision], differences: Sequence[Difference], after: datetime, until: datetime
) -> tuple[str, ...]:
    by_ref = {each.ref: each for each in provisions}
    same = (each.new.ref for each in differences if each.old and each.new and each.old.text == each.new.text)
    return tuple(
        ref
        for ref in same
        if after < (found := by_ref[ref]).since <= until
        and (found.text_from is None or found.is_behind or found.is_summary)
    )


# --- told and written ---


def told(compared: Compared) -> dict[str, Any]:
    """A comparison as JSON values: every provision that differs, change-marked."""
    return {
        "ref": compared.ref,
        "title": compared.title,
        "from": {"asked": compared.old.asked, "moment": compared.old.moment},
        "to": {"asked": compared.new.asked, "moment": compared.new.moment},
        "counts": counts(compared.differences),
        "differences": [_difference(each) for each in compared.changes],
        "unworded": list(compared.unworded),
        "has_summaries": compared.has_summaries,
        "events": [telling.event(each) for each in compared.happened],
    }


def written(compared: Compared, form: str, at: datetime, author: str = AUTHOR) -> bytes:
    """A comparison as a file: text, Markdown and HTML with what differs, Word with the whole of it."""
    if form == "docx":
        from gbsmart.codebook.texts import write_marked  # Word takes its time to load

        return write_marked(compared.old.wordings, compared.new.wordings, compared.title, author, at)
    writers = {"text": marked_text.text, "md": marked_text.markdown, "html": marked_text.html}
    if form not in writers:
        raise InvalidValue(f"{form!r} is no format", field="format", remedy=f"Name {', '.join(FORMATS)}.")
    return writers[form](
        compared.changes, compared.title, [*notes(compared), *_told_events(compared)]
    ).encode()


def notes(compared: Compared) -> list[str]:
    """What a reader of the marks must know besides."""
    found = []
    if compared.unworded:
        names = ", ".join(compared.unworded)
        found.append(f"Changed in this time, with no text held that shows how: {names}.")
    if compared.has_summaries:
        found.append("Some of these words are summaries in plain language, which are not the Code.")
    return found


def _told_events(compared: Compared) -> list[str]:
    """What took effect in between, a line for each day and decision."""
    days: dict[str, dict[str, list[str]]] = {}
    for each in map(telling.event, compared.happened):
        when = f"{each['effective']}, version {each['version']}" if each["version"] else each["effective"]
        by = f" by {each['modification']}" if each["modification"] else ""
        but = f" except {', '.join(each['excepted'])}" if each["excepted"] else ""
        done = days.setdefault(when, {}).setdefault(f"{each['verb']}{by}", [])
        done.append((each["target"] or each["printed"]) + but)
    return [
        f"{when}: {'; '.join(f'{how}: ' + ', '.join(what) for how, what in done.items())}."
        for when, done in days.items()
    ]


def _difference(each: Difference) -> dict[str, Any]:
    return {
        "ref": each.ref,
        "fate": each.fate.value,
        "moved_from": each.moved_from,
        "heading": _marks(each.heading_marks()),
        "text": _marks(each.text_marks()),
    }


def _marks(found: Sequence[Mark]) -> list[dict[str, str]]:
    return [{"act": mark.act.value, "text": mark.text} for mark in found]
