"""Decisions of the Panel, of Sub-Committees and of SECCo's board (SEC C5 to C7): at a meeting, or in writing.

At a meeting the simple majority of the members voting decides; the chair has a vote only to break a tie. In
writing everybody entitled to vote has to agree. Who has an interest in the matter says so and has no vote.
Where the Code says that a decision can be appealed, a Party may take it to the Authority. (Basis: M.)
"""

from __future__ import annotations

from collections.abc import Sequence

from gbsmart.accounts import Role
from gbsmart.governance import seats
from gbsmart.governance.actors import ANY_PARTY, AUTHORITY, CLOCK, CODE_ADMINISTRATOR, PANEL_CHAIR
from gbsmart.governance.bodies import BODIES, THE_CHAIR
from gbsmart.governance.panel.attendance import RUNS_IT, body_of, is_chaired, runs_it, seats_of, still_there
from gbsmart.ground import InvalidValue
from gbsmart.procedures import (
    SUBJECT,
    Act,
    Ballot,
    Deadline,
    Field,
    Kind,
    Procedure,
    Situation,
    Span,
    Told,
    Voter,
    Who,
    case,
    working_days,
)
from gbsmart.procedures.counting import APPROVE, REJECT, TIE, simple_majority

AT_A_MEETING, IN_WRITING = "at a meeting", "in writing"
CARRIED, LOST, OPEN = "carried", "lost", "carried, open to appeal"
_BALLOT = "members"


def entitled(situation: Situation) -> Sequence[Voter]:
    """Who votes: members who are there (in writing, all in post), but the chair and whom it concerns."""
    body, conflicted = body_of(situation), set(situation.value("conflicted", []))
    if situation.value("manner") == AT_A_MEETING:
        there = still_there(situation, situation.look_up(case, situation.case.parent).data["present"])
    else:
        there = situation.look_up(seats.seats, body.name, situation.at)
    without = {*conflicted, *([THE_CHAIR] if is_chaired(body) else [])}
    return [
        Voter(body.voter(each.seat), each.constituency, since=each.since)
        for each in there
        if each.seat not in without
    ]


def _belongs_to_a_meeting(situation: Situation) -> None:
    """What is put at a meeting is put by the meeting; anything else is in writing."""
    if situation.value("manner") == AT_A_MEETING and not situation.case.parent:
        situation.refuse("a resolution is put at a meeting in that meeting's case")


def _outcome(situation: Situation) -> str:
    voters = entitled(situation)
    tally = situation.tally(_BALLOT)
    (row,) = tally.rows
    if situation.value("manner") == IN_WRITING:
        return _ended(situation, APPROVE if voters and row[APPROVE] == len(voters) else REJECT)
    if (
        tally.outcome == TIE
        and row[APPROVE]
        and _presiding(situation) not in situation.value("conflicted", [])
    ):
        return TIE
    return _ended(situation, APPROVE if tally.outcome == APPROVE else REJECT)


def _ended(situation: Situation, choice: str) -> str:
    if choice == REJECT:
        return LOST
    return OPEN if situation.value("appeal_under") else CARRIED


def _all_have_voted(situation: Situation) -> None:
    """Nobody's time to answer in writing is cut short."""
    if situation.value("manner") == AT_A_MEETING or situation.actor.capacity.role is Role.CLOCK:
        return
    voters = entitled(situation)
    voted = {vote.voter for vote in situation.votes_of(_BALLOT, voters)}
    if left := [each.voter for each in voters if each.voter not in voted]:
        situation.refuse(f"{', '.join(left)} may still vote")


def _runs_it_or_is_the_clock(situation: Situation) -> None:
    """The chair or the Secretariat, or time has run out."""
    if situation.actor.capacity.role is not Role.CLOCK:
        runs_it(situation)


def _presides(situation: Situation) -> None:
    """Whoever presided at the meeting has the casting vote; there is none where the matter concerns him."""
    presiding = _presiding(situation)
    if body_of(situation).capacity(presiding) not in situation.account.capacities:
        situation.refuse(f"the casting vote is {presiding}'s, who presided")


def _presiding(situation: Situation) -> str:
    presiding: str = case(situation.connection, situation.case.parent).data["presiding"]
    return presiding


def _declare(situation: Situation) -> None:
    own = seats_of(situation, situation.account)
    known = list(situation.value("conflicted", []))
    situation.keep("conflicted", [*known, *(seat for seat in own if seat not in known)])


def _has_a_seat(situation: Situation) -> None:
    """Who declares a conflict sits on the body."""
    if not seats_of(situation, situation.account):
        raise InvalidValue(
            f"{situation.account.name} has no seat of {situation.value('body')}", field="conflict"
        )


def _time_to_answer(situation: Situation) -> Span | None:
    """5 Working Days, where it is in writing."""
    return working_days(5) if situation.value("manner") == IN_WRITING else None


