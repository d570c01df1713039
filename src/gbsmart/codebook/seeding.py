"""What we ship, put into a library, and brought up to date in one that has it from an earlier release.

Versions, instruments, events, the structure and our summaries are nobody's but ours: they become what is
shipped. A definition that somebody changed since stays as he or she has it, and so do all texts, instruments
and terms of one's own; they are read on top of what is shipped.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Table, delete, func, insert, select, update

from gbsmart.codebook import shipped
from gbsmart.codebook.defining import define, take_back
from gbsmart.codebook.enacting import add_events, add_instruments
from gbsmart.codebook.readings import drop_text, give_text, keep_texts, text_row
from gbsmart.codebook.replaying import Dated, clear, own, read_own, read_shipped
from gbsmart.codebook.seeded import Changes, Given, changes, digest, given, is_given, note, note_whole
from gbsmart.codebook.tables import (
    alias,
    erratum,
    event,
    instrument,
    provision,
    reading,
    term,
    text,
    version,
)
from gbsmart.store import from_micros

_LIBRARY = "library"
_UNNOTED = 51
"""How many versions were shipped when it was not noted yet what a library was given."""
_Numbered = dict[str, Given]


def seed(connection: Connection) -> None:
    """Have the library hold what we ship; where it does, nothing is done."""
    now = digest([*map(shipped.table, shipped.TABLES), shipped.Summary._fields])
    if is_given(connection, _LIBRARY, now):
        return
    if not given(connection, "version"):
        _note_unnoted(connection)
    _carry_history(connection)
    _carry_terms(connection)
    _replace_registers(connection)
    note_whole(connection, _LIBRARY, now)


# --- versions, instruments, events, structure, summaries ---


def _carry_history(connection: Connection) -> None:
    was = {
        name: given(connection, name) for name in ("version", "instrument", "event", "provision", "summary")
    }
    versions = _without_own(connection, was["version"])
    instruments = {
        key: (decided, row)
        for key, (decided, row) in shipped.instruments().items()
        if row["version"] in versions
    }
    events = {each.key: each for each in shipped.events() if each.instrument in instruments}
    stored: dict[str, dict[str, Any]] = {
        "version": versions,
        "instrument": {key: row for key, (_, row) in instruments.items()},
        "event": {key: {**each.row(0), "instrument": each.instrument} for key, each in events.items()},
        "provision": shipped.provisions(),
        "summary": shipped.summaries(),
    }
    now = {name: {key: digest(row) for key, row in kept.items()} for name, kept in stored.items()}
    todo = {name: changes(was[name], now[name]) for name in stored}
    if not any(todo.values()):
        return
    done = own(connection, {each.held for each in was["event"].values() if each.held is not None})
    clear(connection)
    _put(connection, provision, "ref", todo["provision"], stored["provision"])
    _put(connection, version, "number", todo["version"], versions)
    numbers = _put_instruments(connection, todo["instrument"], stored["instrument"], was["instrument"])
    for key, row in stored["event"].items():
        row["instrument"] = numbers[events[key].instrument]
    happened = _put_numbered(connection, event, todo["event"], stored["event"], was["event"])
    for name, numbered in (("event", was["event"]), ("instrument", was["instrument"])):
        of = event if name == "event" else instrument
        connection.execute(delete(of).where(of.c.id.in_([numbered[key].held for key in todo[name].gone])))
    read_shipped(
        connection,
        [Dated(happened[key], each.decided.effective, each.change.verb, each.change.target)
         for key, each in events.items()],
        [(row["ref"], row["parent"]) for row in stored["provision"].values()],
    )  # fmt: skip
    summaries = _put_summaries(connection, todo["summary"], stored["summary"], was["summary"])
    read_own(connection, done)
    _let_go(connection, todo)
    held: dict[str, Mapping[str, int]] = {"instrument": numbers, "event": happened, "summary": summaries}
    for name, kept in now.items():
        noted = {key: Given(each, held.get(name, {}).get(key)) for key, each in kept.items()}
        note(connection, name, noted)


def _without_own(connection: Connection, was: Mapping[str, Given]) -> dict[str, dict[str, Any]]:
    """The shipped versions, up to one whose number somebody gave to a version of his or her own."""
    held = set(connection.scalars(select(version.c.number)))
    found = {}
    for number, row in shipped.versions().items():
        if number in held and number not in was:
            break
        found[number] = row
    return found


def _put(connection: Connection, of: Table, key: str, todo: Changes, rows: Mapping[str, Any]) -> None:
    held = set(connection.scalars(select(of.c[key]).where(of.c[key].in_(todo.added))))
    new = [rows[name] for name in todo.added if name not in held]
    if new:
        connection.execute(insert(of), new)
    for name in (*todo.changed, *(each for each in todo.added if each in held)):
        connection.execute(update(of).where(of.c[key] == name).values(rows[name]))


def _put_instruments(
    connection: Connection, todo: Changes, rows: Mapping[str, Any], was: Mapping[str, Given]
) -> dict[str, int]:
    """As :func:`_put_numbered`; one of somebody's own makes place for a new one, and stands behind."""
    for key in todo.added:
        of = (instrument.c.version == rows[key]["version"], instrument.c.place == rows[key]["place"])
        if connection.execute(select(instrument.c.id).where(*of)).first() is not None:
            last = select(func.max(instrument.c.place)).where(of[0])
            behind = 1 + max(
                connection.execute(last).scalar_one(),
                *(row["place"] for row in rows.values() if row["version"] == rows[key]["version"]),
            )
            connection.execute(update(instrument).where(*of).values(place=behind))
    return _put_numbered(connection, instrument, todo, rows, was)


