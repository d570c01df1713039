"""Meetings of the Panel and of Sub-Committees (SEC C5, C6), from the call to the published minutes.

A meeting is called with its agenda; papers are out 5 Working Days before, and one that comes later is marked.
Half of the members in post make a quorum, the chair or the deputy among them; a meeting without is adjourned
and held again on another day. Decisions are cases of their own, and so are actions, with owner and day.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from gbsmart.accounts import Capacity, Role
from gbsmart.governance import seats
from gbsmart.governance.actors import ANY_PARTY, CODE_ADMINISTRATOR, DCC, PANEL_CHAIR
from gbsmart.governance.appointments import MEMBERS
from gbsmart.governance.bodies import BODIES, THE_CHAIR
from gbsmart.governance.on_its_day import today_or_later
from gbsmart.governance.panel.attendance import (
    MEETING_BODIES,
    RUNS_IT,
    body_of,
    check_observers,
    is_chaired,
    is_quorate,
    read_present,
    runs_it,
    sits_on,
)
from gbsmart.governance.panel.papers import (
    PAPER_FIELDS,
    enter_the_paper,
    is_labelled,
    shows,
    until_papers_are_due,
)
from gbsmart.governance.panel.resolutions import AT_A_MEETING, RESOLUTIONS, resolution_of
from gbsmart.ground import InvalidValue
from gbsmart.ground.working_days import LONDON, civil_day
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

HELD_AT = Field("held_at", "When", Kind.MOMENT)
_MEMBERS = tuple(Who(each.role) for each in MEMBERS)


def _named(data: Mapping[str, Any]) -> str:
    """The body that meets, and the day, where the meeting has one."""
    title = f"{BODIES[data['body']].title}: meeting"
    if not data.get("held_at"):
        return title
    return f"{title} on {civil_day(datetime.fromisoformat(data['held_at'])):%d %B %Y}"


def _is_to_come(situation: Situation) -> None:
    """A meeting is called for a time to come."""
    if situation.value("held_at") <= situation.at:
        raise InvalidValue("is past", field="held_at")


def _has_come(situation: Situation) -> None:
    """A meeting is opened on its day, not before."""
    held_at = situation.value("held_at")
    if civil_day(situation.at) < civil_day(held_at):
        situation.refuse(
            f"it is called for {civil_day(held_at)}", remedy="Cancel it and call another to meet sooner."
        )


def _tell_the_members(situation: Situation) -> None:
    body, held_at = body_of(situation), situation.value("held_at").astimezone(LONDON)
    to = Capacity(body.role, body.name if body.role is Role.COMMITTEE_MEMBER else "")
    agenda = "\n".join(situation.value("agenda"))
    situation.notify(to, f"{body.title} meets on {held_at:%d %B %Y at %H:%M}", agenda)


def _may_hand_in(situation: Situation) -> None:
    """Members and the Secretariat hand in papers."""
    if not sits_on(body_of(situation), situation.account):
        runs_it(situation)


def _those_present(situation: Situation) -> None:
    """Every one who is there has a seat or is the alternate in it, and may attend; who presides is there."""
    present = read_present(situation, situation.given["present"])
    check_observers(situation, situation.given.get("observers", []))
    if _presiding(situation) == THE_CHAIR or not is_chaired(body_of(situation)):
        return
    if _presiding(situation) not in present:
        raise InvalidValue("the deputy is not there", field="deputy")


def _presiding(situation: Situation) -> str:
    """The chair where there; else the member who is the chair's deputy."""
    there = {line.partition(":")[0].strip() for line in situation.given["present"]}
    deputy: str = situation.given.get("deputy", "")
    return THE_CHAIR if THE_CHAIR in there or not deputy else deputy


def _has_a_quorum(situation: Situation) -> str:
    body = body_of(situation)
    present, presiding = read_present(situation, situation.given["present"]), _presiding(situation)
    in_post = {each.seat for each in seats.seats(situation.connection, body.name, situation.at)}
    situation.keep("presiding", presiding)
    situation.keep("present", present)
    is_enough = is_quorate(present, in_post, presiding, chaired=is_chaired(body))
    situation.keep("quorum", {"present": len(present), "in_post": len(in_post), "quorate": is_enough})
    return "quorate" if is_enough else "inquorate"


