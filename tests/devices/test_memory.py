"""What a device remembers, by the names of its slots."""

from __future__ import annotations

from gbsmart.devices.memory import Memory


def test_the_slots_under_a_prefix_are_told_in_order_whenever_they_were_filled() -> None:
    memory = Memory({"due/2": b"", "cell/1": b"1", "dues": b""})
    memory.put("due/1", b"")
    memory.put("a", b"")
    memory.put("due/1", b"again")
    assert memory.under("due/") == ["due/1", "due/2"]
    assert memory.under("due") == ["due/1", "due/2", "dues"]
    assert memory.under("e") == []
    assert memory.under("") == sorted(memory) == ["a", "cell/1", "due/1", "due/2", "dues"]


def test_a_slot_that_is_dropped_is_under_nothing() -> None:
    memory = Memory({"due/1": b"", "due/2": b""})
    memory.drop("due/1")
    memory.drop("due/3")
    assert memory.under("due/") == ["due/2"]


def test_a_memory_that_goes_back_has_the_slots_that_it_had() -> None:
    memory = Memory({"due/1": b"", "due/2": b""})
    mark = memory.mark()
    memory.drop("due/2")
    memory.put("due/3", b"")
    memory.back_to(mark)
    assert memory.under("due/") == ["due/1", "due/2"]
    assert memory.take_changes() == {}


def test_changes_are_told_once_and_writing_what_is_held_is_none() -> None:
    memory = Memory({"a": b"1", "b": b"2"})
    memory.put("a", b"1")
    memory.drop("b")
    memory.put("c", b"3")
    assert memory.take_changes() == {"b": None, "c": b"3"}
    assert memory.take_changes() == {}
