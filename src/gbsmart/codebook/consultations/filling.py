"""The shipped register, entered into an empty one.

It is entered in a few statements, for every new system does it; that it keeps the rules of
:mod:`~gbsmart.codebook.consultations.checking` a test says, and that each step is one its machine has is
seen to here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, insert, select

from gbsmart.codebook.consultations import tables as t
from gbsmart.codebook.consultations.shipped import rows
from gbsmart.codebook.consultations.states import CONSULTATION, TOPIC

_WHO = "Department of Energy and Climate Change"
_Rows = list[dict[str, Any]]


def fill(connection: Connection, now: datetime) -> None:
    """Enter the shipped register, where there is none yet; a register that holds anything is left alone."""
    if connection.execute(select(t.consultation.c.id).limit(1)).one_or_none() is not None:
        return
    events = list(_events(now))
    states = {(row["consultation"], row["topic"]): row["target"] for row in events}
    opened = {row["consultation"]: row for row in events if row["event"] == "open"}
    _enter(
        connection, t.consultation, [_consultation(row, states, opened, now) for row in rows("consultations")]
    )
    _enter(connection, t.consultation_topic, _topics(states))
    _enter(connection, t.consultation_outcome, [_outcome(row) for row in rows("topics")])
    _enter(connection, t.consultation_event, events)
    _enter(connection, t.consultation_document, _documents())
    _enter(connection, t.consultation_link, list(rows("links")))
    _enter(connection, t.consultation_correction, list(rows("corrections")))
    _enter(connection, t.consultation_move, list(rows("moves")))


def _enter(connection: Connection, table: Table, values: _Rows) -> None:
    connection.execute(insert(table), values)


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
