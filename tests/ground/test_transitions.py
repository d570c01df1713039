"""A machine refuses to be declared with dead ends, unreachable states or two meanings of one event."""

import pytest

from gbsmart.ground import Machine, Transition

KETTLE = Machine(
    "kettle",
    initial="cold",
    final=frozenset({"poured"}),
    transitions=(
        Transition("cold", "switched on", "heating"),
        Transition("heating", "boiled", "hot", code="I0"),
        Transition("hot", "tipped", "poured", guard="cup below"),
    ),
)


def test_a_step_is_looked_up_by_state_event_and_guard() -> None:
    step = KETTLE.step("heating", "boiled")
    assert step is not None
    assert (step.target, step.code) == ("hot", "I0")
    assert KETTLE.step("cold", "boiled") is None
    assert KETTLE.step("hot", "tipped") is None
    assert KETTLE.sources("tipped") == ("hot",)


def test_the_diagram_shows_guards_and_codes() -> None:
    drawn = KETTLE.diagram()
    assert "hot --> poured: tipped [cup below]" in drawn
    assert "heating --> hot: boiled / I0" in drawn
    assert "poured --> [*]" in drawn


@pytest.mark.parametrize(
    ("transitions", "complaint"),
    [
        ((Transition("a", "go", "b"), Transition("a", "end", "z")), "no way out of: b"),
        ((Transition("a", "go", "z"), Transition("c", "go", "z")), "never reached: c"),
        ((Transition("a", "go", "z"), Transition("a", "go", "a")), "two transitions from a on go"),
    ],
)
def test_a_machine_with_a_fault_cannot_be_declared(
    transitions: tuple[Transition, ...], complaint: str
) -> None:
    with pytest.raises(ValueError, match=complaint):
        Machine("faulty", "a", frozenset({"z"}), transitions)
