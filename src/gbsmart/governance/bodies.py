"""The bodies that the Code sets up, with their seats by constituency (SEC C3, C6, C7, D8, F1, G7, L1).

The numbers of the Panel's seats are those that SECAS publishes; those of every other body are from memory
(those of Sub-Committees weakly so), and are kept here so that they can be mended in one place.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from gbsmart.accounts import HELD_FOR, Capacity, Role

CHAIR = "Chair"
CONSUMER = "Consumer"
LARGE_SUPPLIER = "Large Supplier"
SMALL_SUPPLIER = "Small Supplier"
ELECTRICITY_NETWORK = "Electricity Network"
GAS_NETWORK = "Gas Network"
NETWORK = "Network"
"""Electricity and gas networks together, as the Change Board has them."""
OTHER = "Other SEC Party"
DCC = "DCC"
SUPPLIER = "Supplier"
"""Large and Small Suppliers together, as the Security Sub-Committee has them."""
NOMINEE = "Sub-Committee nominee"
PANEL_MEMBERS = "Panel member"
ADDITIONAL = "Additional member"
"""Whom the Panel Chair may add where a class of Parties is under-represented (basis: weak memory)."""
ADMINISTRATOR = "Code Administrator"
THE_CHAIR = "chair"
"""The seat of a body's chair."""


@dataclass(frozen=True)
class Body:
    """A body: its ``name`` in registers, in what role its members act, and its terms of reference.

    ``seats`` has the number of seats of each constituency; a body without any has members as its terms of
    reference say. ``by_voting_group`` are constituencies in which every Voting Group has a member,
    ``elected`` those whose members the Voting Groups of the category elect. ``meets`` says how often,
    ``chaired_as`` in what role its chair acts, where that is another one.
    """

    name: str
    title: str
    clause: str
    role: Role = Role.COMMITTEE_MEMBER
    seats: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    by_voting_group: tuple[str, ...] = ()
    elected: tuple[str, ...] = ()
    terms_of_reference: str = ""
    meets: str = ""
    chaired_as: Role | None = None

    def capacities(self, seat: str) -> frozenset[Capacity]:
        """In what capacities the holder of ``seat`` acts.

        A member of a committee acts for the committee, and votes in it by the seat.
        """
        own = self.capacity(seat)
        is_committee = self.role is Role.COMMITTEE_MEMBER
        return frozenset({own, Capacity(self.role, self.name)} if is_committee else {own})

    def capacity(self, seat: str) -> Capacity:
        """The capacity in which only the holder of ``seat`` acts."""
        if seat == THE_CHAIR and self.chaired_as is not None:
            return Capacity(self.chaired_as)
        return Capacity(self.role, self.voter(seat) if self.role in HELD_FOR else "")

    def voter(self, seat: str) -> str:
        """By what name the holder of ``seat`` votes."""
        return f"{self.name}/{seat}" if self.role is Role.COMMITTEE_MEMBER else seat

    @property
    def constituencies(self) -> tuple[str, ...]:
        """All its constituencies."""
        return tuple(dict.fromkeys((*self.seats, *self.by_voting_group)))

    def seat_names(self) -> dict[str, str]:
        """The seats that there are by number, each with its constituency."""
        return {
            THE_CHAIR if name == CHAIR else f"{name.lower().replace(' ', '-')}-{number}": name
            for name, count in self.seats.items()
            for number in range(1, count + 1)
        }


_BY_CATEGORY = {
    CHAIR: 1, LARGE_SUPPLIER: 2, SMALL_SUPPLIER: 2, ELECTRICITY_NETWORK: 1, GAS_NETWORK: 1, OTHER: 2, DCC: 1,
}  # fmt: skip
_CATEGORIES = (LARGE_SUPPLIER, SMALL_SUPPLIER, ELECTRICITY_NETWORK, GAS_NETWORK, OTHER)

