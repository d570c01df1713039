"""``gbsmart code consultations`` on a register of the test's own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection
from typer.testing import CliRunner

from gbsmart.codebook.consultations import consultations_app, intake
from gbsmart.codebook.consultations.model import Answer, NewResponse, NotPossible, Stance
from gbsmart.ground import InvalidValue
from gbsmart.store import Store

from . import govuk_page
from .conftest import NOW, VERSIONS


class Command:
    """Runs the commands and gives what they print."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._app = consultations_app(self._opened, lambda _data: NOW, lambda _connection: VERSIONS)

    @contextmanager
    def _opened(self, data: Path | None, database: str | None, *, write: bool) -> Iterator[Connection]:
        with self.store.transaction() as connection:
            yield connection

    def __call__(self, *arguments: str) -> str:
        result = CliRunner().invoke(self._app, list(arguments))
        if result.exception is not None:
            raise result.exception
        return result.stdout

    def json(self, *arguments: str) -> Any:
        return json.loads(self(*arguments, "--json"))


@pytest.fixture
def command(own: Store) -> Command:
    return Command(own)


@pytest.mark.system("S233")
def test_the_register_is_listed_and_shown(command: Command) -> None:
    """Seed S233."""
    listed = command.json("list")["consultations"]
    assert len(listed) == 10
    assert command("list", "--topic", "informal").startswith("C-JAN15      2015-01-26  concluded")
    shown = command("show", "C-SEC2")
    assert "topic     Communications Hub charging: in force (change 2.1)" in shown
    assert "link      D003-10 responds to C-SEC2" in shown
    assert len(command.json("show", "C-SEC2")["documents"]) == 23


@pytest.mark.system("S235")
def test_a_government_response_is_linked_to_what_it_concluded(command: Command) -> None:
    """Seed S235: the response of December 2015 concludes three consultations and leads to two versions."""
    answered = [each for each in command("show", "C-MAR15").splitlines() if "D001-02 responds to" in each]
    assert [each.split()[-1] for each in answered] == ["C-SEC4", "C-MAR15", "C-JUL15"]
    led = command.json("trace", "4.12")["topics"]
    assert {each["consultation"] for each in led} == {"C-SEC4", "C-MAR15", "C-JUL15"}


@pytest.mark.system("S214")
def test_section_m_is_traced_to_its_consultation(command: Command) -> None:
    """Seed S214."""
    (topic,) = command.json("trace", "M")["topics"]
    assert (topic["consultation"], topic["topic"]["state"]) == ("C-ADD", "in force")
    assert "Nothing in the register led to Q." in command("trace", "Q")


def test_moved_provisions_are_traced(command: Command) -> None:
    """Seed S232."""
    assert "H5.33 to H5.40 moved to Appendix AC in version 5.0" in command("trace", "H5.35")
    found = command.json("trace", "Appendix AC")
    assert [each["topic"]["name"] for each in found["topics"]] == ["post commissioning obligations"]
    assert [each["id"] for each in found["documents"]] == ["D000-04", "D001-03"]


def test_the_timeline_is_printed(command: Command) -> None:
    lines = command("timeline").splitlines()
    assert lines[0].startswith("2012-11     opening     C-SEC1")
    assert any(line.startswith("2014-04-06  in force    C-SEC2") for line in lines)
    assert len(command.json("timeline")["versions"]) == 10


def test_the_period_before_parliament_is_counted(command: Command) -> None:
    """Seed S237."""
    assert "last of the 40 days: 2014-03-10; may be made from 2014-03-11" in command("laying", "2014-01-20")
    assert command.json("laying", "2014-01-20")["may_be_made"] == "2014-03-11"
    longer = command.json(
        "laying", "2020-06-01", "--recess", "2020-06-10..2020-06-20", "--recess", "2020-12-18..2021-01-05"
    )
    assert longer["last_day"] == "2020-07-19"
    with pytest.raises(InvalidValue, match="is no day"):
        command("laying", "soon")


