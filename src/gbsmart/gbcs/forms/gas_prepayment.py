"""Prepayment on a gas meter: its configuration, debts and emergency credit (SRV 2.1, 2.3, 2.5, 4.13).

Top-ups and emergency credit also come from the prepayment display in the home (PCS01, PCS02), which asks
as the remote party does. Amounts are in 10^-5 of the currency.
"""

from __future__ import annotations

from gbsmart.gbcs.form import Form
from gbsmart.gbcs.forms.gas_calendars import NON_DISABLEMENT, publish, read
from gbsmart.gbcs.forms.prepayment import top_up
from gbsmart.gbcs.forms.reading import gbz_form
from gbsmart.gbcs.gbz.attributes import attributes
from gbsmart.gbcs.gbz.bindings import EVENT, plain, when
from gbsmart.gbcs.gbz.bodies import Read, Send
from gbsmart.gbcs.gbz.commands import (
    CHANGE_DEBT,
    EMERGENCY_CREDIT_SETUP,
    SELECT_AVAILABLE_EMERGENCY_CREDIT,
    SET_LOW_CREDIT_WARNING_LEVEL,
    SET_MAXIMUM_CREDIT_LIMIT,
    SET_OVERALL_DEBT_CAP,
)
from gbsmart.gbcs.gbz.commands.declaration import Cluster
from gbsmart.gbcs.gbz.commands.prepayment import FROM_A_PPMID, FROM_THE_WAN

_AT = when("execution_date_time")
GCS05 = gbz_form(
    "GCS05", 0x006F,
    Send(
        EMERGENCY_CREDIT_SETUP,
        {
            **EVENT, "start_time": _AT,
            "emergency_credit_limit": plain("emergency_credit_limit"),
            "emergency_credit_threshold": plain("emergency_credit_threshold"),
        },
    ),
    Send(
        SET_OVERALL_DEBT_CAP,
        {**EVENT, "implementation_date_time": _AT, "overall_debt_cap": plain("debt_recovery_rate_cap")},
    ),
    Send(
        SET_LOW_CREDIT_WARNING_LEVEL, {"low_credit_warning_level": plain("low_credit_threshold")},
        from_date_time=_AT,
    ),
    Send(
        SET_MAXIMUM_CREDIT_LIMIT,
        {
            **EVENT, "implementation_date_time": _AT,
            "maximum_credit_level": plain("max_meter_balance"),
            "maximum_credit_per_top_up": plain("max_credit_threshold"),
        },
    ),
    *publish(NON_DISABLEMENT),
)  # fmt: skip
GCS21B = gbz_form(
    "GCS21b", 0x00B5,
    Read(
        attributes(
            Cluster.PREPAYMENT,
            0x0239, 0x0006, 0x0216, 0x0226, 0x0040, 0x0010, 0x0011, 0x0031, 0x0021, 0x0022, 0x0217, 0x0227,
        )
    ),
    Read(attributes(Cluster.PRICE, 0x0617)),
    *read(NON_DISABLEMENT),
)  # fmt: skip

_BY_TIME, _BY_PAYMENT = 0, 1
_TIME_DEBTS, _PAYMENT_DEBT = {1: 1, 2: 3}, 5
"""Debt amount types that add to a register; the even ones set it."""
_NO_PERCENTAGE, _NO_AMOUNT, _EVERY_DAY = 0, 0, 1


def _time_debt(number: int) -> Send:
    """What is added to one time-based debt, and what is taken of it how often (0 hourly, 1 daily)."""
    return Send(
        CHANGE_DEBT,
        {
            **EVENT,
            "debt_amount": plain(f"time_debt_register_{number}"),
            "debt_recovery_amount": plain(f"debt_recovery_rate_{number}"),
            "debt_recovery_frequency": plain(f"debt_recovery_rate_period_{number}"),
        },
        {
            "debt_recovery_method": _BY_TIME, "debt_amount_type": _TIME_DEBTS[number],
            "debt_recovery_balance_percentage": _NO_PERCENTAGE,
        },
    )  # fmt: skip


GCS04 = gbz_form(
    "GCS04", 0x006E,
    _time_debt(1),
    _time_debt(2),
    Send(
        CHANGE_DEBT,
        {
            **EVENT,
            "debt_amount": plain("payment_debt_register"),
            "debt_recovery_balance_percentage": plain("debt_recovery_per_payment"),
        },
        {
            "debt_recovery_method": _BY_PAYMENT, "debt_amount_type": _PAYMENT_DEBT,
            "debt_recovery_amount": _NO_AMOUNT, "debt_recovery_frequency": _EVERY_DAY,
        },
    ),
)  # fmt: skip


def _emergency_credit(name: str, code: int, origin: int) -> Form:
    return gbz_form(name, code, Send(SELECT_AVAILABLE_EMERGENCY_CREDIT, {}, {"originating_device": origin}))


GCS06 = _emergency_credit("GCS06", 0x0070, FROM_THE_WAN)
PCS01 = top_up("PCS01", 0x009B, FROM_A_PPMID)
PCS02 = _emergency_credit("PCS02", 0x0090, FROM_A_PPMID)

FORMS = (GCS04, GCS05, GCS06, GCS21B, PCS01, PCS02)
