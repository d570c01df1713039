"""The Modification Report and the consultation on it (SEC D7)."""

from __future__ import annotations

from gbsmart.governance.actors import ANY_PARTY, CLOCK, CODE_ADMINISTRATOR, CONSUMER_BODY, PANEL
from gbsmart.governance.enactment import check
from gbsmart.governance.legal_text import DOCUMENT, read_legal_text
from gbsmart.governance.modifications.refinement import (
    CONSULTATION_DAYS,
    assessed,
    consultation_span,
    long_enough,
)
from gbsmart.governance.objectives import findings
from gbsmart.ground import InvalidValue
from gbsmart.procedures import Act, Deadline, Field, Kind, Situation, Told, working_days

REPORT = "Modification Report"
ASSESSED = Field(
    "findings", "How it does against the objectives", Kind.LINES,
    help="One a line, such as d: better: suppliers compete on service.",
)  # fmt: skip


def new_report(situation: Situation) -> None:
    """Refuse a report that was handed in for an earlier round."""
    if not any(each.kind == REPORT for each in situation.documents):
        situation.refuse(f"the document {REPORT!r} comes with this act, and is written anew each time")


def legal_text_reads(situation: Situation) -> None:
    """Refuse a legal text that nobody could implement."""
    octets = situation.octets_of(DOCUMENT)
    if octets is None:
        situation.refuse(f"there is no document {DOCUMENT!r}")
    check(situation.connection, read_legal_text(octets), situation.at)


def every_objective_is_judged(situation: Situation) -> None:
    """Refuse a report that is silent on an objective which the proposer says is served (C1)."""
    found = findings(situation.given["findings"], field="findings")
    claimed = {*situation.value("objectives", ()), *situation.value("charging_objectives", ())}
    if silent := sorted(claimed - {each.objective for each in found}):
        raise InvalidValue(f"says nothing of objective {', '.join(silent)}", field="findings")


ACTS = (
    Act("submit-report", "Hand the Modification Report to the Panel", by=(CODE_ADMINISTRATOR,),
        sources=("report",), target="panel_review", takes=(ASSESSED,), documents=(REPORT, DOCUMENT),
        guards=(new_report, legal_text_reads, every_objective_is_judged, assessed), clause="D7"),
    Act("return-report", "Return the report for more work", by=PANEL, sources=("panel_review",),
        target="report", needs_reason=True,
        tells=(Told(CODE_ADMINISTRATOR, "Report of {reference} returned", "{reason}"),), clause="D7"),
    Act("consult", "Consult on the Modification Report", by=PANEL, sources=("panel_review",),
        target="consultation", takes=(CONSULTATION_DAYS,), guards=(long_enough,),
        tells=(Told(ANY_PARTY, "Consultation on {reference}: {title}"),
               Told(CONSUMER_BODY, "Consultation on {reference}: {title}")),
        clause="D7"),
    Act("close-consultation", "Close the consultation", by=(CLOCK,), sources=("consultation",),
        target="change_board", tells=(Told(CODE_ADMINISTRATOR, "Consultation on {reference} has ended"),),
        clause="D7"),
)  # fmt: skip
DEADLINES = (
    Deadline("panel-review", "Report checked by the Panel", ("panel_review",), CODE_ADMINISTRATOR,
             working_days(25), clause="D7"),
    Deadline("consultation", "Responses to the consultation", ("consultation",), ANY_PARTY,
             consultation_span, then="close-consultation", clause="D7"),
)  # fmt: skip
