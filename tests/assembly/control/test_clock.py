"""The clock through the control API: everything due on the way happens."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from httpx import AsyncClient
from tests.assembly.conftest import Start

from gbsmart.assembly import System
from gbsmart.assembly.kept_clock import resumed
from gbsmart.assembly.settings import settings_of
from gbsmart.ground import InvalidValue

pytestmark = pytest.mark.anyio
START = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)


def moment(answer: dict[str, str]) -> datetime:
    return datetime.fromisoformat(answer["now"])


async def test_a_day_passes(api: AsyncClient, system: System) -> None:
    before = moment((await api.get("/clock")).json())
    later = (before + timedelta(hours=2)).isoformat()
    asked = {
        "variant": "4.1.1", "device": str(system.street_plan[0].esme), "wait": False,
        "fields": {"execution_date_time": later},
    }  # fmt: skip
    sent = (await api.post("/requests", json=asked)).json()
    after = await api.post("/clock/advance", json={"by": "P1D"})
    assert after.status_code == 200, after.text
    assert timedelta(days=1) <= moment(after.json()) - before < timedelta(days=1, minutes=1)
    told = (await api.get(f"/requests/{sent['request_id']}/wait")).json()
    answered = datetime.fromisoformat(told["messages"][-1]["at"])
    assert answered - before < timedelta(hours=2, minutes=1)


async def test_to_a_moment_and_never_back(api: AsyncClient, system: System) -> None:
    to = system.clock.now() + timedelta(hours=3)
    assert moment((await api.put("/clock", json={"now": to.isoformat()})).json()) >= to
    back = await api.put("/clock", json={"now": (to - timedelta(hours=1)).isoformat()})
    assert (back.status_code, back.json()["kind"]) == (422, "InvalidValue")


async def test_the_clock_stands_still_and_runs(api: AsyncClient, system: System) -> None:
    assert (await api.put("/clock/speed", json={"speed": 0})).json()["speed"] == 0
    first, second = [(await api.get("/clock")).json()["now"] for _ in range(2)]
    assert first == second
    assert (await api.put("/clock/speed", json={"speed": 60})).json()["speed"] == 60
    assert (await api.put("/clock/speed", json={"speed": -1})).status_code == 422
    assert (await api.put("/clock/speed", json={"speed": "inf"})).status_code == 422


async def test_a_reset_and_a_snapshot_bring_the_clock_back(start: Start) -> None:
    async with start(clock_start=START) as system, AsyncClient(base_url=system.url("Console")) as api:
        await api.post("/control/v1/clock/advance", json={"by": 3600})
        await api.put("/control/v1/snapshots/later", json={})
        await api.post("/control/v1/clock/advance", json={"by": 3600})
        assert system.clock.now() > START + timedelta(hours=2)
        await api.post("/control/v1/snapshots/later/restore", json={})
        assert START + timedelta(hours=1) <= system.clock.now() < START + timedelta(hours=1, minutes=1)
        await api.post("/control/v1/reset", json={})
        assert START <= system.clock.now() < START + timedelta(minutes=1)
        assert (await system.user.read(system.street_plan[0].esme)).response_code == "I0"


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"by": -5},
        {"by": "soon"},
        {"by": "P999999999D"},
        {"by": "P999999D"},
        {"by": 60, "more": 1},
    ],
)
async def test_what_is_no_way_forward(asked: dict[str, object], api: AsyncClient) -> None:
    refused = await api.post("/clock/advance", json=asked)
    assert refused.status_code == 422
    assert refused.json()["field"] in ("by", "more", "clock")


async def test_the_clock_does_not_run_back_when_the_system_starts_again(start: Start) -> None:
    async with start() as system, AsyncClient(base_url=system.url("Console")) as api:
        await api.post("/control/v1/clock/advance", json={"by": "P60D"})
        stopped = system.clock.now()
    async with start() as system, AsyncClient(base_url=system.url("Console")) as api:
        assert timedelta(0) < system.clock.now() - stopped < timedelta(hours=1)
        named = resumed(system.settings.model_copy(update={"clock_start": START}))
        assert START <= named.now() < START + timedelta(hours=1), "who names a moment has it"
        await api.post("/control/v1/reset", json={})
        assert system.clock.is_the_machines, "the laboratory began anew"
    async with start() as system:
        assert system.clock.is_the_machines


def test_a_note_of_the_clock_that_is_none_is_named(tmp_path: Path) -> None:
    (tmp_path / "clock.json").write_text('{"ahead": "soon"}')
    with pytest.raises(InvalidValue, match=r"clock\.json does not say how far the clock is ahead"):
        resumed(settings_of({"data": tmp_path}))
