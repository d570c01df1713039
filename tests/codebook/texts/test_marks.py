"""Change marks are exact: accepted they give the new text, rejected the old one."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from gbsmart.codebook.texts import Act, Mark, accepted, marks, rejected

TEXTS = st.lists(
    st.sampled_from(["the", "DCC", "shall", " ", "  ", "\n", "(", ")", ".", "thirty", "30", "<b>",
     "&", "*", "H4.8", "\u00a3"])
).map("".join)  # fmt: skip


@given(TEXTS | st.text(), TEXTS | st.text())
def test_accepted_is_the_new_text_and_rejected_the_old(old: str, new: str) -> None:
    found = marks(old, new)
    assert accepted(found) == new
    assert rejected(found) == old
    assert all(mark.text for mark in found)
    assert all(one.act is not two.act for one, two in pairwise(found))


def test_words_are_marked_whole() -> None:
    assert marks("The User's DCC shall answer.", "The User's DCC must answer.") == (
        Mark(Act.SAME, "The User's DCC "), Mark(Act.REMOVED, "shall"), Mark(Act.ADDED, "must"),
        Mark(Act.SAME, " answer."),
    )  # fmt: skip


def test_two_changes_with_a_bracket_between_are_one() -> None:
    assert marks("within thirty (30) days", "within forty (40) days") == (
        Mark(Act.SAME, "within "), Mark(Act.REMOVED, "thirty (30"), Mark(Act.ADDED, "forty (40"),
        Mark(Act.SAME, ") days"),
    )  # fmt: skip


def test_a_long_text_is_marked_in_a_moment_and_exactly() -> None:
    old = "\n".join(f"The DCC shall do the thing of number {count} at once." for count in range(4_000))
    new = old.replace("number 77 ", "number seventy ").replace("number 3999 at", "number 3999 not at")
    found = marks(old, new)
    assert (accepted(found), rejected(found)) == (new, old)
    assert [mark.text for mark in found if mark.act is not Act.SAME] == ["77", "seventy", "not "]


def test_a_text_made_to_take_for_ever_is_marked_in_a_moment() -> None:
    for old, new in (
        ("a " * 1_400, "b a " * 700),
        ("a " * 40_000, "b a " * 90),
        ("\n" * 9_000, "a\n" * 9_000),
    ):
        found = marks(old, new)
        assert (accepted(found), rejected(found)) == (new, old)
