"""What comes first for a proposal: its path and timetable, urgency, the fast track (SEC D2 to D4)."""

from __future__ import annotations

from fractions import Fraction

from gbsmart.governance import seats
from gbsmart.governance.actors import ANY_PARTY, AUTHORITY, CLOCK, CODE_ADMINISTRATOR, PANEL, PANEL_MEMBER
from gbsmart.governance.bodies import CHAIR
from gbsmart.governance.bodies import PANEL as PANEL_BODY
from gbsmart.governance.modifications.influence import has_the_right
from gbsmart.governance.modifications.paths import CRITERIA, Path, check_path, path_of
from gbsmart.governance.modifications.reporting import legal_text_reads
from gbsmart.governance.modifications.states import WORKED_ON
from gbsmart.ground import InvalidValue
from gbsmart.ground.working_days import civil_day
from gbsmart.procedures import (
    Act,
    Ballot,
    Deadline,
    Field,
    Kind,
    Situation,
    Told,
    Voter,
    working_days,
)
from gbsmart.procedures.counting import APPROVE, INQUORATE, REJECT, unanimous

PATH = Field("path", "Path", Kind.CHOICE, choices=tuple(Path))
CRITERIA_MET = Field("criteria_met", "Criteria of Path 2 that it meets", Kind.CHOICES, False, tuple(CRITERIA))
REPORT_BY = Field("report_by", "Report wanted by", Kind.DATE, required=False)
_PRESSING = ("initial_consideration", "refinement", "refinement_consultation", "report")


def _on_that_path(situation: Situation) -> None:
    criteria = situation.given.get("criteria_met", [])
    situation.keep("criteria_met", criteria)
    check_path(situation, Path(situation.value("path")), criteria, field="criteria_met")


def timetable_ahead(situation: Situation) -> None:
    """Refuse a report that is wanted on a day that is past."""
    day = situation.given.get("report_by")
    if day is not None and situation.value("report_by") <= civil_day(situation.at):
        raise InvalidValue("is past", field="report_by")


def _terms_for_a_working_group(situation: Situation) -> None:
    if situation.given["working_group"] and not situation.value("terms_of_reference"):
        raise InvalidValue("a Working Group has terms of reference", field="terms_of_reference")


def _text_for_the_fast_track(situation: Situation) -> None:
    if path_of(situation) is Path.FAST_TRACK:
        legal_text_reads(situation)


def _way_on(situation: Situation) -> str:
    if path_of(situation) is Path.FAST_TRACK:
        return "fast track"
    return "working group" if situation.value("working_group") else "report"


def _not_the_fast_track(situation: Situation) -> None:
    if situation.value("path") == Path.FAST_TRACK:
        raise InvalidValue("the Authority moves no proposal to the fast track (D4)", field="path")


def _urgency_recommended(situation: Situation) -> None:
    if situation.value("urgency_recommended") is None:
        situation.refuse("the Panel has not said whether it holds the proposal urgent")


def _panel(situation: Situation) -> list[Voter]:
    """The members in post; the Chair has no vote where there is no tie to break."""
    held = situation.look_up(seats.seats, PANEL_BODY.name, situation.at)
    return [
        Voter(each.seat, each.constituency, since=each.since) for each in held if each.constituency != CHAIR
    ]


def _panel_outcome(situation: Situation) -> str:
    outcome = situation.tally("fast_track").outcome
    if outcome == APPROVE:
        situation.keep("decision", APPROVE)
    return outcome


def _note_the_objection(situation: Situation) -> None:
    situation.keep("objection", str(situation.actor.capacity))


