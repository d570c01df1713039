"""What the register of consultations holds (SEC Section X; sections 88 and 89 of the Energy Act 2008).

Before the Secretary of State changes the Code, the change is consulted on: a consultation has topics and
documents, is answered by respondents, and concludes by one or more government responses, topic by topic.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from gbsmart.ground import GbsmartError, InvalidValue


class Basis(StrEnum):
    """How sure a date, or a link, is."""

    SOURCE = "source"
    """Said by a published source."""
    TITLE = "title"
    """Read from the title of a document."""
    MEMORY = "memory"
    """Remembered, and not checked."""
    INFERRED = "inferred"
    """Follows from other facts."""
    GUESSED = "guessed"
    """Guessed by this program when it imported a page."""
    RECORDED = "recorded"
    """Entered here by whoever did it."""
    UNKNOWN = ""


_DAY = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?\Z")


@dataclass(frozen=True, slots=True)
class Dated:
    """A date as far as it is known: ``2014``, ``2014-06``, ``2014-06-30``, or nothing; and how sure it is."""

    text: str = ""
    basis: Basis = Basis.UNKNOWN

    def __post_init__(self) -> None:
        if not self.text:
            return
        found = _DAY.match(self.text)
        try:
            if found is None:
                raise ValueError
            date(int(found[1]), int(found[2] or 1), int(found[3] or 1))
        except ValueError:
            raise InvalidValue(
                f"{self.text!r} is no date", field="on", remedy="Write 2014, 2014-06 or 2014-06-30."
            ) from None

    @property
    def known(self) -> bool:
        """Whether anything is known of it."""
        return bool(self.text)

    @property
    def exact(self) -> date | None:
        """The day, where it is known."""
        return date.fromisoformat(self.text) if len(self.text) == 10 else None

    @property
    def first(self) -> date:
        """The first day that it may be; raises where nothing is known."""
        year, month, day = (*map(int, self.text.split("-")), 1, 1)[:3]
        return date(year, month, day)

    @property
    def last(self) -> date:
        """The last day that it may be; raises where nothing is known."""
        parts = tuple(map(int, self.text.split("-")))
        month = parts[1] if len(parts) > 1 else 12
        day = parts[2] if len(parts) > 2 else monthrange(parts[0], month)[1]
        return date(parts[0], month, day)

    def __str__(self) -> str:
        return self.text or "not known"


class ConsultationKind(StrEnum):
    """What sort of consultation it is."""

    CONSULTATION = "consultation"
    STAGE = "stage"
    """A stage of the Code of which only the name and the outcome are held."""
    FURTHER = "further consultation"
    """Follows from another that was concluded with it."""


class DocumentKind(StrEnum):
    """The kinds of documents that a consultation publishes, in the order in which they are shown."""

    CONSULTATION_DOCUMENT = "consultation document"
    ADDENDUM = "addendum"
    GOVERNMENT_RESPONSE = "government response"
    RESPONSE_AND_FURTHER = "response and further consultation"
    RESPONSE_TO_PART = "response to part"
    CONSOLIDATED_CODE = "consolidated code"
    LEGAL_TEXT = "legal text"
    LICENCE_TEXT = "licence text"
    SUBSIDIARY_DRAFT = "subsidiary document draft"
    DRAFT_APPENDIX = "draft appendix"
    DIRECTION_LETTER = "direction letter"
    RESPONSES = "responses"
    ERRATUM = "erratum"
    PAGE_UPDATE = "page update"
    OTHER = "other"


GOVERNMENT = frozenset(
    {DocumentKind.GOVERNMENT_RESPONSE, DocumentKind.RESPONSE_AND_FURTHER, DocumentKind.RESPONSE_TO_PART}
)
"""The kinds by which the Secretary of State answers."""
MARKABLE = frozenset({DocumentKind.LEGAL_TEXT, DocumentKind.CONSOLIDATED_CODE})
"""The kinds that are published clean and change-marked."""


class Form(StrEnum):
    """Whether a text is clean or shows what changes."""

    CLEAN = "clean"
    CHANGE_MARKED = "change-marked"
    UNSAID = ""


class Thing(StrEnum):
    """What a link leads to or from."""

    CONSULTATION = "consultation"
    DOCUMENT = "document"
    CODE = "code"
    """The Code, or a provision or document of it, by its reference; the text of a stage by its name."""
    VERSION = "version"
    """A consolidated version of the Code."""
    LICENCE = "licence"
    DIRECTION = "direction"


class Relation(StrEnum):
    """How one thing stands to another."""

    CONSULTS_ON = "consults on"
    RESPONDS_TO = "responds to"
    AMENDS = "amends"
    INCORPORATES = "incorporates"
    """Holds the conclusions of."""
    SUPERSEDES = "supersedes"
    CORRECTS = "corrects"
    DRAFTS = "drafts"
    COMBINES = "combines"
    LAID = "laid"
    """Is the text that was laid before Parliament after."""
    DIRECTS = "directs"
    UPDATES = "updates"


CONVERSE = {
    Relation.CONSULTS_ON: "consulted on by",
    Relation.RESPONDS_TO: "answered by",
    Relation.AMENDS: "amended by",
    Relation.INCORPORATES: "incorporated in",
    Relation.SUPERSEDES: "superseded by",
    Relation.CORRECTS: "corrected by",
    Relation.DRAFTS: "drafted in",
    Relation.COMBINES: "combined in",
    Relation.LAID: "laid as",
    Relation.DIRECTS: "directed by",
    Relation.UPDATES: "updated by",
}
"""How each relation reads from its other end."""


class Effect(StrEnum):
    """What a concluded topic did to the Code."""

    CHANGE = "change"
    NO_CHANGE = "no change"
    """Said on purpose: the Code stays as it is, such as where a licence is changed instead."""
    MOVED = "moved"
    """Into a subsidiary document, or a later stage."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a topic: a version, a provision, a direction; or where it was moved to."""

    effect: Effect
    target_kind: Thing
    target: str
    basis: Basis = Basis.RECORDED
    note: str = ""


