"""What the Code says, and said, at a moment: the library's questions, each in the caller's transaction."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, literal, or_, select

from gbsmart.codebook.model import (
    STANDING,
    Basis,
    Erratum,
    Event,
    Kind,
    Provision,
    Redirect,
    Source,
    Status,
    Verb,
    Version,
)
from gbsmart.codebook.references import CODE, document_of, moment_of, nearest, normal, parent_of
from gbsmart.codebook.tables import FOREVER, alias, erratum, event, instrument, provision, version
from gbsmart.ground import InvalidValue, NotFound
from gbsmart.ground.working_days import civil_day
from gbsmart.store import Sql, from_micros, to_micros

_MOST_CANDIDATES = 2000
_READING = (
    "p.ref, p.document, p.parent, p.kind, p.title, t.heading, t.body, t.is_summary, t.source, t.at,"
    " r.since, r.until, e.verb, i.version, e.modification, p.place"
)
_JOINS = (
    "JOIN code_provision p ON p.ref = r.provision LEFT JOIN code_text t ON t.id = r.text"
    " LEFT JOIN code_event e ON e.id = r.event LEFT JOIN code_instrument i ON i.id = e.instrument"
)
_AT = "r.since <= :at AND r.until > :at"
_ONE = Sql("SELECT {what} FROM code_reading r {joins} WHERE r.provision = :ref AND {at}",
           what=_READING, joins=_JOINS, at=_AT)  # fmt: skip
_WHOLE = Sql("SELECT {what} FROM code_reading r {joins} WHERE {at}", what=_READING, joins=_JOINS, at=_AT)
_DOCUMENT = Sql("SELECT {what} FROM code_provision p JOIN code_reading r ON r.provision = p.ref"
                " LEFT JOIN code_text t ON t.id = r.text LEFT JOIN code_event e ON e.id = r.event"
                " LEFT JOIN code_instrument i ON i.id = e.instrument"
                " WHERE p.document = :document AND {at}", what=_READING, at=_AT)  # fmt: skip
_LINEAGE = Sql(
    "WITH RECURSIVE above(ref, parent, step) AS ("
    " SELECT ref, parent, 0 FROM code_provision WHERE ref = :ref UNION ALL"
    " SELECT p.ref, p.parent, a.step + 1 FROM code_provision p JOIN above a ON p.ref = a.parent)"
    " SELECT ref FROM above ORDER BY step"
)
_LIFE = Sql("SELECT since, until FROM code_reading WHERE provision = :ref ORDER BY since")


# --- versions ---


def versions(connection: Connection) -> list[Version]:
    """Every consolidated version, the first one first."""
    return _versions(
        connection, select(version).order_by(version.c.effective, version.c.major, version.c.minor)
    )


def version_at(connection: Connection, moment: datetime) -> Version:
    """The version that stands at ``moment``; raises :class:`NotFound` for one before the first."""
    newest_first = (version.c.effective.desc(), version.c.major.desc(), version.c.minor.desc())
    found = _versions(
        connection, select(version).where(version.c.effective <= moment).order_by(*newest_first).limit(1)
    )
    if not found:
        first = connection.execute(select(version.c.effective).order_by(version.c.effective)).first()
        since = f"It was designated on {civil_day(first.effective)}." if first else "No version is held."
        raise NotFound(f"there was no version of the Code on {civil_day(moment)}", remedy=since)
    return found[0]


def version_named(connection: Connection, number: str) -> Version:
    """The version of this number; raises :class:`NotFound`."""
    found = _versions(connection, select(version).where(version.c.number == number))
    if not found:
        known = [row.number for row in connection.execute(select(version.c.number))]
        close = ", ".join(nearest(number, known))
        near = f"Nearest: {close}." if close else "`gbsmart code versions` lists those that are held."
        raise NotFound(f"there is no version {number!r} of the Code", remedy=near)
    return found[0]


def is_version_number(text: str) -> bool:
    """Whether a text is the number of a version, of one that is held or not."""
    return re.fullmatch(r"\d{1,3}\.\d{1,3}", text, re.ASCII) is not None


def moment_asked(connection: Connection, asked: str) -> datetime:
    """The moment that a version's number, a date or a date and time means."""
    if is_version_number(asked):
        return version_named(connection, asked).effective
    return moment_of(asked)


