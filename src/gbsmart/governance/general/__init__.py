"""Sections A4 and M as procedures: derogations, disputes (M7), notices (M10)."""

from gbsmart.governance.general.derogation import DEROGATION
from gbsmart.governance.general.disputes import DISPUTE
from gbsmart.governance.general.served import NOTICE

PROCEDURES = (DEROGATION, DISPUTE, NOTICE)

__all__ = ["DEROGATION", "DISPUTE", "NOTICE", "PROCEDURES"]
