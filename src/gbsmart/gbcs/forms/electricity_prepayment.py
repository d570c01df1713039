"""How prepayment is set up, and debt: Service References 2.1, 2.3, 2.5, 4.13, 4.18 and 6.2.9 of an ESME."""

from __future__ import annotations

from gbsmart.gbcs.dlms.items import Item, activate, call, read, write
from gbsmart.gbcs.dlms.objects.attribute import Attribute
from gbsmart.gbcs.dlms.objects.prepayment import (
    ACTIVATE_DEBT_RECOVERY_RATES,
    ACTIVATE_EMERGENCY_CREDIT,
    ADJUST_PAYMENT_DEBT,
    ADJUST_TIME_DEBTS,
    CREDIT_CHARGES,
    DEBT_RECOVERY_PER_PAYMENT,
    DEBT_RECOVERY_PERIODS,
    DEBT_RECOVERY_RATE_CAP,
    DEBT_RECOVERY_RATE_CAP_PERIOD,
    DEBT_RECOVERY_RATES,
    DISABLEMENT_THRESHOLD_MONITORED,
    EMERGENCY_CREDIT_LIMIT,
    EMERGENCY_CREDIT_THRESHOLD,
    GREATEST_BALANCE,
    GREATEST_BALANCE_AT_ONCE,
    GREATEST_TOP_UP,
    LOW_CREDIT_THRESHOLD,
    METER_BALANCE_VALUE,
    NON_DISABLEMENT_SCHEDULE,
    NON_DISABLEMENT_SPECIAL_DAYS,
    PAYMENT_MODE,
)
from gbsmart.gbcs.form import Form
from gbsmart.gbcs.forms.reading import dlms_form

ECS07 = dlms_form(
    "ECS07", 0x001E,
    *write(*DEBT_RECOVERY_RATES, DEBT_RECOVERY_PER_PAYMENT, *DEBT_RECOVERY_PERIODS),
    *call(*ACTIVATE_DEBT_RECOVERY_RATES, ADJUST_PAYMENT_DEBT, *ADJUST_TIME_DEBTS),
)  # fmt: skip


def _configuration(greatest_balance: Attribute) -> list[Item]:
    """What both messages write; they differ in how the maximum balance is given."""
    return [
        *write(
            NON_DISABLEMENT_SPECIAL_DAYS, greatest_balance, GREATEST_TOP_UP, NON_DISABLEMENT_SCHEDULE,
            DEBT_RECOVERY_RATE_CAP, DEBT_RECOVERY_RATE_CAP_PERIOD, LOW_CREDIT_THRESHOLD,
            EMERGENCY_CREDIT_LIMIT,
        ),
        *activate(NON_DISABLEMENT_SPECIAL_DAYS),
        *write(EMERGENCY_CREDIT_THRESHOLD),
        *activate(
            GREATEST_BALANCE, GREATEST_TOP_UP, DEBT_RECOVERY_RATE_CAP, DEBT_RECOVERY_RATE_CAP_PERIOD,
            LOW_CREDIT_THRESHOLD, EMERGENCY_CREDIT_LIMIT, EMERGENCY_CREDIT_THRESHOLD,
            NON_DISABLEMENT_SCHEDULE,
        ),
    ]  # fmt: skip


ECS08 = dlms_form("ECS08", 0x001F, *_configuration(GREATEST_BALANCE_AT_ONCE))
ECS08A = dlms_form("ECS08a", 0x00DE, *_configuration(GREATEST_BALANCE))
ECS09 = dlms_form("ECS09", 0x0020, *call(ACTIVATE_EMERGENCY_CREDIT))

_RATE_1, _RATE_2 = DEBT_RECOVERY_RATES
_PERIOD_1, _PERIOD_2 = DEBT_RECOVERY_PERIODS
ECS26A = dlms_form(
    "ECS26a", 0x003B,
    *read(
        _RATE_1, NON_DISABLEMENT_SPECIAL_DAYS, _PERIOD_1, _RATE_1, _RATE_2, _PERIOD_2, _RATE_2,
        DEBT_RECOVERY_PER_PAYMENT, GREATEST_TOP_UP, DISABLEMENT_THRESHOLD_MONITORED, GREATEST_BALANCE,
        LOW_CREDIT_THRESHOLD, DEBT_RECOVERY_RATE_CAP, DEBT_RECOVERY_RATE_CAP_PERIOD,
        EMERGENCY_CREDIT_LIMIT, EMERGENCY_CREDIT_THRESHOLD, NON_DISABLEMENT_SCHEDULE, CREDIT_CHARGES,
    ),
)  # fmt: skip
"""The rates are read twice, once for the amount and once for its scale."""
ECS26J = dlms_form("ECS26j", 0x00BE, *read(PAYMENT_MODE))
ECS82 = dlms_form("ECS82", 0x0069, *read(METER_BALANCE_VALUE))

FORMS: tuple[Form, ...] = (ECS07, ECS08, ECS08A, ECS09, ECS26A, ECS26J, ECS82)
