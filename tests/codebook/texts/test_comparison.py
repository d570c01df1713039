"""Two states of a text: what was added, removed, changed, moved."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gbsmart.codebook.texts import Fate, Wording, changed, compare

ANSWER = "The DCC shall answer each request that it takes."
INVENTORY = "The DCC shall keep an inventory of every Device."
KEYS = "Each User shall look after its own keys with care."


def clause(ref: str, text: str, heading: str = "") -> Wording:
    return Wording(ref, ref.rpartition("." if "(" not in ref else "(")[0], heading, text)


def fates(old: list[Wording], new: list[Wording]) -> list[tuple[str, str, str]]:
    return [(each.ref, each.fate.value, each.moved_from) for each in changed(compare(old, new))]


def test_a_clause_put_in_moves_those_after_it() -> None:
    old = [clause("H4.1", ANSWER), clause("H4.2", INVENTORY), clause("H4.2(a)", "Old devices stay in it.")]
    new = [
        clause("H4.1", ANSWER), clause("H4.2", KEYS), clause("H4.3", INVENTORY),
        clause("H4.3(a)", "Old devices stay in it."),
    ]  # fmt: skip
    assert fates(old, new) == [
        ("H4.2", "added", ""), ("H4.3", "moved", "H4.2"), ("H4.3(a)", "moved", "H4.2(a)"),
    ]  # fmt: skip


def test_a_clause_may_move_and_change() -> None:
    new = INVENTORY.replace("every", "each")
    assert fates([clause("H4.2", INVENTORY)], [clause("H5.7", new)]) == [
        ("H5.7", "moved and changed", "H4.2")
    ]


def test_a_clause_written_anew_under_its_number_is_changed() -> None:
    assert fates([clause("H4.2", INVENTORY)], [clause("H4.2", KEYS)]) == [("H4.2", "changed", "")]


def test_what_is_gone_stands_where_it_stood() -> None:
    old = [clause("H4.1", ANSWER), clause("H4.2", INVENTORY), clause("H4.3", KEYS)]
    found = compare(old, [old[0], old[2]])
    assert [(each.ref, each.fate) for each in found] == [
        ("H4.1", Fate.SAME), ("H4.2", Fate.REMOVED), ("H4.3", Fate.SAME),
    ]  # fmt: skip


def test_words_that_stand_in_many_places_did_not_move() -> None:
    old = [clause("H4.1", "Not used."), clause("H4.2", ANSWER)]
    new = [clause("H4.1", INVENTORY), clause("H4.2", ANSWER), clause("H4.3", "Not used.")]
    assert fates(old, new) == [("H4.1", "changed", ""), ("H4.3", "added", "")]


def test_a_text_changed_twice_shows_the_first_against_the_last() -> None:
    first, last = ANSWER, ANSWER.replace("shall", "may")
    (found,) = compare([clause("H4.1", first)], [clause("H4.1", last)])
    assert [(mark.act.value, mark.text) for mark in found.text_marks() if mark.act != "same"] == [
        ("removed", "shall"), ("added", "may"),
    ]  # fmt: skip


REFS = [f"H4.{count}" for count in range(1, 7)]
STATES = st.dictionaries(
    st.sampled_from(REFS),
    st.sampled_from([ANSWER, INVENTORY, KEYS, "", "Not used.", f"{ANSWER} Twice."]),
    max_size=6,
).map(lambda found: [clause(ref, found[ref]) for ref in sorted(found)])


@given(STATES, STATES)
def test_every_provision_of_both_states_is_told_once(old: list[Wording], new: list[Wording]) -> None:
    found = compare(old, new)
    assert [each.new for each in found if each.new is not None] == new
    assert sorted(each.old.ref for each in found if each.old is not None) == [each.ref for each in old]
    for each in found:
        assert (each.fate is Fate.SAME) == (each.old is not None and each.old == each.new)
