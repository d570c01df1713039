"""The page of DUIS versions: which are served, and what each brought."""

from __future__ import annotations

from datetime import date

from gbsmart.duis.versions import CHANGES, VERSIONS
from gbsmart.handbook.markdown import table
from gbsmart.reference.pages import Objects

_INTRODUCTION = """\
Served side by side: each User is spoken to in its own. *Assumed* marks what is remembered or inferred.

"""


def text() -> str:
    """The page without its title."""
    served = table(
        ("version", "since", ""),
        ((f"`{one.number}`", _month(one.since), "assumed" if one.assumed else "") for one in VERSIONS),
    )
    changes = table(
        ("version", "what it brought", "note", ""),
        ((f"`{one.since}`", one.says, one.note, "assumed" if one.assumed else "") for one in CHANGES),
    )
    return f"{_INTRODUCTION}{served}\n## What each brought\n\n{changes}"


def data() -> Objects:
    """``duis_versions``, oldest first, and ``duis_changes``, newest first."""
    return {
        "duis_versions": [
            {"version": one.number, "since": _month(one.since), "assumed": one.assumed} for one in VERSIONS
        ],
        "duis_changes": [
            {"change": one.says, "version": one.since, "note": one.note, "assumed": one.assumed}
            for one in CHANGES
        ],
    }


def _month(since: date | None) -> str:
    return f"{since:%Y-%m}" if since else ""
