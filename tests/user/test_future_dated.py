"""A tariff for later: the Service Response, and then one outcome for each instruction."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from gbsmart.ground import NEVER, DayMonth, SystemClock
from gbsmart.user import AsyncUser, DeviceRefused, TimedOut

from .dcc import ESME, Dcc, Faults

Run = Callable[..., None]
EXECUTED, FAILED = 0x8F66, 0x8F67
DEVICES = {ESME: "ESME"}


def tariff(when: Any) -> dict[str, Any]:
    """One price all year, at ``when``."""
    return {
        "execution_date_time": when,
        "elec_tariff_elements": {
            "currency_units": "GBP",
            "switching_table": {
                "day_profiles": (
                    {
                        "day_name": 1,
                        "profile_schedules": ({"start_time": time(0, tzinfo=UTC), "tou_tariff_action": 1},),
                    },
                ),
                "week_profiles": (
                    {"week_name": 1, "referenced_day_names": (1,) * 7},
                ),
                "seasons": (
                    {
                        "season_name": "all",
                        "season_start_date": DayMonth(None, 1, 1, None),
                        "referenced_week_name": 1,
                    },
                ),
            },
            "special_days": (),
            "threshold_matrix": tuple({1: 0, 2: 0, 3: 0} for _ in range(8)),
        },
        "price_elements": {
            "electricity_price_elements": {
                "standing_charge": 30,
                "standing_charge_scale": -2,
                "price_scale": -5,
                "tou_tariff": {register: 25000 if register == 1 else 0 for register in range(1, 49)},
            }
        },
    }  # fmt: skip


def soon() -> datetime:
    return datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=2)


def test_all_outcomes_are_awaited(talk: Run) -> None:
    async def conversation(user: AsyncUser, dcc: Dcc) -> None:
        dcc.faults = Faults(instructions=(EXECUTED,) * 5)
        answer = await user.request("1.1.1", ESME, **tariff(soon()))
        assert len(answer.messages) == 6
        assert [each.values["alert_code"] for each in answer.alerts] == [EXECUTED] * 5
        assert [each.instruction for each in answer.messages[1:]] == [(n, 5) for n in range(1, 6)]

    talk(conversation, devices=DEVICES)


def test_one_failed_instruction_is_a_refusal_of_the_device(talk: Run) -> None:
    async def conversation(user: AsyncUser, dcc: Dcc) -> None:
        dcc.faults = Faults(instructions=(EXECUTED, FAILED))
        with pytest.raises(DeviceRefused, match="a future-dated instruction of FD-DLMS failed"):
            await user.request("1.1.1", ESME, **tariff(soon()))

    talk(conversation, devices=DEVICES)


def test_a_missing_outcome_is_not_taken_for_success(talk: Run) -> None:
    async def conversation(user: AsyncUser, dcc: Dcc) -> None:
        with pytest.raises(TimedOut, match="the outcome of the future-dated instructions"):
            await user.request("1.1.1", ESME, wait=timedelta(milliseconds=50), **tariff(soon()))

    speedy = SystemClock(start=datetime.now(UTC), speed=5)
    talk(conversation, devices=DEVICES, clock=speedy)


def test_a_cancellation_has_an_ordinary_response_only(talk: Run) -> None:
    async def conversation(user: AsyncUser, dcc: Dcc) -> None:
        answer = await user.request("1.1.1", ESME, **tariff(NEVER))
        assert len(answer.messages) == 1

    talk(conversation, devices=DEVICES)
