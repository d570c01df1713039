"""Notices under the Code (SEC M10): served by a channel that the Code allows, received when it says so.

What procedures tell people by themselves is in their cases. This is for a notice that somebody serves
by an act of its own: under a clause, on a Party, on a body, or on everyone who holds a role. What it is about
and what it says is for whoever was addressed or served it, and for who administers the Code.
"""

from __future__ import annotations

from gbsmart.accounts import Capacity, Role
from gbsmart.governance.actors import (
    ANY_PARTY,
    AUTHORITY,
    CODE_ADMINISTRATOR,
    DCC,
    PANEL_CHAIR,
    SECRETARY_OF_STATE,
)
from gbsmart.procedures import Act, Case, Deadline, Field, Kind, Procedure, Reader, Situation, Who, days
from gbsmart.procedures.receipt import CHANNELS

_ADDRESSED = {
    "every Party": Capacity(Role.PARTY),
    "the DCC": Capacity(Role.DCC),
    "the Panel": Capacity(Role.PANEL_CHAIR),
    "the Authority": Capacity(Role.AUTHORITY),
    "the Secretary of State": Capacity(Role.SECRETARY_OF_STATE),
    "the Code Administrator": Capacity(Role.CODE_ADMINISTRATOR),
}
ONE_PARTY = "one Party"


def _addressee(situation: Situation) -> Capacity:
    to = str(situation.value("to"))
    return _ADDRESSED.get(to) or Capacity(Role.PARTY, str(situation.value("party")))


def _party_is_named(situation: Situation) -> None:
    """A notice to one Party says to which."""
    if situation.value("to") == ONE_PARTY and not situation.value("party"):
        situation.refuse("a notice to one Party names it", remedy="Give its signifier as 'party'.")


def _is_addressed(situation: Situation) -> None:
    """Only who was addressed acknowledges."""
    to, who = _addressee(situation), situation.actor.capacity
    if who.role is not to.role or (to.of and who.of != to.of):
        situation.refuse(f"it was served on {to}, not on {who}")


def _is_served(reader: Reader, case: Case, _entry: int) -> bool:
    """Who was addressed, and the Party that served it."""
    to = _ADDRESSED.get(case.data["to"]) or Capacity(Role.PARTY, case.data["party"])
    return reader.holds(to.role, to.of) or (bool(case.opener) and reader.holds(Role.PARTY, case.opener))


def _serve(situation: Situation) -> None:
    """Send it, and reckon when it counts as received."""
    received = situation.notify(
        _addressee(situation), str(situation.value("title")), str(situation.value("text")),
        str(situation.value("channel")),
    )  # fmt: skip
    situation.keep("received_at", received.isoformat())


NOTICE = Procedure(
    name="notice",
    title="Notice",
    source="SEC M10",
    purpose="Serves a notice, and records when the Code counts it as received.",
    prefix="NOT",
    opening=Act(
        "serve", "Serve a notice",
        by=(ANY_PARTY, DCC, PANEL_CHAIR, CODE_ADMINISTRATOR, AUTHORITY, SECRETARY_OF_STATE), target="served",
        takes=(
            Field("title", "About", private=True),
            Field("clause", "Under", help="The clause of the Code, such as M8.1(c)."),
            Field("to", "To", Kind.CHOICE, choices=(ONE_PARTY, *_ADDRESSED)),
            Field("party", "Signifier of the Party", required=False),
            Field("channel", "Served", Kind.CHOICE, choices=tuple(CHANNELS)),
            Field("text", "Text", Kind.LONG_TEXT, private=True),
            Field("answer_by", "Answer by", Kind.DATE, required=False),
        ),
        guards=(_party_is_named,), effects=(_serve,),
    ),
    states={
        "served": "Sent; it counts as received at the moment that the Code says.",
        "acknowledged": "Who was addressed has acknowledged it.",
        "closed": "Nothing more comes of it.",
    },
    final=frozenset({"acknowledged", "closed"}),
    acts=(
        Act("acknowledge", "Acknowledge",
            by=(ANY_PARTY, *(Who(one.role) for one in _ADDRESSED.values() if one.role is not Role.PARTY)),
            sources=("served",), target="acknowledged", guards=(_is_addressed,)),
        Act("close", "Close", by=(CODE_ADMINISTRATOR,), sources=("served",), target="closed"),
    ),
    deadlines=(
        Deadline("answer", "Answer to the notice", ("served",), CODE_ADMINISTRATOR, on="answer_by"),
        Deadline("filed", "Notice filed", ("served",), CODE_ADMINISTRATOR, days(365), then="close"),
    ),
    systems=("S212",),
    shows=_is_served,
)  # fmt: skip
