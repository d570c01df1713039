"""Values that messages share: what is alike in thousands of them is made once.

Nobody changes such a value, nor what is within it. So what was made of one, its octets say, can be kept with
it (:class:`Kept`). All other values are plain dictionaries, tuples and lists, and their holder's to change.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Generic, TypeVar

T = TypeVar("T")


class SharedFields(dict[Any, Any]):
    """The fields of a record."""

    __slots__ = ()


class SharedItems(tuple[Any, ...]):
    """Items in order."""

    __slots__ = ()


class SharedRows(list[Any]):
    """Rows that are written."""

    __slots__ = ()


SHARED: Final[frozenset[type[Any]]] = frozenset({SharedFields, SharedItems, SharedRows})


class Kept(Generic[T]):
    """What was made of shared values, the latest of them and at most ``most``."""

    __slots__ = ("_kept", "_most")

    def __init__(self, most: int = 16) -> None:
        self._most = most
        self._kept: dict[int, tuple[Any, T]] = {}

    def of(self, value: Any, make: Callable[[], T]) -> T:
        """What was made of this value, or what ``make`` makes of it now (always, where it is not shared)."""
        if value.__class__ not in SHARED:
            return make()
        kept = self._kept.get(id(value))  # that of no other: a value is kept with what was made of it
        if kept is None:
            if len(self._kept) >= self._most:
                self._kept.clear()
            kept = self._kept[id(value)] = (value, make())
        return kept[1]
