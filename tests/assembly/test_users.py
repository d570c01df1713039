"""The Users' file: who there is, in which roles, and how the DCC speaks to each."""

from __future__ import annotations

import random
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gbsmart import parties
from gbsmart.assembly.plan import IMPORT_SUPPLIER, NETWORK_OPERATOR
from gbsmart.assembly.user_keys import entries_of
from gbsmart.assembly.users import read_users
from gbsmart.duis import Request, RequestId, build_request, parse_response, sign
from gbsmart.ground import Eui64, InvalidValue, SystemClock
from gbsmart.keys import KeyUse, MemoryKeyring, RemotePartyRole
from gbsmart.parties import Counted, Threshold, UserRole
from gbsmart.trust import TestSmki
from gbsmart.user import AsyncUser, ReceiveAt

from .conftest import Start, post

pytestmark = pytest.mark.anyio
NEW = Eui64.parse("90-B3-D5-1F-30-0A-00-00")

FILE = f"""
[[user]]
id = "{IMPORT_SUPPLIER}"
schema_version = "5.3"

[[user.threshold]]
variant = "7.2"
counted = "signed pre-command"
hours = 1
warning = 10
quarantine = 20

[[user]]
id = "{NETWORK_OPERATOR}"
receive = ["https://primary.example/receive", "https://alternate.example/receive"]

[[user]]
id = "{NEW}"
party = "NEW1"
name = "A new supplier that is a network operator too"
roles = ["IS", "GS", "ED"]
receive = ["http://127.0.0.1:9/"]
suspended = true
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "users.toml"
    path.write_text(text, encoding="utf-8")
    return path


async def test_each_user_is_spoken_to_as_the_file_says(start: Start, tmp_path: Path) -> None:
    async with start(users=written(tmp_path, FILE)) as system:
        answer = await system.user.read(system.street_plan[0].esme)
        (delivered,) = answer.messages
        acknowledged = answer.exchange.acknowledgement
        assert {each.response.schema_version for each in (acknowledged, delivered)} == {"5.3"}
        with system.store.reading() as connection:
            network, new = (parties.user(connection, each) for each in (NETWORK_OPERATOR, NEW))
            thresholds = parties.thresholds_of(connection, IMPORT_SUPPLIER)
        assert network.receive_addresses == (
            "https://primary.example/receive", "https://alternate.example/receive",
        )  # fmt: skip
        assert network.roles == {UserRole.ELECTRICITY_DISTRIBUTOR, UserRole.GAS_TRANSPORTER}
        assert {role.value for role in new.roles} == {"IS", "GS", "ED"}
        assert (new.party, new.suspended, new.schema_version) == ("NEW1", True, "5.4")
        assert thresholds == [Threshold("7.2", Counted.SIGNED_PRE_COMMAND, timedelta(hours=1), 10, 20)]
    async with start() as system:  # without the file, what it said stays
        with system.store.reading() as connection:
            assert parties.user(connection, IMPORT_SUPPLIER).schema_version == "5.3"


async def test_a_new_user_has_keys_and_reads_a_meter(start: Start, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    there = f"http://127.0.0.1:{port}/"
    text = f'[[user]]\nid = "{NEW}"\nparty = "NEW1"\nroles = ["OU", "ED"]\nreceive = ["{there}"]\n'
    async with start(users=written(tmp_path, text)) as system:
        keyring = MemoryKeyring(system.clock)
        keyring.add_entries(entries_of([NEW], system.settings))
        assert keyring.certificate(NEW, KeyUse.DIGITAL_SIGNATURE).role == RemotePartyRole.NETWORK_OPERATOR
        at = ReceiveAt(port=port)
        async with AsyncUser(system.url("DCC"), NEW, keyring, receive=at, clock=system.clock) as user:
            done = await user.request("6.2.4", system.street_plan[0].esme)
        assert done.outcome.success
        made = system.keys.organisations
    async with start(users=written(tmp_path, text)) as system:  # the keys stay
        assert {e.certificate for e in system.keys.organisations} == {e.certificate for e in made}


async def test_a_user_signs_with_the_certificate_that_it_lodged(start: Start, tmp_path: Path) -> None:
    clock = SystemClock(start=datetime(2026, 3, 1, tzinfo=UTC), speed=0)
    elsewhere = TestSmki.create(clock, random.Random(5).randbytes).key_set()
    (own,) = [
        entry for entry in elsewhere.entries
        if entry.use is KeyUse.XML_SIGNATURE and entry.certificate.holder == IMPORT_SUPPLIER
    ]  # fmt: skip
    keyring = MemoryKeyring(clock)
    keyring.add_entries([own])
    (tmp_path / "supplier.pem").write_text(own.certificate.to_pem(), encoding="utf-8")
    lodging = f'[[user]]\nid = "{IMPORT_SUPPLIER}"\nsigning_certificate = "supplier.pem"\n'

    async def code(counter: int) -> str:
        asked = Request(
            RequestId(IMPORT_SUPPLIER, system.user.dcc_id, counter), 8, "8.2",
            {"device_id": system.street_plan[0].esme},
        )  # fmt: skip
        document = sign(build_request(asked), keyring, IMPORT_SUPPLIER)
        return parse_response(await post(system, document, "serviceD")).message.response_code

    async with start(clock_start=clock.now()) as system:
        assert await code(1) == "E46"
    async with start(clock_start=clock.now(), users=written(tmp_path, lodging)) as system:
        assert await code(2) == "I0"
        assert (await system.user.read(system.street_plan[0].esme)).response_code == "I0"


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("[[user", "cannot be read"),
        ('[[user]]\nid = "90-B3"', "90-B3"),
        (f'[[user]]\nid = "{NEW}"\ncolour = "red"', r"users\.user\.0\.colour"),
        (f'[[user]]\nid = "{NEW}"\nroles = ["XX"]', r"users\.user\.0\.roles"),
        (f'[[user]]\nid = "{NEW}"\n\n[[user]]\nid = "{NEW}"', "named twice"),
    ],
)
def test_a_file_that_cannot_be_used_says_where(tmp_path: Path, text: str, wrong: str) -> None:
    with pytest.raises(InvalidValue, match=wrong):
        read_users(written(tmp_path, text))


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ('roles = ["IS"]', "needs the signifier"),
        ('party = "NEW1"', "at least one User Role"),
        ('party = "NEW1"\nroles = ["IS"]\nsigning_certificate = "none.pem"', "none.pem cannot be read"),
        ('party = "NEW1"\nroles = ["IS"]\nschema_version = "6.0"', "'6.0' is not one of"),
    ],
)
async def test_a_user_that_cannot_be_is_named(start: Start, tmp_path: Path, text: str, wrong: str) -> None:
    with pytest.raises(InvalidValue, match=rf"users\.{NEW}.*{wrong}"):
        async with start(users=written(tmp_path, f'[[user]]\nid = "{NEW}"\n{text}\n')):
            raise AssertionError("it must not start")
