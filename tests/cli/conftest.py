"""Runs the command line in this process, and keeps what it prints."""

from __future__ import annotations

import io
import json
import random
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from gbsmart.cli.app import run
from gbsmart.ground import Eui64, SystemClock
from gbsmart.keys import export_json
from gbsmart.trust import TestSmki

ESME = Eui64.parse("00-DB-12-34-56-78-90-A0")
SUPPLIER = Eui64.parse("90-B3-D5-1F-30-01-00-00")


class Ran(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Cli = Callable[..., Ran]


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Cli:
    """``cli("gbcs", "explain", message, stdin=b"")``."""

    def call(*arguments: object, stdin: bytes = b"") -> Ran:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        code = run([str(each) for each in arguments])
        printed = capsys.readouterr()
        return Ran(code, printed.out, printed.err)

    return call


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key set file: the organisations of a test SMKI with their keys, and a meter's."""
    smki = TestSmki.create(SystemClock(), random.Random(1).randbytes)
    path = tmp_path_factory.mktemp("keys") / "keys.json"
    path.write_text(export_json((*smki.entries, *smki.device(ESME)), private_keys=True))
    return path
