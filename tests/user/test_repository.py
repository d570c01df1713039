"""Device certificates that the User lacks come from the SMKI Repository, if an authority vouches."""

from __future__ import annotations

import asyncio
import random

import pytest
import uvicorn

from gbsmart.keys import KeyEntry, MemoryKeyring
from gbsmart.trust import MemoryRepository, TestSmki, repository_app
from gbsmart.user import AsyncUser, NotGenuine
from gbsmart.user.receiver import _Server

from .conftest import CLOCK, QUICK
from .dcc import ESME, GSME, SUPPLIER, Dcc


def without_devices(entries: tuple[KeyEntry, ...]) -> MemoryKeyring:
    """The supplier's keys, the DCC's certificates and the authorities'."""
    keyring = MemoryKeyring(CLOCK)
    for entry in entries:
        if not entry.certificate.is_device:
            own = entry.certificate.holder == SUPPLIER
            keyring.add_entry(entry if own else KeyEntry(entry.certificate, entry.use))
    return keyring


def read(dcc: Dcc, keyring: MemoryKeyring, repository: MemoryRepository | None) -> None:
    async def main() -> None:
        app = repository_app(repository or MemoryRepository(CLOCK))
        server = _Server(uvicorn.Config(app, port=0, log_config=None, lifespan="off"))
        running = asyncio.create_task(server.serve())
        while not server.started:
            await asyncio.sleep(0.005)
        url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}" if repository else None
        async with dcc, AsyncUser(dcc.url, SUPPLIER, keyring, repository_url=url, patience=QUICK) as user:
            dcc.receive_url = user.receive_url
            try:
                assert (await user.read(GSME)).response
                assert (await user.request("7.2", ESME)).response
            finally:
                await dcc.settled()
                server.should_exit = True
                await running

    asyncio.run(main())


def test_missing_certificates_are_fetched(everything: tuple[KeyEntry, ...], dcc: Dcc) -> None:
    repository = MemoryRepository(CLOCK)
    repository.lodge_all(entry.certificate for entry in everything)
    read(dcc, without_devices(everything), repository)


def test_without_them_an_answer_cannot_be_trusted(everything: tuple[KeyEntry, ...], dcc: Dcc) -> None:
    with pytest.raises(NotGenuine, match="its certificate is not held"):
        read(dcc, without_devices(everything), None)


def test_the_repository_is_not_believed(everything: tuple[KeyEntry, ...], dcc: Dcc) -> None:
    impostor = TestSmki.create(CLOCK, random.Random(666).randbytes)
    repository = MemoryRepository(CLOCK)
    repository.lodge_all(entry.certificate for entry in impostor.device(GSME))
    with pytest.raises(NotGenuine, match="its certificate is not held"):
        read(dcc, without_devices(everything), repository)
