"""The Modification Proposal, put together from its stages (SEC Section D)."""

from __future__ import annotations

from gbsmart.governance.modifications import (
    board,
    consideration,
    decision,
    implementation,
    interruptions,
    refinement,
    reporting,
)
from gbsmart.governance.modifications.raising import RAISE
from gbsmart.governance.modifications.review import PROPOSAL
from gbsmart.governance.modifications.states import FINAL, STATES
from gbsmart.procedures import Procedure

_STAGES = (consideration, refinement, reporting, board, decision, interruptions, implementation)

MODIFICATION = Procedure(
    name=PROPOSAL,
    title="Modification Proposal",
    source="SEC D",
    purpose="Changes the Code: a proposal is worked on, consulted on, voted on, decided and made.",
    prefix="MP",
    opening=RAISE,
    states=STATES,
    final=FINAL,
    acts=tuple(act for stage in _STAGES for act in stage.ACTS),
    deadlines=tuple(due for stage in _STAGES for due in stage.DEADLINES),
    ballots=(*consideration.BALLOTS, *board.BALLOTS),
    systems=("S188", "S189", "S190", "S191", "S194", "S195", "S196", "S197", "S199", "S166"),
)
