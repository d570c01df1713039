"""Registers, profiles and demand of an ESME (SMETS 5.7.5): what a supplier or network operator reads."""

from __future__ import annotations

from gbsmart.gbcs.dlms.arrays import Compact
from gbsmart.gbcs.dlms.data import UNSIGNED_32
from gbsmart.gbcs.dlms.objects.attribute import attribute, method
from gbsmart.gbcs.dlms.objects.tariff import SCALER_UNIT
from gbsmart.gbcs.dlms.shapes import U32, Opt, Struct

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

ACTIVE_IMPORT_PROFILE = attribute(
    "active_import_profile", 7, "0-0:99.1.0.255", 2,
    Compact(
        (("time", UNSIGNED_32), ("primary", UNSIGNED_32), ("secondary", UNSIGNED_32)),
        optional=frozenset({"secondary"}),
    ),
    "Half-hourly active import, 13 months (Wh; time in seconds since 2000)",
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
