"""Refining a proposal (SEC D6): the Working Group, its consultation, assessments by the DCC, alternatives."""

from __future__ import annotations

from typing import Any

from gbsmart.governance import seats
from gbsmart.governance.actors import (
    ANY_PARTY,
    AUTHORITY,
    CLOCK,
    CODE_ADMINISTRATOR,
    CONSUMER_BODY,
    DCC,
    PANEL,
    PANEL_CHAIR,
)
from gbsmart.governance.enactment import check
from gbsmart.governance.legal_text import ALTERNATIVE, read_legal_text
from gbsmart.governance.modifications.assessment import ASSESSMENTS, assessments_of
from gbsmart.governance.modifications.influence import has_the_right
from gbsmart.governance.seats import Seat
from gbsmart.ground import InvalidValue
from gbsmart.ground.working_days import add_working_days, civil_day
from gbsmart.procedures import (
    Act,
    Deadline,
    Field,
    Kind,
    Situation,
    Span,
    Told,
    working_days,
)

SMALLEST_GROUP = 5
CONSULTATION = working_days(15)
CONSULTED = (ANY_PARTY, CONSUMER_BODY, DCC, AUTHORITY)
"""Who responds to a consultation."""
RESPONSE = (
    Field("position", "Position", Kind.CHOICE, choices=("agree", "disagree", "neutral")),
    Field("response", "Response", Kind.LONG_TEXT),
)
CONSULTATION_DAYS = Field("consultation_days", "Working Days for consultation", Kind.NUMBER, False, (), 1, 60)


def consultation_span(situation: Situation) -> Span:
    """15 Working Days, or as many as were set: fewer only while the proposal is urgent."""
    given = situation.value("consultation_days") or CONSULTATION.count
    return working_days(given if situation.value("urgent") else max(given, CONSULTATION.count))


def long_enough(situation: Situation) -> None:
    """Refuse a consultation that is shorter than the Code has it, where the proposal is not urgent."""
    given = situation.given.get("consultation_days")
    if given is not None and given < CONSULTATION.count and not situation.value("urgent"):
        raise InvalidValue(
            f"a consultation lasts {CONSULTATION} unless the proposal is urgent", field="consultation_days"
        )


def group_of(reference: str) -> str:
    """The name of the Working Group of a proposal."""
    return f"working-group-{reference}"


def _convene(situation: Situation) -> None:
    body = group_of(situation.case.reference)
    for running in seats.seats(situation.connection, body, situation.at):
        seats.vacate(situation.connection, body, running.seat, situation.at)
    for number, holder in enumerate(situation.value("members"), 1):
        seat = Seat(body, f"member-{number}", "", holder, situation.at, None)
        seats.appoint(situation.connection, seat)


def _big_enough(situation: Situation) -> None:
    members = situation.value("members")
    if len(set(members)) < SMALLEST_GROUP:
        raise InvalidValue(f"a Working Group has {SMALLEST_GROUP} members at least", field="members")


def _in_the_group(situation: Situation) -> None:
    party = situation.actor.capacity.of
    held = seats.seats(situation.connection, group_of(situation.case.reference), situation.at)
    if party not in {each.holder.partition(":")[0].strip() for each in held}:
        situation.refuse(f"{party} has nobody in the Working Group")


def _group_has_met(situation: Situation) -> None:
    if not seats.seats(situation.connection, group_of(situation.case.reference), situation.at):
        situation.refuse("there is no Working Group yet")


def _dissolve(situation: Situation) -> None:
    body = group_of(situation.case.reference)
    for each in seats.seats(situation.connection, body, situation.at):
        seats.vacate(situation.connection, body, each.seat, situation.at)


def _alternative_is_a_text(situation: Situation) -> None:
    octets = situation.octets_of(ALTERNATIVE)
    if octets is None or not any(each.kind == ALTERNATIVE for each in situation.documents):
        situation.refuse(f"an alternative comes with the document {ALTERNATIVE!r}")
    check(situation.connection, read_legal_text(octets), situation.at)


def _name_the_alternative(situation: Situation) -> None:
    before: list[dict[str, Any]] = list(situation.value("alternatives", []))
    document = [each for each in situation.held_documents() if each.kind == ALTERNATIVE][-1]
    alternative = {
        "label": chr(ord("A") + len(before)), "title": situation.value("alternative_title"),
        "proposer": str(situation.actor.capacity), "document": document.number,
    }  # fmt: skip
    situation.keep("alternatives", [*before, alternative])