def _put_numbered(
    connection: Connection, of: Table, todo: Changes, rows: Mapping[str, Any], was: Mapping[str, Given]
) -> dict[str, int]:
    """The numbers of all rows of ``of`` that are ours, by key."""
    add = add_instruments if of is instrument else add_events
    numbers = {key: each.held for key, each in was.items() if key in rows and each.held is not None}
    for key in todo.changed:
        connection.execute(update(of).where(of.c.id == numbers[key]).values(rows[key]))
    if todo.added:
        numbers |= zip(todo.added, add(connection, [rows[key] for key in todo.added]), strict=True)
    return numbers


def _put_summaries(
    connection: Connection,
    todo: Changes,
    summaries: Mapping[str, shipped.Summary],
    was: Mapping[str, Given],
) -> dict[str, int]:
    """Our summaries, each read wherever its provision is part of the Code and no other text is held."""
    for key in (*todo.gone, *todo.changed):
        drop_text(connection, was[key].held)
    kept = {key: each.held for key, each in was.items() if key in summaries and key not in todo.changed}
    first = select(reading.c.provision, func.min(reading.c.since).label("since")).group_by(
        reading.c.provision
    )
    began = {row.provision: from_micros(row.since) for row in connection.execute(first)}
    new = [key for key in summaries if key not in kept and key in began]
    rows = [
        text_row(ref, *summaries[ref], source=shipped.SUMMARY, at=began[ref], is_summary=True) for ref in new
    ]
    numbers = {key: held for key, held in kept.items() if held is not None}
    for ref, number in numbers.items():
        connection.execute(update(text).where(text.c.id == number).values(at=began[ref]))
    if rows:
        numbers |= zip(new, keep_texts(connection, rows), strict=True)
    for ref, number in numbers.items():
        give_text(connection, ref, number)
    return numbers


def _let_go(connection: Connection, todo: Mapping[str, Changes]) -> None:
    """Versions and provisions that are shipped no longer, where nothing of one's own rests on them."""
    resting = select(instrument.c.version).where(instrument.c.version.is_not(None))
    gone = todo["version"].gone
    connection.execute(delete(version).where(version.c.number.in_(gone), version.c.number.not_in(resting)))
    above = provision.alias("above")
    for rest in (reading.c.provision, text.c.provision, event.c.target, above.c.parent):
        left = set(connection.scalars(select(rest).where(rest.in_(todo["provision"].gone))))
        todo["provision"].gone[:] = [ref for ref in todo["provision"].gone if ref not in left]
    connection.execute(delete(provision).where(provision.c.ref.in_(todo["provision"].gone)))


