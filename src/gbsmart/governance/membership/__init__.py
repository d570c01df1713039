"""Membership as procedures: accession (B1), details (M6), withdrawal, default, suspension, expulsion (M8)."""

from gbsmart.governance.membership.accession import ACCESSION
from gbsmart.governance.membership.defaults import DEFAULT
from gbsmart.governance.membership.party_changes import PARTY_DETAILS, WITHDRAWAL

PROCEDURES = (ACCESSION, PARTY_DETAILS, WITHDRAWAL, DEFAULT)

__all__ = ["ACCESSION", "DEFAULT", "PARTY_DETAILS", "PROCEDURES", "WITHDRAWAL"]
