"""Every command and snippet that the documentation shows is run, and prints what is shown.

``console`` blocks hold ``$ command`` lines and what they print (``...`` stands for any text, as in
doctest); the commands of a page run one after another in one folder. ``python`` blocks run as they stand,
one after another in each page; lines that begin ``#>`` say what has been printed when the block ends. A
block that needs a running system says ``# needs a running system`` and is run by
:mod:`tests.docs.test_running_system`.
"""

from __future__ import annotations

import contextlib
import doctest
import inspect
import io
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from gbsmart.assembly import commands as commands_module

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
FENCE = re.compile(r"^```(\w+)[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
NEEDS_SYSTEM = "# needs a running system"
LONG_RUNNING = re.compile(r"^(make |git |gbsmart up|gbsmart street|cd |pip )")
WILDCARD = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


def blocks(language: str) -> list[tuple[str, str]]:
    """(page, block) of everything that is run without a running system."""
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


def pages_with(language: str) -> list[str]:
    return sorted({page for page, _ in blocks(language)})


def check_printed(shown: str, printed: str, by: str) -> None:
    assert doctest.OutputChecker().check_output(shown, printed, WILDCARD), f"{by}\nprinted\n{printed}"


@pytest.mark.timeout(300)
@pytest.mark.parametrize("page", pages_with("console"))
def test_the_commands_of_a_page_print_what_is_shown(page: str, tmp_path: Path) -> None:
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    shown = (pair for where, body in blocks("console") if where == page for pair in commands(body))
    for command, expected in shown:
        if LONG_RUNNING.match(command):
            continue
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=tmp_path,
            env={**os.environ, "PATH": path, "COLUMNS": "110", "NO_COLOR": "1", "TERM": "dumb"},
            capture_output=True,
            text=True,
            timeout=90,
            check=False,
        )
        assert done.returncode == 0, f"{command}\n{done.stderr}"
        if expected.strip():
            check_printed(expected, done.stdout, command)


@pytest.mark.parametrize("page", pages_with("python"))
def test_the_snippets_of_a_page_run(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {"__name__": "documentation"}
    for where, body in blocks("python"):
        if where == page:
            run_snippet(body, page, names)


def run_snippet(body: str, page: str, names: dict[str, object]) -> None:
    """Execute a snippet; where it says what is printed (``#> ...``), hold the print against that."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(body, page, "exec"), names)
    shown = re.findall(r"^#> ?(.*)$", body, re.MULTILINE)
    if shown:
        check_printed("\n".join(shown) + "\n", printed.getvalue(), body)


def test_commands_that_are_not_run_are_make_targets_and_have_their_options() -> None:
    serving = {"up": commands_module.up, "street": commands_module.street}
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
        elif command.startswith("gbsmart "):
            known = inspect.signature(serving[command.split()[1]]).parameters
            options = {name.replace("_", "-") for name in known}
            assert set(re.findall(r" --(?:no-)?([\w-]+)", command)) <= options | {"json"}, command