def _note_unnoted(connection: Connection) -> None:
    """Note what a library has that was given it before that was noted; of its terms those that are as now."""
    held = set(connection.scalars(select(version.c.number)))
    numbers = [number for number in list(shipped.versions())[:_UNNOTED] if number in held]
    if not numbers:
        return
    note(connection, "version", {number: Given("") for number in numbers})
    ours = shipped.instruments()
    rows = connection.execute(select(instrument).where(instrument.c.version.in_(numbers))).all()
    keys = {row.id: key for row in rows if (key := f"{row.version}/{row.place}") in ours}
    note(connection, "instrument", {key: Given("", number) for number, key in keys.items()})
    count: defaultdict[str, int] = defaultdict(int)
    events: _Numbered = {}
    for row in connection.execute(select(event).where(event.c.instrument.in_(keys)).order_by(event.c.id)):
        key = keys[row.instrument]
        count[key] += 1
        events[f"{key}/{count[key]}"] = Given("", row.id)
    note(connection, "event", events)
    summaries = connection.execute(select(text.c.provision, text.c.id).where(text.c.is_summary))
    note(connection, "summary", {row.provision: Given("", row.id) for row in summaries})
    there = {digest(_meaning(row._asdict())) for row in connection.execute(select(term))}
    same = {key: digest(_meaning(row)) for key, row in _terms(connection).items()}
    note(connection, "term", {key: Given(each) for key, each in same.items() if each in there})


# --- terms, redirects, slips ---


def _terms(connection: Connection) -> dict[str, dict[str, Any]]:
    """The definitions by term and version, as they are stored."""
    dated = connection.execute(select(version.c.number, version.c.effective))
    effective = {row.number: row.effective for row in dated}
    return {
        f"{row['term']}@{row['version']}": {
            "term": row["term"], "definition": row["definition"], "source": row["source"],
            "since": effective[row["version"]],
        }
        for row in shipped.rows("terms")
        if row["version"] in effective
    }  # fmt: skip


def _meaning(row: Mapping[str, Any]) -> list[str]:
    return [row["term"], row["definition"], row["source"], str(row["since"])]


def _carry_terms(connection: Connection) -> None:
    was, rows = given(connection, "term"), _terms(connection)
    todo = changes(was, {key: digest(_meaning(row)) for key, row in rows.items()})
    held: defaultdict[str, dict[str, Any]] = defaultdict(dict)
    for row in (each._asdict() for each in connection.execute(select(term))):
        held[row["term"]][digest(_meaning(row))] = row
    kept = dict(was)
    for key in (*todo.gone, *todo.changed):
        there = held[key.rpartition("@")[0]].get(was[key].digest)
        if there is None:  # somebody defined it anew
            continue
        take_back(connection, there["term"], there["since"])
        del kept[key]
    new = [rows[key] for key in todo.added if rows[key]["term"] not in held]
    if new:
        connection.execute(insert(term), new)
    for key in (*todo.added, *(each for each in todo.changed if each not in kept)):
        row = rows[key]
        taken = {str(each["since"]) for each in held[row["term"]].values()} if key in todo.added else set()
        if row not in new and str(row["since"]) not in taken:
            define(connection, row["term"], row["definition"], row["source"], since=row["since"])
    kept |= {key: Given(digest(_meaning(rows[key]))) for key in rows if key not in kept}
    note(connection, "term", kept)


def _replace_registers(connection: Connection) -> None:
    """Redirects, and the slips that no text was corrected for: nobody writes these but us."""
    connection.execute(delete(alias))
    connection.execute(insert(alias), list(shipped.rows("aliases")))
    connection.execute(delete(erratum).where(erratum.c.since.is_(None)))
    connection.execute(insert(erratum), list(shipped.rows("errata")))
