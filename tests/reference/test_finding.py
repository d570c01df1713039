"""``gbsmart reference WHAT``: one thing, wherever the reference speaks of it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from gbsmart.cli.app import run
from gbsmart.reference.finding import about, data_about


def test_a_variant_with_its_row_and_its_body_and_no_other() -> None:
    found = about("6.8")
    assert [line for line in found.splitlines() if line.startswith("#")] == [
        "# Service Requests",
        "# Bodies of Service Requests",
        "## 6.8 Update Device Configuration (Billing Calendar)",
    ]
    assert "| `6.8` | Update Device Configuration (Billing Calendar) | critical |" in found
    assert "`electricity_billing_calendar`" in found
    assert "`6.24.1`" not in found


@pytest.mark.parametrize(
    ("term", "heading", "row"),
    [
        ("e19", "## Response codes", "| `E19` |"),
        ("N13", "## DCC Alerts", "| `N13` |"),
        ("8f0a", "## Alert codes of devices", "| `8F0A` |"),
        ("ECS17b", "## Commands and their responses", "| `ECS17b` |"),
        ("--clock", "# Settings", "| `--clock` |"),
    ],
)
def test_a_code_a_form_and_a_setting_under_their_headings(term: str, heading: str, row: str) -> None:
    lines = about(term).splitlines()
    assert heading in lines
    assert any(line.startswith(row) for line in lines)


@pytest.mark.parametrize("term", ["", " ", "#", "|", "nonsense", "---"])
def test_nothing_is_said_of_what_is_not_there(term: str) -> None:
    assert about(term) == ""


def test_one_thing_as_data() -> None:
    found = data_about("6.8")
    assert list(found) == ["service_requests", "bodies"]
    assert [each["variant"] for objects in found.values() for each in objects] == ["6.8", "6.8"]
    assert data_about("wan-delay")["faults"][0]["parameters"][0]["default"] == "2s"
    assert data_about("nonsense") == {}


def test_the_command_prints_data(capsys: pytest.CaptureFixture[str]) -> None:
    def printed(*arguments: str) -> Any:
        assert run(["reference", *arguments, "--json"]) == 0
        return json.loads(capsys.readouterr().out)

    assert printed("7.2")["service_requests"][0]["user_roles"] == ["GS", "IS"]
    assert [each["code"] for each in printed("e19")["response_codes"]] == ["E19"]
    assert set(printed("codes")) == {"response_codes", "dcc_alerts", "alert_codes"}
    assert {"service_requests", "bodies", "use_cases", "faults", "settings"} < set(printed())
    assert run(["reference", "tea", "--json"]) == 1


def test_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["reference", "7.2"]) == 0
    assert "| `7.2` | Disable Supply | critical |" in capsys.readouterr().out
    assert run(["reference", "tea"]) == 1
    said = capsys.readouterr().err
    assert "knows nothing of 'tea'" in said
    assert "bodies" in said