def _versions(connection: Connection, wanted: Select[Any]) -> list[Version]:
    rows = connection.execute(wanted).all()
    numbers = [row.number for row in rows]
    sources: dict[str, list[Source]] = {number: [] for number in numbers}
    for row in connection.execute(
        select(instrument).where(instrument.c.version.in_(numbers)).order_by(instrument.c.place)
    ):
        sources[row.version].append(_source(row))
    happened: dict[str, list[Event]] = {number: [] for number in numbers}
    for each in _events(connection, instrument.c.version.in_(numbers)):
        happened[each.version].append(each)
    named = {each.target for those in happened.values() for each in those}
    documents = {
        row.ref: row.document
        for row in connection.execute(
            select(provision.c.ref, provision.c.document).where(provision.c.ref.in_(named))
        )
    }
    return [
        Version(row.number, row.effective, tuple(sources[row.number]), tuple(happened[row.number]), documents)
        for row in rows
    ]


def _source(row: Any) -> Source:
    return Source(
        tuple(map(Kind, row.kinds)), row.legal_basis, row.effective, row.decision_date, row.base_version,
        tuple(row.modifications), row.reason, row.notes,
    )  # fmt: skip


# --- events ---


def history(connection: Connection, ref: str) -> list[Event]:
    """What happened to ``ref``, to what it lies in, and to what lies in it; the earliest first.

    Raises :class:`NotFound` as :func:`provision_at` does.
    """
    ref = known_ref(connection, ref)
    lineage = _lineage(connection, ref)
    below = select(provision.c.ref).where(provision.c.ref == ref).cte("below", recursive=True)
    within = provision.alias("within")
    below = below.union_all(select(within.c.ref).where(within.c.parent == below.c.ref))
    touched = event.c.target.in_(lineage) if ref == CODE else or_(
        event.c.target.in_(lineage), event.c.target.in_(select(below.c.ref))
    )  # fmt: skip
    return _events(connection, literal(True) if ref == CODE else touched)


def events_between(connection: Connection, after: datetime, until: datetime) -> list[Event]:
    """What took effect after one moment, up to and including another."""
    return _events(connection, (event.c.effective > after) & (event.c.effective <= until))


def _events(connection: Connection, wanted: Any) -> list[Event]:
    statement = (
        select(event, instrument.c.version, instrument.c.kinds, instrument.c.legal_basis)
        .join(instrument, instrument.c.id == event.c.instrument)
        .where(wanted)
        .order_by(event.c.effective, event.c.id)
    )
    return [
        Event(
            row.id, row.version or "", row.effective, row.until, Verb(row.verb), row.target, row.printed,
            Basis(row.basis), row.modification, tuple(row.excepted), tuple(map(Kind, row.kinds)),
            row.legal_basis,
        )
        for row in connection.execute(statement)
    ]  # fmt: skip


# --- provisions ---


def provision_at(connection: Connection, ref: str, moment: datetime, *, in_force: bool = False) -> Provision:
    """``ref`` as it is written at ``moment``, or, with ``in_force``, only where it then applies.

    Raises :class:`NotFound` where it is not held, not yet or no longer part of the Code, or not in force;
    the remedy names what is nearest, or when it was.
    """
    ref = known_ref(connection, ref)
    row = _ONE.row(connection, {"ref": ref, "at": to_micros(moment)})
    if row is None:
        raise NotFound(f"{ref} is not part of the Code on {civil_day(moment)}", remedy=_life(connection, ref))
    lineage = _lineage(connection, ref)
    status = _status(lineage, _standing(connection, moment, lineage), moment)
    if in_force and status is not Status.IN_FORCE:
        raise NotFound(
            f"{ref} is written but {status} on {civil_day(moment)}",
            remedy="Ask for what is written, or for another date; its history says when it applies.",
        )
    return _provision(row, status, _Moments())


