"""How the databases find what the hot statements ask for: by an index that fits, never by reading a table.

With a few rows any plan is quick; what reads all of a supplier's metering points, or all commands that a
device ever had, is found out only by the nation's load, or here.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Iterator
from importlib import import_module
from pkgutil import walk_packages

import pytest
from sqlalchemy import URL

import gbsmart
from gbsmart.store import Sql

PARAMETER = re.compile(r"(?<![:\w]):([a-z_]\w*)")
READ_WHOLE = {
    "sec_user": "one row for each User, of whom there are some hundreds",
    "delivery": "once, when a DCC on SQLite starts",
    "home_device": "once, when a street starts",
    "command": "when measured, of a partial index that holds only what waits for an answer",
    "device_state": "once, when a street starts, of a partial index that holds only what is due",
    "wan_parcel": "once an hour, to forget what is done with",
    "code_reading": "where the whole Code is asked for",
}
BY = {
    "responsibility": "mpxn=?",
    "request": "device=? AND originator=?|state=? AND due<?|state=? AND due>?",
    "command": "request_counter=?|position>?|deadline<?|deadline>?|after_counter=?"
    "|originator=? AND counter=?",
    "message": "digest=?",
}
"""The terms of which a plan that reads such a table must name one: what narrows it to a few rows.

(Of those after a moment, ``>?``, only the first is asked for: its index gives it.)"""


@pytest.fixture(scope="module")
def statements() -> set[str]:
    """Every named statement of the house, as it runs on SQLite."""
    found: set[str] = set()
    for module in walk_packages(gbsmart.__path__, "gbsmart."):
        if ".migrations" not in module.name and not module.name.endswith("__main__"):
            statements = _statements_in(vars(import_module(module.name)).values())
            found |= {each._texts["sqlite"] for each in statements}
    assert len(found) > 60
    return found


def _statements_in(values: Iterable[object]) -> Iterator[Sql]:
    for value in values:
        if isinstance(value, Sql):
            yield value
        elif isinstance(value, dict):
            yield from _statements_in(value.values())
        elif isinstance(value, tuple):
            yield from _statements_in(value)


def plans(statements: set[str], url: URL) -> Iterator[tuple[str, str]]:
    """Each step of each statement's plan, in a database of all tables."""
    assert url.database is not None
    with sqlite3.connect(url.database) as connection:
        for statement in statements:
            values = dict.fromkeys(PARAMETER.findall(statement), 1)
            for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}", values):
                yield statement, row[3]


def test_no_table_that_grows_is_read_whole(statements: set[str], sqlite_url: URL) -> None:
    scans = {
        (step.split()[1], statement)
        for statement, step in plans(statements, sqlite_url)
        if step.startswith("SCAN ")
        and "VIRTUAL TABLE INDEX" not in step  # a full-text index, by words
        and not _is_of_the_statement(step.split()[1], statement)
    }
    tables = {_table(name, statement) for name, statement in scans}
    assert tables == set(READ_WHOLE)


def test_what_grows_is_narrowed_to_a_few_rows(statements: set[str], sqlite_url: URL) -> None:
    looked_at = set()
    for statement, step in plans(statements, sqlite_url):
        found = re.match(r"SEARCH (\w+) USING .*\((.*)\)", step)
        if found is None:
            continue
        table = _table(found[1], statement)
        looked_at.add(table)
        if table in BY:
            assert any(term in found[2] for term in BY[table].split("|")), f"{step}: {statement}"
    assert looked_at >= set(BY)


def _is_of_the_statement(name: str, statement: str) -> bool:
    """Whether what is read is the rows that the statement itself makes, one step after another."""
    table = _table(name, statement)
    made = (f"RECURSIVE {table}(", f"{table} AS MATERIALIZED")
    return name == "CONSTANT" or any(each in statement for each in made)


def _table(name: str, statement: str) -> str:
    """The table that an alias of ``statement`` stands for."""
    found = re.search(rf"\b(?:FROM|JOIN)\s+(\w+)\s+{name}\b", statement)
    return found[1] if found else name
