"""The decision on a proposal (SEC D9): self-governance with referral, the Authority, send-back, appeal."""

from __future__ import annotations

from gbsmart.governance.actors import (
    ANY_PARTY,
    APPEAL_BODY,
    AUTHORITY,
    CLOCK,
    CODE_ADMINISTRATOR,
    DCC,
    PANEL,
    PANEL_CHAIR,
)
from gbsmart.governance.modifications.consideration import REPORT_BY, timetable_ahead
from gbsmart.governance.modifications.influence import has_the_right
from gbsmart.ground import InvalidValue
from gbsmart.procedures import Act, Deadline, Field, Kind, Situation, Told, working_days
from gbsmart.procedures.counting import APPROVE, REJECT

REFERRAL = working_days(10)
AUTHORITY_AIM = working_days(25)
APPEAL = working_days(15)
DETERMINATION = Field("decision", "Decision", Kind.CHOICE, choices=(APPROVE, REJECT))
ALTERNATIVE = Field(
    "alternative",
    "Alternative that is approved",
    required=False,
    help="Such as A; none is the proposal.",
)
_RULINGS = ("confirmed", "quashed and remitted", "quashed and substituted")
_STAND = {APPROVE: "approved", REJECT: "rejected"}
_TOLD = (
    Told(ANY_PARTY, "{reference}: {decision}", "{title}. {reason}"),
    Told(DCC, "{reference}: {decision}", "{title}. {reason}"),
    Told(CODE_ADMINISTRATOR, "{reference}: {decision}", "{title}. {reason}"),
)


def _an_alternative_there_is(situation: Situation) -> None:
    label = situation.given.get("alternative", "")
    known = [each["label"] for each in situation.value("alternatives", [])]
    if label and label not in known:
        raise InvalidValue(
            f"{label!r} is no alternative of this proposal", field="alternative",
            remedy=f"There are {', '.join(known) or 'none'}.",
        )  # fmt: skip
    if label and situation.given["decision"] == REJECT:
        raise InvalidValue("goes with an approval only", field="alternative")
    situation.keep("alternative", label)


def _decided(situation: Situation) -> str:
    return str(situation.value("decision"))


def _of_the_authority(situation: Situation) -> str:
    """The decision, where it is for what the Board recommended: another alternative is not that."""
    made = (_decided(situation), situation.value("alternative"))
    recommended = (situation.value("recommendation"), situation.value("alternative_recommended"))
    return made[0] if made == recommended else "against the recommendation"


def _ruling(situation: Situation) -> str:
    """What the appeal comes to: where the ruling takes the decision's place, what the Board recommended."""
    if situation.value("ruling") == "quashed and remitted":
        return "remitted"
    if situation.value("ruling") == "quashed and substituted":
        situation.keep("decision", situation.value("recommendation"))
        situation.keep("alternative", situation.value("alternative_recommended"))
    return _decided(situation)


def _set_the_timetable_anew(situation: Situation) -> None:
    """The date of the report before says nothing of the next."""
    situation.keep("report_by", situation.given.get("report_by"))


