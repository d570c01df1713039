"""The binding rows, grouped as the SEC groups its Service References; loaded on first use."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import Any

from gbsmart.translation.binding import Binding, Refusal

_CATALOGUE = (
    "billing", "configuration", "control", "credentials", "customer", "events", "hub", "joining", "load",
    "management", "prepayment", "reading", "tariff",
)  # fmt: skip


@cache
def by_variant() -> Mapping[str, tuple[Binding, ...]]:
    """Service Reference Variant to its rows, in the order in which they are tried."""
    return _gathered("BINDINGS")


@cache
def refusals() -> Mapping[str, tuple[Refusal, ...]]:
    """Service Reference Variant to what is said where no row fits."""
    return _gathered("REFUSALS")


def _gathered(name: str) -> dict[str, tuple[Any, ...]]:
    found: dict[str, tuple[Any, ...]] = {}
    for module in _CATALOGUE:
        for row in getattr(import_module(f"{__name__}.{module}"), name, ()):
            found[row.variant] = (*found.get(row.variant, ()), row)
    return found
