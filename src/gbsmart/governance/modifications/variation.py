"""Authority-led variations (SEC D9A): the Authority's text, seen by Panel and Change Board, then decided."""

from __future__ import annotations

from gbsmart.governance.actors import ANY_PARTY, AUTHORITY, CODE_ADMINISTRATOR, DCC, PANEL
from gbsmart.governance.legal_text import DOCUMENT
from gbsmart.governance.modifications import board, implementation
from gbsmart.governance.modifications.paths import Path
from gbsmart.governance.modifications.reporting import legal_text_reads
from gbsmart.governance.objectives import GENERAL
from gbsmart.procedures import Act, Deadline, Field, Kind, Procedure, Situation, Told, working_days
from gbsmart.procedures.counting import APPROVE, INQUORATE, REJECT

REPORT = "Report on the variation"


def _path_one(situation: Situation) -> None:
    situation.keep("path", Path.AUTHORITY_LED.value)


def _new_report(situation: Situation) -> None:
    if not any(each.kind == REPORT for each in situation.documents):
        situation.refuse(f"the document {REPORT!r} comes with this act, and is written anew each time")


def _new_text(situation: Situation) -> None:
    if any(each.kind == DOCUMENT for each in situation.documents):
        legal_text_reads(situation)


_VIEW = Act(
    "count-votes", "Count the votes of the Change Board", by=PANEL, sources=("change_board", "reconvened"),
    outcomes={APPROVE: "with_authority", REJECT: "with_authority", INQUORATE: "adjourned"},
    decide=board.position,
    tells=(Told(AUTHORITY, "The Change Board's view of {reference}: {outcome}", "{title}"),
           Told(ANY_PARTY, "The Change Board's view of {reference}: {outcome}", "{title}")),
    clause="D9A",
)  # fmt: skip
VARIATION = Procedure(
    name="authority-led-variation",
    title="Authority-led variation",
    source="SEC D9A",
    purpose="Lets the Authority change the Code with its own text, once Panel and Change Board have spoken.",
    prefix="ALV",
    opening=Act(
        "send", "Send the text of a variation", by=(AUTHORITY,), target="report",
        takes=(
            Field("title", "Title"),
            Field("purpose", "Purpose, in two lines"),
            Field("reasons", "Reasons", Kind.LONG_TEXT),
            Field("sections", "Sections and documents affected", Kind.LINES),
            Field("objectives", "General objectives that it serves", Kind.CHOICES, choices=tuple(GENERAL)),
            Field("dcc_systems", "Do DCC systems change?", Kind.YES_NO),
            Field("requested_date", "Implementation date wanted", Kind.DATE, False),
        ),
        documents=(DOCUMENT,), guards=(legal_text_reads, _path_one),
        tells=(Told(CODE_ADMINISTRATOR, "Variation {reference}: {title}", "{reasons}"),
               Told(ANY_PARTY, "Variation {reference}: {title}", "{reasons}")),
        clause="D9A",
    ),
    states={
        "report": "The Panel reports on the text.",
        "change_board": "The Change Board says what it thinks of it.",
        "adjourned": "Too few members of the Change Board took part; its meeting is held again.",
        "reconvened": "The Change Board votes at the reconvened meeting.",
        "with_authority": "The Authority decides.",
        "approved": "It is to be made; the date is not fixed yet.",
        "scheduled": "It is made on its implementation date.",
        "implemented": "It is part of the Code.",
        "ended": "The Authority does not go on with it.",
    },
    final=frozenset({"implemented", "ended"}),
    acts=(
        Act("submit-report", "Hand the report to the Change Board", by=PANEL, sources=("report",),
            target="change_board", documents=(REPORT,), guards=(_new_report,), clause="D9A",
            tells=(Told(DCC, "Report on variation {reference}: {title}"),)),
        _VIEW,
        board.RECONVENE,
        Act("decide", "Make the variation", by=(AUTHORITY,), sources=("with_authority",), target="approved",
            needs_reason=True, tells=(Told(ANY_PARTY, "{reference} is made: {title}", "{reason}"),),
            clause="D9A"),
        Act("revise", "Revise the text", by=(AUTHORITY,), sources=("report", "with_authority"),
            target="report", documents=(DOCUMENT,), guards=(_new_text,), needs_reason=True,
            tells=(Told(CODE_ADMINISTRATOR, "The text of {reference} is revised", "{reason}"),),
            clause="D9A"),
        Act("end", "End the variation", by=(AUTHORITY,),
            sources=("report", "change_board", "adjourned", "reconvened", "with_authority"), target="ended",
            needs_reason=True, tells=(Told(ANY_PARTY, "{reference} is not made: {title}", "{reason}"),),
            clause="D9A"),
        *implementation.ACTS,
    ),
    deadlines=(
        Deadline("report", "Report of the Panel", ("report",), CODE_ADMINISTRATOR, working_days(25),
                 clause="D9A"),
        *board.DEADLINES,
        *implementation.DEADLINES,
    ),
    ballots=board.BALLOTS,
    systems=("S198",),
)  # fmt: skip
