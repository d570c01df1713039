"""Events of Default, suspension and expulsion (SEC M8).

Whoever sees a Party in one of the events of M8.1 tells the Panel; the DCC must, where charges or credit
support are not paid. The Panel gives the Party notice, from whose deemed receipt the time to put it right
runs. A Party that did not is in default: the Panel hears it, and may then ask for a plan, suspend rights,
and in the end expel it. What a supplier or a network needs for its customers stops, and who holds a licence
is expelled, only with the Authority's approval. The Party may appeal to the Authority. The events are
those of the Code's own list; times to put right other than three and five Working Days are from memory.

What is said of a Party here is for the Party, the Panel and the Authority, and, of what is owed to it, for
the DCC; to others there is the case, and the register of Parties has which rights are suspended.
"""

from __future__ import annotations

from typing import NamedTuple

from gbsmart import parties
from gbsmart.accounts import Role
from gbsmart.duis import UserRole
from gbsmart.governance.actors import (
    ANY_PARTY,
    AUTHORITY,
    CLOCK,
    CODE_ADMINISTRATOR,
    DCC,
    PANEL,
    PANEL_CHAIR,
    PARTY_CONCERNED,
)
from gbsmart.ground.working_days import add_working_days, civil_day
from gbsmart.parties import Right
from gbsmart.procedures import (
    Act,
    Case,
    Deadline,
    Field,
    Kind,
    Procedure,
    Reader,
    Situation,
    Span,
    Told,
    days,
    working_days,
)

TO_APPEAL = 10
"""Working Days in which a Party may appeal against what the Panel did (basis: M)."""
_APPEALABLE = frozenset({"notice", "find", "suspend"})
_OWED_TO_THE_DCC = frozenset("cd")
"""The events of which the DCC must tell the Panel."""


class EventOfDefault(NamedTuple):
    """An event of M8.1: its letter, what it is, and how long a Party has to put it right."""

    letter: str
    what: str
    cure: Span | None = None


EVENTS = {
    event.letter: event
    for event in (
        EventOfDefault("a", "material breach of its data privacy duties as a User (I1.2)"),
        EventOfDefault("b", "material failure to obey an enforcement notice of the Information Commissioner"),
        EventOfDefault("c", "charges unpaid after notice under J2.1", working_days(3, "S")),
        EventOfDefault("d", "credit support not given after notice under J3.14", working_days(3, "S")),
        EventOfDefault("e", "another sum unpaid", working_days(5, "S")),
        EventOfDefault("f", "material misrepresentation in its Application Form"),
        EventOfDefault("g", "material breach of a material duty", working_days(20)),
        EventOfDefault("h", "insolvency"),
        EventOfDefault("i", "loss of a licence or authority that it needs, or illegality"),
    )
}
"""The Events of Default, by their letter in M8.1."""


def _event(situation: Situation) -> EventOfDefault:
    return EVENTS[str(situation.value("event"))]


def _can_be_in_default(situation: Situation) -> None:
    """A Party, also one that wishes to withdraw, and not the DCC."""
    party = parties.member(situation.connection, str(situation.value("party")), situation.at)
    if party.is_dcc:
        situation.refuse("M8.1 is about Parties other than the DCC")
    if party.state not in (parties.State.ACTIVE, parties.State.WITHDRAWING):
        situation.refuse(f"{party.signifier} is {party.state} already")


def _time_to_put_right(situation: Situation) -> Span | None:
    return _event(situation).cure


def _kind_of_event(situation: Situation) -> str:
    return "time to put right" if _event(situation).cure else "cannot be put right"


def _change(situation: Situation, event: str) -> None:
    parties.change_state(
        situation.connection, situation.case.subject, event,
        at=situation.at, reason=situation.reason or situation.act.title, case=situation.case.reference,
    )  # fmt: skip


def _note_the_event(situation: Situation) -> None:
    """The register shows that an event was noticed, and a default at once where nothing can be put right."""
    _change(situation, "notice an event")
    if situation.case.state == "in_default":
        _change(situation, "find in default")


def _note_the_default(situation: Situation) -> None:
    """The register shows the Party in default."""
    _change(situation, "find in default")


