"""A device changes its own keys: asked by its supplier, certified by the SMKI, known to everybody after."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from gbsmart.assembly import Settings, StreetServer, System
from gbsmart.assembly.plan import NETWORK_OPERATOR
from gbsmart.ground import Eui64
from gbsmart.keys import Certificate, FileKeyStore
from gbsmart.trust import TestSmki
from gbsmart.user import Answer

from .conftest import Start

pytestmark = pytest.mark.anyio
SIGNING, AGREEMENT = "Digital Signature", "Key Agreement"


def issued(system: System, request: bytes) -> Certificate:
    """The certificate that the system's own SMKI issues."""
    folder = system.settings.key_store
    with FileKeyStore.with_key_file(folder / "keys.db", folder / "keys.key") as store:
        return TestSmki.open(store, system.clock, os.urandom).issue_on_request(request)


async def renewed(system: System, device: Eui64, credential: str) -> Certificate:
    """Have a device use new keys."""
    asked = await system.user.request("6.17", device, credential_type=credential)
    certificate = issued(system, asked.values["certification_request"])
    await system.user.request("6.15.2", device, device_certificate=certificate.der)
    return certificate


async def held(system: System, device: Eui64, credential: str) -> bytes:
    answer = await system.user.request("6.24.2", device, credential_type=credential)
    der: bytes = answer.values["device_certificate"]
    return der


def proven(answer: Answer) -> bool:
    return answer.response is not None and answer.response.proven


@pytest.mark.parametrize("credential", [SIGNING, AGREEMENT])
async def test_everybody_verifies_a_device_after_it_changed_its_keys(start: Start, credential: str) -> None:
    async with start() as system:
        home = system.street_plan[0]
        first = await held(system, home.esme, credential)
        certificate = await renewed(system, home.esme, credential)
        assert await held(system, home.esme, credential) == certificate.der != first
        assert proven(await system.user.request("4.1.1", home.esme))
        assert proven(await system.users[NETWORK_OPERATOR].read(home.esme))


async def test_after_a_restart_the_new_keys_are_the_device_s(start: Start) -> None:
    async with start() as system:
        device = system.street_plan[0].esme
        asked = await system.user.request("6.17", device, credential_type=SIGNING)
        certificate = issued(system, asked.values["certification_request"])
    async with start() as system:  # the pair that waits is there
        await system.user.request("6.15.2", device, device_certificate=certificate.der)
    async with start() as system:
        assert await held(system, device, SIGNING) == certificate.der
        async with system.rebuilding():
            pass
        assert await held(system, device, SIGNING) == certificate.der


async def test_the_repository_has_the_new_certificate_and_no_longer_uses_the_old(start: Start) -> None:
    async with start() as system:
        device = system.street_plan[0].esme
        first = Certificate.from_der(await held(system, device, SIGNING))
        certificate = await renewed(system, device, SIGNING)
        lodged = {each.certificate: each.status for each in await system.world.repository.of_device(device)}
        assert lodged[certificate] == "I"
        assert lodged[first] == "N"


async def test_a_device_of_another_process_changes_its_keys(start: Start, tmp_path: Path) -> None:
    keys = {"key_folder": tmp_path / "keys"}
    at_the_street = Settings(data=tmp_path / "street", street_port=0, **keys)
    async with StreetServer(at_the_street) as street, start(street=street.address, **keys) as system:
        device = system.street_plan[0].esme
        certificate = await renewed(system, device, SIGNING)
        async with system.rebuilding():
            pass
        assert await held(system, device, SIGNING) == certificate.der
