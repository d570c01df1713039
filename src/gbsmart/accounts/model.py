"""Accounts, and the roles in which their holders act."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """In which part somebody acts under the Code; the decider and the administrator are roles too.

    Under today's governance the Panel decides and SECAS administers. A code manager (Energy Act 2023,
    Part 6) is an account that holds both roles, and no procedure has to change for it.
    """

    OPERATOR = "operator"
    """Runs this system: enters accounts and capacities, and decides nothing under the Code."""
    APPLICANT = "applicant"
    """Wants to become a Party; held for the name of the organisation."""
    PARTY = "party"
    """Acts for a Party, by its signifier."""
    DCC = "dcc"
    AUTHORITY = "authority"
    SECRETARY_OF_STATE = "secretary-of-state"
    CODE_ADMINISTRATOR = "code-administrator"
    """The Code Administrator and Secretariat (SECAS), SEC C7."""
    PANEL_CHAIR = "panel-chair"
    PANEL_MEMBER = "panel-member"
    """A member of the Panel, by the seat, such as ``large-supplier-1``."""
    SECCO_BOARD = "secco-board"
    CHANGE_BOARD_MEMBER = "change-board-member"
    """A member of the Change Board, by the Voting Group or seat for which it votes (SEC D8)."""
    COMMITTEE_MEMBER = "committee-member"
    """A member of another Sub-Committee or Working Group, by the body's name."""
    CONSUMER_BODY = "consumer-body"
    """Citizens Advice or Citizens Advice Scotland, by its name."""
    ARBITRATOR = "arbitrator"
    APPEAL_BODY = "appeal-body"
    """The Competition and Markets Authority, or a court."""
    CLOCK = "clock"
    """Nobody: what happens since a deadline has passed. No account holds it."""


@dataclass(frozen=True, slots=True, order=True)
class Capacity:
    """A role, held for ``of``: a Party's signifier, a seat, a body; "" where the role has none."""

    role: Role
    of: str = ""

    def __str__(self) -> str:
        return f"{self.role}:{self.of}" if self.of else str(self.role)


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who can sign in: the name, what to call the person, and in which capacities he or she acts."""

    name: str
    person: str
    capacities: frozenset[Capacity]

    def roles(self) -> frozenset[Role]:
        """The roles that the account holds."""
        return frozenset(capacity.role for capacity in self.capacities)
