"""Errata of a text that the library holds: what is printed wrongly, and how it is read from a moment on."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, insert

from gbsmart.codebook.defining import define, terms
from gbsmart.codebook.enacting import enact
from gbsmart.codebook.model import Change, Erratum, Instrument, Kind, Provision, Verb
from gbsmart.codebook.service import provision_at
from gbsmart.codebook.tables import erratum
from gbsmart.codebook.texts.definitions import term_ref
from gbsmart.ground import InvalidValue
from gbsmart.ground.working_days import civil_day


def correct(connection: Connection, ref: str, printed: str, reading: str, *, at: datetime) -> Erratum:
    """Read ``printed`` in the text of ``ref`` as ``reading`` from ``at`` on, and keep that as an erratum.

    It is an event of the provision, in no consolidated version. Raises :class:`InvalidValue` where the text
    that is held does not have ``printed`` exactly once, and :class:`~gbsmart.ground.NotFound`.
    """
    found = provision_at(connection, ref, at)
    _check(found, printed, reading, at)
    decided = Instrument((Kind.ERRATUM,), f"erratum: {printed!r} is read {reading!r}", at, consolidates=False)
    text = found.text.replace(printed, reading)
    enact(connection, decided, [Change(Verb.CORRECTED, found.ref, text=text)])
    _correct_term(connection, found, text, at)
    connection.execute(insert(erratum).values(place=found.ref, printed=printed, reading=reading, since=at))
    return Erratum(found.ref, printed, reading, at)


def _correct_term(connection: Connection, found: Provision, text: str, at: datetime) -> None:
    """Where the text is, or lies in, a definition: let the register of terms say the same."""
    for each in terms(connection, at):
        of = term_ref(each.source, each.term)
        if (found.ref == of or found.ref.startswith(f"{of}(")) and found.text in each.definition:
            corrected = each.definition.replace(found.text, text, 1)
            define(connection, each.term, corrected, each.source, since=at)


def _check(found: Provision, printed: str, reading: str, at: datetime) -> None:
    where = f"{found.ref} on {civil_day(at)}"
    if found.is_summary or not found.text:
        raise InvalidValue(
            f"no text of the Code is held of {where}",
            field="ref",
            remedy="Load the text that has the mistake.",
        )
    if not printed.strip() or printed == reading:
        raise InvalidValue(
            "nothing is put right", field="printed", remedy="Give what is printed, and what is meant."
        )
    times = found.text.count(printed)
    if times != 1:
        raise InvalidValue(
            f"the text of {where} has {printed!r} {times or 'no'} times",
            field="printed", remedy="Give as much of the text as stands there once.",
        )  # fmt: skip
