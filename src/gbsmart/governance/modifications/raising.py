"""Raising a Modification Proposal (SEC D1): who may, and what it says."""

from __future__ import annotations

from gbsmart.accounts import Capacity, Role
from gbsmart.governance import objectives
from gbsmart.governance.actors import (
    ANY_PARTY,
    AUTHORITY,
    CODE_ADMINISTRATOR,
    CONSUMER_BODY,
    DCC,
    DESIGNATED_PERSON,
    PANEL_CHAIR,
)
from gbsmart.governance.bodies import (
    CHANGE_SUB_COMMITTEE,
    CONSUMER,
    ELECTRICITY_NETWORK,
    GAS_NETWORK,
    LARGE_SUPPLIER,
    OTHER,
    SMALL_SUPPLIER,
)
from gbsmart.governance.bodies import DCC as DCC_ITSELF
from gbsmart.governance.modifications.influence import has_the_right
from gbsmart.governance.modifications.paths import CRITERIA, GROUNDS_OF, Grounds, Path, check_path
from gbsmart.governance.modifications.review import suspend_for_review
from gbsmart.ground import InvalidValue
from gbsmart.procedures import Act, Case, Field, Kind, Situation, Told, Who, reading

DRAFT = "draft-proposal"
SUB_COMMITTEE = Who(Role.COMMITTEE_MEMBER, CHANGE_SUB_COMMITTEE.name)
MAY_RAISE = (ANY_PARTY, CONSUMER_BODY, DESIGNATED_PERSON, DCC, AUTHORITY, PANEL_CHAIR)
"""Who may raise a proposal; the Code Administrator may not."""
CONVERTING = (SUB_COMMITTEE, CODE_ADMINISTRATOR)
"""Who opens a proposal only out of a draft that became one."""
_AFFECTED = (
    LARGE_SUPPLIER, SMALL_SUPPLIER, ELECTRICITY_NETWORK, GAS_NETWORK, OTHER, DCC_ITSELF, CONSUMER,
)  # fmt: skip
_CHARGING_SECTIONS = ("J", "K")


def _impact(degree: str) -> Field:
    return Field(f"impact_{degree}", f"{degree.title()} impact on", Kind.CHOICES, False, _AFFECTED)


PROBLEM_FIELDS = (
    Field("title", "Title"),
    Field("purpose", "Purpose, in two lines"),
    _impact("high"),
    _impact("medium"),
    _impact("low"),
    Field("proposer_name", "Name of the proposer"),
    Field("organisation", "Organisation"),
    Field("phone", "Telephone", required=False),
    Field("email", "Email"),
    Field("representative", "Representative", required=False),
    Field("alternate", "Alternate representative", required=False),
)
"""What a Draft Proposal says already: the problem, not yet a solution."""
SOLUTION_FIELDS = (
    Field("description", "The problem and the solution", Kind.LONG_TEXT),
    Field("path_sought", "Path recommended", Kind.CHOICE, choices=tuple(Path)),
    Field("path_reasons", "Reasons for that path", Kind.LONG_TEXT),
    Field("criteria_met", "Criteria of Path 2 that it meets", Kind.CHOICES, False, tuple(CRITERIA)),
    Field("fast_track_statement", "Why it can take the fast track", Kind.LONG_TEXT, False),
    Field("urgent_sought", "Is it urgent?", Kind.YES_NO),
    Field("urgency_reasons", "Reasons for its urgency", Kind.LONG_TEXT, False),
    Field("working_group_sought", "Should a Working Group refine it first?", Kind.YES_NO),
    Field("sections", "Sections and documents affected", Kind.LINES, help="Such as H4.8 or Appendix AC."),
    Field("draft_text", "Draft of the legal text", Kind.LONG_TEXT, False),
    Field("objectives", "General objectives that it serves", Kind.CHOICES, choices=tuple(objectives.GENERAL),
          help=" ".join(f"({letter}) {text}" for letter, text in objectives.GENERAL.items())),
    Field("charging_objectives", "Charging objectives that it serves", Kind.CHOICES, False,
          tuple(objectives.CHARGING)),
    Field("objective_reasons", "How it serves them", Kind.LONG_TEXT),
    Field("dcc_systems", "Do DCC systems change?", Kind.YES_NO),
    Field("user_systems", "Do systems of Users change?", Kind.YES_NO),
    Field("other_codes", "Other codes affected", Kind.LINES, False),
    Field("greenhouse_gas", "Effect on greenhouse gas", required=False),
    Field("requested_date", "Implementation date wanted", Kind.DATE, False),
    Field("exemption_sought", "Should it be exempt from a Significant Code Review?", Kind.YES_NO),
    Field("exemption_reasons", "Reasons for an exemption", Kind.LONG_TEXT, False),
    Field("grounds", "Ground on which it is raised", Kind.CHOICE, False, tuple(Grounds),
          help="Asked of the DCC, the Authority and the Panel, who do not raise proposals at will."),
    Field("authority_direction", "Direction of the Authority that it follows", required=False),
)  # fmt: skip
PROPOSAL_FIELDS = PROBLEM_FIELDS + SOLUTION_FIELDS


