"""A street's side of the WAN over TCP: takes the DCC's parcels, pushes responses and alerts to it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from typing import Final

from gbsmart.ground import MalformedMessage
from gbsmart.wan.blocks import cut, join
from gbsmart.wan.connection import Connection
from gbsmart.wan.frames import LARGEST, Frame, Kind, read_parcels, write_names, write_parcels
from gbsmart.wan.link import Parcel, WanDown
from gbsmart.wan.local import LocalWan

_ROOM: Final = LARGEST // 2


class WanServer:
    """Serves a :class:`LocalWan`; its uplink is whoever connected last.

    Use as ``async with WanServer(wan, "127.0.0.1", 0) as server``; ``server.port`` is where it listens.
    """

    def __init__(self, wan: LocalWan, host: str = "127.0.0.1", port: int = 0) -> None:
        self.host = host
        self.port = port
        self._wan = wan
        self._connections: list[Connection] = []
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> WanServer:
        self._wan.uplink = self
        self._server = await asyncio.start_server(self._connected, self.host, self.port)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        for connection in self._connections:
            connection.close()
        await self._server.wait_closed()

    async def receive(self, parcels: Sequence[Parcel]) -> None:
        """Push parcels to the DCC; raises :class:`WanDown` where it does not take them."""
        if not self._connections:
            raise WanDown("No DCC is connected to this street.")
        for some in _by_size(parcels):
            await self._connections[-1].ask(Kind.UP, write_parcels(cut(some)))

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = Connection(reader, writer, self._answer)
        self._connections.append(connection)
        self._wan.ring()
        try:
            await connection.serve()
        finally:
            self._connections.remove(connection)

    async def _answer(self, frame: Frame) -> Frame:
        if frame.kind is not Kind.SEND:
            raise MalformedMessage(f"a street takes no {frame.kind.name}", offset=4)
        missed = await self._wan.send(join(read_parcels(frame.body)))
        return Frame(Kind.SENT, frame.number, write_names(missed))


def _by_size(parcels: Sequence[Parcel]) -> Iterator[list[Parcel]]:
    """The same parcels in runs that a frame has room for, cut into blocks too."""
    run: list[Parcel] = []
    size = 0
    for parcel in parcels:
        if run and size + len(parcel.octets) > _ROOM:
            yield run
            run, size = [], 0
        run.append(parcel)
        size += len(parcel.octets)
    if run:
        yield run
