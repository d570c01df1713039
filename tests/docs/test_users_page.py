"""The commands that docs/registers.md shows of Users, run against the data folder of a running system."""

from __future__ import annotations

import asyncio
import shlex
from pathlib import Path

import pytest

from gbsmart.assembly import FREE_PORTS, Settings, System
from gbsmart.cli.app import run

from .test_documentation import FENCE, NEEDS_SYSTEM, check_printed, commands

PAGE = Path(__file__).resolve().parents[2] / "docs" / "registers.md"


def test_the_commands_of_the_page(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    blocks = [
        body
        for language, body in FENCE.findall(PAGE.read_text(encoding="utf-8"))
        if language == "console" and NEEDS_SYSTEM in body
    ]
    assert blocks
    monkeypatch.setenv("GBSMART_DATA", str(tmp_path))

    async def shown() -> None:
        async with System(Settings(data=tmp_path, **FREE_PORTS)):  # type: ignore[arg-type]
            for command, expected in (pair for body in blocks for pair in commands(body)):
                _, *arguments = shlex.split(command)
                assert await asyncio.to_thread(run, arguments) == 0, command
                check_printed(expected, capsys.readouterr().out, command)

    asyncio.run(shown())
