"""What every declared procedure must have, whichever it is."""

from __future__ import annotations

import pytest

from gbsmart.governance import procedures
from gbsmart.procedures import Procedure


@pytest.mark.parametrize("procedure", procedures().values(), ids=lambda each: each.name)
class TestEveryProcedure:
    def test_says_what_it_is_and_where_it_stands_in_the_code(self, procedure: Procedure) -> None:
        assert procedure.title
        assert procedure.source.startswith(("SEC ", "Energy Act"))
        assert procedure.purpose.endswith(".")
        for act in (procedure.opening, *procedure.acts):
            assert act.title, act.name
            for field in act.takes:
                assert field.title, field.name

    def test_somebody_is_due_in_each_state_or_time_does_not_press(self, procedure: Procedure) -> None:
        for state in procedure.machine.states - procedure.final:
            assert procedure.acts_in(state), state

    def test_can_be_ended_from_every_state(self, procedure: Procedure) -> None:
        ends = set(procedure.final)
        while True:
            leading = {step.source for step in procedure.machine.transitions if step.target in ends} - ends
            if not leading:
                break
            ends |= leading
        assert ends == procedure.machine.states
