"""The list of systems says what is true: each that runs has a page, and a test that is there and names it."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import pytest

from gbsmart.governance.catalogue import procedures
from gbsmart.governance.systems import NAMED, RUNNING, System, systems

HERE = Path(__file__).parents[2]
MUST_RUN = ("governance", "modifications", "transition and consultations")
"""Areas of which every system runs; of the general ones disputes, default, membership, licence, notices."""


def test_there_are_all_of_them() -> None:
    assert Counter(each.area for each in systems()) == {
        "governance": 22, "modifications": 16, "general": 11, "transition and consultations": 18,
        "reform": 7, "users": 5, "Alt HAN": 6,
    }  # fmt: skip
    assert len({each.id for each in systems()}) == 85


def test_what_must_run_runs_and_what_does_not_says_where_it_will() -> None:
    for each in systems():
        if each.area in MUST_RUN or each.id in {f"S{number}" for number in range(208, 213)}:
            assert each.status == RUNNING, each
        if each.status == NAMED:
            assert each.place, each


@pytest.mark.parametrize(
    "system", [each for each in systems() if each.status == RUNNING], ids=lambda each: each.id
)
def test_the_test_of_a_system_is_there_and_names_it(system: System) -> None:
    room, _, name = system.link.rpartition("/")
    assert system.link.startswith("/"), system
    assert room != "/governance/procedures" or name in procedures(), system
    assert system.id in marked().get(system.test, ()), f"no @pytest.mark.system({system.id!r}) on it"


def test_no_test_names_a_system_that_the_list_shows_by_another_only() -> None:
    shown = {each.id: each.test for each in systems() if each.status == RUNNING}
    marks = {mark for ids in marked().values() for mark in ids}
    assert marks == set(shown)


def test_a_procedure_runs_systems_that_there_are() -> None:
    running = {each.id for each in systems() if each.status == RUNNING}
    for procedure in procedures().values():
        assert set(procedure.systems) <= running, procedure.name


@lru_cache(maxsize=1)
def marked() -> dict[str, tuple[str, ...]]:
    """Of every test with the mark ``system``: by its place and name, the systems that it names."""
    found: dict[str, tuple[str, ...]] = {}
    for path in sorted((HERE / "tests").rglob("test_*.py")):
        text = path.read_text(encoding="utf-8")
        if "mark.system(" in text:
            place = path.relative_to(HERE).as_posix()
            found |= {f"{place}::{name}": ids for name, ids in _marks(ast.parse(text).body)}
    return found


def _marks(body: list[ast.stmt], within: str = "") -> Iterator[tuple[str, tuple[str, ...]]]:
    for node in body:
        if isinstance(node, ast.ClassDef):
            yield from _marks(node.body, f"{within}{node.name}::")
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            for mark in node.decorator_list:
                if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.system":
                    ids = tuple(str(one.value) for one in mark.args if isinstance(one, ast.Constant))
                    yield f"{within}{node.name}", ids
