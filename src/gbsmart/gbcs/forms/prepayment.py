"""Payment use cases: balance, payment mode, top-ups, prepayment values (1.5, 1.6, 2.2, 4.3).

Amounts of the electricity meter are in millipence, those of the gas meter in 10^-5 of the currency: the
same unit under two names.
"""

from __future__ import annotations

from gbsmart.gbcs.dlms.data import ENUM
from gbsmart.gbcs.dlms.items import Item, activate, call, write, write_fixed
from gbsmart.gbcs.dlms.objects.prepayment import (
    ADJUST_METER_BALANCE,
    BALANCES,
    CREDIT_CHARGES,
    CREDIT_MODE,
    DISABLEMENT_THRESHOLD,
    ENTER_TOKEN,
    PAYMENT_MODE,
    PREPAYMENT_MODE,
    RESET_ACCUMULATED_DEBT,
    RESET_EMERGENCY_CREDIT,
    RESET_METER_BALANCE,
)
from gbsmart.gbcs.dlms.protected import read_protected
from gbsmart.gbcs.dlms.shapes import Const
from gbsmart.gbcs.form import Form
from gbsmart.gbcs.forms.reading import dlms_form, gbz_form
from gbsmart.gbcs.gbz.attributes import attributes
from gbsmart.gbcs.gbz.bindings import EVENT, Bound, plain, text, when
from gbsmart.gbcs.gbz.bodies import Read, Send
from gbsmart.gbcs.gbz.commands import (
    CHANGE_PAYMENT_MODE,
    CHANGE_PAYMENT_MODE_RESPONSE,
    CONSUMER_TOP_UP,
    CONSUMER_TOP_UP_RESPONSE,
    CREDIT_ADJUSTMENT,
)
from gbsmart.gbcs.gbz.commands.declaration import Cluster
from gbsmart.gbcs.gbz.commands.prepayment import (
    ADD_TO_CREDIT_BALANCE,
    ADD_TO_PREPAYMENT_BALANCE,
    CREDIT_CONFIGURATION,
    FROM_THE_WAN,
    PREPAYMENT_CONFIGURATIONS,
    SET_CREDIT_BALANCE,
    SET_PREPAYMENT_BALANCE,
    TOP_UP_REFUSED,
    UNCHANGED,
)


def _account(mode: int) -> list[Item]:
    """The payment mode is the use case itself; the account is to be in use (status 1)."""
    return write_fixed(PAYMENT_MODE, Const(bytes((2, 2, ENUM, mode, ENUM, 1)), f"payment mode {mode}"))


ECS02 = dlms_form("ECS02", 0x001A, *_account(CREDIT_MODE), *write(CREDIT_CHARGES), *activate(CREDIT_CHARGES))
ECS03 = dlms_form(
    "ECS03", 0x001B,
    *_account(PREPAYMENT_MODE), *write(DISABLEMENT_THRESHOLD, CREDIT_CHARGES),
    *activate(DISABLEMENT_THRESHOLD, CREDIT_CHARGES),
)  # fmt: skip
ECS04A = dlms_form("ECS04a", 0x001C, *call(ADJUST_METER_BALANCE))
ECS04B = dlms_form(
    "ECS04b", 0x00B3, *call(RESET_METER_BALANCE, RESET_EMERGENCY_CREDIT, RESET_ACCUMULATED_DEBT)
)
ECS19 = dlms_form("ECS19", 0x002D, *read_protected(1, BALANCES))
CS01A = dlms_form("CS01a", 0x0007, *call(ENTER_TOKEN))

_FLAGS = {word: dict(zip(("suspend_debt_disabled", "suspend_debt_emergency"), flags, strict=True))
          for flags, word in PREPAYMENT_CONFIGURATIONS.items()}  # fmt: skip
_DEBT_SUSPENSION = Bound(
    "debt_suspension",
    lambda word: dict(_FLAGS[word]),
    lambda how: PREPAYMENT_CONFIGURATIONS[how["suspend_debt_disabled"], how["suspend_debt_emergency"]],
)
_CHANGED_MODE = {
    "friendly_credit": plain("friendly_credit"),
    "emergency_credit_limit": plain("emergency_credit_limit"),
    "emergency_credit_threshold": plain("emergency_credit_threshold"),
}
_AT = {**EVENT, "implementation_date_time": when("execution_date_time")}

GCS02 = gbz_form(
    "GCS02", 0x006C,
    Send(
        CHANGE_PAYMENT_MODE, _AT,
        {"proposed_payment_control_configuration": CREDIT_CONFIGURATION, "cut_off_value": UNCHANGED},
        answer=CHANGE_PAYMENT_MODE_RESPONSE, answer_fields=_CHANGED_MODE,
    ),
)  # fmt: skip
GCS03 = gbz_form(
    "GCS03", 0x006D,
    Send(
        CHANGE_PAYMENT_MODE,
        {
            **_AT, "proposed_payment_control_configuration": _DEBT_SUSPENSION,
            "cut_off_value": plain("disablement_threshold"),
        },
        answer=CHANGE_PAYMENT_MODE_RESPONSE, answer_fields=_CHANGED_MODE,
    ),
)  # fmt: skip


def _adjust(name: str, code: int, kind: int) -> Form:
    fields = {**EVENT, "credit_adjustment_value": plain("adjustment")}
    return gbz_form(name, code, Send(CREDIT_ADJUSTMENT, fields, {"credit_adjustment_type": kind}))


def _reset(name: str, code: int, kind: int) -> Form:
    fixed = {"credit_adjustment_type": kind, "credit_adjustment_value": 0}
    return gbz_form(name, code, Send(CREDIT_ADJUSTMENT, EVENT, fixed))


GCS40A = _adjust("GCS40a", 0x0086, ADD_TO_PREPAYMENT_BALANCE)
GCS40B = _reset("GCS40b", 0x00B4, SET_PREPAYMENT_BALANCE)
GCS40C = _adjust("GCS40c", 0x00C0, ADD_TO_CREDIT_BALANCE)
GCS40D = _reset("GCS40d", 0x00C2, SET_CREDIT_BALANCE)


def top_up(name: str, code: int, origin: int) -> Form:
    """A top-up of a gas meter, from the WAN or from a display in the home."""
    return gbz_form(
        name, code,
        Send(
            CONSUMER_TOP_UP, {"top_up_code": text("utrn")}, {"originating_device": origin},
            answer=CONSUMER_TOP_UP_RESPONSE,
            answer_fields={
                each: plain(each)
                for each in ("result_type", "top_up_value", "source_of_top_up", "credit_remaining")
            },
            refusal={"result_type": TOP_UP_REFUSED, "top_up_value": -1, "credit_remaining": -1},
        ),
    )  # fmt: skip


CS01B = top_up("CS01b", 0x0097, FROM_THE_WAN)

GCS14 = gbz_form(
    "GCS14", 0x0075,
    Read(attributes(Cluster.PRICE, 0x0617, 0x0616)),
    Read(
        attributes(Cluster.PREPAYMENT, 0x0005, 0x0002, 0x0001, 0x0231, 0x0211, 0x0221),
        sealed=True, quiet=False,
    ),
)  # fmt: skip

FORMS = (
    ECS02, ECS03, ECS04A, ECS04B, ECS19, CS01A,
    GCS02, GCS03, GCS40A, GCS40B, GCS40C, GCS40D, GCS14, CS01B,
)  # fmt: skip
