"""The bodies of Service Requests, declared by Service Reference Variant and grouped as DUIS groups them.

A variant that has no declaration here yet is read at envelope level only: its body element's name is
checked and its content kept as XML.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module

from gbsmart.duis.schema import Complex

_MODULES = {
    "1": "tariffs",
    "2": "prepayment",
    "3": "customer",
    "4": "reading",
    "6": "configuration",
    "7": "supply",
    "8": "inventory",
}


@cache
def body(variant: str) -> Complex | None:
    """The declared body of ``variant`` (``"4.1.1"``), or ``None`` where it is not declared."""
    name = _MODULES.get(variant.partition(".")[0])
    if name is None:
        return None
    declared: dict[str, Complex] = import_module(f"gbsmart.duis.services.{name}").BODIES
    return declared.get(variant)


def declared() -> tuple[str, ...]:
    """The variants whose bodies are declared."""
    return tuple(
        variant
        for name in _MODULES.values()
        for variant in import_module(f"gbsmart.duis.services.{name}").BODIES
    )
