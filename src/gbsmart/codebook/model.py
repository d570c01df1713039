"""The Code's library as values: instruments, events, versions, provisions, clauses, terms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple


class Verb(StrEnum):
    """What an event does to a document or provision of the Code."""

    DESIGNATED = "designated"
    """Made part of the Code (SEC X5)."""
    REDESIGNATED = "re-designated"
    """Made part of it anew, in another form (SEC X5.4)."""
    DEFERRED = "deferred"
    """Written there, and to take effect only once it is activated (SEC X3)."""
    ACTIVATED = "activated"
    AMENDED = "amended"
    CORRECTED = "corrected"
    """A mistake of the published text put right: an erratum."""
    DELETED = "deleted"
    DISAPPLIED = "disapplied"
    """Varied for a period so that it does not apply (SEC X6)."""


BEGINNING = frozenset({Verb.DESIGNATED, Verb.REDESIGNATED})
"""With these a provision begins to be part of the Code."""
REWORDING = frozenset({*BEGINNING, Verb.AMENDED, Verb.CORRECTED})
"""These may bring a text."""
STANDING = frozenset({Verb.DEFERRED, Verb.ACTIVATED, Verb.DISAPPLIED})
"""These change what is in force, and not what is written."""


class Basis(StrEnum):
    """How an event is known."""

    PRINTED = "printed"
    """The version table, or the instrument, names what it touches."""
    INFERRED = "inferred"
    """It follows from the title that is named there."""
    ASSUMED = "assumed"
    """It is not named there; from memory or from the structure of the Code."""


class Kind(StrEnum):
    """By whose decision an instrument changes the Code."""

    DESIGNATION = "designation"
    SOS_DIRECTION = "SoS direction"
    TRANSITIONAL = "transitional X5/X6"
    PANEL = "SEC Panel modification"
    CHANGE_BOARD = "Change Board modification"
    AUTHORITY = "Authority modification"
    ERRATUM = "erratum"
    """Nobody's: a slip of a text that is held is read as it was meant."""


class Status(StrEnum):
    """Whether what is written applies."""

    IN_FORCE = "in force"
    DORMANT = "not yet in force"
    """Deferred, and not activated."""
    DISAPPLIED = "disapplied"


@dataclass(frozen=True, slots=True)
class Instrument:
    """A decision that changes the Code: who made it, on which ground, and from when it has effect.

    ``kinds`` has two where the version table does not say which of the two it was. The consolidated
    version in which it is written is dated ``version_date``, or else ``effective`` (a day begins at
    midnight in London). An instrument that takes effect on the day of a version, or before it, is
    consolidated in the first such version; with ``major`` a new one has the next whole number. One that
    does not consolidate, such as a direction that only varies the Code for a time, makes no version.
    """

    kinds: tuple[Kind, ...]
    legal_basis: str
    effective: datetime
    decision_date: date | None = None
    modifications: tuple[str, ...] = ()
    reason: str = ""
    notes: str = ""
    version_date: date | None = None
    major: bool = False
    consolidates: bool = True


@dataclass(frozen=True, slots=True)
class Change:
    """What an instrument does to one document or provision.

    ``text`` is None where the wording is not held. ``until`` ends a disapplication. ``excepted`` are
    provisions within the target that it leaves as they are. ``parent`` and ``heading`` place a provision
    that is new. ``printed`` is how the version table writes the target.
    """

    verb: Verb
    target: str
    text: str | None = None
    heading: str = ""
    parent: str = ""
    until: datetime | None = None
    excepted: tuple[str, ...] = ()
    modification: str = ""
    printed: str = ""
    basis: Basis = Basis.PRINTED


class Event(NamedTuple):
    """What happened to a document or provision, as the library holds it."""

    id: int
    version: str
    """The consolidated version that it is written in; "" for none."""
    effective: datetime
    until: datetime | None
    verb: Verb
    target: str
    """"" where the version table names a subject and no provision."""
    printed: str
    basis: Basis
    modification: str
    excepted: tuple[str, ...]
    kinds: tuple[Kind, ...]
    legal_basis: str


class Source(NamedTuple):
    """One instrument of a version."""

    kinds: tuple[Kind, ...]
    legal_basis: str
    effective: datetime
    decision_date: date | None
    base_version: str
    modifications: tuple[str, ...]
    reason: str
    notes: str


@dataclass(frozen=True, slots=True)
class Version:
    """A consolidated version of the Code, with what made it."""

    number: str
    effective: datetime
    instruments: tuple[Source, ...]
    events: tuple[Event, ...]
    documents: Mapping[str, str]
    """Of each target of an event, the document it lies in."""


class Provision(NamedTuple):
    """A document or a part of one, as it is written at a moment, and whether it is in force."""

    ref: str
    document: str
    parent: str
    kind: str
    heading: str
    text: str
    is_summary: bool
    """Whether the text is our plain-language summary, which is not the Code."""
    source: str
    """Where the text came from."""
    text_from: datetime | None
    """From when on the source has this text; None where no text is held."""
    since: datetime
    """When this reading began."""
    until: datetime | None
    """When it ended; None while nothing later is known."""
    status: Status
    verb: str
    """The event with which the reading began, the version it is in and its modification; "" for none."""
    version: str
    modification: str

    @property
    def is_behind(self) -> bool:
        """Whether the provision was changed after the text that is held of it."""
        return self.text_from is not None and not self.is_summary and self.text_from < self.since


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause of a text that somebody loads; ``parent`` is "" where its reference says it."""

    ref: str
    heading: str
    text: str
    parent: str = ""


class Erratum(NamedTuple):
    """A slip of the printed Code, of its version table or of a text that somebody loaded, and how it is read.

    ``since`` is from when on a provision is read so; None for a slip that is told and changes no text.
    """

    place: str
    printed: str
    reading: str
    since: datetime | None = None


class Redirect(NamedTuple):
    """Another name for a provision, or what another numbering has under this one."""

    alias: str
    ref: str
    numbering: str
    """Whose numbering it is; "" for a short name in common use."""
    note: str


class Hit(NamedTuple):
    """A provision that a search found."""

    ref: str
    heading: str
    snippet: str
    is_summary: bool


class Term(NamedTuple):
    """A defined term (SEC A1), in our words; ``uses`` are other terms that its definition uses."""

    term: str
    definition: str
    source: str
    since: datetime
    until: datetime | None
    version_from: str
    uses: tuple[str, ...]
    used_by: tuple[str, ...]
    provisions: tuple[str, ...]
    """Provisions whose text or summary uses it."""