@dataclass(frozen=True, slots=True)
class Happened:
    """One step of a consultation, or of a topic of it."""

    topic: str
    event: str
    source: str
    target: str
    on: Dated
    note: str = ""
    actor: str = ""


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic of a consultation, how it stands, and what came of it."""

    name: str
    state: str
    outcomes: tuple[Outcome, ...] = ()
    history: tuple[Happened, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A document of a consultation; its id is its own, for the letters of annexes repeat on a page."""

    id: str
    consultation: str
    title: str
    kind: DocumentKind
    annex: str = ""
    form: Form = Form.UNSAID
    text: str = ""
    """How the text in it stands: under consultation, concluded, laid, for information."""
    dated: Dated = Dated()
    media_type: str = ""
    respondents: str = ""
    """Whose responses it holds, as published."""
    url: str = ""
    listed: str = "page"
    """Where it is listed; ``no longer`` where a page that was imported again has it no more."""
    kind_guessed: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Relationship:
    """A typed link between two things."""

    source_kind: Thing
    source: str
    relation: Relation
    target_kind: Thing
    target: str


@dataclass(frozen=True, slots=True)
class Correction:
    """An erratum: which definition of which document it puts right, and whether that is done."""

    erratum: str
    corrects: str
    term: str
    provision: str
    status: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Move:
    """Provisions of a Section that went into a subsidiary document."""

    first: str
    last: str
    destination: str
    consultation: str
    document: str
    version: str
    basis: Basis
    note: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """A numbered question of a consultation."""

    number: int
    text: str


@dataclass(frozen=True, slots=True)
class Consultation:
    """A consultation or a stage, without what belongs to it."""

    id: str
    title: str
    kind: ConsultationKind
    state: str
    parent: str = ""
    opened: Dated = Dated()
    closes_at: datetime | None = None
    """When it closes, to the minute; None where that is not known."""
    organisation: str = ""
    url: str = ""
    summary: str = ""
    body: str = ""
    source: str = "shipped"
    note: str = ""


@dataclass(frozen=True, slots=True)
class Whole:
    """A consultation with everything that belongs to it."""

    consultation: Consultation
    topics: tuple[Topic, ...] = ()
    documents: tuple[Document, ...] = ()
    history: tuple[Happened, ...] = ()
    links: tuple[Relationship, ...] = ()
    back: tuple[Relationship, ...] = ()
    """The links that lead to it, or to its documents."""
    questions: tuple[Question, ...] = ()
    corrections: tuple[Correction, ...] = ()
    moves: tuple[Move, ...] = ()
    children: tuple[str, ...] = ()


class NotPossible(GbsmartError):
    """What a consultation does not allow as it stands; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a respondent says to one question."""

    question: int
    stance: Stance
    evidence: str = ""


class Stance(StrEnum):
    """Whether a respondent agrees."""

    AGREE = "agree"
    DISAGREE = "disagree"
    NEITHER = "neither"


@dataclass(frozen=True, slots=True)
class NewResponse:
    """A response as it is lodged."""

    name: str
    contact: str
    organisation: str = ""
    confidential: bool = False
    reason: str = ""
    """Why it is confidential."""
    answers: tuple[Answer, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Response:
    """A published response: without its contact, for that is not for the public."""

    id: int
    consultation: str
    name: str
    organisation: str
    received_at: datetime
    answers: tuple[Answer, ...]

    @property
    def respondent(self) -> str:
        """Whose it is: the organisation's, or else the person's."""
        return self.organisation or self.name
