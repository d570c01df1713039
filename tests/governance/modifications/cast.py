"""Who takes part in a modification, and the ways that they go: each act over the interface, by its actor."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.governance.conftest import START
from tests.governance.stage import Stage

from gbsmart import parties
from gbsmart.governance import objectives
from gbsmart.parties import Details, Party
from gbsmart.parties.membership import Licence
from gbsmart.procedures import Case, NewDocument

TEXT = NewDocument(
    "Legal text", "D6.3", b"# amended D6.3: Working Groups\nThe Panel forms a Working Group of at least six."
)
OTHER_TEXT = NewDocument(
    "Legal text of an alternative", "D6.3", b"# amended D6.3: Working Groups\nA group of seven or more."
)
REPORT = NewDocument("Modification Report", "What it does", b"All of it.")
LARGE = Details(licences=frozenset({Licence.ELECTRICITY_SUPPLY}), domestic_premises=300_000)
SEATS = {
    "consumer-1": "Consumer", "small-supplier-1": "Small Supplier", "network-1": "Network",
    "other-1": "Other SEC Party",
}  # fmt: skip
PANEL = {"large-supplier-1": "Large Supplier", "other-1": "Other SEC Party", "dcc-1": "DCC"}
PROPOSAL: dict[str, Any] = {
    "title": "Larger Working Groups", "purpose": "Working Groups of six.", "impact_low": ["Large Supplier"],
    "proposer_name": "Alice Arden", "organisation": "Supplier One", "email": "alice@one.example",
    "description": "Five are too few.", "path_sought": "self-governance", "path_reasons": "Not material.",
    "sections": ["D6.3"], "objectives": ["g"], "objective_reasons": "Better refined.",
}  # fmt: skip
SOLUTION = {name: value for name, value in PROPOSAL.items() if name not in
            ("title", "purpose", "impact_low", "proposer_name", "organisation", "email")}  # fmt: skip
FINDINGS = ["g: better: more eyes on each proposal", "b: neutral: nothing changes for the DCC"]
assert set("bg") <= set(objectives.GENERAL)
MARKET = ("SUP1", "SUP2", "SUP3")
"""Large suppliers, each a Voting Group by itself."""


class Cast:
    """The people of the tests, on a stage.

    ``secretary`` and ``chair`` hold the roles of administrator and decider: two people, or one account, as
    a code manager has them.
    """

    def __init__(self, stage: Stage, *, manager: bool = False) -> None:
        self.stage = stage
        self.secretary, self.chair = ("manager", "manager") if manager else ("secretary", "chair")
        if manager:
            stage.person("manager", "code-administrator", "panel-chair")
        else:
            stage.person("secretary", "code-administrator")
            stage.person("chair", "panel-chair")
        for name, capacity in (
            ("alice", "party:SUP1"), ("ben", "party:SUP2"), ("ofgem", "authority"), ("dcc", "dcc"),
            ("citizens", "consumer-body:Citizens Advice"), ("cma", "appeal-body"),
            ("developer", "committee-member:change-sub-committee"),
            *((f"board-{of.lower()}", f"change-board-member:{of}") for of in (*MARKET, *SEATS)),
            *((f"panel-{of}", f"panel-member:{of}") for of in PANEL),
        ):  # fmt: skip
            stage.person(name, capacity)
        with stage.store.transaction() as connection:
            for signifier in MARKET:
                party = Party(signifier, f"{signifier} Ltd")
                parties.accede(connection, party, LARGE, at=START - timedelta(days=365), by="test")
        for body, seats in (("change-board", SEATS), ("panel", PANEL)):
            for seat, constituency in seats.items():
                stage.open(
                    "appointment", self.secretary, body=body, seat=seat, constituency=constituency,
                    holder=f"Holder of {seat}", reason="Elected before.",
                )  # fmt: skip

    # --- the parts of a modification ---

    def proposal(self, by: str = "alice", *documents: NewDocument, **given: Any) -> str:
        """A proposal that was just raised."""
        case = self.stage.open("modification-proposal", by, documents=documents, **{**PROPOSAL, **given})
        return case.reference

    def consider(self, reference: str, path: str = "self-governance", **given: Any) -> str:
        """What the Panel makes of it; the state that it is in then."""
        return self.stage.act(reference, "consider", self.chair, path=path, **given).state

    def refine(self, reference: str) -> None:
        """A Working Group refines it, with a consultation."""
        self.stage.act(
            reference, "convene", self.chair,
            members=["SUP1: Alice", "SUP2: Ben", "SUP3: Cleo", "DCC: Dan", "Citizens Advice: Eve"],
        )  # fmt: skip
        text = NewDocument("Refinement consultation", "Questions", b"Six or seven?")
        self.stage.act(reference, "consult-on-refinement", self.secretary, documents=[text])
        self.stage.act(reference, "respond", "ben", position="agree", response="Six.")
        self.until_due(reference, "refinement-consultation")
        self.stage.act(reference, "conclude-refinement", self.secretary, conclusion="Six it is.")

    def report(self, reference: str) -> None:
        """The report is written, checked and consulted on, until the Change Board has it."""
        act = self.stage.act
        act(reference, "submit-report", self.secretary, documents=[REPORT, TEXT], findings=FINDINGS)
        act(reference, "consult", self.chair)
        act(reference, "respond", "citizens", position="agree", response="Good.")
        self.until_due(reference, "consultation")
        assert self.stage.case(reference).state == "change_board"

    def until_due(self, reference: str, deadline: str) -> None:
        """Time passes until a deadline of a case."""
        (due,) = [
            each for each in self.stage.dues(reference) if (each.name, each.status) == (deadline, "open")
        ]
        self.stage.wait_until(due.due_at)

    def vote(self, reference: str, *, ballot: str = "change_board", **choices: str) -> Case:
        """Members of the Board vote, by the constituencies' first letters, and the votes are counted."""
        for name, choice in choices.items():
            self.stage.vote(reference, ballot, MEMBERS[name], choice, reason="Objective (g).")
        return self.stage.act(reference, "count-votes", self.secretary)

    def implement(self, reference: str, days: int = 10, **given: Any) -> Case:
        """The date is fixed, and comes."""
        day = (self.stage.clock.now() + timedelta(days=days)).date()
        self.stage.act(
            reference, "schedule", self.secretary, **(given or {"implementation_date": day.isoformat()})
        )
        self.stage.wait(days=days + 1)
        return self.stage.case(reference)


MEMBERS = {
    "consumer": "board-consumer-1", "small": "board-small-supplier-1", "network": "board-network-1",
    "other": "board-other-1", "sup1": "board-sup1", "sup2": "board-sup2", "sup3": "board-sup3",
}  # fmt: skip
"""By short names, who votes on the Change Board."""
FOR = {"consumer": "approve", "small": "approve", "network": "approve", "sup1": "approve", "sup2": "reject"}
"""Votes that carry a proposal: three constituencies to none, and one (large suppliers) undecided."""