PANEL = Body(
    "panel", "SEC Panel", "C3", Role.PANEL_MEMBER, {**_BY_CATEGORY, CONSUMER: 2, ADDITIONAL: 1},
    elected=_CATEGORIES, chaired_as=Role.PANEL_CHAIR, meets="monthly",
    terms_of_reference="Pursues the objectives of the Code: runs its governance, admits Parties, oversees "
    "modifications, decides what the Code gives it, and answers for its costs.",
)  # fmt: skip
CHANGE_BOARD = Body(
    "change-board", "Change Board", "D8", Role.CHANGE_BOARD_MEMBER,
    {CONSUMER: 1, SMALL_SUPPLIER: 3, NETWORK: 3, OTHER: 3}, by_voting_group=(LARGE_SUPPLIER,),
    meets="monthly", terms_of_reference="Votes on Modification Proposals, by constituency.",
)  # fmt: skip
CHANGE_SUB_COMMITTEE = Body(
    "change-sub-committee",
    "Change Sub-Committee",
    "C6",
    meets="monthly",
    terms_of_reference="Sees Draft Proposals through their development.",
)
TABASC = Body(
    "tabasc", "Technical Architecture and Business Architecture Sub-Committee", "F1", seats=_BY_CATEGORY,
    elected=_CATEGORIES, meets="monthly",
    terms_of_reference="Keeps the documents of the technical and the business architecture, reviews how "
    "effective both are, and advises Panel and Change Board on them.",
)  # fmt: skip
SSC = Body(
    "ssc", "Security Sub-Committee", "G7", seats={CHAIR: 1, SUPPLIER: 8, NETWORK: 2, OTHER: 1, DCC: 1},
    meets="monthly",
    terms_of_reference="Keeps the security requirements, sets the assurance status of Users, looks after the "
    "Certified Products List and the thresholds of anomaly detection.",
)  # fmt: skip
SMKI_PMA = Body(
    "smki-pma", "SMKI Policy Management Authority", "L1",
    seats={CHAIR: 1, SUPPLIER: 3, NETWORK: 2, NOMINEE: 2}, meets="monthly",
    terms_of_reference="Owns the documents of the public key infrastructures, checks that they are kept, and "
    "decides on recovery.",
)  # fmt: skip
OPSG = Body(
    "opsg",
    "Operations Group",
    "C6",
    seats=_BY_CATEGORY,
    elected=_CATEGORIES,
    meets="monthly",
    terms_of_reference="Considers operational performance, incidents and reports of tests.",
)
TAG = Body(
    "tag",
    "Testing Advisory Group",
    "C6",
    seats=_BY_CATEGORY,
    elected=_CATEGORIES,
    meets="monthly",
    terms_of_reference="Advises on approaches to testing, and on whether tests are complete.",
)
PFCG = Body(
    "pfcg",
    "Panel Finance and Contracts Group",
    "C6",
    seats={CHAIR: 1, PANEL_MEMBERS: 4},
    meets="quarterly",
    terms_of_reference="Reviews budgets and contracts for the Panel.",
)
SECCO = Body(
    "secco", "Board of SECCo", "C7, Schedule 4", Role.SECCO_BOARD, {CHAIR: 1, PANEL_MEMBERS: 5},
    meets="monthly",
    terms_of_reference="Holds the contracts of the Code, for the Parties and without profit.",
)  # fmt: skip
SECAS = Body(
    "secas", "Code Administrator and Secretariat", "C7", Role.CODE_ADMINISTRATOR, {ADMINISTRATOR: 1},
    terms_of_reference="Administers the Code and serves the Panel under contract to SECCo; publishes the "
    "Code, answers questions about it, and is the critical friend of who proposes to change it.",
)  # fmt: skip
BODIES = {
    body.name: body
    for body in (
        PANEL, CHANGE_BOARD, CHANGE_SUB_COMMITTEE, TABASC, SSC, SMKI_PMA, OPSG, TAG, PFCG, SECCO, SECAS,
    )
}  # fmt: skip
"""The bodies by name."""
