"""Registers of governance to take away: modifications, releases, and who has sat on which committee."""

from __future__ import annotations

from collections.abc import Callable

from gbsmart import procedures
from gbsmart.governance import seats
from gbsmart.governance.bodies import BODIES
from gbsmart.procedures import Case
from gbsmart.procedures.registers import Asked, Part, Register, Row, part_of, part_of_all
from gbsmart.procedures.sight import Sight
from gbsmart.web import FeedEntry

_OF_CASE = ("reference", "title", "state", "subject", "opened_at", "entered_at", "parent")
_OF_MODIFICATION = (
    "path", "urgent", "proposer", "sections", "decision", "implementation_date", "release", "version",
)  # fmt: skip
_OF_RELEASE = ("release_date", "dcc_release", "items")
_OF_TERM = ("body", "title", "seat", "constituency", "holder", "since", "until")


def _part_of(procedure: str, kept: tuple[str, ...]) -> Callable[[Sight, Asked], Part]:
    """The cases of a procedure, with what they have of these values."""

    def row(case: Case) -> Row:
        return {name: getattr(case, name) for name in _OF_CASE} | {name: case.data.get(name) for name in kept}

    def read(sight: Sight, asked: Asked) -> Part:
        limit = asked.limit + 1
        found = procedures.cases(sight.connection, procedure=procedure, after=asked.place(), limit=limit)
        return part_of(list(map(sight.case, found)), asked, row)

    return read


def _terms(sight: Sight, asked: Asked) -> Part:
    """Every term in a seat of a body of the Code, those that are over too."""
    rows = [
        {**term._asdict(), "title": body.title}
        for body in BODIES.values()
        for term in seats.terms(sight.connection, body.name)
    ]
    return part_of_all(rows, asked)


def _news(row: Row) -> FeedEntry:
    reference, state = row["reference"], row["state"].replace("_", " ")
    return FeedEntry(
        f"urn:gbsmart:case:{reference}:{row['state']}:{row['entered_at']:%Y%m%dT%H%M%S}",
        f"{reference} {row['title']}: {state}", row["entered_at"], f"It is in {state} since then.",
        f"/governance/cases/{reference}",
    )  # fmt: skip


REGISTERS: tuple[Register, ...] = (
    Register("modifications", "Modification Proposals", (*_OF_CASE, *_OF_MODIFICATION),
             _part_of("modification-proposal", _OF_MODIFICATION), _news),
    Register("releases", "SEC Releases", (*_OF_CASE, *_OF_RELEASE), _part_of("release", _OF_RELEASE), _news),
    Register("committees", "Terms in the seats of the Code's bodies", _OF_TERM, _terms),
)  # fmt: skip
