"""The bodies of Service Requests, declared by Service Reference Variant and grouped as DUIS groups them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module

from gbsmart.duis.schema import Complex
from gbsmart.ground import NotFound

_MODULES = {
    "1": ("tariffs",),
    "2": ("prepayment",),
    "3": ("customer",),
    "4": ("reading",),
    "5": ("scheduling",),
    "6": ("configuration", "load_control", "alert_behaviour", "credentials", "radio"),
    "7": ("supply", "load_control"),
    "8": ("inventory", "joining", "communications_hub", "credentials"),
    "9": ("customer",),
    "11": ("firmware",),
    "12": ("communications_hub", "inventory"),
    "14": ("reading",),
}
"""Service Reference to the modules that declare bodies of its variants."""


@cache
def body(variant: str) -> Complex:
    """The declared body of ``variant`` (``"4.1.1"``); raises :class:`NotFound`."""
    for name in _MODULES.get(variant.partition(".")[0], ()):
        if (found := _bodies(name).get(variant)) is not None:
            return found
    raise NotFound(f"{variant!r} is not a Service Reference Variant")


def declared() -> tuple[str, ...]:
    """The variants whose bodies are declared: every one."""
    modules = dict.fromkeys(name for names in _MODULES.values() for name in names)
    return tuple(variant for name in modules for variant in _bodies(name))


def _bodies(name: str) -> Mapping[str, Complex]:
    declared: Mapping[str, Complex] = import_module(f"gbsmart.duis.services.{name}").BODIES
    return declared
