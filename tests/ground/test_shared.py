"""What was made of a shared value is kept with it; of any other it is made anew."""

from gbsmart.ground import Kept, SharedFields, SharedItems, SharedRows


def test_what_was_made_of_a_shared_value_is_kept() -> None:
    for value in (SharedFields(a=1), SharedItems((1, 2)), SharedRows([1, 2])):
        kept, made = Kept[int](), iter(range(9))
        assert [kept.of(value, made.__next__) for _ in range(3)] == [0, 0, 0]
        assert kept.of(type(value)(value), made.__next__) == 1  # an equal one is another


def test_of_a_value_that_may_change_nothing_is_kept() -> None:
    kept = Kept[int]()
    rows = [1]
    assert kept.of(rows, lambda: sum(rows)) == 1
    rows.append(2)
    assert kept.of(rows, lambda: sum(rows)) == 3


def test_only_the_latest_are_kept() -> None:
    kept, made = Kept[int](2), iter(range(9))
    values = [SharedItems((number,)) for number in range(3)]
    assert [kept.of(value, made.__next__) for value in values] == [0, 1, 2]
    assert kept.of(values[0], made.__next__) == 3
    assert kept.of(values[2], made.__next__) == 2
