"""What somebody sees of cases: what is private in them is for those alone whom it concerns.

A document that is confidential, and a value, a reason or a notice that its procedure declares private, are
shown to whoever gave or was sent it, to :data:`ADMINISTRATION`, and to those to whom the procedure shows it.
That there is a case, what it is about, where it stands and what is due in it is public. What is private in a
case of a procedure that this release does not have any more, nobody can say: its values are kept from all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from gbsmart.accounts import Account, Role
from gbsmart.procedures import reading
from gbsmart.procedures.declaration import Procedure, Procedures, Reader
from gbsmart.procedures.model import Case, CaseDocument, Entry, Notice
from gbsmart.procedures.undeclared import procedure_of

ADMINISTRATION = frozenset(
    {
        Role.CODE_ADMINISTRATOR,
        Role.PANEL_CHAIR,
        Role.AUTHORITY,
        Role.SECRETARY_OF_STATE,
        Role.ARBITRATOR,
        Role.APPEAL_BODY,
    }
)
"""Who decides and who administers: they see what is private where the procedure gives them an act."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What ``account`` sees at a moment; None is whoever reads without one."""

    connection: Connection
    procedures: Procedures
    account: Account | None
    at: datetime

    def case(self, case: Case) -> Case:
        """A case without the values that are kept from who looks, and without a title that is one."""
        procedure = self.procedures.get(case.procedure)
        if procedure is None:
            return replace(case, title=case.reference, data={})
        hidden = procedure.private_of(case.data)
        if not hidden or self._is_shown(procedure, case):
            return case
        data = {name: value for name, value in case.data.items() if name not in hidden}
        return replace(
            case, title=procedure.untitled(case.subject) if "title" in hidden else case.title, data=data
        )

    def entry(self, case: Case, entry: Entry) -> Entry:
        """A line of a ledger: that it happened, by whom and when, is public."""
        procedure = self.procedures.get(case.procedure)
        if procedure is None:
            return replace(entry, given={}, reason="")
        if not procedure.is_private(entry.act) or self._is_shown(procedure, case, entry):
            return entry
        hidden = procedure.private_of(entry.given)
        given = {name: value for name, value in entry.given.items() if name not in hidden}
        return replace(entry, given=given, reason="")

    def sees(self, case: Case, document: CaseDocument, ledger: Sequence[Entry]) -> bool:
        """Whether a document is shown."""
        if not document.confidential:
            return True
        filed = next((each for each in ledger if each.number == document.entry), None)
        return self._is_shown(procedure_of(self.procedures, case.procedure, case.state), case, filed)

    def decisions(self, found: Sequence[tuple[str, Entry]]) -> list[tuple[str, Entry]]:
        """Entries of many ledgers, each with the reference of its case."""
        cases = self._cases({reference for reference, _entry in found})
        return [(reference, self.entry(cases[reference], entry)) for reference, entry in found]

    def notices(self, found: Sequence[Notice]) -> list[Notice]:
        """Notices: that one was served, on whom and when, is public."""
        cases = self._cases({each.case for each in found})
        withheld = {each.reference for each in cases.values() if self._withholds(each)}
        places = {(each.case, each.entry) for each in found if each.case in withheld}
        with_acts = reading.entries_at(self.connection, places) if places else {}
        return [
            self._notice(each, cases[each.case], with_acts[each.case, each.entry])
            if each.case in withheld
            else each
            for each in found
        ]

    def _notice(self, notice: Notice, case: Case, served_with: Entry) -> Notice:
        procedure = self.procedures.get(case.procedure)
        if self._is_addressed(notice.to) or (
            procedure is not None
            and (not procedure.is_private(served_with.act) or self._is_shown(procedure, case, served_with))
        ):
            return notice
        about = procedure.title if procedure else case.procedure
        return replace(notice, subject=f"{case.reference}: {about}", text="")

    def _withholds(self, case: Case) -> bool:
        procedure = self.procedures.get(case.procedure)
        return procedure is None or procedure.has_private

    def _cases(self, references: set[str]) -> dict[str, Case]:
        return {each.reference: each for each in reading.cases(self.connection, references=references)}

    def _is_addressed(self, to: str) -> bool:
        role, _, of = to.partition(":")
        return self.account is not None and self.account.holds(Role(role), of)

    def _is_shown(self, procedure: Procedure, case: Case, entry: Entry | None = None) -> bool:
        """Whether what is private in a case, or came with an entry of its ledger, is for who looks."""
        reader = Reader(self.account, self.connection, self.at)
        if procedure.shows is not None and procedure.shows(reader, case, entry.number if entry else 0):
            return True
        if self.account is None:
            return False
        acting = {who.role for act in (procedure.opening, *procedure.acts) for who in act.by}
        has_filed = entry is not None and entry.actor.capacity in self.account.capacities
        return has_filed or bool(self.account.roles() & acting & ADMINISTRATION)
