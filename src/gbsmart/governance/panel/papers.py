"""The papers of a meeting, and who may read which (SEC C5, M4.13: the Panel Information Policy).

White papers are public. Green ones are for Parties and whoever else acts under the Code, Amber ones for the
members of the body, Red ones for those members whom the paper names. (That White is public a paper shows; the
other labels are from memory.) The Secretariat and the Panel Chair, who run the meeting, see all of them.
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
from gbsmart.procedures import Case, CaseDocument, Field, Kind, Situation, Span, days

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
    Field("item", "Item of the agenda"),
    Field("paper", "Title of the paper"),
    Field("label", "Label", Kind.CHOICE, choices=tuple(Label)),
    Field(
        "readers", "Seats that may read it", Kind.LINES, required=False, help="For a Red paper, one a line."
    ),
)
_Paper = Mapping[str, Any]


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
    """The paper is listed, and marked where it is late."""
    given = situation.given
    paper = {
        "entry": situation.entries()[-1].number, "item": given["item"], "title": given["paper"],
        "label": given["label"], "readers": given.get("readers", []),
        "late": civil_day(situation.at) > papers_by(situation),
    }  # fmt: skip
    situation.keep("papers", [*situation.value("papers", []), paper])


def shows(case: Case, document: CaseDocument, account: Account) -> bool:
    """Whether what is confidential in a meeting is for the holder of an account."""
    body = BODIES[case.data["body"]]
    papers: list[_Paper] = list(case.data.get("papers", []))
    paper = next((each for each in papers if each["entry"] == document.entry), None)
    label = Label(paper["label"]) if paper else Label.AMBER
    if paper is not None and label is Label.RED:
        return any(body.capacity(seat) in account.capacities for seat in paper["readers"])
    if label is Label.GREEN:
        return bool(account.roles() - _OUTSIDERS)
    return sits_on(body, account)
