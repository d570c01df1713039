"""A year of one home: how long it takes where the clock goes from due moment to due moment.

A daily scheduled read through the whole signed road, and a billing calendar with its monthly alert.
"""

from __future__ import annotations

import tempfile
import time as machine
from datetime import UTC, datetime, time
from pathlib import Path
from typing import NamedTuple

from gbsmart.assembly import Settings, System
from gbsmart.assembly.travel import travel

BEGINS, ENDS = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
_MIDNIGHT, _HALF_PAST = time(0, tzinfo=UTC), time(0, 30, tzinfo=UTC)


class Found(NamedTuple):
    """Seconds by the wall and of the processor, and at how many moments something fell due."""

    wall: float
    processor: float
    moments: int


async def measure() -> Found:
    """Let the year pass."""
    with tempfile.TemporaryDirectory() as folder:
        ports = dict.fromkeys(("dcc_port", "repository_port", "console_port", "user_port"), 0)
        settings = Settings(data=Path(folder), clock_start=BEGINS, response_wait=60, **ports)
        async with System(settings) as system:
            user, meter = system.user, system.street_plan[0].esme
            calendar = {"billing_time": _MIDNIGHT, "monthly": 1}
            await user.request("6.8", meter, electricity_billing_calendar=calendar)
            await user.request(
                "5.1",
                device_id=meter,
                schedule_frequency="Daily",
                schedule_start_date=BEGINS.date(),
                schedule_execution_start_time=_HALF_PAST,
                dsp_scheduled_service_reference="4.6",
                dsp_scheduled_service_reference_variant="4.6.1",
                dsp_retrieve_import_daily_read_log={
                    "start_date_offset": -1, "start_time": _MIDNIGHT,
                    "end_date_offset": 0, "end_time": _MIDNIGHT,
                },
            )  # fmt: skip
            wall, processor = machine.perf_counter(), machine.process_time()
            journey = await travel(system, ENDS)
            return Found(machine.perf_counter() - wall, machine.process_time() - processor, journey.moments)
