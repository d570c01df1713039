"""A year of one home: a daily scheduled read and a billing calendar, through both clock changes.

DUIS and GBCS tell every time in UTC, schedules and billing calendars too: by the clock on the wall they
are an hour later in summer, and no day has one execution more or less for having 23 or 25 hours.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from gbsmart.assembly.travel import travel
from gbsmart.duis import parse_response
from gbsmart.user import AsyncUser, Received

from .conftest import Start

pytestmark = pytest.mark.anyio
BEGINS, ENDS = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
CLOCKS_FORWARD, CLOCKS_BACK = date(2026, 3, 29), date(2026, 10, 25)
GB = ZoneInfo("Europe/London")
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
"""From which GBCS counts seconds."""
MIDNIGHT, HALF_PAST = time(0, tzinfo=UTC), time(0, 30, tzinfo=UTC)
DAILY = {
    "schedule_frequency": "Daily",
    "schedule_start_date": BEGINS.date(),
    "schedule_execution_start_time": HALF_PAST,
    "dsp_scheduled_service_reference": "4.6",
    "dsp_scheduled_service_reference_variant": "4.6.1",
    "dsp_retrieve_import_daily_read_log": {
        "start_date_offset": 0, "start_time": MIDNIGHT, "end_date_offset": 0, "end_time": MIDNIGHT,
    },
}  # fmt: skip
BILLED = "8F0A"
MONTHLY = {"electricity_billing_calendar": {"billing_time": MIDNIGHT, "monthly": 28}}


async def test_a_year_of_a_home_passes_day_by_day(start: Start) -> None:
    async with start(clock_start=BEGINS, response_wait=60) as system:
        system.clock.speed = 0
        user, meter = system.user, system.street_plan[0].esme
        calendar = user.request("6.8", meter, **MONTHLY)
        calendar_set = asyncio.create_task(calendar)
        created = await user.request("5.1", device_id=meter, **DAILY)
        outcome = (await calendar_set).outcome
        assert outcome is not None
        assert outcome.success

        journey = await travel(system, ENDS)

        messages = user.inbox.about(created.exchange.request.request_id)
        days = [BEGINS.date() + timedelta(days=day) for day in range(365)]
        assert [each.at for each in messages] == [datetime.combine(day, HALF_PAST) for day in days]
        assert {each.response_code for each in messages} == {"I0"}
        named = {each.payload[1]["dsp_schedule_id"] for each in messages}
        assert named == {created.values["dsp_schedule_id"]}
        on_the_wall = {each.at.date(): each.at.astimezone(GB).hour for each in messages}
        summer = {day for day in days if CLOCKS_FORWARD < day <= CLOCKS_BACK}
        assert on_the_wall == {day: 1 if day in summer else 0 for day in days}
        await check_readings(user, messages)

        billed = alerts_of(user, BILLED)
        assert billed == [datetime(2026, month, 28, tzinfo=UTC) for month in range(1, 13)]
        assert [at.astimezone(GB).hour for at in billed] == [0] * 3 + [1] * 6 + [0] * 3
        assert journey.moments >= 365 + 12


async def check_readings(user: AsyncUser, messages: Sequence[Received]) -> None:
    """Each message holds the entry of its own midnight, opened with the User's key; the register rises."""
    registers = []
    for message in messages:
        opened = await user.open(message)
        assert opened is not None
        (entry,) = opened.values["daily_read_log"]
        assert EPOCH + timedelta(seconds=entry["time"]) == datetime.combine(message.at.date(), MIDNIGHT)
        registers.append(entry["active_import"])
    assert registers == sorted(set(registers))


def alerts_of(user: AsyncUser, code: str) -> list[datetime]:
    """When the device alerts of a code came."""
    kept = user.journal.after(user.user_id, 0, 10_000)
    heard = ((each.received_at, parse_response(each.document).message) for each in kept)
    return [at for at, message in heard if message.values.get("alert_code") == bytes.fromhex(code)]
