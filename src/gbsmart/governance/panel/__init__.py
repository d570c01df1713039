"""Section C as procedures: elections, nominations, meetings, decisions, budget, administration, set-up."""

from gbsmart.governance.panel.elections import ELECTION, ELECTION_ROUND
from gbsmart.governance.panel.meetings import ACTION, MEETING
from gbsmart.governance.panel.nominations import NOMINATION
from gbsmart.governance.panel.resolutions import COMMITTEE_RESOLUTION, PANEL_RESOLUTION

PROCEDURES = (
    ELECTION_ROUND,
    ELECTION,
    NOMINATION,
    MEETING,
    PANEL_RESOLUTION,
    COMMITTEE_RESOLUTION,
    ACTION,
)

__all__ = [
    "ACTION",
    "COMMITTEE_RESOLUTION",
    "ELECTION",
    "ELECTION_ROUND",
    "MEETING",
    "NOMINATION",
    "PANEL_RESOLUTION",
    "PROCEDURES",
]
