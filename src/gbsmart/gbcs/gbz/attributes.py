"""The ZCL attributes of GBCS: name, type, unit, once each, by cluster and attribute id."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from gbsmart.gbcs.gbz.zcl import BITMAP8, UINT24, UINT48, Scalar, Text


class Attribute(NamedTuple):
    """One ZCL attribute. ``name`` is the field's name in values; ``title`` what ZigBee calls it."""

    cluster: int
    id: int
    name: str
    title: str
    type: Scalar | Text
    unit: str = ""


_ALL = (
    Attribute(0x0702, 0x0000, "summation_delivered", "CurrentSummationDelivered", UINT48),
    Attribute(0x0702, 0x0301, "multiplier", "Multiplier", UINT24),
    Attribute(0x0702, 0x0302, "divisor", "Divisor", UINT24),
    Attribute(0x0702, 0x0303, "summation_formatting", "SummationFormatting", BITMAP8),
)

ATTRIBUTES: Mapping[tuple[int, int], Attribute] = {(each.cluster, each.id): each for each in _ALL}


def attribute_name(cluster: int, number: int) -> str:
    """What ZigBee calls the attribute, or its number where GBCS does not use it."""
    found = ATTRIBUTES.get((cluster, number))
    return found.title if found else f"attribute {number:04X}"
