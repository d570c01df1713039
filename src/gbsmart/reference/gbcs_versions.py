"""The page of GBCS versions: which there are, and what each brought and ended."""

from __future__ import annotations

from gbsmart.gbcs import versions
from gbsmart.gbcs.changes import Change
from gbsmart.handbook.markdown import table
from gbsmart.reference.pages import Objects

_INTRODUCTION = """\
A device is of one version, by its model. A Service Request becomes the message that its version has, and an
emulated device takes no other: it leaves a command of another version unanswered and raises 8F85. What no
row names every version has. *Assumed* marks what is remembered or inferred.

"""


def text() -> str:
    """The page without its title."""
    known = table(
        ("version", "since", ""),
        ((f"`{one.number}`", one.since or "", "assumed" if one.assumed else "") for one in versions.VERSIONS),
    )
    changes = table(
        ("version", "what it brought", "note", ""),
        (
            (f"`{one.since}`", _says(one), one.note, "assumed" if one.assumed else "")
            for one in versions.CHANGES
        ),
    )
    return f"{_INTRODUCTION}{known}\n## What each brought\n\n{changes}"


def data() -> Objects:
    """``gbcs_versions``, by number, and ``gbcs_changes``, newest first."""
    return {
        "gbcs_versions": [
            {
                "version": one.number, "since": one.since.isoformat() if one.since else "",
                "assumed": one.assumed,
            }
            for one in versions.VERSIONS
        ],
        "gbcs_changes": [
            {
                "change": one.says, "version": one.since, "devices": list(one.devices),
                "brought": list(one.brought), "ended": list(one.ended),
                "alerts": [f"{code:04X}" for code in one.alerts], "note": one.note, "assumed": one.assumed,
            }
            for one in versions.CHANGES
        ],
    }  # fmt: skip


def _says(change: Change) -> str:
    return f"{change.says} ({', '.join(change.devices)})" if change.devices else change.says
