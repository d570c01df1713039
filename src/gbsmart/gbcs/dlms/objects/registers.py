"""Registers, profiles and demand of an ESME (SMETS 5.7.5): what a supplier or network operator reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gbsmart.gbcs.dlms.arrays import Array, Compact
from gbsmart.gbcs.dlms.data import UNSIGNED_32
from gbsmart.gbcs.dlms.objects.attribute import attribute, log, method
from gbsmart.gbcs.dlms.objects.logs import BLOCK_REGISTERS, BLOCKS, TOU_REGISTERS
from gbsmart.gbcs.dlms.objects.tariff import SCALER_UNIT
from gbsmart.gbcs.dlms.shapes import U32, Iso, Opt, Struct

IMPORT_REGISTERS = attribute(
    "import_registers", 1, "0-0:94.44.34.10", 2,
    Struct(
        ("active_import", U32), ("active_import_unit", SCALER_UNIT),
        ("reactive_import", U32), ("reactive_import_unit", SCALER_UNIT),
        ("secondary_active_import", Opt(U32)),
    ),
    "Import registers: active, reactive, and the secondary element of a twin element meter",
)  # fmt: skip

EXPORT_REGISTERS = (
    attribute("active_export", 3, "1-0:2.8.0.255", 2, U32, "Active export register"),
    attribute(
        "active_export_unit", 3, "1-0:2.8.0.255", 3, SCALER_UNIT, "Active export register: scale and unit"
    ),
    attribute("reactive_export", 3, "1-0:4.8.0.255", 2, U32, "Reactive export register"),
    attribute(
        "reactive_export_unit", 3, "1-0:4.8.0.255", 3, SCALER_UNIT,
        "Reactive export register: scale and unit",
    ),
)  # fmt: skip

ACTIVE_IMPORT_PROFILE = log(
    "active_import_profile", "0-0:99.1.0.255",
    Compact(
        (("time", UNSIGNED_32), ("primary", UNSIGNED_32), ("secondary", UNSIGNED_32)),
        optional=frozenset({"secondary"}),
    ),
    "Half-hourly active import, 13 months (Wh; time in seconds since 2000)",
)  # fmt: skip

EXPORT_PROFILE = log(
    "export_profile", "0-0:99.1.1.255",
    Compact((("time", UNSIGNED_32), ("active_export", UNSIGNED_32), ("reactive_export", UNSIGNED_32))),
    "Half-hourly export, 3 months (Wh and varh)",
)  # fmt: skip
REACTIVE_IMPORT_PROFILE = log(
    "reactive_import_profile", "0-0:99.1.2.255",
    Compact((("time", UNSIGNED_32), ("reactive_import", UNSIGNED_32))),
    "Half-hourly reactive import, 3 months (varh)",
)  # fmt: skip

ACTIVE_POWER_IMPORT = attribute(
    "power_import", 1, "0-0:94.44.34.20", 2,
    Struct(
        ("active_power_import", U32), ("active_power_import_unit", SCALER_UNIT),
        ("primary_active_power_import", U32),
    ),
    "Active power import, in all and of the primary element",
)  # fmt: skip
TOU_REGISTER_MATRIX = attribute(
    "tariff_tou_registers", 1, "0-0:94.44.34.1", 2,
    Struct(
        ("tou", Array(U32, TOU_REGISTERS, TOU_REGISTERS)), ("secondary_tou", Opt(Array(U32, 4, 4))),
    ),
    "Tariff TOU registers (Wh), and those of the secondary element of a twin element meter",
)  # fmt: skip

_IN_A_BLOCK = 2 * BLOCK_REGISTERS


def _read_blocks(value: Mapping[str, Sequence[int]]) -> dict[str, Sequence[int]]:
    """Block by block, eight registers and eight counters [assumed: the registers come first]."""
    numbers, blocks = value["blocks"], {}
    for block in range(1, BLOCKS + 1):
        of_block = numbers[(block - 1) * _IN_A_BLOCK : block * _IN_A_BLOCK]
        blocks[f"block_{block}"] = of_block[:BLOCK_REGISTERS]
        blocks[f"block_{block}_counters"] = of_block[BLOCK_REGISTERS:]
    return blocks


def _write_blocks(value: Mapping[str, Sequence[int]]) -> dict[str, Any]:
    numbers: list[int] = []
    for block in range(1, BLOCKS + 1):
        of_block = [*value[f"block_{block}"], *value[f"block_{block}_counters"]]
        if len(of_block) != _IN_A_BLOCK:
            raise ValueError(of_block)
        numbers += of_block
    return {"blocks": numbers}


BLOCK_REGISTER_MATRIX = attribute(
    "tariff_block_registers", 1, "0-0:94.44.34.2", 2,
    Iso(
        "block registers and counters",
        Struct(("blocks", Array(U32, BLOCKS * _IN_A_BLOCK, BLOCKS * _IN_A_BLOCK))),
        _read_blocks, _write_blocks,
    ),
    "Tariff TOU block registers and the block counters of each TOU (Wh)",
)  # fmt: skip

RESET_MAXIMUM_DEMAND_IMPORT = method(
    "reset_maximum_demand_import", 4, "1-0:1.6.0.255", 1, "Maximum demand active import: reset"
)
RESET_MAXIMUM_DEMAND_IMPORT_CONFIGURABLE = method(
    "reset_maximum_demand_import_configurable", 4, "1-0:1.6.1.255", 1,
    "Maximum demand (configurable time) active import: reset",
)  # fmt: skip
RESET_MAXIMUM_DEMAND_EXPORT = method(
    "reset_maximum_demand_export", 4, "1-0:2.6.0.255", 1, "Maximum demand active export: reset"
)
