"""The command line as a whole: it starts, it says what went wrong, its exit codes mean something."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from gbsmart.cli.failure import ExitCode, exit_code
from gbsmart.cli.registry import COMMANDS, Command
from gbsmart.ground import Blame, GbsmartError, MalformedMessage
from gbsmart.user import HttpRefused, TimedOut, Unreachable

from .conftest import Cli


def process(*arguments: str, stdin: bytes = b"", **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "gbsmart.cli", *arguments],
        input=stdin,
        capture_output=True,
        env={**os.environ, **environment},
        check=False,
    )


def test_the_overview_names_every_command_and_loads_none_of_them() -> None:
    code = (
        "import sys\nfrom gbsmart.cli.app import run\nrun(['--help'])\n"
        "slow = {'lxml', 'cryptography', 'rich', 'pyreqwest', 'pydantic', 'sqlalchemy'}\n"
        "loaded = slow & set(sys.modules)\n"
        "sys.exit(f'loaded {loaded}' if loaded else 0)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    for row in COMMANDS:
        assert row.name in ran.stdout


@pytest.mark.parametrize("row", COMMANDS, ids=lambda row: row.name)
def test_every_command_is_where_the_registry_says(row: Command, cli: Cli) -> None:
    ran = cli(row.name, "--help")
    assert ran.code == 0
    assert ran.out.lstrip().startswith("Usage: gbsmart")


def test_a_message_goes_through_standard_input_and_out_as_json() -> None:
    ran = process("gbcs", "explain", "-", "--json", stdin=b"DF0901")
    assert ran.returncode == 1
    assert json.loads(ran.stdout)["fault"]["reason"] == "the octets end inside the grouping header"


def test_an_error_is_one_message_and_never_a_traceback() -> None:
    ran = process("gbcs", "decode", "DF09")
    assert ran.returncode == 1
    assert ran.stderr.decode().startswith("gbsmart: ")
    assert b"Traceback" not in ran.stderr
    ran = process("gbcs", "decode", "DF09", "--json")
    error = json.loads(ran.stdout)["error"]
    assert (error["kind"], error["blame"], error["exit_code"]) == ("MalformedMessage", "peer", 1)
    assert "offset" in error


def test_wrong_usage_is_exit_code_2(cli: Cli) -> None:
    ran = cli("gbcs", "decoed", "00")
    assert ran.code == 2
    assert "Did you mean 'decode'?" in ran.err
    assert cli("nothing").code == 2
    assert cli("gbcs", "sign", "00").code == 2  # without --keys


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (MalformedMessage("x"), ExitCode.REFUSED),
        (HttpRefused("http://x", 400, ""), ExitCode.REFUSED),
        (Unreachable("http://x", "refused"), ExitCode.UNREACHABLE),
        (TimedOut(None, "it"), ExitCode.TIME_OUT),  # type: ignore[arg-type]
        (ConnectionRefusedError(), ExitCode.UNREACHABLE),
        (KeyError("x"), ExitCode.DEFECT),
    ],
    ids=lambda value: getattr(value, "name", type(value).__name__),
)
def test_exit_codes_follow_from_whose_fault_it_is(error: Exception, code: ExitCode) -> None:
    assert exit_code(error) is code


def test_a_defect_says_that_it_is_one(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("oh")

    monkeypatch.setattr("gbsmart.cli.gbcs.read_octets", broken)
    ran = cli("gbcs", "decode", "00")
    assert ran.code == 70
    assert "this is a defect of gbsmart: ZeroDivisionError: oh" in ran.err
    assert "Traceback" not in ran.err
    monkeypatch.setenv("GBSMART_TRACEBACK", "1")
    assert "Traceback" in cli("gbcs", "decode", "00").err


def test_version(cli: Cli) -> None:
    from gbsmart import __version__

    said = cli("version", "--json").json
    assert (said["gbsmart"], said["duis"]) == (__version__, "5.0 to 5.4")
    assert cli("--version").out == f"gbsmart {__version__}\n"
    assert __version__ in cli("version").out


def test_a_blame_has_an_exit_code() -> None:
    class Wrong(GbsmartError):
        pass

    for blame in Blame:
        Wrong.blame = blame
        assert exit_code(Wrong("x")) in (ExitCode.REFUSED, ExitCode.UNREACHABLE)