def provisions_at(
    connection: Connection, moment: datetime, document: str | None = None, *, in_force: bool = False
) -> list[Provision]:
    """Every provision that is written at ``moment`` (or in force), of one document or of the whole Code.

    In the order of the Code: sections, schedules, appendices.
    """
    at = to_micros(moment)
    if document is None:
        rows = _WHOLE.rows(connection, {"at": at})
    else:
        rows = _DOCUMENT.rows(connection, {"document": known_ref(connection, document), "at": at})
    rows.sort(key=lambda row: row[-1])
    statuses = _statuses(connection, moment, rows)
    moments = _Moments()
    found = [_provision(row, statuses[row[0]], moments) for row in rows]
    return [each for each in found if each.status is Status.IN_FORCE] if in_force else found


def ref_named(connection: Connection, words: str) -> str:
    """The provision whose reference or other name ``words`` are; "" for none."""
    try:
        return ref_or_none(connection, normal(words)) or ""
    except InvalidValue:
        return ""


def known_ref(connection: Connection, ref: str) -> str:
    """The reference that ``ref`` means, a redirect followed; raises :class:`NotFound` with the nearest."""
    wanted = normal(ref)
    known = ref_or_none(connection, wanted)
    if known is not None:
        return known
    candidates = _candidates(connection, wanted)
    in_any_case = [each for each in candidates if each.lower() == wanted.lower()]
    if len(in_any_case) == 1:  # (A) lies beneath (a)(i), and is another than (a)
        return in_any_case[0]
    near = nearest(wanted, candidates)
    remedy = f"Nearest: {', '.join(near)}." if near else "`gbsmart code show` lists what is held."
    raise NotFound(f"no provision {wanted!r} of the Code is held", remedy=remedy)


def ref_or_none(connection: Connection, ref: str) -> str | None:
    """The same of a normal reference; None where nothing of that name is held."""
    known = select(provision.c.ref).where(provision.c.ref == ref)
    if connection.execute(known).first() is not None:
        return ref
    redirect = select(alias.c.ref).where(func.lower(alias.c.alias) == ref.lower()).order_by(alias.c.ref)
    meant = connection.execute(redirect).scalar()
    return None if meant is None else str(meant)


def _candidates(connection: Connection, ref: str) -> Sequence[str]:
    """What may have been meant: documents, and provisions of the same one; not so many that it takes long."""
    document = document_of(ref)
    meant = select(provision.c.ref).where(
        or_(provision.c.parent == CODE, provision.c.parent == document, provision.c.document == document)
    )
    return connection.scalars(meant.limit(_MOST_CANDIDATES)).all()


def placed(connection: Connection, ref: str) -> tuple[str, str, str, str]:
    """Of a provision that is known: its kind, its first title, what it lies in, and its document."""
    found = select(provision.c.kind, provision.c.title, provision.c.parent, provision.c.document)
    row = connection.execute(found.where(provision.c.ref == ref)).one()
    return row.kind, row.title, row.parent, row.document


def errata(connection: Connection) -> list[Erratum]:
    """The slips of the printed Code that are known, and how they are read."""
    rows = connection.execute(
        select(erratum).order_by(erratum.c.since.is_not(None), erratum.c.since, erratum.c.id)
    )
    return [Erratum(row.place, row.printed, row.reading, row.since) for row in rows]


def redirects(connection: Connection, ref: str) -> list[Redirect]:
    """What other numberings and short names mean by ``ref``, which may be something else than it is here."""
    rows = connection.execute(select(alias).where(alias.c.alias == ref).order_by(alias.c.ref))
    return [Redirect(row.alias, row.ref, row.numbering, row.note) for row in rows]


