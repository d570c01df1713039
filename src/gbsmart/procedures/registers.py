"""Registers to take away: the same rows as JSON, CSV and, for what happens in time, Atom (RFC 4287)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection

from gbsmart.procedures import reading
from gbsmart.procedures.telling import told_case, told_due, told_notice
from gbsmart.web import FeedEntry, atom_feed, csv_table

Row = Mapping[str, Any]


class Register(NamedTuple):
    """A register: its columns and its rows, the newest first.

    ``entry`` says how a row stands in a feed, its ``href`` a path of this system; None where it is no news.
    """

    name: str
    title: str
    columns: tuple[str, ...]
    rows: Callable[[Connection], Sequence[Row]]
    entry: Callable[[Row], FeedEntry] | None = None


def as_csv(register: Register, rows: Sequence[Row]) -> str:
    """The rows as CSV: one line each under the names of the columns."""
    return csv_table(register.columns, rows)


def as_atom(register: Register, rows: Sequence[Row], href: str) -> bytes:
    """The newest rows as a feed; ``href`` is where its readers find this system."""
    assert register.entry is not None
    entries = (register.entry(row) for row in rows)
    shown = (each._replace(href=href.rstrip("/") + each.href) if each.href else each for each in entries)
    return atom_feed(f"urn:gbsmart:register:{register.name}", register.title, href, shown)


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
