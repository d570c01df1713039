"""What the DCC says a proposal would take (SEC D6): preliminary and full assessments, and how timely (D11).

Each is a case of its own that the proposal opens. It is due within the time that the Code gives it, sooner
where the proposal is urgent, later where the DCC asked to revise that and it was agreed.
"""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from typing import Any

from gbsmart.governance.actors import CODE_ADMINISTRATOR, DCC, PANEL, PANEL_CHAIR
from gbsmart.ground import InvalidValue
from gbsmart.ground.working_days import civil_day, end_of, start_of, working_days_between
from gbsmart.procedures import (
    THE_CLOCK,
    Act,
    Case,
    Deadline,
    Field,
    Kind,
    NewDocument,
    Procedure,
    Situation,
    Span,
    Told,
    reading,
    working_days,
)

DOCUMENT = "Assessment"
REPORT = "Assessment times"
DUE_ON = Field("due_on", "Due on", Kind.DATE, required=False)


def _asked_for_more_time(situation: Situation) -> None:
    if not situation.value("revised_due"):
        situation.refuse("the DCC has not asked for another date")


def _later(situation: Situation) -> None:
    if situation.value("revised_due") <= civil_day(situation.at):
        raise InvalidValue("is past", field="revised_due")


def _give_the_time(situation: Situation) -> None:
    situation.keep("due_on", situation.value("revised_due").isoformat())
    _forget_the_date(situation)


def _forget_the_date(situation: Situation) -> None:
    situation.keep("revised_due", None)


def _procedure(name: str, kind: str, prefix: str, within: Span) -> Procedure:
    return Procedure(
        name=name,
        title=f"{kind} Assessment by the DCC",
        source="SEC D6",
        purpose=f"Has the DCC say what a proposal means for its systems: the {kind.lower()} assessment.",
        prefix=prefix,
        opening=Act(
            "request", f"Request a {kind} Assessment", by=(CODE_ADMINISTRATOR, PANEL_CHAIR),
            target="requested",
            takes=(Field("title", "Proposal"), Field("questions", "What to assess", Kind.LONG_TEXT), DUE_ON),
            tells=(Told(DCC, f"{{reference}}: {kind} Assessment of {{title}}", "{questions}"),),
        ),
        states={"requested": "The DCC assesses the proposal.", "delivered": "The assessment is there.",
                "cancelled": "It is not needed any more."},
        final=frozenset({"delivered", "cancelled"}),
        acts=(
            Act("deliver", "Deliver the assessment", by=(DCC,), sources=("requested",), target="delivered",
                documents=(DOCUMENT,),
                takes=(Field("cost", "Cost", Kind.MONEY, least=0),
                       Field("lead_time", "Lead time in months", Kind.NUMBER, least=0),
                       Field("systems_change", "Do DCC systems change?", Kind.YES_NO)),
                tells=(Told(CODE_ADMINISTRATOR, "{reference}: assessment of {title}",
                            "Cost £{cost}, lead time {lead_time} months."),)),
            Act("ask-revision", "Ask for another date", by=(DCC,), sources=("requested",),
                takes=(Field("revised_due", "Date asked for", Kind.DATE),), guards=(_later,),
                tells=(Told(CODE_ADMINISTRATOR, "{reference}: the DCC asks for {revised_due}", "{reason}"),),
                needs_reason=True),
            Act("agree-revision", "Agree to the other date", by=PANEL, sources=("requested",),
                guards=(_asked_for_more_time,), effects=(_give_the_time,),
                tells=(Told(DCC, "{reference}: due on {revised_due}"),)),
            Act("refuse-revision", "Refuse the other date", by=PANEL, sources=("requested",),
                guards=(_asked_for_more_time,),
                effects=(_forget_the_date,),
                tells=(Told(DCC, "{reference}: no other date", "{reason}"),), needs_reason=True),
            Act("cancel", "Cancel the assessment", by=PANEL, sources=("requested",), target="cancelled",
                tells=(Told(DCC, "{reference} is not needed any more"),)),
        ),
        deadlines=(
            Deadline("assessment", f"{kind} Assessment", ("requested",), DCC, within, on="due_on",
                     clause="D6"),
        ),
        systems=("S192",),
    )  # fmt: skip


