"""Party Details that change (SEC M6), and Parties that withdraw of their own accord (SEC M8).

Each Party keeps its details true: what it tells is so at once, and the Code Administrator asks where it
does not look right. Only the corporate group that it names is so when the Code Administrator has found it in
order, since Parties of one group vote as one. A Party may withdraw by notice to the Panel where no licence
demands that it is one; the Panel sets the day, and what it owes, and what it must keep to itself, outlive it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from gbsmart import parties
from gbsmart.accounts import Role
from gbsmart.governance.actors import (
    ANY_PARTY,
    AUTHORITY,
    CODE_ADMINISTRATOR,
    DCC,
    PANEL,
    PANEL_CHAIR,
    PARTY_OPENING,
)
from gbsmart.governance.on_its_day import not_before, today_or_later
from gbsmart.parties import Details, Licence
from gbsmart.procedures import (
    Act,
    Deadline,
    Effect,
    Field,
    Kind,
    Procedure,
    Situation,
    Span,
    Told,
    days,
    working_days,
)

_CHANGEABLE = (
    Field("registered_name", "Registered name", required=False),
    Field("company_number", "Company number", required=False),
    Field("address", "Registered address", required=False, private=True),
    Field("vat_number", "VAT number", required=False, private=True),
    Field("group", "Corporate group", required=False),
    Field("domestic_premises", "Domestic premises supplied", Kind.NUMBER, required=False, least=0,
          private=True),
    Field("notices_to", "Who takes notices", required=False, private=True),
    Field("notices_channel", "How it takes notices", required=False, private=True),
    Field("notices_address", "Address for notices", required=False, private=True),
    Field("licences", "Licences held", Kind.CHOICES, required=False,
          choices=tuple(licence.value for licence in Licence)),
)  # fmt: skip


def _something_changes(situation: Situation) -> None:
    """At least one detail is given."""
    if not any(field.name in situation.given for field in _CHANGEABLE):
        situation.refuse("nothing was given that changes")


def _dcc_stays_the_dcc(situation: Situation) -> None:
    """Nobody takes the DCC's licence or lays it down by telling of it: it passes by direction (M9)."""
    if "licences" in situation.given:
        held = parties.details_of(situation.connection, situation.actor.capacity.of)
        parties.check_dcc_licence(held, frozenset(map(Licence, situation.given["licences"])))


def _with_what_is_given(situation: Situation, held: Details) -> Details:
    new: dict[str, Any] = {
        field.name: situation.given[field.name] for field in _CHANGEABLE if field.name in situation.given
    }
    if "licences" in new:
        new["licences"] = frozenset(map(Licence, new["licences"]))
    return replace(held, **new)


def _can_be_entered(situation: Situation) -> None:
    """What is given can be held in the register, the corporate group too, which waits."""
    _with_what_is_given(situation, parties.details_of(situation.connection, situation.case.subject)).check()


def _change_details(situation: Situation) -> None:
    """The register has the new details from now on, but for the group, and those before as history."""
    held = parties.details_of(situation.connection, situation.case.subject)
    _enter(situation, held, replace(_with_what_is_given(situation, held), group=held.group))


def _join_the_group(situation: Situation) -> None:
    """The Party is of the corporate group that it named."""
    held = parties.details_of(situation.connection, situation.case.subject)
    _enter(situation, held, replace(held, group=situation.value("group", held.group)))


def _enter(situation: Situation, held: Details, new: Details) -> None:
    if new != held:
        parties.change_details(
            situation.connection, situation.case.subject, new, at=situation.at, by=situation.actor.account
        )


def _time_to_look_through(situation: Situation) -> Span | None:
    """5 Working Days, where no corporate group is named."""
    return None if situation.value("group") else working_days(5)


def _time_to_find_the_group(situation: Situation) -> Span | None:
    """5 Working Days, where a corporate group is named."""
    return working_days(5) if situation.value("group") else None


