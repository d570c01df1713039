"""A whole system: homes, hubs, the DCC, registers, repository, console, a User.

The composition root: only here do rooms of every floor meet. What ``gbsmart up`` runs, what ``gbsmart
read`` starts for itself, and what tests use. All of it is in one process, unless the street is told to be
in another (:mod:`gbsmart.assembly.street`).
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.routing import Mount
from starlette.types import ASGIApp

from gbsmart import dcc
from gbsmart.assembly.control.web import control_routes
from gbsmart.assembly.faults import register_of
from gbsmart.assembly.gate import Doorway, Gate, NotStanding
from gbsmart.assembly.homes import Homes
from gbsmart.assembly.kept_clock import keep, resumed
from gbsmart.assembly.keys import SystemKeys, open_keys
from gbsmart.assembly.lifetime import Lifetime
from gbsmart.assembly.plan import IMPORT_SUPPLIER, NETWORK_OPERATOR, Premises
from gbsmart.assembly.settings import LOOPBACK, Settings
from gbsmart.assembly.street import LocalStreet, RemoteStreet, devices_of
from gbsmart.assembly.timekeeper import SystemTime
from gbsmart.assembly.users import certified
from gbsmart.assembly.watching import watching_routes
from gbsmart.assembly.world import World
from gbsmart.console import Address
from gbsmart.console.sources import LedgerJourneys
from gbsmart.devices import Street
from gbsmart.ground import Eui64, InvalidValue, NotFound, SystemClock
from gbsmart.store import Store
from gbsmart.user import AsyncUser
from gbsmart.wan import LocalWan
from gbsmart.web.hosting import address_of, bind, serving


class System(Lifetime):
    """Everything, from settings; ``async with System(settings) as system``.

    Its addresses, web servers and keys stay while it runs. The rest is its :class:`World`, which is
    taken down and put up again where the system is reset or restored: ask for its parts each time.
    """

    def __init__(self, settings: Settings, clock: SystemClock | None = None) -> None:
        self.settings = settings
        self.clock = clock or resumed(settings)
        self.clock_is_given = clock is not None
        self.homes_given = settings.homes
        self.faults = register_of(settings, self.clock)
        self.plan(Homes.of(settings))
        self.addresses: tuple[Address, ...] = ()
        self.gate = Gate()
        self._world: World | None = None
        self.travelling = asyncio.Lock()
        """Held by whoever takes the system through time (:mod:`gbsmart.assembly.travel`)."""
        self.alone = asyncio.Lock()
        """Held by whoever has it rebuilt, from what he decides by to the end."""
        self._keyed: frozenset[Eui64] = frozenset()

    keys: SystemKeys
    homes: Homes
    street_plan: tuple[Premises, ...]

    def plan(self, homes: Homes) -> None:
        """Have these homes from the next rebuilding on."""
        self.homes = homes
        self.street_plan = homes.plan()
        self.settings = self.settings.model_copy(update={"seed": homes.seed})

    async def _start(self, stack: AsyncExitStack) -> None:
        settings = self.settings
        settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        stack.callback(self.keep_clock)
        sockets = self._bind()
        urls = {name: address_of(each) for name, each in sockets.items()}
        self.addresses = (
            Address("DCC", urls["DCC"], "POST /api/v1/serviceT, /serviceS, /serviceD"),
            Address("SMKI repository", urls["SMKI repository"], "POST /services/certificatesearch"),
            Address(
                "Console",
                urls["Console"],
                "homes, requests, explain, clock, faults; the Code at /code, governance",
            ),
            Address("User", urls["User"], "where the DCC delivers to the demonstration's Users"),
        )
        # the Users' services first, and so stopped last: what the DCC still delivers is taken
        await stack.enter_async_context(serving((self._doorway("User"), sockets["User"])))
        stack.push_async_callback(self._take_down)
        await self._put_up()
        apps: dict[str, ASGIApp] = {
            "DCC": self._doorway("DCC"),
            "SMKI repository": self._doorway("SMKI repository"),
            "Console": self._faces(),
        }
        await stack.enter_async_context(serving(*((app, sockets[name]) for name, app in apps.items())))
        stack.callback(self._let_pages_go)

    def _bind(self) -> dict[str, socket.socket]:
        settings = self.settings
        wanted = {
            "DCC": (settings.dcc_port, "the DCC"),
            "SMKI repository": (settings.repository_port, "the SMKI repository"),
            "Console": (settings.console_port, "the console"),
            "User": (settings.user_port, "the User's receive service"),
        }
        bound: dict[str, socket.socket] = {}
        try:
            for name, (port, what) in wanted.items():
                host = settings.console_address if name == "Console" else settings.host
                bound[name] = bind(host, port, what)
        except BaseException:
            for each in bound.values():
                each.close()
            raise
        return bound

    def _open_keys(self) -> None:
        devices = devices_of(self.street_plan)
        if not self._keyed.issuperset(devices):
            users = certified(self.settings.users)
            self.keys = open_keys(self.settings.key_store, self.clock, devices, self.settings.keys, users)
            self._keyed = frozenset(devices)

    def _doorway(self, name: str) -> ASGIApp:
        return Doorway(self.gate, lambda: self.world.apps[name])

    def _faces(self) -> Starlette:
        """The console, and the control of the system, which stays while the console is rebuilt."""
        # a page of another site cannot reach the control by a name that it points here
        host = self.settings.console_address
        own = [host, f"[{host}]", LOOPBACK, "localhost"]
        guards = [Middleware(TrustedHostMiddleware, allowed_hosts=own)]
        return Starlette(
            routes=[*watching_routes(self), *control_routes(self), Mount("/", self._doorway("Console"))],
            middleware=[] if self.settings.insecure_lab or self.settings.only_operators else guards,
        )

    # --- what is rebuilt ---

    @property
    def world(self) -> World:
        """What stands now; raises :class:`NotStanding` where the last rebuilding failed."""
        if self._world is None:
            raise NotStanding(
                "nothing stands: the system could not be rebuilt", remedy="Reset it, or start it again."
            )
        return self._world

    @asynccontextmanager
    async def rebuilding(self) -> AsyncIterator[None]:
        """Have the world taken down for the block, and put up again from what the data folder then holds.

        What is under way is finished before, or cut off where it only waits; what comes meanwhile waits.
        Settings, plan (:meth:`plan`) and ``clock`` may be changed in the block.
        """
        self._let_pages_go()  # they would hold the gate open
        async with self.gate.closed():
            await self._take_down()
            try:
                yield
            finally:
                await self._put_up()

    async def _put_up(self) -> None:
        self.homes.save(self.settings.data)
        self._open_keys()
        self.keep_clock()
        self.faults.clock = self.clock
        world = World(
            self.settings, self.clock, self.keys, self.street_plan, self.addresses, self.faults,
            SystemTime(self),
        )  # fmt: skip
        self._world = await world.__aenter__()

    def keep_clock(self) -> None:
        """Let the data folder know what time it is here, for when the system starts again."""
        if not self.clock_is_given:
            keep(self.settings, self.clock)

    async def _take_down(self) -> None:
        world, self._world = self._world, None
        if world is not None:
            await world.__aexit__()

    def _let_pages_go(self) -> None:
        """Open pages end, which otherwise are kept up to date for ever."""
        if self._world is not None:
            self._world.close_pages()

    # --- its parts ---

    @property
    def store(self) -> Store:
        """The DCC's database."""
        return self.world.store

    @property
    def road(self) -> LocalStreet | RemoteStreet:
        """How the DCC reaches the homes."""
        return self.world.road

    @property
    def dcc(self) -> dcc.Dcc:
        """The DCC."""
        return self.world.dcc

    @property
    def users(self) -> dict[Eui64, AsyncUser]:
        """The demonstration's Users that the key set has keys of."""
        return self.world.users

    @property
    def journeys(self) -> LedgerJourneys:
        """What became of each Service Request."""
        return self.world.journeys

    @property
    def street(self) -> Street:
        """The emulated homes; raises :class:`NotFound` where they are in another process."""
        return self._local.street

    @property
    def wan(self) -> LocalWan:
        """The hubs, whose faults can be switched on; raises as :attr:`street` does."""
        return self._local.wan

    @property
    def _local(self) -> LocalStreet:
        road = self.world.road
        if isinstance(road, RemoteStreet):
            raise NotFound(f"the street is in another process, at {road.address}")
        return road

    @property
    def user(self) -> AsyncUser:
        """The supplier of every home."""
        return self.users[IMPORT_SUPPLIER]

    @property
    def demonstrator(self) -> AsyncUser:
        """The User that ``gbsmart read`` and the demonstration ask as.

        The supplier; where it receives elsewhere, another that may read meters and receives here. Raises
        :class:`InvalidValue` where there is none.
        """
        elsewhere = set(map(Eui64.parse, self.settings.receive))
        for user_id in (IMPORT_SUPPLIER, NETWORK_OPERATOR):
            if user_id in self.users and user_id not in elsewhere:
                return self.users[user_id]
        raise InvalidValue(
            "neither the supplier nor the network operator has its keys and its receive service here, "
            "so nobody here can read a meter",
            field="receive",
            remedy="Leave one whose keys are here without --receive, or start with --no-demonstration.",
        )

    def url(self, name: str) -> str:
        """The address of a part of the system by the name it is listed under."""
        return next(address.url for address in self.addresses if address.name == name)