ACTS = (
    Act("refuse", "Refuse the proposal", by=PANEL, sources=("initial_consideration",), target="refused",
        needs_reason=True, tells=(Told(ANY_PARTY, "{reference} was refused: {title}", "{reason}"),),
        clause="D3"),
    Act("consider", "Set path and timetable", by=PANEL, sources=("initial_consideration",),
        outcomes={"working group": "refinement", "report": "report", "fast track": "fast_track_vote"},
        decide=_way_on,
        takes=(PATH, CRITERIA_MET, Field("working_group", "To a Working Group?", Kind.YES_NO),
               Field("terms_of_reference", "Terms of reference", Kind.LONG_TEXT, False), REPORT_BY),
        guards=(_on_that_path, _text_for_the_fast_track, _terms_for_a_working_group, timetable_ahead),
        tells=(Told(AUTHORITY, "{reference} is on the path {path}: {title}"),
               Told(ANY_PARTY, "{reference} is on the path {path}: {title}")),
        clause="D3"),
    Act("recommend-urgency", "Say whether it is urgent", by=PANEL, sources=_PRESSING,
        takes=(Field("urgency_recommended", "Should it be urgent?", Kind.YES_NO),), needs_reason=True,
        tells=(Told(AUTHORITY, "{reference}: the Panel on its urgency", "{reason}"),), clause="D4"),
    Act("decide-urgency", "Decide whether it is urgent", by=(AUTHORITY,), sources=_PRESSING,
        takes=(Field("urgent", "Is it urgent?", Kind.YES_NO), REPORT_BY,
               Field("consultation_days", "Working Days for consultation", Kind.NUMBER, False, (), 1, 60),
               Field("assessment_days", "Working Days for an assessment", Kind.NUMBER, False, (), 1, 60)),
        guards=(_urgency_recommended, timetable_ahead),
        tells=(Told(CODE_ADMINISTRATOR, "{reference}: urgent: {urgent}", "{reason}"),), clause="D4"),
    Act("move-path", "Move the proposal to another path", by=(AUTHORITY,),
        sources=(*WORKED_ON, "change_board", "adjourned"),
        takes=(PATH, CRITERIA_MET), guards=(_not_the_fast_track, _on_that_path), needs_reason=True,
        tells=(Told(ANY_PARTY, "{reference} is on the path {path} now: {title}", "{reason}"),),
        clause="D4"),
    Act("end-fast-track", "Take the proposal off the fast track", by=(AUTHORITY,),
        sources=("fast_track_vote", "objection_window"), target="initial_consideration", needs_reason=True,
        effects=(_note_the_objection,), clause="D4"),
    Act("count-fast-track", "Count the Panel's votes", by=PANEL, sources=("fast_track_vote",),
        outcomes={APPROVE: "objection_window", REJECT: "initial_consideration",
                  INQUORATE: "initial_consideration"},
        decide=_panel_outcome,
        tells=(Told(ANY_PARTY, "Fast track of {reference}: {outcome}",
                    "Where it was approved, a Party that objects within 15 Working Days ends that."),
               Told(AUTHORITY, "Fast track of {reference}: {outcome}")),
        clause="D2"),
    Act("object", "Object to the fast track", by=(ANY_PARTY,), sources=("objection_window",),
        target="initial_consideration", guards=(has_the_right,), effects=(_note_the_objection,),
        needs_reason=True, tells=(Told(CODE_ADMINISTRATOR, "Objection to {reference}", "{reason}"),),
        clause="D2"),
    Act("no-objection", "Let the fast-track decision stand", by=(CLOCK,), sources=("objection_window",),
        target="approved", clause="D2"),
)  # fmt: skip
DEADLINES = (
    Deadline("initial-consideration", "Considered by the Panel", ("initial_consideration",),
             CODE_ADMINISTRATOR, working_days(25), clause="D3"),
    Deadline("report", "Modification Report", ("refinement", "refinement_consultation", "report"),
             CODE_ADMINISTRATOR, on="report_by", clause="D7"),
    Deadline("objections", "Objections to the fast track", ("objection_window",), ANY_PARTY,
             working_days(15), then="no-objection", clause="D2"),
)  # fmt: skip
BALLOTS = (
    Ballot("fast_track", "Fast track", ("fast_track_vote",), PANEL_MEMBER, _panel,
           unanimous(quorum=Fraction(1, 2)), clause="D2"),
)  # fmt: skip
