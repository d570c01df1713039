"""The faults of a whole system: what its wings declare, in one register."""

from __future__ import annotations

from gbsmart.assembly.settings import Settings
from gbsmart.dcc.faults import FAULTS as OF_THE_DCC
from gbsmart.devices.faults import FAULTS as OF_DEVICES
from gbsmart.ground import Clock, Fault, Faults, Parameter
from gbsmart.ground.fault import read_switch
from gbsmart.wan.faults import FAULTS as OF_THE_ROAD

OF_THE_STREET: tuple[Fault, ...] = (*OF_THE_ROAD, *OF_DEVICES)
"""Of the hubs and homes, wherever they run."""
ALL: tuple[Fault, ...] = (*OF_THE_DCC, *OF_THE_STREET)
"""In the order in which they are shown."""


def as_markdown() -> str:
    """Every fault as the documentation lists them: a table for each part of the system."""
    lines: list[str] = []
    for where in dict.fromkeys(each.where for each in ALL):
        lines += [
            f"### {where}",
            "",
            "| fault | what one sees | parameters | narrowed to |",
            "|---|---|---|---|",
        ]
        for each in ALL:
            if each.where == where:
                name = f"`{each.name}`" + (" †" if each.loses else "")
                told = "<br>".join(_told(one) for one in each.parameters) or "none"
                keys = ", ".join(f"`{one.name}`" for one in each.keys) or "nothing"
                lines.append(f"| {name} | {each.effect} | {told} | {keys} |")
        lines.append("")
    return "\n".join(lines)


def _told(parameter: Parameter) -> str:
    default = parameter.show(parameter.default)
    said = f", else {default}" if default else ""
    return f"`{parameter.name}`: {parameter.meaning} ({parameter.range}{said})"


def register_of(settings: Settings, clock: Clock, *, street: bool = False) -> Faults:
    """The register of one process, with what the settings switch on from the start.

    That of a ``street`` alone has no faults of the DCC; that of a system whose homes are in another
    process has none of theirs. Raises what :meth:`~gbsmart.ground.Faults.on` raises.
    """
    declared = OF_THE_STREET if street else OF_THE_DCC if settings.street else ALL
    faults = Faults(declared, clock, settings.seed)
    for each in settings.fault:
        faults.on(*read_switch(each))
    return faults
