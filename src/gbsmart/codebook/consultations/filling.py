"""The shipped register, entered, and brought up to date in a register that has it from an earlier release.

It is entered in a few statements, for every new system does it; that it keeps the rules of
:mod:`~gbsmart.codebook.consultations.checking` a test says, and that each step is one its machine has is
seen to here. A consultation with all that belongs to it is one thing: where anybody changed something of it,
it stays as it is.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, delete, insert, or_, select, update

from gbsmart.codebook.consultations import shipped
from gbsmart.codebook.consultations import tables as t
from gbsmart.codebook.consultations.model import Thing
from gbsmart.codebook.consultations.shipped import rows
from gbsmart.codebook.consultations.states import CONSULTATION, TOPIC
from gbsmart.codebook.seeded import Given, changes, digest, given, is_given, note, note_whole

_WHO = "Department of Energy and Climate Change"
_REGISTER = "consultation"
_PARTS = (
    t.consultation, t.consultation_topic, t.consultation_outcome, t.consultation_event,
    t.consultation_document, t.consultation_link, t.consultation_correction, t.consultation_move,
)  # fmt: skip
"""What a consultation has of each table, in the order in which it is entered."""
_UNTOLD = frozenset({"id", "changed_at", "entered_at"})
"""Columns that do not tell whether somebody changed a row: but for a name, ``id`` is a number."""
_Rows = list[dict[str, Any]]
_Whole = dict[str, _Rows]
"""The rows of one consultation by their tables."""


def fill(connection: Connection, now: datetime) -> None:
    """Have the register hold what is shipped; where it does, nothing is done."""
    digest_now = digest([shipped.table(name) for name in shipped.TABLES])
    if is_given(connection, _REGISTER, digest_now):
        return
    was, wanted = given(connection, _REGISTER), _shipped(now)
    here = _held(connection, wanted.keys() | was.keys())
    for name in wanted.keys() & here.keys() - was.keys():  # given before that was noted, or one's own
        was[name] = Given(_told(here[name]) if _told(here[name]) == _told(wanted[name]) else "")
    todo = changes(was, {name: _told(whole) for name, whole in wanted.items()})
    untouched = {name for name in was if name in here and _told(here[name]) == was[name].digest}
    _leave(connection, [name for name in todo.gone if name in untouched])
    replaced = [name for name in todo.changed if name in untouched]
    _take_out(connection, replaced, wanted)
    _enter(connection, [*todo.added, *replaced], wanted)
    kept = {name: each for name, each in was.items() if name in wanted}
    kept |= {name: Given(_told(wanted[name])) for name in (*todo.added, *replaced)}
    note(connection, _REGISTER, kept)
    note_whole(connection, _REGISTER, digest_now)


def _told(whole: _Whole) -> str:
    return digest({
        of.name: sorted(
            [[name, row[name]] for name in sorted(row) if name not in _UNTOLD or _is_named(of, name)]
            for row in whole.get(of.name, ())
        )
        for of in _PARTS
    })  # fmt: skip


def _is_named(of: Table, column: str) -> bool:
    return column == "id" and of in (t.consultation, t.consultation_document)


def _held(connection: Connection, names: Collection[str]) -> dict[str, _Whole]:
    """Of these consultations what the register holds."""
    found: dict[str, _Whole] = {}
    owners: dict[tuple[str, str], str] = {}
    for of in _PARTS:
        for row in connection.execute(select(of)):
            owner = _owner(of, row._asdict(), owners)
            if owner in names:
                found.setdefault(owner, {}).setdefault(of.name, []).append(row._asdict())
    return found


def _owner(of: Table, row: Mapping[str, Any], owners: dict[tuple[str, str], str]) -> str:
    """The consultation that a row belongs to: of a link or correction, that of what it comes from."""
    if of is t.consultation:
        return str(owners.setdefault((Thing.CONSULTATION, row["id"]), row["id"]))
    if of is t.consultation_document:
        return str(owners.setdefault((Thing.DOCUMENT, row["id"]), row["consultation"]))
    if of is t.consultation_link:
        return owners.get((row["source_kind"], row["source"]), "")
    if of is t.consultation_correction:
        return owners.get((Thing.DOCUMENT, row["erratum"]), "")
    return str(row["consultation"])


def _take_out(connection: Connection, names: Collection[str], wanted: Mapping[str, _Whole]) -> None:
    """What belongs to consultations, but for themselves and for documents that they go on to have."""
    mine = select(t.consultation_document.c.id).where(t.consultation_document.c.consultation.in_(names))
    link, document = t.consultation_link.c, t.consultation_document.c
    connection.execute(
        delete(t.consultation_link).where(
            or_(
                (link.source_kind == Thing.CONSULTATION) & link.source.in_(names),
                (link.source_kind == Thing.DOCUMENT) & link.source.in_(mine),
            )
        )
    )
    corrections = t.consultation_correction
    connection.execute(delete(corrections).where(corrections.c.erratum.in_(mine)))
    for of in (t.consultation_topic, t.consultation_outcome, t.consultation_event, t.consultation_move):
        connection.execute(delete(of).where(of.c.consultation.in_(names)))
    stay = [row["id"] for name in names for row in wanted.get(name, {}).get(t.consultation_document.name, ())]
    corrected = select(corrections.c.corrects)
    connection.execute(
        delete(t.consultation_document).where(
            document.consultation.in_(names), document.id.not_in(stay), document.id.not_in(corrected)
        )
    )


def _leave(connection: Connection, names: Collection[str]) -> None:
    """Take consultations out that are shipped no longer; one that somebody answered stays."""
    answered = set(connection.scalars(select(t.consultation_response.c.consultation)))
    asked = set(connection.scalars(select(t.consultation_question.c.consultation)))
    gone = [name for name in names if name not in answered | asked]
    _take_out(connection, gone, {})
    still = select(t.consultation_document.c.consultation)
    of = t.consultation
    connection.execute(delete(of).where(of.c.id.in_(gone), of.c.id.not_in(still)))


def _enter(connection: Connection, names: Iterable[str], wanted: Mapping[str, _Whole]) -> None:
    for of in _PARTS:
        rows_of = [row for name in names for row in wanted[name].get(of.name, ())]
        held = set(connection.scalars(select(of.c.id))) if "id" in of.c and _is_named(of, "id") else set()
        for row in (each for each in rows_of if each.get("id") in held):
            connection.execute(update(of).where(of.c.id == row["id"]).values(row))
        new = [row for row in rows_of if row.get("id") not in held]
        if new:
            connection.execute(insert(of), new)


def _shipped(now: datetime) -> dict[str, _Whole]:
    """The shipped consultations with all that belongs to them, by their ids."""
    events = list(_events(now))
    states = {(row["consultation"], row["topic"]): row["target"] for row in events}
    opened = {row["consultation"]: row for row in events if row["event"] == "open"}
    entered: list[tuple[Table, Iterable[Mapping[str, Any]]]] = [
        (t.consultation, [_consultation(row, states, opened, now) for row in rows("consultations")]),
        (t.consultation_topic, _topics(states)),
        (t.consultation_outcome, [_outcome(row) for row in rows("topics")]),
        (t.consultation_event, events),
        (t.consultation_document, _documents()),
        (t.consultation_link, rows("links")),
        (t.consultation_correction, rows("corrections")),
        (t.consultation_move, rows("moves")),
    ]
    owners: dict[tuple[str, str], str] = {}
    found: defaultdict[str, _Whole] = defaultdict(dict)
    for of, its in entered:
        for row in its:
            found[_owner(of, row, owners)].setdefault(of.name, []).append(dict(row))
    return dict(found)


def _events(now: datetime) -> Iterator[dict[str, Any]]:
    states: dict[tuple[str, str], str] = {}
    for row in rows("events"):
        machine = TOPIC if row["topic"] else CONSULTATION
        key = (row["consultation"], row["topic"])
        source = states.get(key, machine.initial)
        found = machine.step(source, row["event"])
        if found is None:
            raise ValueError(f"the shipped register: {key} is {source} and cannot {row['event']}")
        states[key] = found.target
        yield {
            "consultation": row["consultation"], "topic": row["topic"], "event": row["event"],
            "source": source, "target": found.target, "dated": row["on"], "basis": row["basis"],
            "actor": "", "note": row["note"], "entered_at": now,
        }  # fmt: skip


def _consultation(
    row: dict[str, str], states: dict[tuple[str, str], str], opened: dict[str, Any], now: datetime
) -> dict[str, Any]:
    opening = opened[row["id"]]
    return {
        "id": row["id"], "parent": row["parent"], "title": row["title"], "kind": row["kind"],
        "state": states[row["id"], ""], "opened": opening["dated"], "opened_basis": opening["basis"],
        "closes_at": None, "organisation": _WHO, "url": "", "summary": "", "body": "", "source": "shipped",
        "content_id": None, "note": row["note"], "changed_at": now,
    }  # fmt: skip


def _topics(states: dict[tuple[str, str], str]) -> _Rows:
    """Each topic once, in the order of the table: one with several outcomes has several rows there."""
    keys = dict.fromkeys((row["consultation"], row["topic"]) for row in rows("topics"))
    return [
        {
            "consultation": name,
            "name": topic,
            "place": place,
            "state": states.get((name, topic), TOPIC.initial),
        }
        for place, (name, topic) in enumerate(keys, 1)
    ]


def _outcome(row: dict[str, str]) -> dict[str, Any]:
    names = ("consultation", "topic", "target_kind", "target", "effect", "basis", "note")
    return {name: row[name] for name in names}


def _documents() -> _Rows:
    places: Counter[str] = Counter()
    found = []
    for row in rows("documents"):
        places[row["consultation"]] += 1
        found.append({**row, "place": places[row["consultation"]], "kind_guessed": False, "url": ""})
    return found
