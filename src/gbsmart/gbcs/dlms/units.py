"""The units of scaler and unit pairs (DLMS Blue Book), as far as GBCS uses them."""

from __future__ import annotations

from collections.abc import Mapping

UNITS: Mapping[int, str] = {
    7: "s", 9: "°C", 13: "m3", 14: "m3", 27: "W", 28: "VA", 29: "var", 30: "Wh", 31: "VAh", 32: "varh",
    33: "A", 35: "V", 44: "Hz",
}  # fmt: skip
OTHER_UNIT, NO_UNIT = 254, 255
