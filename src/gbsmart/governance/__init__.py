"""How the Code is governed: Panel and committees, modifications, membership, disputes, transition.

SEC Sections B1, C, D, M and X; each procedure is a declaration that :mod:`gbsmart.procedures` runs.
"""
