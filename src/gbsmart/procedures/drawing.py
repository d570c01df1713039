"""A procedure as a drawing, and the numbered list of acts that its arrows refer to."""

from __future__ import annotations

from collections.abc import Collection

from markupsafe import Markup

from gbsmart.procedures.declaration import Procedure
from gbsmart.procedures.words import spoken
from gbsmart.web import Step, state_diagram


def drawing(procedure: Procedure, *, present: str = "", passed: Collection[str] = ()) -> Markup:
    """The states of a procedure; ``present`` is where a case is, ``passed`` where it has been."""
    numbers = {act.name: number for number, act in enumerate(procedure.acts, 1)}
    steps = [Step(each.source, each.target, numbers[each.event]) for each in procedure.machine.transitions]
    states = {name: spoken(name) for name in procedure.states}
    return state_diagram(
        f"{procedure.title}: states", procedure.initial, states, procedure.final, steps, present=present,
        passed=passed,
    )  # fmt: skip