def _note_the_remedy(situation: Situation) -> None:
    """The Party is active again, with all its rights."""
    if parties.state_of(situation.connection, situation.case.subject) is parties.State.SUSPENDED:
        parties.restore_rights(
            situation.connection, situation.case.subject,
            at=situation.at, reason=situation.reason or situation.act.title, case=situation.case.reference,
        )  # fmt: skip
    else:
        _change(situation, "remedy")


def _suspend(situation: Situation) -> None:
    """The rights named stop: that of being a User from the next Service Request on."""
    parties.suspend_rights(
        situation.connection, situation.case.subject, map(Right, situation.given["rights"]),
        at=situation.at, reason=situation.reason, case=situation.case.reference,
        roles=map(UserRole, situation.given.get("user_roles", ())),
        approved_by_authority=bool(situation.case.data.get("approved")),
    )  # fmt: skip
    situation.keep("approved", False)  # of this and nothing that comes after it


def _expel(situation: Situation) -> None:
    """It is a Party no longer."""
    parties.expel(
        situation.connection, situation.case.subject,
        at=situation.at, reason=situation.reason, case=situation.case.reference,
        approved_by_authority=bool(situation.case.data.get("approved")),
    )  # fmt: skip


def _in_time_to_appeal(situation: Situation) -> None:
    """Ten Working Days after what is appealed against, and once: what the Authority let stand stands."""
    steps = [each for each in situation.entries() if each.act in _APPEALABLE or each.act == "uphold"]
    if steps[-1].act == "uphold":
        situation.refuse("the Authority has decided on what the Panel did")
    last = add_working_days(civil_day(steps[-1].at), TO_APPEAL)
    if civil_day(situation.at) > last:
        situation.refuse(f"an appeal could be made until {last:%d %B %Y}")


def _may_say_that_it_was_put_right(situation: Situation) -> None:
    """The DCC says so of what is owed to it, until the Panel has suspended rights: then the Panel does."""
    if situation.actor.capacity.role is not Role.DCC:
        return
    if _event(situation).letter not in _OWED_TO_THE_DCC or situation.case.state == "suspended":
        situation.refuse("the Panel finds whether this was put right")


def _what_stands(situation: Situation) -> str:
    state = parties.state_of(situation.connection, situation.case.subject)
    return "suspended" if state is parties.State.SUSPENDED else "in default"


def _is_concerned(reader: Reader, case: Case, _entry: int) -> bool:
    """The Party, and the DCC where something is owed to it."""
    is_owed = case.data["event"] in _OWED_TO_THE_DCC
    return reader.holds(Role.PARTY, case.subject) or (is_owed and reader.holds(Role.DCC))


_TO_PARTY = "{reference}: {title}"

