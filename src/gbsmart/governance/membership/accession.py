"""Accession: how an organisation becomes a Party (SEC B1, Schedules 2 and 5).

Anyone may accede who is no Party and was not expelled in the last 12 months. The applicant fills in the
Application Form and pays the Application Fee; the Code Administrator checks that nothing is missing; SECCo
sends the Accession Agreement, the applicant signs it and leaves the date open, and SECCo's board
countersigns after the Panel's monthly meeting. The date that it writes in is the one from which the
applicant is a Party. A refusal may be taken to the Panel, and from there to the Authority.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from gbsmart import accounts, parties
from gbsmart.accounts import Capacity, Role
from gbsmart.governance.actors import (
    ANY_PARTY,
    APPLICANT,
    APPLICANT_OPENING,
    AUTHORITY,
    CLOCK,
    CODE_ADMINISTRATOR,
    DCC,
    PANEL,
    PANEL_CHAIR,
    SECCO_BOARD,
)
from gbsmart.governance.on_its_day import today_or_later
from gbsmart.ground.working_days import civil_day, start_of
from gbsmart.parties import Details, IdentifierKind, Licence, Party
from gbsmart.procedures import (
    Act,
    Case,
    Deadline,
    Field,
    Kind,
    NewDocument,
    Procedure,
    Reader,
    Situation,
    Told,
    days,
    working_days,
)


@dataclass(frozen=True, slots=True)
class Fee:
    """What an application costs from a day on; the Panel sets it so that it recovers the cost."""

    since: date
    application: Decimal
    share: Decimal


FEES = (Fee(date(2013, 9, 23), Decimal("540.00"), Decimal("1.00")),)
"""Application Fees and the price of a share in SECCo (basis: S for the amount, M for since when)."""
AGREEMENT = "Accession Agreement"
SIGNED = "Signed Accession Agreement"
FORM = "Application Form"
_IDENTIFIERS = 1024
"""User IDs issued to a new Party (a choice of ours)."""


def fee_at(day: date) -> Fee:
    """The fees that hold on ``day``."""
    return next(fee for fee in reversed(FEES) if fee.since <= day or fee is FEES[0])


def _details(situation: Situation) -> Details:
    data = situation.case.data if situation.case.reference else situation.given
    return Details(
        registered_name=str(data["name"]), company_number=str(data.get("company_number", "")),
        address=str(data["address"]), vat_number=str(data.get("vat_number", "")),
        licences=frozenset(map(Licence, data.get("licences", ()))), group=str(data.get("group", "")),
        domestic_premises=int(data.get("domestic_premises", 0)), notices_to=str(data["notices_to"]),
        notices_channel="email", notices_address=str(data["notices_address"]),
    )  # fmt: skip


def _is_no_party(situation: Situation) -> None:
    """Neither the organisation nor its signifier is in the register of Parties."""
    parties.check_may_accede(
        situation.connection, str(situation.value("signifier")), _details(situation), situation.at,
        bar_shortened=True,
    )  # fmt: skip


def _may_accede(situation: Situation) -> None:
    """No Party already, and not expelled in the last 12 months unless the Panel shortened that."""
    parties.check_may_accede(
        situation.connection, str(situation.value("signifier")), _details(situation), situation.at,
        bar_shortened=bool(situation.value("bar_shortened")),
    )  # fmt: skip


def _is_paid_in_full(situation: Situation) -> None:
    """The fee, and the share where one is taken; a licence holder takes one."""
    fee = fee_at(civil_day(situation.at))
    share = bool(situation.value("share")) or bool(situation.value("licences"))
    due = fee.application + (fee.share if share else Decimal(0))
    if situation.value("paid") != due:
        situation.refuse(f"£{due} is due: £{fee.application}{' and a share of £1' if share else ''}")


def _draw_up_the_agreement(situation: Situation) -> None:
    """Write the agreement, its date left open, and file it with the case."""
    data = situation.case.data
    number = data.get("company_number") or "none"
    text = f"""\
ACCESSION AGREEMENT under the Smart Energy Code (specimen in our words, after Schedule 2)

Between {data["name"]} (company number {number}), of {data["address"]},
and SECCo Ltd for every Party to the Code.

1. From the date written below the applicant is a Party: it owes every other Party what the Code asks of a
   Party, and they owe the same to it.
