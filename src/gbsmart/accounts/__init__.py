"""Accounts: the people who act under the Code, and in which capacities.

Reading is open to everybody. Who acts does so by an account, which holds *capacities*: what it may do
follows from them, never from its name. A capacity is a role of the Code (SEC Sections C, D, M and X),
held on behalf of a Party or of a body where the role has one.
"""

from gbsmart.accounts.model import Account, Capacity, Role

__all__ = ["Account", "Capacity", "Role"]
