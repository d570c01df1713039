"""What interrupts work on a proposal: withdrawal and adoption (SEC D5), rest, a Significant Code Review."""

from __future__ import annotations

from gbsmart.accounts import Capacity, Role
from gbsmart.governance.actors import (
    ANY_PARTY,
    AUTHORITY,
    CLOCK,
    CODE_ADMINISTRATOR,
    PANEL,
    PANEL_CHAIR,
)
from gbsmart.governance.modifications.assessment import cancel_assessments
from gbsmart.governance.modifications.influence import has_the_right
from gbsmart.governance.modifications.paths import Path
from gbsmart.governance.modifications.raising import MAY_RAISE, check_ground, is_proposer, proposes
from gbsmart.governance.modifications.review import suspend_for_review
from gbsmart.governance.modifications.states import UNDECIDED, came_from
from gbsmart.procedures import Act, Case, Deadline, Situation, Told, working_days

ADOPTION = working_days(10)
_BACK = {state: state for state in UNDECIDED}
"""Where a proposal goes on that was interrupted: where it was."""


def _did_not_propose(case: Case, capacity: Capacity) -> bool:
    return not proposes(case, capacity)


def _somebody_else(situation: Situation) -> None:
    if proposes(situation.case, situation.actor.capacity):
        situation.refuse("somebody else adopts a proposal that was withdrawn")


def _change_the_proposer(situation: Situation) -> None:
    situation.keep("proposer", str(situation.actor.capacity))


def _back_or_afresh(situation: Situation) -> str:
    """Where it was; what the Authority raised on Path 1 and somebody else adopts needs another path (D2)."""
    is_led = situation.value("path") == Path.AUTHORITY_LED and not situation.value("authority_direction")
    adopted_by = situation.actor.capacity.role
    return "initial_consideration" if is_led and adopted_by is not Role.AUTHORITY else came_from(situation)


def _exempt(situation: Situation) -> None:
    situation.keep("exempt", True)


ACTS = (
    Act("withdraw", "Withdraw the proposal", by=MAY_RAISE, sources=UNDECIDED, target="withdrawn",
        named=proposes, guards=(is_proposer,), needs_reason=True,
        tells=(Told(ANY_PARTY, "{reference} was withdrawn: {title}",
                    "Somebody else who may raise proposals can adopt it within 10 Working Days."),
               Told(CODE_ADMINISTRATOR, "{reference} was withdrawn: {title}", "{reason}")),
        clause="D5"),
    Act("adopt", "Adopt the proposal", by=MAY_RAISE, sources=("withdrawn",), outcomes=_BACK,
        decide=_back_or_afresh, named=_did_not_propose, guards=(_somebody_else, has_the_right, check_ground),
        effects=(_change_the_proposer, suspend_for_review),
        tells=(Told(ANY_PARTY, "{reference} was adopted: {title}"),), clause="D5"),
    Act("close", "Close the proposal", by=(CLOCK,), sources=("withdrawn",), target="closed",
        effects=(cancel_assessments,), clause="D5"),
    Act("hold", "Put the proposal on hold", by=PANEL, sources=UNDECIDED, target="on_hold",
        needs_reason=True, tells=(Told(ANY_PARTY, "{reference} is on hold: {title}", "{reason}"),)),
    Act("resume", "Go on with the proposal", by=PANEL, sources=("on_hold",), outcomes=_BACK,
        decide=came_from, effects=(suspend_for_review,),
        tells=(Told(ANY_PARTY, "{reference} goes on: {title}"),)),
    Act("suspend", "Suspend the proposal for a review", by=(AUTHORITY,), sources=UNDECIDED,
        target="suspended",
        tells=(Told(PANEL_CHAIR, "{reference} waits for a Significant Code Review"),
               Told(ANY_PARTY, "{reference} waits for a Significant Code Review")),
        clause="D1"),
    Act("exempt", "Exempt the proposal from the review", by=(AUTHORITY,), sources=("suspended",),
        outcomes=_BACK, decide=came_from, effects=(_exempt,), needs_reason=True, clause="D1"),
    Act("resume-after-review", "Go on after the review", by=(AUTHORITY,), sources=("suspended",),
        outcomes=_BACK, decide=came_from,
        tells=(Told(PANEL_CHAIR, "{reference} goes on after the review"),), clause="D1"),
)  # fmt: skip
DEADLINES = (
    Deadline("adoption", "Adoption by somebody else", ("withdrawn",), ANY_PARTY, ADOPTION, then="close",
             clause="D5"),
)  # fmt: skip
