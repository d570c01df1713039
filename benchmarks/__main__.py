"""``python -m benchmarks``: every figure beside the machine's own limit from the same run.

Ours and the limit take turns and are timed by processor time; a ratio is the median of the rounds'
ratios, with the worst round beside it.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, NamedTuple

from rich.console import Console
from rich.table import Table

from benchmarks import end_to_end, large_ledger, library, limits, pages, street, year
from benchmarks.duis import Requests
from benchmarks.gbcs import Messages
from benchmarks.measuring import ROUNDS, Task, take_turns

CORPUS = Path(os.environ.get("GBSMART_SHARED", Path(__file__).resolve().parents[2] / "shared")) / "corpus"


class Figure(NamedTuple):
    """One measurement: what, the task, its limit, and the share of the limit it is to reach."""

    name: str
    task: Task
    limit: str
    target: float | None = None


def main() -> int:
    """Measure and print; 1 where a target is missed and ``--strict`` is given."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--strict", action="store_true", help="exit code 1 where a target is missed")
    parser.add_argument("--no-end-to-end", action="store_true", help="leave out running systems")
    chosen = parser.parse_args()
    if not (CORPUS / "rtds").is_dir():
        print(
            "needs the public test data: set GBSMART_SHARED to the folder that holds corpus/", file=sys.stderr
        )
        return 1
    console = Console(width=118)
    messages = Messages(CORPUS)
    requests, typed = Requests(CORPUS, typed=False), Requests(CORPUS, typed=True)
    bounds = {"verify": limits.verifying(), "sign": limits.signing()}
    figures = [
        Figure(
            "GBCS walk + signature/MAC check, warm", messages.walk_and_check(messages.keys), "verify", 0.90
        ),
        Figure("  the same, no shared secret kept", messages.walk_and_check(messages.cold), "verify"),
        Figure(
            "GBCS full decode of named messages, warm", messages.read_in_full(messages.keys), "verify", 0.55
        ),
        Figure("  the same, no shared secret kept", messages.read_in_full(messages.cold), "verify"),
        Figure(f"DUIS verify, own schema, all {len(requests.signed)}", requests.verifying(), "verify", 0.30),
        Figure("  the same, official schema too", requests.verifying_official(), "verify"),
        Figure(f"  the {len(typed.signed)} with declared bodies alone", typed.verifying(), "verify"),
        Figure(f"DUIS build and sign, all {len(requests.signed)}", requests.signing(), "sign", 0.12),
        Figure(f"  the {len(typed.signed)} with declared bodies alone", typed.signing(), "sign"),
        Figure("  signing alone, of a document from elsewhere", requests.signing_foreign(), "sign"),
    ]
    console.print(f"Python {sys.version}\n", highlight=False)  # builds of one version differ by a tenth
    missed = _show_figures(console, figures, bounds, chosen.rounds)
    _show_openssl(console, bounds)
    stages = {
        "GBCS walk and checks": messages.stages_of_walking(),
        f"GBCS full decode, {len(messages.named)} named messages": messages.stages_of_reading(),
        f"DUIS, all, {requests.size:,.0f} octets on average": requests.stages(),
        f"DUIS, declared bodies, {typed.size:,.0f} octets on average": typed.stages(),
    }
    for title, tasks in stages.items():
        _show_stages(console, title, tasks, chosen.rounds)
    if not chosen.no_end_to_end:
        missed += _show_running(console, bounds["verify"])
        missed += _show_street(console)
        missed += _show_year(console)
        _show_pages(console, "Pages of the console", pages.measure())
    _show_pages(
        console,
        f"Pages over {large_ledger.HOMES:,} homes and {large_ledger.REQUESTS:,} requests",
        large_ledger.measure(),
    )
    missed += _show_library(console)
    return 1 if missed and chosen.strict else 0


def _show_library(console: Console) -> int:
    """The Code's library, each question beside what it may take."""
    size = f"{library.DOCUMENTS * library.CLAUSES:,} provisions and {library.VERSIONS:,} versions"
    table = Table(title=f"The Code's library, {size}")
    for heading in ("question", "ms", "worst", "limit", ""):
        table.add_column(heading, justify="left" if heading == "question" else "right")
    missed = 0
    for asked in library.main():
        missed += not asked.is_met
        table.add_row(
            asked.name,
            f"{asked.median * 1000:,.2f}",
            f"{asked.worst * 1000:,.2f}",
            f"{asked.limit * 1000:,.0f}",
            "met" if asked.is_met else "[red]missed",
        )
    console.print(table)
    return missed


