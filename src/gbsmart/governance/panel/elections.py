"""Election to a seat by the Voting Groups of a Party Category (SEC C4), and the yearly round of them.

Nominations are called for each seat; a candidate comes with a letter of release from the employer and a
statement of independence. One candidate is elected without a vote; with several, each Voting Group has one
vote for the seat and most votes win; a tie is decided by lot, drawn from randomness that is given and kept,
or by the Panel Chair. Where nobody is nominated the seat stays open. How long nominations and votes are open
is from memory; that terms last 24 months, and half of them end each year, SECAS says.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection

from gbsmart.governance import offices, seats
from gbsmart.governance.actors import ANY_PARTY, CLOCK, CODE_ADMINISTRATOR, PANEL_CHAIR
from gbsmart.governance.bodies import BODIES, Body
from gbsmart.governance.panel.electorate import electorate, groups_of, may_take_part
from gbsmart.ground import InvalidValue
from gbsmart.ground.working_days import civil_day, start_of
from gbsmart.procedures import (
    THE_CLOCK,
    Act,
    Ballot,
    Case,
    Deadline,
    Field,
    Kind,
    NewDocument,
    Procedure,
    Situation,
    Told,
    Voter,
    cases,
    months,
    working_days,
)
from gbsmart.procedures.counting import most_votes
from gbsmart.procedures.spans import after

TERM = months(24, basis="S")
"""How long a member's term is."""
NOMINATIONS, VOTING = working_days(15), working_days(10)
LETTERS = ("Letter of release", "Statement of independence")
"""What a candidate comes with."""
ELECTED_BODIES = tuple(name for name, body in BODIES.items() if body.elected)
_BALLOT = "seat"


def _body(situation: Situation) -> Body:
    return BODIES[situation.value("body")]


def _constituency(situation: Situation) -> str:
    return _body(situation).seat_names()[situation.value("seat")]


def _is_an_elected_seat(situation: Situation) -> None:
    """The seat is one that a category elects."""
    body = _body(situation)
    elected = [seat for seat, name in body.seat_names().items() if name in body.elected]
    if situation.value("seat") not in elected:
        raise InvalidValue(
            f"{body.title} has no such elected seat", field="seat", remedy=f"It has {', '.join(elected)}."
        )


def _is_free_then(situation: Situation) -> None:
    """Nobody holds the seat when the new term begins, and nobody else is being elected to it."""
    connection, body, seat = situation.connection, situation.value("body"), situation.value("seat")
    begins = start_of(situation.value("term_from"))
    for held in seats.seats(connection, body, max(begins, situation.at)):
        if held.seat == seat:
            until = f"until {held.until:%Y-%m-%d}" if held.until else "without an end"
            situation.refuse(f"{held.holder} has {seat} {until}")
    since: date = situation.value("term_from")
    ends: date = situation.value("term_until") or after(since, TERM)
    for other in elections_to(connection, body, seat, since, ends):
        situation.refuse(f"{seat} of {body} is being filled already ({other.reference})")


def elections_to(connection: Connection, body: str, seat: str, since: date, until: date) -> list[Case]:
    """The elections under way to a term in a seat that runs between those days."""
    found = []
    for each in cases(connection, procedure="election", subject=seat, within=UNDER_WAY):
        begins, ends = each.data["term_from"], each.data.get("term_until")
        first = date.fromisoformat(begins)
        last = date.fromisoformat(ends) if ends else after(first, TERM)
        if each.data["body"] == body and first < until and since < last:
            found.append(each)
    return found


def _ends_after_it_begins(situation: Situation) -> None:
    """The term is one."""
    until = situation.value("term_until")
    if until is not None and until <= situation.value("term_from"):
        raise InvalidValue("a term ends after it begins", field="term_until")


# --- candidates ---


def _candidates(situation: Situation) -> list[Mapping[str, Any]]:
    return list(situation.value("candidates", []))


def _names(situation: Situation) -> list[str]:
    return [each["name"] for each in _candidates(situation)]


