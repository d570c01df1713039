"""Changing the Code: an instrument's changes become events, readings and, mostly, a consolidated version."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select

from gbsmart.codebook.model import (
    BEGINNING,
    REWORDING,
    Change,
    Clause,
    Instrument,
    Verb,
    Version,
)
from gbsmart.codebook.readings import (
    begin,
    drop_unread,
    end,
    end_one,
    is_written,
    keep_texts,
    own_texts,
    place,
    text_at,
    text_row,
)
from gbsmart.codebook.references import CODE, document_of, normal, parent_of
from gbsmart.codebook.service import known_ref, ref_or_none, version_at, version_named
from gbsmart.codebook.tables import event, instrument, loading, provision, version
from gbsmart.ground import InvalidValue, NotFound
from gbsmart.ground.working_days import civil_day, start_of

_REMEDY = "Name a provision that is part of the Code at that moment; `gbsmart code show` lists them."


def enact(connection: Connection, decided: Instrument, changes: Sequence[Change]) -> Version:
    """Write what ``decided`` changes, and the version in which it is consolidated; that version.

    Where it makes none, the version that stands when it takes effect. An instrument may be entered late:
    what it changed is read from its own moment on, up to what was changed later. Raises
    :class:`InvalidValue` for a change that cannot be.
    """
    _check(decided, changes)
    number = _version_of(connection, decided) if decided.consolidates else None
    written = _write_instrument(connection, number, decided)
    for at, change in enumerate(changes):
        _apply(connection, written, decided.effective, change, f"changes.{at}")
    return version_at(connection, decided.effective) if number is None else version_named(connection, number)


def store_text(
    connection: Connection, document: str, clauses: Sequence[Clause], *, at: datetime, source: str
) -> None:
    """Keep a text of one's own as what ``document`` reads from ``at`` on, in the place of our summary.

    Each clause is read so until a later text, or an enacted one, words it anew; a clause of an earlier
    text that this one has no more ends. Texts may be stored in any order. Raises :class:`InvalidValue`
    for a clause that is there twice or lies in another document.
    """
    _aware(at, "at")
    document = _document(connection, document)
    refs = _clause_refs(document, clauses)
    later = _later_loading(connection, document, at)
    for gone in sorted(own_texts(connection, document, at) - set(refs)):
        end_one(connection, gone, at)
    for ref, clause in zip(refs, clauses, strict=True):
        parent = normal(clause.parent) if clause.parent else parent_of(ref)
        place(connection, ref, title=clause.heading, parent=parent if parent != CODE else document)
    rows = [
        text_row(ref, clause.heading, clause.text, source=source, at=at)
        for ref, clause in zip(refs, clauses, strict=True)
    ]
    for ref, number in zip(refs, keep_texts(connection, rows), strict=True):
        until = later if later and not _reads_own(connection, ref, later) else None
        begin(connection, ref, at, event=None, text_id=number, until=until)
    drop_unread(connection, document, at)
    _note_loading(connection, document, at, source)


def _document(connection: Connection, name: str) -> str:
    ref = ref_or_none(connection, normal(name))
    if ref is None:
        ref = normal(name)
        place(connection, ref, kind="document", parent=CODE)
    row = connection.execute(select(provision.c.document).where(provision.c.ref == ref)).one()
    if row.document != ref:
        raise InvalidValue(
            f"{ref} is a part of {row.document}",
            field="document",
            remedy=f"Name the document {row.document}.",
        )
    return ref


def _clause_refs(document: str, clauses: Sequence[Clause]) -> list[str]:
    if not clauses:
        raise InvalidValue("the text has no clause", field="clauses")
    refs: dict[str, None] = {}
    for at, clause in enumerate(clauses):
        ref = normal(clause.ref)
        if ref in refs:
            raise InvalidValue(f"{ref} is there twice", field=f"clauses.{at}.ref")
        if ref != document and document_of(ref) != document and not clause.parent:
            raise InvalidValue(
                f"{ref} does not lie in {document}",
                field=f"clauses.{at}.ref",
                remedy="Name the parent of a clause whose reference does not say it.",
            )
        refs[ref] = None
    return list(refs)


def _later_loading(connection: Connection, document: str, at: datetime) -> datetime | None:
    """When the next text of ``document`` that somebody stored begins."""
    found = select(func.min(loading.c.at)).where(loading.c.document == document, loading.c.at > at)
    return connection.execute(found).scalar()


def _reads_own(connection: Connection, ref: str, at: datetime) -> bool:
    found = text_at(connection, ref, at)
    return found is not None and not found.is_summary


def _note_loading(connection: Connection, document: str, at: datetime, source: str) -> None:
    same = (loading.c.document == document) & (loading.c.at == at)
    if connection.execute(select(loading).where(same)).first() is None:
        connection.execute(insert(loading).values(document=document, at=at, source=source))
    else:
        connection.execute(loading.update().where(same).values(source=source))


# --- instruments ---


def _check(decided: Instrument, changes: Sequence[Change]) -> None:
    _aware(decided.effective, "effective")
    if not decided.kinds:
        raise InvalidValue("somebody decides it", field="kinds", remedy="Name the kind of the instrument.")
    if not changes:
        raise InvalidValue("an instrument changes something", field="changes")
    if decided.version_date and start_of(decided.version_date) < decided.effective:
        raise InvalidValue("its version is dated before it takes effect", field="version_date")
    if decided.major and not decided.consolidates:
        raise InvalidValue("what makes no version makes no major one", field="major")
    for at, change in enumerate(changes):
        _check_change(decided, change, f"changes.{at}")


def _check_change(decided: Instrument, change: Change, field: str) -> None:
    if change.text is not None and change.verb not in REWORDING:
        raise InvalidValue(f"what is {change.verb} gets no text", field=f"{field}.text")
    if change.until is not None:
        _aware(change.until, f"{field}.until")
        if change.verb is not Verb.DISAPPLIED:
            raise InvalidValue(f"what is {change.verb} has no end", field=f"{field}.until")
        if change.until <= decided.effective:
            raise InvalidValue("it ends before it begins", field=f"{field}.until")
    if not change.target.strip() and (not change.printed or change.text is not None):
        raise InvalidValue("nothing is named that changes", field=f"{field}.target")
    if change.modification and change.modification not in decided.modifications:
        raise InvalidValue(
            f"{change.modification} is not one of the instrument's modifications",
            field=f"{field}.modification",
        )


def _aware(moment: datetime, field: str) -> None:
    if moment.tzinfo is None:
        raise InvalidValue(f"{moment} has no time zone", field=field)


def _version_of(connection: Connection, decided: Instrument) -> str:
    """The version in which ``decided`` is consolidated: the first dated at or after it, or a new one."""
    dated = start_of(decided.version_date) if decided.version_date else decided.effective
    order = (version.c.effective, version.c.major, version.c.minor)
    if not decided.major:
        there = select(version.c.number).where(version.c.effective >= dated).order_by(*order)
        found = connection.execute(there).first()
        if found is not None:
            return str(found.number)
    newest = connection.execute(select(version).order_by(*(each.desc() for each in order))).first()
    major, minor = (newest.major, newest.minor) if newest else (0, -1)
    if newest is not None and newest.effective >= dated:
        raise InvalidValue(
            f"version {newest.number} is dated {civil_day(newest.effective)} already", field="effective",
            remedy="A new major version is dated after all others.",
        )  # fmt: skip
    major, minor = (major + 1, 0) if decided.major or newest is None else (major, minor + 1)
    number = f"{major}.{minor}"
    connection.execute(insert(version).values(number=number, major=major, minor=minor, effective=dated))
    return number


def _write_instrument(connection: Connection, number: str | None, decided: Instrument) -> int:
    before = select(func.count()).select_from(instrument).where(instrument.c.version == number)
    base = select(version.c.number).order_by(version.c.effective.desc(), version.c.minor.desc())
    if number is not None:
        dated = select(version.c.effective).where(version.c.number == number).scalar_subquery()
        base = base.where(version.c.effective < dated)
    else:
        base = base.where(version.c.effective <= decided.effective)
    on = connection.execute(base.limit(1)).scalar()
    row = instrument_row(number, 1 + int(connection.execute(before).scalar_one()), decided, on or "")
    (written,) = add_instruments(connection, [row])
    return written


def instrument_row(number: str | None, at: int, decided: Instrument, base: str) -> dict[str, Any]:
    """An instrument, the ``at``-th of version ``number`` and made to version ``base``, as it is stored."""
    return {
        "version": number, "place": at, "effective": decided.effective,
        "kinds": [kind.value for kind in decided.kinds], "legal_basis": decided.legal_basis,
        "decision_date": decided.decision_date, "base_version": base,
        "modifications": list(decided.modifications), "reason": decided.reason, "notes": decided.notes,
    }  # fmt: skip


def add_instruments(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """Store instruments; their numbers, in the same order."""
    numbered = insert(instrument).returning(instrument.c.id, sort_by_parameter_order=True)
    return list(connection.scalars(numbered, rows))


# --- changes ---


def _apply(connection: Connection, of: int, effective: datetime, change: Change, field: str) -> None:
    target = _target(connection, effective, change, field)
    (number,) = add_events(connection, [event_row(of, effective, change, target)])
    if target and change.verb in REWORDING:
        heading = change.heading
        if change.verb in BEGINNING:
            place(connection, target, title=heading, parent=normal(change.parent) if change.parent else "")
        text_id = None
        if change.text is not None:
            was = text_at(connection, target, effective)
            if was is not None and change.verb not in BEGINNING:
                heading = heading or was.heading
            corrected = was.source if was is not None and change.verb is Verb.CORRECTED else ""
            source = change.modification or corrected or "an instrument of the Code"
            row = text_row(target, heading, change.text, source=source, at=effective)
            (text_id,) = keep_texts(connection, [row])
        begin(connection, target, effective, event=number, text_id=text_id)
    elif target and change.verb is Verb.DELETED:
        end(connection, target, effective)


def event_row(of: int, effective: datetime, change: Change, target: str) -> dict[str, Any]:
    """One event of the instrument ``of``, as it is stored."""
    return {
        "instrument": of, "effective": effective, "until": change.until, "verb": change.verb.value,
        "target": target, "printed": change.printed, "basis": change.basis.value,
        "modification": change.modification, "excepted": [normal(each) for each in change.excepted],
    }  # fmt: skip


def add_events(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """Store events; their numbers, in the same order."""
    numbered = insert(event).returning(event.c.id, sort_by_parameter_order=True)
    return list(connection.scalars(numbered, rows))


def _target(connection: Connection, effective: datetime, change: Change, field: str) -> str:
    if not change.target.strip():
        return ""
    if change.verb in BEGINNING:
        return _new_target(connection, effective, change, field)
    try:
        ref = known_ref(connection, change.target)
    except NotFound as problem:
        raise InvalidValue(problem.message, field=f"{field}.target", remedy=problem.remedy) from None
    if ref != CODE and not is_written(connection, ref, effective):
        raise InvalidValue(
            f"{ref} is not part of the Code on {civil_day(effective)}, so it cannot be {change.verb}",
            field=f"{field}.target", remedy=_REMEDY,
        )  # fmt: skip
    return ref


def _new_target(connection: Connection, effective: datetime, change: Change, field: str) -> str:
    ref = ref_or_none(connection, normal(change.target)) or normal(change.target)
    if change.verb is Verb.DESIGNATED and is_written(connection, ref, effective):
        raise InvalidValue(
            f"{ref} is part of the Code already on {civil_day(effective)}", field=f"{field}.target",
            remedy="Amend it, or re-designate it.",
        )  # fmt: skip
    parent = normal(change.parent) if change.parent else parent_of(ref)
    if parent not in (CODE, "") and not is_written(connection, parent, effective):
        raise InvalidValue(
            f"{ref} would lie in {parent}, which is not part of the Code on {civil_day(effective)}",
            field=f"{field}.parent", remedy=_REMEDY,
        )  # fmt: skip
    return ref
