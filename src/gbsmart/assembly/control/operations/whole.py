"""The system as a whole: what it is, and bringing it back to an earlier state."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from gbsmart import __version__
from gbsmart.assembly.control.model import Asked, EuiText, Name, Nothing, Operation, Told
from gbsmart.assembly.homes import Homes
from gbsmart.assembly.kept_accounts import kept_accounts
from gbsmart.assembly.registers import PARTIES
from gbsmart.assembly.snapshots import Note, Snapshots
from gbsmart.ground import SystemClock

if TYPE_CHECKING:
    from gbsmart.assembly.system import System

_SHOWN = 100


class Home(Told):
    """A home: its number, its devices, its metering points."""

    number: int
    chf: EuiText
    gpf: EuiText
    esme: EuiText
    gsme: EuiText
    ppmid: EuiText
    hcalcs: EuiText
    ihd: EuiText
    mpan: str
    mprn: str
    meter: str = Field(description="the electricity meter's variant: its letters")
    sapc: EuiText | None = Field(None, description="the stand-alone auxiliary controller, where there is one")
    export_mpan: str = Field("", description="by which electricity is exported, where it is")


class User(Told):
    """A User of the demonstration."""

    id: EuiText
    name: str
    roles: tuple[str, ...]
    keys_here: bool = Field(description="whether requests can be sent as this User from here")


class Description(Told):
    """What runs."""

    gbsmart: str = Field(description="the version")
    clock: datetime
    speed: float = Field(description="how much faster than real the clock runs")
    seed: int
    addresses: dict[str, str]
    users: tuple[User, ...]
    homes: tuple[Home, ...] = Field(description="the first hundred")
    homes_in_all: int
    snapshots: tuple[str, ...]


class Standing(Told):
    """What stands after the system was rebuilt."""

    clock: datetime
    seed: int
    homes_in_all: int


class Seeding(Asked):
    """What makes the homes these homes."""

    seed: Annotated[int, Field(ge=0, lt=1 << 32)]


class SnapshotName(Asked):
    """A snapshot, by its name."""

    name: Name


class SnapshotList(Told):
    """The snapshots there are."""

    snapshots: tuple[str, ...]


async def describe(system: System, _: Nothing) -> Description:
    """What runs, where, with which homes."""
    return Description(
        gbsmart=__version__,
        clock=system.clock.now(),
        speed=system.clock.speed,
        seed=system.homes.seed,
        addresses={each.name: each.url for each in system.addresses},
        users=tuple(
            User(
                id=user_id,
                name=party.name,
                roles=tuple(sorted(role.value for role in roles)),
                keys_here=user_id in system.users,
            )
            for party, user_id, roles in PARTIES
        ),
        homes=homes_of(system)[:_SHOWN],
        homes_in_all=len(system.street_plan),
        snapshots=tuple(Snapshots(system.settings).names()),
    )


def homes_of(system: System) -> tuple[Home, ...]:
    """The homes as they are told."""
    return tuple(
        Home(
            number=each.number, chf=each.chf, gpf=each.gpf, esme=each.esme, gsme=each.gsme,
            ppmid=each.ppmid, hcalcs=each.hcalcs, ihd=each.ihd, mpan=each.mpan, mprn=each.mprn,
            meter=each.fitting.meter, sapc=each.sapc, export_mpan=each.export_mpan,
        )
        for each in system.street_plan
    )  # fmt: skip


def standing(system: System) -> Standing:
    """What stands now."""
    return Standing(clock=system.clock.now(), seed=system.homes.seed, homes_in_all=len(system.street_plan))


async def reset(system: System, _: Nothing) -> Standing:
    """Begin anew: the settings' homes under the same seed and keys, nothing asked, no fault on.

    The clock is again where the settings start it.
    """
    return await _anew(system, system.homes.seed)


async def seed(system: System, asked: Seeding) -> Standing:
    """Begin anew, with homes that another seed makes."""
    return await _anew(system, asked.seed)


async def _anew(system: System, seed: int) -> Standing:
    snapshots = Snapshots(system.settings)
    snapshots.files()  # what cannot be reset is not taken down either
    async with system.rebuilding():
        await asyncio.to_thread(_forget, system, snapshots)
        system.settings = system.settings.model_copy(update={"seed": seed, "homes": system.homes_given})
        system.plan(Homes.fresh(system.settings))
        system.faults.clear()
        system.faults.reseed(seed)
        if not system.clock_is_given:
            system.clock = system.settings.clock()
    return standing(system)


def _forget(system: System, snapshots: Snapshots) -> None:
    with kept_accounts(system.settings):
        snapshots.forget()


def _put_back(system: System, snapshots: Snapshots, name: str) -> None:
    with kept_accounts(system.settings):
        snapshots.restore(name)


async def list_snapshots(system: System, _: Nothing) -> SnapshotList:
    """Every snapshot, by name."""
    return SnapshotList(snapshots=tuple(Snapshots(system.settings).names()))


async def save(system: System, asked: SnapshotName) -> SnapshotList:
    """Keep the system as it is under a name; one of this name is replaced."""
    snapshots = Snapshots(system.settings)
    snapshots.files()
    async with system.rebuilding():
        clock = system.clock
        note = Note(
            clock=None if clock.is_the_machines else clock.now(),
            speed=clock.speed,
            faults=tuple((each.fault.name, each.shown()) for each in system.faults.switches()),
        )
        await asyncio.to_thread(snapshots.save, asked.name, note)
    return await list_snapshots(system, Nothing())


async def restore(system: System, asked: SnapshotName) -> Standing:
    """Have the system as it was when the snapshot was taken: requests, homes, clock, faults."""
    snapshots = Snapshots(system.settings)
    snapshots.files()
    note = snapshots.note(asked.name)
    async with system.rebuilding():
        await asyncio.to_thread(_put_back, system, snapshots, asked.name)
        system.plan(Homes.of(system.settings))
        if not system.clock_is_given:
            system.clock = SystemClock(start=note.clock, speed=note.speed)
        system.faults.clear()
        system.faults.clock = system.clock
        for name, given in note.faults:
            system.faults.on(name, given)
    return standing(system)


async def forget(system: System, asked: SnapshotName) -> SnapshotList:
    """Remove a snapshot."""
    await asyncio.to_thread(Snapshots(system.settings).delete, asked.name)
    return await list_snapshots(system, Nothing())


_NAMED = "/snapshots/{name}"
OPERATIONS = (
    Operation(
        "system", "GET", "/system", "What runs, where, with which homes.", Nothing, Description, describe
    ),
    Operation(
        "reset", "POST", "/reset", "Begin anew under the same seed; addresses and keys stay.",
        Nothing, Standing, reset, alone=True,
    ),
    Operation(
        "seed", "POST", "/seed", "Begin anew with homes that another seed makes.",
        Seeding, Standing, seed, alone=True,
    ),
    Operation("snapshot list", "GET", "/snapshots", "Every snapshot.", Nothing, SnapshotList, list_snapshots),
    Operation(
        "snapshot save", "PUT", _NAMED, "Keep the system as it is under a name.",
        SnapshotName, SnapshotList, save, alone=True,
    ),
    Operation(
        "snapshot restore", "POST", f"{_NAMED}/restore", "Have the system as it was in a snapshot.",
        SnapshotName, Standing, restore, alone=True,
    ),
    Operation(
        "snapshot delete", "DELETE", _NAMED, "Remove a snapshot.",
        SnapshotName, SnapshotList, forget, in_turn=True,
    ),
)  # fmt: skip