2. Its Party Signifier is {data["signifier"]}. Notices to it go to {data["notices_to"]},
   {data["notices_address"]}.
3. This agreement is under the law of England and Wales.

Date: ____________   Signed for the applicant: ____________   For SECCo: ____________
"""
    situation.file(NewDocument(AGREEMENT, f"{AGREEMENT}, {data['name']}", text.encode(), confidential=True))


def _admit(situation: Situation) -> None:
    """Enter the Party: details, share, identifiers; who applied acts for it from now on."""
    connection, case = situation.connection, situation.case
    signifier, at = str(case.data["signifier"]), start_of(situation.value("effective"))
    parties.accede(
        connection, Party(signifier, str(case.data["name"])), _details(situation),
        at=max(at, situation.at), by=situation.actor.account,
        share=bool(case.data.get("share") or case.data.get("licences")),
        bar_shortened=bool(case.data.get("bar_shortened")),
    )  # fmt: skip
    parties.issue_range(connection, signifier, IdentifierKind.USER, count=_IDENTIFIERS, at=situation.at)
    for account in accounts.accounts_with_role(connection, Role.APPLICANT, case.opener):
        accounts.grant(
            connection, account.name, Capacity(Role.PARTY, signifier), at=situation.at, by=case.reference
        )


def _is_concerned(reader: Reader, case: Case, _entry: int) -> bool:
    """The applicant, and SECCo, which signs the agreement."""
    return reader.holds(Role.APPLICANT, case.opener) or reader.holds(Role.SECCO_BOARD)


ACCESSION = Procedure(
    name="accession",
    title="Accession",
    source="SEC B1, Schedules 2 and 5",
    purpose="Makes an organisation a Party: application, fee, agreement, countersignature.",
    prefix="ACC",
    opening=Act(
        "apply", "Hand in the Application Form", by=(APPLICANT,), target="submitted",
        takes=(
            Field("name", "Registered name"),
            Field("signifier", "Party Signifier wished for"),
            Field("company_number", "Company number", required=False),
            Field("address", "Registered address", private=True),
            Field("vat_number", "VAT number", required=False, private=True),
            Field("licences", "Licences held", Kind.CHOICES, required=False,
                  choices=tuple(licence.value for licence in Licence
                                if licence is not Licence.SMART_METER_COMMUNICATION)),
            Field("group", "Corporate group", required=False),
            Field("domestic_premises", "Domestic premises supplied", Kind.NUMBER, required=False, least=0,
          private=True),
            Field("notices_to", "Who takes notices", private=True),
            Field("notices_address", "Address for notices", private=True),
            Field("share", "Wants a share in SECCo", Kind.YES_NO,
                  help="A licence holder takes one in any case."),
        ),
        documents=(FORM,), guards=(_is_no_party,), clause="B1.3",
        tells=(Told(CODE_ADMINISTRATOR, "{reference}: {name} applies"),),
    ),
    states={
        "submitted": f"The Application Fee of £{FEES[-1].application} is to be paid, and £{FEES[-1].share} "
        "for a share in SECCo where one is taken.",
        "fee_paid": "The Code Administrator checks whether anything is missing.",
        "incomplete": "The applicant is to hand in what is missing.",
        "complete": "SECCo is to send the Accession Agreement.",
        "agreement_sent": "The applicant is to sign it.",
        "signed": "SECCo's board is to countersign it.",
        "disputed": "The Panel considers the refusal.",
        "with_authority": "The Authority considers it.",
        "not_admitted": "Refused; the applicant may take it to the Panel.",
        "party": "A Party from the date countersigned.",
        "refused": "Refused for good.",
        "lapsed": "Not pursued, or taken back.",
    },
    final=frozenset({"party", "refused", "lapsed"}),
    acts=(
        Act("pay", "Record that the fee was paid", by=(CODE_ADMINISTRATOR,), sources=("submitted",),
            target="fee_paid", takes=(Field("paid", "Paid", Kind.MONEY, least=0),),
            guards=(_may_accede, _is_paid_in_full)),
        Act("shorten", "Shorten the 12 months after an expulsion", by=PANEL, sources=("submitted",),
            takes=(Field("bar_shortened", "Shortened", Kind.YES_NO),), needs_reason=True, clause="B1.2"),
        Act("ask", "Ask for what is missing", by=(CODE_ADMINISTRATOR,), sources=("fee_paid",),
            target="incomplete", takes=(Field("missing", "What is missing", Kind.LINES),),
            tells=(Told(APPLICANT_OPENING, "{reference}: something is missing", "{missing}"),)),
        Act("supply", "Hand in what was missing", by=(APPLICANT_OPENING,), sources=("incomplete",),
            target="fee_paid", takes=(Field("supplied", "What is handed in", Kind.LONG_TEXT),)),
        Act("accept", "Find the application complete", by=(CODE_ADMINISTRATOR,), sources=("fee_paid",),
            target="complete", guards=(_may_accede,)),
        Act("refuse", "Refuse it", by=(CODE_ADMINISTRATOR,), sources=("fee_paid", "complete"),
            target="not_admitted", needs_reason=True,
            tells=(Told(APPLICANT_OPENING, "{reference} refused", "{reason}"),)),
        Act("dispute", "Take the refusal to the Panel", by=(APPLICANT_OPENING,),
            sources=("not_admitted",), target="disputed", needs_reason=True),
        Act("uphold", "Uphold the refusal", by=PANEL, sources=("disputed",), target="with_authority",
            needs_reason=True),
        Act("set_aside", "Set the refusal aside", by=(*PANEL, AUTHORITY),
            sources=("disputed", "with_authority"), target="complete", needs_reason=True),
        Act("confirm", "Confirm the refusal", by=(AUTHORITY,), sources=("with_authority",),
            target="refused", needs_reason=True),
        Act("send", "Send the Accession Agreement", by=(SECCO_BOARD, CODE_ADMINISTRATOR),
            sources=("complete",), target="agreement_sent", effects=(_draw_up_the_agreement,),
            tells=(Told(APPLICANT_OPENING, "{reference}: the Accession Agreement to sign"),),
            clause="B1.8"),
        Act("sign", "Return the agreement, signed and not dated", by=(APPLICANT_OPENING,),
            sources=("agreement_sent",), target="signed", documents=(SIGNED,)),
        Act("countersign", "Countersign", by=(SECCO_BOARD,), sources=("signed",), target="party",
            takes=(Field("effective", "Date of the agreement", Kind.DATE),),
            guards=(today_or_later("effective"), _may_accede), effects=(_admit,), clause="B1.10",
            tells=(Told(APPLICANT_OPENING, "{name} is a Party from {effective}"),
                   Told(ANY_PARTY, "{name} ({signifier}) accedes on {effective}"),
                   Told(AUTHORITY, "{name} ({signifier}) accedes on {effective}"),
                   Told(DCC, "{name} ({signifier}) accedes on {effective}"))),
        Act("withdraw", "Take the application back", by=(APPLICANT_OPENING,),
            sources=("submitted", "fee_paid", "incomplete", "complete", "agreement_sent", "signed"),
            target="lapsed"),
        Act("lapse", "Lapse", by=(CLOCK,),
            sources=("submitted", "incomplete", "agreement_sent"), target="lapsed"),
        Act("let_stand", "Let the refusal stand", by=(APPLICANT_OPENING,), sources=("not_admitted",),
            target="refused"),
    ),
    deadlines=(
        Deadline("fee", "Application Fee", ("submitted",), APPLICANT_OPENING, days(30), then="lapse"),
        Deadline("check", "Check for completeness", ("fee_paid",), CODE_ADMINISTRATOR, working_days(5)),
        Deadline("missing", "What was missing", ("incomplete",), APPLICANT_OPENING, days(90),
                 then="lapse"),
        Deadline("signature", "Signed agreement", ("agreement_sent",), APPLICANT_OPENING, days(90),
                 then="lapse"),
        Deadline("countersignature", "SECCo's next board meeting", ("signed",), SECCO_BOARD, days(38)),
        Deadline("dispute", "Taking a refusal to the Panel", ("not_admitted",), APPLICANT_OPENING,
                 working_days(10), then="let_stand"),
        Deadline("panel", "The Panel's next meeting", ("disputed",), PANEL_CHAIR, days(31)),
    ),
    systems=("S175", "S176", "S178"),
    shows=_is_concerned,
)  # fmt: skip
