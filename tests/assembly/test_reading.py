"""``gbsmart read`` against a running system that cannot read: the exit code says why."""

from __future__ import annotations

import asyncio
import json

import pytest
from aiohttp import web

from gbsmart.cli.app import run

from .conftest import Start

pytestmark = pytest.mark.anyio

TIME_OUT, UNREACHABLE = 3, 4


async def read_at(console: str) -> int:
    return await asyncio.to_thread(run, ["read", "--console", console])


async def test_a_dead_meter_is_a_time_out(start: Start, capsys: pytest.CaptureFixture[str]) -> None:
    async with start() as system:
        system.wan.switch_device(system.street_plan[0].esme, alive=False)
        assert await read_at(system.url("Console")) == TIME_OUT
    assert "N13" in capsys.readouterr().err


@pytest.mark.parametrize("answer", ["unreachable", "no JSON", "gone"])
async def test_a_system_that_cannot_be_reached(answer: str, capsys: pytest.CaptureFixture[str]) -> None:
    async def describe(_request: web.Request) -> web.Response:
        return web.json_response({"gbsmart": "1", "homes": [{"esme": "00-DB-12-34-C0-00-01-00"}]})

    async def read(request: web.Request) -> web.Response:
        if answer == "gone":
            assert request.transport is not None
            request.transport.close()
        error = {
            "kind": "Unreachable", "message": "The DCC is down.", "remedy": "", "response_code": None,
            "timed_out": False, "unreachable": True,
        }  # fmt: skip
        text = json.dumps(error) if answer == "unreachable" else "an error page"
        kind = "application/json" if answer == "unreachable" else "text/html"
        return web.Response(text=text, content_type=kind, status=422)

    app = web.Application()
    app.router.add_get("/control/v1/system", describe)
    app.router.add_post("/control/v1/read", read)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    console = f"http://127.0.0.1:{runner.addresses[0][1]}"
    assert await read_at(console) == UNREACHABLE
    await runner.cleanup()
    said = capsys.readouterr().err
    assert ("The DCC is down." if answer == "unreachable" else f"{console} did not answer") in said
