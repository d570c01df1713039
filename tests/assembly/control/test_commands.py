"""``gbsmart control``: the same operations from the command line."""

from __future__ import annotations

import asyncio
import io
import json
from pathlib import Path
from typing import Any

import pytest

from gbsmart.assembly import System
from gbsmart.assembly.control import operations
from gbsmart.cli.app import run

pytestmark = pytest.mark.anyio


@pytest.fixture
def control(system: System, capsys: pytest.CaptureFixture[str]) -> Any:
    async def call(*words: str) -> tuple[int, str]:
        code = await asyncio.to_thread(run, ["control", *words, "--console", system.url("Console")])
        said = capsys.readouterr()
        return code, said.out + said.err

    return call


async def test_a_session(control: Any, system: System) -> None:
    home = system.street_plan[0]
    code, said = await control("system")
    assert (code, json.loads(said)["homes_in_all"]) == (0, 1)
    assert (await control("snapshot", "save", "before"))[0] == 0
    code, said = await control("device", "change", str(home.esme), "--supply", "off")
    assert json.loads(said)["supply"] == "off"
    code, said = await control(
        "requests", "send", "--variant", "7.1", "--device", str(home.esme), "--no-wait"
    )
    request_id = json.loads(said)["request_id"]
    code, said = await control("requests", "wait", request_id, "--seconds", "20")
    assert json.loads(said)["complete"]
    code, said = await control("messages", "list", "--kind", "command", "--content")
    assert len(json.loads(said)["messages"]) == 1
    code, said = await control("clock", "advance", "--by", "PT1H")
    assert code == 0, said
    assert (await control("snapshot", "restore", "before"))[0] == 0
    assert json.loads((await control("requests", "list"))[1])["requests"] == []
    assert json.loads((await control("homes", "add", "--count", "1"))[1])["in_all"] == 2
    assert (await control("reset"))[0] == 0


async def test_what_the_documentation_shows(control: Any) -> None:
    page = (Path(__file__).resolve().parents[3] / "docs" / "control.md").read_text()
    shown = [line.split()[3:] for line in page.splitlines() if line.startswith("$ gbsmart control ")]
    assert len(shown) > 5
    for words in shown:
        code, said = await control(*words)
        assert code == 0, said
        json.loads(said)


async def test_values_that_are_objects_are_written_as_json(control: Any, system: System) -> None:
    gsme = str(system.street_plan[0].gsme)
    code, said = await control("device", "change", gsme, "--values", '{"calorific_value": 400}')
    assert json.loads(said)["values"]["calorific_value"]["value"] == 400
    code, said = await control("device", "change", gsme, "--values", "{")
    assert code == 1
    assert "JSON" in said
    code, said = await control("device", "change", gsme, "--help")
    assert "--values JSON" in " ".join(said.split())
    assert "Undefined" not in said


async def test_what_is_secret_is_no_argument_but_read(
    control: Any, system: System, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    esme, file = str(system.street_plan[0].esme), tmp_path / "pin"
    file.write_text("2718\n")
    assert (await control("meters", "pin", esme, "--pin", "2718"))[0] == 2
    assert json.loads((await control("meters", "pin", esme, "--pin-file", str(file)))[1])["done"] is True
    monkeypatch.setattr("sys.stdin", io.StringIO("2719\n"))
    assert json.loads((await control("meters", "unlock", esme))[1])["done"] is False
    monkeypatch.setattr("sys.stdin", io.StringIO("2718\n"))
    assert json.loads((await control("meters", "unlock", esme, "--pin-file", "-"))[1])["done"] is True
    code, said = await control("meters", "unlock", esme, "--pin-file", str(tmp_path / "none"))
    assert (code, "cannot be read" in said) == (1, True)


async def test_refusals_have_the_exit_code_of_their_kind(control: Any, system: System) -> None:
    assert (await control("snapshot", "restore", "never"))[0] == 1
    system.wan.switch_device(system.street_plan[0].esme, alive=False)
    assert (await control("read"))[0] == 3
    assert (await control("clock", "advance"))[0] == 2


def test_a_group_says_what_can_be_done(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["control", "--help"]) == 0
    assert "Read, advance, set, speed." in capsys.readouterr().out


def test_every_operation_is_a_command(capsys: pytest.CaptureFixture[str]) -> None:
    for each in operations():
        assert run(["control", *each.name.split(), "--help"]) == 0
        said = capsys.readouterr().out
        assert each.summary.split(";")[0].split(".")[0][:30] in said
        for name in set(each.takes.model_fields) - set(each.in_path()):
            assert f"--{name.replace('_', '-')}" in said