def _nominates_in_its_category(situation: Situation) -> None:
    """The Party is of the category, and has not lost the right to take part."""
    party, constituency = situation.actor.capacity.of, _constituency(situation)
    if not any(party in group.members for group in groups_of(situation, constituency)):
        situation.refuse(f"{party} is no {constituency}")
    if not may_take_part(situation, party):
        situation.refuse(f"the right of {party} to take part in elections is suspended")


def _brings_the_letters(situation: Situation) -> None:
    """Release by the employer and independence are stated for each candidate anew."""
    brought = {document.kind for document in situation.documents}
    for kind in LETTERS:
        if kind not in brought:
            situation.refuse(f"a candidate comes with the document {kind!r}")


def _stands_once(situation: Situation) -> None:
    """Nobody stands twice, nor while holding another seat of the body at that time."""
    connection, name = situation.connection, situation.value("candidate")
    body, seat = situation.value("body"), situation.value("seat")
    if name in _names(situation):
        situation.refuse(f"{name} is a candidate already")
    for other in cases(connection, procedure="election", within=UNDER_WAY):
        is_other = other.reference != situation.case.reference and other.data["body"] == body
        if is_other and name in [each["name"] for each in other.data.get("candidates", [])]:
            situation.refuse(f"{name} stands for {other.subject} ({other.reference})")
    begins = max(start_of(situation.value("term_from")), situation.at)
    for held in seats.seats(connection, body, begins):
        if held.holder == name and held.seat != seat:
            situation.refuse(f"{name} has {held.seat} of {body}")


def _enter_the_candidate(situation: Situation) -> None:
    candidate = {
        "name": situation.given["candidate"], "employer": situation.given.get("employer", ""),
        "account": situation.given.get("account", ""), "party": situation.actor.capacity.of,
    }  # fmt: skip
    situation.keep("candidates", [*_candidates(situation), candidate])


def _is_its_candidate(situation: Situation) -> None:
    """A Party takes back whom it has nominated, and nobody else."""
    party, name = situation.actor.capacity.of, situation.value("withdrawn")
    if {"name": name, "party": party} not in [
        {"name": each["name"], "party": each["party"]} for each in _candidates(situation)
    ]:
        situation.refuse(f"{party} has not nominated {name}")


def _strike_the_candidate(situation: Situation) -> None:
    name = situation.given["withdrawn"]
    situation.keep("candidates", [each for each in _candidates(situation) if each["name"] != name])


# --- the result ---


def _how_many(situation: Situation) -> str:
    names = _names(situation)
    if len(names) == 1:
        situation.keep("winner", names[0])
    return {0: "nobody nominated", 1: "unopposed"}.get(len(names), "contested")


def _counted(situation: Situation) -> str:
    """Who has most votes; where several have as many (or nobody has any), they are tied."""
    votes = Counter(dict.fromkeys(_names(situation), 0))
    votes.update({str(row["candidate"]): int(str(row["votes"])) for row in situation.tally(_BALLOT).rows})
    leaders = sorted(name for name, count in votes.items() if count == max(votes.values()))
    situation.keep("tied" if len(leaders) > 1 else "winner", leaders if len(leaders) > 1 else leaders[0])
    return "tie" if len(leaders) > 1 else "elected"


def drawn(names: Sequence[str], randomness: str) -> str:
    """Whom the lot falls on: anybody can draw it again from the same randomness."""
    number = int.from_bytes(sha256(randomness.encode()).digest())
    return sorted(names)[number % len(names)]


def _draw_the_lot(situation: Situation) -> str:
    situation.keep("winner", drawn(situation.value("tied"), situation.given["randomness"]))
    return "drawn"


def _choose(situation: Situation) -> str:
    situation.keep("winner", situation.given["chosen"])
    return "chosen"


def _is_tied(situation: Situation) -> None:
    """The Panel Chair chooses among those who have as many votes."""
    tied = situation.value("tied")
    if situation.given["chosen"] not in tied:
        raise InvalidValue(f"is not one of {', '.join(tied)}", field="chosen")


