"""The papers of a meeting, and who may read which (SEC C5, M4.13: the Panel Information Policy).

White papers are public. Green ones are for Parties and whoever else acts under the Code, Amber ones for the
members of the body, Red ones for those members whom the paper names. (That White is public a paper shows; the
other labels are from memory.) The Secretariat and the Panel Chair, who run the meeting, see all of them. The
label says the same of a paper's title, of its item of the agenda and of who may read it: to others there is a
paper of that label, and whether it came in time.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Any

from gbsmart.accounts import Account, Role
from gbsmart.governance.bodies import BODIES
from gbsmart.governance.panel.attendance import body_of, sits_on
from gbsmart.ground import InvalidValue
from gbsmart.ground.working_days import add_working_days, civil_day
from gbsmart.parties import is_outside
from gbsmart.procedures import Case, Field, Kind, Reader, Situation, Span, days, entries

PAPERS_BEFORE = 5
"""Working Days before a meeting by which its papers are out (basis: S)."""
_OUTSIDERS = frozenset({Role.OPERATOR, Role.APPLICANT})


class Label(StrEnum):
    """How far a paper may go."""

    WHITE = "White"
    GREEN = "Green"
    AMBER = "Amber"
    RED = "Red"


PAPER_FIELDS = (
    Field("item", "Item of the agenda", private=True),
    Field("paper", "Title of the paper", private=True),
    Field("label", "Label", Kind.CHOICE, choices=tuple(Label)),
    Field("readers", "Seats that may read it", Kind.LINES, required=False, private=True,
          help="For a Red paper, one a line."),
)  # fmt: skip


def papers_by(situation: Situation) -> date:
    """The last day on which a paper is not late."""
    return add_working_days(civil_day(situation.value("held_at")), -PAPERS_BEFORE)


def until_papers_are_due(situation: Situation) -> Span | None:
    """5 Working Days before the meeting."""
    left = (papers_by(situation) - civil_day(situation.case.entered_at)).days
    return days(left, basis="S") if left >= 0 else None


def is_labelled(situation: Situation) -> None:
    """One document, kept from others where the label says so, with its readers where it is Red."""
    given, label = situation.given, Label(situation.given["label"])
    if len(situation.documents) != 1:
        situation.refuse("a paper is one document")
    if label is not Label.WHITE and not situation.documents[0].confidential:
        situation.refuse(f"a paper that is {label} is not public", remedy="Hand it in as confidential.")
    readers = given.get("readers", [])
    if (label is Label.RED) != bool(readers):
        raise InvalidValue("a Red paper names its readers, and no other does", field="readers")
    known = body_of(situation).seat_names()
    for seat in readers:
        if seat not in known:
            raise InvalidValue(
                f"{seat!r} is no seat", field="readers", remedy=f"There are {', '.join(known)}."
            )
    if situation.value("agenda") and given["item"] not in situation.value("agenda"):
        raise InvalidValue("is no item of the agenda", field="item")


def enter_the_paper(situation: Situation) -> None:
    """The paper is listed, and marked where it is late; what it is stands in the ledger."""
    paper = {
        "entry": situation.entries()[-1].number, "label": situation.given["label"],
        "late": civil_day(situation.at) > papers_by(situation),
    }  # fmt: skip
    situation.keep("papers", [*situation.value("papers", []), paper])


def shows(reader: Reader, case: Case, entry: int) -> bool:
    """Whether what is private in a meeting is for who reads, by the label of the paper of an entry."""
    body = BODIES[case.data["body"]]
    papers: list[Mapping[str, Any]] = list(case.data.get("papers", []))
    paper = next((each for each in papers if each["entry"] == entry), None)
    if entry == 0 or reader.account is None:
        return paper is not None and paper["label"] == Label.WHITE
    label = Label(paper["label"]) if paper else Label.AMBER
    if label is Label.RED:
        given = next(
            each.given for each in entries(reader.connection, case.reference) if each.number == entry
        )
        return any(body.capacity(seat) in reader.account.capacities for seat in given["readers"])
    if label is Label.GREEN:
        return _acts_under_the_code(reader, reader.account)
    return label is Label.WHITE or sits_on(body, reader.account)


def _acts_under_the_code(reader: Reader, account: Account) -> bool:
    """In another capacity than for a Party that has left, or to become one, or to run this system."""
    return any(
        each.role not in _OUTSIDERS
        and not (each.role is Role.PARTY and is_outside(reader.connection, each.of, reader.at))
        for each in account.capacities
    )
