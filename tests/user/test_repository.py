"""Device certificates that the User lacks come from the SMKI Repository, if an authority vouches."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from gbsmart.keys import KeyEntry, KeyUse, MemoryKeyring
from gbsmart.trust import MemoryRepository, TestSmki, repository_app
from gbsmart.user import AsyncUser, NotGenuine
from gbsmart.user.repository import RepositoryClient, UserKeyring
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


def test_a_device_that_changed_its_keys_is_believed_by_its_new_certificate(
    smki: TestSmki, everything: tuple[KeyEntry, ...], dcc_keys: MemoryKeyring
) -> None:
    stale, repository, before = without_devices(everything), MemoryRepository(CLOCK), smki.device(ESME)
    for entry in (*before, *(entry for entry in everything if entry.certificate.holder == GSME)):
        stale.add(entry.certificate)
    repository.lodge_all(entry.certificate for entry in (*before, *everything))
    for entry in everything:
        if entry.certificate.holder == ESME:
            repository.supersede(entry.certificate)
    with pytest.raises(NotGenuine, match="is wrong"):
        read(Dcc(dcc_keys, CLOCK), stale, None)
    read(Dcc(dcc_keys, CLOCK), stale, repository)


def test_the_repository_is_not_believed(everything: tuple[KeyEntry, ...], dcc: Dcc) -> None:
    impostor = TestSmki.create(CLOCK, random.Random(666).randbytes)
    repository = MemoryRepository(CLOCK)
    repository.lodge_all(entry.certificate for entry in impostor.device(GSME))
    with pytest.raises(NotGenuine, match="its certificate is not held"):
        read(dcc, without_devices(everything), repository)


@pytest.mark.parametrize(
    ("found", "body", "asked"),
    [
        ("<a><CertificateSerial>1</CertificateSerial></a>", "<CertificateBody>\u00e9</CertificateBody>", 2),
        ("<a><CertificateSerial>1</CertificateSerial></a>", "<CertificateBody>AAAA</CertificateBody>", 2),
        ("<a>" + "<CertificateSerial>1</CertificateSerial>" * 1000 + "</a>", "<CertificateBody/>", 17),
        ("<!DOCTYPE a []><a/>", "", 1),
    ],
    ids=["not base64", "no certificate", "a thousand", "document type"],
)
def test_a_repository_that_answers_badly_leaves_the_certificate_missing(
    found: str, body: str, asked: int
) -> None:
    requests: list[bytes] = []

    async def answer(request: Request) -> Response:
        requests.append(await request.body())
        search = request.path_params["service"] == "certificatesearch"
        return Response(found if search else f"<a>{body}</a>")

    async def main() -> bool:
        listening = bind("127.0.0.1", 0, "the repository")
        app = Starlette(routes=[Route("/services/{service}", answer, methods=["POST"])])
        keyring = UserKeyring(MemoryKeyring(CLOCK))
        async with serving((app, listening)):
            await RepositoryClient(address_of(listening), keyring).fetch(GSME, [KeyUse.KEY_AGREEMENT])
        return keyring.lacks(GSME, KeyUse.KEY_AGREEMENT)

    assert asyncio.run(main())
    assert len(requests) == asked


def test_an_answer_without_end_is_not_waited_for() -> None:
    async def main() -> bool:
        asked_enough = asyncio.Event()

        async def go_on() -> AsyncIterator[bytes]:
            while not asked_enough.is_set():
                yield b"<a>" * 10_000
                await asyncio.sleep(0)

        async def answer(_request: Request) -> Response:
            return StreamingResponse(go_on())

        listening = bind("127.0.0.1", 0, "the repository")
        app = Starlette(routes=[Route("/services/{service}", answer, methods=["POST"])])
        keyring = UserKeyring(MemoryKeyring(CLOCK))
        async with serving((app, listening)):
            fetching = RepositoryClient(address_of(listening), keyring).fetch(GSME, [KeyUse.KEY_AGREEMENT])
            await asyncio.wait_for(fetching, 20)
            asked_enough.set()
        return keyring.lacks(GSME, KeyUse.KEY_AGREEMENT)

    assert asyncio.run(main())
