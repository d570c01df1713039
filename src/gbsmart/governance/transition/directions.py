"""Provisions that take effect later, and text that is varied for a time (SEC X3, X6).

While transition lasts the Secretary of State switches on, by notice, what was written without effect
(X3), and varies for a period what is written (X6). Each becomes so at the beginning of the day that was
directed, by itself, and what was varied reads as before once the period has ended.
"""

from __future__ import annotations

from datetime import date

from gbsmart import codebook
from gbsmart.codebook import Change, Instrument, Kind, Verb
from gbsmart.governance.actors import (
    ANY_PARTY,
    AUTHORITY,
    CODE_ADMINISTRATOR,
    DCC,
    SECRETARY_OF_STATE,
)
from gbsmart.governance.on_its_day import not_before, today_or_later
from gbsmart.ground.working_days import civil_day, start_of
from gbsmart.procedures import (
    Act,
    Deadline,
    Field,
    Procedure,
    Situation,
    Told,
)
from gbsmart.procedures import (
    Kind as Of,
)

TO_ALL = (ANY_PARTY, AUTHORITY, DCC, CODE_ADMINISTRATOR)
IS_TO_COME = today_or_later("effective")
"""What is directed takes effect on the day it is made, or later."""
DISAPPLY, VARY = "disapply", "vary the text"


def known_provisions(situation: Situation) -> None:
    """Every provision named is in the Code."""
    for ref in situation.value("provisions") or ():
        codebook.provision_at(situation.connection, ref, situation.at)


def instrument(situation: Situation, kind: Kind, basis: str) -> Instrument:
    """The decision of a case as the Code's library takes it."""
    effective = situation.value("effective")
    return Instrument(
        kinds=(kind,), legal_basis=basis, effective=start_of(effective),
        decision_date=civil_day(situation.case.opened_at), version_date=effective,
        reason=situation.case.title, notes=situation.case.reference,
    )  # fmt: skip


def enact(situation: Situation, made: Instrument, changes: list[Change]) -> None:
    """Have it in the Code; the case keeps the version in which it is."""
    version = codebook.enact(situation.connection, made, changes)
    situation.keep("version", version.number)


def _activate(situation: Situation) -> None:
    """What was directed is in force."""
    changes = [Change(Verb.ACTIVATED, ref) for ref in situation.value("provisions")]
    enact(situation, instrument(situation, Kind.TRANSITIONAL, "SEC X3.1"), changes)


_EFFECTIVE = Field("effective", "From", Of.DATE)
_PROVISIONS = Field("provisions", "Provisions, one a line", Of.LINES)

ACTIVATION = Procedure(
    name="activation",
    title="Activation of provisions",
    source="SEC X3",
    purpose="Switches on, by direction of the Secretary of State, what the Code holds without effect.",
    prefix="ACT",
    opening=Act(
        "direct", "Direct that provisions take effect", by=(SECRETARY_OF_STATE,), target="directed",
        takes=(Field("title", "In one line"), _PROVISIONS, _EFFECTIVE),
        guards=(known_provisions, IS_TO_COME),
        tells=tuple(Told(to, "{title}: in force from {effective}") for to in TO_ALL), clause="X3.1",
    ),
    states={
        "directed": "To take effect on the day directed.",
        "in_force": "In force.",
        "revoked": "Taken back before it took effect.",
    },
    final=frozenset({"in_force", "revoked"}),
    acts=(
        Act("postpone", "Direct another day", by=(SECRETARY_OF_STATE,), sources=("directed",),
            takes=(_EFFECTIVE,), guards=(IS_TO_COME,), needs_reason=True),
        Act("revoke", "Take the direction back", by=(SECRETARY_OF_STATE,), sources=("directed",),
            target="revoked", needs_reason=True),
        Act("activate", "Have it in force", by=(SECRETARY_OF_STATE,), sources=("directed",),
            target="in_force", guards=(not_before("effective"),), effects=(_activate,)),
    ),
    deadlines=(
        Deadline("effect", "Takes effect", ("directed",), SECRETARY_OF_STATE, on="effective",
                 at_start=True, then="activate"),
    ),
    systems=("S200", "S223", "S225"),
)  # fmt: skip


def _ends_after_it_begins(situation: Situation) -> None:
    """The period has a beginning and, later, an end."""
    if situation.value("until") <= situation.value("effective"):
        situation.refuse("a variation ends after it begins")


def _ends_later(situation: Situation) -> None:
    """A period that runs is extended, and not cut short."""
    if situation.value("until") <= date.fromisoformat(situation.case.data["until"]):
        situation.refuse(f"it runs until {situation.case.data['until']} as it is")


def _says_the_text(situation: Situation) -> None:
    """Text that is varied is of one provision, and given."""
    varies = situation.value("how") == VARY
    if varies and (len(situation.value("provisions")) != 1 or not situation.value("text")):
        situation.refuse("vary the text of one provision at a time, and give it")


