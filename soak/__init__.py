"""Long runs that look for what tests of examples do not find: ``python -m soak [sample]``.

Each soak is a module with a function ``run(options) -> Verdict``, listed in :data:`SOAKS`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib import import_module
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Options:
    """How a soak runs. ``seed`` makes it repeatable; ``item`` runs one item of it alone, to look at it."""

    sample: bool = False
    seed: int = 1
    count: int | None = None
    item: int | None = None


@dataclass(slots=True)
class Verdict:
    """What a soak found: lines for the reader, and faults, of which there should be none."""

    lines: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


class Soak(NamedTuple):
    """One soak: its name, where its ``run`` is, what it does."""

    name: str
    module: str
    summary: str

    def run(self, options: Options) -> Verdict:
        """Run it."""
        verdict: Verdict = import_module(self.module).run(options)
        return verdict


SOAKS: tuple[Soak, ...] = (
    Soak(
        "mutation",
        "soak.mutation",
        "broken messages and documents: only declared errors, no hang, bounded memory",
    ),
    Soak(
        "kill",
        "soak.kill",
        "kill -9 of the DCC, the street or both: nothing lost, nothing done twice, one outcome each",
    ),
)
