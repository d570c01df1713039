"""Device certificates that the User lacks come from the SMKI Repository, if an authority vouches."""

from __future__ import annotations

import asyncio
import random

import pytest

from gbsmart.keys import KeyEntry, MemoryKeyring
from gbsmart.trust import MemoryRepository, TestSmki, repository_app
from gbsmart.user import AsyncUser, NotGenuine
from gbsmart.web.hosting import address_of, bind, serving

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
        listening = bind("127.0.0.1", 0, "the repository")
        url = address_of(listening) if repository else None
        async with (
            serving((app, listening)),
            dcc,
            AsyncUser(dcc.url, SUPPLIER, keyring, repository_url=url, patience=QUICK) as user,
        ):
            dcc.receive_url = user.receive_url
            try:
                assert (await user.read(GSME)).response
                assert (await user.request("7.2", ESME)).response
            finally:
                await dcc.settled()

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
