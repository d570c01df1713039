"""Section C as procedures: elections, nominations, meetings, decisions, budget, administration, set-up."""

from gbsmart.governance.panel.elections import ELECTION, ELECTION_ROUND
from gbsmart.governance.panel.nominations import NOMINATION

PROCEDURES = (ELECTION_ROUND, ELECTION, NOMINATION)

__all__ = [
    "ELECTION",
    "ELECTION_ROUND",
    "NOMINATION",
    "PROCEDURES",
]
