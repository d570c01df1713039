"""A DCC and a street in two processes' worth of parts, joined over TCP."""

from __future__ import annotations

from pathlib import Path

import aiohttp
import pytest

from gbsmart.assembly import Settings, StreetServer
from gbsmart.assembly.reading import read_meter
from gbsmart.ground import InvalidValue, NotFound
from gbsmart.web.hosting import CannotListen

from .conftest import Start

pytestmark = pytest.mark.anyio


async def test_a_meter_of_another_street_is_read(start: Start, tmp_path: Path) -> None:
    at_the_street = Settings(data=tmp_path / "street", key_folder=tmp_path / "keys", street_port=0)
    async with (
        StreetServer(at_the_street) as street,
        start(street=street.address, key_folder=tmp_path / "keys") as system,
    ):
        reading = await read_meter(system, system.street_plan[0].esme)
        assert reading["values"]["active_import"]["unit"] == "Wh"
        assert not (tmp_path / "data" / "homes.db").exists()
        with pytest.raises(NotFound, match=street.address):
            system.wan.switch_device(system.street_plan[0].esme, alive=False)
        page = f"{system.url('Console')}/homes/{system.street_plan[0].chf}"
        async with aiohttp.ClientSession() as session, session.get(page) as answer:
            assert answer.status == 404
            assert street.address in await answer.text()


async def test_a_taken_port_is_told_in_words(tmp_path: Path) -> None:
    async with StreetServer(Settings(data=tmp_path, street_port=0)) as street:
        port = int(street.address.rpartition(":")[2])
        with pytest.raises(CannotListen, match="the street cannot listen"):
            await StreetServer(Settings(data=tmp_path, street_port=port)).__aenter__()


@pytest.mark.parametrize("address", ["8084", "localhost:", "localhost:80840", ":8084"])
def test_a_street_is_at_a_host_and_port(address: str) -> None:
    with pytest.raises(InvalidValue, match="HOST:PORT"):
        Settings(street=address)
