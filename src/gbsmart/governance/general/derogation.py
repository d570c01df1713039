"""Derogations from the end date for installing SMETS1 meters (SEC A4).

A supplier that could not stop installing SMETS1 meters on 5 December 2018 asks the Secretary of State for a
later date; what is granted has an end, and conditions. Since version 5.14 of the Code.
"""

from __future__ import annotations

from datetime import date

from gbsmart.governance.actors import ANY_PARTY, PARTY_OPENING, SECRETARY_OF_STATE
from gbsmart.governance.on_its_day import not_before
from gbsmart.procedures import Act, Deadline, Field, Kind, Procedure, Situation, Told, working_days

GENERAL_END_DATE = date(2018, 12, 5)
"""The day after which a newly installed meter is SMETS2, unless its supplier has a derogation."""


def _later_than_the_general_end(situation: Situation) -> None:
    """A derogation ends after the day that holds for everybody."""
    if situation.value("until") <= GENERAL_END_DATE:
        situation.refuse(f"a derogation ends after {GENERAL_END_DATE:%d %B %Y}")


DEROGATION = Procedure(
    name="derogation",
    title="Derogation from the SMETS1 end date",
    source="SEC A4",
    purpose="Lets a supplier install SMETS1 meters for a time after the end date that holds for all.",
    prefix="DER",
    opening=Act(
        "apply", "Apply for a derogation", by=(ANY_PARTY,), target="applied",
        takes=(
            Field("title", "In one line"),
            Field("meters", "How many meters", Kind.NUMBER, least=1),
            Field("until", "Until", Kind.DATE),
            Field("grounds", "Why", Kind.LONG_TEXT),
        ),
        guards=(_later_than_the_general_end,),
        tells=(Told(SECRETARY_OF_STATE, "{reference}: {title}", "{grounds}"),),
    ),
    states={
        "applied": "The Secretary of State considers the application.",
        "granted": "The supplier may install SMETS1 meters until the day granted.",
        "refused": "Not granted.",
        "withdrawn": "Taken back.",
        "revoked": "Ended early.",
        "expired": "The day granted has passed.",
    },
    final=frozenset({"refused", "withdrawn", "revoked", "expired"}),
    acts=(
        Act("grant", "Grant", by=(SECRETARY_OF_STATE,), sources=("applied",), target="granted",
            takes=(Field("granted_until", "Until", Kind.DATE),
                   Field("conditions", "Conditions", Kind.LONG_TEXT, required=False)),
            tells=(Told(PARTY_OPENING, "{reference} granted until {granted_until}", "{conditions}"),)),
        Act("refuse", "Refuse", by=(SECRETARY_OF_STATE,), sources=("applied",), target="refused",
            needs_reason=True, tells=(Told(PARTY_OPENING, "{reference} refused", "{reason}"),)),
        Act("withdraw", "Withdraw", by=(PARTY_OPENING,), sources=("applied",), target="withdrawn"),
        Act("revoke", "Revoke", by=(SECRETARY_OF_STATE,), sources=("granted",), target="revoked",
            needs_reason=True, tells=(Told(PARTY_OPENING, "{reference} revoked", "{reason}"),)),
        Act("expire", "Record that it has ended", by=(PARTY_OPENING, SECRETARY_OF_STATE),
            sources=("granted",), target="expired",
            guards=(not_before("granted_until", over=True),)),
    ),
    deadlines=(
        Deadline("decision", "Decision on the application", ("applied",), SECRETARY_OF_STATE,
                 working_days(20)),
        Deadline("end", "End of the derogation", ("granted",), PARTY_OPENING, on="granted_until",
                 then="expire"),
    ),
    systems=("S185",),
)  # fmt: skip
