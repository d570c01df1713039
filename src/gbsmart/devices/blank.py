"""The value of an attribute that nobody has set: zeros, empty strings, empty arrays of its own shape."""

from __future__ import annotations

from functools import singledispatch

from gbsmart.gbcs.dlms import arrays, shapes
from gbsmart.gbcs.dlms.data import (
    BIT_STRING,
    NULL,
    OCTET_STRING,
    TAGGED,
    UTF8_STRING,
    VISIBLE_STRING,
)
from gbsmart.gbcs.lengths import write_length
from gbsmart.gbcs.shape import Context

_EMPTY = {OCTET_STRING: b"", BIT_STRING: "", VISIBLE_STRING: "", UTF8_STRING: "", NULL: None}


@singledispatch
def blank(shape: object, _context: Context) -> bytes:
    """The octets of the blank value of a COSEM shape; raises ``TypeError`` for a shape that has none."""
    raise TypeError(f"{type(shape).__name__} has no blank value")


@blank.register
def _(shape: shapes.Scalar, _context: Context) -> bytes:
    return TAGGED[shape.tag].pack(_EMPTY.get(shape.tag, 0))


@blank.register
def _(shape: shapes.Flag, context: Context) -> bytes:
    return shape.put(False, context)


@blank.register
def _(shape: shapes.Yes, context: Context) -> bytes:
    return shape.put(True, context)


@blank.register(shapes.Either)
@blank.register(shapes.Nullable)
def _(shape: shapes.Either | shapes.Nullable, context: Context) -> bytes:
    return blank(shape.of, context)


@blank.register
def _(shape: shapes.Iso, context: Context) -> bytes:
    return blank(shape.of, context)


@blank.register
def _(shape: shapes.Const, _context: Context) -> bytes:
    return shape.octets


@blank.register
def _(shape: shapes.Struct, context: Context) -> bytes:
    members = [blank(member, context) for _, member in shape.members if not isinstance(member, shapes.Opt)]
    return b"\x02" + write_length(len(members)) + b"".join(members)


@blank.register
def _(shape: arrays.Array, context: Context) -> bytes:
    return b"\x01" + write_length(shape.least) + blank(shape.of, context) * shape.least


@blank.register(arrays.Counted)
@blank.register(arrays.Compact)
def _(shape: arrays.Counted | arrays.Compact, context: Context) -> bytes:
    return shape.put([], context)


@blank.register
def _(shape: arrays.Matrix, context: Context) -> bytes:
    return shape.put({}, context)