def _put_the_resolution(situation: Situation) -> None:
    given = {
        name: situation.given[name]
        for name in ("title", "resolution", "appeal_under")
        if name in situation.given
    }
    name = resolution_of(situation.value("body"))
    situation.open(name, {**given, "body": situation.value("body"), "manner": AT_A_MEETING})


def _decides_by_resolution(situation: Situation) -> None:
    """The Change Board votes on proposals in their own cases."""
    body = body_of(situation)
    if not resolution_of(body.name):
        situation.refuse(f"{body.title} does not decide by resolutions")


def _nothing_is_undecided(situation: Situation) -> None:
    """A meeting is closed when its votes are counted."""
    left = [
        each.reference for each in situation.children()
        if each.procedure in RESOLUTIONS and each.state in ("voting", "tied")
    ]  # fmt: skip
    if left:
        situation.refuse(f"{', '.join(left)} is not decided")


def _open_the_action(situation: Situation) -> None:
    names = ("action", "owner", "owner_acts_as", "due_on")
    given = {name: situation.given[name] for name in names if name in situation.given}
    situation.open("action", {"body": situation.value("body"), **given})


_ACTION = (
    Field("action", "What is to be done"),
    Field("owner", "Owner"),
    Field("owner_acts_as", "Capacity of the owner", required=False,
          help="Such as panel-member:dcc-1: it is told, and may say that it is done."),
    Field("due_on", "By", Kind.DATE),
)  # fmt: skip

MEETING = Procedure(
    name="meeting",
    title="Meeting",
    source="SEC C5, C6",
    purpose="Brings the members of a body together, and keeps what they read and what they decided.",
    prefix="MTG",
    subject="body",
    opening=Act(
        "call", "Call a meeting", by=RUNS_IT, target="called",
        takes=(Field("body", "Body", Kind.CHOICE, choices=MEETING_BODIES), HELD_AT,
               Field("place", "Where", required=False),
               Field("agenda", "Agenda, one item a line", Kind.LINES)),
        guards=(runs_it, _is_to_come), effects=(_tell_the_members,),
        clause="C5.1",
    ),
    states={
        "called": "Papers are handed in.",
        "in_session": "Enough members are there.",
        "adjourned": "Too few members were there, or nobody to preside: to be held on another day.",
        "held": "The meeting is over; minutes are to be drafted.",
        "drafted": "The minutes are to be approved.",
        "approved": "The minutes are to be published.",
        "published": "The minutes are published.",
        "cancelled": "Not held.",
    },
    final=frozenset({"published", "cancelled"}),
    acts=(
        Act("paper", "Hand in a paper", by=(*RUNS_IT, *_MEMBERS), sources=("called",), takes=PAPER_FIELDS,
            guards=(_may_hand_in, is_labelled), effects=(enter_the_paper,), clause="C5.4, M4.13",
            titled_by="paper"),
        Act("open", "Open the meeting", by=RUNS_IT, sources=("called",),
            outcomes={"quorate": "in_session", "inquorate": "adjourned"}, decide=_has_a_quorum,
            takes=(Field("present", "Who is there, a seat a line", Kind.LINES,
                         help="With the name of the alternate where one sits in it: dcc-1: Ann Smith."),
                   Field("deputy", "Seat that presides for the chair", required=False),
                   Field("observers", "Observers, one a line", Kind.LINES, required=False,
                         help="With the Party for which one is there: SUP1: Ann Smith.")),
            guards=(runs_it, _has_come, _those_present), clause="C5.7"),
        Act("reconvene", "Call it again", by=RUNS_IT, sources=("adjourned",), target="called",
            takes=(HELD_AT,), guards=(runs_it, _is_to_come), effects=(_tell_the_members,), clause="C5.8"),
        Act("cancel", "Cancel the meeting", by=RUNS_IT, sources=("called", "adjourned"), target="cancelled",
            guards=(runs_it,), needs_reason=True),
        Act("put", "Put a resolution", by=RUNS_IT, sources=("in_session",),
            takes=(Field("title", "In one line"),
                   Field("resolution", "What is to be decided", Kind.LONG_TEXT),
                   Field("appeal_under", "Clause under which it can be appealed", required=False)),
            guards=(runs_it, _decides_by_resolution), effects=(_put_the_resolution,), clause="C5.10"),
        Act("give_action", "Give an action", by=RUNS_IT, sources=("in_session", "held", "drafted"),
            takes=_ACTION, guards=(runs_it,), effects=(_open_the_action,)),
        Act("close", "Close the meeting", by=RUNS_IT, sources=("in_session",), target="held",
            guards=(runs_it, _nothing_is_undecided)),
        Act("draft", "Circulate the minutes", by=RUNS_IT, sources=("held",), target="drafted",
            documents=("Minutes",), guards=(runs_it,), clause="C5.14"),
        Act("amend", "Send the minutes back for correction", by=RUNS_IT, sources=("drafted",), target="held",
            guards=(runs_it,), needs_reason=True),
        Act("approve", "Approve the minutes", by=RUNS_IT, sources=("drafted",), target="approved",
            guards=(runs_it,)),
        Act("publish", "Publish the minutes", by=(CODE_ADMINISTRATOR,), sources=("approved",),
            target="published", tells=(Told(ANY_PARTY, "Minutes of {body} are published", "{reference}"),)),
    ),
    deadlines=(
        Deadline("papers", "Papers for the meeting", ("called",), CODE_ADMINISTRATOR, until_papers_are_due),
        Deadline("meeting", "Meeting", ("called",), PANEL_CHAIR, on="held_at"),
        Deadline("minutes", "Minutes drafted", ("held",), CODE_ADMINISTRATOR, working_days(5)),
        Deadline("approval", "Minutes approved, a month later", ("drafted",), PANEL_CHAIR, working_days(22)),
    ),
    systems=("S167", "S169", "S170", "S171"),
    shows=shows,
    names=_named,
)  # fmt: skip


