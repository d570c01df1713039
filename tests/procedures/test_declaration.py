"""A declaration that does not hold together is refused when it is made."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.procedures.painting import OPENING, PAINTING, SECRETARY

from gbsmart.accounts import Role
from gbsmart.procedures import Act, Deadline, Field, Kind, Who, working_days


def changed(**values: Any) -> None:
    replace(PAINTING, **values)


def acts(**values: Any) -> tuple[Act, ...]:
    extra = {"name": "extra", "title": "Extra", "by": (SECRETARY,), "sources": ("proposed",)} | values
    return (*PAINTING.acts, Act(**extra))


def test_the_machine_is_drawn_from_the_declaration() -> None:
    drawn = PAINTING.machine.diagram()
    assert "[*] --> proposed" in drawn
    assert "voting --> proposed: count [inquorate]" in drawn
    assert "painted --> [*]" in drawn


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"states": {**PAINTING.states, "lost": "?"}}, "do not name the same states: lost"),
        ({"final": PAINTING.final - {"painted"}}, "no way out of: painted"),
        ({"acts": acts(target="limbo")}, "no way out of: limbo"),
        ({"acts": acts(name="paint")}, "two acts of the name paint"),
        ({"acts": acts(by=())}, "extra can be done by nobody"),
        ({"acts": acts(sources=())}, "extra can be done in no state"),
        ({"acts": acts(outcomes={"a": "voting"})}, "outcomes that nothing decides"),
        ({"acts": acts(takes=(Field("litres", "L", Kind.TEXT),))}, "litres is of two kinds"),
        ({"acts": acts(takes=(Field("hue", "Hue", Kind.CHOICE),))}, "hue has choices, or lacks them"),
        ({"subject": "wall"}, "its subject wall is no field of the opening"),
        (
            {"deadlines": (Deadline("d", "D", ("voting",), SECRETARY, working_days(1), then="paint"),)},
            "when d has passed, paint cannot be done",
        ),
        ({"deadlines": (Deadline("d", "D", ("voting",), SECRETARY),)}, "d is due at no time"),
        ({"deadlines": (Deadline("d", "D", ("voting",), SECRETARY, on="noon"),)}, "due on noon"),
        ({"opening": replace(OPENING, target="painted")}, "never reached: approved, proposed"),
    ],
)
def test_nonsense_is_refused(values: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        changed(**values)


def test_who_may_act_is_said_in_words() -> None:
    assert str(Who(Role.PARTY, "@opener")) == "party that opened it"
    assert str(Who(Role.PARTY, "@subject")) == "party concerned"
    assert str(Who(Role.COMMITTEE_MEMBER, "TABASC")) == "committee-member (TABASC)"
