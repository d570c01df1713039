"""What a decision under the Code does to its text: the next consolidated version, and what changed in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection

from gbsmart import codebook
from gbsmart.codebook import Change, Instrument, Kind, Verb
from gbsmart.codebook.texts import Wording, compare, marked_text
from gbsmart.ground import InvalidValue, NotFound
from gbsmart.ground.working_days import civil_day, start_of

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


def check(connection: Connection, changes: Iterable[Change], at: datetime) -> None:
    """Raise :class:`InvalidValue` for a change of what is not part of the Code at a moment, or is already."""
    codebook.seed(connection)
    for number, each in enumerate(changes, 1):
        field = f"Legal text.{number}"
        try:
            codebook.provision_at(connection, each.target, at)
        except NotFound as problem:
            if each.verb not in _NEW:
                raise InvalidValue(problem.message, field=field, remedy=problem.remedy) from None
        else:
            if each.verb is Verb.DESIGNATED:
                raise InvalidValue(
                    f"{each.target} is part of the Code already", field=field,
                    remedy="Amend it, or re-designate it.",
                )  # fmt: skip


def check_still_fits(
    connection: Connection, changes: Iterable[Change], since: datetime, at: datetime
) -> None:
    """Raise :class:`InvalidValue` where another decision has changed a provision since its text was written.

    Such a text would take that decision back. What is decided for the same day goes together, in order.
    """
    at = start_of(civil_day(at)) - timedelta(microseconds=1)
    for number, each in enumerate(changes, 1):
        with suppress(NotFound):  # one that is new
            then = codebook.provision_at(connection, each.target, since)
            if (now := codebook.provision_at(connection, each.target, at)).version != then.version:
                raise InvalidValue(
                    f"{each.target} was changed in version {now.version} since this text was written",
                    field=f"Legal text.{number}",
                    remedy="Correct the legal text: word it on what is there now.",
                )  # fmt: skip


def enact(connection: Connection, enactment: Enactment, changes: Sequence[Change]) -> Enacted:
    """Write a decision into the Code, in the caller's transaction.

    Raises :class:`InvalidValue` for a change that cannot be.
    """
    codebook.seed(connection)
    effective = enactment.effective
    before = codebook.version_at(connection, effective - timedelta(microseconds=1)).number
    old = [_written(connection, each.target, effective) for each in changes]
    instrument = Instrument(
        kinds=(enactment.kind,),
        legal_basis=enactment.legal_basis,
        effective=effective,
        decision_date=enactment.decided_on,
        modifications=(enactment.reference,),
        reason=enactment.reason,
    )
    made = [replace(each, modification=enactment.reference) for each in changes]
    version = codebook.enact(connection, instrument, made)
    differences = [
        difference
        for was, each in zip(old, changes, strict=True)
        for difference in compare(_some(was), _some(_written(connection, each.target, effective)))
    ]
    title = f"{enactment.reference}: version {version.number} against version {before}"
    return Enacted(version.number, before, marked_text.html(differences, title))


def _written(connection: Connection, ref: str, at: datetime) -> Wording | None:
    """What is written at a moment; our own summary of a provision is no wording of it."""
    try:
        found = codebook.provision_at(connection, ref, at)
    except NotFound:
        return None
    return Wording(found.ref, found.parent, found.heading, "" if found.is_summary else found.text)


def _some(wording: Wording | None) -> list[Wording]:
    return [] if wording is None else [wording]
