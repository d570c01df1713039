"""``gbsmart party``: the register of Parties from the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from gbsmart.cli.app import run


class Command:
    """``gbsmart party`` on one data folder; what it prints as JSON."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self._folder = str(folder)
        self._printed = capsys

    def __call__(self, *arguments: str, fails: bool = False) -> Any:
        where = [] if arguments[0] == "consumer-bodies" else ["--data", self._folder]
        code = run(["party", *arguments, *where, "--json"])
        out, errors = self._printed.readouterr()
        assert (code != 0) is fails, out + errors
        return json.loads(out)


@pytest.fixture
def party(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Command:
    return Command(tmp_path / "data", capsys)


SUPPLY = ("--licence", "electricity-supply", "--licence", "gas-supply")


@pytest.mark.system("S177")
def test_original_parties_are_recorded_as_of_the_framework_agreement(party: Command) -> None:
    """S177."""
    added = party(
        "add", "BIG", "--name", "Big plc", "--original", "--share", "--since", "2013-09-23", *SUPPLY
    )
    assert added["original"] is True
    assert added["share"] is True
    assert added["acceded_at"].startswith("2013-09-23")
    later = party("add", "NEW", "--name", "New Ltd", "--since", "2015-01-05")
    assert later["original"] is False
    assert [each["signifier"] for each in party("list", "--at", "2014-01-01")["parties"]] == ["BIG"]


@pytest.mark.system("S178")
def test_what_was_applied_with_and_identifiers_are_kept(party: Command) -> None:
    """S178."""
    added = party(
        "add", "NET", "--name", "Wires", "--registered-name", "Wires plc", "--company-number", "01234567",
        "--address", "1 Pole Street", "--licence", "electricity-distribution",
    )  # fmt: skip
    assert (added["registered_name"], added["company_number"]) == ("Wires plc", "01234567")
    first = party("identifiers", "NET", "--count", "16")["identifiers"]
    assert first[0]["first"] == "90-B3-D5-1F-40-00-00-00"
    own = party("identifiers", "NET", "--kind", "rdp", "--first", "90-B3-D5-1F-30-02-00-00")["identifiers"]
    assert {each["kind"] for each in own} == {"rdp", "user"}
    taken = party("identifiers", "NET", "--first", "90-B3-D5-1F-40-00-00-0F", fails=True)
    assert "identifiers of NET" in taken["error"]["message"]
    assert party("rdp", "NET", "RDP1", "--name", "Registrars")["rdp_signifiers"] == [["RDP1", "Registrars"]]


@pytest.mark.system("S179")
def test_parties_are_classified_and_affiliates_vote_as_one(party: Command) -> None:
    """S179."""
    party("add", "ONE", "--name", "One", "--group", "Giant", "--premises", "200000", *SUPPLY)
    assert party("show", "ONE")["categories"] == ["small-supplier"]
    party("add", "TWO", "--name", "Two", "--group", "Giant", "--premises", "60000", *SUPPLY)
    party("add", "METERS", "--name", "Meters")
    assert party("show", "ONE")["categories"] == ["large-supplier"]
    assert party("voting-groups", "large-supplier")["voting_groups"] == [
        {"name": "Giant", "members": ["ONE", "TWO"]}
    ]
    others = party("list", "--category", "other-sec-party")["parties"]
    assert [each["signifier"] for each in others] == ["METERS"]
    assert party("list", "--category", "kings", fails=True)["error"]["field"] == "category"


def test_details_are_updated_and_what_they_were_is_kept(party: Command) -> None:
    """S180."""
    party("add", "ONE", "--name", "One", "--since", "2016-01-04", *SUPPLY)
    changed = party(
        "change", "ONE", "--since", "2017-01-04", "--notices-to", "Company Secretary",
        "--notices-address", "notices@one.example", "--vat-number", "GB123456789",
        "--contact", "invoices: Ivy, ivy@one.example",
    )  # fmt: skip
    assert changed["contacts"] == ["invoices: Ivy, ivy@one.example"]
    assert [each["changed"] for each in changed["changes"]][1] == [
        "vat_number", "notices_to", "notices_address", "contacts",
    ]  # fmt: skip
    assert party("show", "ONE", "--at", "2016-06-01")["vat_number"] == ""
    assert party("show", "ONE")["vat_number"] == "GB123456789"
    assert party("change", "ONE", "--no-licence")["categories"] == ["other-sec-party"]
    assert party("change", "ONE", "--contact", "Ivy", fails=True)["error"]["field"] == "contacts"
    assert party("change", "NOBODY", fails=True)["error"]["kind"] == "NotFound"


@pytest.mark.parametrize(
    ("day", "named", "in_law"),
    [
        ("2013-12-01", ["National Consumer Council"], ["National Consumer Council"]),
        ("2014-05-01", ["National Consumer Council"], ["Citizens Advice", "Citizens Advice Scotland"]),
        ("2014-05-27", ["Citizens Advice", "Citizens Advice Scotland"],
         ["Citizens Advice", "Citizens Advice Scotland"]),
    ],
)  # fmt: skip
def test_who_speaks_for_consumers_is_told_by_day(
    party: Command, day: str, named: list[str], in_law: list[str]
) -> None:
    """S181: version 2.2 of the Code followed the abolition of the National Consumer Council."""
    bodies = party("consumer-bodies", "--at", day)["consumer_bodies"]
    assert [each["name"] for each in bodies if each["named"]] == named
    assert [each["name"] for each in bodies if each["in_law"]] == in_law


@pytest.mark.system("S249")
def test_the_dcc_is_a_party_outside_the_categories(party: Command) -> None:
    """S249."""
    party("add", "DCC", "--name", "Smart DCC Ltd", "--licence", "smart-meter-communication")
    party("identifiers", "DCC", "--kind", "dcc", "--first", "90-B3-D5-1F-30-00-00-02")
    told = party("show", "DCC")
    assert told["dcc"] is True
    assert told["categories"] == []
    assert told["identifiers"][0]["kind"] == "dcc"
    wrong = party(
        "change", "DCC", "--licence", "smart-meter-communication", "--licence", "gas-supply", fails=True
    )
    assert wrong["error"]["field"] == "licences"
