"""What Sub-Committees keep and review (SEC C6, F1, G7): documents, and reports put before them."""

from __future__ import annotations

from gbsmart.accounts import Role
from gbsmart.governance import bodies
from gbsmart.governance.actors import CLOCK, CODE_ADMINISTRATOR, DCC, PANEL, PANEL_CHAIR
from gbsmart.governance.panel.attendance import RUNS_IT, body_of, runs_it
from gbsmart.ground import InvalidValue
from gbsmart.ground.working_days import civil_day
from gbsmart.procedures import Act, Deadline, Field, Kind, Procedure, Situation, Told, Who, working_days

WORK = {
    bodies.TABASC.name: ("technical architecture document", "business architecture document",
                         "effectiveness review"),
    bodies.OPSG.name: ("operational performance report", "incident report", "test report"),
    bodies.TAG.name: ("test approach", "test completion report"),
    bodies.SSC.name: ("security requirements", "security risk assessment"),
    bodies.SMKI_PMA.name: ("SMKI document", "compliance review"),
    bodies.PFCG.name: ("budget review", "contract review"),
}  # fmt: skip
"""What each Sub-Committee has before it."""
KEPT, NOTED, REFERRED = "kept", "noted", "referred"


def _is_for_this_body(situation: Situation) -> None:
    """A committee has what is its own before it."""
    body, kind = situation.value("body"), situation.value("kind")
    if kind not in WORK[body]:
        raise InvalidValue(
            f"is not for {body_of(situation).title}", field="kind", remedy=f"It has {', '.join(WORK[body])}."
        )


def _review_is_to_come(situation: Situation) -> None:
    """What is kept is looked at again on a day to come."""
    again = situation.value("review_on")
    if situation.given.get("outcome", KEPT) == KEPT and (again is None or again <= civil_day(situation.at)):
        raise InvalidValue("what is kept is looked at again on a later day", field="review_on")


_FINDINGS = Field("findings", "Findings", Kind.LONG_TEXT)
_REVIEW_ON = Field("review_on", "Looked at again on", Kind.DATE, required=False)

COMMITTEE_WORK = Procedure(
    name="committee-work",
    title="Document or report before a Sub-Committee",
    source="SEC C6, F1, G7, L1",
    purpose="Keeps the documents of a Sub-Committee and what it finds of the reports put before it.",
    prefix="CWK",
    subject="body",
    opening=Act(
        "submit", "Put before a Sub-Committee", by=(CODE_ADMINISTRATOR, DCC, Who(Role.COMMITTEE_MEMBER)),
        target="submitted",
        takes=(
            Field("body", "Body", Kind.CHOICE, choices=tuple(WORK)),
            Field("title", "Title"),
            Field("kind", "Kind", Kind.CHOICE,
                  choices=tuple(dict.fromkeys(kind for kinds in WORK.values() for kind in kinds))),
        ),
        documents=("Document",), guards=(_is_for_this_body,),
    ),
    states={
        "submitted": "The committee is to consider it.",
        "kept": "The committee keeps it.",
        "due": "It is to be reviewed.",
        "referred": "The Panel is to decide.",
        "noted": "Noted, with findings.",
        "retired": "Not kept any more.",
    },
    final=frozenset({"noted", "retired"}),
    acts=(
        Act("consider", "Record what the committee finds", by=RUNS_IT, sources=("submitted",),
            outcomes={KEPT: "kept", NOTED: "noted", REFERRED: "referred"},
            decide=lambda situation: str(situation.given["outcome"]),
            takes=(Field("outcome", "Outcome", Kind.CHOICE, choices=(KEPT, NOTED, REFERRED)), _FINDINGS,
                   _REVIEW_ON),
            guards=(runs_it, _review_is_to_come),
            tells=(Told(PANEL_CHAIR, "{reference} is {outcome}: {title}", "{findings}"),)),
        Act("decide", "Record what the Panel decides", by=PANEL, sources=("referred",),
            outcomes={KEPT: "kept", "retired": "retired"},
            decide=lambda situation: str(situation.given["decision"]),
            takes=(Field("decision", "Decision", Kind.CHOICE, choices=(KEPT, "retired")), _REVIEW_ON),
            needs_reason=True),
        Act("fall_due", "Fall due for review", by=(CLOCK,), sources=("kept",), target="due"),
        Act("review", "Record a review", by=RUNS_IT, sources=("kept", "due"), target="kept",
            takes=(_FINDINGS, Field("review_on", "Looked at again on", Kind.DATE)),
            guards=(runs_it, _review_is_to_come)),
        Act("retire", "Keep it no longer", by=RUNS_IT, sources=("kept", "due"), target="retired",
            guards=(runs_it,), needs_reason=True),
    ),
    deadlines=(
        Deadline("consideration", "Considered by the committee", ("submitted",), CODE_ADMINISTRATOR,
                 working_days(22)),
        Deadline("review", "Review", ("kept",), CODE_ADMINISTRATOR, on="review_on", at_start=True,
                 then="fall_due"),
    ),
    systems=("S169", "S170", "S171"),
)  # fmt: skip
