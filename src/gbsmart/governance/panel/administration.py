"""What the Code Administrator and SECCo do from day to day (SEC C7, Schedule 4): queries, contracts, shares.

Who has a question about the Code asks the helpdesk, which answers within 5 Working Days; of one that waits
longer the Panel Chair is told. SECCo holds the contracts of the Code. It is owned by the Parties, of whom
each has one share of £1 at most.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import Connection

from gbsmart import parties
from gbsmart.governance.actors import (
    ANY_PARTY,
    APPLICANT,
    AUTHORITY,
    CLOCK,
    CODE_ADMINISTRATOR,
    CONSUMER_BODY,
    DCC,
    PANEL_CHAIR,
    SECCO_BOARD,
)
from gbsmart.ground import InvalidValue
from gbsmart.ground.working_days import civil_day
from gbsmart.procedures import (
    OPENER,
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

ANSWERED_WITHIN = working_days(5, basis="S")
SHARE = Decimal("1.00")
"""What a share in SECCo costs, in pounds."""
_ASKING = (ANY_PARTY, APPLICANT, DCC, CONSUMER_BODY, AUTHORITY)
_WHO_ASKED = tuple(Who(each.role, OPENER) for each in _ASKING)


def _tell_who_asked(situation: Situation) -> None:
    opened = situation.entries()[0]
    situation.notify(
        opened.actor.capacity, f"{situation.case.reference}: answered", situation.given["answer"]
    )


QUERY = Procedure(
    name="query",
    title="Query to the helpdesk",
    source="SEC C7",
    purpose="Answers a question about the Code.",
    prefix="QRY",
    opening=Act(
        "ask", "Ask", by=_ASKING, target="asked",
        takes=(Field("title", "In one line"), Field("question", "Question", Kind.LONG_TEXT)),
        tells=(Told(CODE_ADMINISTRATOR, "{reference}: {title}", "{question}"),), clause="C7.2",
    ),
    states={
        "asked": "The Code Administrator is to answer.",
        "overdue": "It should have been answered.",
        "answered": "Answered; who asked may ask more.",
        "closed": "Nothing more was asked.",
    },
    final=frozenset({"closed"}),
    acts=(
        Act("answer", "Answer", by=(CODE_ADMINISTRATOR,), sources=("asked", "overdue"), target="answered",
            takes=(Field("answer", "Answer", Kind.LONG_TEXT),
                   Field("provisions", "Provisions, one a line", Kind.LINES, required=False)),
            effects=(_tell_who_asked,)),
        Act("escalate", "Tell the Panel Chair that it waits", by=(CLOCK,), sources=("asked",),
            target="overdue", tells=(Told(PANEL_CHAIR, "{reference} is not answered: {title}"),)),
        Act("ask_more", "Ask more", by=_WHO_ASKED, sources=("answered",), target="asked",
            takes=(Field("question", "Question", Kind.LONG_TEXT),),
            tells=(Told(CODE_ADMINISTRATOR, "{reference}: {title}", "{question}"),)),
        Act("close", "Close the query", by=(*_WHO_ASKED, CODE_ADMINISTRATOR),
            sources=("asked", "overdue", "answered"), target="closed"),
    ),
    deadlines=(
        Deadline("answer", "Answer to a query", ("asked",), CODE_ADMINISTRATOR, ANSWERED_WITHIN,
                 then="escalate"),
        Deadline("more", "Further question", ("answered",), ANY_PARTY, working_days(10), then="close"),
    ),
    systems=("S172",),
)  # fmt: skip


# --- SECCo ---


def _lasts(situation: Situation) -> None:
    """A contract ends after it begins."""
    if situation.value("until") <= situation.value("since"):
        raise InvalidValue("a contract ends after it begins", field="until")


def _is_longer(situation: Situation) -> None:
    """A contract that is extended ends later than it did."""
    before = situation.case.data["until"]
    if situation.given["until"] <= before or situation.value("until") < civil_day(situation.at):
        raise InvalidValue(f"is not later than {before}", field="until")


CONTRACT = Procedure(
    name="contract",
    title="Contract of SECCo",
    source="SEC C7, Schedule 4",
    purpose="Keeps the contracts that SECCo holds for the Parties.",
    prefix="CON",
    subject="supplier",
    opening=Act(
        "sign", "Enter a contract", by=(SECCO_BOARD,), target="running",
        takes=(Field("supplier", "With whom"), Field("title", "What it is for"),
               Field("value", "Value", Kind.MONEY, least=0),
               Field("since", "From", Kind.DATE), Field("until", "Until", Kind.DATE)),
        guards=(_lasts,), tells=(Told(CODE_ADMINISTRATOR, "SECCo has a contract with {supplier}: {title}"),),
    ),
    states={"running": "Signed.", "terminated": "Ended early.", "expired": "Run out."},
    final=frozenset({"terminated", "expired"}),
    acts=(
        Act("extend", "Extend it", by=(SECCO_BOARD,), sources=("running",),
            takes=(Field("until", "Until", Kind.DATE), Field("value", "Value", Kind.MONEY, least=0)),
            guards=(_is_longer,), needs_reason=True),
        Act("terminate", "End it early", by=(SECCO_BOARD,), sources=("running",), target="terminated",
            needs_reason=True),
        Act("expire", "Run out", by=(CLOCK,), sources=("running",), target="expired",
            tells=(Told(SECCO_BOARD, "The contract with {supplier} has run out"),)),
    ),
    deadlines=(Deadline("end", "Contract ends", ("running",), SECCO_BOARD, on="until", then="expire"),),
    systems=("S173",),
)  # fmt: skip


class Shareholder(NamedTuple):
    """A Party that owns a share in SECCo, and since when (None: since before this register began)."""

    party: str
    name: str
    since: datetime | None


def shareholders(connection: Connection, at: datetime) -> list[Shareholder]:
    """Who owns SECCo at a moment: Parties that took a share when they acceded, and have not left."""
    return [
        Shareholder(each.signifier, each.name, each.accession.at)
        for each in parties.members(connection, at)
        if each.accession.share and each.state not in parties.GONE
    ]
