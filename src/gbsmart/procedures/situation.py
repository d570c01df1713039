"""What a guard, an effect or a decision of a procedure sees, and what it can do."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Concatenate, NamedTuple, NoReturn, ParamSpec, TypeVar

from sqlalchemy import Connection

from gbsmart.accounts import Account, Capacity
from gbsmart.procedures import reading, record
from gbsmart.procedures.declaration import Act, Ballot, Procedure, Procedures
from gbsmart.procedures.fields import typed
from gbsmart.procedures.model import Actor, Case, CaseDocument, Entry, NewDocument, Refused
from gbsmart.procedures.polls import Polls, polls
from gbsmart.procedures.votes import CastVote, Tally, Voter

T = TypeVar("T")
P = ParamSpec("P")


class Verbs(NamedTuple):
    """How a situation opens a case, and acts in one."""

    open_case: Callable[..., Case]
    perform: Callable[..., Case]


@dataclass(frozen=True)
class Survey:
    """Several cases that are looked at together, and in which nobody acts meanwhile: what is asked for
    each of them is read once."""

    polls: Polls
    found: dict[Any, Any] = field(default_factory=dict)


@dataclass
class Situation:
    """An act in a case, in the transaction that makes it so.

    ``case`` is the case as the act found it (for guards and decisions) or left it (for effects).
    ``given`` are the values of this act as they are kept, ``documents`` what came with it. Without ``verbs``
    it is only looked at: nothing follows from it in other cases.
    """

    connection: Connection
    procedures: Procedures
    procedure: Procedure
    case: Case
    act: Act
    actor: Actor
    account: Account
    at: datetime
    given: Mapping[str, Any]
    reason: str = ""
    documents: Sequence[NewDocument] = ()
    outcome: str = ""
    changes: dict[str, Any] = field(default_factory=dict)
    survey: Survey | None = None
    verbs: Verbs | None = None

    def value(self, name: str, default: Any = None) -> Any:
        """The value of a field, of this act or as the case has it: dates, moments and money as such."""
        for values in (self.changes, self.given, self.case.data):
            if name in values:
                declared = self.procedure.fields().get(name)
                return typed(declared, values[name]) if declared else values[name]
        return default

    def look_up(self, read: Callable[Concatenate[Connection, P], T], *given: P.args, **named: P.kwargs) -> T:
        """What ``read`` finds, given this transaction and the rest: once for all cases of a survey.

        For readings that are of no one case, such as who sits on a body.
        """
        if self.survey is None:
            return read(self.connection, *given, **named)
        found, key = self.survey.found, (read, given, *named.items())
        if key not in found:
            found[key] = read(self.connection, *given, **named)
        value: T = found[key]
        return value

    def keep(self, name: str, value: Any) -> None:
        """Keep a value (as JSON has it) with the case."""
        self.changes[name] = value

    def refuse(self, message: str, *, remedy: str = "") -> NoReturn:
        """Turn the act down."""
        raise Refused(f"{self.case.reference or self.procedure.title}: {message}", remedy=remedy)

    def has_document(self, kind: str) -> bool:
        """Whether a document of this kind comes with the act or is in the case."""
        if any(each.kind == kind for each in self.documents):
            return True
        return any(each.kind == kind for each in self.held_documents())

    def held_documents(self) -> list[CaseDocument]:
        """The documents of the case."""
        if not self.case.reference:
            return []
        return reading.documents(self.connection, self.case.reference)

    def file(self, document: NewDocument) -> None:
        """File a document that this act made."""
        record.file(self.connection, self.case.reference, document)

    def octets_of(self, kind: str) -> bytes | None:
        """The octets of the newest document of this kind, of this act or in the case."""
        given = [each for each in self.documents if each.kind == kind]
        if given:
            return given[-1].octets
        held = [each for each in self.held_documents() if each.kind == kind]
        return reading.octets_of(self.connection, self.case.reference, held[-1].number) if held else None

    def entries(self) -> list[Entry]:
        """All that happened in the case before this act."""
        return reading.entries(self.connection, self.case.reference)

    # --- votes ---

    def electorate(self, ballot: str) -> Sequence[Voter]:
        """Who is entitled to vote."""
        return self._ballot(ballot).electorate(self)

    def votes(self, ballot: str) -> list[CastVote]:
        """The votes cast since the ballot was last opened."""
        declared = self._ballot(ballot)
        reference = self.case.reference
        known = self.survey.polls if self.survey else polls(self.connection, [reference])
        return known.votes(reference, declared.name, declared.states)

    def votes_of(self, ballot: str, voters: Sequence[Voter]) -> list[CastVote]:
        """The votes that those have cast, each for the constituency and with the weight of its voter now."""
        known = {voter.voter: voter for voter in voters}
        return [
            vote._replace(constituency=known[vote.voter].constituency, weight=known[vote.voter].weight)
            for vote in self.votes(ballot)
            if vote.voter in known and known[vote.voter].has_cast(vote)
        ]

    def tally(self, ballot: str) -> Tally:
        """The count of the votes cast by those entitled; kept with the case as ``tally_<ballot>``."""
        declared = self._ballot(ballot)
        voters = declared.electorate(self)
        tally = declared.count(self.votes_of(ballot, voters), voters)
        kept = {"outcome": tally.outcome, "quorate": tally.quorate, "rows": [dict(row) for row in tally.rows]}
        self.keep(f"tally_{ballot}", kept)
        return tally

    def _ballot(self, name: str) -> Ballot:
        ballot = self.procedure.ballot(name)
        assert ballot is not None, name
        return ballot

    # --- other cases, notices ---

    def children(self, procedure: str = "") -> list[Case]:
        """The cases that this one has opened."""
        return reading.cases(self.connection, parent=self.case.reference, procedure=procedure)

    def open(self, procedure: str, given: Mapping[str, Any], *, account: Account | None = None) -> Case:
        """Open a case of another procedure, as a child of this one, by whoever acts here."""
        return self._verbs().open_case(
            self.connection, self.procedures, procedure, account or self.account, given,
            at=self.at, reason=self.reason, parent=self.case.reference,
        )  # fmt: skip

    def act_in(
        self,
        reference: str,
        act: str,
        given: Mapping[str, Any] | None = None,
        *,
        account: Account | None = None,
    ) -> Case:
        """Act in another case, by whoever acts here."""
        return self._verbs().perform(
            self.connection, self.procedures, reference, act, account or self.account, given or {},
            at=self.at, reason=self.reason,
        )  # fmt: skip

    def _verbs(self) -> Verbs:
        assert self.verbs is not None, f"{self.act.name} is only looked at"
        return self.verbs

    def notify(self, to: Capacity, subject: str, text: str = "", channel: str = "email") -> datetime:
        """Serve a notice; the moment at which it counts as received."""
        return record.serve(self.connection, self.case.reference, to, subject, text, channel, self.at)
