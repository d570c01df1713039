"""A test SMKI, a DCC that knows all of it, and a User that knows its own part."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from gbsmart.ground import SystemClock
from gbsmart.keys import KeyEntry, MemoryKeyring
from gbsmart.trust import TestSmki
from gbsmart.user import AsyncUser, Patience

from .dcc import ESME, GSME, SUPPLIER, Dcc

CLOCK = SystemClock()
QUICK = Patience(http=5, attempts=3, first_delay=timedelta(milliseconds=1), answer=timedelta(seconds=10))

Talk = Callable[[AsyncUser, Dcc], Awaitable[None]]


@pytest.fixture(scope="session")
def smki() -> TestSmki:
    return TestSmki.create(CLOCK, random.Random(1).randbytes)


@pytest.fixture(scope="session")
def everything(smki: TestSmki) -> tuple[KeyEntry, ...]:
    return (*smki.key_set().entries, *smki.device(ESME), *smki.device(GSME))


@pytest.fixture(scope="session")
def dcc_keys(everything: tuple[KeyEntry, ...]) -> MemoryKeyring:
    """Every private key: of the DCC and of the devices behind it."""
    keyring = MemoryKeyring(CLOCK)
    keyring.add_entries(everything)
    return keyring


@pytest.fixture(scope="session")
def user_keys(everything: tuple[KeyEntry, ...]) -> MemoryKeyring:
    """The supplier's private keys, and only the certificates of the others."""
    keyring = MemoryKeyring(CLOCK)
    for entry in everything:
        own = entry.certificate.holder == SUPPLIER
        keyring.add(entry.certificate, entry.private_key if own else None, entry.use)
    return keyring


@pytest.fixture
def dcc(dcc_keys: MemoryKeyring) -> Dcc:
    return Dcc(dcc_keys, CLOCK)


@pytest.fixture
def talk(dcc: Dcc, user_keys: MemoryKeyring) -> Callable[..., None]:
    """Runs a conversation between a User and the DCC."""
    import asyncio

    def run(conversation: Talk, **options: object) -> None:
        async def main() -> None:
            async with dcc:
                settings = {"patience": QUICK, "clock": CLOCK, **options}
                async with AsyncUser(dcc.url, SUPPLIER, user_keys, **settings) as user:  # type: ignore[arg-type]
                    dcc.receive_url = user.receive_url
                    await conversation(user, dcc)

        asyncio.run(main())

    return run
