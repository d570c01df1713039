"""Who may influence modifications: every Party whose right to do so is not suspended (SEC M8.4)."""

from __future__ import annotations

from gbsmart.accounts import Role
from gbsmart.parties import Right, party_rights
from gbsmart.procedures import Situation


def has_the_right(situation: Situation) -> None:
    """Refuse a Party whose right to raise and influence modifications is suspended."""
    role, party = situation.actor.capacity.role, situation.actor.capacity.of
    if role is Role.PARTY and not party_rights(
        situation.connection, party, Right.MODIFICATIONS, situation.at
    ):
        situation.refuse(f"the right of {party} to raise and influence modifications is suspended (M8)")
