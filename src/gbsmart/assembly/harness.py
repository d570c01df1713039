"""A running system in the hands of a program without an event loop: a test, a notebook, a script.

The system runs on an event loop in a thread of its own. What is prepared for it once (keys, registers,
homes) is kept in the user's cache folder, so that the next one starts at once.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import shutil
import tempfile
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, TypeVar, cast

from anyio.from_thread import BlockingPortal, start_blocking_portal

import gbsmart
from gbsmart.assembly.control import operation
from gbsmart.assembly.control.model import Told
from gbsmart.assembly.control.waiting import Progress
from gbsmart.assembly.control.web import perform, read_asked
from gbsmart.assembly.plan import IMPORT_SUPPLIER, Premises
from gbsmart.assembly.settings import FREE_PORTS, Settings
from gbsmart.assembly.system import System
from gbsmart.duis import Request, RequestId
from gbsmart.ground import Eui64, NotFound
from gbsmart.user import AsyncUser, Exchange, User

T = TypeVar("T")

QUICK = {"wake_interval": 0.2, "response_wait": 2.0}
"""Settings of a system that nobody wants to wait for."""
_OUTSIDE = frozenset({"keys", "key_folder", "database", "street"})
"""Settings that point to what others may change."""
_KEPT = 8
"""How many prepared folders stay in the cache: those used last."""


class UserHere(User):
    """A User of the system that runs here, through all its resets."""

    def __init__(self, running: RunningDcc, user_id: Eui64) -> None:
        super().__init__(lambda: running.system.users[user_id])
        self.user_id = user_id
        self._running = running

    @property
    def _both(self) -> tuple[BlockingPortal, AsyncUser]:
        return self._running.portal, self._running.system.users[self.user_id]


class RunningClock:
    """The system's clock."""

    def __init__(self, running: RunningDcc) -> None:
        self._running = running

    @property
    def now(self) -> datetime:
        """The present moment on it."""
        return self._running.system.clock.now()

    def advance(self, **units: float) -> datetime:
        """Go forward by a :class:`~datetime.timedelta` of ``units``; all that falls due happens."""
        self._running.control("clock advance", by=timedelta(**units))
        return self.now

    def set(self, moment: datetime) -> datetime:
        """Go forward to a moment; all that falls due happens."""
        self._running.control("clock set", now=moment)
        return self.now

    @property
    def speed(self) -> float:
        """How much faster than real it runs; 0 stands still."""
        return self._running.system.clock.speed

    @speed.setter
    def speed(self, speed: float) -> None:
        self._running.control("clock speed", speed=speed)


class RunningDcc:
    """A whole system that runs; made by :func:`running`.

    ``control`` does any operation of the control API; the other members are what tests need most.
    """

    def __init__(self, system: System, portal: BlockingPortal) -> None:
        self.system = system
        self.portal = portal
        self.clock = RunningClock(self)
        self._turn = asyncio.Lock()

    # --- where it is ---

    @property
    def url(self) -> str:
        """Where the DCC's web services are."""
        return self.system.url("DCC")

    @property
    def urls(self) -> dict[str, str]:
        """Every address, by what is there."""
        return {each.name: each.url for each in self.system.addresses}

    # --- who is there ---

    @property
    def user(self) -> UserHere:
        """The supplier of every home."""
        return self.as_user(IMPORT_SUPPLIER)

    def as_user(self, user_id: Eui64 | str) -> UserHere:
        """A User whose keys are here; raises :class:`~gbsmart.ground.NotFound`."""
        wanted = user_id if isinstance(user_id, Eui64) else Eui64.parse(user_id)
        if wanted not in self.system.users:
            raise NotFound(f"the keys of User {wanted} are not here")
        return UserHere(self, wanted)

    @property
    def homes(self) -> tuple[Premises, ...]:
        """The homes: ``dcc.homes[0].esme`` is the first one's electricity meter."""
        return self.system.street_plan

    # --- what can be done ---

    def control(self, name: str, /, **given: Any) -> Told:
        """Do an operation of the control API by its name: ``dcc.control("homes add", count=2)``.

        Raises what the operation raises, and :class:`~gbsmart.ground.InvalidValue`.
        """
        wanted = operation(name)
        asked = read_asked(wanted, given)
        return self.call(partial(perform, self.system, wanted, asked, self._turn))

    def reset(self) -> None:
        """Begin anew under the same seed; addresses and keys stay."""
        self.control("reset")

    def snapshot(self, name: str) -> None:
        """Keep the system as it is under a name."""
        self.control("snapshot save", name=name)

    def restore(self, name: str) -> None:
        """Have the system as it was in a snapshot."""
        self.control("snapshot restore", name=name)

    def wait_for(self, request: str | RequestId | Request | Exchange, seconds: float = 30.0) -> Progress:
        """Wait until all that a request causes is delivered, whoever sent it; what came, what is missing."""
        asked = request.original if isinstance(request, Exchange) else request
        request_id = asked.request_id if isinstance(asked, Request) else asked
        found = self.control("requests wait", request_id=str(request_id), seconds=seconds)
        return cast("Progress", found)

    def settle(self) -> None:
        """Wait until all that is under way at this moment has ended, a delivery that is repeated too."""
        self.clock.advance()

    def call(self, function: Callable[[], Awaitable[T]]) -> T:
        """Run a coroutine function on the system's event loop: what the other calls do."""
        return self.portal.call(function)


