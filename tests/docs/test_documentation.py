"""Every command and snippet that the documentation shows is run, and prints what is shown.

``console`` blocks hold ``$ command`` lines and what they print (``...`` stands for any text, as in
doctest). ``python`` blocks run as they stand, one after another in each page. A block that needs a
running system says ``# needs a running system`` and is run by the test that starts one.
"""

from __future__ import annotations

import doctest
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
FENCE = re.compile(r"^```(\w+)[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
NEEDS_SYSTEM = "# needs a running system"
LONG_RUNNING = re.compile(r"^(make |git |gbsmart up|cd |pip )")
WILDCARD = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


def blocks(language: str) -> list[tuple[str, str]]:
    return [
        (page.name, body)
        for page in PAGES
        for found, body in FENCE.findall(page.read_text(encoding="utf-8"))
        if found == language and NEEDS_SYSTEM not in body
    ]


def commands(body: str) -> list[tuple[str, str]]:
    """(command, what it prints) of a console block; a trailing backslash continues a command."""
    parts = re.split(r"^\$ ", body.replace("\\\n", " "), flags=re.MULTILINE)[1:]
    return [(part.partition("\n")[0], part.partition("\n")[2]) for part in parts]


CONSOLE = [
    pytest.param(command, expected, id=f"{page}:{command[:50]}")
    for page, body in blocks("console")
    for command, expected in commands(body)
    if not LONG_RUNNING.match(command)
]


@pytest.mark.parametrize(("command", "expected"), CONSOLE)
def test_a_shown_command_prints_what_is_shown(command: str, expected: str, tmp_path: Path) -> None:
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=tmp_path,
        env={**os.environ, "PATH": path, "COLUMNS": "110", "NO_COLOR": "1", "TERM": "dumb"},
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    if expected.strip():
        matches = doctest.OutputChecker().check_output(expected, done.stdout, WILDCARD)
        assert matches, f"{command}\nprinted\n{done.stdout}"


@pytest.mark.parametrize("page", sorted({page for page, _ in blocks("python")}))
def test_the_snippets_of_a_page_run(page: str) -> None:
    names: dict[str, object] = {"__name__": "documentation"}
    for where, body in blocks("python"):
        if where == page:
            exec(compile(body, page, "exec"), names)


def test_long_running_commands_are_the_two_of_the_readme_and_make_targets() -> None:
    shown = {
        command
        for _, body in blocks("console")
        for command, _ in commands(body)
        if LONG_RUNNING.match(command)
    }
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for command in shown:
        if command.startswith("make "):
            assert command.split()[1] in targets, command
