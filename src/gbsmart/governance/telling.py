"""Duties, readiness and systems as JSON values, the same on pages, for programs and on the command line."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from gbsmart.governance.duties import HeldCondition, Obligation
from gbsmart.governance.readiness import Needed
from gbsmart.governance.systems import System
from gbsmart.ground import InvalidValue
from gbsmart.parties import Licence

Told = dict[str, Any]


def licence_of(text: str) -> Licence | None:
    """The licence of a name, None for ""; raises :class:`InvalidValue`."""
    if not text:
        return None
    try:
        return Licence(text)
    except ValueError:
        raise InvalidValue(f"{text!r} is none of {', '.join(Licence)}", field="licence") from None


def told_conditions(held: Iterable[HeldCondition]) -> list[Told]:
    """Licence conditions with their holders."""
    return [{**each.condition._asdict(), "holders": list(each.holders)} for each in held]


def told_obligations(owed: Iterable[Obligation]) -> list[Told]:
    """Obligations of a Party."""
    return [each._asdict() for each in owed]


def told_readiness(needed: Iterable[Needed]) -> list[Told]:
    """What DCC Live needed."""
    return [{**each._asdict(), "ready": each.is_ready} for each in needed]


def told_systems(those: Iterable[System]) -> list[Told]:
    """Systems; a running one by its page and its test, a named one by the room in which it will run."""
    return [each._asdict() for each in those]
