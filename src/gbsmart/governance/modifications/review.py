"""Significant Code Reviews (SEC D): while the Authority reviews a subject, proposals about it wait.

A review ends by a direction, by a statement that there will be none, or lapses 28 days after its conclusions
were published where neither came.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from gbsmart.governance.actors import ANY_PARTY, AUTHORITY, CODE_ADMINISTRATOR, DCC
from gbsmart.governance.modifications.paths import Grounds
from gbsmart.governance.modifications.states import UNDECIDED
from gbsmart.procedures import (
    THE_CLOCK,
    Act,
    Case,
    Deadline,
    Field,
    Kind,
    Procedure,
    Situation,
    Told,
    days,
    reading,
)

PROPOSAL = "modification-proposal"
RUNNING = ("running", "concluded")
_STEPS = re.compile(r"\d+|[A-Z]+|\([0-9a-z]+\)|[a-z]+")


def overlap(some: Iterable[str], others: Iterable[str]) -> bool:
    """Whether one of ``some`` references lies in one of the ``others``, or the other way round.

    ``D`` and ``D9.1`` overlap, ``D9`` and ``D9A`` do not.
    """
    pairs = [(_steps(one), _steps(other)) for one in some for other in others]
    return any(one[: len(other)] == other or other[: len(one)] == one for one, other in pairs)


def suspend_for_review(situation: Situation) -> None:
    """Suspend a proposal that comes, or comes back, about what is under review."""
    if situation.value("grounds") == Grounds.REVIEW or situation.value("exempt"):
        return
    for review in _running(situation):
        if overlap(situation.value("sections"), review.data["sections"]):
            situation.act_in(situation.case.reference, "suspend", account=THE_CLOCK)
            return


def _steps(reference: str) -> list[str]:
    return _STEPS.findall(reference.strip().removeprefix("Section "))


def _running(situation: Situation) -> list[Case]:
    return reading.cases(situation.connection, procedure=REVIEW.name, within=RUNNING)


def _suspend_overlapping(situation: Situation) -> None:
    for proposal in reading.cases(situation.connection, procedure=PROPOSAL, within=UNDECIDED):
        exempt = proposal.data.get("exempt") or proposal.data.get("grounds") == Grounds.REVIEW
        if not exempt and overlap(proposal.data["sections"], situation.value("sections")):
            situation.act_in(proposal.reference, "suspend")


def _exempt(situation: Situation) -> None:
    situation.act_in(situation.value("proposal"), "exempt")


def _resume_suspended(situation: Situation) -> None:
    others = [each for each in _running(situation) if each.reference != situation.case.reference]
    for proposal in reading.cases(situation.connection, procedure=PROPOSAL, state="suspended"):
        sections = proposal.data["sections"]
        if overlap(sections, situation.value("sections")) and not any(
            overlap(sections, other.data["sections"]) for other in others
        ):
            situation.act_in(proposal.reference, "resume-after-review")


REVIEW = Procedure(
    name="significant-code-review",
    title="Significant Code Review",
    source="SEC D1.5 to D1.8",
    purpose="Lets the Authority review a subject of the Code while proposals about it wait.",
    prefix="SCR",
    opening=Act(
        "launch", "Launch a Significant Code Review", by=(AUTHORITY,), target="running",
        takes=(
            Field("title", "Title"),
            Field("scope", "What is reviewed", Kind.LONG_TEXT),
            Field("sections", "Sections and documents under review", Kind.LINES),
        ),
        effects=(_suspend_overlapping,),
        tells=(
            Told(ANY_PARTY, "Significant Code Review {reference}: {title}", "{scope}"),
            Told(CODE_ADMINISTRATOR, "Significant Code Review {reference}: {title}", "{scope}"),
        ),
    ),
    states={
        "running": "The Authority reviews; proposals about the subject wait.",
        "concluded": "The Authority published its conclusions; a direction may follow.",
        "directed": "The Authority directed that modifications be raised.",
        "no_direction": "The Authority stated that it will direct nothing.",
        "lapsed": "Neither a direction nor a statement came in time.",
    },
    final=frozenset({"directed", "no_direction", "lapsed"}),
    acts=(
        Act("exempt-proposal", "Exempt a proposal from the review", by=(AUTHORITY,), sources=RUNNING,
            takes=(Field("proposal", "Proposal", Kind.CASE),), effects=(_exempt,), needs_reason=True),
        Act("conclude", "Publish conclusions", by=(AUTHORITY,), sources=("running",), target="concluded",
            takes=(Field("conclusions", "Conclusions", Kind.LONG_TEXT),),
            tells=(Told(ANY_PARTY, "Conclusions of {reference}: {title}", "{conclusions}"),)),
        Act("direct", "Direct that modifications be raised", by=(AUTHORITY,), sources=RUNNING,
            target="directed", takes=(Field("direction", "Direction", Kind.LONG_TEXT),),
            effects=(_resume_suspended,),
            tells=(Told(ANY_PARTY, "{reference}: direction", "{direction}"),
                   Told(DCC, "{reference}: direction", "{direction}"))),
        Act("state", "State that nothing is directed", by=(AUTHORITY,), sources=RUNNING,
            target="no_direction", effects=(_resume_suspended,), needs_reason=True,
            tells=(Told(ANY_PARTY, "{reference}: no direction", "{reason}"),)),
        Act("lapse", "Let the review lapse", by=(AUTHORITY,), sources=("concluded",), target="lapsed",
            effects=(_resume_suspended,), tells=(Told(ANY_PARTY, "{reference} has lapsed"),)),
    ),
    deadlines=(
        Deadline("direction", "Direction or statement", ("concluded",), AUTHORITY, days(28), then="lapse",
                 clause="D1.7"),
    ),
    systems=("S187",),
)  # fmt: skip
