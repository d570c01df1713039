"""Evidence: all of a request in one file, the same each time, with nothing secret in it."""

from __future__ import annotations

import hashlib
import io
import json
import os
import zipfile
from collections.abc import AsyncIterator

import httpx
import pytest

from gbsmart.console import console_app
from gbsmart.console.documents import Reader
from gbsmart.console.evidence import evidence
from gbsmart.console.model import Journey, RequestLine
from gbsmart.console.sources import LedgerJourneys
from gbsmart.ground import ManualClock
from gbsmart.keys import Certificate, MemoryKeyring
from gbsmart.trust import TestSmki
from gbsmart.trust.parties import TEST_PARTIES, TEST_USERS

from .conftest import ACB, ENABLE, KEYS, METER, NOW, READ, SUPPLIER, OneHome, command, response

pytestmark = pytest.mark.anyio

PATH = f"/requests/{READ}/evidence.zip"


@pytest.fixture
async def browser(journeys: LedgerJourneys) -> AsyncIterator[httpx.AsyncClient]:
    app = console_app(OneHome(), journeys, keyring=KEYS, acb=ACB)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://console") as found:
        yield found


def opened(answer: httpx.Response) -> dict[str, bytes]:
    """The files inside, by the last part of their names."""
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


async def test_all_that_was_said_is_in_it_octet_for_octet(browser: httpx.AsyncClient) -> None:
    files = opened(await browser.get(PATH))
    short = {name.rpartition("/")[2]: octets for name, octets in files.items() if "requests/" in name}
    assert short["03-command.bin"] == command().encode()
    assert short["04-response.bin"] == response(4_231_072).encode()
    assert short["01-service-request.xml"].startswith(b"<?xml")
    assert b"ECS17b command" in short["03-command.txt"]
    told = json.loads(short["journey.json"])
    assert told["request"]["id"] == str(READ)
    assert [event["name"] for event in told["events"]] == [
        "receive", "acknowledge", "queue", "dispatch", "respond",
    ]  # fmt: skip
    named = [name for each in told["documents"] for name in (each["file"], each["explained"])]
    assert named[:2] == ["01-service-request.xml", "01-service-request.txt"]
    assert set(named) == set(short) - {"journey.json"}


async def test_the_manifest_has_the_hash_of_every_file(browser: httpx.AsyncClient) -> None:
    answer = await browser.get(PATH)
    assert "attachment" in answer.headers["content-disposition"]
    files = opened(answer)
    manifest = json.loads(files.pop("manifest.json"))
    assert {name: each["sha256"] for name, each in manifest["files"].items()} == {
        name: hashlib.sha256(octets).hexdigest() for name, octets in files.items()
    }
    assert manifest["requests"][0]["id"] == str(READ)


async def test_the_same_ledger_gives_the_same_file(browser: httpx.AsyncClient) -> None:
    assert (await browser.get(PATH)).content == (await browser.get(PATH)).content


async def test_what_was_sealed_stays_sealed_and_no_key_is_in_it(browser: httpx.AsyncClient) -> None:
    """The page shows the meter reading with the User's keys; the file does not hold it."""
    assert "4231072" in (await browser.get(f"/requests/{READ}")).text
    together = b"\n".join(opened(await browser.get(PATH)).values())
    assert b"4231072" not in together
    assert (4_231_072).to_bytes(4, "big") not in together
    assert b"PRIVATE KEY" not in together
    for holder in (SUPPLIER, METER, ACB):
        for (owner, _), key in KEYS._keys.items():
            if owner == holder:
                secret = key.private_numbers().private_value
                assert secret.to_bytes(32, "big") not in together
                assert f"{secret:064x}".encode() not in together


async def test_a_filter_chooses_what_is_in_it(browser: httpx.AsyncClient) -> None:
    whole = opened(await browser.get("/evidence.zip"))
    assert len([name for name in whole if name.endswith("journey.json")]) == 2
    some = opened(await browser.get("/evidence.zip", params={"q": "state:refused"}))
    (told,) = (json.loads(octets) for name, octets in some.items() if name.endswith("journey.json"))
    assert told["request"]["id"] == str(ENABLE)
    assert json.loads(some["manifest.json"])["filter"] == "state:refused"
    assert (await browser.get("/evidence.zip", params={"q": "code:E40"})).status_code == 404
    assert (await browser.get("/evidence.zip", params={"q": "devise:1"})).status_code == 400


async def test_a_person_who_opens_it_is_told_what_is_where(browser: httpx.AsyncClient) -> None:
    told = opened(await browser.get("/evidence.zip"))["README.txt"].decode()
    assert "Evidence of 2 Service Requests" in told
    assert "4.1.1 Read Instantaneous Import Registers: answered I0" in told
    assert "There are older ones" not in told


async def test_what_a_file_has_no_room_for_is_not_left_out_in_silence(
    browser: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gbsmart.console.evidence.MOST", 1)
    files = opened(await browser.get("/evidence.zip"))
    manifest = json.loads(files["manifest.json"])
    assert len(manifest["requests"]) == 1
    assert manifest["older requests left out"] is True
    assert "There are older ones" in files["README.txt"].decode()
    assert f"{manifest['requests'][0]['folder']}/journey.json" in files


def test_every_certificate_comes_with_those_above_it_up_to_a_root() -> None:
    clock = ManualClock(NOW)
    smki = TestSmki.create(clock, os.urandom, TEST_PARTIES)
    ring = MemoryKeyring(clock)
    ring.add_entries(smki.entries)
    line = RequestLine(
        str(READ), "4.1.1", "Read", METER, TEST_USERS[0].eui, "delivered", "answered", "I0", NOW
    )
    authorities = [each.certificate for each in smki.authorities]
    octets = evidence([Journey(line, (), (), ())], Reader(ring), "", authorities)
    with zipfile.ZipFile(io.BytesIO(octets)) as archive:
        listed = json.loads(archive.read("manifest.json"))["certificates"]
        inside = [Certificate.from_pem(archive.read(name).decode()) for name in listed]
    assert any(each.holder == TEST_USERS[0].eui for each in inside)
    assert {each.issuer for each in inside} <= {each.subject for each in inside}
    assert all(each in authorities for each in inside if each.is_authority)
