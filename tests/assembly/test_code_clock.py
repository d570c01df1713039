"""``gbsmart code`` goes by the clock of the system whose data folder it is given."""

from __future__ import annotations

import json
import re
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from gbsmart.assembly import Settings
from gbsmart.assembly.data_folder import opened
from gbsmart.assembly.kept_clock import keep, now_in
from gbsmart.cli.app import run
from gbsmart.codebook.loads import load_of
from gbsmart.ground import SystemClock
from gbsmart.ground.working_days import civil_day

TEXT = "# Section H: DCC Services\n\nH4.1 The DCC shall answer.\n"


class Code:
    """``gbsmart code`` on a data folder; what it prints."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self._printed = capsys

    def text(self, *arguments: str) -> str:
        code = run(["code", *arguments, "--data", str(self.folder)])
        out, errors = self._printed.readouterr()
        assert code == 0, errors or out
        return out

    def __call__(self, *arguments: str) -> Any:
        return json.loads(self.text(*arguments, "--json"))


@pytest.fixture
def ahead(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Code:
    """On the folder of a system that was taken sixty days ahead."""
    folder, clock = tmp_path / "data", SystemClock()
    with opened(folder, None, "codebook", make=True):
        clock.advance(days=60)
        keep(Settings(data=folder), clock)
    return Code(folder, capsys)


def test_a_text_is_loaded_put_right_and_compared_then(ahead: Code, tmp_path: Path) -> None:
    (tmp_path / "h.md").write_text(TEXT)
    ahead("load", str(tmp_path / "h.md"), "--from", "2016-01-01")
    told = ahead.text("correct", "H4.1", "answer", "reply")
    assert told == f"H4.1: 'answer' is read 'reply' from {civil_day(now_in(ahead.folder))} on.\n"
    with opened(ahead.folder, None, "codebook") as store, store.reading() as connection:
        assert now_in(ahead.folder) - load_of(connection, 1).made_at < timedelta(minutes=10)
    ahead.text("diff", "2015-01-01", "2016-02-01", "H", "--format", "docx", "--out", str(tmp_path / "h.docx"))
    with zipfile.ZipFile(tmp_path / "h.docx") as word:
        tracked = re.findall(r'w:date="([0-9-]+)T', word.read("word/document.xml").decode())
    assert set(tracked) == {now_in(ahead.folder).date().isoformat()}


def test_a_consultation_opens_on_the_day_that_it_is_there(ahead: Code) -> None:
    ahead("consultations", "plan", "C-OWN", "Handover", "--topic", "handover")
    ahead("consultations", "act", "C-OWN", "open")
    whole = ahead("consultations", "show", "C-OWN")
    assert civil_day(now_in(ahead.folder)).isoformat() in json.dumps(whole)


def test_what_applies_today_is_what_applies_there(ahead: Code, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GBSMART_CLOCK", "2017-01-01T12:00:00")
    assert [each["version"] for each in ahead("applicable", "SMETS2")] == ["2.0"]


def test_the_help_says_whose_now_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    for command in (["load"], ["diff"], ["applicable"], ["consultations", "act"], ["show"]):
        assert run(["code", *command, "--help"]) == 0
        assert "whose clock says what is now" in " ".join(capsys.readouterr().out.split()), command
