"""``gbsmart code load`` and ``gbsmart code diff``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import typer
from sqlalchemy import Connection
from typer.testing import CliRunner, Result

from gbsmart.codebook import seed
from gbsmart.codebook.loads.commands import add_text_commands
from gbsmart.codebook.texts import View, read_text
from gbsmart.ground import GbsmartError, InvalidValue
from gbsmart.store import open_store

NOW = datetime(2026, 1, 1, tzinfo=UTC)
FIRST = 'SECTION H: SERVICES\n\nH4.1 The DCC shall answer.\n\n"Due Day" means a day.\n\nH4.2 See H4.9.\n'


class Code:
    """Runs the commands in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._store = open_store(f"sqlite:///{folder}/code.db")
        self._store.migrate("codebook")
        self._app = typer.Typer()
        add_text_commands(self._app, self.opened, lambda _data: NOW)

    @contextmanager
    def opened(self, data: Path | None, database: str | None, *, write: bool) -> Iterator[Connection]:
        with self._store.transaction() as connection:
            yield connection

    def file(self, name: str, text: str) -> str:
        path = self.folder / name
        path.write_text(text)
        return str(path)

    def __call__(self, *arguments: str) -> Result:
        result = CliRunner().invoke(self._app, list(arguments))
        if isinstance(result.exception, GbsmartError):
            raise result.exception
        return result

    def json(self, *arguments: str) -> Any:
        return json.loads(self(*arguments, "--json").stdout)


@pytest.fixture
def code(tmp_path: Path) -> Code:
    return Code(tmp_path)


def test_a_file_is_loaded_and_compared(code: Code) -> None:
    loaded = code("load", code.file("one.txt", FIRST), "--from", "2014-01-01")
    assert loaded.stdout == (
        "one.txt: 5 provisions of H, terms defined: 1; loaded as load 1.\n"
        "likely erratum in H4.2: H4.9: there is no H4.9\n"
    )
    second = code.json("load", code.file("two.txt", FIRST.replace("shall", "may")), "--from", "2016-01-01")
    assert second["refs"] == ["H", "H4", "H4.1", "H4.1:DueDay", "H4.2"]
    assert second["terms"] == ["Due Day"]
    assert code("diff", "2015-01-01", "2016-01-01", "H").stdout == (
        "Section H: 2015-01-01 to 2016-01-01\n1 changed\n\nH4.1 [changed]\nThe DCC [-shall-]{+may+} answer.\n"
    )
    word = code.folder / "changes.docx"
    code("diff", "2015-01-01", "2016-01-01", "--format", "docx", "--out", str(word), "--author", "A. Lawyer")
    assert "H4.1 The DCC shall answer." in [
        each.text for each in read_text(word.read_bytes(), "changes.docx", View.OLD).paragraphs
    ]


def test_two_files_are_compared_without_a_library(code: Code) -> None:
    one, two = code.file("one.txt", FIRST), code.file("two.txt", FIRST.replace("shall", "may"))
    told = code.json("diff", one, two, "H4.1")
    assert told["title"] == "H4.1: one.txt to two.txt"
    assert [each["ref"] for each in told["differences"]] == ["H4.1"]
    assert "<del>shall</del><ins>may</ins>" in code("diff", one, two, "--format", "md").stdout


def test_a_text_with_a_fault_is_not_stored(code: Code) -> None:
    path = code.file("one.txt", f"{FIRST}\n(c) What?\n")
    refused = code("load", path, "--from", "2014-01-01")
    assert refused.exit_code == 1
    assert "no place: line 9: no sub-paragraph before it leads to (c) in H4.2: (c) What?" in refused.stderr
    assert "read, and not stored" in refused.stdout
    assert code("load", path, "--from", "2014-01-01", "--partial").exit_code == 0
    assert code.json("load", path, "--partial", "--dry-run")["id"] is None


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["load", "nothing.txt"], "there is no file nothing.txt"),
        (["load", "one.txt"], "from: it is not said from when on"),
        (["load", "one.txt", "--from", "soon"], "'soon' is no date"),
        (["load", "one.txt", "--document", "G", "--from", "2014-01-01", "--partial"], ""),
        (["diff", "2015-01-01", "2016-01-01", "--format", "odt"], "format: 'odt' is no format"),
        (["diff", "2015-01-01", "2016-01-01", "--format", "docx"], "out: a Word file is not for the screen"),
    ],
)
def test_what_cannot_be_done_is_told(
    code: Code, arguments: list[str], told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    code.file("one.txt", FIRST)
    monkeypatch.chdir(code.folder)
    if told:
        with pytest.raises(GbsmartError) as refusal:
            code(*arguments)
        assert told in str(refusal.value)
    else:
        assert code(*arguments).exit_code == 0


def test_a_broken_file_is_told(code: Code) -> None:
    with pytest.raises(GbsmartError, match=r"h\.docx"):
        code("load", code.file("h.docx", "PK but no archive"), "--from", "2014-01-01")
    with pytest.raises(InvalidValue):
        code("load", code.file("h.txt", FIRST), "--document", "x" * 99, "--from", "2014-01-01")


def test_a_likely_erratum_is_put_right(code: Code) -> None:
    with code.opened(None, None, write=True) as connection:
        seed(connection)
    code("load", code.file("one.txt", FIRST), "--from", "2014-01-01")
    said = code("correct", "H4.2", "H4.9", "H4.1", "--from", "2015-01-01")
    assert said.stdout == "H4.2: 'H4.9' is read 'H4.1' from 2015-01-01 on.\n"
    assert "See H4.[-9-]{+1+}." in code("diff", "2014-06-01", "2015-06-01", "H4.2").stdout
    assert code.json("correct", "H4.1", "The DCC", "the DCC") == {
        "place": "H4.1", "printed": "The DCC", "reading": "the DCC", "since": "2026-01-01T00:00:00Z",
    }  # fmt: skip
