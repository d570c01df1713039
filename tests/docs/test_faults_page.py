"""The page about faults: its commands run against a running system, its list is that of the declarations."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from gbsmart.assembly import Settings, System
from gbsmart.assembly.faults import as_markdown
from gbsmart.cli.app import run

from .test_documentation import FENCE, NEEDS_SYSTEM, check_printed, commands
from .test_running_system import FREE_PORTS

PAGE = Path(__file__).resolve().parents[2] / "docs" / "faults.md"


def test_the_list_of_faults_is_made_from_the_declarations() -> None:
    page = PAGE.read_text(encoding="utf-8")
    listed = page.partition("<!-- faults -->\n")[2].partition("<!-- /faults -->")[0]
    assert listed.strip() == as_markdown().strip()


def test_the_commands_of_the_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    blocks = [
        body
        for language, body in FENCE.findall(PAGE.read_text(encoding="utf-8"))
        if language == "console" and NEEDS_SYSTEM in body
    ]
    assert blocks

    async def shown() -> None:
        async with System(Settings(data=tmp_path, **FREE_PORTS)) as system:  # type: ignore[arg-type]
            for command, expected in (pair for body in blocks for pair in commands(body)):
                _, *arguments = command.split()
                console = ["--console", system.url("Console")]
                assert await asyncio.to_thread(run, [*arguments, *console]) == 0, command
                check_printed(expected, capsys.readouterr().out, command)

    asyncio.run(shown())
