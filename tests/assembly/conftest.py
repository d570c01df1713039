"""Running systems: everything of ``gbsmart up`` in this process, on free ports and short waits."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sqlalchemy import select

from gbsmart.assembly import FREE_PORTS, Settings, System
from gbsmart.assembly.harness import prepared
from gbsmart.dcc import RequestKey
from gbsmart.dcc.tables import request
from gbsmart.duis import Request, Response, build_request, parse_response, sign
from gbsmart.user import AsyncUser

Post = Callable[[System, bytes, str], Awaitable[bytes]]
Start = Callable[..., AbstractAsyncContextManager[System]]


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


QUICK = {"wake_interval": 0.2, "response_wait": 1.0, **FREE_PORTS}
AS_PREPARED = frozenset({*QUICK, "fault"})
"""Settings with which a data folder is as any other."""


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where prepared data folders are kept for all tests, in every process of them."""
    folder = tmp_path_factory.getbasetemp()
    return (folder.parent if os.environ.get("PYTEST_XDIST_WORKER") else folder) / "prepared"


@pytest.fixture
def start(tmp_path: Path, cache: Path) -> Start:
    """Start a system in this test's data folder, told what a test wants otherwise.

    Its keys, registers and homes are prepared, as for the pytest plugin, where nothing asks for others.
    """

    @asynccontextmanager
    async def started(**wanted: Any) -> AsyncIterator[System]:
        data = tmp_path / "data"
        if wanted.keys() <= AS_PREPARED and not data.exists():
            shutil.copytree(await asyncio.to_thread(prepared, cache, QUICK), data)
        async with System(Settings(**{"data": data, **QUICK, **wanted})) as system:
            yield system

    return started


async def post(system: System, document: bytes, service: str = "serviceS") -> bytes:
    """What the DCC's web service answers to a document, signed or not."""
    url = f"{system.url('DCC')}/api/v1/{service}"
    headers = {"Content-Type": "application/xml"}
    async with (
        aiohttp.ClientSession() as session,
        session.post(url, data=document, headers=headers) as answer,
    ):
        assert answer.status == 200, await answer.text()
        return await answer.read()


def signed(system: System, user: AsyncUser, request: Request) -> bytes:
    """A request under the signature of its User."""
    keyring = system.keys.user(system.clock, user.user_id)
    return sign(build_request(request), keyring, user.user_id)


async def answer_to(system: System, document: bytes, service: str = "serviceS") -> Response:
    """The acknowledgement of a document."""
    return parse_response(await post(system, document, service)).message


def requests_in(system: System) -> list[str]:
    """The RequestIDs that the DCC knows."""
    with system.store.reading() as connection:
        rows = connection.execute(select(request))
        return [str(RequestKey(row.device, row.originator, row.counter)) for row in rows]