@contextmanager
def running(folder: Path, *, cache: Path | None = None, **wanted: Any) -> Iterator[RunningDcc]:
    """A system that runs for the block, its data in ``folder``; ``wanted`` are settings by name.

    Its ports are free ones, unless given. Where ``cache`` is a folder, what has to be prepared for such
    settings is kept there, unless it depends on what is outside the data folder.
    """
    given = {**FREE_PORTS, **QUICK, **wanted}
    if cache is not None and not folder.exists() and not wanted.keys() & _OUTSIDE:
        shutil.copytree(prepared(cache, given), folder)
    with ExitStack() as stack:
        portal = stack.enter_context(start_blocking_portal("asyncio"))
        system = System(Settings(data=folder, **given))
        stack.enter_context(portal.wrap_async_context_manager(system))
        yield RunningDcc(system, portal)


def cache_folder() -> Path:
    """Where prepared folders are kept: ``GBSMART_CACHE``, or gbsmart's place in the user's cache folder."""
    if chosen := os.environ.get("GBSMART_CACHE"):
        return Path(chosen)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "gbsmart"


def prepared(cache: Path, wanted: Mapping[str, Any]) -> Path:
    """A data folder in ``cache`` made by this very gbsmart for these settings; made where there is none.

    Several processes may ask at once: the first to finish decides for all.
    """
    place = cache / f"prepared-{_fingerprint(wanted)}"
    if place.exists():
        with suppress(OSError):
            place.touch()
        return place
    cache.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache, prefix=".unfinished-") as unfinished:
        folder = Path(unfinished) / "data"
        with running(folder, **wanted):
            pass
        with suppress(OSError):  # another process was faster
            folder.rename(place)
    _tidy(cache)
    return place


def _tidy(cache: Path) -> None:
    """Remove the prepared folders that were not used for longest."""

    def used(folder: Path) -> float:
        try:
            return folder.stat().st_mtime
        except OSError:
            return 0.0

    for old in sorted(cache.glob("prepared-*"), key=used, reverse=True)[_KEPT:]:
        shutil.rmtree(old, ignore_errors=True)


def _fingerprint(wanted: Mapping[str, Any]) -> str:
    """What a prepared folder depends on: the settings, and every file of gbsmart as it is installed."""
    told = hashlib.sha256(repr((gbsmart.__version__, sorted(wanted.items()))).encode())
    home = Path(gbsmart.__file__).parent
    for file in sorted(home.rglob("*")):
        if file.suffix in (".py", ".csv", ".json"):
            state = file.stat()
            told.update(f"{file.relative_to(home)} {state.st_size} {state.st_mtime_ns}\n".encode())
    return told.hexdigest()[:20]
