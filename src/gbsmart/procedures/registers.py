"""Registers to take away: the same rows as JSON, CSV and, for what happens in time, Atom (RFC 4287)."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple
from xml.etree import ElementTree as Xml

from sqlalchemy import Connection

from gbsmart.procedures import reading
from gbsmart.procedures.telling import told_case, told_due, told_notice
from gbsmart.web import as_json

Row = Mapping[str, Any]
_ATOM = "http://www.w3.org/2005/Atom"


class Register(NamedTuple):
    """A register: its columns and its rows, the newest first.

    ``entry`` says how a row stands in a feed: what it is known by, its title, when it happened and what is
    said of it; None where it is no news.
    """

    name: str
    title: str
    columns: tuple[str, ...]
    rows: Callable[[Connection], Sequence[Row]]
    entry: Callable[[Row], FeedEntry] | None = None


class FeedEntry(NamedTuple):
    """An entry of a feed."""

    id: str
    title: str
    at: datetime
    text: str
    href: str = ""


def as_csv(register: Register, rows: Sequence[Row]) -> str:
    """The rows as CSV (RFC 4180): one line each under the names of the columns."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(register.columns)
    writer.writerows([_cell(row.get(column)) for column in register.columns] for row in rows)
    return out.getvalue()


def as_atom(register: Register, rows: Sequence[Row], href: str) -> bytes:
    """The newest rows as a feed; ``href`` is where its readers find this system."""
    assert register.entry is not None
    entries = [register.entry(row) for row in rows[:_NEWEST]]
    feed = Xml.Element("feed", xmlns=_ATOM)
    newest = max((each.at for each in entries), default=_NEVER)
    _say(feed, id=f"urn:gbsmart:register:{register.name}", title=register.title, updated=_written(newest))
    Xml.SubElement(feed, "link", href=href)
    for each in entries:
        told = Xml.SubElement(feed, "entry")
        _say(told, id=each.id, title=each.title, updated=_written(each.at), summary=each.text)
        _say(Xml.SubElement(told, "author"), name="gbsmart")
        if each.href:
            Xml.SubElement(told, "link", href=href.rstrip("/") + each.href)
    octets: bytes = Xml.tostring(feed, encoding="utf-8", xml_declaration=True)
    return octets


_NEWEST = 100
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def _cell(value: Any) -> str:
    """A value in a table; a text that a spreadsheet would take for a formula is marked as text."""
    plain = as_json(value)
    if plain is None:
        return ""
    written = plain if isinstance(plain, str) else json.dumps(plain, ensure_ascii=False)
    return f"'{written}" if isinstance(plain, str) and written.startswith(_FORMULA) else written


def _say(element: Xml.Element, **texts: str) -> None:
    for name, text in texts.items():
        Xml.SubElement(element, name).text = text


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


# --- those that every procedure fills ---


def _cases(connection: Connection) -> list[Row]:
    return [told_case(each) for each in reading.cases(connection)]


def _decisions(connection: Connection) -> list[Row]:
    return [
        {
            "case": reference, "number": entry.number, "at": entry.at, "act": entry.act,
            "outcome": entry.outcome, "state": entry.target, "by": str(entry.actor.capacity),
            "reason": entry.reason,
        }
        for reference, entry in reading.decisions(connection)
    ]  # fmt: skip


def _case_entry(row: Row) -> FeedEntry:
    reference, state = row["reference"], row["state"]
    return FeedEntry(
        f"urn:gbsmart:case:{reference}:{row['version']}", f"{reference} {row['title']}: {state}",
        row["entered_at"], f"In {state} since then.", f"/governance/cases/{reference}",
    )  # fmt: skip


def _decision_entry(row: Row) -> FeedEntry:
    return FeedEntry(
        f"urn:gbsmart:decision:{row['case']}:{row['number']}", f"{row['case']}: {row['outcome']}",
        row["at"], f"{row['by']}: {row['reason']}", f"/governance/cases/{row['case']}",
    )  # fmt: skip


def _notice_entry(row: Row) -> FeedEntry:
    return FeedEntry(
        f"urn:gbsmart:notice:{row['case']}:{row['number']}",
        f"{row['case']} to {row['to']}: {row['subject']}", row["sent_at"], row["text"],
        f"/governance/cases/{row['case']}",
    )  # fmt: skip


def _notices(connection: Connection) -> list[Row]:
    return [told_notice(each) for each in reversed(reading.notices(connection))]


REGISTERS: tuple[Register, ...] = (
    Register(
        "cases", "Cases under the Code",
        ("reference", "procedure", "title", "subject", "opener", "state", "opened_at", "entered_at",
         "parent"),
        _cases, _case_entry,
    ),
    Register(
        "due", "What is due under the Code", ("case", "name", "title", "whom", "due_at", "status"),
        lambda connection: [told_due(each) for each in reading.deadlines(connection, status="open")],
    ),
    Register(
        "notices", "Notices served under the Code",
        ("case", "to", "subject", "text", "channel", "sent_at", "received_at"), _notices, _notice_entry,
    ),
    Register(
        "decisions", "Decisions under the Code",
        ("case", "number", "at", "act", "outcome", "state", "by", "reason"), _decisions, _decision_entry,
    ),
)  # fmt: skip
