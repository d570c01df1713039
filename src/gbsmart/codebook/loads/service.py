"""Texts of their own that people load: stored from a moment on, and what each load made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from gbsmart.codebook.enacting import store_text
from gbsmart.codebook.loads.model import LeftOutText, Load, Prepared
from gbsmart.codebook.loads.tables import load
from gbsmart.codebook.loads.terms import keep_terms
from gbsmart.codebook.model import Clause
from gbsmart.codebook.references import normal, place_of
from gbsmart.codebook.tables import provision
from gbsmart.codebook.texts import Slip, TextClause
from gbsmart.ground import InvalidValue, NotFound


def keep(
    connection: Connection,
    prepared: Prepared,
    *,
    at: datetime,
    now: datetime,
    version: str = "",
    partial: bool = False,
) -> Load:
    """Store a text from ``at`` on: each of its documents reads so until something later changes it.

    Raises :class:`InvalidValue` where something of it has no place, unless it may be ``partial``.
    """
    faults = prepared.split.faults
    if faults and not partial:
        first = faults[0]
        raise InvalidValue(
            f"{len(faults)} paragraphs have no place in the Code; the first, {first.place}: {first.reason}",
            field="file",
            remedy="Mend the text, or load the rest of it with --partial.",
        )
    if not prepared.documents:
        raise InvalidValue("the text holds no document of the Code", field="document", remedy="Name it.")
    for document in prepared.documents:
        clauses = [_clause(each) for each in prepared.clauses_of(document)]
        store_text(connection, document, clauses, at=at, source=prepared.source)
    _keep_order(connection, prepared.split.clauses)
    keep_terms(connection, prepared.split.clauses, at)
    row = {
        "made_at": now, "at": at, "source": prepared.source, "version": version,
        "documents": list(prepared.documents), "refs": [each.ref for each in prepared.split.clauses],
        "left_out": [list(each) for each in prepared.left_out],
        "slips": [list(each) for each in prepared.slips], "terms": len(prepared.terms),
    }  # fmt: skip
    key = connection.execute(insert(load).values(row)).inserted_primary_key
    assert key is not None
    return load_of(connection, int(key[0]))


def _keep_order(connection: Connection, clauses: Sequence[TextClause]) -> None:
    """Let sub-paragraphs and definitions stand as the text has them: (iv) sorts after (iii), not before."""
    places: dict[str, str] = {}
    within: Counter[str] = Counter()
    for each in clauses:
        ref = normal(each.ref)
        if each.term or each.number.startswith("("):
            parent = normal(each.parent)
            within[parent] += 1
            places[ref] = f"{places.get(parent) or place_of(parent)}.{within[parent]:06}"
    if places:
        one = update(provision).where(provision.c.ref == bindparam("of")).values(place=bindparam("stands"))
        connection.execute(one, [{"of": ref, "stands": place} for ref, place in places.items()])


def loads(connection: Connection, *, after: int = 0, limit: int | None = None) -> list[Load]:
    """Every load, the newest first; at most ``limit``, and those that follow on number ``after``."""
    wanted = select(load).order_by(load.c.id.desc()).limit(limit)
    if after:
        wanted = wanted.where(load.c.id < after)
    return [_load(row) for row in connection.execute(wanted)]


def load_of(connection: Connection, number: int) -> Load:
    """One load; raises :class:`NotFound`."""
    row = connection.execute(select(load).where(load.c.id == number)).first()
    if row is None:
        raise NotFound(f"there is no load {number}", remedy="/code/loads lists them.")
    return _load(row)


def _load(row: Row[Any]) -> Load:
    return Load(
        row.id, row.made_at, row.at, row.source, row.version, tuple(row.documents), tuple(row.refs),
        tuple(LeftOutText(*each) for each in row.left_out), tuple(Slip(*each) for each in row.slips),
        row.terms,
    )  # fmt: skip


def _clause(each: TextClause) -> Clause:
    return Clause(each.ref, each.heading, each.text, each.parent)
