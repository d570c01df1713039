"""Section C as procedures: elections, nominations, meetings, decisions, budget, administration, set-up."""

from gbsmart.governance.panel.administration import CONTRACT, QUERY, Shareholder, shareholders
from gbsmart.governance.panel.budget import BUDGET
from gbsmart.governance.panel.committee_work import COMMITTEE_WORK
from gbsmart.governance.panel.elections import ELECTION, ELECTION_ROUND
from gbsmart.governance.panel.meetings import ACTION, MEETING
from gbsmart.governance.panel.nominations import NOMINATION
from gbsmart.governance.panel.resolutions import COMMITTEE_RESOLUTION, PANEL_RESOLUTION, SECCO_RESOLUTION
from gbsmart.governance.panel.set_up import FIRST_APPOINTMENTS

PROCEDURES = (
    ELECTION_ROUND,
    ELECTION,
    NOMINATION,
    MEETING,
    PANEL_RESOLUTION,
    COMMITTEE_RESOLUTION,
    SECCO_RESOLUTION,
    ACTION,
    COMMITTEE_WORK,
    QUERY,
    CONTRACT,
    BUDGET,
    FIRST_APPOINTMENTS,
)

__all__ = ["PROCEDURES", "Shareholder", "shareholders"]
