"""What a decision under the Code does to its text: the next consolidated version, and what changed in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection

from gbsmart import codebook
from gbsmart.codebook import Change, Instrument, Kind, Verb
from gbsmart.codebook.texts import Wording, compare, marked_text
from gbsmart.governance.legal_text import TextChange
from gbsmart.ground import InvalidValue, NotFound

_NEW = frozenset({Verb.DESIGNATED, Verb.REDESIGNATED})


@dataclass(frozen=True, slots=True)
class Enactment:
    """A decision that is to be made: whose, on which ground, about what case, from when it has effect."""

    kind: Kind
    legal_basis: str
    reference: str
    decided_on: date
    effective: datetime
    reason: str


class Enacted(NamedTuple):
    """The version that a decision is written in, the one before it, and the difference (HTML)."""

    version: str
    before: str
    marked: str


def check(connection: Connection, changes: Iterable[TextChange], at: datetime) -> None:
    """Raise :class:`InvalidValue` for a change of what is not part of the Code at a moment, or is already."""
    codebook.seed(connection)
    for number, each in enumerate(changes, 1):
        field = f"Legal text.{number}"
        try:
            codebook.provision_at(connection, each.ref, at)
        except NotFound as problem:
            if Verb(each.verb) not in _NEW:
                raise InvalidValue(problem.message, field=field, remedy=problem.remedy) from None
        else:
            if Verb(each.verb) is Verb.DESIGNATED:
                raise InvalidValue(
                    f"{each.ref} is part of the Code already", field=field,
                    remedy="Amend it, or re-designate it.",
                )  # fmt: skip


def enact(connection: Connection, enactment: Enactment, changes: Sequence[TextChange]) -> Enacted:
    """Write a decision into the Code, in the caller's transaction.

    Raises :class:`InvalidValue` for a change that cannot be.
    """
    codebook.seed(connection)
    effective = enactment.effective
    before = codebook.version_at(connection, effective - timedelta(microseconds=1)).number
    old = [_written(connection, each.ref, effective) for each in changes]
    instrument = Instrument(
        kinds=(enactment.kind,),
        legal_basis=enactment.legal_basis,
        effective=effective,
        decision_date=enactment.decided_on,
        modifications=(enactment.reference,),
        reason=enactment.reason,
    )
    version = codebook.enact(connection, instrument, [_change(each, enactment) for each in changes])
    differences = [
        difference
        for was, each in zip(old, changes, strict=True)
        for difference in compare(_some(was), _some(_written(connection, each.ref, effective)))
    ]
    title = f"{enactment.reference}: version {version.number} against version {before}"
    return Enacted(version.number, before, marked_text.html(differences, title))


def _change(each: TextChange, enactment: Enactment) -> Change:
    return Change(
        Verb(each.verb), each.ref, text=each.text or None, heading=each.heading, parent=each.parent,
        modification=enactment.reference,
    )  # fmt: skip


def _written(connection: Connection, ref: str, at: datetime) -> Wording | None:
    """What is written at a moment; our own summary of a provision is no wording of it."""
    try:
        found = codebook.provision_at(connection, ref, at)
    except NotFound:
        return None
    return Wording(found.ref, found.parent, found.heading, "" if found.is_summary else found.text)


def _some(wording: Wording | None) -> list[Wording]:
    return [] if wording is None else [wording]
