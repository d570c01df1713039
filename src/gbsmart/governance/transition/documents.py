"""Subsidiary Documents: drafted, consulted on, designated, and so made part of the Code (SEC X5, X8).

The Code names documents before they are written ("Appendix [TBC]"). Whoever must draft one, mostly the
DCC, drafts it, consults on it, and submits it to the Secretary of State, who designates it with a day:
from then on it is an appendix or schedule, and the sections in force change with it. It may be designated
again in another form (X5.4), and the date by which a draft is due may be moved by direction.
"""

from __future__ import annotations

from gbsmart import codebook
from gbsmart.codebook import Change, Kind, Verb
from gbsmart.governance.actors import ANY_PARTY, DCC, SECRETARY_OF_STATE
from gbsmart.governance.on_its_day import not_before
from gbsmart.governance.transition.directions import IS_TO_COME, TO_ALL, enact, instrument
from gbsmart.ground import NotFound
from gbsmart.procedures import (
    Act,
    Deadline,
    Field,
    Procedure,
    Situation,
    Told,
    working_days,
)
from gbsmart.procedures import (
    Kind as Of,
)

DRAFT = "Draft"


def _names_an_appendix_or_schedule(situation: Situation) -> None:
    """It is to be an appendix or a schedule."""
    ref = str(situation.value("ref"))
    if not ref.startswith(("Appendix ", "Schedule ")):
        situation.refuse(f"{ref!r} is neither an appendix nor a schedule", remedy="Such as 'Appendix AL'.")


def _is_designated_once(situation: Situation) -> None:
    """What is part of the Code can only be designated again, and the other way round."""
    ref, anew = str(situation.value("ref")), situation.value("anew")
    try:
        codebook.provision_at(situation.connection, ref, situation.at)
    except NotFound:
        if anew:
            situation.refuse(f"{ref} is no part of the Code: it cannot be designated again")
    else:
        if not anew:
            situation.refuse(f"{ref} is part of the Code already", remedy="Designate it again (anew).")


def _incorporate(situation: Situation) -> None:
    """The document is part of the Code, with the text of its newest draft where that is text."""
    octets = situation.octets_of(DRAFT) or b""
    try:
        text = octets.decode()
    except UnicodeDecodeError:
        text = None
    verb = Verb.REDESIGNATED if situation.value("anew") else Verb.DESIGNATED
    change = Change(verb, str(situation.value("ref")), text=text, heading=situation.case.title)
    made = instrument(situation, Kind.TRANSITIONAL, "SEC X5 + DCC Licence Condition 22")
    consequences = [Change(Verb.AMENDED, ref) for ref in situation.value("consequences") or ()]
    enact(situation, made, [change, *consequences])


def _publish_the_draft(situation: Situation) -> None:
    """A consultation is on something."""
    if not situation.has_document(DRAFT):
        situation.refuse("there is no draft to consult on")


_DAY = Field("draft_by", "Draft due by", Of.DATE, required=False)

SUBSIDIARY_DOCUMENT = Procedure(
    name="subsidiary-document",
    title="Incorporation of a document",
    source="SEC X5, X8; DCC Licence Condition 22",
    purpose="Takes a document that the Code names from its draft to being part of the Code.",
    prefix="DOC",
    opening=Act(
        "name", "Name the document", by=(SECRETARY_OF_STATE, DCC), target="named",
        takes=(
            Field("title", "Title of the document"),
            Field("ref", "What it is to be", help="Such as Appendix AL or Schedule 12."),
            Field("anew", "It is part of the Code already, and designated again", Of.YES_NO),
            Field("under", "Named in", required=False, help="The clause that names it, such as H8.15."),
            _DAY,
        ),
        guards=(_names_an_appendix_or_schedule, _is_designated_once), clause="X5.1",
    ),
    states={
        "named": "The Code names it; a draft is due.",
        "drafted": "There is a draft.",
        "consulted": "Parties are consulted on the draft.",
        "submitted": "The Secretary of State considers it.",
        "designated": "To be part of the Code on the day designated.",
        "incorporated": "Part of the Code.",
        "dropped": "Not pursued.",
    },
    final=frozenset({"incorporated", "dropped"}),
    acts=(
        Act("move", "Direct another day for the draft", by=(SECRETARY_OF_STATE,), sources=("named",),
            takes=(_DAY,), needs_reason=True),
        Act("draft", "Hand in a draft", by=(DCC, SECRETARY_OF_STATE), sources=("named", "drafted"),
            target="drafted", documents=(DRAFT,)),
        Act("consult", "Consult on the draft", by=(DCC, SECRETARY_OF_STATE), sources=("drafted",),
            target="consulted", takes=(Field("closes", "Responses until", Of.DATE),),
            guards=(_publish_the_draft,),
            tells=(Told(ANY_PARTY, "{title}: a draft to comment on until {closes}"),)),
        Act("respond", "Respond", by=(ANY_PARTY,), sources=("consulted",),
            takes=(Field("response", "Response", Of.LONG_TEXT),)),
        Act("close", "Close the consultation", by=(DCC, SECRETARY_OF_STATE), sources=("consulted",),
            target="drafted"),
        Act("submit", "Submit it to the Secretary of State", by=(DCC,), sources=("drafted",),
            target="submitted", takes=(Field("report", "How responses were met", Of.LONG_TEXT),),
            tells=(Told(SECRETARY_OF_STATE, "{title} is submitted"),)),
        Act("return", "Return it for more work", by=(SECRETARY_OF_STATE,), sources=("submitted",),
            target="drafted", needs_reason=True),
        Act("designate", "Designate it", by=(SECRETARY_OF_STATE,), sources=("submitted", "drafted"),
            target="designated",
            takes=(Field("effective", "Part of the Code from", Of.DATE),
                   Field("consequences", "Sections that change with it, one a line", Of.LINES,
                         required=False)),
            guards=(_is_designated_once, IS_TO_COME), clause="X5.4",
            tells=tuple(Told(to, "{title} is {ref} from {effective}") for to in TO_ALL)),
        Act("incorporate", "Have it in the Code", by=(SECRETARY_OF_STATE,), sources=("designated",),
            target="incorporated", guards=(not_before("effective"),), effects=(_incorporate,)),
        Act("drop", "Drop it", by=(SECRETARY_OF_STATE,), sources=("named", "drafted", "submitted"),
            target="dropped", needs_reason=True),
    ),
    deadlines=(
        Deadline("draft", "Draft", ("named",), DCC, on="draft_by"),
        Deadline("responses", "Responses", ("consulted",), ANY_PARTY, on="closes", then="close"),
        Deadline("decision", "Designation", ("submitted",), SECRETARY_OF_STATE, working_days(40)),
        Deadline("effect", "Part of the Code", ("designated",), SECRETARY_OF_STATE, on="effective",
                 at_start=True, then="incorporate"),
    ),
    systems=("S227", "S229", "S231"),
)  # fmt: skip

__all__ = ["DRAFT", "SUBSIDIARY_DOCUMENT"]
