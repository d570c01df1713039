"""Disputes (SEC M7), those about equipment that go to the Panel first among them (SEC F3).

A dispute is negotiated in good faith by people who are named. Where the Code gives the matter to the Panel
(whether equipment complies, charges, gateway connections, tests), the Panel decides it, and its decision
may be appealed to the Authority where the Code says so; where the licences give it to the Authority, the
Authority does; everything else goes to arbitration in London under the Arbitration Act 1996. The order of
the steps and all clocks are from memory. No source names an ombudsman for disputes under the Code, so there
is no such route.
"""

from __future__ import annotations

from typing import NamedTuple

from gbsmart.accounts import Capacity, Role
from gbsmart.governance.actors import (
    ARBITRATOR,
    AUTHORITY,
    CODE_ADMINISTRATOR,
    DCC,
    PANEL,
    PARTY_CONCERNED,
    PARTY_OPENING,
)
from gbsmart.procedures import (
    Act,
    Deadline,
    Field,
    Kind,
    Procedure,
    Situation,
    Told,
    Who,
    working_days,
)


class Matter(NamedTuple):
    """What a dispute can be about: who decides it, and whether the Panel's decision can be appealed."""

    name: str
    decider: str
    clause: str
    appeal: bool = False


MATTERS = {
    matter.name: matter
    for matter in (
        Matter("equipment compliance", "panel", "F3"),
        Matter("charges", "panel", "J2", appeal=True),
        Matter("gateway connection", "panel", "H15", appeal=True),
        Matter("testing", "panel", "H14", appeal=True),
        Matter("licence matter", "authority", "DCC licence"),
        Matter("other", "arbitration", "M7"),
    )
}
"""Matters of dispute, and the way that the Code gives each."""

BOTH = (PARTY_OPENING, PARTY_CONCERNED, DCC)
"""Either side; the DCC where it is one of them."""


def _two_sides(situation: Situation) -> None:
    """Nobody is in dispute with itself."""
    capacity = situation.actor.capacity
    if situation.value("respondent") == ("DCC" if capacity.role is Role.DCC else capacity.of):
        situation.refuse("a dispute has two sides", remedy="Name the other one as the respondent.")


def _side(name: str) -> Capacity:
    """A side as it acts: the DCC by its role, a Party by its signifier."""
    return Capacity(Role.DCC) if name == "DCC" else Capacity(Role.PARTY, name)


def _tell_both_sides(situation: Situation) -> None:
    """Both sides have notice of what the Panel decided."""
    for name in (situation.case.subject, situation.case.data["notified_by"]):
        situation.notify(
            _side(name), f"{situation.case.reference}: the Panel has decided",
            str(situation.value("determination")),
        )  # fmt: skip


def _cuts_off_no_appeal(situation: Situation) -> None:
    """One side does not end the time in which the other may appeal."""
    matter = MATTERS[str(situation.value("matter"))]
    if matter.appeal and situation.actor.capacity.role is not Role.CLOCK:
        situation.refuse("an appeal can still be made", remedy="It stands when the time for one has passed.")


def _tell_the_other_side(situation: Situation) -> None:
    """The respondent has notice of the dispute."""
    to = _side(str(situation.value("respondent")))
    situation.notify(to, f"Dispute {situation.case.reference}: {situation.case.title}", channel="email")


def _is_a_side(situation: Situation) -> None:
    """The DCC acts in a dispute only where it is one of the sides."""
    sides = (situation.case.subject, situation.case.data.get("notified_by"))
    if situation.actor.capacity.role is Role.DCC and "DCC" not in sides:
        situation.refuse("the DCC is no side of it")


def _this_side(situation: Situation) -> str:
    capacity = situation.actor.capacity
    return "DCC" if capacity.role is Role.DCC else capacity.of


def _note_the_offer(situation: Situation) -> None:
    """Keep who offers what, and tell the other side."""
    mine = _this_side(situation)
    situation.keep("offered_by", mine)
    notified_by, respondent = situation.case.data["notified_by"], situation.case.subject
    other = respondent if mine == notified_by else notified_by
    situation.notify(
        _side(other), f"{situation.case.reference}: an offer to settle", str(situation.value("terms"))
    )


def _takes_the_other_sides_offer(situation: Situation) -> None:
    """Nobody settles with itself."""
    offered_by = situation.case.data.get("offered_by")
    if offered_by is None:
        situation.refuse("nothing has been offered", remedy="Offer terms first (act 'offer').")
    if offered_by == _this_side(situation):
        situation.refuse("it is for the other side to take the offer")


def _gave_notice(situation: Situation) -> None:
    """Who gave notice of it takes it back, and nobody else."""
    if situation.actor.capacity.role is Role.DCC and situation.case.data.get("notified_by") != "DCC":
        situation.refuse("the DCC did not give notice of it")


def _note_who(situation: Situation) -> None:
    """Keep who gave notice."""
    capacity = situation.actor.capacity
    situation.keep("notified_by", "DCC" if capacity.role is Role.DCC else capacity.of)


def _way(situation: Situation) -> str:
    return MATTERS[str(situation.value("matter"))].decider


def _appealable(situation: Situation) -> None:
    """Only where the Code lets the Panel's decision be appealed."""
    matter = MATTERS[str(situation.value("matter"))]
    if not matter.appeal:
        situation.refuse(
            f"the Panel's decision on {matter.name} is final", remedy=f"SEC {matter.clause} names no appeal."
        )