DEFAULT = Procedure(
    name="default",
    title="Event of Default",
    source="SEC M8",
    purpose="Finds whether a Party is in default, and suspends its rights or expels it where it stays so.",
    prefix="EOD",
    subject="party",
    opening=Act(
        "tell", "Tell the Panel of an Event of Default",
        by=(ANY_PARTY, DCC, CODE_ADMINISTRATOR, PANEL_CHAIR), target="told",
        takes=(
            Field("title", "In one line"),
            Field("party", "The Party", help="Its signifier."),
            Field("event", "Event under M8.1", Kind.CHOICE, choices=tuple(EVENTS)),
            Field("facts", "What happened", Kind.LONG_TEXT),
            Field("sum_owed", "Sum owed", Kind.MONEY, required=False, least=0),
        ),
        guards=(_can_be_in_default,), clause="M8.2",
    ),
    states={
        "told": "The Panel looks into it.",
        "noticed": "The Party has notice, and time to put it right.",
        "in_default": "It was not put right: the Panel considers what follows.",
        "suspended": "Rights of the Party are suspended; charges go on.",
        "appealed": "The Authority considers the Party's appeal.",
        "dismissed": "No Event of Default.",
        "remedied": "Put right; every right is restored.",
        "expelled": "A Party no longer.",
    },
    final=frozenset({"dismissed", "remedied", "expelled"}),
    acts=(
        Act("dismiss", "Find that there is no Event of Default", by=PANEL, sources=("told",),
            target="dismissed", needs_reason=True),
        Act("notice", "Give the Party notice", by=PANEL, sources=("told",),
            outcomes={"time to put right": "noticed", "cannot be put right": "in_default"},
            decide=_kind_of_event, effects=(_note_the_event,), clause="M8.3",
            tells=(Told(PARTY_CONCERNED, _TO_PARTY, "Event ({event}) of M8.1: {facts}"),
                   Told(AUTHORITY, _TO_PARTY, "Event ({event}) of M8.1: {facts}"))),
        Act("represent", "Say something to it", by=(PARTY_CONCERNED,),
            sources=("told", "noticed", "in_default", "suspended"),
            takes=(Field("representation", "What the Party says", Kind.LONG_TEXT),)),
        Act("remedy", "Record that it was put right", by=(*PANEL, DCC),
            sources=("noticed", "in_default", "suspended"), target="remedied",
            guards=(_may_say_that_it_was_put_right,), effects=(_note_the_remedy,),
            tells=(Told(PARTY_CONCERNED, _TO_PARTY, "Put right: every right is restored."),)),
        Act("find", "Be in default, the time to put it right over", by=(CLOCK,), sources=("noticed",),
            target="in_default", effects=(_note_the_default,), clause="M8.1",
            tells=(Told(PARTY_CONCERNED, _TO_PARTY, "You are in default."),
                   Told(AUTHORITY, _TO_PARTY, "{subject} is in default."))),
        Act("plan", "Ask for a plan or for reports", by=PANEL, sources=("in_default", "suspended"),
            takes=(Field("plan", "What is asked for", Kind.LONG_TEXT),
                   Field("plan_by", "By", Kind.DATE)),
            tells=(Told(PARTY_CONCERNED, _TO_PARTY, "{plan}"),), clause="M8.4"),
        Act("approve", "Approve what needs the Authority's approval", by=(AUTHORITY,),
            sources=("in_default", "suspended"), takes=(Field("approved", "Approved", Kind.YES_NO),),
            needs_reason=True),
        Act("suspend", "Suspend rights", by=PANEL, sources=("in_default", "suspended"), target="suspended",
            takes=(Field("rights", "Rights", Kind.CHOICES, choices=tuple(right.value for right in Right)),
                   Field("user_roles", "In these User Roles only", Kind.CHOICES, required=False,
                         choices=tuple(role.value for role in UserRole))),
            effects=(_suspend,), needs_reason=True, clause="M8.4",
            tells=(Told(PARTY_CONCERNED, _TO_PARTY, "Suspended: {reason}"), Told(AUTHORITY, _TO_PARTY),
                   Told(ANY_PARTY, "{subject} is suspended"), Told(DCC, "{subject} is suspended"))),
        Act("review", "Review the suspension", by=PANEL, sources=("suspended",), needs_reason=True,
            takes=(Field("next_review", "Next review by", Kind.DATE),)),
        Act("expel", "Expel the Party", by=PANEL, sources=("in_default", "suspended"), target="expelled",
            effects=(_expel,), needs_reason=True, clause="M8.10",
            tells=(Told(PARTY_CONCERNED, _TO_PARTY, "Expelled: {reason}"), Told(AUTHORITY, _TO_PARTY),
                   Told(ANY_PARTY, "{subject} was expelled"), Told(DCC, "{subject} was expelled"))),
        Act("appeal", "Appeal to the Authority", by=(PARTY_CONCERNED,),
            sources=("in_default", "suspended"), target="appealed", guards=(_in_time_to_appeal,),
            needs_reason=True),
        Act("uphold", "Let the Panel's decision stand", by=(AUTHORITY,), sources=("appealed",),
            outcomes={"suspended": "suspended", "in default": "in_default"}, decide=_what_stands,
            needs_reason=True),
        Act("overturn", "Set the Panel's decision aside", by=(AUTHORITY,), sources=("appealed",),
            target="remedied", effects=(_note_the_remedy,), needs_reason=True),
    ),
    deadlines=(
        Deadline("heard", "The Panel's next meeting", ("told",), PANEL_CHAIR, days(31)),
        Deadline("cure", "Event put right", ("noticed",), PARTY_CONCERNED, _time_to_put_right,
                 since_notice=True, then="find", clause="M8.1"),
        Deadline("plan", "What the Panel asked for", ("in_default", "suspended"), PARTY_CONCERNED,
                 on="plan_by"),
        Deadline("review", "Review of the suspension", ("suspended",), PANEL_CHAIR, days(92),
                 on="next_review"),
    ),
    systems=("S209", "S210"),
    private=True,
    shows=_is_concerned,
)  # fmt: skip
