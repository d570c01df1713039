"""Sections A4 and M as procedures: derogations, disputes (M7), the DCC Licence (M9), notices (M10)."""

from gbsmart.governance.general.derogation import DEROGATION
from gbsmart.governance.general.disputes import DISPUTE
from gbsmart.governance.general.licence_transfer import LICENCE_TRANSFER
from gbsmart.governance.general.served import NOTICE

PROCEDURES = (DEROGATION, DISPUTE, LICENCE_TRANSFER, NOTICE)

__all__ = ["DEROGATION", "DISPUTE", "LICENCE_TRANSFER", "NOTICE", "PROCEDURES"]