def _route_is_open(situation: Situation) -> None:
    """No step is skipped while the people named still have time to agree."""
    if situation.case.data.get("negotiators") is None:
        situation.refuse("nobody has been named to negotiate", remedy="Name them first (act 'negotiate').")


DETERMINATION = (
    Field("determination", "What was decided", Kind.LONG_TEXT),
    Field("complies_by", "To be complied with by", Kind.DATE, required=False),
)

DISPUTE = Procedure(
    name="dispute",
    title="Dispute",
    source="SEC M7, F3, J2, H14, H15",
    purpose="Settles a dispute between Parties, or with the DCC, by the way that the Code gives its matter.",
    prefix="DIS",
    subject="respondent",
    opening=Act(
        "notify", "Give notice of a dispute", by=(Who(Role.PARTY), DCC), target="notified",
        takes=(
            Field("title", "In one line"),
            Field("respondent", "The other side", help="The signifier of a Party, or DCC."),
            Field("matter", "Matter", Kind.CHOICE, choices=tuple(MATTERS)),
            Field("facts", "Facts, and what is asked for", Kind.LONG_TEXT),
            Field("amount", "Amount in dispute", Kind.MONEY, required=False, least=0),
        ),
        guards=(_two_sides,), effects=(_note_who, _tell_the_other_side), clause="M7.1",
    ),
    states={
        "notified": "The other side has notice; who negotiates is to be named.",
        "negotiating": "People named by both sides negotiate in good faith.",
        "panel": "The Panel considers it.",
        "panel_decided": "The Panel has decided; an appeal may still be made.",
        "authority": "The Authority considers it.",
        "arbitration": "An arbitrator sits in London.",
        "determined": "It is decided; the decision is to be complied with.",
        "settled": "The sides agreed.",
        "withdrawn": "Taken back.",
        "complied": "What was decided has been done.",
    },
    final=frozenset({"settled", "withdrawn", "complied"}),
    acts=(
        Act("negotiate", "Name who negotiates", by=BOTH, sources=("notified",), target="negotiating",
            takes=(Field("negotiators", "Who negotiates, one a line", Kind.LINES),),
            guards=(_is_a_side,), clause="M7.2"),
        Act("offer", "Offer terms", by=BOTH, sources=("notified", "negotiating", "panel"),
            takes=(Field("terms", "Terms", Kind.LONG_TEXT),), guards=(_is_a_side,),
            effects=(_note_the_offer,), clause="M7.3"),
        Act("settle", "Take the terms offered", by=BOTH, sources=("notified", "negotiating", "panel"),
            target="settled", guards=(_is_a_side, _takes_the_other_sides_offer), clause="M7.3"),
        Act("withdraw", "Withdraw the dispute", by=(PARTY_OPENING, DCC),
            sources=("notified", "negotiating", "panel", "authority", "arbitration"), target="withdrawn",
            guards=(_gave_notice,), needs_reason=True),
        Act("refer", "Refer it to who decides its matter", by=BOTH, sources=("negotiating",),
            outcomes={"panel": "panel", "authority": "authority", "arbitration": "arbitration"},
            decide=_way, guards=(_is_a_side, _route_is_open), clause="M7.4",
            tells=(Told(CODE_ADMINISTRATOR, "{reference} was referred: {title}", "To: {outcome}."),)),
        Act("join", "Join another Party", by=(*BOTH, ARBITRATOR), sources=("arbitration",),
            takes=(Field("joined", "Party to be joined"),), guards=(_is_a_side,), clause="M7.8"),
        Act("decide", "Record the Panel's decision", by=PANEL, sources=("panel",), target="panel_decided",
            takes=DETERMINATION, effects=(_tell_both_sides,), needs_reason=True,
            clause="F3, J2, H14, H15"),
        Act("appeal", "Appeal to the Authority", by=BOTH, sources=("panel_decided",), target="authority",
            guards=(_is_a_side, _appealable), needs_reason=True),
        Act("accept", "Let the Panel's decision stand", by=BOTH, sources=("panel_decided",),
            target="determined", guards=(_is_a_side, _cuts_off_no_appeal)),
        Act("determine", "Record the Authority's determination", by=(AUTHORITY,), sources=("authority",),
            target="determined", takes=DETERMINATION, needs_reason=True),
        Act("award", "Record the award", by=(ARBITRATOR,), sources=("arbitration",), target="determined",
            takes=DETERMINATION, needs_reason=True, clause="M7.6"),
        Act("comply", "Record that it was complied with", by=(*BOTH, CODE_ADMINISTRATOR),
            sources=("determined",), target="complied", guards=(_is_a_side,)),
    ),
    deadlines=(
        Deadline("named", "Negotiators named", ("notified",), PARTY_CONCERNED, working_days(5)),
        Deadline("agreement", "Agreement by negotiation", ("negotiating",), PARTY_CONCERNED,
                 working_days(20), then="refer"),
        Deadline("appeal", "Appeal to the Authority", ("panel_decided",), PARTY_CONCERNED, working_days(10),
                 then="accept"),
        Deadline("compliance", "Compliance", ("determined",), PARTY_CONCERNED, on="complies_by"),
    ),
    systems=("S208", "S186"),
)  # fmt: skip