def _show_figures(console: Console, figures: list[Figure], bounds: dict[str, Task], rounds: int) -> int:
    table = Table(title="Rates beside the limit of the same run")
    for heading in ("figure", "us", "ours /s", "limit /s", "ratio", "worst", "target", ""):
        table.add_column(heading, justify="left" if heading == "figure" else "right")
    missed = 0
    for figure in figures:
        found = take_turns({"ours": figure.task, "limit": bounds[figure.limit]}, rounds)
        ours, limit = found["ours"], found["limit"]
        ratio = ours.ratio(limit)
        met = figure.target is None or ratio >= figure.target
        missed += not met
        table.add_row(
            figure.name,
            f"{ours.micros:,.0f}",
            f"{ours.rate:,.0f}",
            f"{limit.rate:,.0f} {figure.limit}",
            f"{ratio:.2f}",
            f"{ours.worst_ratio(limit):.2f}",
            "" if figure.target is None else f"{figure.target:.2f}",
            "" if figure.target is None else "met" if met else "[red]missed",
        )
    console.print(table)
    return missed


def _show_openssl(console: Console, bounds: dict[str, Task]) -> None:
    """How the library's limit relates to the openssl command's own, which cannot take turns with it."""
    command = limits.openssl_speed()
    ours = take_turns(bounds, 5)
    line = f"limit by the library: {ours['sign'].rate:,.0f} sign/s, {ours['verify'].rate:,.0f} verify/s"
    if command is not None:
        line += f"; by openssl speed: {command[0]:,.0f} sign/s, {command[1]:,.0f} verify/s"
    console.print(line + "\n")


def _show_stages(console: Console, title: str, stages: dict[str, Task], rounds: int) -> None:
    table = Table(title=title)
    table.add_column("stage")
    table.add_column("us each", justify="right")
    for name, timing in take_turns(stages, rounds).items():
        table.add_row(name, f"{timing.micros:,.1f}")
    console.print(table)


READING_TARGET, TARIFF_TARGET = 0.05, 0.025
"""The share of the verify rate at which one core carries whole requests."""


def _show_running(console: Console, verifying: Task) -> int:
    """Whole requests, durable, device included."""

    def limit() -> float:
        return take_turns({"verify": verifying}, 5)["verify"].rate

    found = asyncio.run(end_to_end.measure(CORPUS / "duis-requests", limit))
    missed = 0
    for name, work, target in (
        ("4.1.1 end to end, durable, device included", found.reading, READING_TARGET),
        ("1.1.1 critical, Pre-Command and Signed Pre-Command", found.tariff, TARIFF_TARGET),
        ("delivery of what waited for its User", found.delivery, None),
    ):
        missed += target is not None and work.ratio < target
        verdict = "met" if target is None or work.ratio >= target else "missed"
        console.print(
            f"{name}: {work.per_core:,.0f} /s per core ({work.by_the_wall:,.0f} /s wall); {work.ratio:.3f} "
            f"(worst round {work.worst:.3f}) of the verify rate {work.limit:,.0f}"
            + ("" if target is None else f"; target {target}: {verdict}")
        )
    return missed


START_UP_TARGET = 20.0
"""Seconds in which a system of 1,000 homes serves."""


def _show_street(console: Console) -> int:
    found = asyncio.run(street.measure())
    met = found.started < START_UP_TARGET
    console.print(
        f"{found.homes:,} homes in one process: serve after {found.started:.1f} s with new keys, "
        f"{found.started_again:.1f} s the next time; {found.octets_per_home / 1024:,.0f} KiB a home that "
        f"was spoken to; target {START_UP_TARGET:.0f} s: {'met' if met else 'missed'}"
    )
    return int(not met)


YEAR_TARGET = 60.0
"""Seconds in which a year of one home passes."""


def _show_year(console: Console) -> int:
    found = asyncio.run(year.measure())
    met = found.wall < YEAR_TARGET
    console.print(
        f"a year of one home, {found.moments} moments: {found.wall:.1f} s by the wall, "
        f"{found.processor:.1f} s of the processor; target {YEAR_TARGET:.0f} s: {'met' if met else 'missed'}"
    )
    return int(not met)


def _show_pages(console: Console, title: str, measured: Coroutine[Any, Any, list[pages.Page]]) -> None:
    table = Table(title=title)
    for heading in ("page", "ms", "worst ms", "octets"):
        table.add_column(heading, justify="left" if heading == "page" else "right")
    for page in asyncio.run(measured):
        table.add_row(page.name, f"{page.median:.1f}", f"{page.worst:.1f}", f"{page.octets:,}")
    console.print(table)


if __name__ == "__main__":
    sys.exit(main())