@pytest.mark.system("S238")
def test_errata_are_recorded(command: Command) -> None:
    """Seed S238: the notice of two wrong definitions, and that the Code is put right."""
    assert command("corrections").count("to be amended") == 4
    command(
        "correct", "D000-ERR", "D000-02", "DCC User Interface Specification", "--status", "amended in 4.2"
    )
    found = command.json("corrections")["corrections"]
    assert [each["status"] for each in found].count("amended in 4.2") == 1
    with pytest.raises(InvalidValue, match="is a consultation document"):
        command("correct", "D000-01", "D000-02", "Party")


def test_support_materials_are_drafted_consulted_on_and_designated(command: Command) -> None:
    """Seed S229: from the draft of the CH Handover Support Materials to their place in version 4.4."""
    command(
        "plan", "C-CH", "CH Handover Support Materials", "--topic", "handover", "--question", "Clear?",
    )  # fmt: skip
    command("document", "C-CH", "D-CH-1", "Draft Appendix H", "--kind", "subsidiary document draft")
    assert command("act", "C-CH", "open", "--on", "2015-03-02") == "C-CH is open\n"
    new = NewResponse("Ada", "ada@example.org", answers=(Answer(1, Stance.AGREE),))
    with command.store.transaction() as connection:
        intake.lodge(connection, "C-CH", new, NOW)
    with pytest.raises(NotPossible, match="still open"):
        command("publish", "C-CH")
    for event in ("close", "analyse"):
        command("act", "C-CH", event)
    assert command("publish", "C-CH") == "1 responses published\n"
    handover = ["act", "C-CH", "--topic", "handover"]
    command(*handover, "conclude", "--outcome", "change:code:Appendix H")
    for event in ("settle text", "designate"):
        command(*handover, event)
    assert command(*handover, "commence", "--on", "2015-09-14", "--outcome", "change:version:4.4") == (
        "handover is in force\n"
    )
    assert command("act", "C-CH", "conclude") == "C-CH is concluded\n"
    assert [each["consultation"] for each in command.json("trace", "Appendix H")["topics"]] == ["C-CH"]


def test_a_page_of_govuk_is_imported_twice(command: Command, tmp_path: Path) -> None:
    file = tmp_path / "page.json"
    file.write_text(json.dumps(govuk_page.opened()))
    assert command("import", str(file)) == (
        "new-meters-in-lighthouses: new; documents: 3 new, 0 changed, 0 no longer listed\n"
    )
    again = command.json("import", str(file))
    assert (again["new"], again["documents_new"]) == (False, 0)
    file.write_text("{")
    with pytest.raises(InvalidValue, match="is not JSON"):
        command("import", str(file))
    with pytest.raises(InvalidValue, match="cannot be read"):
        command("import", str(tmp_path / "none.json"))


def test_the_register_is_exported(command: Command) -> None:
    assert len(command("export").splitlines()) == 82
    assert len(json.loads(command("export", "json"))["consultations"]) == 10
    assert 'href="http://here/code/consultations"' in command("export", "atom", "--base", "http://here/")
    with pytest.raises(InvalidValue, match="csv, json, atom"):
        command("export", "pdf")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["act", "C-SEC2", "open", "--outcome", "change:version:4.2"], "name that with --topic"),
        (["act", "C-ADD", "move", "--topic", "SMKI", "--outcome", "change"], "is no outcome"),
        (["act", "C-ADD", "move", "--topic", "SMKI", "--outcome", "burn:version:1"], "is not one of change"),
        (["document", "C-ADD", "D1", "T", "--kind", "poem"], "is not one of consultation document"),
    ],
)
def test_what_is_wrong_is_said(command: Command, arguments: list[str], message: str) -> None:
    with pytest.raises(InvalidValue, match=message):
        command(*arguments)
