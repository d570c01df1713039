"""``gbsmart up`` and ``gbsmart read`` as a person or a script runs them: processes, output, exit codes."""

from __future__ import annotations

import json
import re
import signal
import socket
import stat
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

GBSMART = (sys.executable, "-m", "gbsmart.cli")
FREE = ("--dcc-port", "0", "--repository-port", "0", "--console-port", "0", "--user-port", "0")
QUICK = ("--wake-interval", "0.2", "--response-wait", "1")


class Up:
    """A ``gbsmart up`` that has come as far as serving."""

    def __init__(self, *options: object) -> None:
        self.process = subprocess.Popen(
            [*GBSMART, "up", *FREE, *QUICK, *map(str, options)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        self._watch = threading.Timer(60, self.process.kill)
        self._watch.start()
        assert self.process.stdout is not None
        self.said = ""
        for line in self.process.stdout:
            self.said += line
            if line.startswith(("Ctrl-C", "{")):
                return
        self._watch.cancel()
        pytest.fail(f"it ended: {self.said}{self.process.communicate()[1]}")

    def stop(self, how: signal.Signals = signal.SIGINT) -> tuple[int, str, str]:
        """Exit code, the rest of the output, errors."""
        self.process.send_signal(how)
        rest, errors = self.process.communicate(timeout=30)
        self._watch.cancel()
        return self.process.returncode, rest, errors


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [*GBSMART, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    """The first start of a data folder, with the demonstration."""
    running = Up("--data", tmp_path_factory.mktemp("up") / "data")
    yield running
    running.stop()


@pytest.fixture(scope="module")
def console(up: Up) -> str:
    return console_of(up)


def check_reading(report: dict[str, Any]) -> None:
    """The one object that ``gbsmart read --json`` promises."""
    assert list(report) == ["request_id", "variant", "device", "steps", "response_code", "gbcs", "values"]
    assert report["variant"] == "4.1.1"
    assert report["response_code"] == "I0"
    assert report["request_id"].split(":")[1] == report["device"]
    for step in report["steps"]:
        assert set(step) == {"name", "at", "party", "bytes"}
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", step["at"])
        assert isinstance(step["bytes"], int)
    names = [step["name"] for step in report["steps"]]
    assert names[0] == "Service Request"
    assert [name for name in names if name in ("Command", "Response")] == ["Command", "Response"]
    assert report["steps"] == sorted(report["steps"], key=lambda step: step["at"])
    assert set(report["gbcs"]) == {"message_code", "command_hex", "response_hex"}
    for name in ("command_hex", "response_hex"):
        assert bytes.fromhex(report["gbcs"][name])[0] == 0xDD
    sizes = {step["name"]: step["bytes"] for step in report["steps"]}
    assert sizes["Command"] == len(report["gbcs"]["command_hex"]) // 2
    for quantity in report["values"].values():
        assert set(quantity) == {"value", "unit"}
        assert isinstance(quantity["value"], int | float)


def test_it_shows_a_reading_three_failures_and_where_everything_is(up: Up) -> None:
    reading, failures, addresses = re.split(r"\n(?:Three failures|Serving:)", up.said)
    assert re.search(r"active import +[\d,]+ Wh", reading)
    assert all(name in reading for name in ("Service Request", "Command", "Response", "Service Response"))

    first, second, third = re.split(r"\n\d\. ", failures)[1:]
    assert ">E2<" in first
    assert "<sr:ResponseMessage>" in second
    assert "E2:" in first
    assert re.search(r">(E\d+)<.*\n   \1: ", second, re.DOTALL)
    assert ">E21<" in third
    assert ">N13<" in third
    assert [part.count("<sr:Response ") for part in (first, second, third)] == [1, 1, 1]

    for name in ("DCC", "SMKI repository", "Console", "User"):
        assert re.search(rf"  {name} +http://127\.0\.0\.1:\d+ ", addresses)
    assert "Data folder:" in addresses


def test_it_serves_and_says_that_it_is_well(up: Up, console: str) -> None:
    dcc = re.search(r"DCC +(http\S+)", up.said)
    assert dcc is not None
    for address in (
        f"{console}/",
        f"{dcc.group(1)}/health",
        f"{dcc.group(1)}/ready",
        f"{dcc.group(1)}/clock",
    ):
        with urllib.request.urlopen(address, timeout=10) as answer:
            assert answer.status == 200, address


@pytest.mark.parametrize("fuel", ["electricity", "gas"])
def test_reading_from_a_running_system(console: str, fuel: str) -> None:
    gas = ["--gas"] if fuel == "gas" else []
    done = run("read", "--json", "--console", console, *gas)
    assert done.returncode == 0, done.stdout + done.stderr
    report = json.loads(done.stdout)
    check_reading(report)
    unit = {"electricity": "Wh", "gas": "m3"}[fuel]
    assert unit in {quantity["unit"] for quantity in report["values"].values()}


def test_reading_as_text(console: str) -> None:
    done = run("read", "--console", console)
    assert done.returncode == 0
    assert re.search(r"active import +[\d,]+ Wh", done.stdout)


def test_reading_from_a_system_of_its_own() -> None:
    with socket.socket() as nothing:
        nothing.bind(("127.0.0.1", 0))
        unused = f"http://127.0.0.1:{nothing.getsockname()[1]}"
        done = run("read", "--json", "--console", unused)
    assert done.returncode == 0, done.stdout + done.stderr
    check_reading(json.loads(done.stdout))
    assert done.stderr == f"Nothing answers at {unused}: a system is started for this once.\n"


def test_the_console_is_named_once_for_all_commands(console: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GBSMART_CONSOLE", console)
    assert "started for this once" not in run("read").stderr
    for command in (("control", "system"), ("faults", "list", "--json")):
        assert run(*command).returncode == 0, command


def test_a_reading_that_fails_says_why(console: str) -> None:
    done = run("read", "00-DB-12-34-C0-00-99-00", "--json", "--console", console)
    assert done.returncode == 1
    error = json.loads(done.stdout)["error"]
    assert error["response_code"] == "E19"
    assert error["remedy"]
    assert error["exit_code"] == 1

    done = run("read", "--variant", "3.2", "--json", "--console", console)
    assert done.returncode == 1
    assert "needs more than a device" in json.loads(done.stdout)["error"]["message"]

    done = run("read", "not-a-device")
    assert done.returncode != 0
    assert "not-a-device" in done.stderr


def console_of(running: Up) -> str:
    """Where a system's console is, from what it says."""
    found = re.search(r"Console +(http\S+)", running.said)
    assert found is not None
    return found.group(1)


def test_a_second_start_goes_on_where_the_first_stopped(tmp_path: Path) -> None:
    options = ("--data", tmp_path / "data", "--no-demonstration")
    first = Up(*options)
    before = json.loads(run("read", "--json", "--console", console_of(first)).stdout)
    assert first.stop() == (0, "Stopping: finishing what was accepted.\n", "")

    again = Up(*options)
    assert "Three failures" not in again.said
    after = json.loads(run("read", "--json", "--console", console_of(again)).stdout)
    assert after["device"] == before["device"]
    assert after["values"]["active_import"]["value"] >= before["values"]["active_import"]["value"]
    assert again.stop(signal.SIGTERM)[0] == 0


def test_a_data_folder_is_its_owners_alone(tmp_path: Path) -> None:
    """Also one that an older version left open, and nothing of others that lies in it."""
    folder = tmp_path / "data"
    options = ("--data", folder, "--no-demonstration")
    Up(*options).stop()
    (folder / "dcc.db").chmod(0o644)
    (folder / "keys" / "keys.db").chmod(0o640)
    (folder / "notes.txt").write_text("mine")
    (folder / "notes.txt").chmod(0o644)
    running = Up(*options)
    modes = {each.name: stat.S_IMODE(each.stat().st_mode) for each in folder.rglob("*") if each.is_file()}
    running.stop()
    assert {"dcc.db", "dcc.db-wal", "homes.db", "homes.json", "keys.db", "keys.key", "enrolled"} <= set(modes)
    assert modes.pop("notes.txt") == 0o644
    assert set(modes.values()) == {0o600}


def test_addresses_as_json(tmp_path: Path) -> None:
    running = Up("--data", tmp_path / "data", "--json")
    told = json.loads(running.said)
    assert set(told["addresses"]) == {"DCC", "SMKI repository", "Console", "User"}
    assert running.stop() == (0, "", "")


def test_a_clock_of_its_own_starts_twice(tmp_path: Path) -> None:
    """Starting again at the same time goes back in time: counters rise all the same, and meters answer."""
    for _ in range(2):
        running = Up("--data", tmp_path / "data", "--clock", "2027-01-15T18:00:00")
        assert re.search(r"  18:0\d:\d\d", running.said)
        assert re.search(r"\n  active import +[\d,]+ Wh", running.said)
        assert ">N13<" in running.said
        assert running.stop()[0] == 0


def test_it_stops_during_the_demonstration(tmp_path: Path) -> None:
    command = [*GBSMART, "up", *FREE, "--response-wait", "60", "--data", str(tmp_path / "data")]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    for line in process.stdout:
        if "A dead meter" in line:
            break
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 0
    said = [line.split("]", 1)[0].split("[")[-1].strip() for line in errors.splitlines()]
    assert set(said) <= {"warning"}, errors  # of the failures that it has shown


def test_a_port_that_is_taken(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        options = [*FREE, "--dcc-port", port, "--data", tmp_path / "data"]
        done = run("up", *options)
        assert done.returncode == 4
        assert done.stdout == ""
        assert f"the DCC cannot listen on 127.0.0.1:{port}" in done.stderr
        assert "choose another port" in done.stderr
        assert len(done.stderr.splitlines()) == 2
        told = json.loads(run("up", *options, "--json").stdout)["error"]
        assert told["exit_code"] == 4


def test_other_machines_are_let_in_only_when_wanted(tmp_path: Path) -> None:
    done = run("up", "--host", "0.0.0.0", "--data", tmp_path / "data")
    assert done.returncode == 1
    assert "--insecure-lab" in done.stderr
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("option", "value", "complaint"),
    [
        ("--receive", "not-a-pair", "EUI-64=URL"),
        ("--homes", "0", "--homes: Input should be greater than"),
        ("--host", "not an address", "host: 'not an address' is not an IP address"),
        ("--keys", "/nowhere/at/all", "/nowhere/at/all"),
        ("--dcc-port", "99999", "--dcc-port: Input should be less than 65536"),
        ("--database", "secret", "not the URL of a database"),
        ("--speed", "-1", "--speed: Input should be greater than 0"),
    ],
)
def test_a_setting_that_makes_no_sense(tmp_path: Path, option: str, value: str, complaint: str) -> None:
    done = run("up", *FREE, "--data", tmp_path / "data", option, value)
    assert done.returncode in (1, 2)
    assert complaint in done.stderr
    assert "defect" not in done.stderr
    assert "secret" not in done.stderr


@pytest.mark.parametrize(
    ("option", "value", "complaint"),
    [
        ("--data", "/dev/null/data", "/dev/null/data: Not a directory."),
        (
            "--database",
            "postgresql+psycopg://me:secret@127.0.0.1:1/none",
            "me:***@127.0.0.1:1/none cannot be",
        ),
        ("--database", "sqlite:////dev/null/none.db", "sqlite:////dev/null/none.db cannot be opened"),
    ],
)
def test_a_place_that_cannot_be_used(tmp_path: Path, option: str, value: str, complaint: str) -> None:
    done = run("up", *FREE, "--data", tmp_path / "data", option, value)
    assert done.returncode == 4
    assert complaint in done.stderr
    assert "secret" not in done.stderr
