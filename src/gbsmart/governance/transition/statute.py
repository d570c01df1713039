"""Changes by the Secretary of State (Energy Act 2008, sections 88 and 89; SEC X11).

What a consultation concluded is drafted as legal text, laid before Parliament in draft, and may be made
once forty days have passed in which neither House resolved otherwise; days on which Parliament is
dissolved, prorogued or away for more than four days do not count. What is made is in the Code from the
day that the direction names. The forty days are from memory.
"""

from __future__ import annotations

from gbsmart.codebook import Change, Kind
from gbsmart.governance.actors import CLOCK, CODE_ADMINISTRATOR, SECRETARY_OF_STATE
from gbsmart.governance.enactment import check
from gbsmart.governance.legal_text import DOCUMENT, read_legal_text
from gbsmart.governance.on_its_day import not_before
from gbsmart.governance.transition.directions import IS_TO_COME, TO_ALL, enact, instrument
from gbsmart.procedures import (
    Act,
    Deadline,
    Field,
    Procedure,
    Situation,
    Span,
    Told,
    days,
)
from gbsmart.procedures import (
    Kind as Of,
)

PARLIAMENT = 40
"""Days for which a draft lies before Parliament, recesses apart."""


def changes_of(situation: Situation) -> list[Change]:
    """What the legal text does to the Code; raises as ``read_legal_text`` does."""
    return read_legal_text(situation.octets_of(DOCUMENT) or b"")


def _reads_as_changes(situation: Situation) -> None:
    """The legal text can be carried out."""
    check(situation.connection, changes_of(situation), situation.at)


def _days_in_parliament(situation: Situation) -> Span:
    return days(PARLIAMENT + int(situation.value("recess_days", 0)))


def _enter(situation: Situation) -> None:
    """What was made is in the Code."""
    made = instrument(situation, Kind.SOS_DIRECTION, str(situation.value("power")))
    enact(situation, made, changes_of(situation))


POWERS = ("s88(1) Energy Act 2008", "s89 Energy Act 2008", "s88(1) and s89 Energy Act 2008", "SEC X11")

SECRETARY_OF_STATE_VARIATION = Procedure(
    name="secretary-of-state-variation",
    title="Change by the Secretary of State",
    source="Energy Act 2008 s88-89; SEC X11",
    purpose="Changes the Code as a consultation concluded: laid before Parliament, made, in force.",
    prefix="SOS",
    opening=Act(
        "conclude", "Publish the conclusions and the legal text", by=(SECRETARY_OF_STATE,),
        target="concluded",
        takes=(
            Field("title", "In one line"),
            Field("consultation", "Consultation that it concludes", required=False, help="Such as C-SEC4."),
            Field("power", "Under", Of.CHOICE, choices=POWERS),
        ),
        documents=(DOCUMENT,), guards=(_reads_as_changes,),
        tells=tuple(Told(to, "{title}: conclusions are published") for to in TO_ALL),
    ),
    states={
        "concluded": "To be laid before Parliament.",
        "laid": "It lies before Parliament.",
        "lain": "The forty days have passed: it may be made.",
        "made": "To be in force on the day that the direction names.",
        "in_force": "In the Code.",
        "annulled": "A House of Parliament resolved against it.",
        "dropped": "Not taken forward.",
    },
    final=frozenset({"in_force", "annulled", "dropped"}),
    acts=(
        Act("revise", "Hand in another legal text", by=(SECRETARY_OF_STATE,), sources=("concluded",),
            documents=(DOCUMENT,), guards=(_reads_as_changes,)),
        Act("lay", "Lay it before Parliament", by=(SECRETARY_OF_STATE,), sources=("concluded",),
            target="laid", takes=(Field("recess_days", "Days of recess known", Of.NUMBER, required=False,
                         least=0),)),
        Act("recess", "Record days that do not count", by=(SECRETARY_OF_STATE, CODE_ADMINISTRATOR),
            sources=("laid",), takes=(Field("recess_days", "Days in all", Of.NUMBER, least=0),)),
        Act("annul", "Record a resolution against it", by=(SECRETARY_OF_STATE,), sources=("laid",),
            target="annulled", needs_reason=True),
        Act("lapse", "Record that forty days have passed", by=(CLOCK,), sources=("laid",),
            target="lain"),
        Act("make", "Make it, and direct the day", by=(SECRETARY_OF_STATE,), sources=("lain",),
            target="made", takes=(Field("effective", "In force from", Of.DATE),), guards=(IS_TO_COME,),
            tells=tuple(Told(to, "{title}: in force from {effective}") for to in TO_ALL)),
        Act("enter", "Have it in force", by=(SECRETARY_OF_STATE,), sources=("made",), target="in_force",
            guards=(not_before("effective"),), effects=(_enter,)),
        Act("drop", "Take it no further", by=(SECRETARY_OF_STATE,), sources=("concluded", "lain"),
            target="dropped", needs_reason=True),
    ),
    deadlines=(
        Deadline("parliament", "Forty days before Parliament", ("laid",), SECRETARY_OF_STATE,
                 _days_in_parliament, then="lapse", clause="s89(4)"),
        Deadline("effect", "In force", ("made",), SECRETARY_OF_STATE, on="effective", at_start=True,
                 then="enter"),
    ),
    systems=("S201", "S230", "S235", "S237"),
)  # fmt: skip
