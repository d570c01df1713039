"""The DCC Licence in other hands (SEC M9): everything novates to the successor on the day directed.

The Authority, or the Secretary of State, directs that the licence passes to a successor. Until then the
DCC lists what goes with it (contracts with its providers, agreements with Parties, key material, balances)
and the successor accedes by that direction alone. On the day the register has the successor as the DCC,
under the same signifier, and those who act for it act as the DCC; those of the predecessor no longer do.
"""

from __future__ import annotations

from dataclasses import replace

from gbsmart import accounts, parties
from gbsmart.accounts import Capacity, Role
from gbsmart.governance.actors import (
    ANY_PARTY,
    AUTHORITY,
    CODE_ADMINISTRATOR,
    DCC,
    PANEL_CHAIR,
    SECRETARY_OF_STATE,
)
from gbsmart.governance.on_its_day import not_before, today_or_later
from gbsmart.parties import Member
from gbsmart.procedures import Act, Deadline, Field, Kind, Procedure, Situation, Told

INVENTORY = "Transfer Inventory"
AS_DCC = Capacity(Role.DCC)


def _dcc(situation: Situation) -> Member:
    for each in parties.members(situation.connection, situation.at):
        if each.is_dcc:
            return each
    situation.refuse(
        "no Party holds the DCC Licence",
        remedy="Enter the licensee with the licence smart-meter-communication first.",
    )


def _there_is_a_dcc(situation: Situation) -> None:
    """Only a licence that somebody holds can be transferred."""
    _dcc(situation)


def _acts_for_the_successor(situation: Situation) -> None:
    """Those who will act as the DCC have accounts."""
    for name in situation.value("people"):
        if accounts.account(situation.connection, name).closed:
            situation.refuse(f"the account {name!r} is closed")


def _novate(situation: Situation) -> None:
    """The successor is the DCC: in the register, and in who may act."""
    connection, at, by = situation.connection, situation.at, situation.case.reference
    held = _dcc(situation)
    name = str(situation.value("successor"))
    details = replace(
        held.details, registered_name=name, company_number=str(situation.value("company_number")),
        address=str(situation.value("address")), vat_number="",
    )  # fmt: skip
    parties.rename_party(connection, held.signifier, name)
    parties.change_details(connection, held.signifier, details, at=at, by=by)
    people = set(situation.value("people"))
    for each in accounts.accounts_with_role(connection, Role.DCC):
        if each.name not in people:
            accounts.revoke(connection, each.name, AS_DCC, at=at, by=by)
    for person in sorted(people):
        accounts.grant(connection, person, AS_DCC, at=at, by=by)
    situation.keep("predecessor", held.name)
    situation.keep("novated", list(situation.value("contracts") or ()))


LICENCE_TRANSFER = Procedure(
    name="licence-transfer",
    title="Transfer of the DCC Licence",
    source="SEC M9",
    purpose="Puts a successor in the DCC's place on the day that its licence passes.",
    prefix="LIC",
    opening=Act(
        "direct", "Direct that the licence passes", by=(AUTHORITY, SECRETARY_OF_STATE), target="directed",
        takes=(
            Field("successor", "Successor"), Field("company_number", "Its company number"),
            Field("address", "Its registered address"), Field("effective", "On", Kind.DATE),
        ),
        guards=(_there_is_a_dcc, today_or_later("effective")),
        tells=tuple(Told(to, "The DCC Licence passes to {successor} on {effective}")
                    for to in (DCC, ANY_PARTY, CODE_ADMINISTRATOR, PANEL_CHAIR)),
    ),
    states={
        "directed": "The DCC is to list what goes with the licence.",
        "listed": "Listed; the successor names who acts for it.",
        "ready": "To pass on the day directed.",
        "transferred": "The successor is the DCC.",
        "revoked": "Taken back.",
    },
    final=frozenset({"transferred", "revoked"}),
    acts=(
        Act("list", "List what goes with the licence", by=(DCC,), sources=("directed", "listed"),
            target="listed", takes=(Field("contracts", "Contracts and agreements, one a line", Kind.LINES),),
            documents=(INVENTORY,)),
        Act("prepare", "Name who acts for the successor", by=(AUTHORITY, SECRETARY_OF_STATE),
            sources=("listed",), target="ready",
            takes=(Field("people", "Accounts, one a line", Kind.LINES),), guards=(_acts_for_the_successor,)),
        Act("postpone", "Direct another day", by=(AUTHORITY, SECRETARY_OF_STATE),
            sources=("directed", "listed", "ready"), takes=(Field("effective", "On", Kind.DATE),),
            guards=(today_or_later("effective"),), needs_reason=True),
        Act("revoke", "Take the direction back", by=(AUTHORITY, SECRETARY_OF_STATE),
            sources=("directed", "listed", "ready"), target="revoked", needs_reason=True),
        Act("transfer", "Put the successor in its place", by=(AUTHORITY, SECRETARY_OF_STATE),
            sources=("ready",), target="transferred", guards=(not_before("effective"),), effects=(_novate,)),
    ),
    deadlines=(
        Deadline("transfer", "The licence passes", ("ready",), AUTHORITY, on="effective", at_start=True,
                 then="transfer"),
        Deadline("inventory", "What goes with the licence is listed", ("directed",), DCC, on="effective",
                 at_start=True),
    ),
    systems=("S211", "S248"),
)  # fmt: skip
