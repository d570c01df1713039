"""Procedures between people: declared once as data, run as cases.

A :class:`Procedure` says who may do what in which state, what must come with it, by when, and how votes
are counted. A :class:`Case` is one run of it: durable rows, a ledger of every act with its actor, time and
reason, deadlines in Working Days, documents, votes, and notices with deemed receipt. The runner knows no
procedure: those of the Code are declared in the wings that own them and are handed in by name.
"""

from gbsmart.procedures.consequences import lapse
from gbsmart.procedures.declaration import (
    OPENER,
    SUBJECT,
    Act,
    Ballot,
    Deadline,
    Effect,
    Field,
    Guard,
    Kind,
    Procedure,
    Procedures,
    Reader,
    Told,
    Who,
)
from gbsmart.procedures.desk import Desk, Handed
from gbsmart.procedures.entitlement import THE_CLOCK, possible
from gbsmart.procedures.lapsing import Lapsing
from gbsmart.procedures.model import (
    Actor,
    Case,
    CaseDocument,
    Due,
    Entry,
    NewDocument,
    NotEntitled,
    Notice,
    Overtaken,
    Possible,
    Refused,
)
from gbsmart.procedures.reading import (
    case,
    cases,
    deadlines,
    documents,
    entries,
    next_due,
    notices,
    octets_of,
)
from gbsmart.procedures.record import serve
from gbsmart.procedures.service import open_case, perform
from gbsmart.procedures.situation import Situation
from gbsmart.procedures.spans import Span, days, months, working_days
from gbsmart.procedures.votes import CastVote, Count, Tally, Voter
from gbsmart.procedures.voting import cast

__all__ = [
    "OPENER",
    "SUBJECT",
    "THE_CLOCK",
    "Act",
    "Actor",
    "Ballot",
    "Case",
    "CaseDocument",
    "CastVote",
    "Count",
    "Deadline",
    "Desk",
    "Due",
    "Effect",
    "Entry",
    "Field",
    "Guard",
    "Handed",
    "Kind",
    "Lapsing",
    "NewDocument",
    "NotEntitled",
    "Notice",
    "Overtaken",
    "Possible",
    "Procedure",
    "Procedures",
    "Reader",
    "Refused",
    "Situation",
    "Span",
    "Tally",
    "Told",
    "Voter",
    "Who",
    "case",
    "cases",
    "cast",
    "days",
    "deadlines",
    "documents",
    "entries",
    "lapse",
    "months",
    "next_due",
    "notices",
    "octets_of",
    "open_case",
    "perform",
    "possible",
    "serve",
    "working_days",
]
