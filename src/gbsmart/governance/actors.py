"""Who acts in the procedures of the Code, as they name them.

Deciders and administrators are roles, not bodies: what the Panel decides and SECAS administers today falls
to a code manager once one holds these roles (Energy Act 2023, Part 6), and no procedure changes for it.
"""

from __future__ import annotations

from gbsmart.accounts import Role
from gbsmart.procedures import OPENER, SUBJECT, Who

ANY_PARTY = Who(Role.PARTY)
PARTY_CONCERNED = Who(Role.PARTY, SUBJECT)
"""The Party that the case is about."""
PARTY_OPENING = Who(Role.PARTY, OPENER)
"""The Party for which the case was opened."""
APPLICANT = Who(Role.APPLICANT)
APPLICANT_OPENING = Who(Role.APPLICANT, OPENER)
DCC = Who(Role.DCC)
AUTHORITY = Who(Role.AUTHORITY)
SECRETARY_OF_STATE = Who(Role.SECRETARY_OF_STATE)
CODE_ADMINISTRATOR = Who(Role.CODE_ADMINISTRATOR)
PANEL_CHAIR = Who(Role.PANEL_CHAIR)
PANEL_MEMBER = Who(Role.PANEL_MEMBER)
PANEL = (PANEL_CHAIR, CODE_ADMINISTRATOR)
"""Who records what the Panel decided: its Chair, or the Secretariat for it."""
SECCO_BOARD = Who(Role.SECCO_BOARD)
CHANGE_BOARD_MEMBER = Who(Role.CHANGE_BOARD_MEMBER)
COMMITTEE_MEMBER = Who(Role.COMMITTEE_MEMBER)
CONSUMER_BODY = Who(Role.CONSUMER_BODY)
ARBITRATOR = Who(Role.ARBITRATOR)
APPEAL_BODY = Who(Role.APPEAL_BODY)
DESIGNATED_PERSON = Who(Role.DESIGNATED_PERSON)
CLOCK = Who(Role.CLOCK)
"""Nobody: an act that only happens when its time has come."""
