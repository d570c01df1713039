"""The page of faults: what can be made to go wrong, how one sees it, and what it may be told."""

from __future__ import annotations

from typing import Any

from gbsmart.assembly.faults import ALL, as_markdown
from gbsmart.ground import Fault, Parameter
from gbsmart.reference.pages import Objects

_INTRODUCTION = """\
What can be made to go wrong, from the declarations; [how they are switched](../faults.md). What is lost
through a fault with † is lost for good.

"""


def text() -> str:
    """The page without its title."""
    return _INTRODUCTION + as_markdown().replace("### ", "## ")


def data() -> Objects:
    """``faults``: ``name``, ``where``, ``effect``, ``standing``, ``loses``, and what each may be told.

    That is its ``parameters``, ``keys`` (what it is narrowed to) and ``conditions`` (when it strikes).
    """
    return {"faults": [_fault(each) for each in ALL]}


def _fault(fault: Fault) -> dict[str, Any]:
    return {
        "name": fault.name, "where": fault.where, "effect": fault.effect,
        "standing": fault.standing, "loses": fault.loses,
        "parameters": [_parameter(each) for each in fault.parameters],
        "keys": [_parameter(each) for each in fault.keys],
        "conditions": [_parameter(each) for each in fault.conditions],
    }  # fmt: skip


def _parameter(parameter: Parameter) -> dict[str, Any]:
    return {
        "name": parameter.name, "kind": parameter.kind.value, "meaning": parameter.meaning,
        "range": parameter.range, "choices": list(parameter.choices),
        "default": parameter.show(parameter.default) or None,
    }  # fmt: skip
