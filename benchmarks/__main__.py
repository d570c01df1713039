"""``python -m benchmarks``: every figure beside the machine's own limit from the same run.

Ours and the limit take turns and are timed by processor time; a ratio is the median of the rounds'
ratios, with the worst round beside it.
"""

from __future__ import annotations

import argparse
import os
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from rich.table import Table

from benchmarks import limits
from benchmarks.duis import Requests
from benchmarks.gbcs import Messages
from benchmarks.measuring import ROUNDS, Task, Timing, take_turns

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
    parser.add_argument("--no-end-to-end", action="store_true", help="leave out the running system")
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
            "GBCS full decode of named messages, warm", messages.read_in_full(messages.keys), "verify", 0.45
        ),
        Figure("  the same, no shared secret kept", messages.read_in_full(messages.cold), "verify"),
        Figure(f"DUIS verify, own schema, all {len(requests.signed)}", requests.verifying(), "verify", 0.30),
        Figure("  the same, official schema too", requests.verifying_official(), "verify"),
        Figure(f"  the {len(typed.signed)} with declared bodies alone", typed.verifying(), "verify"),
        Figure(f"DUIS build and sign, all {len(requests.signed)}", requests.signing(), "sign", 0.12),
        Figure(f"  the {len(typed.signed)} with declared bodies alone", typed.signing(), "sign"),
        Figure("  signing alone, of a document from elsewhere", requests.signing_foreign(), "sign"),
    ]
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
    if not chosen.no_end_to_end and find_spec("benchmarks.end_to_end") is not None:
        missed += _show_end_to_end(console, bounds["verify"])
    return 1 if missed and chosen.strict else 0


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


END_TO_END_TARGET = 0.03


def _show_end_to_end(console: Console, verifying: Task) -> int:
    """A whole request, durable, device included; the limit is measured just before and just after."""
    from benchmarks.end_to_end import measure

    def limit() -> Timing:
        return take_turns({"verify": verifying}, 5)["verify"]

    before, found, after = limit(), measure(), limit()
    rate = (before.rate + after.rate) / 2
    ratio = found.per_core / rate
    met = ratio >= END_TO_END_TARGET
    console.print(
        f"4.1.1 end to end, durable, device included: {found.per_core:,.0f} /s per core "
        f"({found.answered / found.wall:,.0f} /s wall); {ratio:.3f} of the verify rate {rate:,.0f}; "
        f"target {END_TO_END_TARGET}: {'met' if met else 'missed'}"
    )
    return int(not met)


if __name__ == "__main__":
    sys.exit(main())
