"""The page of the documentation: variant by type of device, how many requests went as expected."""

from __future__ import annotations

from collections.abc import Mapping

from gbsmart.conformance.devices.cells import Cell, Report
from gbsmart.duis import ServiceRequestVariant, service_requests

TYPES = ("ESME", "GSME", "GPF", "CHF", "PPMID", "HCALCS", "SAPC")
"""The columns."""
_HEAD = """# Which devices carry out which requests

Every device request of the public test set, re-addressed, re-dated and signed anew for an emulated home, sent
by a User's own library through the DCC and the hub to an emulated device of each type that its Service
Reference Variant is for, and answered. A cell says how many requests of the variant went as the test set's
own responses say, item by item (for a type of device that the test set has no response of: with success),
and how many there are; what a write changed was read back. A dash: the variant is not for such a device.
`8.5` is refused (E2): no role is eligible for it.

Written by `gbsmart conformance devices DIR --rtds DIR --keys DIR --page FILE`
([how](commands.md#conformance)); the rules by which requests are made fit for a home of our own are
`gbsmart/conformance/devices/rules.csv`.
"""
_NOT_FOR_IT = "-"


def page(report: Report) -> str:
    """The page, from a run over a whole test set."""
    cells: dict[tuple[str, str], list[Cell]] = {}
    for cell in report.cells:
        cells.setdefault((cell.variant, cell.device_type), []).append(cell)
    good = len(report.cells) - len(report.unexpected)
    rows = [_row(each, cells) for each in service_requests().values() if not each.non_device]
    heading = f"| variant | service | {' | '.join(TYPES)} |\n|---|---|{'---|' * len(TYPES)}\n"
    return f"{_HEAD}\n{good} of {len(report.cells)} as expected.\n\n{heading}{''.join(rows)}"


def _row(service: ServiceRequestVariant, cells: Mapping[tuple[str, str], list[Cell]]) -> str:
    shown = [
        _shown(cells.get((service.variant, kind), [])) if kind in service.device_types else _NOT_FOR_IT
        for kind in TYPES
    ]
    return f"| {service.variant} | {service.name} | {' | '.join(shown)} |\n"


def _shown(cells: list[Cell]) -> str:
    return f"{sum(not cell.is_unexpected for cell in cells)} of {len(cells)}" if cells else ""
