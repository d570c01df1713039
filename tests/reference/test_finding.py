"""``gbsmart reference WHAT``: one thing, wherever the reference speaks of it."""

from __future__ import annotations

import pytest

from gbsmart.cli.app import run
from gbsmart.reference.finding import about


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


def test_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["reference", "7.2"]) == 0
    assert "| `7.2` | Disable Supply | critical |" in capsys.readouterr().out
    assert run(["reference", "tea"]) == 1
    said = capsys.readouterr().err
    assert "knows nothing of 'tea'" in said
    assert "bodies" in said
