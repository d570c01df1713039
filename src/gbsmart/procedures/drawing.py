"""A procedure as a drawing, and the numbered list of acts that its arrows refer to."""

from __future__ import annotations

from collections.abc import Collection

from markupsafe import Markup

from gbsmart.procedures.declaration import Procedure
from gbsmart.procedures.words import spoken
from gbsmart.web import Step, state_diagram


def drawing(procedure: Procedure, *, present: str = "", passed: Collection[str] = ()) -> Markup:
    """The states of a procedure; ``present`` is where a case is, ``passed`` where it has been.

    Those that lie aside are named below it, unless the case is in one of them.
    """
    aside = procedure.aside - {present}
    numbers = {act.name: number for number, act in enumerate(procedure.acts, 1)}
    steps = [
        Step(each.source, each.target, numbers[each.event])
        for each in procedure.machine.transitions
        if not {each.source, each.target} & aside
    ]
    states = {name: spoken(name) for name in procedure.states if name not in aside}
    drawn = state_diagram(
        f"{procedure.title}: states", procedure.initial, states, procedure.final - aside, steps,
        present=present, passed=passed,
    )  # fmt: skip
    names = [spoken(name) for name in procedure.states if name in aside]
    below = Markup('<p class="hint">Not drawn, since acts lead there from many states: {}.</p>')
    return drawn + below.format(", ".join(names)) if names else drawn
