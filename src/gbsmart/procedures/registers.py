"""Registers to take away: the same rows as JSON, CSV and, for what happens in time, Atom (RFC 4287).

Each is read in parts, so that none is ever held whole: what is asked for has a filter and a place to go on
from.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Literal, NamedTuple, TypeVar

from pydantic import Field as Value
from pydantic import ValidationError

from gbsmart.accounts import Capacity
from gbsmart.ground import InvalidValue
from gbsmart.ground.working_days import end_of
from gbsmart.procedures import reading
from gbsmart.procedures.model import Case, Due, Entry, Notice, reached
from gbsmart.procedures.places import Place, place_of
from gbsmart.procedures.sight import Sight
from gbsmart.procedures.telling import told_case, told_due, told_notice
from gbsmart.web import FeedEntry, Takes, atom_feed, csv_table

Row = Mapping[str, Any]
L = TypeVar("L", Case, Due, Notice, tuple[str, Entry])
A = TypeVar("A", bound="Asked")
MOST = 1000
"""Rows of a part, unless fewer are asked for."""


class Asked(Takes):
    """Which part of a register, and, in those that have a filter, which rows of it."""

    after: str = Value(default="", max_length=250, description="go on from here: the next link says where")
    limit: int = Value(default=MOST, ge=1, le=10 * MOST, description="rows of this part")

    def place(self) -> Place | None:
        """From where to go on in a list of cases, or of what belongs to them."""
        return Place.parse(self.after) if self.after else None


class Part(NamedTuple):
    """Some rows of a register, and from where to go on (:attr:`Asked.after`); "" at its end."""

    rows: Sequence[Row]
    next: str = ""


def read_asked(kind: type[A], given: Mapping[str, Any]) -> A:
    """What the query of a page asks for; raises :class:`InvalidValue`, naming the value that is wrong."""
    try:
        return kind.model_validate(given)
    except ValidationError as wrong:
        first = wrong.errors(include_url=False)[0]
        raise InvalidValue(first["msg"], field=str(first["loc"][0])) from None


class Register(NamedTuple):
    """A register: its columns, what is asked of it, and its rows in parts, as somebody sees them.

    ``entry`` says how a row stands in a feed, its ``href`` a path of this system; None where it is no news.
    """

    name: str
    title: str
    columns: tuple[str, ...]
    read: Callable[[Sight, Any], Part]
    entry: Callable[[Row], FeedEntry] | None = None
    asked: type[Asked] = Asked


def part_of(found: Sequence[L], asked: Asked, tell: Callable[[L], Row]) -> Part:
    """A part of a list of which one row more than asked for was read, where there is one."""
    shown = found[: asked.limit]
    return Part(list(map(tell, shown)), str(place_of(shown[-1])) if len(found) > len(shown) else "")


def part_of_all(rows: Sequence[Row], asked: Asked) -> Part:
    """A part of rows that are few: the place to go on from is how many came before."""
    if not (asked.after or "0").isdecimal():
        raise InvalidValue("is no place in this list", field="after", remedy="Take it from the next link.")
    begin = int(asked.after or 0)
    end = begin + asked.limit
    return Part(rows[begin:end], str(end) if end < len(rows) else "")


def in_csv(columns: Sequence[str], parts: Iterable[Part]) -> Iterator[str]:
    """Parts of a register as CSV: one line each under the names of the columns."""
    for number, part in enumerate(parts):
        yield csv_table(columns, part.rows, names=number == 0)


def as_atom(register: Register, rows: Sequence[Row], href: str, about: str = "") -> bytes:
    """Rows as a feed; ``href`` is where its readers find this system, ``about`` the filter it is of."""
    assert register.entry is not None
    entries = (register.entry(row) for row in rows)
    shown = (each._replace(href=href.rstrip("/") + each.href) if each.href else each for each in entries)
    known_by = f"urn:gbsmart:register:{register.name}" + (f":{about}" if about else "")
    return atom_feed(known_by, register.title, href, shown)


# --- those that every procedure fills ---


class OfCases(Asked):
    """Which cases."""

    procedure: str = ""
    state: str = ""
    subject: str = Value(default="", description="what they are about, such as SUP1")
    due: date | None = Value(
        default=None, lt=date.max, description="those in which something is due by that day's end"
    )


class OfDues(Asked):
    """What is due, or could not be brought about."""

    case: str = Value(default="", description="in this case")
    status: Literal["open", "overdue", "failed"] = Value(
        default="open",
        description="open; overdue: missed, and still to be done; "
        "or failed: its consequence failed and is tried again",
    )
    whom: str = Value(default="", description="from whom, such as party:SUP1")


class OfNotices(Asked):
    """Which notices."""

    case: str = Value(default="", description="in this case")
    to: str = Value(default="", description="to whom, such as party:SUP1")


class OfDecisions(Asked):
    """Which decisions."""

    case: str = Value(default="", description="in this case")
    procedure: str = Value(default="", description="in the cases of this procedure")


def read_cases(sight: Sight, asked: OfCases, capacities: Collection[Capacity] | None = None) -> Part:
    """Cases; with ``capacities`` those which concern who holds them."""
    found = reading.cases(
        sight.connection, procedure=asked.procedure, state=asked.state, subject=asked.subject,
        due_by=end_of(asked.due) if asked.due else None, capacities=capacities,
        after=asked.place(), limit=asked.limit + 1,
    )  # fmt: skip
    return part_of(found, asked, lambda each: told_case(sight.case(each)))


def _read_dues(sight: Sight, asked: OfDues) -> Part:
    found = reading.deadlines(
        sight.connection, status=asked.status, reference=asked.case, whom=capacity_named(asked.whom),
        after=asked.place(), limit=asked.limit + 1,
    )  # fmt: skip
    return part_of(found, asked, told_due)


def _read_notices(sight: Sight, asked: OfNotices) -> Part:
    found = reading.notices(
        sight.connection, reference=asked.case, to=[asked.to] if asked.to else None, after=asked.place(),
        limit=asked.limit + 1,
    )  # fmt: skip
    return part_of(sight.notices(found), asked, told_notice)


def _read_decisions(sight: Sight, asked: OfDecisions) -> Part:
    found = reading.decisions(
        sight.connection, reference=asked.case, procedure=asked.procedure, after=asked.place(),
        limit=asked.limit + 1,
    )  # fmt: skip
    return part_of(sight.decisions(found), asked, _told_decision)


def capacity_named(text: str) -> list[str] | None:
    """The capacity that a filter names, as deadlines have it; None for any. Raises :class:`InvalidValue`."""
    return reached([Capacity.parse(text)]) if text else None


def _told_decision(decided: tuple[str, Entry]) -> Row:
    reference, entry = decided
    return {
        "case": reference, "number": entry.number, "at": entry.at, "act": entry.act,
        "outcome": entry.outcome, "state": entry.target, "by": str(entry.actor.capacity),
        "reason": entry.reason,
    }  # fmt: skip


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


REGISTERS: tuple[Register, ...] = (
    Register(
        "cases", "Cases under the Code",
        ("reference", "procedure", "title", "subject", "opener", "state", "opened_at", "entered_at",
         "parent"),
        read_cases, _case_entry, OfCases,
    ),
    Register(
        "due", "What is due under the Code", ("case", "name", "title", "whom", "due_at", "status", "note"),
        _read_dues, asked=OfDues,
    ),
    Register(
        "notices", "Notices served under the Code",
        ("case", "to", "subject", "text", "channel", "sent_at", "received_at"), _read_notices,
        _notice_entry, OfNotices,
    ),
    Register(
        "decisions", "Decisions under the Code",
        ("case", "number", "at", "act", "outcome", "state", "by", "reason"), _read_decisions,
        _decision_entry, OfDecisions,
    ),
)  # fmt: skip
