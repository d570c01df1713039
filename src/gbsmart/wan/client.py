"""The DCC's side of the WAN over TCP: a :class:`~gbsmart.wan.link.Downlink` to a street elsewhere."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from gbsmart.ground import Clock, MalformedMessage
from gbsmart.wan.connection import Connection
from gbsmart.wan.frames import Frame, Kind, read_names, read_parcels, write_parcels
from gbsmart.wan.link import Parcel, Uplink, WanDown

_log = logging.getLogger(__name__)

_RECONNECT: Final = timedelta(seconds=1)


class WanClient:
    """Connects to a :class:`~gbsmart.wan.server.WanServer`, again and again while it is open.

    What the street pushes goes to ``uplink``. Use as ``async with WanClient(host, port, clock, uplink)``.
    """

    def __init__(self, host: str, port: int, clock: Clock, uplink: Uplink | None = None) -> None:
        self.uplink = uplink
        self._host = host
        self._port = port
        self._clock = clock
        self._connection: Connection | None = None
        self._connected = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> WanClient:
        self._task = asyncio.create_task(self._stay_connected())
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._task is not None
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        if self._connection is not None:
            self._connection.close()

    async def connected(self) -> None:
        """Return once there is a connection."""
        await self._connected.wait()

    async def send(self, parcels: Sequence[Parcel]) -> Sequence[str]:
        """Hand parcels over; raises :class:`WanDown` while the street cannot be reached."""
        if self._connection is None or self._connection.closed:
            raise WanDown(f"The street at {self._host}:{self._port} cannot be reached.")
        answer = await self._connection.ask(Kind.SEND, write_parcels(parcels))
        return read_names(answer.body)

    async def _stay_connected(self) -> None:
        while True:
            try:
                reader, writer = await asyncio.open_connection(self._host, self._port)
                with contextlib.closing(writer):
                    # the street may be gone again already: then its socket has no options any more
                    self._connection = Connection(reader, writer, self._answer)
                    self._connected.set()
                    await self._connection.serve()
            except OSError:
                pass
            except Exception:  # noqa: BLE001 whatever it was: without a connection nothing moves any more
                _log.exception("the connection to the street at %s:%d failed", self._host, self._port)
            else:
                continue
            finally:
                self._connected.clear()
            await self._clock.sleep_until(self._clock.now() + _RECONNECT, idle=True)

    async def _answer(self, frame: Frame) -> Frame:
        if frame.kind is not Kind.UP:
            raise MalformedMessage(f"the DCC takes no {frame.kind.name}", offset=4)
        if self.uplink is None:
            raise WanDown("The DCC takes nothing now.")
        await self.uplink.receive(read_parcels(frame.body))
        return Frame(Kind.TAKEN, frame.number, b"")
