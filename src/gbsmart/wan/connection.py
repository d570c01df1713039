"""One TCP connection between DCC and street: requests both ways, each answered under its number."""

from __future__ import annotations

import asyncio
import itertools
import logging
import socket
from collections.abc import Awaitable, Callable
from typing import Final

from gbsmart.ground import GbsmartError, MalformedMessage
from gbsmart.wan.frames import Frame, Kind, read_frame, write_frame
from gbsmart.wan.link import WanDown, WanLost

_log = logging.getLogger(__name__)

Answer = Callable[[Frame], Awaitable[Frame]]

SILENCE: Final = 30
"""Seconds after which a connection whose other side has vanished (no power, no route) has ended."""


_BROKEN = (OSError, RuntimeError)
"""What writing fails by; uvloop raises RuntimeError for a transport that it has closed itself."""
_REFUSALS = {Kind.DOWN: WanDown, Kind.FAILED: WanLost}


class Connection:
    """Sends frames and waits for their answers, while it answers those of the other side."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, answer: Answer) -> None:
        if (open_socket := writer.get_extra_info("socket")) is not None:  # else it is over already
            _notice_silence(open_socket)
        self._reader = reader
        self._writer = writer
        self._answer = answer
        self._numbers = itertools.count(1)
        self._asked: dict[int, asyncio.Future[Frame]] = {}
        self._answering: set[asyncio.Task[None]] = set()
        self.closed = False

    async def ask(self, kind: Kind, body: bytes) -> Frame:
        """Send a frame and wait for its answer; raises :class:`WanDown` where none can come.

        That is :class:`WanLost` once the frame may have reached the other side.
        """
        if self.closed:
            raise WanDown("The connection between DCC and street is closed.")
        number = next(self._numbers) & 0xFFFFFFFF
        answered: asyncio.Future[Frame] = asyncio.get_running_loop().create_future()
        self._asked[number] = answered
        try:
            await self._write(Frame(kind, number, body))
            frame = await answered
        except _BROKEN as error:
            raise WanLost(f"The connection between DCC and street broke: {error}") from None
        finally:
            self._asked.pop(number, None)
        if frame.kind in _REFUSALS:
            raise _REFUSALS[frame.kind](frame.body.decode("utf-8", "replace"))
        return frame

    async def serve(self) -> None:
        """Read until the other side closes; whoever still waits then gets :class:`WanLost`."""
        try:
            while (frame := await read_frame(self._reader)) is not None:
                if frame.kind in (Kind.SEND, Kind.UP):
                    task = asyncio.create_task(self._reply(frame))
                    self._answering.add(task)
                    task.add_done_callback(self._answering.discard)
                elif (waiting := self._asked.get(frame.number)) is not None and not waiting.done():
                    waiting.set_result(frame)
        except MalformedMessage:
            pass  # whoever speaks another language is hung up on
        finally:
            self.close()

    def close(self) -> None:
        """Hang up."""
        self.closed = True
        self._writer.close()
        for task in self._answering:
            task.cancel()
        for waiting in self._asked.values():
            if not waiting.done():
                waiting.set_exception(WanLost("The connection between DCC and street was closed."))

    async def _reply(self, frame: Frame) -> None:
        try:
            answer = await self._answer(frame)
        except WanDown as down:
            kind = Kind.FAILED if isinstance(down, WanLost) else Kind.DOWN
            answer = Frame(kind, frame.number, str(down).encode())
        except (GbsmartError, OSError) as error:
            answer = Frame(Kind.FAILED, frame.number, str(error).encode())
        except Exception as defect:  # noqa: BLE001 whoever asked must not wait for ever
            _log.exception("no answer to a %s", frame.kind.name)
            answer = Frame(Kind.FAILED, frame.number, f"defect: {type(defect).__name__}".encode())
        try:
            await self._write(answer)
        except _BROKEN:
            self.close()

    async def _write(self, frame: Frame) -> None:
        self._writer.write(write_frame(frame))
        await self._writer.drain()


def _notice_silence(connection: socket.socket) -> None:
    """Have the system probe a quiet connection; without it, whoever waits for an answer waits for ever."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    options = {"TCP_KEEPIDLE": SILENCE // 3, "TCP_KEEPINTVL": SILENCE // 6, "TCP_KEEPCNT": 4}
    for name, value in {**options, "TCP_USER_TIMEOUT": SILENCE * 1000}.items():
        if hasattr(socket, name):  # not every system has them all
            connection.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
