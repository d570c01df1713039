"""Transition as procedures: activation (X3), documents (X5), variations (X6), the Secretary of State."""

from gbsmart.governance.transition.directions import ACTIVATION, VARIATION
from gbsmart.governance.transition.documents import SUBSIDIARY_DOCUMENT
from gbsmart.governance.transition.statute import SECRETARY_OF_STATE_VARIATION

PROCEDURES = (ACTIVATION, SUBSIDIARY_DOCUMENT, VARIATION, SECRETARY_OF_STATE_VARIATION)

__all__ = [
    "ACTIVATION",
    "PROCEDURES",
    "SECRETARY_OF_STATE_VARIATION",
    "SUBSIDIARY_DOCUMENT",
    "VARIATION",
]
