"""A small procedure of nobody's code: a request to paint the office, voted on by a committee."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction

from gbsmart.accounts import Account, Capacity, Role
from gbsmart.procedures import (
    OPENER,
    Act,
    Ballot,
    Deadline,
    Field,
    Kind,
    NewDocument,
    Procedure,
    Situation,
    Told,
    Voter,
    Who,
    working_days,
)
from gbsmart.procedures.counting import simple_majority

START = datetime(2024, 3, 27, 10, tzinfo=UTC)
"""A Wednesday; Good Friday and Easter Monday follow."""

PARTY, PAINTERS, SECRETARY = Who(Role.PARTY), Who(Role.COMMITTEE_MEMBER), Who(Role.CODE_ADMINISTRATOR)


def person(name: str, *capacities: tuple[Role, str]) -> Account:
    """An account."""
    return Account(name, name.title(), frozenset(Capacity(role, of) for role, of in capacities))


ANN = person("ann", (Role.PARTY, "SUP1"))
BEN = person("ben", (Role.PARTY, "SUP2"))
SEC = person("sec", (Role.CODE_ADMINISTRATOR, ""))
MEMBERS = [person(f"member{n}", (Role.COMMITTEE_MEMBER, f"seat-{n}")) for n in (1, 2, 3)]


def colour_is_seemly(situation: Situation) -> None:
    """Nobody paints an office black."""
    if situation.value("colour") == "black":
        situation.refuse("black is not seemly")


def buy_paint(situation: Situation) -> None:
    """Keep what was bought."""
    bought = f"{situation.value('litres')} l of {situation.value('colour')}"
    situation.keep("bought", bought)
    situation.file(NewDocument("Receipt", "What was bought", bought.encode()))


def wait_for_autumn(situation: Situation) -> None:
    """Give it another day."""
    situation.keep("by_day", "2024-09-02")


def committee(_situation: Situation) -> list[Voter]:
    """Three seats."""
    return [Voter(f"seat-{n}") for n in (1, 2, 3)]


OPENING = Act(
    "propose", "Propose a colour", by=(PARTY,), target="proposed",
    takes=(
        Field("title", "Title"),
        Field("colour", "Colour", Kind.CHOICE, choices=("white", "green", "black")),
        Field("litres", "Litres", Kind.NUMBER, least=1, most=100),
        Field("by_day", "Wanted by", Kind.DATE, required=False),
    ),
    guards=(colour_is_seemly,),
)  # fmt: skip

PAINTING = Procedure(
    name="painting",
    title="Painting of the office",
    source="nobody's code",
    purpose="Paints the office in a colour that most can bear.",
    prefix="P",
    opening=OPENING,
    states={
        "proposed": "Waits for a sample.", "voting": "The committee votes.", "approved": "To be painted.",
        "rejected": "Not painted.", "withdrawn": "Taken back.", "painted": "Done.",
    },
    final=frozenset({"rejected", "withdrawn", "painted"}),
    acts=(
        Act("withdraw", "Withdraw", by=(Who(Role.PARTY, OPENER),), sources=("proposed", "voting"),
            target="withdrawn", needs_reason=True),
        Act("comment", "Comment", by=(PARTY,), sources=("proposed",), takes=(Field("comment", "Comment"),)),
        Act("show", "Show a sample", by=(SECRETARY,), sources=("proposed",), target="voting",
            documents=("Sample",), tells=(Told(PAINTERS, "Vote on {title}", "{colour}: see {reference}."),)),
        Act("count", "Count the votes", by=(SECRETARY,), sources=("voting",),
            outcomes={"approve": "approved", "reject": "rejected", "inquorate": "proposed"},
            decide=lambda situation: situation.tally("colour").outcome),
        Act("wait", "Wait for better weather", by=(SECRETARY,), sources=("approved",),
            takes=(Field("damp", "Days more", Kind.NUMBER),)),
        Act("put-off", "Put off until the summer is over", by=(SECRETARY,), sources=("approved",),
            effects=(wait_for_autumn,)),
        Act("paint", "Paint", by=(SECRETARY,), sources=("approved",), target="painted", effects=(buy_paint,)),
    ),
    deadlines=(
        Deadline("sample", "Sample shown", ("proposed",), SECRETARY, working_days(3)),
        Deadline("votes", "Votes in", ("voting",), PAINTERS, working_days(5), since_notice=True,
                 then="count"),
        Deadline("early", "Nobody in the office", ("approved",), SECRETARY, on="by_day", at_start=True),
        Deadline("dry", "Dried", ("approved",), SECRETARY,
                 lambda situation: working_days(2 + situation.value("damp", 0))
                 if situation.value("colour") == "white" else None),
        Deadline("wanted", "Painted by the day wanted", ("approved",), SECRETARY, on="by_day"),
    ),
    ballots=(
        Ballot("colour", "The colour", ("voting",), PAINTERS, committee,
               simple_majority(quorum=Fraction(1, 2)), needs_reason=True),
    ),
)  # fmt: skip
PROCEDURES = {PAINTING.name: PAINTING}
