"""What is written of values that messages share: its octets are kept (:mod:`gbsmart.ground.shared`).

A tariff is one for thousands of meters, and its tables are the same in all those commands.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from gbsmart.gbcs.dlms.arrays import Array, Counted, Matrix
from gbsmart.gbcs.dlms.shapes import Const, Flag, Iso, Opt, Scalar, Struct, Yes
from gbsmart.gbcs.shape import Context, Shape
from gbsmart.ground import Kept


def putting(shape: Shape) -> Callable[[Any, Context], bytes]:
    """What writes values of a shape: from memory, where they are large and shared."""
    return _Written.of(shape).put if isinstance(shape, (Array, Counted)) and is_plain(shape) else shape.put


def is_plain(shape: Shape) -> bool:
    """Whether what a shape writes depends on the value alone, and not on the message around it."""
    if isinstance(shape, (Array, Counted, Iso)):
        return is_plain(shape.of)
    if isinstance(shape, Struct):
        return all(is_plain(each.of if isinstance(each, Opt) else each) for _, each in shape.members)
    return isinstance(shape, (Scalar, Flag, Yes, Const, Matrix))


class _Written:
    def __init__(self, shape: Shape) -> None:
        self._put = shape.put
        self._kept = Kept[bytes](32)

    @classmethod
    @cache
    def of(cls, shape: Shape) -> _Written:
        """The one of a shape."""
        return cls(shape)

    def put(self, value: Any, context: Context) -> bytes:
        """The octets; raises :class:`~gbsmart.ground.InvalidValue`."""
        return self._kept.of(value, lambda: self._put(value, context))