def _resolution(name: str, title: str, prefix: str, role: Role, systems: tuple[str, ...]) -> Procedure:
    """The procedure of the bodies whose members act in ``role``: only they vote in it."""
    ran = tuple(each for each in RUNS_IT if each.role in (role, Role.CODE_ADMINISTRATOR, Role.PANEL_CHAIR))
    members = (Who(role), *((PANEL_CHAIR,) if role is Role.PANEL_MEMBER else ()))
    bodies = tuple(each.name for each in BODIES.values() if each.role is role)
    told = Who(role, SUBJECT) if role is Role.COMMITTEE_MEMBER else Who(role)
    ended = {CARRIED: "carried", OPEN: "open_to_appeal", LOST: "lost"}
    return Procedure(
        name=name,
        title=title,
        source="SEC C5, C6",
        purpose="Decides a matter by the votes of members, at a meeting or in writing.",
        prefix=prefix,
        subject="body",
        opening=Act(
            "put", "Put a resolution", by=ran, target="voting",
            takes=(
                Field("body", "Body", Kind.CHOICE, choices=bodies),
                Field("title", "In one line"),
                Field("resolution", "What is to be decided", Kind.LONG_TEXT),
                Field("manner", "Put", Kind.CHOICE, choices=(AT_A_MEETING, IN_WRITING)),
                Field("appeal_under", "Clause under which it can be appealed", required=False),
            ),
            guards=(_belongs_to_a_meeting, runs_it),
            tells=(Told(told, "{reference}: vote on {title}", "{resolution}"),),
            clause="C5.10",
        ),
        states={
            "voting": "Members vote.",
            "tied": "As many for as against: who presides has the casting vote.",
            "open_to_appeal": "Carried; a Party may take it to the Authority.",
            "appealed": "The Authority considers it.",
            "carried": "Decided.",
            "lost": "Not decided so.",
            "set_aside": "The Authority has set it aside.",
        },
        final=frozenset({"carried", "lost", "set_aside"}),
        acts=(
            Act("declare_conflict", "Declare a conflict of interest", by=members, sources=("voting",),
                takes=(Field("conflict", "What the interest is", Kind.LONG_TEXT),), guards=(_has_a_seat,),
                effects=(_declare,), clause="C5.20"),
            Act("count", "Count the votes", by=(*ran, CLOCK), sources=("voting",),
                outcomes={**ended, TIE: "tied"}, decide=_outcome,
                guards=(_runs_it_or_is_the_clock, _all_have_voted), clause="C5.11"),
            Act("casting_vote", "Give the casting vote", by=members, sources=("tied",),
                outcomes=ended, decide=lambda situation: _ended(situation, situation.given["vote"]),
                takes=(Field("vote", "Vote", Kind.CHOICE, choices=(APPROVE, REJECT)),),
                guards=(_presides,), clause="C5.12"),
            Act("leave_tied", "Let a tie stand that nobody has broken", by=(CLOCK,), sources=("tied",),
                target="lost", clause="C5.12"),
            Act("stand", "Let it stand", by=(CLOCK,), sources=("open_to_appeal",), target="carried"),
            Act("appeal", "Appeal to the Authority", by=(ANY_PARTY,), sources=("open_to_appeal",),
                target="appealed", needs_reason=True,
                tells=(Told(AUTHORITY, "{reference} is appealed: {title}", "{reason}"),)),
            Act("uphold", "Uphold the decision", by=(AUTHORITY,), sources=("appealed",), target="carried",
                needs_reason=True, tells=(Told(CODE_ADMINISTRATOR, "{reference} is upheld", "{reason}"),)),
            Act("set_aside", "Set the decision aside", by=(AUTHORITY,), sources=("appealed",),
                target="set_aside", needs_reason=True,
                tells=(Told(CODE_ADMINISTRATOR, "{reference} is set aside", "{reason}"),)),
        ),
        deadlines=(
            Deadline("answers", "Answers in writing", ("voting",), told, _time_to_answer, then="count"),
            Deadline("casting_vote", "Casting vote", ("tied",), told, working_days(5), then="leave_tied"),
            Deadline("appeal", "Appeal to the Authority", ("open_to_appeal",), ANY_PARTY, working_days(10),
                     then="stand"),
        ),
        ballots=(
            Ballot(_BALLOT, "Votes of members", ("voting",), Who(role), entitled, simple_majority(tie=TIE),
                   clause="C5.11"),
        ),
        systems=systems,
    )  # fmt: skip


PANEL_RESOLUTION = _resolution(
    "panel-resolution", "Decision of the Panel", "PDR", Role.PANEL_MEMBER, ("S167",)
)
COMMITTEE_RESOLUTION = _resolution(
    "committee-resolution", "Decision of a Sub-Committee", "CDR", Role.COMMITTEE_MEMBER,
    ("S169", "S170", "S171"),
)  # fmt: skip
SECCO_RESOLUTION = _resolution(
    "secco-resolution", "Decision of SECCo's board", "SDR", Role.SECCO_BOARD, ("S173",)
)
_OF_ROLE = {
    Role.PANEL_MEMBER: PANEL_RESOLUTION, Role.COMMITTEE_MEMBER: COMMITTEE_RESOLUTION,
    Role.SECCO_BOARD: SECCO_RESOLUTION,
}  # fmt: skip
RESOLUTIONS = {each.name: each for each in _OF_ROLE.values()}


def resolution_of(body: str) -> str:
    """The procedure in which a body decides; "" where it has another one of its own."""
    found = _OF_ROLE.get(BODIES[body].role)
    return found.name if found else ""
