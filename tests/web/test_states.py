"""A machine as a drawing: every state once, in rows from the first, every arrow between two boxes."""

from __future__ import annotations

from itertools import pairwise
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from gbsmart.web import Step, state_diagram

SVG = "{http://www.w3.org/2000/svg}"
NAMES = {name: f"state <{name}>" for name in "abcdefgh"}


def boxes(svg: str) -> dict[str, dict[str, float]]:
    root = ElementTree.fromstring(svg)
    return {
        group.attrib["data-state"]: {name: float(group[0].attrib[name]) for name in ("x", "y", "width")}
        for group in root.iter(f"{SVG}g")
        if "data-state" in group.attrib
    }


def test_what_comes_later_stands_lower_and_the_present_is_marked() -> None:
    steps = [Step("a", "b", 1), Step("a", "c", 2), Step("b", "d", 3), Step("d", "a", 4)]
    svg = state_diagram("A way", "a", {name: NAMES[name] for name in "abcd"}, {"c"}, steps, present="b")
    placed = boxes(svg)
    assert placed["a"]["y"] < placed["b"]["y"] == placed["c"]["y"] < placed["d"]["y"]
    assert 'class="box present" data-state="b"' in svg
    assert 'class="box final" data-state="c"' in svg
    assert "Now in state &lt;b&gt;." in svg
    assert svg.count('class="arrow"') == 4


def test_what_interrupts_nearly_everything_stands_apart_without_its_arrows() -> None:
    way = [Step(one, two, 1) for one, two in pairwise("abcdef")]
    hold = [step for name in "abcdef" for step in (Step(name, "g", 2), Step("g", name, 3))]
    svg = state_diagram("A way", "a", NAMES, {"h"}, [*way, *hold, Step("g", "h", 4)])
    assert svg.count('class="arrow"') == len(way) + 1, "and that to what only it leads to"
    assert 'class="box apart" data-state="g"' in svg
    placed = boxes(svg)
    assert placed["f"]["y"] < placed["g"]["y"] < placed["h"]["y"]


@given(st.lists(st.tuples(st.sampled_from("abcdefgh"), st.sampled_from("abcdefgh")), max_size=20))
def test_whatever_the_machine_no_box_lies_on_another(pairs: list[tuple[str, str]]) -> None:
    # a line through all, so that every state can be reached
    line = [Step(one, two, 0) for one, two in pairwise("abcdefgh")]
    steps = line + [Step(one, two, n) for n, (one, two) in enumerate(pairs, 1)]
    placed = sorted(
        boxes(state_diagram("A way", "a", NAMES, {"h"}, steps)).values(), key=lambda each: each["y"]
    )
    assert len(placed) == len(NAMES)
    for one in placed:
        for other in placed:
            if one is not other and one["y"] == other["y"]:
                assert abs(one["x"] - other["x"]) >= one["width"]
