"""Section D as procedures: Draft and Modification Proposals, assessments, reviews, variations, releases."""

from gbsmart.governance.modifications.assessment import FULL, PRELIMINARY, TIMES
from gbsmart.governance.modifications.draft import DRAFT_PROPOSAL
from gbsmart.governance.modifications.proposal import MODIFICATION
from gbsmart.governance.modifications.release import RELEASE
from gbsmart.governance.modifications.review import REVIEW
from gbsmart.governance.modifications.variation import VARIATION

PROCEDURES = (DRAFT_PROPOSAL, MODIFICATION, PRELIMINARY, FULL, TIMES, REVIEW, VARIATION, RELEASE)

__all__ = [
    "DRAFT_PROPOSAL",
    "FULL",
    "MODIFICATION",
    "PRELIMINARY",
    "PROCEDURES",
    "RELEASE",
    "REVIEW",
    "TIMES",
    "VARIATION",
]
