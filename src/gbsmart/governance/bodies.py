"""The bodies that the Code sets up, with their seats by constituency (SEC C3, C6, D8).

The numbers of the Panel's seats are those that SECAS publishes; those of the Change Board are from memory.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from gbsmart.accounts import Capacity, Role

CONSUMER = "Consumer"
LARGE_SUPPLIER = "Large Supplier"
SMALL_SUPPLIER = "Small Supplier"
ELECTRICITY_NETWORK = "Electricity Network"
GAS_NETWORK = "Gas Network"
NETWORK = "Network"
"""Electricity and gas networks together, as the Change Board has them."""
OTHER = "Other SEC Party"
DCC = "DCC"


@dataclass(frozen=True)
class Body:
    """A body: its ``name`` in registers, and in what role its members act.

    ``seats`` has the number of seats of each constituency; a body without any has members as its terms of
    reference say. ``by_voting_group`` are constituencies in which every Voting Group has a member.
    """

    name: str
    title: str
    clause: str
    role: Role = Role.COMMITTEE_MEMBER
    seats: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    by_voting_group: tuple[str, ...] = ()

    def capacity(self, seat: str) -> Capacity:
        """In what capacity the holder of ``seat`` acts; members of a committee act for the committee."""
        return Capacity(self.role, self.name if self.role is Role.COMMITTEE_MEMBER else seat)

    @property
    def constituencies(self) -> tuple[str, ...]:
        """All its constituencies."""
        return tuple(dict.fromkeys((*self.seats, *self.by_voting_group)))


PANEL = Body(
    "panel", "SEC Panel", "C3", Role.PANEL_MEMBER,
    {LARGE_SUPPLIER: 2, SMALL_SUPPLIER: 2, ELECTRICITY_NETWORK: 1, GAS_NETWORK: 1, OTHER: 2, DCC: 1,
     CONSUMER: 2},
)  # fmt: skip
CHANGE_BOARD = Body(
    "change-board", "Change Board", "D8", Role.CHANGE_BOARD_MEMBER,
    {CONSUMER: 1, SMALL_SUPPLIER: 3, NETWORK: 3, OTHER: 3}, by_voting_group=(LARGE_SUPPLIER,),
)  # fmt: skip
CHANGE_SUB_COMMITTEE = Body("change-sub-committee", "Change Sub-Committee", "C6")
BODIES = {body.name: body for body in (PANEL, CHANGE_BOARD, CHANGE_SUB_COMMITTEE)}
"""The bodies by name."""
