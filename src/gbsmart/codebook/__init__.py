"""The Code itself as data: its documents and provisions, and what happened to them (SEC Sections A and X).

What the Code says *as at* a moment is two questions, what is written and what is in force, and which
consolidated version stands is a third: a change may take effect before the version that prints it. All
three are worked out from events (:func:`enact` writes them). Names load on first use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gbsmart.ground.lazy import on_first_use

if TYPE_CHECKING:
    from gbsmart.codebook.defining import define, term, terms
    from gbsmart.codebook.enacting import enact, store_text
    from gbsmart.codebook.model import (
        Basis,
        Change,
        Clause,
        Erratum,
        Event,
        Hit,
        Instrument,
        Kind,
        Provision,
        Status,
        Term,
        Verb,
        Version,
    )
    from gbsmart.codebook.references import moment_of, normal
    from gbsmart.codebook.searching import search
    from gbsmart.codebook.seeding import seed
    from gbsmart.codebook.service import (
        errata,
        events_between,
        history,
        known_ref,
        provision_at,
        provisions_at,
        redirects,
        version_at,
        version_named,
        versions,
    )
    from gbsmart.codebook.version_control import version_row

_HOME = {
    **dict.fromkeys(("define", "term", "terms"), "defining"),
    "search": "searching",
    **dict.fromkeys(("enact", "store_text"), "enacting"),
    **dict.fromkeys(
        ("Basis", "Change", "Clause", "Erratum", "Event", "Hit", "Instrument", "Kind", "Provision", "Status",
         "Term", "Verb", "Version"),
        "model",
    ),
    **dict.fromkeys(("moment_of", "normal"), "references"),
    **dict.fromkeys(
        ("errata", "events_between", "history", "known_ref", "provision_at", "provisions_at", "redirects",
         "version_at", "version_named", "versions"),
        "service",
    ),
    "seed": "seeding",
    "version_row": "version_control",
}  # fmt: skip

__all__ = [
    "Basis",
    "Change",
    "Clause",
    "Erratum",
    "Event",
    "Hit",
    "Instrument",
    "Kind",
    "Provision",
    "Status",
    "Term",
    "Verb",
    "Version",
    "define",
    "enact",
    "errata",
    "events_between",
    "history",
    "known_ref",
    "moment_of",
    "normal",
    "provision_at",
    "provisions_at",
    "redirects",
    "search",
    "seed",
    "store_text",
    "term",
    "terms",
    "version_at",
    "version_named",
    "version_row",
    "versions",
]

__getattr__ = on_first_use(__name__, _HOME)