def _term(situation: Situation) -> tuple[date, date]:
    begins: date = situation.value("term_from")
    until: date | None = situation.value("term_until")
    return max(begins, civil_day(situation.at)), until or after(begins, TERM)


def _seat_the_winner(situation: Situation) -> None:
    """Whoever is elected has the seat for the term."""
    winner = situation.value("winner")
    if winner is None:
        return
    candidate = next(each for each in _candidates(situation) if each["name"] == winner)
    begins, until = _term(situation)
    given = {
        "body": situation.value("body"), "seat": situation.value("seat"), "holder": winner,
        "constituency": _constituency(situation), "until": until.isoformat(), "party": candidate["party"],
    }  # fmt: skip
    if begins > civil_day(situation.at):
        given["since"] = begins.isoformat()
    if candidate["account"]:
        given["account"] = candidate["account"]
    situation.open(offices.APPOINTMENT, given, account=THE_CLOCK)


def _publish_the_count(situation: Situation) -> None:
    """What was counted stands with the case as a document: votes by candidate, no names of voters."""
    rows = situation.value(f"tally_{_BALLOT}", {}).get("rows", [])
    lines = [f"{row['candidate']}: {row['votes']}" for row in rows] or ["No votes were cast."]
    situation.file(NewDocument("Result", f"Votes for {situation.value('seat')}", "\n".join(lines).encode()))


def _electorate(situation: Situation) -> Sequence[Voter]:
    return electorate(situation, _constituency(situation), _BALLOT)


UNDER_WAY = ("nominations", "voting", "tied")

ELECTION = Procedure(
    name="election",
    title="Election to a seat",
    source="SEC C4",
    purpose="Fills a seat with whom the Voting Groups of its Party Category elect.",
    prefix="ELE",
    subject="seat",
    opening=Act(
        "call", "Call for nominations", by=(CODE_ADMINISTRATOR,), target="nominations",
        takes=(
            Field("body", "Body", Kind.CHOICE, choices=ELECTED_BODIES),
            Field("seat", "Seat", help="Such as large-supplier-1."),
            Field("term_from", "The term begins on", Kind.DATE),
            Field("term_until", "The term ends before", Kind.DATE, required=False,
                  help="24 months later where nothing is said."),
            Field("interim", "Is it for the rest of a term?", Kind.YES_NO),
        ),
        guards=(_is_an_elected_seat, _ends_after_it_begins, _is_free_then),
        tells=(Told(ANY_PARTY, "Nominations for {seat} of {body}", "See {reference}."),),
        clause="C4.2",
    ),
    states={
        "nominations": "Parties of the category nominate candidates.",
        "voting": "The Voting Groups of the category vote.",
        "tied": "Several candidates have as many votes.",
        "elected": "The candidate has the seat for the term.",
        "open_seat": "Nobody was nominated: the seat stays open.",
        "called_off": "Not held.",
    },
    final=frozenset({"elected", "open_seat", "called_off"}),
    acts=(
        Act("nominate", "Nominate a candidate", by=(ANY_PARTY,), sources=("nominations",),
            takes=(Field("candidate", "Candidate"), Field("employer", "Employer", required=False),
                   Field("account", "Account of the candidate", required=False)),
            guards=(_nominates_in_its_category, _brings_the_letters, _stands_once,
                    offices.can_act("account")),
            effects=(_enter_the_candidate,), clause="C4.3"),
        Act("take_back", "Take a nomination back", by=(ANY_PARTY,), sources=("nominations",),
            takes=(Field("withdrawn", "Candidate"),), guards=(_is_its_candidate,),
            effects=(_strike_the_candidate,)),
        Act("close", "Close nominations", by=(CLOCK,), sources=("nominations",),
            outcomes={"nobody nominated": "open_seat", "unopposed": "elected", "contested": "voting"},
            decide=_how_many, effects=(_seat_the_winner,), clause="C4.4",
            tells=(Told(ANY_PARTY, "{seat} of {body}: nominations are closed ({outcome})"),)),
        Act("count", "Count the votes", by=(CLOCK,), sources=("voting",),
            outcomes={"elected": "elected", "tie": "tied"}, decide=_counted,
            effects=(_publish_the_count, _seat_the_winner), clause="C4.5",
            tells=(Told(ANY_PARTY, "{seat} of {body}: votes are counted ({outcome})"),)),
        Act("draw", "Draw the lot", by=(PANEL_CHAIR, CODE_ADMINISTRATOR), sources=("tied",),
            outcomes={"drawn": "elected"}, decide=_draw_the_lot,
            takes=(Field("randomness", "Randomness",
                         help="What nobody could know before the count, such as the numbers of a lottery."),),
            effects=(_seat_the_winner,), clause="C4.6"),
        Act("choose", "Choose among those tied", by=(PANEL_CHAIR,), sources=("tied",),
            outcomes={"chosen": "elected"}, decide=_choose, takes=(Field("chosen", "Candidate"),),
            guards=(_is_tied,), effects=(_seat_the_winner,), needs_reason=True, clause="C4.6"),
        Act("call_off", "Call the election off", by=(CODE_ADMINISTRATOR,), sources=UNDER_WAY,
            target="called_off", needs_reason=True,
            tells=(Told(ANY_PARTY, "{seat} of {body}: the election is called off", "{reason}"),)),
    ),
    deadlines=(
        Deadline("nominations", "Nominations", ("nominations",), ANY_PARTY, NOMINATIONS, then="close"),
        Deadline("votes", "Votes", ("voting",), ANY_PARTY, VOTING, then="count"),
        Deadline("lot", "Tie decided", ("tied",), PANEL_CHAIR, working_days(5)),
    ),
    ballots=(
        Ballot(_BALLOT, "Who is elected", ("voting",), ANY_PARTY, _electorate, most_votes(), _names,
               secret=True, clause="C4.5"),
    ),
    systems=("S168",),
)  # fmt: skip