def may_raise(situation: Situation) -> None:
    """Turn down who may not raise a proposal, or not on this ground, or not about this (SEC D1.3)."""
    if situation.case.parent:
        _check_draft(situation)
        return
    check_ground(situation)


def check_ground(situation: Situation) -> None:
    """The part of it that holds for a Draft Proposal too."""
    role, of = situation.actor.capacity.role, situation.actor.capacity.of
    if role in {each.role for each in CONVERTING}:
        situation.refuse(f"the {role} raises no proposals (D1)", remedy="A Party can, or the Panel.")
    grounds = situation.value("grounds")
    if role in GROUNDS_OF and grounds not in GROUNDS_OF[role]:
        raise InvalidValue(
            f"the {role} does not raise a proposal at will", field="grounds",
            remedy=f"It can on the ground of {' or '.join(sorted(GROUNDS_OF[role]))}.",
        )  # fmt: skip
    foreign = [each for each in situation.value("sections", []) if not each.startswith(_CHARGING_SECTIONS)]
    if role is Role.DESIGNATED_PERSON and foreign:
        situation.refuse(f"{of} is designated to modify the charges alone, and {foreign[0]} is none of them")


def _check_draft(situation: Situation) -> None:
    draft = reading.case(situation.connection, situation.case.parent)
    if draft.procedure != DRAFT or draft.state != "converted":
        situation.refuse(f"{draft.reference} is no draft that became a proposal")


def each_wish_has_its_reasons(situation: Situation) -> None:
    """Refuse urgency, the fast track or an exemption without reasons, and a category named twice."""
    wishes = (
        (situation.value("urgent_sought"), "urgency_reasons"),
        (situation.value("exemption_sought"), "exemption_reasons"),
        (situation.value("path_sought") == Path.FAST_TRACK, "fast_track_statement"),
    )
    for wished, reasons in wishes:
        if wished and not situation.value(reasons):
            raise InvalidValue("is needed with what is asked for", field=reasons)
    check_path(
        situation, Path(situation.value("path_sought")), situation.value("criteria_met", ()),
        field="criteria_met",
    )  # fmt: skip


def each_category_has_one_impact(situation: Situation) -> None:
    """Refuse a category that is said to be affected to two degrees."""
    named = [one for degree in ("high", "medium", "low") for one in situation.value(f"impact_{degree}", [])]
    for one in named:
        if named.count(one) > 1:
            raise InvalidValue(f"the impact on {one} has one degree", field="impact_low")


def name_the_proposer(situation: Situation) -> None:
    """Keep whose proposal it is: of the draft's proposer, or else of who raises it."""
    proposer = str(situation.actor.capacity)
    if situation.case.parent:
        proposer = reading.case(situation.connection, situation.case.parent).data["proposer"]
    situation.keep("proposer", proposer)


def proposes(case: Case, capacity: Capacity) -> bool:
    """Whether a proposal, or a draft, is of who holds this capacity."""
    return bool(str(capacity) == case.data.get("proposer"))


def is_proposer(situation: Situation) -> None:
    """Refuse what only the proposer does."""
    if not proposes(situation.case, situation.actor.capacity):
        situation.refuse(f"that is for the proposer, {situation.value('proposer')}")


RAISE = Act(
    "raise", "Raise a Modification Proposal", by=(*MAY_RAISE, *CONVERTING), target="initial_consideration",
    takes=PROPOSAL_FIELDS,
    guards=(
        has_the_right, may_raise, name_the_proposer, each_wish_has_its_reasons, each_category_has_one_impact,
    ),
    effects=(suspend_for_review,),
    tells=(Told(CODE_ADMINISTRATOR, "{reference} was raised: {title}", "{purpose}"),),
    clause="D1",
)  # fmt: skip
