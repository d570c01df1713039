"""The paths of a modification (SEC D2): who decides, and why it is they."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum
from types import MappingProxyType

from gbsmart.accounts import Role
from gbsmart.ground import InvalidValue
from gbsmart.procedures import Situation


class Path(StrEnum):
    """The four ways to a decision; Path 1 to Path 3, and the fast track of Path 3."""

    AUTHORITY_LED = "authority-led"
    """Path 1: raised by the Authority or on its direction; it decides."""
    AUTHORITY_DETERMINED = "authority-determined"
    """Path 2: material; the Change Board recommends, the Authority decides."""
    SELF_GOVERNANCE = "self-governance"
    """Path 3: the Change Board decides."""
    FAST_TRACK = "fast-track"
    """An error or housekeeping that the Panel raises and approves with one voice."""


OF_THE_AUTHORITY = frozenset({Path.AUTHORITY_LED, Path.AUTHORITY_DETERMINED})
"""The paths on which the Authority decides."""
CRITERIA = MappingProxyType(
    {
        "consumers": "a material effect on consumers",
        "competition": "a material effect on competition",
        "networks": "a material effect on the networks for gas and electricity",
        "supply": "a material effect on sustainability, safety or security of supply",
        "governance": "a material effect on the governance of the Code or on how it is modified",
        "discrimination": "discriminates between Parties or classes of them",
    }
)
"""What puts a proposal before the Authority: one of these is enough."""


class Grounds(StrEnum):
    """On which ground those raise a proposal who cannot do so at will (SEC D1)."""

    REVIEW = "Significant Code Review"
    LAW = "compliance with law"
    REPORT = "report of the Panel"
    PROGRESS = "efficient progress"
    HOUSEKEEPING = "error or housekeeping"


GROUNDS_OF = MappingProxyType(
    {
        Role.DCC: frozenset({Grounds.REVIEW, Grounds.LAW}),
        Role.AUTHORITY: frozenset({Grounds.REVIEW, Grounds.LAW}),
        Role.PANEL_CHAIR: frozenset({Grounds.REPORT, Grounds.PROGRESS, Grounds.HOUSEKEEPING}),
    }
)


def check_path(situation: Situation, path: Path, criteria: Collection[str], *, field: str) -> None:
    """Raise :class:`InvalidValue` or refuse where a proposal cannot take ``path``."""
    proposer = str(situation.value("proposer") or situation.actor.capacity)
    match path:
        case Path.AUTHORITY_LED:
            if proposer != Role.AUTHORITY and not situation.value("authority_direction"):
                situation.refuse("Path 1 is for what the Authority raises, or directs to be raised (D2)")
        case Path.AUTHORITY_DETERMINED:
            if not criteria:
                raise InvalidValue(
                    "Path 2 is for what meets one of its criteria", field=field,
                    remedy=f"They are: {', '.join(CRITERIA)}.",
                )  # fmt: skip
        case Path.SELF_GOVERNANCE | Path.FAST_TRACK:
            if criteria:
                met = "; ".join(CRITERIA[one] for one in criteria)
                raise InvalidValue(f"the Authority decides about what has {met}", field=field)
    if path is Path.FAST_TRACK:
        if proposer != Role.PANEL_CHAIR or situation.value("grounds") != Grounds.HOUSEKEEPING:
            situation.refuse("only the Panel raises a fast-track proposal, for an error or housekeeping (D2)")
        if situation.value("tally_fast_track", {}).get("quorate") or situation.value("objection"):
            situation.refuse("the fast track has ended for this proposal")


def path_of(situation: Situation) -> Path:
    """The path that the Panel or the Authority put it on."""
    return Path(situation.value("path"))
