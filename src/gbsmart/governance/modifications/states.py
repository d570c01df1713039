"""The states of a Modification Proposal, and the groups of them that several acts and clocks share."""

from __future__ import annotations

from types import MappingProxyType

from gbsmart.procedures import Situation

STATES = MappingProxyType(
    {
        "initial_consideration": "The Panel considers the path of the proposal, and who works on it (D3).",
        "fast_track_vote": "The Panel votes; all who vote have to approve (D2).",
        "objection_window": "The Panel approved it on the fast track; one objection of a Party ends that.",
        "refinement": "A Working Group refines the solution and its legal text (D6).",
        "refinement_consultation": "Parties are consulted on what the Working Group has so far.",
        "report": "The Code Administrator writes the Modification Report (D7).",
        "panel_review": "The Panel checks that the report is ready to be consulted on.",
        "consultation": "Parties and others respond to the Modification Report.",
        "change_board": "The Change Board votes (D8).",
        "adjourned": "Too few members of the Change Board took part; its meeting is held again.",
        "reconvened": "The Change Board votes at the reconvened meeting: those who take part are enough.",
        "board_approved": "The Change Board approved it; any Party may refer that to the Panel.",
        "board_rejected": "The Change Board rejected it; any Party may refer that to the Panel.",
        "referred_to_panel": "The Panel decides about the Change Board's decision.",
        "panel_determined": "The Panel decided; any Party may refer that to the Authority.",
        "referred_to_authority": "The Authority decides about the Panel's decision.",
        "with_authority": "The Change Board gave its recommendation; the Authority decides (D9).",
        "authority_decided": "The Authority decided against the recommendation, which can be appealed.",
        "under_appeal": "The Competition and Markets Authority decides about the Authority's decision.",
        "approved": "It is to be made; the date is not fixed yet.",
        "scheduled": "It is made on its implementation date (D10).",
        "implemented": "It is part of the Code.",
        "rejected": "It is not made.",
        "refused": "It was not accepted as a proposal.",
        "withdrawn": "The proposer withdrew it; somebody else may adopt it (D5).",
        "closed": "It was withdrawn, and nobody adopted it.",
        "on_hold": "Work on it rests.",
        "suspended": "It waits for the end of a Significant Code Review.",
    }
)
FINAL = frozenset({"implemented", "rejected", "refused", "closed"})
WORKED_ON = (
    "initial_consideration", "refinement", "refinement_consultation", "report", "panel_review",
    "consultation",
)  # fmt: skip
"""Before anybody votes on it."""
UNDECIDED = (*WORKED_ON, "change_board", "adjourned", "reconvened", "with_authority")
"""Before it is decided: it can be withdrawn, put on hold, moved to another path."""


def came_from(situation: Situation) -> str:
    """The state out of which the case came into the one it is in: where it goes on."""
    state = situation.case.state
    steps = [each for each in situation.entries() if each.target == state and each.source != state]
    return steps[-1].source
