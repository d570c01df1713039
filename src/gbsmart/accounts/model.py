"""Accounts, and the roles in which their holders act."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from gbsmart.ground import InvalidValue

LONGEST_NAME, LONGEST_PERSON, LONGEST_OF = 60, 200, 60
_NAME = re.compile(rf"[a-z0-9][a-z0-9._-]{{0,{LONGEST_NAME - 1}}}\Z")


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
    """A director of SECCo, by the seat, such as ``panel-member-1``."""
    CHANGE_BOARD_MEMBER = "change-board-member"
    """A member of the Change Board, by the Voting Group or seat for which it votes (SEC D8)."""
    COMMITTEE_MEMBER = "committee-member"
    """A member of another Sub-Committee or Working Group, by the body's name."""
    CONSUMER_BODY = "consumer-body"
    """Citizens Advice or Citizens Advice Scotland, by its name."""
    DESIGNATED_PERSON = "designated-person"
    """Designated by the Authority to raise modifications of the charges, by its name (SEC D1)."""
    ARBITRATOR = "arbitrator"
    APPEAL_BODY = "appeal-body"
    """The Competition and Markets Authority, or a court."""
    CLOCK = "clock"
    """Nobody: what happens since a deadline has passed. No account holds it."""


HELD_FOR = frozenset(
    {
        Role.APPLICANT,
        Role.PARTY,
        Role.PANEL_MEMBER,
        Role.SECCO_BOARD,
        Role.CHANGE_BOARD_MEMBER,
        Role.COMMITTEE_MEMBER,
        Role.CONSUMER_BODY,
        Role.DESIGNATED_PERSON,
    }
)
"""The roles that are held for somebody, some seat or some body; the others are one of their kind."""


@dataclass(frozen=True, slots=True, order=True)
class Capacity:
    """A role, held for ``of``: a Party's signifier, a seat, a body; "" where the role has none."""

    role: Role
    of: str = ""

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``authority`` or ``party:SUP1``; raises :class:`InvalidValue` for what nobody can hold."""
        name, _, of = text.strip().partition(":")
        try:
            read = cls(Role(name.strip().lower()), of.strip())
        except ValueError:
            known = ", ".join(sorted(set(Role) - {Role.CLOCK}))
            raise InvalidValue(f"{name!r} is no role", field="capacity", remedy=f"Name {known}.") from None
        read.check()
        return read

    def check(self) -> None:
        """Raise :class:`InvalidValue` for a capacity that no account can hold."""
        if self.role is Role.CLOCK:
            raise InvalidValue("nobody acts as the clock", field="capacity")
        if self.role in HELD_FOR and not self.of:
            raise InvalidValue(
                f"{self.role} is held for somebody", field="capacity", remedy=f"Write {self.role}:NAME."
            )
        if self.role not in HELD_FOR and self.of:
            raise InvalidValue(f"{self.role} is held for nobody else", field="capacity")
        if len(self.of) > LONGEST_OF or not self.of.isprintable():
            raise InvalidValue(f"{self.of!r} is no name", field="capacity")

    def __str__(self) -> str:
        return f"{self.role}:{self.of}" if self.of else str(self.role)


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who can sign in: the name, what to call the person, and in which capacities he or she acts."""

    name: str
    person: str
    capacities: frozenset[Capacity]
    closed: bool = False

    def check(self) -> None:
        """Raise :class:`InvalidValue` for an account that cannot be."""
        if not _NAME.match(self.name):
            raise InvalidValue(
                f"{self.name!r} is no name of an account", field="name",
                remedy=f"Write up to {LONGEST_NAME} of a-z, 0-9, '.', '_' and '-', a letter or digit first.",
            )  # fmt: skip
        if not self.person.strip() or len(self.person) > LONGEST_PERSON or not self.person.isprintable():
            raise InvalidValue(
                f"needs a name of up to {LONGEST_PERSON} characters, on one line", field="person"
            )
        for capacity in self.capacities:
            capacity.check()

    def holds(self, role: Role, of: str = "") -> bool:
        """Whether the account acts in ``role``, for ``of`` where that is named, else for anybody."""
        return any(each.role is role and of in ("", each.of) for each in self.capacities)

    def roles(self) -> frozenset[Role]:
        """The roles that the account holds."""
        return frozenset(capacity.role for capacity in self.capacities)
