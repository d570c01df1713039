"""The binding rows, grouped as the SEC groups its Service References; loaded on first use."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module

from gbsmart.translation.binding import Binding

_CATALOGUE = (
    "billing", "configuration", "control", "credentials", "customer", "events", "hub", "joining", "load",
    "management", "prepayment", "reading", "tariff",
)  # fmt: skip


@cache
def by_variant() -> Mapping[str, tuple[Binding, ...]]:
    """Service Reference Variant to its rows, in the order in which they are tried."""
    found: dict[str, tuple[Binding, ...]] = {}
    for name in _CATALOGUE:
        for row in import_module(f"{__name__}.{name}").BINDINGS:
            found[row.variant] = (*found.get(row.variant, ()), row)
    return found
