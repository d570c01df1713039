"""Faults on demand: what there is, what is on, and what it has struck."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from gbsmart.assembly.control.model import Asked, EuiText, Nothing, Operation, Told
from gbsmart.dcc.faults import request_of
from gbsmart.ground import Fault, Parameter
from gbsmart.ground import Switch as Register
from gbsmart.ground.faults import REMEMBERED

if TYPE_CHECKING:
    from gbsmart.assembly.system import System


class Setting(Told):
    """One thing that a fault may be told."""

    name: str
    kind: str
    range: str
    default: str
    meaning: str
    part: str = Field(description="parameter of the fault, key to narrow it to, or condition of when")


class FaultKind(Told):
    """A fault that can be switched on here."""

    name: str
    where: str
    effect: str
    standing: bool = Field(description="a state that holds while it is on, and strikes no single occasions")
    loses: bool = Field(description="what it strikes is lost")
    settings: tuple[Setting, ...]
    met: int = Field(description="occasions met while it was on")
    hits: int = Field(description="occasions it struck")


class Switch(Told):
    """A fault that is on."""

    number: int
    fault: str
    given: dict[str, str]
    since: datetime
    until: datetime | None
    over: bool = Field(description="it has ended by itself, or struck as often as it may")
    met: int
    hits: int


class FaultList(Told):
    """Every fault, and what is on."""

    seed: int
    faults: tuple[FaultKind, ...]
    on: tuple[Switch, ...]


class HitTold(Told):
    """That a fault struck: which, when, what."""

    number: int
    at: datetime
    fault: str
    switch: int
    where: dict[str, str]
    about: str = Field(description="the request, message or parcel")
    detail: str


class HitList(Told):
    """The newest hits, newest first."""

    hits: tuple[HitTold, ...]


class SwitchingOn(Asked):
    """A fault to switch on."""

    fault: Annotated[str, Field(description="its name")]
    given: Annotated[
        dict[str, str | int | float | EuiText],
        Field(description="what it is told: parameters, keys and conditions"),
    ] = {}


class SwitchingOff(Asked):
    """A fault to switch off, wherever it is on; or one switch."""

    fault: Annotated[str, Field(description="the name of a fault, or the number of a switch")]


class Looking(Asked):
    """Which hits."""

    limit: Annotated[int, Field(ge=1, le=REMEMBERED)] = 100
    fault: Annotated[str, Field(description="only of this fault")] = ""
    about: Annotated[str, Field(description="only this request, message or parcel")] = ""


async def list_faults(system: System, _: Nothing) -> FaultList:
    """Every fault, and what is on."""
    faults = system.faults
    counters, now = faults.counters(), system.clock.now()
    return FaultList(
        seed=faults.seed,
        faults=tuple(_kind(each, *counters[each.name]) for each in faults.declared.values()),
        on=tuple(_switch(each, now) for each in faults.switches()),
    )


async def switch_on(system: System, asked: SwitchingOn) -> Switch:
    """Switch a fault on."""
    return _switch(system.faults.on(asked.fault, asked.given), system.clock.now())


async def switch_off(system: System, asked: SwitchingOff) -> FaultList:
    """Switch a fault off."""
    system.faults.off(asked.fault)
    return await list_faults(system, Nothing())


async def clear(system: System, _: Nothing) -> FaultList:
    """Switch everything off, and forget counters and hits."""
    system.faults.clear()
    return await list_faults(system, Nothing())


async def list_hits(system: System, asked: Looking) -> HitList:
    """The newest hits."""
    if asked.fault:
        system.faults.declaration(asked.fault)
    found = [each._replace(about=request_of(each.about)) for each in system.faults.hits()]
    found = [e for e in found if asked.fault in ("", e.fault) and asked.about in ("", e.about)]
    return HitList(
        hits=tuple(
            HitTold(
                number=each.number, at=each.at, fault=each.fault, switch=each.switch,
                where=dict(each.where), about=each.about, detail=each.detail,
            )
            for each in found[: asked.limit]
        )
    )  # fmt: skip


def _kind(fault: Fault, met: int, hits: int) -> FaultKind:
    parts = (("parameter", fault.parameters), ("key", fault.keys), ("condition", fault.conditions))
    return FaultKind(
        name=fault.name, where=fault.where, effect=fault.effect, standing=fault.standing,
        loses=fault.loses, met=met, hits=hits,
        settings=tuple(_setting(each, part) for part, group in parts for each in group),
    )  # fmt: skip


def _setting(parameter: Parameter, part: str) -> Setting:
    return Setting(
        name=parameter.name, kind=parameter.kind.value, range=parameter.range,
        default=parameter.show(parameter.default), meaning=parameter.meaning, part=part,
    )  # fmt: skip


def _switch(switch: Register, now: datetime) -> Switch:
    facts: dict[str, Any] = {"number": switch.number, "fault": switch.fault.name, "given": switch.shown()}
    return Switch(
        **facts, since=switch.since, until=switch.until, over=switch.over(now), met=switch.met,
        hits=switch.hits,
    )  # fmt: skip


OPERATIONS = (
    Operation(
        "faults list", "GET", "/faults", "Every fault, and what is on.", Nothing, FaultList, list_faults
    ),
    Operation("faults on", "POST", "/faults", "Switch a fault on.", SwitchingOn, Switch, switch_on),
    Operation(
        "faults clear", "DELETE", "/faults", "Switch everything off; forget counters and hits.",
        Nothing, FaultList, clear,
    ),
    Operation("faults hits", "GET", "/faults/hits", "What faults have struck.", Looking, HitList, list_hits),
    Operation(
        "faults off", "DELETE", "/faults/{fault}", "Switch a fault off, by its name or a switch's number.",
        SwitchingOff, FaultList, switch_off,
    ),
)  # fmt: skip
