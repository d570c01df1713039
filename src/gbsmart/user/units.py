"""Values with their units, scaled as their message says, for people and programs that want a number.

The values of a message are as the meter writes them (a register and, beside it, scaler and unit; a ZCL
attribute with multiplier and divisor). Here each becomes one number and one unit.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from gbsmart.gbcs.dlms.units import UNITS
from gbsmart.gbcs.gbz.attributes import ATTRIBUTES

_ZCL_UNITS = {0: "kWh", 1: "m3"}
_ZCL_SCALE = ("multiplier", "divisor", "unit_of_measure")


class Quantity(NamedTuple):
    """A number and its unit (``""`` for none); the value may also be a text, a date or a table."""

    value: Any
    unit: str = ""


def quantities(values: Mapping[str, Any]) -> dict[str, Quantity]:
    """Each value with its unit, by its own name where that is unique, else by its dotted path.

    What is known by numbers, such as alert codes, stays together as a table.
    """
    found = list(_flat(values, ()))
    names = Counter(path[-1] for path, _ in found)
    return {path[-1] if names[path[-1]] == 1 else ".".join(path): quantity for path, quantity in found}


def _flat(values: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Quantity]]:
    scaled = values.get("divisor") and values.get("multiplier")
    for name, value in values.items():
        if _is_scale(name, value, values) or (scaled and name in _ZCL_SCALE):
            continue
        if isinstance(value, Mapping) and all(isinstance(each, str) for each in value):
            yield from _flat(value, (*path, name))
        else:
            yield (*path, name), _quantity(name, value, values)


def _is_scale(name: str, value: Any, values: Mapping[str, Any]) -> bool:
    beside = name.removesuffix("_unit") if name.endswith("_unit") else name.removesuffix("_scale")
    return beside != name and beside in values and isinstance(value, Mapping) and "scaler" in value


def _quantity(name: str, value: Any, values: Mapping[str, Any]) -> Quantity:
    if not isinstance(value, int) or isinstance(value, bool):
        return Quantity(value)
    # the secondary element's register stands without a unit of its own beside the primary one
    for stem in (name, name.removeprefix("secondary_")):
        scale = values.get(f"{stem}_unit", values.get(f"{stem}_scale"))
        if isinstance(scale, Mapping):
            return Quantity(_scaled(value, scale["scaler"]), UNITS.get(scale["unit"], ""))
    return _zcl_quantity(name, value, values)


def _scaled(value: int, scaler: int) -> int | Decimal:
    return value * 10**scaler if scaler >= 0 else Decimal(value).scaleb(scaler)


def _zcl_quantity(name: str, value: int, values: Mapping[str, Any]) -> Quantity:
    unit = _ATTRIBUTE_UNITS.get(name, "")
    if not unit.startswith("1/divisor "):
        return Quantity(value, unit)
    multiplier, divisor = values.get("multiplier"), values.get("divisor")
    if not multiplier or not divisor:
        return Quantity(value, unit)
    declared = unit.removeprefix("1/divisor ")
    measured = _ZCL_UNITS.get(values.get("unit_of_measure", -1), declared)
    return Quantity(Decimal(value * multiplier) / Decimal(divisor), measured)


_ATTRIBUTE_UNITS = {attribute.name: attribute.unit for attribute in ATTRIBUTES.values()}
