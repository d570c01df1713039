"""Every operation of the control API, gathered from the modules that declare them.

To add operations, write a module with a tuple ``OPERATIONS`` and add its name here.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module

from gbsmart.assembly.control.model import Operation
from gbsmart.ground import NotFound

MODULES = (
    "gbsmart.assembly.control.operations.whole",
    "gbsmart.assembly.control.operations.clock",
    "gbsmart.assembly.control.operations.homes",
    "gbsmart.assembly.control.operations.meters",
    "gbsmart.assembly.control.operations.devices",
    "gbsmart.assembly.control.operations.requests",
    "gbsmart.assembly.control.operations.messages",
    "gbsmart.assembly.control.operations.faults",
)


@cache
def operations() -> tuple[Operation, ...]:
    """Every operation, in the order of the description."""
    return tuple(each for module in MODULES for each in import_module(module).OPERATIONS)


def operation(name: str) -> Operation:
    """The operation of a name (``"clock advance"``); raises :class:`~gbsmart.ground.NotFound`."""
    for each in operations():
        if each.name == name:
            return each
    raise NotFound(f"there is no operation {name!r}")
