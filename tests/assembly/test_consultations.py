"""A consultation held by a running system: planned and closed by commands, answered over HTTP."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx
import pytest

from gbsmart.cli.app import run

from .conftest import Start

pytestmark = pytest.mark.anyio
REST = "/code/v1/consultations"
RESPONSE: dict[str, Any] = {
    "name": "Ada", "organisation": "Acme Energy", "contact": "ada@example.org",
    "answers": [{"question": 1, "stance": "agree", "evidence": "We tried it."}],
}  # fmt: skip


async def test_a_consultation_is_held_from_planning_to_publication(
    start: Start, capsys: pytest.CaptureFixture[str]
) -> None:
    async with start() as system:

        async def command(*arguments: str, code: int = 0) -> Any:
            given = ["code", "consultations", *arguments, "--data", str(system.settings.data), "--json"]
            assert await asyncio.to_thread(run, given) == code
            return json.loads(capsys.readouterr().out)

        async with httpx.AsyncClient(base_url=system.url("Console")) as client:
            assert len((await client.get(REST)).json()["consultations"]) == 10
            await command("plan", "C-OWN", "Handover", "--topic", "handover", "--question", "Clear?")
            assert (await command("act", "C-OWN", "open"))["state"] == "open"
            page = await client.get("/code/consultations/C-OWN")
            assert "Lodge the response" in page.text
            taken = await client.post(f"{REST}/C-OWN/responses", json=RESPONSE)
            assert taken.status_code == 201, taken.text
            await command("act", "C-OWN", "close")
            late = await client.post(f"{REST}/C-OWN/responses", json=RESPONSE)
            assert (late.status_code, late.json()["kind"]) == (409, "NotPossible")
            assert (await command("publish", "C-OWN"))["published"] == 1
            shown = (await client.get(f"{REST}/C-OWN/responses")).json()
            assert [each["organisation"] for each in shown["published"]] == ["Acme Energy"]
            timeline = (await client.get("/code/consultations/timeline.json")).json()
            assert "C-OWN" in {each["consultation"] for each in timeline["lanes"]}
            refused = await command("act", "C-OWN", "open", code=1)
            assert "it cannot open" in json.dumps(refused)
