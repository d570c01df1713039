"""The register in the order of time: one life line a consultation, and one list of all that happened."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from sqlalchemy import Connection

from gbsmart.codebook.consultations import reading
from gbsmart.codebook.consultations.addresses import consultation_page, document_place, version_page
from gbsmart.codebook.consultations.model import (
    GOVERNMENT,
    Consultation,
    Dated,
    Document,
    Happened,
    Thing,
    Topic,
)
from gbsmart.codebook.consultations.states import IN_EFFECT
from gbsmart.ground.working_days import civil_day


@dataclass(frozen=True, slots=True)
class CodeVersion:
    """A consolidated version of the Code and the day from which it stands."""

    number: str
    day: date


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened, when it is known at least in which year."""

    on: Dated
    kind: str
    """opening, revision, closing, conclusion, response, laying, direction, in force."""
    consultation: str
    title: str
    text: str
    href: str


@dataclass(frozen=True, slots=True)
class Lane:
    """The life line of a consultation."""

    consultation: str
    title: str
    state: str
    opened: Dated
    closed: Dated
    concluded: Dated
    entries: tuple[Entry, ...]
    versions: tuple[str, ...]
    """The versions of the Code to which its topics led."""


@dataclass(frozen=True, slots=True)
class Timeline:
    """Everything, in the order of time."""

    lanes: tuple[Lane, ...]
    entries: tuple[Entry, ...]
    versions: tuple[CodeVersion, ...]

    @property
    def years(self) -> list[tuple[int, list[Entry]]]:
        """The entries of each year."""
        found: dict[int, list[Entry]] = {}
        for each in self.entries:
            found.setdefault(each.on.first.year, []).append(each)
        return sorted(found.items())


_STEPS = {
    "open": ("opening", "opened"),
    "revise": ("revision", "was revised"),
    "close": ("closing", "closed"),
    "conclude in part": ("conclusion", "was concluded in part"),
    "conclude": ("conclusion", "was concluded"),
    "conclude with further consultation": ("conclusion", "was concluded, with a further consultation"),
}
_TOPIC_STEPS = {
    "lay": ("laying", "laid in draft before Parliament"),
    "annul": ("laying", "refused by Parliament"),
    "designate": ("direction", "designated by direction"),
    "do not take forward": ("conclusion", "not taken forward"),
    "move": ("conclusion", "moved"),
}
TAKING_EFFECT = frozenset({"commence", "commence inactive", "activate"})
"""The steps with which the text of a topic comes into a version of the Code."""


def timeline(connection: Connection, versions: Sequence[CodeVersion] = ()) -> Timeline:
    """The timeline of the whole register; ``versions`` are those of the Code."""
    days = {each.number: each.day for each in versions}
    history, topics = reading.histories(connection), reading.topics(connection)
    documents = groupby(reading.documents_of(connection), lambda each: each.consultation)
    published = {name: list(those) for name, those in documents}
    lanes = tuple(
        _lane(each, history.get((each.id, ""), ()), topics.get(each.id, ()), published.get(each.id, ()), days)
        for each in reading.consultations(connection)
    )
    entries = sorted(
        (each for lane in lanes for each in lane.entries),
        key=lambda each: (each.on.first, each.on.last, each.consultation),
    )
    linked = {number for lane in lanes for number in lane.versions}
    return Timeline(lanes, tuple(entries), tuple(each for each in versions if each.number in linked))


def _lane(
    found: Consultation,
    history: Sequence[Happened],
    topics: Sequence[Topic],
    documents: Iterable[Document],
    days: dict[str, date],
) -> Lane:
    entries = [*_own(found, history), *_of_topics(found, topics, days), *_responses(found, documents)]
    closed = _when(history, "close")
    if not closed.known and found.closes_at is not None:
        closed = Dated(civil_day(found.closes_at).isoformat())
    return Lane(
        found.id, found.title, found.state, found.opened, closed,
        _when(history, "conclude", "conclude with further consultation"),
        tuple(each for each in entries if each.on.known), versions_led_to(topics),
    )  # fmt: skip


def versions_led_to(topics: Iterable[Topic]) -> tuple[str, ...]:
    """The versions of the Code in which the topics are in force, the earliest first."""
    numbers = {
        outcome.target
        for topic in topics
        for outcome in topic.outcomes
        if outcome.target_kind is Thing.VERSION and topic.state in IN_EFFECT
    }
    return tuple(sorted(numbers, key=_in_order))


def _in_order(number: str) -> tuple[int, ...]:
    return tuple(int(part) if part.isdigit() else 0 for part in number.split("."))


def _when(history: Iterable[Happened], *events: str) -> Dated:
    return next((each.on for each in history if each.event in events), Dated())


def _own(found: Consultation, history: Iterable[Happened]) -> Iterable[Entry]:
    for each in history:
        if each.event in _STEPS:
            kind, text = _STEPS[each.event]
            said = f"{found.title} {text}" + (f" ({each.note.rstrip('.')})" if each.note else "")
            yield Entry(each.on, kind, found.id, found.title, said, consultation_page(found.id))


def _of_topics(found: Consultation, topics: Iterable[Topic], days: dict[str, date]) -> Iterable[Entry]:
    """What happened to several topics on the same day is one entry."""
    together: dict[tuple[str, Dated, str], list[str]] = {}
    for topic in topics:
        for each in topic.history:
            if each.event in _TOPIC_STEPS:
                kind, text = _TOPIC_STEPS[each.event]
                together.setdefault((kind, each.on, text), []).append(topic.name)
        taken = next((each for each in topic.history if each.event in TAKING_EFFECT), None)
        numbers = [each.target for each in topic.outcomes if each.target_kind is Thing.VERSION]
        for number in numbers if taken and topic.state in IN_EFFECT else ():
            assert taken is not None
            on = Dated(days[number].isoformat(), taken.on.basis) if number in days else taken.on
            together.setdefault(("in force", on, number), []).append(topic.name)
    for (kind, on, text), names in together.items():
        subject = "; ".join(names)
        if kind == "in force":
            said, href = f"Version {text} of the Code in force: {subject}", version_page(text)
        else:
            said, href = f"{subject}: {text}", consultation_page(found.id)
        yield Entry(on, kind, found.id, found.title, said, href)


def _responses(found: Consultation, documents: Iterable[Document]) -> Iterable[Entry]:
    for each in documents:
        if each.kind in GOVERNMENT:
            href = document_place(found.id, each.id)
            yield Entry(each.dated, "response", found.id, found.title, f"Response: {each.title}", href)
