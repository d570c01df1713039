"""The register of defined terms (SEC A1): what each means at a moment, and where it is used."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from gbsmart.codebook.model import Term
from gbsmart.codebook.references import nearest
from gbsmart.codebook.service import known_ref, provisions_at
from gbsmart.codebook.tables import term as register
from gbsmart.codebook.tables import version
from gbsmart.ground import InvalidValue, NotFound


def terms(connection: Connection, at: datetime | None = None) -> list[Term]:
    """Every term that is defined at a moment (without one, now and last), with the terms it leans on.

    Where provisions use it only :func:`term` says.
    """
    rows = _rows(connection, at)
    uses = {row.term: _used_in(row.definition, rows, but=row.term) for row in rows}
    numbers = _versions(connection)
    return [_term(row, uses, (), numbers) for row in rows]


def term(connection: Connection, name: str, at: datetime | None = None) -> Term:
    """One term, with the definitions and the provisions that use it; raises :class:`NotFound`."""
    rows = _rows(connection, at)
    by_name = {row.term.lower(): row for row in rows}
    row = by_name.get(" ".join(name.split()).lower())
    if row is None:
        close = ", ".join(by_name[each].term for each in nearest(name.lower(), by_name))
        remedy = f"Nearest: {close}." if close else "`gbsmart code terms` lists them."
        raise NotFound(f"{name!r} is not defined", remedy=remedy)
    uses = {each.term: _used_in(each.definition, rows, but=each.term) for each in rows}
    moment = at or _latest(connection)
    names = [each.term for each in rows]
    using = tuple(
        each.ref for each in provisions_at(connection, moment) if row.term in _named(each.text, tuple(names))
    )
    return _term(row, uses, using, _versions(connection))


def define(connection: Connection, name: str, definition: str, source: str, *, since: datetime) -> None:
    """Give a term this meaning from ``since`` on, up to a later one; raises :class:`InvalidValue`."""
    name = " ".join(name.split())
    if not name or not definition.strip():
        raise InvalidValue("a term has a name and a meaning", field="term")
    held = register.c.term == name
    later = select(register.c.since).where(held, register.c.since > since).order_by(register.c.since)
    until = connection.execute(later).scalar()
    same = held & (register.c.since == since)
    values = {"definition": definition.strip(), "source": known_ref(connection, source)}
    if connection.execute(select(register).where(same)).first() is not None:
        connection.execute(update(register).where(same).values(values))
        return
    before = held & (register.c.since < since) & (register.c.until.is_(None) | (register.c.until > since))
    connection.execute(update(register).where(before).values(until=since))
    connection.execute(insert(register).values(term=name, since=since, until=until, **values))


def take_back(connection: Connection, name: str, since: datetime) -> None:
    """Undo a definition: what the term meant before goes on to mean it as long as this one would have."""
    held = register.c.term == name
    until = connection.execute(select(register.c.until).where(held, register.c.since == since)).scalar()
    connection.execute(delete(register).where(held, register.c.since == since))
    connection.execute(update(register).where(held, register.c.until == since).values(until=until))


def _rows(connection: Connection, at: datetime | None) -> list[Any]:
    moment = at or _latest(connection)
    wanted = select(register).where(
        register.c.since <= moment, register.c.until.is_(None) | (register.c.until > moment)
    )
    return sorted(connection.execute(wanted), key=lambda row: row.term.lower())


def _latest(connection: Connection) -> datetime:
    """The moment of the last version or definition: what is asked for where no moment is named."""
    moments = [
        connection.execute(select(column).order_by(column.desc()).limit(1)).scalar()
        for column in (version.c.effective, register.c.since)
    ]
    known: list[datetime] = [each for each in moments if each is not None]
    if not known:
        raise NotFound("the library is empty")
    return max(known)


def _versions(connection: Connection) -> list[tuple[datetime, str]]:
    rows = connection.execute(select(version.c.effective, version.c.number).order_by(version.c.effective))
    return [(row.effective, row.number) for row in rows]


def _term(
    row: Any, uses: Mapping[str, tuple[str, ...]], using: tuple[str, ...], numbers: list[tuple[datetime, str]]
) -> Term:
    used_by = tuple(name for name, those in uses.items() if row.term in those)
    standing = [number for effective, number in numbers if effective <= row.since]
    return Term(
        row.term, row.definition, row.source, row.since, row.until, standing[-1] if standing else "",
        uses[row.term], used_by, using,
    )  # fmt: skip


def _used_in(text: str, rows: Iterable[Any], *, but: str) -> tuple[str, ...]:
    return tuple(name for name in _named(text, tuple(row.term for row in rows)) if name != but)


def _named(text: str, names: tuple[str, ...]) -> tuple[str, ...]:
    """The terms that ``text`` uses, each once; of two that overlap the longer."""
    canonical, pattern = _pattern(names)
    return tuple(dict.fromkeys(canonical[found[1]] for found in pattern.finditer(text)))


@lru_cache(maxsize=8)
def _pattern(names: tuple[str, ...]) -> tuple[dict[str, str], re.Pattern[str]]:
    spelled = {form: name for name in names for form in (name, _plural(name))}
    longest_first = sorted(spelled, key=len, reverse=True)
    return spelled, re.compile(rf"\b({'|'.join(map(re.escape, longest_first)) or '(?!)'})\b")


def _plural(name: str) -> str:
    """``Parties`` for ``Party``: terms are used in both numbers (SEC A2)."""
    return f"{name[:-1]}ies" if name.endswith("y") and name[-2:-1] not in tuple("aeiou") else f"{name}s"
