"""The homes: which there are, adding some, removing one."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from gbsmart.assembly.control.model import Asked, Operation, Told
from gbsmart.assembly.control.operations.whole import Home, homes_of
from gbsmart.assembly.plan import Fitting
from gbsmart.assembly.registers import remove_home
from gbsmart.assembly.snapshots import Snapshots

if TYPE_CHECKING:
    from gbsmart.assembly.system import System

_Number = Annotated[int, Field(ge=1, description="the number of a home")]


class Page(Asked):
    """A part of a list."""

    after: Annotated[int, Field(ge=0, description="go on after this number")] = 0
    limit: Annotated[int, Field(ge=1, le=1000)] = 100


class Addition(Fitting, Asked):
    """How many homes are to be added, and what is special in them."""

    count: Annotated[int, Field(ge=1, le=1000)] = 1

    def fitting(self) -> Fitting:
        """What is special."""
        return Fitting.model_validate(self.model_dump(exclude={"count"}))


class Removal(Asked):
    """Which home is to be removed."""

    number: _Number


class HomeList(Told):
    """Homes, by number."""

    homes: tuple[Home, ...]
    in_all: int


async def list_homes(system: System, asked: Page) -> HomeList:
    """The homes, by number."""
    after = [each for each in homes_of(system) if each.number > asked.after]
    return HomeList(homes=tuple(after[: asked.limit]), in_all=len(system.street_plan))


async def add(system: System, asked: Addition) -> HomeList:
    """Add homes, installed and commissioned; the new ones. Those that stand are as they were."""
    Snapshots(system.settings).files()
    before = system.homes.last
    more = system.homes.with_more(asked.count, asked.fitting())
    async with system.rebuilding():
        system.plan(more)
    new = tuple(each for each in homes_of(system) if each.number > before)
    return HomeList(homes=new, in_all=len(system.street_plan))


async def remove(system: System, asked: Removal) -> HomeList:
    """Take a home away: its devices are decommissioned and answer nothing more. Those that are left."""
    Snapshots(system.settings).files()
    left = system.homes.without(asked.number)
    home = next(each for each in system.street_plan if each.number == asked.number)
    at, store, street = system.clock.now(), system.store, system.street

    def write() -> None:
        with store.transaction() as connection:
            remove_home(connection, home, at)

    def dissolve() -> None:
        street.dissolve(home.chf)
        street.store.close()

    await asyncio.to_thread(write)
    async with system.rebuilding():
        await asyncio.to_thread(dissolve)
        system.plan(left)
    return await list_homes(system, Page())


OPERATIONS = (
    Operation("homes list", "GET", "/homes", "The homes, by number.", Page, HomeList, list_homes),
    Operation(
        "homes add", "POST", "/homes", "Add homes, installed and commissioned.",
        Addition, HomeList, add, alone=True,
    ),
    Operation(
        "homes remove", "DELETE", "/homes/{number}", "Take a home away; its devices are decommissioned.",
        Removal, HomeList, remove, alone=True,
    ),
)  # fmt: skip
