"""What is said to run has its page, and a test that there is."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from gbsmart.governance import procedures
from gbsmart.governance.systems import RUNNING, System, systems

ROOT = Path(__file__).resolve().parents[2]
RUN = [each for each in systems() if each.status == RUNNING]


@pytest.mark.parametrize("system", RUN, ids=lambda each: each.id)
def test_what_runs_names_a_test_that_there_is(system: System) -> None:
    file, *names = system.test.split("::")
    body = ast.parse((ROOT / file).read_text(encoding="utf-8")).body
    for name in names:
        named = {each.name: each for each in body if isinstance(each, ast.FunctionDef | ast.ClassDef)}
        assert name in named, system.test
        body = named[name].body


@pytest.mark.parametrize("system", RUN, ids=lambda each: each.id)
def test_what_runs_as_a_procedure_is_one(system: System) -> None:
    assert system.link.startswith("/")
    room, _, name = system.link.rpartition("/")
    if room == "/governance/procedures":
        assert name in procedures()


def test_what_a_procedure_says_that_it_runs_is_in_the_list() -> None:
    known = {each.id for each in systems()}
    for procedure in procedures().values():
        assert set(procedure.systems) <= known, procedure.name