# --- actions ---


def _tell_the_owner(situation: Situation) -> None:
    if owner := situation.value("owner_acts_as"):
        due = situation.value("due_on")
        situation.notify(Capacity.parse(owner), f"Action by {due:%d %B %Y}", situation.value("action"))


def _owner_is_one_who_acts(situation: Situation) -> None:
    """Its owner can be told of it."""
    if owner := situation.given.get("owner_acts_as"):
        Capacity.parse(owner)


def _owns_it(situation: Situation) -> None:
    """Its owner says that it is done, or who runs the body."""
    owner = situation.value("owner_acts_as")
    if not owner or Capacity.parse(owner) not in situation.account.capacities:
        runs_it(situation)


ACTION = Procedure(
    name="action",
    title="Action",
    source="SEC C5, C6",
    purpose="Keeps who does what by when, as a meeting has asked.",
    prefix="ACN",
    subject="body",
    opening=Act(
        "give", "Give an action", by=RUNS_IT, target="open",
        takes=(Field("body", "Body", Kind.CHOICE, choices=MEETING_BODIES), *_ACTION),
        guards=(runs_it, today_or_later("due_on"), _owner_is_one_who_acts),
        effects=(_tell_the_owner,),
    ),
    states={"open": "To be done.", "done": "Done.", "dropped": "Not needed any more."},
    final=frozenset({"done", "dropped"}),
    acts=(
        Act("done", "Say that it is done", by=(*RUNS_IT, *_MEMBERS, ANY_PARTY, DCC),
            sources=("open",), target="done", takes=(Field("result", "Result", Kind.LONG_TEXT),),
            guards=(_owns_it,)),
        Act("move", "Move the day", by=RUNS_IT, sources=("open",),
            takes=(Field("due_on", "By", Kind.DATE),), guards=(runs_it, today_or_later("due_on")),
            needs_reason=True),
        Act("drop", "Drop the action", by=RUNS_IT, sources=("open",), target="dropped", guards=(runs_it,),
            needs_reason=True),
    ),
    deadlines=(Deadline("due", "Action", ("open",), CODE_ADMINISTRATOR, on="due_on"),),
    systems=("S167", "S169"),
)  # fmt: skip
