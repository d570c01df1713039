"""The units of scaler and unit pairs (DLMS Blue Book), as far as GBCS uses them."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from importlib import resources

UNITS: Mapping[int, str] = {
    7: "s", 9: "°C", 13: "m3", 14: "m3", 27: "W", 28: "VA", 29: "var", 30: "Wh", 31: "VAh", 32: "varh",
    33: "A", 35: "V", 44: "Hz",
}  # fmt: skip
OTHER_UNIT, NO_UNIT = 254, 255


@cache
def units_of_values() -> Mapping[str, str]:
    """The unit of the numbers of DLMS forms, by the name of the value.

    Where a message says the unit itself (a scale and unit beside the value), that goes before this one.
    """
    place = resources.files("gbsmart.gbcs").joinpath("data", "units.csv")
    with place.open(encoding="utf-8") as lines:
        return {row["value"]: row["unit"] for row in csv.DictReader(lines)}
