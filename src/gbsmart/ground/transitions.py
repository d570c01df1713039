"""State changes as data: declared once, checked for dead ends, drawn from the same declaration."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Transition:
    """``source`` becomes ``target`` when ``event`` happens.

    ``guard`` and ``effect`` name what must hold and what else is done; ``code`` is the DUIS response
    or alert code that goes with the change, where there is one.
    """

    source: str
    event: str
    target: str
    guard: str = ""
    effect: str = ""
    code: str = ""


@dataclass(frozen=True)
class Machine:
    """A named set of transitions with its initial and final states.

    Construction fails (``ValueError``) when a state cannot be reached, when a state that is not final
    has no way out, or when two transitions leave one state on the same event under the same guard.
    """

    name: str
    initial: str
    final: frozenset[str]
    transitions: tuple[Transition, ...]
    _next: dict[tuple[str, str, str], Transition] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        table: dict[tuple[str, str, str], Transition] = {}
        for step in self.transitions:
            key = (step.source, step.event, step.guard)
            if key in table:
                raise ValueError(f"{self.name}: two transitions from {step.source} on {step.event}")
            table[key] = step
        object.__setattr__(self, "_next", table)
        reached = self._reachable()
        if unreached := sorted(self.states - reached):
            raise ValueError(f"{self.name}: never reached: {', '.join(unreached)}")
        leaving = {step.source for step in self.transitions}
        if stuck := sorted(self.states - leaving - self.final):
            raise ValueError(f"{self.name}: no way out of: {', '.join(stuck)}")

    @property
    def states(self) -> frozenset[str]:
        """Every state the machine names."""
        ends = {state for step in self.transitions for state in (step.source, step.target)}
        return frozenset(ends | self.final | {self.initial})

    def step(self, state: str, event: str, guard: str = "") -> Transition | None:
        """The transition that ``event`` causes in ``state``, or None where it causes none."""
        return self._next.get((state, event, guard))

    def sources(self, event: str) -> tuple[str, ...]:
        """The states in which ``event`` means something: what a guarded update compares with."""
        return tuple(dict.fromkeys(step.source for step in self.transitions if step.event == event))

    def diagram(self) -> str:
        """The machine as a Mermaid state diagram."""
        return "\n".join(["stateDiagram-v2", f"    [*] --> {self.initial}", *self._arrows()])

    def _arrows(self) -> Iterable[str]:
        for step in self.transitions:
            label = (
                step.event
                + (f" [{step.guard}]" if step.guard else "")
                + (f" / {step.code}" if step.code else "")
            )
            yield f"    {step.source} --> {step.target}: {label}"
        for state in sorted(self.final):
            yield f"    {state} --> [*]"

    def _reachable(self) -> set[str]:
        reached, frontier = {self.initial}, [self.initial]
        while frontier:
            here = frontier.pop()
            for step in self.transitions:
                if step.source == here and step.target not in reached:
                    reached.add(step.target)
                    frontier.append(step.target)
        return reached