SELF_GOVERNANCE = (
    Act("let-approval-stand", "Let the Change Board's approval stand", by=(CLOCK,),
        sources=("board_approved",), target="approved", clause="D9"),
    Act("let-rejection-stand", "Let the Change Board's rejection stand", by=(CLOCK,),
        sources=("board_rejected",), target="rejected", clause="D9"),
    Act("let-stand", "Let the decision stand", by=(CLOCK,), sources=("panel_determined", "authority_decided"),
        outcomes=_STAND, decide=_decided, clause="D9"),
    Act("refer-to-panel", "Refer the decision to the Panel", by=(ANY_PARTY,),
        sources=("board_approved", "board_rejected"), target="referred_to_panel", guards=(has_the_right,),
        needs_reason=True, tells=(Told(PANEL_CHAIR, "{reference} is referred to the Panel", "{reason}"),),
        clause="D9"),
    Act("determine-referral", "Decide on the referral", by=PANEL, sources=("referred_to_panel",),
        target="panel_determined", takes=(DETERMINATION, ALTERNATIVE), guards=(_an_alternative_there_is,),
        needs_reason=True, tells=_TOLD, clause="D9"),
    Act("refer-to-authority", "Refer the Panel's decision to the Authority", by=(ANY_PARTY,),
        sources=("panel_determined",), target="referred_to_authority", guards=(has_the_right,),
        needs_reason=True, tells=(Told(AUTHORITY, "{reference} is referred to the Authority", "{reason}"),),
        clause="D9"),
    Act("settle-referral", "Decide on the referral to the Authority", by=(AUTHORITY,),
        sources=("referred_to_authority",), outcomes=_STAND, decide=_decided,
        takes=(DETERMINATION, ALTERNATIVE), guards=(_an_alternative_there_is,), needs_reason=True,
        tells=_TOLD, clause="D4"),
)  # fmt: skip
BY_THE_AUTHORITY = (
    Act("decide", "Decide as the Authority", by=(AUTHORITY,), sources=("with_authority",),
        outcomes={**_STAND, "against the recommendation": "authority_decided"}, decide=_of_the_authority,
        takes=(DETERMINATION, ALTERNATIVE), guards=(_an_alternative_there_is,), needs_reason=True,
        tells=_TOLD, clause="D9"),
    Act("send-back", "Send back for more work", by=(AUTHORITY,), sources=("with_authority",),
        target="refinement", needs_reason=True,
        takes=(Field("more_work", "What is to be worked on", Kind.LONG_TEXT), REPORT_BY),
        guards=(timetable_ahead,), effects=(_set_the_timetable_anew,),
        tells=(Told(CODE_ADMINISTRATOR, "{reference} is sent back", "{more_work}"),
               Told(ANY_PARTY, "{reference} is sent back", "{more_work}")),
        clause="D9"),
    Act("appeal", "Appeal to the Competition and Markets Authority", by=(ANY_PARTY,),
        sources=("authority_decided",), target="under_appeal", guards=(has_the_right,), needs_reason=True,
        tells=(Told(APPEAL_BODY, "Appeal about {reference}: {title}", "{reason}"),
               Told(AUTHORITY, "Appeal about {reference}: {title}", "{reason}")),
        clause="Energy Act 2004, s. 173"),
    Act("rule", "Rule on the appeal", by=(APPEAL_BODY,), sources=("under_appeal",),
        outcomes={**_STAND, "remitted": "with_authority"}, decide=_ruling,
        takes=(Field("ruling", "Ruling", Kind.CHOICE, choices=_RULINGS),), needs_reason=True,
        tells=(*_TOLD, Told(AUTHORITY, "Appeal about {reference}: {ruling}", "{reason}")),
        clause="Energy Act 2004, s. 173"),
)  # fmt: skip
ACTS = (*SELF_GOVERNANCE, *BY_THE_AUTHORITY)
DEADLINES = (
    Deadline("referral-to-panel", "Referral of the approval to the Panel", ("board_approved",), ANY_PARTY,
             REFERRAL, then="let-approval-stand", clause="D9"),
    Deadline("referral-of-rejection", "Referral of the rejection to the Panel", ("board_rejected",),
             ANY_PARTY, REFERRAL, then="let-rejection-stand", clause="D9"),
    Deadline("determination", "Decision of the Panel", ("referred_to_panel",), CODE_ADMINISTRATOR,
             working_days(25), clause="D9"),
    Deadline("referral-to-authority", "Referral to the Authority", ("panel_determined",), ANY_PARTY,
             REFERRAL, then="let-stand", clause="D9"),
    Deadline("authority", "Decision of the Authority", ("with_authority", "referred_to_authority"),
             AUTHORITY, AUTHORITY_AIM, clause="D9"),
    Deadline("appeal", "Appeal", ("authority_decided",), ANY_PARTY, APPEAL, then="let-stand",
             clause="Energy Act 2004, s. 173"),
    Deadline("ruling", "Ruling on the appeal", ("under_appeal",), APPEAL_BODY, working_days(30),
             clause="Energy Act 2004, s. 173"),
)  # fmt: skip
