"""Serving: what clients of other languages send, and how a server ends."""

from __future__ import annotations

import asyncio
import socket

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gbsmart.web.hosting import bind, serving


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def _echo(request: Request) -> Response:
    return Response(await request.body())


@pytest.mark.anyio
@pytest.mark.parametrize("pieces", [1, 2])
async def test_an_offer_of_http_2_is_passed_over_and_the_body_read(pieces: int) -> None:
    """Java's client offers HTTP/2 with every first request; the body may come on its own."""
    app = Starlette(routes=[Route("/", _echo, methods=["POST"])])
    listening = bind("127.0.0.1", 0, "the test")
    port = listening.getsockname()[1]
    body = b"<a>\r\nUpgrade: of a meter\r\n\r\n</a>"
    head = (
        b"POST / HTTP/1.1\r\nConnection: Upgrade, HTTP2-Settings\r\nContent-Length: %d\r\n"
        b"Host: here\r\nHTTP2-Settings: AAEAAEAA\r\nUpgrade: h2c\r\n\r\n" % len(body)
    )
    async with serving((app, listening)):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for _ in range(2):  # and the connection lives on
            if pieces == 1:
                writer.write(head + body)
            else:
                writer.write(head)
                await writer.drain()
                await asyncio.sleep(0.05)
                writer.write(body)
            answer = await reader.readuntil(b"\r\n\r\n")
            assert answer.startswith(b"HTTP/1.1 200")
            assert await reader.readexactly(len(body)) == body
        writer.close()


@pytest.mark.anyio
async def test_an_answer_in_two_pieces_is_not_held_up() -> None:
    """Its body would wait some 40 ms for the acknowledgement of its head."""
    at_once = asyncio.get_running_loop().create_future()

    async def look(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        at_once.set_result(writer.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        writer.close()

    listening = bind("127.0.0.1", 0, "the test")
    async with await asyncio.start_server(look, sock=listening):
        _, writer = await asyncio.open_connection(*listening.getsockname())
        assert await asyncio.wait_for(at_once, 5)
        writer.close()