def _vary(situation: Situation) -> None:
    """Have the variation in effect; text that is varied is kept, to be restored."""
    until = start_of(situation.value("until"))
    refs = situation.value("provisions")
    if situation.value("how") == DISAPPLY:
        changes = [Change(Verb.DISAPPLIED, ref, until=until) for ref in refs]
    else:
        before = codebook.provision_at(situation.connection, refs[0], situation.at)
        situation.keep("before", before.text)
        changes = [Change(Verb.AMENDED, refs[0], text=situation.value("text"))]
    enact(situation, instrument(situation, Kind.TRANSITIONAL, "SEC X6"), changes)


def _prolong(situation: Situation) -> None:
    """What does not apply goes on not applying; a text that is varied stands until the case ends."""
    if situation.value("how") == DISAPPLY:
        until = start_of(situation.value("until"))
        made = Instrument(
            kinds=(Kind.TRANSITIONAL,), legal_basis="SEC X6", effective=situation.at,
            reason=f"{situation.case.title}: the period is longer", notes=situation.case.reference,
            consolidates=False,
        )  # fmt: skip
        changes = [Change(Verb.DISAPPLIED, ref, until=until) for ref in situation.value("provisions")]
        codebook.enact(situation.connection, made, changes)


def _restore(situation: Situation) -> None:
    """Text that was varied reads as before, unless it was changed by another decision meanwhile."""
    if situation.value("how") == DISAPPLY:
        return
    (ref,) = situation.value("provisions")
    now = codebook.provision_at(situation.connection, ref, situation.at)
    if now.text != situation.value("text"):
        return
    made = Instrument(
        kinds=(Kind.TRANSITIONAL,), legal_basis="SEC X6", effective=start_of(civil_day(situation.at)),
        reason=f"{situation.case.title}: the variation has ended", notes=situation.case.reference,
        version_date=civil_day(situation.at),
    )  # fmt: skip
    codebook.enact(situation.connection, made, [Change(Verb.AMENDED, ref, text=situation.value("before"))])


VARIATION = Procedure(
    name="transitional-variation",
    title="Transitional variation",
    source="SEC X6",
    purpose="Varies for a period what the Code says, and lets it read as before when the period has ended.",
    prefix="VAR",
    opening=Act(
        "direct", "Direct a variation", by=(SECRETARY_OF_STATE,), target="directed",
        takes=(
            Field("title", "In one line"), _PROVISIONS,
            Field("how", "How", Of.CHOICE, choices=(DISAPPLY, VARY)),
            Field("text", "Text for the period", Of.LONG_TEXT, required=False),
            _EFFECTIVE, Field("until", "Until (the first day on which it no longer applies)", Of.DATE),
        ),
        guards=(known_provisions, IS_TO_COME, _ends_after_it_begins, _says_the_text),
        tells=tuple(Told(to, "{title}: from {effective} until {until}") for to in TO_ALL), clause="X6.1",
    ),
    states={
        "directed": "To take effect on the day directed.",
        "in_effect": "In effect until the period ends.",
        "ended": "The Code reads as without it.",
        "enduring": "Made permanent by another decision.",
        "revoked": "Taken back before it took effect.",
    },
    final=frozenset({"ended", "enduring", "revoked"}),
    acts=(
        Act("revoke", "Take the direction back", by=(SECRETARY_OF_STATE,), sources=("directed",),
            target="revoked", needs_reason=True),
        Act("vary", "Have it in effect", by=(SECRETARY_OF_STATE,), sources=("directed",),
            target="in_effect", guards=(not_before("effective"),), effects=(_vary,)),
        Act("extend", "Extend the period", by=(SECRETARY_OF_STATE,), sources=("directed",),
            takes=(Field("until", "Until (the first day on which it no longer applies)", Of.DATE),),
            guards=(_ends_after_it_begins,), needs_reason=True),
        Act("prolong", "Extend the period that runs", by=(SECRETARY_OF_STATE,), sources=("in_effect",),
            takes=(Field("until", "Until (the first day on which it no longer applies)", Of.DATE),),
            guards=(_ends_later,), effects=(_prolong,), needs_reason=True),
        Act("keep", "Record that it was made permanent", by=(SECRETARY_OF_STATE,), sources=("in_effect",),
            target="enduring", needs_reason=True),
        Act("end", "Let it end", by=(SECRETARY_OF_STATE,), sources=("in_effect",), target="ended",
            guards=(not_before("until"),), effects=(_restore,)),
    ),
    deadlines=(
        Deadline("effect", "Takes effect", ("directed",), SECRETARY_OF_STATE, on="effective",
                 at_start=True, then="vary"),
        Deadline("end", "End of the period", ("in_effect",), SECRETARY_OF_STATE, on="until",
                 at_start=True, then="end"),
    ),
    systems=("S223", "S228"),
)  # fmt: skip

__all__ = ["ACTIVATION", "IS_TO_COME", "TO_ALL", "VARIATION", "enact", "instrument"]
