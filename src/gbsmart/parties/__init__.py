"""SEC Parties and Users (SEC Sections B and H1).

A Party that has acceded to the Code takes part in the DCC's services as one or more *Users*: each has
a User ID (an EUI-64), one or more User Roles, an address at which it receives, and the DUIS version in
which it is spoken to. There is no role in a Service Request: the DCC derives it from the originator,
so this register is what the access checks E1, E2 and E3 read.
"""

from gbsmart.duis import UserRole
from gbsmart.parties.model import Party, User
from gbsmart.parties.service import (
    add_party,
    add_user,
    certificates,
    change_user,
    lodge_certificate,
    parties,
    reinstate,
    suspend,
    user,
    users,
    users_of,
    users_with_role,
)
from gbsmart.parties.thresholds import ALL, Counted, Threshold, set_thresholds, thresholds_of

__all__ = [
    "ALL",
    "Counted",
    "Party",
    "Threshold",
    "User",
    "UserRole",
    "add_party",
    "add_user",
    "certificates",
    "change_user",
    "lodge_certificate",
    "parties",
    "reinstate",
    "set_thresholds",
    "suspend",
    "thresholds_of",
    "user",
    "users",
    "users_of",
    "users_with_role",
]
