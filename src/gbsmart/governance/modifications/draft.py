"""Draft Proposals (SECMP0049): a problem is stated and developed before a solution is proposed."""

from __future__ import annotations

from gbsmart.governance.actors import (
    ANY_PARTY,
    AUTHORITY,
    CODE_ADMINISTRATOR,
    CONSUMER_BODY,
    DCC,
    PANEL,
    PANEL_CHAIR,
)
from gbsmart.governance.modifications.influence import has_the_right
from gbsmart.governance.modifications.raising import (
    DRAFT,
    MAY_RAISE,
    PROBLEM_FIELDS,
    PROPOSAL_FIELDS,
    SOLUTION_FIELDS,
    SUB_COMMITTEE,
    check_ground,
    each_category_has_one_impact,
    each_wish_has_its_reasons,
    is_proposer,
    name_the_proposer,
    proposes,
)
from gbsmart.governance.modifications.review import PROPOSAL
from gbsmart.procedures import Act, Deadline, Field, Kind, Procedure, Situation, Told, working_days

_OPEN = ("statement", "commented", "development")


def _solution_is_there(situation: Situation) -> None:
    if situation.value("description") is None:
        situation.refuse("the proposer has not said what is proposed")


def _raise_the_proposal(situation: Situation) -> None:
    names = [each.name for each in PROPOSAL_FIELDS]
    given = {name: situation.case.data[name] for name in names if name in situation.case.data}
    situation.open(PROPOSAL, given)


DRAFT_PROPOSAL = Procedure(
    name=DRAFT,
    title="Draft Proposal",
    source="SEC D1, SECMP0049",
    purpose="Agrees on a problem before a modification of the Code is proposed for it.",
    prefix="DP",
    opening=Act(
        "state-problem", "State a problem", by=MAY_RAISE, target="statement",
        takes=(*PROBLEM_FIELDS, Field("problem", "The problem", Kind.LONG_TEXT),
               next(each for each in SOLUTION_FIELDS if each.name == "grounds")),
        guards=(has_the_right, check_ground, name_the_proposer, each_category_has_one_impact),
        tells=(Told(CODE_ADMINISTRATOR, "Draft Proposal {reference}: {title}", "{purpose}"),),
        clause="D1",
    ),
    states={
        "statement": "The Code Administrator comments as a critical friend.",
        "commented": "The proposer considers the comments.",
        "development": "The Change Sub-Committee and the industry develop it.",
        "converted": "It became a Modification Proposal.",
        "closed": "It did not become one.",
        "withdrawn": "The proposer took it back.",
    },
    final=frozenset({"converted", "closed", "withdrawn"}),
    acts=(
        Act("comment-as-friend", "Comment as a critical friend", by=(CODE_ADMINISTRATOR,),
            sources=("statement",), target="commented",
            takes=(Field("friend", "Comments", Kind.LONG_TEXT),), clause="C7"),
        Act("submit", "Submit to the Change Sub-Committee", by=MAY_RAISE, sources=("commented",),
            target="development", takes=(Field("problem", "The problem", Kind.LONG_TEXT),),
            named=proposes, guards=(is_proposer, has_the_right),
            tells=(Told(SUB_COMMITTEE, "Draft Proposal {reference}: {title}", "{problem}"),
                   Told(ANY_PARTY, "Comments wanted on Draft Proposal {reference}: {title}", "{problem}"))),
        Act("comment", "Comment", by=(ANY_PARTY, CONSUMER_BODY, DCC, AUTHORITY), sources=("development",),
            takes=(Field("comment", "Comment", Kind.LONG_TEXT),), guards=(has_the_right,)),
        Act("propose-solution", "Say what is proposed", by=MAY_RAISE, sources=("development",),
            takes=SOLUTION_FIELDS,
            named=proposes, guards=(is_proposer, has_the_right, each_wish_has_its_reasons)),
        Act("convert", "Make it a Modification Proposal", by=(SUB_COMMITTEE, *PANEL),
            sources=("development",), target="converted", guards=(_solution_is_there,),
            effects=(_raise_the_proposal,),
            tells=(Told(PANEL_CHAIR, "{reference} became a Modification Proposal: {title}"),)),
        Act("close", "Close it", by=(SUB_COMMITTEE, *PANEL), sources=("development",), target="closed",
            needs_reason=True, tells=(Told(ANY_PARTY, "{reference} is closed: {title}", "{reason}"),)),
        Act("withdraw", "Withdraw it", by=MAY_RAISE, sources=_OPEN, target="withdrawn",
            named=proposes, guards=(is_proposer,), needs_reason=True),
    ),
    deadlines=(
        Deadline("critical-friend", "Comments of the critical friend", ("statement",), CODE_ADMINISTRATOR,
                 working_days(5, "S"), clause="C7"),
        Deadline("sub-committee", "Considered by the Change Sub-Committee", ("development",), SUB_COMMITTEE,
                 working_days(25)),
    ),
    systems=("S188", "S189"),
)  # fmt: skip
