"""How things are timed: side by side, in turns, by processor time, so that a busy machine cancels out."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

ROUNDS = 15

Task = Callable[[], int]
"""Does some operations and says how many."""


@dataclass(frozen=True, slots=True)
class Timing:
    """Microseconds of processor time per operation, one figure per round."""

    rounds: tuple[float, ...]

    @property
    def micros(self) -> float:
        """The median."""
        return statistics.median(self.rounds)

    @property
    def rate(self) -> float:
        """Operations a second, at the median."""
        return 1e6 / self.micros

    def ratio(self, limit: Timing) -> float:
        """Our rate over the limit's, the median of what each round gave."""
        return statistics.median(self._ratios(limit))

    def worst_ratio(self, limit: Timing) -> float:
        """The same of the worst round."""
        return min(self._ratios(limit))

    def _ratios(self, limit: Timing) -> list[float]:
        return [theirs / ours for ours, theirs in zip(self.rounds, limit.rounds, strict=True)]


def take_turns(tasks: Mapping[str, Task], rounds: int = ROUNDS) -> dict[str, Timing]:
    """Time every task once a round, in turns, after one round that does not count."""
    found: dict[str, list[float]] = {name: [] for name in tasks}
    for number in range(rounds + 1):
        for name, task in tasks.items():
            began = time.process_time()
            operations = task()
            spent = time.process_time() - began
            if number:
                found[name].append(spent * 1e6 / operations)
    return {name: Timing(tuple(each)) for name, each in found.items()}
