"""The Code's library: 100,000 provisions, 1,000 versions, and the questions asked of them at a date."""

from __future__ import annotations

import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection

from gbsmart.codebook import (
    Change,
    Clause,
    Instrument,
    Kind,
    Verb,
    enact,
    provision_at,
    provisions_at,
    search,
    store_text,
    version_at,
)
from gbsmart.codebook.readings import place
from gbsmart.store import open_store

DOCUMENTS, CLAUSES, VERSIONS, CHANGED, TIMES = 50, 2_000, 1_000, 20, 20
FIRST = datetime(2000, 1, 1, tzinfo=UTC)
_WORDS = tuple(f"term{number}" for number in range(2_000))
_WEIGHTS = tuple(1 / (number + 1) for number in range(2_000))
"""As in prose, the second word is half as common as the first, the third a third."""


class Asked(NamedTuple):
    """A question, how long its answer may take, and how long it took
    (seconds of the processor, the median and the worst)."""

    name: str
    limit: float
    median: float
    worst: float

    @property
    def is_met(self) -> bool:
        """Whether the median is within the limit."""
        return self.median <= self.limit


def fill(connection: Connection, documents: int, clauses: int, versions: int, changed: int) -> None:
    """A library of this size: every version changes the words of ``changed`` provisions."""
    chance = random.Random(1)
    place(connection, "Code", title="A Code", kind="code")
    names = [f"Schedule {number}" for number in range(1, documents + 1)]
    refs: list[str] = []
    for name in names:
        held = [
            Clause(f"{name} {part}.{number}", "", _sentence(chance))
            for part in range(1, clauses // 20 + 1)
            for number in range(1, 21)
        ]
        refs += [each.ref for each in held]
        store_text(connection, name, held, at=FIRST, source="made up")
    for number in range(versions):
        effective = FIRST + timedelta(days=number + 1)
        decided = Instrument((Kind.PANEL,), "made up", effective, date(2000, 1, 1))
        changes = [
            Change(Verb.AMENDED, ref, _sentence(chance, f"version{number}"))
            for ref in chance.sample(refs, changed)
        ]
        enact(connection, decided, changes)


def _sentence(chance: random.Random, *more: str) -> str:
    return " ".join([*chance.choices(_WORDS, _WEIGHTS, k=40), f"word{chance.randrange(5_000)}", *more])


@contextmanager
def library(url: str, *size: int) -> Iterator[Connection]:
    """A filled library in a database of its own."""
    store = open_store(url)
    store.migrate("codebook")
    with store.transaction() as connection:
        fill(connection, *size)
    with store.reading() as connection:
        yield connection
    store.close()


def measure(connection: Connection, versions: int, times: int = TIMES) -> list[Asked]:
    """Each question, asked ``times`` over."""
    chance = random.Random(2)
    refs = [each.ref for each in provisions_at(connection, FIRST) if each.kind == "clause"]

    def moment() -> datetime:
        return FIRST + timedelta(days=chance.randrange(versions), hours=12)

    def one() -> object:
        return provision_at(connection, chance.choice(refs), moment())

    def rare() -> object:
        return search(connection, f"word{chance.randrange(5_000)}", moment())

    def common() -> object:
        return search(connection, "term0 term2", moment())

    def whole() -> object:
        return provisions_at(connection, moment())

    return [
        _timed("one provision at a date", 0.010, one, times * 5),
        _timed("the whole Code at a date", 1.0, whole, max(times // 4, 3)),
        _timed("rare words at a date", 0.100, rare, times),
        _timed("common words at a date", 0.100, common, times),
        _timed("the version at a date", 0.010, lambda: version_at(connection, moment()), times),
    ]  # fmt: skip


def _timed(name: str, limit: float, ask: Callable[[], object], times: int) -> Asked:
    took = []
    for _ in range(times):
        begun = time.process_time()
        ask()
        took.append(time.process_time() - begun)
    return Asked(name, limit, statistics.median(took), max(took))


def main() -> list[Asked]:
    """The questions, of a library of full size on SQLite."""
    with (
        tempfile.TemporaryDirectory() as folder,
        library(f"sqlite:///{folder}/library.db", DOCUMENTS, CLAUSES, VERSIONS, CHANGED) as connection,
    ):
        return measure(connection, VERSIONS)


if __name__ == "__main__":
    for each in main():
        took = f"{each.median * 1000:9.2f} ms  worst {each.worst * 1000:9.2f}"
        print(f"{each.name:<26}{took}  limit {each.limit * 1000:.0f}")
