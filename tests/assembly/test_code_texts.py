"""A text of one's own in a running system: loaded by command, compared on the console and for programs."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from gbsmart.cli.app import run

from .conftest import Start

pytestmark = pytest.mark.anyio
TEXT = "# Section H: DCC Services\n\nH4.1 The DCC shall answer.\n\nH4.2 It keeps its answers.\n"


async def test_a_text_is_loaded_and_compared(
    start: Start, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with start() as system:

        async def command(*arguments: str) -> Any:
            given = ["code", *arguments, "--data", str(system.settings.data), "--json"]
            assert await asyncio.to_thread(run, given) == 0
            return json.loads(capsys.readouterr().out)

        for name, text, since in (
            ("first.md", TEXT, "2016-12-01"),
            ("second.md", TEXT.replace("shall", "must"), "2017-06-01"),
            ("third.md", TEXT.replace("shall", "may"), "2017-12-01"),
        ):
            (tmp_path / name).write_text(text)
            loaded = await command("load", str(tmp_path / name), "--from", since)
            assert loaded["refs"] == ["H", "H4", "H4.1", "H4.2"]
        told = await command("diff", "2017-01-01", "2018-01-01", "H4.1")
        assert [mark["text"] for mark in told["differences"][0]["text"] if mark["act"] != "same"] == [
            "shall", "may",
        ]  # fmt: skip
        async with httpx.AsyncClient(base_url=system.url("Console")) as client:
            page = await client.get("/code/compare?from=2017-01-01&to=2018-01-01&ref=H4.1")
            assert ">shall<" in page.text
            assert "must" not in page.text.partition("<section")[2]
            asked = {"before": "2017-01-01", "after": "2018-01-01", "ref": "H4.1"}
            assert (await client.get("/code/v1/texts/comparison", params=asked)).json() == told
            loads = (await client.get("/code/loads.json")).json()["loads"]
            assert [each["source"] for each in loads] == ["third.md", "second.md", "first.md"]