PARTY_DETAILS = Procedure(
    name="party-details",
    title="Change of Party Details",
    source="SEC M6",
    purpose="Keeps what the register holds of a Party true.",
    prefix="DET",
    opening=Act(
        "change", "Tell of changed details", by=(ANY_PARTY,), target="changed", takes=_CHANGEABLE,
        guards=(_something_changes, _dcc_stays_the_dcc, _can_be_entered), effects=(_change_details,),
        clause="M6.2",
        tells=(Told(CODE_ADMINISTRATOR, "{subject} has changed its details"),),
    ),
    states={
        "changed": "In the register, but for a corporate group; the Code Administrator looks it through.",
        "questioned": "Something does not look right.",
        "checked": "Looked through.",
    },
    final=frozenset({"checked"}),
    acts=(
        Act("check", "Find it in order", by=(CODE_ADMINISTRATOR,), sources=("changed",), target="checked",
            effects=(_join_the_group,)),
        Act("question", "Ask about it", by=(CODE_ADMINISTRATOR,), sources=("changed",),
            target="questioned", takes=(Field("question", "Question", Kind.LONG_TEXT, private=True),),
            tells=(Told(PARTY_OPENING, "{reference}: a question", "{question}"),)),
        Act("answer", "Answer, and mend what was wrong", by=(PARTY_OPENING,), sources=("questioned",),
            target="changed", takes=(Field("answer", "Answer", Kind.LONG_TEXT, private=True), *_CHANGEABLE),
            guards=(_dcc_stays_the_dcc, _can_be_entered), effects=(_change_details,)),
    ),
    deadlines=(
        Deadline("check", "Details looked through", ("changed",), CODE_ADMINISTRATOR, _time_to_look_through,
                 then="check"),
        Deadline("group", "Corporate group looked into", ("changed",), CODE_ADMINISTRATOR,
                 _time_to_find_the_group),
        Deadline("answer", "Answer to the question", ("questioned",), PARTY_OPENING, working_days(10)),
    ),
    systems=("S180",),
    shows=lambda reader, case, _entry: reader.holds(Role.PARTY, case.subject),
)  # fmt: skip


def _no_licence_demands_it(situation: Situation) -> None:
    """Who holds an energy licence must be a Party."""
    party = situation.actor.capacity.of
    if held := parties.details_of(situation.connection, party).licences:
        situation.refuse(f"{party} holds the licence {min(held)}, under which it must be a Party")


def _change_state(event: str) -> Effect:
    def change(situation: Situation) -> None:
        parties.change_state(
            situation.connection, situation.case.subject, event,
            at=situation.at, reason=situation.reason or situation.act.title, case=situation.case.reference,
        )  # fmt: skip

    change.__name__ = event.replace(" ", "_")
    return change


def _take_back(situation: Situation) -> None:
    """It stays, as it was; an Event of Default noticed meanwhile has ended the notice already."""
    if parties.state_of(situation.connection, situation.case.subject) is parties.State.WITHDRAWING:
        _change_state("take back the notice")(situation)


WITHDRAWAL = Procedure(
    name="withdrawal",
    title="Withdrawal of a Party",
    source="SEC M8",
    purpose="Ends a Party's membership at its own wish.",
    prefix="WDR",
    opening=Act(
        "notice", "Give notice of withdrawal", by=(ANY_PARTY,), target="noticed",
        takes=(Field("why", "Why", Kind.LONG_TEXT, required=False),),
        guards=(_no_licence_demands_it,), effects=(_change_state("give notice of withdrawal"),),
        tells=(Told(PANEL_CHAIR, "{subject} wishes to withdraw", "{why}"),),
    ),
    states={
        "noticed": "The Panel is to set the day.",
        "dated": "It withdraws on the day that the Panel has set.",
        "taken_back": "It stays.",
        "withdrawn": "A Party no longer; what it owes it still owes.",
    },
    final=frozenset({"taken_back", "withdrawn"}),
    acts=(
        Act("date", "Set the day", by=PANEL, sources=("noticed",), target="dated",
            takes=(Field("withdraws_on", "Last day as a Party", Kind.DATE),),
            guards=(today_or_later("withdraws_on"),),
            tells=(Told(PARTY_OPENING, "{reference}: the day is {withdraws_on}"),
                   Told(ANY_PARTY, "{subject} withdraws on {withdraws_on}"),
                   Told(AUTHORITY, "{subject} withdraws on {withdraws_on}"),
                   Told(DCC, "{subject} withdraws on {withdraws_on}"))),
        Act("stay", "Take the notice back", by=(PARTY_OPENING,), sources=("noticed", "dated"),
            target="taken_back", effects=(_take_back,)),
        Act("withdraw", "Record that it has withdrawn", by=PANEL, sources=("dated",), target="withdrawn",
            guards=(not_before("withdraws_on", over=True),), effects=(_change_state("withdraw"),)),
    ),
    deadlines=(
        Deadline("date", "The Panel's next meeting", ("noticed",), PANEL_CHAIR, days(31)),
        Deadline("withdraws", "Withdrawal", ("dated",), PARTY_OPENING, on="withdraws_on", then="withdraw"),
    ),
    systems=("S210",),
)  # fmt: skip
