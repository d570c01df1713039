"""How the Code is governed: Panel and committees, modifications, membership, disputes, transition.

SEC Sections B1, C, D, M and X; each procedure is a declaration that :mod:`gbsmart.procedures` runs, and what
it does besides (a new version of the Code, a Party admitted or suspended) is an effect in its transaction.
"""

from gbsmart.governance.catalogue import procedures

__all__ = ["procedures"]