def _life(connection: Connection, ref: str) -> str:
    times: list[tuple[int, int]] = []
    for since, until in _LIFE.rows(connection, {"ref": ref}):
        if times and times[-1][1] == since:
            times[-1] = (times[-1][0], until)
        else:
            times.append((since, until))
    if not times:
        return "It is named, and was not part of any version that is held."
    told = [
        f"since {civil_day(from_micros(since))}"
        + ("" if until == FOREVER else f" until {civil_day(from_micros(until))}")
        for since, until in times
    ]
    return f"It has been part of it {', and '.join(told)}."


def _lineage(connection: Connection, ref: str) -> list[str]:
    """``ref`` and what it lies in, up to the Code."""
    return [row[0] for row in _LINEAGE.rows(connection, {"ref": ref})]


_Standing = Mapping[str, Sequence[Any]]
"""By target, the events that decide what is in force, the latest first."""


def _standing(connection: Connection, moment: datetime, targets: Iterable[str] | None = None) -> _Standing:
    wanted = select(event.c.target, event.c.verb, event.c.effective, event.c.until, event.c.excepted).where(
        event.c.verb.in_(STANDING), event.c.effective <= moment
    )
    if targets is not None:
        wanted = wanted.where(event.c.target.in_(list(targets)))
    found: dict[str, list[Any]] = {}
    for row in connection.execute(wanted.order_by(event.c.effective.desc(), event.c.id.desc())):
        found.setdefault(row.target, []).append(row)
    return found


def _status(lineage: Sequence[str], standing: _Standing, moment: datetime) -> Status:
    """What the events say of ``lineage[0]``.

    Of its own and those of what it lies in, the latest deferral or activation counts, and of two of one
    moment the nearer; a disapplication of any of them counts while it lasts.
    """
    latest: Any = None
    for ref in lineage:
        for row in standing.get(ref, ()):
            if not set(row.excepted).isdisjoint(lineage):
                continue
            if row.verb == Verb.DISAPPLIED:
                if row.until is None or row.until > moment:
                    return Status.DISAPPLIED
            elif latest is None or row.effective > latest.effective:
                latest = row
    dormant = latest is not None and latest.verb == Verb.DEFERRED
    return Status.DORMANT if dormant else Status.IN_FORCE


def _statuses(connection: Connection, moment: datetime, rows: Sequence[Any]) -> dict[str, Status]:
    standing = _standing(connection, moment)
    parents = {row[0]: row[2] for row in rows}
    touched: dict[str, bool] = {}

    def is_touched(ref: str) -> bool:
        known = touched.get(ref)
        if known is None:
            above = parents.get(ref, "") or parent_of(ref)
            known = touched[ref] = ref in standing or (above != "" and is_touched(above))
        return known

    def lineage(ref: str) -> list[str]:
        line = [ref]
        while ref := parents.get(ref, "") or parent_of(ref):
            line.append(ref)
        return line

    return {
        ref: _status(lineage(ref), standing, moment) if is_touched(ref) else Status.IN_FORCE
        for ref in parents
    }


class _Moments(dict[int, datetime]):
    """Moments by their stored form: a whole Code has few that differ."""

    def __missing__(self, micros: int) -> datetime:
        moment = self[micros] = from_micros(micros)
        return moment


def _provision(row: Any, status: Status, moments: _Moments) -> Provision:
    (ref, document, parent, kind, title, heading, body, is_summary, source, text_at, since, until, verb,
     number, modification, _) = row  # fmt: skip
    return Provision(
        ref, document, parent, kind, heading or title, body or "", bool(is_summary and body), source or "",
        None if text_at is None else moments[text_at], moments[since],
        None if until == FOREVER else moments[until], status, verb or "", number or "",
        modification or "",
    )  # fmt: skip
