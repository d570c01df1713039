"""The budget of the Panel's costs (SEC C8): three Regulatory Years, drafted each January.

A draft is consulted on, approved by the Panel and published; 15 Working Days later it is the Approved Budget,
unless a Party or the DCC has taken it to the Authority, and from 1 April it is in force. What the work of the
Panel costs is then claimed from the DCC, which passes it on in its charges. How long the consultation lasts
is from memory; the rest a source says.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from gbsmart.governance.actors import (
    ANY_PARTY,
    AUTHORITY,
    CLOCK,
    CODE_ADMINISTRATOR,
    DCC,
    PANEL,
    PANEL_CHAIR,
    SECCO_BOARD,
)
from gbsmart.governance.panel.resolutions import PANEL_RESOLUTION
from gbsmart.ground import InvalidValue
from gbsmart.ground.working_days import civil_day
from gbsmart.procedures import (
    Act,
    Deadline,
    Field,
    Kind,
    Procedure,
    Situation,
    Span,
    Told,
    case,
    cases,
    days,
    working_days,
)

YEAR_BEGINS = (4, 1)
"""The day on which a Regulatory Year begins."""
CONSULTATION, APPEAL = working_days(10), working_days(15, basis="S")
DRAFT = "Draft Budget"
_AMOUNTS = tuple(
    Field(f"year_{number}", f"Costs of the {nth} Regulatory Year", Kind.MONEY, least=0)
    for number, nth in enumerate(("first", "second", "third"), 1)
)
_UNDER_WAY = ("draft", "consultation", "panel", "published", "appealed", "approved", "in_force")


def _begins(situation: Situation, later: int = 0) -> date:
    return date(int(situation.value("first_year")) + later, *YEAR_BEGINS)


def _in_the_new_year(situation: Situation) -> None:
    """A draft is due in January, and of no use when its first year has begun."""
    today, first = civil_day(situation.at), _begins(situation)
    if not date(first.year, 1, 1) <= today < first:
        raise InvalidValue(f"is drafted in January of {first.year}", field="first_year")


def _is_the_only_one(situation: Situation) -> None:
    """One budget is drafted for a year."""
    year = str(situation.value("first_year"))
    for other in cases(situation.connection, procedure="budget", subject=year, within=_UNDER_WAY):
        situation.refuse(f"{other.reference} is the budget from {year}")


def _mark_where_late(situation: Situation) -> None:
    situation.keep("late", civil_day(situation.at) > date(_begins(situation).year, 1, 31))


def _keep_the_response(situation: Situation) -> None:
    said = {"by": str(situation.actor.capacity), "response": situation.given["response"]}
    situation.keep("responses", [*situation.value("responses", []), said])


def _is_carried(situation: Situation) -> None:
    """The resolution that is named is one of the Panel, and was carried."""
    if not (reference := situation.given.get("resolution")):
        return
    named = case(situation.connection, reference)
    if named.procedure != PANEL_RESOLUTION.name or named.state != "carried":
        raise InvalidValue(f"{reference} is no resolution that the Panel has carried", field="resolution")


def _until(later: int) -> Callable[[Situation], Span]:
    def until(situation: Situation) -> Span:
        """Until 1 April."""
        left = (_begins(situation, later) - civil_day(situation.case.entered_at)).days
        return days(max(left - 1, 0), basis="S")

    return until


def _claim(situation: Situation) -> None:
    claimed = Decimal(situation.case.data.get("claimed", "0")) + Decimal(situation.given["costs"])
    situation.keep("claimed", str(claimed))


def _is_in_the_budget(situation: Situation) -> None:
    """No more is claimed than the budget of the year has."""
    budget: Decimal = situation.value("year_1")
    claimed = Decimal(situation.case.data.get("claimed", "0"))
    if claimed + situation.value("costs") > budget:
        situation.refuse(f"£{budget - claimed:,.2f} of the budget is left")


BUDGET = Procedure(
    name="budget",
    title="Budget",
    source="SEC C8",
    purpose="Sets what the Panel, its Sub-Committees, SECCo and the Code Administrator may cost.",
    prefix="BUD",
    subject="first_year",
    opening=Act(
        "draft", "Draft the budget", by=(CODE_ADMINISTRATOR,), target="draft",
        takes=(Field("first_year", "First Regulatory Year, by the year in which it begins", Kind.NUMBER,
                     least=2013, most=2100), *_AMOUNTS),
        documents=(DRAFT,), guards=(_in_the_new_year, _is_the_only_one), effects=(_mark_where_late,),
        tells=(Told(PANEL_CHAIR, "The budget from {first_year} is drafted"),), clause="C8.11",
    ),
    states={
        "draft": "Drafted for three Regulatory Years.",
        "consultation": "Parties and the DCC say what they think of it.",
        "panel": "The Panel considers it with the responses.",
        "published": "Approved by the Panel; it can be appealed.",
        "appealed": "The Authority considers it.",
        "approved": "The Approved Budget, which has effect on 1 April.",
        "in_force": "In force in its first Regulatory Year.",
        "ended": "The year is over.",
        "abandoned": "Not taken further.",
    },
    final=frozenset({"ended", "abandoned"}),
    acts=(
        Act("consult", "Consult on it", by=PANEL, sources=("draft",), target="consultation",
            tells=(Told(ANY_PARTY, "{reference}: draft budget from {first_year}"),
                   Told(DCC, "{reference}: draft budget from {first_year}")), clause="C8.12"),
        Act("respond", "Respond", by=(ANY_PARTY, DCC), sources=("consultation",),
            takes=(Field("response", "Response", Kind.LONG_TEXT),), effects=(_keep_the_response,)),
        Act("close", "Close the consultation", by=(CLOCK,), sources=("consultation",), target="panel"),
        Act("amend", "Amend it", by=(CODE_ADMINISTRATOR,), sources=("panel",), takes=_AMOUNTS,
            needs_reason=True),
        Act("approve", "Approve and publish it", by=PANEL, sources=("panel",), target="published",
            takes=(Field("resolution", "Resolution of the Panel", Kind.CASE, required=False),),
            guards=(_is_carried,), needs_reason=True, clause="C8.13",
            tells=(Told(ANY_PARTY, "{reference}: the budget from {first_year} is published"),
                   Told(DCC, "{reference}: the budget from {first_year} is published"),
                   Told(AUTHORITY, "{reference}: the budget from {first_year} is published"))),
        Act("return", "Send it back", by=PANEL, sources=("panel",), target="draft", needs_reason=True),
        Act("appeal", "Appeal to the Authority", by=(ANY_PARTY, DCC), sources=("published",),
            target="appealed", needs_reason=True, clause="C8.14",
            tells=(Told(AUTHORITY, "{reference}: the budget is appealed", "{reason}"),)),
        Act("stand", "Become the Approved Budget", by=(CLOCK,), sources=("published",), target="approved",
            clause="C8.13"),
        Act("confirm", "Confirm the budget", by=(AUTHORITY,), sources=("appealed",), target="approved",
            needs_reason=True),
        Act("change", "Approve it with other amounts", by=(AUTHORITY,), sources=("appealed",),
            target="approved", takes=_AMOUNTS, needs_reason=True),
        Act("remit", "Send it back to the Panel", by=(AUTHORITY,), sources=("appealed",), target="panel",
            needs_reason=True),
        Act("take_effect", "Take effect", by=(CLOCK,), sources=("approved",), target="in_force"),
        Act("claim", "Claim costs from the DCC", by=(SECCO_BOARD, CODE_ADMINISTRATOR), sources=("in_force",),
            takes=(Field("month", "For the month"), Field("costs", "Costs", Kind.MONEY, least=0)),
            guards=(_is_in_the_budget,), effects=(_claim,),
            tells=(Told(DCC, "{reference}: £{costs} for {month}"),), clause="C8.5"),
        Act("end", "End the year", by=(CLOCK,), sources=("in_force",), target="ended"),
        Act("abandon", "Abandon the draft", by=PANEL, sources=("draft", "panel"), target="abandoned",
            needs_reason=True),
    ),
    deadlines=(
        Deadline("responses", "Responses to the draft budget", ("consultation",), ANY_PARTY, CONSULTATION,
                 then="close"),
        Deadline("appeal", "Appeal against the budget", ("published",), ANY_PARTY, APPEAL, then="stand"),
        Deadline("first_day", "The Regulatory Year begins", ("approved",), CODE_ADMINISTRATOR, _until(0),
                 then="take_effect"),
        Deadline("last_day", "The Regulatory Year ends", ("in_force",), CODE_ADMINISTRATOR, _until(1),
                 then="end"),
    ),
    systems=("S174", "S173"),
)  # fmt: skip
