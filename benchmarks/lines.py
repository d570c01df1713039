"""The User's side of HTTP/1.1, as little of it as a measurement needs.

The User shares the machine with the system that is measured, often even the core under it, so it
must cost next to nothing: whole messages as octets, connections that stay open, no library between.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import cast

_END = b"\r\n\r\n"
_LENGTH = b"content-length:"
_IDLE = 3.0
"""Seconds after which a line is not used again: the server closes it soon, which a User that signs for
seconds on end would not notice."""


def split(octets: bytes) -> tuple[bytes, bytes, bytes] | None:
    """(head, body, rest) of the first message that is whole; None where none is yet."""
    head, end, rest = octets.partition(_END)
    if not end:
        return None
    at = head.lower().find(_LENGTH)
    length = int(head[at + len(_LENGTH) :].split(b"\r\n", 1)[0]) if at >= 0 else 0
    return None if len(rest) < length else (head, rest[:length], rest[length:])


class Line(asyncio.Protocol):
    """A connection on which one message at a time waits for its answer."""

    def __init__(self) -> None:
        self.is_open = True
        self.used = time.monotonic()
        self._octets = b""
        self._answer: asyncio.Future[bytes] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way out."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """The answer, or a piece of it."""
        self._octets += data
        found = split(self._octets)
        if found and self._answer:
            _, body, self._octets = found
            self._answer.set_result(body)

    def connection_lost(self, exc: Exception | None) -> None:
        """The server has closed it; an answer that is waited for will not come."""
        self.is_open = False
        if self._answer and not self._answer.done():
            self._answer.set_exception(exc or ConnectionResetError())

    async def ask(self, message: bytes) -> bytes:
        """The body of the answer to ``message``."""
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(message)
        answer = await self._answer
        self.used = time.monotonic()
        return answer


class Lines:
    """Connections to one server, made as they are needed and kept."""

    def __init__(self, host: str, port: int) -> None:
        self._where = (host, port)
        self._host = f"{host}:{port}".encode()
        self._idle: list[Line] = []

    async def post(self, path: str, document: bytes) -> bytes:
        """Post XML; the answer's body."""
        line = await self._line()
        head = b"POST %b HTTP/1.1\r\nHost: %b\r\nContent-Type: application/xml\r\nContent-Length: %d\r\n\r\n"
        answer = await line.ask(head % (path.encode(), self._host, len(document)) + document)
        self._idle.append(line)
        return answer

    async def _line(self) -> Line:
        now = time.monotonic()
        while self._idle:
            line = self._idle.pop()
            if line.is_open and now - line.used < _IDLE:
                return line
        _, line = await asyncio.get_running_loop().create_connection(Line, *self._where)
        return line


class Listener(asyncio.Protocol):
    """One connection of a server: ``take`` is given every message's body and says the answer's status."""

    def __init__(self, take: Callable[[bytes], bytes]) -> None:
        self._take = take
        self._octets = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Messages, or pieces of them."""
        self._octets += data
        while found := split(self._octets):
            _, body, self._octets = found
            status = self._take(body)
            length = b"" if status.startswith(b"204") else b"Content-Length: 0\r\n"
            self._transport.write(b"HTTP/1.1 %b\r\n%b\r\n" % (status, length))
