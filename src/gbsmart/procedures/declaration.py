"""The language in which a procedure of the Code is declared.

A :class:`Procedure` is a set of :class:`Act`\\ s: who may do what in which state, what has to be given with
it, where the case goes, what is done besides, and whom it is told to. :class:`Deadline`\\ s say what is due
in a state, from whom and by when, and what happens when nobody acted; :class:`Ballot`\\ s who votes and how
votes are counted. The state machine, the forms, the pages, the diagram and the documentation are all
derived from it, and whatever does not fit together is refused when the procedure is made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import Connection

from gbsmart.accounts import Account, Capacity, Role
from gbsmart.ground import NotFound
from gbsmart.ground.transitions import Machine, Transition
from gbsmart.procedures.model import Case
from gbsmart.procedures.spans import Span
from gbsmart.procedures.votes import Count, Voter

if TYPE_CHECKING:  # a situation knows the procedure that it is in
    from gbsmart.procedures.situation import Situation

SUBJECT = "@subject"
"""In :attr:`Who.of`: what the case is about, such as the signifier of the Party concerned."""
OPENER = "@opener"
"""In :attr:`Who.of`: what the one who opened the case acted for."""


class Who(NamedTuple):
    """Who may act: the holders of a role.

    ``of`` is "" for any of them, :data:`SUBJECT` or :data:`OPENER` for those who hold it for what the case
    is about or for whom it was opened, and otherwise the body or seat itself.
    """

    role: Role
    of: str = ""

    def holds(self, capacity: Capacity, subject: str, opener: str) -> bool:
        """Whether ``capacity`` is such, in a case about ``subject`` opened for ``opener``."""
        wanted = {SUBJECT: subject, OPENER: opener}.get(self.of, self.of)
        return capacity.role is self.role and (not self.of or capacity.of == wanted)

    def __str__(self) -> str:
        told = {"": "", SUBJECT: " concerned", OPENER: " that opened it"}.get(self.of, f" ({self.of})")
        return f"{self.role}{told}"


class Kind(StrEnum):
    """What a field takes; how it is written in JSON is in :mod:`gbsmart.procedures.fields`."""

    TEXT = "text"
    LONG_TEXT = "long text"
    CHOICE = "choice"
    CHOICES = "choices"
    YES_NO = "yes or no"
    DATE = "date"
    MOMENT = "moment"
    NUMBER = "number"
    MONEY = "money"
    """Pounds, to the penny."""
    LINES = "lines"
    """One text a line."""
    CASE = "case"
    """The reference of another case."""


@dataclass(frozen=True, slots=True)
class Field:
    """Something that is given with an act, and kept with the case under its name.

    ``choices`` are those of CHOICE and CHOICES; ``least`` and ``most`` bound numbers and money. What is
    ``private`` is for those alone whom it concerns, and so are the reason that is given and the notices that
    are served with it (:mod:`gbsmart.procedures.sight`).
    """

    name: str
    title: str
    kind: Kind = Kind.TEXT
    required: bool = True
    choices: tuple[str, ...] = ()
    least: int | None = None
    most: int | None = None
    help: str = ""
    private: bool = False


@dataclass(frozen=True, slots=True)
class Deadline:
    """What is due while a case is in one of ``states``, from ``whom``.

    It falls at the end of the day that is ``within`` after the state was entered (a function says how long
    where that differs from case to case, and is asked again after each act; None: nothing is due); or after
    the deemed
    receipt of the notice with which it was entered (``since_notice``); or, where the case has a value
    of the field ``on``, at the end of that day (or at that moment; with ``at_start`` when that day begins,
    for what has effect on a day). ``then`` is the act that happens by itself when it has passed; "" where
    it is only marked as missed.
    """

    name: str
    title: str
    states: tuple[str, ...]
    whom: Who
    within: Span | Callable[[Situation], Span | None] | None = None
    since_notice: bool = False
    on: str = ""
    at_start: bool = False
    then: str = ""
    clause: str = ""


Electorate = Callable[["Situation"], Sequence[Voter]]


@dataclass(frozen=True, slots=True)
class Ballot:
    """A vote that is open while the case is in one of ``states``.

    ``by`` says whose votes count; a voter is known by what it acts for (:attr:`Capacity.of`), and
    ``electorate`` says which of these are entitled, for which constituency and with what weight. Whoever
    votes again changes the vote. ``choices`` may be a function where they differ from case to case
    (candidates). ``secret`` ballots show nobody's choice until they are closed; in one that ``needs_reason``
    nobody votes for or against without saying why.
    """

    name: str
    title: str
    states: tuple[str, ...]
    by: Who
    electorate: Electorate
    count: Count
    choices: tuple[str, ...] | Callable[[Situation], Sequence[str]] = ("approve", "reject", "abstain")
    secret: bool = False
    needs_reason: bool = False
    clause: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """A notice that is served with an act: to whom, about what; ``text`` may name fields in braces."""

    to: Who
    subject: str
    text: str = ""
    channel: str = "email"


Guard = Callable[["Situation"], None]
"""Raises :class:`~gbsmart.procedures.model.Refused` where the act may not be done now."""
Effect = Callable[["Situation"], None]
"""Does what belongs to the act besides, in its transaction."""
Decide = Callable[["Situation"], str]
"""Names the outcome, where an act can end in several states."""


class Reader(NamedTuple):
    """Who reads (None: whoever has no account), in which transaction, and when."""

    account: Account | None
    connection: Connection
    at: datetime

    def holds(self, role: Role, of: str = "") -> bool:
        """Whether who reads acts in ``role``, for ``of`` where that is named."""
        return self.account is not None and self.account.holds(role, of)


Named = Callable[[Case, Capacity], bool]
"""Whether a case is one in which who holds a capacity does an act, of all whom the act is for."""
Names = Callable[[Mapping[str, Any]], str]
"""What a case is called by its values, where nobody gives it a title."""
Shows = Callable[[Reader, Case, int], bool]
"""Whether what is private in a case is shown to who reads, too: what came with the entry of this number of
its ledger, or, with 0, the values that the case has."""


@dataclass(frozen=True, slots=True)
class Act:
    """Something that somebody does in a case.

    From one of ``sources`` it leads to ``target``, or, where ``outcomes`` are given, to the state of the
    outcome that ``decide`` names. With neither, the case stays where it is. ``takes`` are the fields
    given with it, ``documents`` the kinds of document that must come with it (or be in the case already).
    Where what a case holds says which of those ``by`` names do it (its proposer), ``named`` tells: nobody
    else is offered it, and a guard refuses them.
    """

    name: str
    title: str
    by: tuple[Who, ...]
    sources: tuple[str, ...] = ()
    target: str = ""
    outcomes: Mapping[str, str] = field(default_factory=dict)
    decide: Decide | None = None
    takes: tuple[Field, ...] = ()
    documents: tuple[str, ...] = ()
    guards: tuple[Guard, ...] = ()
    effects: tuple[Effect, ...] = ()
    tells: tuple[Told, ...] = ()
    needs_reason: bool = False
    clause: str = ""
    named: Named | None = None
    titled_by: str = ""
    """The field whose value is the title of what comes with it; "": documents have titles of their own."""


@dataclass(frozen=True)
class Procedure:
    """A procedure of the Code, declared once.

    ``opening`` is the act that opens a case: it has no sources, and its target is the first state.
    ``states`` are the states with what each means, ``final`` those in which a case is over. ``prefix``
    begins the references of its cases; ``subject`` names the field (of the opening) that says what a
    case is about, "" where that is what its opener acts for. ``systems`` are the rows of the list of
    systems that it runs. What is said in a ``private`` case is private, but for its subject; ``shows`` says
    to whom what is private is shown besides those who gave or administer it. Raises ``ValueError`` where the
    declaration does not hold together.
    """

    name: str
    title: str
    source: str
    purpose: str
    prefix: str
    opening: Act
    states: Mapping[str, str]
    final: frozenset[str]
    acts: tuple[Act, ...]
    deadlines: tuple[Deadline, ...] = ()
    ballots: tuple[Ballot, ...] = ()
    subject: str = ""
    systems: tuple[str, ...] = ()
    private: bool = False
    shows: Shows | None = None
    names: Names | None = None
    machine: Machine = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "machine", self._machine())
        for complaint in self._complaints():
            raise ValueError(f"{self.name}: {complaint}")

    @property
    def initial(self) -> str:
        """The first state."""
        return self.opening.target

    def act(self, name: str) -> Act | None:
        """The act of this name."""
        return next((act for act in self.acts if act.name == name), None)

    def ballot(self, name: str) -> Ballot | None:
        """The ballot of this name."""
        return next((ballot for ballot in self.ballots if ballot.name == name), None)

    def acts_in(self, state: str) -> tuple[Act, ...]:
        """What can be done in ``state``."""
        return tuple(act for act in self.acts if state in act.sources)

    def fields(self) -> dict[str, Field]:
        """Every field that an act of it takes, by name."""
        return {each.name: each for act in (self.opening, *self.acts) for each in act.takes}

    def title_of(self, subject: str, values: Mapping[str, Any]) -> str:
        """What a case about ``subject`` with these values is called."""
        return self.names(values) if self.names else str(values.get("title") or self.untitled(subject))

    def untitled(self, subject: str) -> str:
        """What a case about ``subject`` is called that has no title of its own."""
        return f"{self.title}: {subject}" if subject else self.title

    def private_of(self, names: Iterable[str]) -> frozenset[str]:
        """Those of the names of values that are private."""
        fields = self.fields()
        return frozenset(
            name
            for name in names
            if (self.private and name != self.subject) or (name in fields and fields[name].private)
        )

    @property
    def has_private(self) -> bool:
        """Whether anything in its cases is private."""
        return self.private or any(each.private for each in self.fields().values())

    def is_private(self, act: str) -> bool:
        """Whether something private is given with an act, and so why it is done, and what is told, is."""
        found = self.opening if act == self.opening.name else self.act(act)
        return self.private or (found is not None and any(each.private for each in found.takes))

    def _machine(self) -> Machine:
        steps = [
            Transition(source, act.name, target, guard=outcome, effect=_names(act.effects))
            for act in self.acts
            for source in act.sources
            for outcome, target in _targets(act)
        ]
        return Machine(self.name, self.initial, self.final, tuple(steps))

    def _complaints(self) -> Iterable[str]:
        if unknown := sorted(self.machine.states ^ set(self.states)):
            yield f"states and acts do not name the same states: {', '.join(unknown)}"
        names = [act.name for act in (self.opening, *self.acts)]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            yield f"two acts of the name {twice[0]}"
        for act in self.acts:
            if bool(act.outcomes) != (act.decide is not None):
                yield f"{act.name} has outcomes that nothing decides, or decides what is no outcome"
            if not act.sources:
                yield f"{act.name} can be done in no state"
            if not act.by:
                yield f"{act.name} can be done by nobody"
        yield from self._complaints_of_deadlines()
        yield from self._complaints_of_fields()

    def _complaints_of_deadlines(self) -> Iterable[str]:
        fields = self.fields()
        for due in self.deadlines:
            if due.then and not ((act := self.act(due.then)) and set(due.states) <= set(act.sources)):
                yield f"when {due.name} has passed, {due.then} cannot be done in every state it is due in"
            if due.within is None and not due.on:
                yield f"{due.name} is due at no time"
            if due.on and due.on not in fields:
                yield f"{due.name} is due on {due.on}, which nobody gives"
        for ballot in self.ballots:
            if not set(ballot.states) <= set(self.states):
                yield f"{ballot.name} is open in a state that there is not"

    def _complaints_of_fields(self) -> Iterable[str]:
        seen: dict[str, Field] = {}
        for act in (self.opening, *self.acts):
            for each in act.takes:
                if seen.setdefault(each.name, each).kind is not each.kind:
                    yield f"{each.name} is of two kinds"
                if bool(each.choices) != (each.kind in (Kind.CHOICE, Kind.CHOICES)):
                    yield f"{each.name} has choices, or lacks them"
        if self.subject and self.subject not in {each.name for each in self.opening.takes}:
            yield f"its subject {self.subject} is no field of the opening"


Procedures = Mapping[str, Procedure]
"""The procedures that a system runs, by name."""


def declared(procedures: Procedures, name: str) -> Procedure:
    """The procedure of this name; raises :class:`NotFound`."""
    if name not in procedures:
        raise NotFound(
            f"there is no procedure {name!r}", remedy=f"There are {', '.join(sorted(procedures))}."
        )
    return procedures[name]


def _targets(act: Act) -> Iterable[tuple[str, str]]:
    if act.outcomes:
        yield from act.outcomes.items()
    elif act.target:
        yield "", act.target


def _names(effects: Iterable[Effect]) -> str:
    return ", ".join(effect.__name__.strip("_").replace("_", " ") for effect in effects)