def _not_too_many(situation: Situation) -> None:
    if len(situation.value("alternatives", [])) >= 26:
        situation.refuse("there are alternatives enough")


def _request(situation: Situation) -> None:
    given: dict[str, Any] = {
        "title": situation.case.title, "questions": situation.value("questions"),
    }  # fmt: skip
    urgent_days = situation.value("assessment_days") if situation.value("urgent") else None
    if urgent_days:
        given["due_on"] = add_working_days(civil_day(situation.at), urgent_days).isoformat()
    situation.open(ASSESSMENTS[situation.value("assessment")], given)


def _one_at_a_time(situation: Situation) -> None:
    kind = situation.given["assessment"]
    for each in assessments_of(situation):
        if each.procedure == ASSESSMENTS[kind] and each.state == "requested":
            situation.refuse(f"the {kind} assessment is asked for already: {each.reference}")


def assessed(situation: Situation) -> None:
    """Refuse to go on while the DCC assesses, or where its systems change and it has not assessed that."""
    those = assessments_of(situation)
    for each in those:
        if each.state == "requested":
            situation.refuse(f"{each.reference} is not delivered yet")
    is_assessed = any(each.procedure == ASSESSMENTS["full"] and each.state == "delivered" for each in those)
    if situation.value("dcc_systems") and not is_assessed:
        situation.refuse("DCC systems change: the DCC has to make a full assessment first")


_AT_WORK = ("refinement", "report")
ACTS = (
    Act("convene", "Convene the Working Group", by=PANEL, sources=("refinement",),
        takes=(Field("members", "Members", Kind.LINES,
                     help=f"At least {SMALLEST_GROUP}, one a line, such as SUP1: Ann Smith."),),
        guards=(_big_enough,), effects=(_convene,),
        tells=(Told(ANY_PARTY, "Working Group of {reference}: {title}", "{terms_of_reference}"),),
        clause="D6"),
    Act("request-assessment", "Ask the DCC for an assessment", by=(CODE_ADMINISTRATOR, PANEL_CHAIR),
        sources=_AT_WORK,
        takes=(Field("assessment", "Assessment", Kind.CHOICE, choices=tuple(ASSESSMENTS)),
               Field("questions", "What to assess", Kind.LONG_TEXT)),
        guards=(_one_at_a_time,), effects=(_request,), clause="D6"),
    Act("raise-alternative", "Raise an alternative", by=(ANY_PARTY,), sources=("refinement",),
        takes=(Field("alternative_title", "What is different"),), documents=(ALTERNATIVE,),
        guards=(has_the_right, _in_the_group, _alternative_is_a_text, _not_too_many),
        effects=(_name_the_alternative,), clause="D6"),
    Act("consult-on-refinement", "Consult on the refinement", by=PANEL, sources=("refinement",),
        target="refinement_consultation", documents=("Refinement consultation",),
        takes=(CONSULTATION_DAYS,), guards=(_group_has_met, long_enough),
        tells=(Told(ANY_PARTY, "Refinement consultation: {reference} {title}"),
               Told(CONSUMER_BODY, "Refinement consultation: {reference} {title}")),
        clause="D6"),
    Act("close-refinement-consultation", "Close the refinement consultation", by=(CLOCK,),
        sources=("refinement_consultation",), target="refinement", clause="D6"),
    Act("conclude-refinement", "Conclude the refinement", by=PANEL, sources=("refinement",),
        target="report", takes=(Field("conclusion", "Conclusion of the Working Group", Kind.LONG_TEXT),),
        guards=(_group_has_met, assessed), effects=(_dissolve,), clause="D6"),
    Act("respond", "Respond to the consultation", by=CONSULTED,
        sources=("refinement_consultation", "consultation"), takes=RESPONSE, guards=(has_the_right,),
        clause="D7"),
)  # fmt: skip
DEADLINES = (
    Deadline("refinement-consultation", "Responses to the refinement consultation",
             ("refinement_consultation",), ANY_PARTY, consultation_span,
             then="close-refinement-consultation", clause="D6"),
)  # fmt: skip