PRELIMINARY = _procedure("dcc-preliminary-assessment", "Preliminary", "PA", working_days(15))
FULL = _procedure("dcc-impact-assessment", "Impact", "IA", working_days(40))
ASSESSMENTS = {"preliminary": PRELIMINARY.name, "full": FULL.name}


def assessments_of(situation: Situation) -> list[Case]:
    """The assessments that a proposal asked for."""
    return [each for each in situation.children() if each.procedure in ASSESSMENTS.values()]


def cancel_assessments(situation: Situation) -> None:
    """Cancel those of a proposal that nobody works on any more."""
    for each in assessments_of(situation):
        if each.state == "requested":
            situation.act_in(each.reference, "cancel", account=THE_CLOCK)


def times(situation: Situation, first: date, last: date) -> list[dict[str, Any]]:
    """How long the assessments took that were asked for in a period, and how late each was or is."""
    rows = []
    for name, procedure in ASSESSMENTS.items():
        for case in reading.cases(situation.connection, procedure=procedure):
            asked = civil_day(case.opened_at)
            if not first <= asked <= last or case.state == "cancelled":
                continue
            due = reading.deadlines(situation.connection, reference=case.reference)[-1]
            done = case.entered_at if case.state == "delivered" else None
            day, until = civil_day(done or situation.at), civil_day(due.due_at - timedelta(seconds=1))
            late = max(0, working_days_between(until, day))
            rows.append(
                {
                    "assessment": case.reference, "proposal": case.parent, "kind": name,
                    "requested": asked.isoformat(), "due": until.isoformat(),
                    "delivered": civil_day(done).isoformat() if done else "",
                    "working_days": working_days_between(asked, day), "working_days_late": late,
                    "revised": bool(case.data.get("due_on")),
                }
            )  # fmt: skip
    return sorted(rows, key=lambda row: (row["requested"], row["assessment"]))


def _period(situation: Situation) -> None:
    if end_of(situation.value("last_day")) > situation.at:
        raise InvalidValue("the period is not over yet", field="last_day")
    if start_of(situation.value("first_day")) > end_of(situation.value("last_day")):
        raise InvalidValue("the period ends before it begins", field="last_day")


def _file_times(situation: Situation) -> None:
    rows = times(situation, situation.value("first_day"), situation.value("last_day"))
    situation.keep("assessments", rows)
    situation.keep("late", sum(row["working_days_late"] > 0 for row in rows))
    text = io.StringIO()
    columns = ("assessment", "proposal", "kind", "requested", "due", "delivered", "working_days",
               "working_days_late", "revised")  # fmt: skip
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    situation.file(NewDocument(REPORT, "How long assessments took", text.getvalue().encode(), "text/csv"))


TIMES = Procedure(
    name="dcc-assessment-report",
    title="Report on the times of assessments",
    source="SEC D11",
    purpose="Tells the Panel how long the DCC took for its assessments, and which came late.",
    prefix="IAR",
    opening=Act(
        "report", "Report on a period", by=(DCC,), target="submitted",
        takes=(Field("first_day", "First day", Kind.DATE), Field("last_day", "Last day", Kind.DATE),
               Field("explanation", "Why some were late", Kind.LONG_TEXT, False)),
        guards=(_period,),
        effects=(_file_times,),
        tells=(Told(PANEL_CHAIR, "{reference}: times of assessments", "{explanation}"),),
    ),
    states={"submitted": "The Panel has not seen it yet.", "noted": "The Panel has seen it."},
    final=frozenset({"noted"}),
    acts=(Act("note", "Note the report", by=PANEL, sources=("submitted",), target="noted",
              takes=(Field("remarks", "Remarks", Kind.LONG_TEXT, False),)),),
    systems=("S193",),
)  # fmt: skip
