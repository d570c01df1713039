"""A running system and a client of its control API: real HTTP, as any test harness would speak it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from httpx import AsyncClient
from tests.assembly.conftest import Start

from gbsmart.assembly import System
from gbsmart.assembly.control import BASE


@pytest.fixture
async def system(start: Start) -> AsyncIterator[System]:
    async with start() as running:
        yield running


@pytest.fixture
async def api(system: System) -> AsyncIterator[AsyncClient]:
    async with AsyncClient(base_url=f"{system.url('Console')}{BASE}", timeout=60) as client:
        yield client