# --- the yearly round ---


def _due_for_election(situation: Situation) -> list[str]:
    """The elected seats that nobody holds on the day from which the new terms run."""
    body, begins = _body(situation), start_of(situation.value("terms_from"))
    held = {each.seat for each in seats.seats(situation.connection, body.name, max(begins, situation.at))}
    elected = [seat for seat, name in body.seat_names().items() if name in body.elected]
    first: date = situation.value("terms_from")
    running = {
        seat
        for seat in elected
        if elections_to(situation.connection, body.name, seat, first, after(first, TERM))
    }
    return [seat for seat in elected if seat not in held and seat not in running]


def _some_are_due(situation: Situation) -> None:
    """There is a seat to be filled then."""
    if not _due_for_election(situation):
        situation.refuse(f"every elected seat of {situation.value('body')} is held then")


def _call_each(situation: Situation) -> None:
    begins = situation.given["terms_from"]
    for seat in _due_for_election(situation):
        situation.open("election", {"body": situation.given["body"], "seat": seat, "term_from": begins})


def _all_are_over(situation: Situation) -> None:
    """Every election of the round is."""
    left = [each.reference for each in situation.children("election") if each.state in UNDER_WAY]
    if left:
        situation.refuse(f"{', '.join(left)} is not over")


ELECTION_ROUND = Procedure(
    name="election-round",
    title="Yearly elections",
    source="SEC C4",
    purpose="Calls the elections to all seats of a body whose terms end, which is half of them each year.",
    prefix="ELR",
    subject="body",
    opening=Act(
        "begin", "Call the yearly elections", by=(CODE_ADMINISTRATOR,), target="running",
        takes=(Field("body", "Body", Kind.CHOICE, choices=ELECTED_BODIES),
               Field("terms_from", "The new terms begin on", Kind.DATE)),
        guards=(_some_are_due,), effects=(_call_each,),
    ),
    states={"running": "An election is held for each seat.", "over": "Every one is over."},
    final=frozenset({"over"}),
    acts=(
        Act("conclude", "Conclude the round", by=(CODE_ADMINISTRATOR,), sources=("running",), target="over",
            guards=(_all_are_over,), tells=(Told(PANEL_CHAIR, "The elections to {body} are over"),)),
    ),
    systems=("S168",),
)  # fmt: skip
